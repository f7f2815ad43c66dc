#include "detector/follow/told.h"

#include "detector/follow/bell.h"
#include "detector/follow/lane.h"
#include "parsers/base/alloc.h"

enum { NOTICES_MAX = 65536 };

static tc_follow_mark mark_at(const tc_follow_stream *s, const tc_print *print)
{
    return (tc_follow_mark){s->given, print->at, print->tail_at, print->tail_hash};
}

static TC_STATUS add_mark(tc_follow_stream *s, const tc_print *print)
{
    if (s->mark_count == TC_FOLLOW_MARKS) {
        /* Every second one will do: a point is then checked a little further before its place. */
        for (size_t i = 0; i < TC_FOLLOW_MARKS / 2; i++)
            s->marks[i] = s->marks[2 * i + 1];
        s->mark_count = TC_FOLLOW_MARKS / 2;
    }
    TC_TRY(tc_grow(&s->marks, &s->mark_capacity, s->mark_count + 1, sizeof *s->marks,
                   TC_FOLLOW_MARKS));
    s->marks[s->mark_count++] = mark_at(s, print);
    return TC_SUCCESS;
}

TC_STATUS tc_told_new(tc_follow *follow, tc_followed *file)
{
    TC_TRY(tc_grow(&follow->streams, &follow->stream_capacity, follow->stream_count + 1,
                   sizeof *follow->streams, TC_FOLLOW_NO_STREAM));
    tc_follow_stream *s = tc_alloc(1, sizeof *s);
    if (!s) return (tc_status){TC_ENOMEM};
    *s = (tc_follow_stream){.follow = follow,
                            .file = file,
                            .lane = file->lane,
                            .number = (uint32_t)follow->stream_count,
                            .key = file->key,
                            .generation = file->generation,
                            .start = file->print.at};
    s->mark = mark_at(s, &file->print);
    follow->streams[follow->stream_count++] = s;
    follow->counts.streams++;
    s->elder = file->streams;
    file->stream = file->streams = s;
    tc_told(s, TC_FOLLOW_NEW);
    return TC_SUCCESS;
}

void tc_told(tc_follow_stream *stream, tc_follow_kind kind)
{
    tc_follow *follow = stream->follow;
    stream->events |= (uint8_t)(1u << kind);
    if (stream->listed) return;
    stream->listed = true;
    stream->told_next = NULL;
    *(follow->told_last ? &follow->told_last->told_next : &follow->told_first) = stream;
    follow->told_last = stream;
    tc_bell_ring(follow->bell);
}

TC_STATUS tc_told_bytes(tc_followed *file, tc_slice bytes)
{
    tc_follow_stream *s = file->stream;
    if (s->closed) return TC_SUCCESS;
    tc_follow_piece *piece = tc_alloc(1, sizeof *piece + bytes.len);
    if (!piece) return (tc_status){TC_ENOMEM};
    piece->length = bytes.len;
    memcpy(piece->bytes, bytes.ptr, bytes.len);
    s->given += bytes.len;
    tc_status status = add_mark(s, &file->print);
    if (tc_failed(status)) {
        s->given -= bytes.len;
        tc_free(piece);
        return status;
    }
    *(s->last ? &s->last->next : &s->first) = piece;
    s->last = piece;
    s->lane->ahead += bytes.len;
    tc_told(s, TC_FOLLOW_MORE);
    return TC_SUCCESS;
}

TC_STATUS tc_told_gap(tc_followed *file, tc_follow_why why, uint64_t bytes)
{
    tc_follow_stream *s = file->stream;
    TC_TRY(add_mark(s, &file->print));
    s->why = why;
    s->gap += bytes;
    tc_told(s, TC_FOLLOW_GAP);
    return TC_SUCCESS;
}

void tc_told_end(tc_followed *file)
{
    tc_follow_stream *s = file->stream;
    if (!s) return;
    file->stream = NULL;
    s->ended = true;
    tc_told(s, TC_FOLLOW_ENDED);
}

void tc_told_notice(tc_follow *follow, tc_follow_kind kind, uint64_t key, tc_slice path,
                    const tc_error *error)
{
    if (follow->notice_count >= NOTICES_MAX) return;
    tc_follow_notice *n = tc_alloc(1, sizeof *n + path.len + 1);
    if (!n) return;
    n->kind = kind;
    n->key = key;
    if (error) n->error = *error;
    if (path.len) memcpy(n->path, path.ptr, path.len);
    *(follow->notice_last ? &follow->notice_last->next : &follow->notice_first) = n;
    follow->notice_last = n;
    follow->notice_count++;
    tc_bell_ring(follow->bell);
}

void tc_told_failed(tc_follow *follow, tc_followed *file, const tc_error *error)
{
    if (file->failing) return;
    file->failing = true;
    tc_follow_stream *s = file->stream;
    if (s && !s->error) s->error = tc_alloc(1, sizeof *s->error);
    if (!s || !s->error) {
        tc_told_notice(follow, TC_FOLLOW_FAILED, file->key, tc_slice_of(file->path), error);
        return;
    }
    *s->error = *error;
    tc_told(s, TC_FOLLOW_FAILED);
}

void tc_told_works(tc_follow *follow, tc_followed *file)
{
    if (!file->failing) return;
    file->failing = false;
    if (file->stream) {
        tc_told(file->stream, TC_FOLLOW_WORKS);
    } else {
        tc_told_notice(follow, TC_FOLLOW_WORKS, file->key, tc_slice_of(file->path), NULL);
    }
}

static void show_path(tc_follow *follow, const char *path, tc_follow_event *event)
{
    size_t length = TC_MIN(strlen(path), TC_FOLLOW_PATH_MAX);
    memcpy(follow->told_path, path, length);
    follow->told_path[length] = '\0';
    event->path = tc_slice_make(follow->told_path, length);
}

static void take_notice(tc_follow *follow, tc_follow_event *ret)
{
    tc_follow_notice *n = follow->notice_first;
    follow->notice_first = n->next;
    if (!n->next) follow->notice_last = NULL;
    follow->notice_count--;
    follow->told_error = n->error;
    *ret = (tc_follow_event){.kind = n->kind, .number = TC_FOLLOW_NO_STREAM, .key = n->key};
    if (n->kind == TC_FOLLOW_FAILED) ret->error = &follow->told_error;
    show_path(follow, n->path, ret);
    tc_free(n);
}

/* The order in which the events of one stream come. */
static const tc_follow_kind order[] = {TC_FOLLOW_NEW,   TC_FOLLOW_RENAMED, TC_FOLLOW_FAILED,
                                       TC_FOLLOW_WORKS, TC_FOLLOW_MORE,    TC_FOLLOW_GAP,
                                       TC_FOLLOW_ENDED};

static tc_follow_kind take_bit(tc_follow_stream *s)
{
    for (size_t i = 0; i < TC_COUNT_OF(order); i++) {
        uint8_t bit = (uint8_t)(1u << order[i]);
        if (!(s->events & bit)) continue;
        s->events &= (uint8_t)~bit;
        return order[i];
    }
    return TC_FOLLOW_NOTHING;
}

static void unlist(tc_follow *follow, tc_follow_stream *s)
{
    follow->told_first = s->told_next;
    if (!follow->told_first) follow->told_last = NULL;
    s->listed = false;
    s->told_next = NULL;
}

static void take_stream(tc_follow *follow, tc_follow_event *ret)
{
    tc_follow_stream *s = follow->told_first;
    *ret = (tc_follow_event){.kind = take_bit(s),
                             .number = s->number,
                             .key = s->key,
                             .offset = s->start,
                             .generation = s->generation,
                             .why = s->why};
    if (ret->kind == TC_FOLLOW_GAP) {
        ret->bytes = s->gap;
        s->gap = 0;
    }
    if (ret->kind == TC_FOLLOW_FAILED && s->error) {
        follow->told_error = *s->error;
        ret->error = &follow->told_error;
    }
    show_path(follow, s->file ? s->file->path : "", ret);
    if (s->events == 0) unlist(follow, s);
    tc_told_let_go(s);
}

void tc_told_let_go(tc_follow_stream *stream)
{
    if (!stream->ended || !stream->closed || !stream->pointed || stream->events != 0) return;
    stream->follow->streams[stream->number] = NULL;
    tc_told_free_stream(stream);
}

bool tc_told_take(tc_follow *follow, tc_follow_event *ret)
{
    if (follow->notice_first) {
        take_notice(follow, ret);
    } else if (follow->told_first) {
        take_stream(follow, ret);
    } else if (follow->settled && !follow->settled_told) {
        follow->settled_told = true;
        *ret = (tc_follow_event){.kind = TC_FOLLOW_SETTLED, .number = TC_FOLLOW_NO_STREAM};
    } else {
        return false;
    }
    return true;
}

void tc_told_drop_pieces(tc_follow_stream *stream)
{
    for (tc_follow_piece *p = stream->first, *next; p; p = next) {
        next = p->next;
        if (stream->lane) stream->lane->ahead -= p->length - p->taken;
        tc_free(p);
    }
    stream->first = stream->last = NULL;
}

static void leave_file(tc_follow_stream *stream)
{
    tc_followed *file = stream->file;
    if (!file) return;
    if (file->stream == stream) file->stream = NULL;
    tc_follow_stream **at = &file->streams;
    while (*at && *at != stream)
        at = &(*at)->elder;
    if (*at) *at = stream->elder;
}

void tc_told_free_stream(tc_follow_stream *stream)
{
    tc_told_drop_pieces(stream);
    leave_file(stream);
    tc_free(stream->marks);
    tc_free(stream->error);
    tc_free(stream);
}

void tc_told_done(tc_follow *follow)
{
    for (size_t i = 0; i < follow->stream_count; i++) {
        if (follow->streams[i]) tc_told_free_stream(follow->streams[i]);
    }
    tc_free(follow->streams);
    for (tc_follow_notice *n = follow->notice_first, *next; n; n = next) {
        next = n->next;
        tc_free(n);
    }
}
