/*
 * hook: a program of the site that is given an alert on its standard input.
 *
 * Starting one needs fork and exec, which a daemon gives up once it has begun to read what
 * strangers write. So a helper is started while the program is still one thread and nothing is
 * closed: it waits at a socket for texts and runs that one program, which was named at its start,
 * for each. No arguments, no shell, an environment of PATH and LANG only, no descriptor but its
 * input; what it prints is thrown away. Longer than the timeout it is killed, with all that it has
 * started.
 */
#ifndef TC_SEND_HOOK_H
#define TC_SEND_HOOK_H

#include "detector/send/patience.h"
#include "parsers/base/slice.h"

typedef struct tc_hook tc_hook;

/* Starts the helper. Refused, in words: a path that is relative, no file, not executable, or that
 * others than root and this user can write. */
TC_STATUS tc_hook_start(const char *path, uint32_t timeout_ms, tc_hook **ret, tc_error *reterr);
/* Ends the helper and the program that it runs. */
void tc_hook_stop(tc_hook *hook);

typedef enum tc_hook_end {
    TC_HOOK_DONE = 0, /* exit status 0 */
    TC_HOOK_FAILED,   /* another one, or a signal */
    TC_HOOK_LATER,    /* exit status 75 (EX_TEMPFAIL) */
    TC_HOOK_TIMEOUT,
    TC_HOOK_GONE /* there is no helper any more, or the program stops */
} tc_hook_end;

/* Runs the program with the text; waits for its end. `ret_status` is its exit status, or 128 and
 * the signal. */
tc_hook_end tc_hook_run(tc_hook *hook, tc_patience *patience, tc_slice text, int *ret_status);

#endif
