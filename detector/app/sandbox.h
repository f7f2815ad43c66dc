/*
 * sandbox: what a command may still read and write once it is at work, made of its options.
 *
 * Reading: what it was told to read, its rules and tables, and the folders that the files of its
 * configuration lie in, because those are read again at a SIGHUP and may be replaced until then.
 * A folder that is watched may vanish and come back, be it by a mount, so the one around it is
 * given, unless that is the root; of a mount the folder that it stands in, and it is not touched.
 * Writing: its state, where it puts what does not fit into memory, and, for a run that goes on, the
 * folders of files that it tells things to. With links that are followed anything may be read.
 */
#ifndef TC_APP_SANDBOX_H
#define TC_APP_SANDBOX_H

#include "detector/pipeline/run.h"

/* What the options do not say. */
typedef struct tc_sandbox_more {
    const char *state;       /* the folder; NULL: none */
    const char *data;        /* rules and tables that came with the program */
    tc_path_list told, keys; /* files that receivers are told in, and those that they read */
    bool watches;            /* it goes on, tells by itself, and reads its settings again */
} tc_sandbox_more;

/* Closes the sandbox as `--sandbox` has it. TC_EIO: it was to be whole and cannot be. What could
 * not be done otherwise is written to `ret_lack`, empty if nothing. */
TC_STATUS tc_sandbox_close(const tc_options *options, const tc_sandbox_more *more,
                           char ret_lack[256], tc_error *reterr);

#endif
