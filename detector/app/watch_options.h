/*
 * watch_options: what only a run that goes on has to be told.
 */
#ifndef TC_APP_WATCH_OPTIONS_H
#define TC_APP_WATCH_OPTIONS_H

#include "detector/settings/options.h"

typedef struct tc_watch_options {
    const char *state;   /* the folder that it keeps its state in */
    int64_t delay;       /* 0: learned */
    const char *metrics; /* the file that they are written to; NULL: none */
    int64_t partial;     /* after which a line without its end is taken */
} tc_watch_options;

/* TC_ESYNTAX: what is missing or wrong. Texts are the options', or the environment's. */
TC_STATUS tc_watch_options_read(const tc_options *options, tc_watch_options *ret, tc_error *reterr);

#endif
