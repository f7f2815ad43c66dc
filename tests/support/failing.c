/*
 * failing: runs the whole program again and again, each time with one allocation that fails.
 *
 *   failing KIND FIRST LAST STEP FOLDER ARGUMENT...
 *
 * KIND is once (the n-th allocation fails) or after (all that follow, too). For each n the program
 * runs with the ARGUMENTs in a process of its own, in FOLDER/n, with its output in the files out
 * and err there. Prints for each "n STATUS", where STATUS is the exit status, 128 + the signal that
 * ended it, 124 for a run that hangs, 99 for a leak. FIRST 0 runs it undisturbed and prints
 * "0 STATUS COUNT". A run in which nothing failed any more ends the series.
 */
#include "detector/app/command.h"

#include "parsers/base/alloc.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define CHECKS_LEAKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHECKS_LEAKS 1
#endif
#endif
#ifdef CHECKS_LEAKS
#include <sanitizer/lsan_interface.h>
#endif

#define HANG_SECONDS 60
enum { STATUS_UNUSABLE = 98, STATUS_LEAK = 99, STATUS_HANG = 124 };

typedef struct series {
    bool once;
    uint64_t first, last, step;
    const char *folder;
    int argc; /* of the program, its name included */
    char **argv;
} series;

/* What the child found out: how much of the fuse is left. */
typedef struct verdict {
    uint64_t left;
} verdict;

static bool redirect(const char *path, int descriptor)
{
    int opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return opened >= 0 && dup2(opened, descriptor) == descriptor && close(opened) == 0;
}

static bool enter(const series *s, uint64_t n)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%" PRIu64, s->folder, n);
    if (length < 0 || (size_t)length >= sizeof(path)) return false;
    return mkdir(path, 0700) == 0 && chdir(path) == 0;
}

TC_NORETURN static void run_child(const series *s, uint64_t n, int report)
{
    if (!enter(s, n) || !redirect("out", STDOUT_FILENO) || !redirect("err", STDERR_FILENO))
        _exit(STATUS_UNUSABLE);
    alarm(HANG_SECONDS);
    uint64_t fuse = n ? n : UINT64_MAX;
    if (s->once)
        tc_alloc_fail_once(fuse);
    else
        tc_alloc_fail_after(fuse);
    int status = tc_program(s->argc, s->argv);
    verdict v = {tc_alloc_left()};
    tc_alloc_fail_after(0);
#ifdef CHECKS_LEAKS
    if (__lsan_do_recoverable_leak_check()) status = STATUS_LEAK;
#endif
    if (write(report, &v, sizeof(v)) != (ssize_t)sizeof(v)) status = STATUS_UNUSABLE;
    (void)fflush(NULL);
    _exit(status);
}

static int status_of(int waited)
{
    if (WIFEXITED(waited)) return WEXITSTATUS(waited);
    int signal = WIFSIGNALED(waited) ? WTERMSIG(waited) : 0;
    return signal == SIGALRM ? STATUS_HANG : 128 + signal;
}

/* False when the series is at its end, or cannot go on. */
static bool run_once(const series *s, uint64_t n)
{
    int ends[2], waited;
    verdict v = {0};
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    pid_t child = fork();
    if (child == 0) run_child(s, n, ends[1]);
    close(ends[1]);
    bool told = child > 0 && read(ends[0], &v, sizeof(v)) == (ssize_t)sizeof(v);
    close(ends[0]);
    if (child < 0 || waitpid(child, &waited, 0) != child) return false;
    printf("%" PRIu64 " %d", n, status_of(waited));
    if (n == 0) printf(" %" PRIu64, UINT64_MAX - v.left);
    printf("\n");
    fflush(stdout);
    return n > 0 && !(told && (s->once ? v.left > 0 : v.left > 1));
}

int main(int argc, char **argv)
{
    if (argc < 8) {
        fputs("usage: failing once|after FIRST LAST STEP FOLDER ARGUMENT...\n", stderr);
        return 2;
    }
    series s = {.once = strcmp(argv[1], "once") == 0, .folder = argv[5]};
    if (!tc_slice_to_u64(tc_slice_of(argv[2]), &s.first) ||
        !tc_slice_to_u64(tc_slice_of(argv[3]), &s.last) ||
        !tc_slice_to_u64(tc_slice_of(argv[4]), &s.step) || s.step == 0)
        return 2;
    s.argc = argc - 5;
    s.argv = argv + 5;
    for (uint64_t n = s.first; n <= s.last; n += s.step)
        if (!run_once(&s, n)) break;
    return 0;
}
