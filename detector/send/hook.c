#include "detector/send/hook.h"

#include "detector/send/hook_helper.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 2000 /* for the helper to see that its program is late, and to end it */

struct tc_hook {
    pid_t helper;
    int socket;
    uint32_t timeout_ms;
};

static TC_STATUS refuse(tc_error *reterr, const char *path, const char *why)
{
    return tc_fail(reterr, TC_ESYNTAX, "hook %s %s", path, why);
}

static TC_STATUS check(const char *path, tc_error *reterr)
{
    struct stat s;
    if (path[0] != '/') return refuse(reterr, path, "is no absolute path");
    if (stat(path, &s) != 0) return tc_fail_sys(reterr, errno, path, "there is no such hook");
    if (!S_ISREG(s.st_mode)) return refuse(reterr, path, "is no file");
    if (access(path, X_OK) != 0) return refuse(reterr, path, "is not executable");
    bool is_foreign = s.st_uid != 0 && s.st_uid != geteuid();
    if (is_foreign || (s.st_mode & (S_IWGRP | S_IWOTH)))
        return refuse(reterr, path, "can be written by others (chown root, chmod go-w)");
    return TC_SUCCESS;
}

TC_STATUS tc_hook_start(const char *path, uint32_t timeout_ms, tc_hook **ret, tc_error *reterr)
{
    int pair[2];
    *ret = NULL;
    TC_TRY(check(path, reterr));
    tc_hook *hook = tc_alloc(1, sizeof(*hook));
    if (hook == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
        tc_free(hook);
        return tc_fail_sys(reterr, errno, path, "no socket for the hook");
    }
    *hook = (tc_hook){.helper = fork(), .socket = pair[0], .timeout_ms = timeout_ms};
    if (hook->helper == 0) tc_hook_helper(pair[1], path, timeout_ms);
    close(pair[1]);
    if (hook->helper < 0) {
        int problem = errno;
        close(pair[0]);
        tc_free(hook);
        return tc_fail_sys(reterr, problem, path, "no process for the hook");
    }
    *ret = hook;
    return TC_SUCCESS;
}

/* The end of the socket ends the helper, and before that its program. */
void tc_hook_stop(tc_hook *hook)
{
    if (hook == NULL) return;
    (void)shutdown(hook->socket, SHUT_RDWR);
    close(hook->socket);
    while (waitpid(hook->helper, NULL, 0) < 0 && errno == EINTR)
        ;
    tc_free(hook);
}

static bool send_all(const tc_hook *hook, tc_patience *patience, tc_slice bytes, uint64_t deadline)
{
    while (bytes.len > 0) {
        ssize_t n = send(hook->socket, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            bytes = tc_slice_sub(bytes, (size_t)n, bytes.len);
        } else if (n < 0 && errno == EAGAIN) {
            if (tc_patience_wait(patience, hook->socket, POLLOUT, deadline) != TC_WAIT_READY)
                return false;
        } else if (n == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* An answer is shorter than any piece of a socket. */
static bool receive(const tc_hook *hook, tc_patience *patience, tc_hook_answer *ret,
                    uint64_t deadline)
{
    if (tc_patience_wait(patience, hook->socket, POLLIN, deadline) != TC_WAIT_READY) return false;
    return recv(hook->socket, ret, sizeof(*ret), MSG_DONTWAIT) == (ssize_t)sizeof(*ret);
}

tc_hook_end tc_hook_run(tc_hook *hook, tc_patience *patience, tc_slice text, int *ret_status)
{
    uint64_t length = text.len;
    uint64_t deadline = tc_patience_ms(patience) + hook->timeout_ms + GRACE_MS;
    tc_hook_answer answer = {TC_HOOK_GONE, 0};
    *ret_status = 0;
    if (length > TC_HOOK_TEXT_MAX ||
        !send_all(hook, patience, tc_slice_make(&length, sizeof(length)), deadline) ||
        !send_all(hook, patience, text, deadline) || !receive(hook, patience, &answer, deadline)) {
        /* What comes later would be taken for the answer to another one. */
        (void)shutdown(hook->socket, SHUT_RDWR);
        return TC_HOOK_GONE;
    }
    *ret_status = answer.status;
    return (tc_hook_end)answer.end;
}
