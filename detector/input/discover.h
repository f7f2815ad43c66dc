/*
 * discover: which files lie below the user's paths.
 *
 * Folders are walked depth first, names in byte order, so that the order of what is found depends
 * on nothing else. A symbolic link below a folder is reported and not followed, unless that is
 * asked for: who names a folder means what lies in it, and not what something in it points at. A
 * folder is entered once only (by device and inode), however many ways lead to it: loops end by
 * themselves. A pipe, socket or device found below a folder is never opened. Depth, length of
 * paths, and the memory for names are bounded; what lies beyond a bound is reported as a problem,
 * not passed over.
 */
#ifndef TC_INPUT_DISCOVER_H
#define TC_INPUT_DISCOVER_H

#include "parsers/base/slice.h"
#include "parsers/base/time.h"

typedef enum tc_found_kind {
    TC_FOUND_FILE,    /* a regular file */
    TC_FOUND_STREAM,  /* named by the user: "-", a pipe, a character device */
    TC_FOUND_SPECIAL, /* below a folder: a pipe, socket or device */
    TC_FOUND_LINK,    /* below a folder: a symbolic link that was not followed */
    TC_FOUND_PROBLEM, /* cannot be looked at: see problem */
} tc_found_kind;

typedef struct tc_found {
    tc_found_kind kind;
    bool named;       /* an argument itself */
    tc_slice path;    /* as shown; NUL-terminated; valid during the call */
    size_t name_at;   /* where the base name begins in path */
    size_t root;      /* where the last component of the user's argument begins in path */
    int folder;       /* descriptor and name to open it with */
    const char *name; /* NULL for standard input */
    const char *problem;
    int sys;         /* errno of a problem, 0 if it has none */
    tc_time written; /* when it was last written to, where the file system does not know; or 0 */
} tc_found;

typedef struct tc_found_sink {
    void *context;
    TC_STATUS (*found)(void *context, const tc_found *found); /* a failure ends the walk */
} tc_found_sink;

/* Reports everything below the paths, each once. The paths themselves may be links. A path that
 * does not exist is TC_EIO with the path in reterr->source. */
TC_STATUS tc_discover(const char *const *paths, size_t count, bool follow_links,
                      const tc_found_sink *sink, tc_error *reterr);

/* Puts the path into reterr->source; a NULL reterr is fine. */
void tc_error_set_path(tc_error *reterr, tc_slice path);

#endif
