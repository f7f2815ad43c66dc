/* Asking a run that goes on. */
#include "detector/live/control.h"
#include "detector/live/control_address.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 60

TC_STATUS tc_control_address(const char *folder, struct sockaddr_un *ret, int *ret_folder,
                             tc_error *reterr)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    *ret_folder = -1;
    int n = snprintf(ret->sun_path, sizeof(ret->sun_path), "%s/%s", folder, TC_CONTROL_NAME);
    if (n > 0 && (size_t)n < sizeof(ret->sun_path)) return TC_SUCCESS;
    *ret_folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*ret_folder < 0) return tc_fail_sys(reterr, errno, folder, "cannot be opened");
    snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", *ret_folder,
             TC_CONTROL_NAME);
    return TC_SUCCESS;
}

static TC_STATUS connect_to(const char *folder, int *ret_fd, bool *ret_running, tc_error *reterr)
{
    struct sockaddr_un to;
    int place;
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    TC_TRY(tc_control_address(folder, &to, &place, reterr));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool made = fd >= 0 &&
                setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0 &&
                setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) == 0;
    bool reached = made && connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0;
    int why = errno;
    if (place >= 0) (void)close(place);
    *ret_running = reached || (why != ENOENT && why != ECONNREFUSED && why != ENOTDIR);
    *ret_fd = fd;
    if (reached || !*ret_running) return TC_SUCCESS;
    return tc_fail_sys(reterr, why, folder, "the run that keeps it cannot be talked to");
}

static TC_STATUS talk(int fd, tc_slice line, tc_str *answer, tc_error *reterr)
{
    uint8_t room[16384];
    if (send(fd, line.ptr, line.len, MSG_NOSIGNAL) != (ssize_t)line.len)
        return tc_fail_sys(reterr, errno, NULL, "the run did not take the request");
    for (;;) {
        ssize_t n = recv(fd, room, sizeof(room), 0);
        if (n == 0) return tc_str_status(answer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN)
            return tc_fail(reterr, TC_EIO,
                           "the run has not answered for a minute: it may be reading its state");
        if (n < 0) return tc_fail_sys(reterr, errno, NULL, "the run broke off");
        tc_str_add(answer, tc_slice_make(room, (size_t)n));
    }
}

/* Takes the first line off; what it does not call ok is an error. */
static TC_STATUS judge(tc_str *whole, tc_str *answer, tc_error *reterr)
{
    tc_slice text, word = tc_slice_split(tc_str_view(whole), '\n', &text);
    if (tc_slice_equal(word, TC_LIT("ok"))) {
        tc_str_add(answer, text);
        return tc_str_status(answer);
    }
    if (!tc_slice_equal(word, TC_LIT("error")))
        return tc_fail(reterr, TC_EIO, "the run broke off without an answer");
    text = tc_slice_trim(text);
    return tc_fail(reterr, TC_ESYNTAX, "%.*s", (int)TC_MIN(text.len, (size_t)512),
                   (const char *)text.ptr);
}

TC_STATUS tc_control_ask(const char *folder, const tc_request *request, tc_str *answer,
                         bool *ret_running, tc_error *reterr)
{
    tc_str line, whole;
    int fd = -1;
    tc_str_init(&line, TC_REQUEST_MAX);
    tc_str_init(&whole, TC_CONTROL_ANSWER);
    tc_request_write(request, &line);
    tc_status status = tc_str_status(&line);
    if (!tc_failed(status)) status = connect_to(folder, &fd, ret_running, reterr);
    bool there = !tc_failed(status) && *ret_running;
    if (there) status = talk(fd, tc_str_view(&line), &whole, reterr);
    if (there && !tc_failed(status)) status = judge(&whole, answer, reterr);
    if (fd >= 0) (void)close(fd);
    tc_str_done(&whole);
    tc_str_done(&line);
    return status;
}
