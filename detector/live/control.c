#include "detector/live/control.h"

#include "detector/live/control_address.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE (5 * TC_SECOND)

typedef struct peer {
    int fd; /* -1: none */
    tc_time since;
    size_t got; /* of the line */
    char line[TC_REQUEST_MAX];
    tc_str answer;
    size_t sent;
    bool answered;
} peer;

struct tc_control {
    int listener, folder;
    struct sockaddr_un at;
    peer peers[TC_CONTROL_MAX];
};

/* -- life ----------------------------------------------------------------------------------- */

static TC_STATUS listen_at(tc_control *c, tc_error *reterr)
{
    c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)unlink(c->at.sun_path);
    /* Nobody else comes into the folder, so that it is open to others for a moment opens nothing.
     */
    bool made = c->listener >= 0 &&
                bind(c->listener, (const struct sockaddr *)&c->at, sizeof(c->at)) == 0 &&
                chmod(c->at.sun_path, 0600) == 0 && listen(c->listener, TC_CONTROL_MAX) == 0;
    return made ? TC_SUCCESS
                : tc_fail_sys(reterr, errno, c->at.sun_path, "the control socket cannot be opened");
}

TC_STATUS tc_control_open(const char *folder, tc_control **ret, tc_error *reterr)
{
    tc_control *c = tc_alloc(1, sizeof(*c));
    if (c == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    c->listener = c->folder = -1;
    for (size_t i = 0; i < TC_CONTROL_MAX; i++) {
        c->peers[i].fd = -1;
        tc_str_init(&c->peers[i].answer, TC_CONTROL_ANSWER);
    }
    tc_status status = tc_control_address(folder, &c->at, &c->folder, reterr);
    if (!tc_failed(status)) status = listen_at(c, reterr);
    if (tc_failed(status))
        tc_control_close(c);
    else
        *ret = c;
    return status;
}

static void part(peer *p)
{
    if (p->fd >= 0) (void)close(p->fd);
    p->fd = -1;
    tc_str_clear(&p->answer);
}

void tc_control_close(tc_control *c)
{
    if (c == NULL) return;
    for (size_t i = 0; i < TC_CONTROL_MAX; i++) {
        part(&c->peers[i]);
        tc_str_done(&c->peers[i].answer);
    }
    if (c->listener >= 0) {
        (void)close(c->listener);
        (void)unlink(c->at.sun_path);
    }
    if (c->folder >= 0) (void)close(c->folder);
    tc_free(c);
}

/* -- one peer ------------------------------------------------------------------------------- */

static bool may_talk(int fd)
{
    struct ucred peer_is;
    socklen_t size = sizeof(peer_is);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer_is, &size) != 0) return false;
    return peer_is.uid == geteuid() || peer_is.uid == 0;
}

static void refuse(peer *p, const char *why)
{
    tc_str_clear(&p->answer);
    tc_str_addf(&p->answer, "error\n%s\n", why);
    p->answered = true;
}

static void answer_line(peer *p, size_t length, tc_control_answer answer, void *context)
{
    tc_request request;
    tc_error error = {0};
    char words[640];
    tc_str_addf(&p->answer, "ok\n");
    tc_status status = tc_request_read(tc_slice_make(p->line, length), &request, &error);
    if (!tc_failed(status)) status = answer(context, &request, &p->answer, &error);
    if (!tc_failed(status)) status = tc_str_status(&p->answer);
    p->answered = true;
    if (tc_failed(status))
        refuse(p, error.code ? tc_error_format(&error, words, sizeof(words)) : "out of memory");
}

/* False: it has gone. */
static bool hear(peer *p, tc_control_answer answer, void *context)
{
    while (!p->answered) {
        ssize_t n = recv(p->fd, p->line + p->got, sizeof(p->line) - p->got, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN;
        if (n == 0) return false;
        p->got += (size_t)n;
        const char *end = memchr(p->line, '\n', p->got);
        if (end != NULL)
            answer_line(p, (size_t)(end - p->line), answer, context);
        else if (p->got == sizeof(p->line))
            refuse(p, "the line is too long");
    }
    return true;
}

/* False: it has all of it, or has gone. */
static bool speak(peer *p)
{
    while (p->answered && p->sent < p->answer.len) {
        ssize_t n = send(p->fd, p->answer.data + p->sent, p->answer.len - p->sent,
                         MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN;
        p->sent += (size_t)n;
    }
    return !p->answered;
}

/* -- all of them ---------------------------------------------------------------------------- */

static void welcome(tc_control *c, peer *p, tc_time now)
{
    int fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    p->fd = fd;
    p->since = now;
    p->got = p->sent = 0;
    p->answered = false;
    if (!may_talk(fd)) refuse(p, "this is for the owner of the state");
}

void tc_control_look(tc_control *c, tc_time now, tc_control_answer answer, void *context)
{
    for (size_t i = 0; i < TC_CONTROL_MAX; i++) {
        peer *p = &c->peers[i];
        if (p->fd < 0) welcome(c, p, now);
        if (p->fd < 0) continue;
        bool stays = hear(p, answer, context) && speak(p);
        bool late = now < p->since || tc_time_between(p->since, now) > PATIENCE;
        if (!stays || late) part(p);
    }
}
