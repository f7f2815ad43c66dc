#include "detector/app/match_sort.h"

#include "detector/memory/nameless.h"
#include "parsers/base/alloc.h"
#include "parsers/base/str.h"

#include <errno.h>
#include <unistd.h>

#define RUNS_MAX 4096
#define READ_AHEAD ((size_t)64 << 10)

/* In memory and in the file in front of its text. */
typedef struct head {
    tc_time time;
    uint64_t sequence;
    uint64_t length;
} head;

/* A sorted part of the file, and what of it was read already. */
typedef struct run {
    uint64_t at, end; /* offsets of what has not been read */
    uint8_t *data;
    size_t capacity, from, have;
} run;

struct tc_match_sort {
    const char *folder;
    size_t memory;
    uint8_t *data; /* heads and texts, as they came */
    size_t length, capacity;
    size_t *places; /* of the heads in data */
    size_t count, place_capacity;
    uint64_t sequence;
    int file; /* -1: nothing was spilled */
    uint64_t written;
    run *runs;
    size_t run_count, run_capacity;
};

/* -- memory --------------------------------------------------------------------------------- */

static TC_STATUS out_of_memory(tc_error *reterr)
{
    return tc_fail(reterr, TC_ENOMEM, "out of memory");
}

tc_match_sort *tc_match_sort_new(size_t memory, const char *folder)
{
    tc_match_sort *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->folder = folder;
    s->memory = memory;
    s->file = -1;
    return s;
}

void tc_match_sort_free(tc_match_sort *s)
{
    if (s == NULL) return;
    for (size_t i = 0; i < s->run_count; i++)
        tc_free(s->runs[i].data);
    if (s->file >= 0) close(s->file);
    tc_free(s->runs);
    tc_free(s->places);
    tc_free(s->data);
    tc_free(s);
}

static head head_at(const uint8_t *bytes)
{
    head h;
    memcpy(&h, bytes, sizeof(h));
    return h;
}

static bool is_before(const head *a, const head *b)
{
    return a->time != b->time ? a->time < b->time : a->sequence < b->sequence;
}

static int compare_places(const void *left, const void *right, void *context)
{
    const uint8_t *data = context;
    head a = head_at(data + *(const size_t *)left), b = head_at(data + *(const size_t *)right);
    return is_before(&a, &b) ? -1 : is_before(&b, &a);
}

static void sort_memory(tc_match_sort *s)
{
    if (s->count > 1) qsort_r(s->places, s->count, sizeof(*s->places), compare_places, s->data);
}

/* -- the file ------------------------------------------------------------------------------- */

static TC_STATUS write_out(tc_match_sort *s, tc_str *buffer, tc_error *reterr)
{
    TC_TRY(tc_nameless_write(s->file, s->folder, buffer->data, buffer->len, reterr));
    s->written += buffer->len;
    tc_str_clear(buffer);
    return TC_SUCCESS;
}

static TC_STATUS write_sorted(tc_match_sort *s, tc_str *buffer, tc_error *reterr)
{
    for (size_t i = 0; i < s->count; i++) {
        const uint8_t *from = s->data + s->places[i];
        head h = head_at(from);
        tc_str_add(buffer, tc_slice_make(from, sizeof(h) + h.length));
        if (tc_failed(tc_str_status(buffer))) return out_of_memory(reterr);
        if (buffer->len >= READ_AHEAD) TC_TRY(write_out(s, buffer, reterr));
    }
    return write_out(s, buffer, reterr);
}

/* What is in memory becomes one more run. */
static TC_STATUS spill(tc_match_sort *s, tc_error *reterr)
{
    tc_str buffer;
    uint64_t begin = s->written;
    if (s->run_count == RUNS_MAX)
        return tc_fail(reterr, TC_ELIMIT, "too many matches to sort; match the events in parts");
    if (tc_failed(tc_grow(&s->runs, &s->run_capacity, s->run_count + 1, sizeof(run), RUNS_MAX)))
        return out_of_memory(reterr);
    if (s->file < 0) TC_TRY(tc_nameless_open(s->folder, &s->file, reterr));
    sort_memory(s);
    tc_str_init(&buffer, READ_AHEAD + sizeof(head) + TC_MATCH_TEXT_MAX);
    tc_status status = write_sorted(s, &buffer, reterr);
    tc_str_done(&buffer);
    TC_TRY(status);
    s->runs[s->run_count++] = (run){.at = begin, .end = s->written};
    s->length = s->count = 0;
    return TC_SUCCESS;
}

TC_STATUS tc_match_sort_add(tc_match_sort *s, tc_time time, tc_slice text, tc_error *reterr)
{
    head h = {time, s->sequence++, text.len};
    size_t needed = sizeof(h) + text.len;
    if (text.len > TC_MATCH_TEXT_MAX)
        return tc_fail(reterr, TC_ELIMIT, "what rules take from one event is too long");
    if (s->count && s->length + needed > s->memory) TC_TRY(spill(s, reterr));
    if (tc_failed(tc_grow(&s->data, &s->capacity, s->length + needed, 1, SIZE_MAX)) ||
        tc_failed(tc_grow(&s->places, &s->place_capacity, s->count + 1, sizeof(size_t), SIZE_MAX)))
        return out_of_memory(reterr);
    memcpy(s->data + s->length, &h, sizeof(h));
    if (text.len) memcpy(s->data + s->length + sizeof(h), text.ptr, text.len);
    s->places[s->count++] = s->length;
    s->length += needed;
    return TC_SUCCESS;
}

/* -- giving back ---------------------------------------------------------------------------- */

/* Makes sure that so many bytes of the run are in memory. */
static TC_STATUS fill(const tc_match_sort *s, run *r, size_t needed, tc_error *reterr)
{
    if (r->have - r->from >= needed) return TC_SUCCESS;
    if (r->from) memmove(r->data, r->data + r->from, r->have - r->from);
    r->have -= r->from;
    r->from = 0;
    size_t wanted = TC_MAX(needed, READ_AHEAD);
    if (tc_failed(tc_grow(&r->data, &r->capacity, wanted, 1, SIZE_MAX)))
        return out_of_memory(reterr);
    while (r->have < needed) {
        size_t most = (size_t)TC_MIN(r->end - r->at, (uint64_t)(wanted - r->have));
        ssize_t n = pread(s->file, r->data + r->have, most, (off_t)r->at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0)
            return tc_fail_sys(reterr, n < 0 ? errno : 0, s->folder,
                               "cannot read what was written there");
        r->have += (size_t)n;
        r->at += (uint64_t)n;
    }
    return TC_SUCCESS;
}

/* Its next text; false at its end. */
static TC_STATUS peek(const tc_match_sort *s, run *r, head *ret, bool *ret_more, tc_error *reterr)
{
    *ret_more = r->have > r->from || r->at < r->end;
    if (!*ret_more) return TC_SUCCESS;
    TC_TRY(fill(s, r, sizeof(*ret), reterr));
    *ret = head_at(r->data + r->from);
    return fill(s, r, sizeof(*ret) + (size_t)ret->length, reterr);
}

static TC_STATUS give_memory(tc_match_sort *s, const tc_match_taker *taker)
{
    sort_memory(s);
    for (size_t i = 0; i < s->count; i++) {
        const uint8_t *from = s->data + s->places[i];
        head h = head_at(from);
        TC_TRY(taker->take(taker->context, h.time, h.sequence,
                           tc_slice_make(from + sizeof(h), h.length)));
    }
    return TC_SUCCESS;
}

/* The run whose next text comes first; NULL when all have ended. */
static TC_STATUS first_run(const tc_match_sort *s, run **ret, head *ret_head, tc_error *reterr)
{
    *ret = NULL;
    for (size_t i = 0; i < s->run_count; i++) {
        head h;
        bool more;
        TC_TRY(peek(s, &s->runs[i], &h, &more, reterr));
        if (!more || (*ret != NULL && !is_before(&h, ret_head))) continue;
        *ret = &s->runs[i];
        *ret_head = h;
    }
    return TC_SUCCESS;
}

static TC_STATUS give_runs(tc_match_sort *s, const tc_match_taker *taker, tc_error *reterr)
{
    run *r;
    head h;
    for (;;) {
        TC_TRY(first_run(s, &r, &h, reterr));
        if (r == NULL) return TC_SUCCESS;
        tc_slice text = tc_slice_make(r->data + r->from + sizeof(h), h.length);
        TC_TRY(taker->take(taker->context, h.time, h.sequence, text));
        r->from += sizeof(h) + (size_t)h.length;
    }
}

TC_STATUS tc_match_sort_give(tc_match_sort *s, const tc_match_taker *taker, tc_error *reterr)
{
    if (s->run_count == 0) return give_memory(s, taker);
    if (s->count) TC_TRY(spill(s, reterr));
    return give_runs(s, taker, reterr);
}

uint64_t tc_match_sort_spilled(const tc_match_sort *s)
{
    return s->written;
}
