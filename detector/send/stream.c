#include "detector/send/stream.h"

#include "parsers/base/alloc.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>

#define FRAME_MAX ((size_t)4 << 20)
#define GOODBYE_MS 1000

typedef struct flight {
    uint64_t end; /* of its frame, in bytes written */
    uint64_t sent_ms;
} flight;

typedef struct stream {
    const tc_stream_way *way;
    const tc_receiver *receiver;
    tc_patience *patience;
    void *link; /* NULL: not connected */
    tc_str frame;
    flight flights[TC_STREAM_WINDOW]; /* a ring */
    size_t first, count;
    uint64_t acknowledged; /* bytes that the other machine has */
    uint64_t progress_ms;
    bool all_read; /* the other side has closed because it was asked to */
} stream;

TC_STATUS tc_stream_open(const tc_stream_way *way, const tc_receiver *receiver,
                         tc_patience *patience, void **ret, tc_error *reterr)
{
    stream *s = tc_alloc(1, sizeof(*s));
    *ret = s;
    if (s == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    *s = (stream){.way = way, .receiver = receiver, .patience = patience};
    tc_str_init(&s->frame, FRAME_MAX);
    return TC_SUCCESS;
}

static void drop(stream *s)
{
    if (s->link != NULL) s->way->close(s->link);
    s->link = NULL;
    s->count = 0;
    s->acknowledged = 0;
}

void tc_stream_close(void *state)
{
    stream *s = state;
    if (s == NULL) return;
    drop(s);
    tc_str_done(&s->frame);
    tc_free(s);
}

int tc_stream_watch(void *state)
{
    const stream *s = state;
    return s->link != NULL ? s->way->descriptor(s->link) : -1;
}

/* -- sending -------------------------------------------------------------------------------- */

static void add_without_lines(tc_str *out, tc_slice text)
{
    size_t from = out->len;
    tc_str_add(out, text);
    for (size_t i = from; i < out->len; i++)
        if (out->data[i] == '\n') out->data[i] = ' ';
}

void tc_stream_frame(tc_framing framing, tc_slice text, tc_str *out)
{
    if (framing == TC_FRAMING_OCTET) {
        tc_str_addf(out, "%zu ", text.len);
        tc_str_add(out, text);
    } else {
        add_without_lines(out, text);
        tc_str_add_byte(out, '\n');
    }
}

/* False, and the link dropped, if the other side is not there any more. */
static bool is_there(stream *s, tc_error *reterr)
{
    if (s->link == NULL) return true;
    tc_heard heard = s->way->listen(s->link);
    if (heard == TC_HEARD_NOTHING) return true;
    (void)tc_fail(reterr, TC_EIO, "%s has %s the connection", s->receiver->host,
                  heard == TC_HEARD_END ? "closed" : "broken");
    drop(s);
    return false;
}

tc_answer tc_stream_send(void *state, const tc_parcel *parcel, tc_error *reterr)
{
    stream *s = state;
    if (!is_there(s, reterr)) return TC_LATER;
    if (s->link == NULL) s->link = s->way->connect(s->receiver, s->patience, reterr);
    if (s->link == NULL) return TC_LATER;
    tc_str_clear(&s->frame);
    tc_stream_frame(s->receiver->framing, parcel->text, &s->frame);
    if (tc_failed(tc_str_status(&s->frame))) {
        (void)tc_fail(reterr, TC_ENOMEM, "out of memory");
        return TC_LATER;
    }
    TC_ASSERT(s->count < TC_STREAM_WINDOW);
    if (!s->way->write(s->link, tc_str_view(&s->frame), reterr)) {
        drop(s);
        return TC_BROKE;
    }
    uint64_t now = tc_patience_ms(s->patience);
    if (s->count == 0) s->progress_ms = now;
    s->flights[(s->first + s->count++) % TC_STREAM_WINDOW] =
        (flight){s->way->written(s->link), now};
    return TC_TAKEN;
}

/* -- arriving ------------------------------------------------------------------------------- */

static void look_at_queue(stream *s, uint64_t now)
{
    int waiting = 0;
    if (ioctl(s->way->descriptor(s->link), SIOCOUTQ, &waiting) < 0 || waiting < 0) return;
    uint64_t there = s->way->written(s->link) - (uint64_t)waiting;
    if (there > s->acknowledged || waiting == 0) s->progress_ms = now;
    s->acknowledged = there;
}

/* How many of the eldest are settled. */
static size_t settled(const stream *s, uint64_t now)
{
    size_t there = 0, n = 0;
    while (there < s->count &&
           s->flights[(s->first + there) % TC_STREAM_WINDOW].end <= s->acknowledged)
        there++;
    while (n < there) {
        const flight *f = &s->flights[(s->first + n) % TC_STREAM_WINDOW];
        bool is_old = now - f->sent_ms >= TC_STREAM_SETTLED_MS;
        if (!is_old && there - n <= TC_STREAM_SETTLED_BEHIND) break;
        n++;
    }
    return n;
}

static void take_off(stream *s, size_t n)
{
    s->first = (s->first + n) % TC_STREAM_WINDOW;
    s->count -= n;
}

bool tc_stream_settle(void *state, size_t *ret_more, tc_error *reterr)
{
    stream *s = state;
    *ret_more = 0;
    if (s->all_read) {
        *ret_more = s->count;
        take_off(s, s->count);
        return true;
    }
    if (!is_there(s, reterr)) return false;
    if (s->link == NULL) return true;
    uint64_t now = tc_patience_ms(s->patience);
    look_at_queue(s, now);
    *ret_more = settled(s, now);
    take_off(s, *ret_more);
    if (s->count == 0 || now < s->progress_ms + s->receiver->timeout_ms) return true;
    (void)tc_fail(reterr, TC_EIO, "%s has taken nothing for %" PRIu32 " ms", s->receiver->host,
                  s->receiver->timeout_ms);
    drop(s);
    return false;
}

/* -- the end -------------------------------------------------------------------------------- */

/* The program stops already, so this wait has an end of its own. */
void tc_stream_finish(void *state)
{
    stream *s = state;
    if (s->link == NULL) return;
    tc_patience rest = {s->patience->clock, -1};
    uint64_t deadline = tc_patience_ms(&rest) + GOODBYE_MS;
    tc_heard heard = TC_HEARD_NOTHING;
    s->way->end(s->link);
    do {
        heard = s->way->listen(s->link);
    } while (heard == TC_HEARD_NOTHING && tc_patience_wait(&rest, s->way->descriptor(s->link),
                                                           POLLIN, deadline) == TC_WAIT_READY);
    if (heard != TC_HEARD_END) return;
    look_at_queue(s, tc_patience_ms(&rest));
    s->all_read = settled(s, UINT64_MAX) == s->count;
}
