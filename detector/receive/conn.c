/* One peer: bytes into events, events into inlets, and acknowledgements back. */
#include "detector/receive/state.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNS_MAX ((size_t)1 << 16)
#define EVENTS_AT_ONCE 1024
#define ALIVE (5 * TC_SECOND)

/* -- coming and going ----------------------------------------------------------------------- */

static const tc_listen *listen_of(const tc_receive *r, const tc_conn *c)
{
    return &r->listens[c->input];
}

static bool set_up(tc_receive *r, tc_conn *c)
{
    const tc_listen *l = listen_of(r, c);
    c->in = tc_alloc(TC_CONN_ROOM, 1);
    tc_syslog_frames_init(&c->frames);
    if (c->in == NULL) return false;
    if (l->way == TC_WAY_TLS) {
        c->tls = tc_tls_peer_new(r->ports[c->input].tls, c->fd);
        c->shakes = true;
        if (c->tls == NULL) return false;
    }
    if (l->speech == TC_SPEAKS_LUMBERJACK) return (c->jack = tc_jack_new()) != NULL;
    if (l->speech == TC_SPEAKS_LINES) {
        c->lines = tc_intake_lines(r, c->input);
        if (c->lines == NULL) return false;
        c->lines->users++;
    }
    return true;
}

TC_STATUS tc_conn_new(tc_receive *r, uint32_t input, int fd)
{
    tc_conn *c = tc_alloc(1, sizeof(*c));
    tc_status status =
        c ? tc_grow(&r->conns, &r->conn_capacity, r->conn_count + 1, sizeof(*r->conns), CONNS_MAX)
          : (tc_status){TC_ENOMEM};
    if (c != NULL) {
        c->fd = fd;
        c->input = input;
        c->heard = c->moved = c->told = tc_receive_now(r);
        r->ports[input].connections++;
        if (!tc_failed(status) && !set_up(r, c)) status = (tc_status){TC_ENOMEM};
    }
    if (!tc_failed(status)) {
        r->ports[input].book.connections++;
        r->conns[r->conn_count++] = c;
    } else if (c != NULL) {
        tc_conn_free(r, c);
    } else {
        close(fd);
    }
    return status;
}

static void let_go(tc_place *place)
{
    if (place->inlet != NULL) place->inlet->users--;
}

void tc_conn_free(tc_receive *r, tc_conn *c)
{
    tc_tls_peer_free(c->tls);
    if (listen_of(r, c)->way != TC_WAY_STDIN) close(c->fd);
    for (size_t i = 0; i < c->place_count; i++)
        let_go(&c->places[c->place_first + i]);
    if (c->lines != NULL) {
        c->lines->users--;
        c->lines->ends = true;
        tc_receive_ring(r->bell);
    }
    r->ports[c->input].connections--;
    tc_jack_free(c->jack);
    tc_syslog_frames_done(&c->frames);
    tc_free(c->places);
    tc_free(c->in);
    tc_free(c);
}

void tc_conn_count(tc_receive *r, tc_conn *c, tc_receive_reason reason)
{
    if (!c->counted) r->ports[c->input].book.rejected[reason]++;
    c->counted = c->closes = true;
}

/* -- places --------------------------------------------------------------------------------- */

/* One place stands for as many events in a row as go to one inlet. */
static TC_STATUS add_place(tc_conn *c, const tc_place *place)
{
    tc_place *last = c->place_count ? &c->places[c->place_first + c->place_count - 1] : NULL;
    if (last != NULL && !last->last && last->inlet == place->inlet) {
        *last = *place;
        return TC_SUCCESS;
    }
    if (c->place_first > 0 && c->place_first + c->place_count == c->place_capacity) {
        memmove(c->places, c->places + c->place_first, c->place_count * sizeof(*c->places));
        c->place_first = 0;
    }
    TC_TRY(tc_grow(&c->places, &c->place_capacity, c->place_first + c->place_count + 1,
                   sizeof(*c->places), 2 * TC_CONN_PLACES));
    c->places[c->place_first + c->place_count++] = *place;
    if (place->inlet != NULL) place->inlet->users++;
    return TC_SUCCESS;
}

static bool is_sure(const tc_place *place)
{
    return place->inlet == NULL || tc_inlet_sure(place->inlet) >= place->end;
}

static void send_out(tc_conn *c)
{
    while (c->out_length > 0) {
        size_t sent = 0;
        if (c->tls != NULL) {
            tc_tls_result result = tc_tls_write(c->tls, c->out, c->out_length, &sent);
            if (result == TC_TLS_WANTS_READ || result == TC_TLS_WANTS_WRITE) return;
            if (result != TC_TLS_DONE) c->closes = true;
        } else {
            ssize_t n = send(c->fd, c->out, c->out_length, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
            if (n < 0) c->closes = true;
            sent = n > 0 ? (size_t)n : 0;
        }
        if (c->closes) return;
        c->out_length -= sent;
        memmove(c->out, c->out + sent, c->out_length);
    }
}

/* A peer that does not take its acknowledgements is none. */
static void say(tc_receive *r, tc_conn *c, uint32_t sequence)
{
    if (c->out_length + TC_JACK_ACK > sizeof(c->out)) {
        tc_conn_count(r, c, TC_RECEIVE_SLOW);
        return;
    }
    tc_jack_ack(sequence, c->out + c->out_length);
    c->out_length += TC_JACK_ACK;
    c->told = tc_receive_now(r);
}

void tc_conn_answer(tc_receive *r, tc_conn *c)
{
    uint32_t partly = 0;
    if (c->jack == NULL || c->shakes || c->closes) return;
    while (c->place_count > 0 && is_sure(&c->places[c->place_first])) {
        tc_place *place = &c->places[c->place_first++];
        c->place_count--;
        let_go(place);
        partly = place->last ? 0 : place->sequence;
        if (place->last) say(r, c, place->sequence);
    }
    if (partly != 0) say(r, c, partly);
    if (c->place_count == 0) c->place_first = 0;
    tc_time now = tc_receive_now(r);
    bool waits = c->place_count > 0 || !tc_jack_is_at_rest(c->jack);
    if (waits && tc_time_between(c->told, now) >= ALIVE) say(r, c, 0);
    send_out(c);
}

/* -- events --------------------------------------------------------------------------------- */

/* Puts one event where it belongs; false: it is to be tried again. */
static bool take_event(tc_receive *r, tc_conn *c, tc_slice event)
{
    tc_place place = {.inlet = NULL};
    tc_intake taken = TC_INTAKE_TAKEN;
    if (event.len > 0) taken = tc_intake_event(r, c->input, event, &place.inlet, &place.end);
    c->holds = taken == TC_INTAKE_FULL;
    if (c->holds) return false;
    c->moved = tc_receive_now(r);
    if (taken == TC_INTAKE_NO_MEMORY) c->closes = true;
    if (c->closes || c->jack == NULL) return !c->closes;
    place.sequence = tc_jack_sequence(c->jack, &place.last);
    if (tc_failed(add_place(c, &place))) c->closes = true;
    return !c->closes;
}

static bool step_jack(tc_receive *r, tc_conn *c, tc_slice *bytes)
{
    tc_place passed = {.inlet = NULL};
    if (c->place_count >= TC_CONN_PLACES) return false;
    if (c->holds) return take_event(r, c, tc_jack_event(c->jack));
    switch (tc_jack_next(c->jack, bytes)) {
    case TC_JACK_EVENT:
        return take_event(r, c, tc_jack_event(c->jack));
    case TC_JACK_LONG:
        r->ports[c->input].book.rejected[TC_RECEIVE_LONG]++;
        passed.sequence = tc_jack_sequence(c->jack, &passed.last);
        if (tc_failed(add_place(c, &passed))) c->closes = true;
        return !c->closes;
    case TC_JACK_BROKEN:
        tc_conn_count(r, c, TC_RECEIVE_FRAME);
        return false;
    case TC_JACK_MORE:
        break;
    }
    return false;
}

static bool step_syslog(tc_receive *r, tc_conn *c, tc_slice *bytes)
{
    if (c->holds) return take_event(r, c, tc_syslog_frames_message(&c->frames));
    bool is_end = c->ended && bytes->len == 0;
    switch (is_end ? tc_syslog_frames_end(&c->frames) : tc_syslog_frames_next(&c->frames, bytes)) {
    case TC_SYSLOG_MESSAGE:
        return take_event(r, c, tc_syslog_frames_message(&c->frames));
    case TC_SYSLOG_LONG:
        r->ports[c->input].book.rejected[TC_RECEIVE_LONG]++;
        return true;
    case TC_SYSLOG_BROKEN:
        tc_conn_count(r, c, TC_RECEIVE_FRAME);
        return false;
    case TC_SYSLOG_MORE:
        break;
    }
    return false;
}

static bool step_lines(tc_receive *r, tc_conn *c, tc_slice *bytes)
{
    if (bytes->len == 0) return false;
    tc_intake taken = tc_intake_bytes(r, c->lines, *bytes);
    c->holds = taken == TC_INTAKE_FULL;
    if (taken == TC_INTAKE_NO_MEMORY) c->closes = true;
    if (taken != TC_INTAKE_TAKEN) return false;
    *bytes = TC_EMPTY_SLICE;
    return true;
}

/* Takes in what stands in the buffer, up to so many events. */
static void take_in(tc_receive *r, tc_conn *c)
{
    tc_slice bytes = tc_slice_make(c->in + c->in_at, c->in_length - c->in_at);
    bool went = true;
    for (int i = 0; i < EVENTS_AT_ONCE && went && !c->closes; i++)
        went = c->jack    ? step_jack(r, c, &bytes)
               : c->lines ? step_lines(r, c, &bytes)
                          : step_syslog(r, c, &bytes);
    c->in_at = c->in_length - bytes.len;
    c->more = went && !c->closes;
}

/* -- reading -------------------------------------------------------------------------------- */

static void shake(tc_receive *r, tc_conn *c)
{
    tc_tls_result result = tc_tls_shake(c->tls);
    c->wants = result == TC_TLS_WANTS_WRITE ? POLLOUT : 0;
    if (result == TC_TLS_DONE) c->shakes = false;
    if (result == TC_TLS_BROKEN || result == TC_TLS_END) tc_conn_count(r, c, TC_RECEIVE_TLS);
}

static void read_tls(tc_receive *r, tc_conn *c)
{
    size_t got;
    tc_tls_result result = tc_tls_read(c->tls, c->in, TC_CONN_ROOM, &got);
    c->wants = result == TC_TLS_WANTS_WRITE ? POLLOUT : 0;
    c->in_length = got;
    /* OpenSSL may hold more of it, of which poll knows nothing. */
    c->more = result == TC_TLS_DONE;
    if (result == TC_TLS_END) c->ended = true;
    if (result == TC_TLS_BROKEN) tc_conn_count(r, c, TC_RECEIVE_TLS);
}

static void read_plain(tc_conn *c)
{
    ssize_t got = read(c->fd, c->in, TC_CONN_ROOM);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) c->ended = true;
    c->in_length = got > 0 ? (size_t)got : 0;
}

static void read_some(tc_receive *r, tc_conn *c)
{
    c->in_at = c->in_length = 0;
    if (c->tls != NULL)
        read_tls(r, c);
    else
        read_plain(c);
    if (c->in_length > 0) {
        if (tc_conn_is_at_rest(c)) c->moved = tc_receive_now(r);
        c->heard = tc_receive_now(r);
        r->ports[c->input].book.bytes += c->in_length;
    }
}

/* The peer has gone: what it said is taken in; what it did not end is nothing. */
static void end(tc_conn *c)
{
    if (!c->holds && !c->more) c->closes = true;
}

void tc_conn_serve(tc_receive *r, tc_conn *c, bool readable)
{
    bool more = c->more;
    c->more = false;
    if (c->shakes) {
        shake(r, c);
        c->more = !c->shakes && !c->closes;
        return;
    }
    if (!c->holds && c->in_at == c->in_length && !c->ended && (readable || more)) read_some(r, c);
    bool again = c->more;
    take_in(r, c);
    c->more = c->more || (again && !c->holds);
    if (c->ended && c->in_at == c->in_length && !c->closes) end(c);
}

/* -- waiting -------------------------------------------------------------------------------- */

bool tc_conn_is_at_rest(const tc_conn *c)
{
    if (c->shakes) return false;
    if (c->jack != NULL) return tc_jack_is_at_rest(c->jack);
    return c->lines != NULL || tc_syslog_frames_are_at_rest(&c->frames);
}

void tc_conn_look(tc_receive *r, tc_conn *c, tc_time now)
{
    bool waits_for_us = c->holds || c->more || c->place_count >= TC_CONN_PLACES;
    if (waits_for_us) c->moved = now;
    if (c->closes || waits_for_us || tc_conn_is_at_rest(c)) return;
    if (tc_time_between(c->moved, now) >= listen_of(r, c)->timeout)
        tc_conn_count(r, c, TC_RECEIVE_SLOW);
}

short tc_conn_events(const tc_receive *r, const tc_conn *c)
{
    short events = c->wants;
    bool full = c->holds || r->bytes > TC_INLETS_BYTES || c->place_count >= TC_CONN_PLACES;
    if (c->shakes) return events ? events : POLLIN;
    if (!full && !c->ended && c->in_at == c->in_length) events |= POLLIN;
    if (c->out_length > 0) events |= POLLOUT;
    return events;
}
