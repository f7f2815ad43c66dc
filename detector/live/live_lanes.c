#include "detector/live/live_lanes.h"

#include "parsers/base/alloc.h"

#define EVENTS_AT_ONCE 4096
#define LANES_MAX (TC_RECEIVE_INPUTS_MAX * TC_RECEIVE_INLETS_MAX * 2)

void tc_live_lanes_done(tc_live_lanes *l)
{
    for (size_t i = 0; i < l->count; i++)
        tc_live_stream_free(l->streams[i]);
    tc_free(l->streams);
    *l = (tc_live_lanes){.receive = NULL};
}

static tc_live_stream *numbered(const tc_live_lanes *l, uint32_t number)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->streams[i]->number == number) return l->streams[i];
    return NULL;
}

void tc_live_lanes_forget(tc_live_lanes *l, tc_live_stream *s)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->streams[i] != s) continue;
        l->streams[i] = l->streams[--l->count];
        tc_live_stream_free(s);
        return;
    }
}

static TC_STATUS add(tc_live_lanes *l, tc_live_context *c, const tc_receive_event *e)
{
    tc_live_stream *s = NULL;
    tc_live_origin origin = {.number = e->number, .key = e->key, .path = e->name};
    TC_TRY(tc_grow(&l->streams, &l->capacity, l->count + 1, sizeof(tc_live_stream *), LANES_MAX));
    tc_status status = tc_live_stream_new(c, &origin, &s);
    if (tc_failed(status)) {
        tc_live_stream_free(s);
        return status;
    }
    s->said = e->again;
    s->wants = true;
    s->heard = c->now;
    l->streams[l->count++] = s;
    return TC_SUCCESS;
}

static TC_STATUS take(tc_live_lanes *l, tc_live_context *c, const tc_receive_event *e)
{
    tc_live_stream *s = numbered(l, e->number);
    switch (e->kind) {
    case TC_RECEIVE_NEW:
        return add(l, c, e);
    case TC_RECEIVE_MORE:
        if (s == NULL || s->over) return TC_SUCCESS;
        s->wants = true;
        s->heard = c->now;
        return tc_live_stream_note_more(c, s);
    case TC_RECEIVE_FORGOTTEN:
        tc_live_context_forget(c, e->key);
        if (s != NULL && !s->ready) tc_live_lanes_forget(l, s);
        return tc_notes_put(c->notes, &(tc_note){.kind = TC_NOTE_FORGOTTEN, .key = e->key});
    case TC_RECEIVE_NOTHING:
        break;
    }
    return TC_SUCCESS;
}

TC_STATUS tc_live_lanes_take(tc_live_lanes *l, tc_live_context *c)
{
    tc_receive_event e;
    if (l->receive == NULL) return TC_SUCCESS;
    for (size_t i = 0; i < EVENTS_AT_ONCE; i++) {
        tc_receive_next(l->receive, &e);
        if (e.kind == TC_RECEIVE_NOTHING) break;
        TC_TRY(take(l, c, &e));
    }
    return TC_SUCCESS;
}

/* Nobody knows yet what it is, and nothing came for a while: whoever sent it waits no longer. */
static void let_go(tc_live_lanes *l, tc_live_context *c, tc_live_stream *s)
{
    if (s->refused) {
        tc_live_stream_leave(c, s);
        tc_live_lanes_forget(l, s);
        return;
    }
    if (!s->released) tc_receive_release(l->receive, s->number);
    s->released = true;
}

TC_STATUS tc_live_lanes_look(tc_live_lanes *l, tc_live_context *c)
{
    for (size_t i = l->count; i > 0; i--) {
        tc_live_stream *s = l->streams[i - 1];
        if (s->ready || s->over || s->caught_up) continue;
        bool waited = l->once || tc_time_between(s->heard, c->now) >= TC_LANE_KNOWN;
        if (s->source != UINT32_MAX)
            TC_TRY(tc_live_stream_rest(c, s));
        else if (s->head_length > 0 && waited)
            let_go(l, c, s);
    }
    return TC_SUCCESS;
}

bool tc_live_lanes_are_back(const tc_live_lanes *l, tc_time now)
{
    if (l->receive == NULL) return true;
    if (l->once) return !tc_receive_is_busy(l->receive);
    return tc_time_between(l->started, now) >= TC_LANE_BACK || !tc_receive_expects(l->receive);
}
