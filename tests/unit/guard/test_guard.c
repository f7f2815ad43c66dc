#include "detector/guard/guard.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each case runs in a child that closes the guard; its exit status is the errno that it met. */
enum { NOT_HERE = 255 };

typedef struct yard {
    char inside[64], outside[64];
    bool network, reads_anything;
} yard;

static void must(int result)
{
    cr_assert(result >= 0, "errno %d", errno);
}

static yard begin(void)
{
    yard y = {.inside = "/var/tmp/guard-in-XXXXXX", .outside = "/var/tmp/guard-out-XXXXXX"};
    cr_assert(mkdtemp(y.inside) != NULL && mkdtemp(y.outside) != NULL);
    must(chdir(y.outside));
    must(close(open("there", O_CREAT | O_WRONLY, 0600)));
    return y;
}

static void finish(const yard *y)
{
    must(unlink("there"));
    must(chdir("/"));
    must(rmdir(y->outside));
    must(chdir(y->inside));
    (void)unlink("made");
    must(chdir("/"));
    must(rmdir(y->inside));
}

static int child_of(const yard *y, int (*act)(const yard *))
{
    pid_t child = fork();
    if (child == 0) {
        tc_guard_place places[] = {{y->inside, TC_GUARD_WRITE}, {"/nowhere", TC_GUARD_READ}};
        tc_guard_options options = {places, TC_COUNT_OF(places), y->reads_anything, y->network};
        tc_guard_result result;
        tc_guard_close(&options, &result);
        _exit(result.files && result.calls ? act(y) : NOT_HERE);
    }
    int status;
    cr_assert(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void expect(yard y, int (*act)(const yard *), int wanted)
{
    int met = child_of(&y, act);
    finish(&y);
    if (met == NOT_HERE) cr_skip_test("this kernel, or this build, cannot close the guard");
    cr_expect_eq(met, wanted, "met %d", met);
}

static int errno_of(long result)
{
    return result < 0 ? errno : 0;
}

/* Anywhere: either both fences stand, or there are words for it. */
Test(guard, says_why_where_it_cannot_be_closed)
{
    pid_t child = fork();
    if (child == 0) {
        tc_guard_options options = {NULL, 0, true, true};
        tc_guard_result result;
        tc_guard_close(&options, &result);
        bool whole = result.files && result.calls;
        _exit(whole == (result.why.code == TC_OK) ? 0 : 1);
    }
    int status;
    cr_assert(waitpid(child, &status, 0) == child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", status);
}

static int make_inside(const yard *y)
{
    char path[80];
    snprintf(path, sizeof(path), "%s/made", y->inside);
    int fd = open(path, O_CREAT | O_RDWR, 0600);
    return fd < 0 ? errno : errno_of(ftruncate(fd, 3));
}
Test(guard, lets_files_be_made_where_they_may)
{
    expect(begin(), make_inside, 0);
}

static int make_outside(const yard *y)
{
    char path[80];
    snprintf(path, sizeof(path), "%s/made", y->outside);
    return errno_of(open(path, O_CREAT | O_RDWR, 0600));
}
Test(guard, lets_none_be_made_elsewhere)
{
    expect(begin(), make_outside, EACCES);
}

static int read_outside(const yard *y)
{
    char path[80];
    snprintf(path, sizeof(path), "%s/there", y->outside);
    return errno_of(open(path, O_RDONLY));
}
Test(guard, lets_none_be_read_elsewhere)
{
    expect(begin(), read_outside, EACCES);
}
Test(guard, lets_all_be_read_where_links_are_followed)
{
    yard y = begin();
    y.reads_anything = true;
    expect(y, read_outside, 0);
}

static int write_outside(const yard *y)
{
    char path[80];
    snprintf(path, sizeof(path), "%s/there", y->outside);
    return errno_of(open(path, O_WRONLY));
}
Test(guard, lets_none_be_written_even_if_all_may_be_read)
{
    yard y = begin();
    y.reads_anything = true;
    expect(y, write_outside, EACCES);
}

static int read_usual(const yard *y)
{
    (void)y;
    return errno_of(open("/etc/passwd", O_RDONLY));
}
Test(guard, lets_libraries_read_what_they_need)
{
    expect(begin(), read_usual, 0);
}

static int execute(const yard *y)
{
    char *const arguments[] = {(char *)(uintptr_t) "/bin/true", NULL};
    (void)y;
    return errno_of(execv("/bin/true", arguments));
}
Test(guard, ends_who_executes)
{
    expect(begin(), execute, -SIGSYS);
}

static int begin_process(const yard *y)
{
    (void)y;
    return errno_of(fork());
}
Test(guard, lets_no_process_begin)
{
    expect(begin(), begin_process, EPERM);
}

static void *nothing(void *context)
{
    return context;
}
static int begin_thread(const yard *y)
{
    pthread_t thread;
    (void)y;
    int sys = pthread_create(&thread, NULL, nothing, NULL);
    return sys ? sys : pthread_join(thread, NULL);
}
Test(guard, lets_threads_begin)
{
    expect(begin(), begin_thread, 0);
}

static int open_network(const yard *y)
{
    (void)y;
    return errno_of(socket(AF_INET, SOCK_STREAM, 0));
}
Test(guard, lets_nobody_on_the_network)
{
    expect(begin(), open_network, EPERM);
}
Test(guard, lets_those_on_the_network_who_need_it)
{
    yard y = begin();
    y.network = true;
    expect(y, open_network, 0);
}

static int open_packets(const yard *y)
{
    (void)y;
    return errno_of(socket(AF_PACKET, SOCK_RAW, 0));
}
Test(guard, lets_nobody_listen_to_packets)
{
    yard y = begin();
    y.network = true;
    expect(y, open_packets, EPERM);
}

static int mount_something(const yard *y)
{
    return errno_of(syscall(SYS_mount, "none", y->inside, "tmpfs", 0, NULL));
}
Test(guard, refuses_what_is_not_listed)
{
    expect(begin(), mount_something, EPERM);
}

static int call_the_future(const yard *y)
{
    (void)y;
    return errno_of(syscall(5000));
}
Test(guard, has_no_call_that_is_younger_than_its_list)
{
    expect(begin(), call_the_future, ENOSYS);
}
