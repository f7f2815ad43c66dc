#include "detector/send/hook_helper.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define EX_TEMPFAIL 75
#define LOOK_MS 20

typedef struct helper {
    int socket;
    const char *path;
    uint32_t timeout_ms;
    tc_patience patience;
} helper;

/* -- the program ----------------------------------------------------------------------------- */

static void close_others(int from)
{
    struct rlimit limit;
    if (close_range((unsigned)from, ~0u, 0) == 0) return;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 65536) limit.rlim_cur = 65536;
    for (int fd = from; fd < (int)limit.rlim_cur; fd++)
        close(fd);
}

/* Only what may stand between fork and exec. */
TC_NORETURN static void become(const helper *h, int input)
{
    char *const arguments[] = {(char *)(uintptr_t)h->path, NULL};
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", language[] = "LANG=C.UTF-8";
    static char *const environment[] = {path, language, NULL};
    int null = open("/dev/null", O_WRONLY);
    sigset_t none;
    (void)setpgid(0, 0);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (null < 0 || dup2(input, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0) _exit(126);
    close_others(3);
    execve(h->path, arguments, environment);
    _exit(127);
}

/* -- its input and its end ------------------------------------------------------------------- */

/* Writes what it takes until the deadline; a program that does not read all of it may. */
static void feed(const helper *h, int pipe, tc_slice text, uint64_t deadline)
{
    while (text.len > 0) {
        ssize_t n = write(pipe, text.ptr, text.len);
        if (n > 0) {
            text = tc_slice_sub(text, (size_t)n, text.len);
        } else if (n < 0 && errno == EAGAIN) {
            if (tc_patience_wait(&h->patience, pipe, POLLOUT, deadline) != TC_WAIT_READY) return;
        } else if (n == 0 || errno != EINTR) {
            return;
        }
    }
}

static void end_group(pid_t pid)
{
    (void)kill(-pid, SIGKILL);
    (void)kill(pid, SIGKILL);
}

/* Waits for the program; true if it ended by itself in time. What it has left behind is ended in
 * both cases. */
static bool wait_for(const helper *h, pid_t pid, uint64_t deadline, int *ret_status)
{
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        int answer = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
        bool is_over = answer == 0 && info.si_pid == pid;
        bool is_late =
            tc_patience_ms(&h->patience) >= deadline || tc_patience_stopped(&h->patience);
        if (is_over || is_late || (answer < 0 && errno != EINTR)) {
            end_group(pid);
            while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
                ;
            return is_over;
        }
        (void)tc_patience_wait(&h->patience, -1, 0, tc_patience_ms(&h->patience) + LOOK_MS);
    }
}

static tc_hook_answer answer_of(bool in_time, int status)
{
    if (!in_time) return (tc_hook_answer){TC_HOOK_TIMEOUT, 128 + SIGKILL};
    if (WIFSIGNALED(status)) return (tc_hook_answer){TC_HOOK_FAILED, 128 + WTERMSIG(status)};
    int code = WEXITSTATUS(status);
    if (code == 0) return (tc_hook_answer){TC_HOOK_DONE, 0};
    return (tc_hook_answer){code == EX_TEMPFAIL ? TC_HOOK_LATER : TC_HOOK_FAILED, code};
}

static tc_hook_answer run(const helper *h, tc_slice text)
{
    int pipes[2], status = 0;
    uint64_t deadline = tc_patience_ms(&h->patience) + h->timeout_ms;
    if (pipe2(pipes, O_CLOEXEC) < 0) return (tc_hook_answer){TC_HOOK_LATER, 0};
    (void)fcntl(pipes[1], F_SETFL, O_NONBLOCK);
    pid_t pid = fork();
    if (pid == 0) become(h, pipes[0]);
    close(pipes[0]);
    if (pid < 0) {
        close(pipes[1]);
        return (tc_hook_answer){TC_HOOK_LATER, 0};
    }
    (void)setpgid(pid, pid);
    feed(h, pipes[1], text, deadline);
    close(pipes[1]);
    bool in_time = wait_for(h, pid, deadline, &status);
    return answer_of(in_time, status);
}

/* -- requests -------------------------------------------------------------------------------- */

static bool read_all(int fd, void *out, size_t size)
{
    uint8_t *at = out;
    while (size > 0) {
        ssize_t n = read(fd, at, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static bool serve(const helper *h)
{
    uint64_t length = 0;
    if (!read_all(h->socket, &length, sizeof(length)) || length > TC_HOOK_TEXT_MAX) return false;
    uint8_t *text = tc_alloc((size_t)length, 1);
    if (text == NULL) return false;
    bool is_whole = read_all(h->socket, text, (size_t)length);
    tc_hook_answer answer = {TC_HOOK_GONE, 0};
    if (is_whole) answer = run(h, tc_slice_make(text, (size_t)length));
    tc_free(text);
    return is_whole && write(h->socket, &answer, sizeof(answer)) == (ssize_t)sizeof(answer);
}

/* The socket becomes descriptor 3, and everything else is closed. */
static int keep_only(int socket)
{
    int null = open("/dev/null", O_RDWR);
    if (null >= 0) {
        (void)dup2(null, 0);
        (void)dup2(null, 1);
        (void)dup2(null, 2);
    }
    if (socket != 3 && dup2(socket, 3) < 0) _exit(1);
    close_others(4);
    return fcntl(3, F_SETFD, FD_CLOEXEC) < 0 ? -1 : 3;
}

TC_NORETURN void tc_hook_helper(int socket, const char *path, uint32_t timeout_ms)
{
    helper h = {.socket = keep_only(socket), .path = path, .timeout_ms = timeout_ms};
    /* While a program runs nothing is asked, so what can be read then is the end. */
    h.patience = (tc_patience){&tc_send_clock_machine, h.socket};
    (void)prctl(PR_SET_NAME, "tocsin-hook");
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN); /* the end of the socket is ours */
    (void)signal(SIGHUP, SIG_IGN);
    if (chdir("/") != 0) _exit(1);
    while (h.socket >= 0 && serve(&h))
        ;
    _exit(0);
}
