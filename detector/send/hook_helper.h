/*
 * hook_helper: the process that runs a hook's program, until its socket ends.
 *
 * A request is eight bytes of length and the text, an answer a tc_hook_answer; one at a time. The
 * helper holds no descriptor but the socket and /dev/null, and nothing of what its parent read
 * later.
 */
#ifndef TC_SEND_HOOK_HELPER_H
#define TC_SEND_HOOK_HELPER_H

#include "detector/send/hook.h"

#define TC_HOOK_TEXT_MAX ((uint64_t)4 << 20)

typedef struct tc_hook_answer {
    int32_t end;    /* tc_hook_end */
    int32_t status; /* as a shell tells it */
} tc_hook_answer;

/* Does not return. */
TC_NORETURN void tc_hook_helper(int socket, const char *path, uint32_t timeout_ms);

#endif
