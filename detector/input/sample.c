#include "detector/input/sample.h"

#include "detector/input/input.h"

#include <errno.h>
#include <unistd.h>

enum {
    WINDOW_FIRST = 16 * 1024,
    WINDOW_MAX = 1024 * 1024,
    WINDOW_GROWTH = 8,
    STEP_MIN = 256 * 1024,  /* no closer samples: a small file is soon read */
    EMPTY_MAX = 4,          /* so many samples without a record, and nothing is known */
    LOOK_AHEAD = 16 * 1024, /* of a head that goes on, as much is parsed as shows a record */
};

static tc_status note_time(void *context, tc_event *event)
{
    tc_head_scan *scan = context;
    if (event->time == TC_TIME_NONE) return TC_SUCCESS;
    if (scan->first == TC_TIME_NONE || event->time < scan->first) scan->first = event->time;
    if (scan->last == TC_TIME_NONE || event->time > scan->last) scan->last = event->time;
    return TC_SUCCESS;
}

/* Frames and parses one run; *ret_length is 0 at the end of the head. */
static tc_status scan_run(const tc_parser *parser, const tc_parse_options *options, tc_slice rest,
                          bool last, tc_arena *scratch, tc_head_scan *scan, size_t *ret_length)
{
    tc_carry before = scan->carry;
    tc_frame frame = {0};
    *ret_length = 0;
    TC_TRY(parser->frame(&scan->carry, options, rest, last, &frame));
    TC_ASSERT(frame.length <= rest.len);
    *ret_length = frame.length;
    if (frame.length == 0) return TC_SUCCESS;
    if (frame.rejected) {
        scan->ledger.bytes.rejected += frame.length;
        if (frame.rejected_end) scan->ledger.records.rejected[frame.reason]++;
        return TC_SUCCESS;
    }
    tc_sink sink = {.context = scan, .event = note_time};
    tc_slice run = tc_slice_sub(rest, 0, frame.length);
    tc_arena_reset(scratch);
    return parser->parse(&before, options, run, scratch, &scan->ledger, &sink);
}

static tc_status scan_bytes(const tc_parser *parser, const tc_parse_options *options, tc_slice head,
                            bool last, tc_arena *scratch, tc_head_scan *ret)
{
    *ret = (tc_head_scan){.first = TC_TIME_NONE, .last = TC_TIME_NONE};
    parser->begin(&ret->carry, options);
    size_t length = 1;
    tc_status status = TC_SUCCESS;
    while (head.len > 0 && length > 0 && !tc_failed(status)) {
        status = scan_run(parser, options, head, last, scratch, ret, &length);
        head = tc_slice_sub(head, length, SIZE_MAX);
    }
    return status.code == TC_ENOMEM ? status : TC_SUCCESS;
}

tc_status tc_head_scan_run(const tc_parser *parser, const tc_parse_options *options, tc_slice head,
                           bool whole, tc_arena *scratch, tc_head_scan *ret)
{
    if (!whole && head.len > LOOK_AHEAD) {
        TC_TRY(scan_bytes(parser, options, tc_slice_sub(head, 0, LOOK_AHEAD), false, scratch, ret));
        if (ret->first != TC_TIME_NONE) return TC_SUCCESS;
    }
    return scan_bytes(parser, options, head, whole, scratch, ret);
}

/* Reads up to `size` bytes at an offset; fewer at the end or on an error. */
static size_t read_at(int fd, uint64_t offset, uint8_t *out, size_t size)
{
    size_t got = 0;
    while (got < size) {
        ssize_t n = pread(fd, out + got, size - got, (off_t)(offset + got));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += (size_t)n;
    }
    return got;
}

typedef struct sampler {
    int fd;
    uint64_t base;
    uint64_t size;
    const tc_parser *parser;
    const tc_parse_options *options;
    const tc_carry *carry;
    uint8_t *window; /* WINDOW_MAX bytes */
} sampler;

/* The time of the first record behind an offset, looking further until one is found. */
static bool time_at(const sampler *s, uint64_t offset, tc_time *ret)
{
    size_t have = 0;
    for (size_t want = WINDOW_FIRST; want <= WINDOW_MAX; want *= WINDOW_GROWTH) {
        have += read_at(s->fd, s->base + offset + have, s->window + have, want - have);
        tc_slice bytes = tc_slice_make(s->window, have);
        if (s->parser->sample_time(s->carry, s->options, bytes, ret)) return *ret != TC_TIME_NONE;
        if (have < want) break;
    }
    return false;
}

/* The time of a record close to the end. */
static bool time_at_end(const sampler *s, tc_time *ret)
{
    for (uint64_t back = 1024; back <= WINDOW_MAX; back *= 4) {
        uint64_t offset = back < s->size ? s->size - back : 0;
        size_t have = read_at(s->fd, s->base + offset, s->window, (size_t)TC_MIN(back, s->size));
        tc_slice bytes = tc_slice_make(s->window, have);
        if (s->parser->sample_time(s->carry, s->options, bytes, ret)) return *ret != TC_TIME_NONE;
    }
    return false;
}

static void take_time(tc_sampling *sampling, tc_time t)
{
    if (t == TC_TIME_NONE) return;
    if (sampling->first == TC_TIME_NONE || t < sampling->first) sampling->first = t;
    if (sampling->last == TC_TIME_NONE || t > sampling->last) sampling->last = t;
}

/* From the times at the offsets and the time at the end to bounds of all that follows. */
static void make_bounds(tc_sampling *sampling, tc_time end, int64_t lateness)
{
    tc_time least = end;
    for (uint32_t i = sampling->count; i-- > 0;) {
        tc_time t = sampling->bound[i];
        if (t != TC_TIME_NONE && (least == TC_TIME_NONE || t < least)) least = t;
        if (least == TC_TIME_NONE || __builtin_sub_overflow(least, lateness, &sampling->bound[i])) {
            sampling->bound[i] = TC_TIME_NONE;
        }
    }
    if (least == TC_TIME_NONE) sampling->count = 0;
}

void tc_sample_file(int fd, uint64_t base, uint64_t size, const tc_parser *parser,
                    const tc_parse_options *options, const tc_head_scan *head, tc_arena *scratch,
                    tc_sampling *ret)
{
    ret->first = head->first;
    ret->last = head->last;
    ret->count = 0;
    tc_arena_reset(scratch);
    uint8_t *window = tc_arena_get(scratch, WINDOW_MAX, 1);
    if (!window || !parser->sample_time) return;
    sampler s = {fd, base, size, parser, options, &head->carry, window};
    uint64_t count = TC_MIN(size / STEP_MIN + 1, (uint64_t)TC_SAMPLE_COUNT);
    uint32_t empty = 0;

    ret->bound[0] = head->first;
    ret->offset[0] = 0;
    ret->count = 1;
    for (uint64_t i = 1; i < count && empty < EMPTY_MAX; i++) {
        uint64_t offset = size / count * i;
        tc_time t;
        if (!time_at(&s, offset, &t)) {
            empty++;
            continue;
        }
        take_time(ret, t);
        ret->bound[ret->count] = t;
        ret->offset[ret->count++] = base + offset;
    }
    /* Where times cannot be sampled nothing may be concluded from the few that could. */
    if (empty == EMPTY_MAX) ret->count = 0;
    tc_time end = TC_TIME_NONE;
    if (time_at_end(&s, &end)) take_time(ret, end);
    make_bounds(ret, end, parser->lateness_ns);
}
