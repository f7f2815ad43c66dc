#include "detector/input/sample.h"

#include "detector/input/input.h"

#include <errno.h>
#include <unistd.h>

enum {
    WINDOW_FIRST = 4 * 1024,
    WINDOW_MAX = 1024 * 1024,
    WINDOW_GROWTH = 4,
    LINES_MAX = 256,        /* lines tried, from the last back: a written-out event has fewer */
    LOOK_AHEAD = 16 * 1024, /* of a head that goes on, as much is parsed as shows a record */
};

static TC_STATUS note_time(void *context, tc_event *event)
{
    tc_head_scan *scan = context;
    if (event->shipped) scan->inside |= event->shipped->format;
    if (event->time == TC_TIME_NONE) return TC_SUCCESS;
    if (scan->first == TC_TIME_NONE || event->time < scan->first) scan->first = event->time;
    if (scan->last == TC_TIME_NONE || event->time > scan->last) scan->last = event->time;
    return TC_SUCCESS;
}

/* Frames and parses one run; *ret_length is 0 at the end of the head. */
static TC_STATUS scan_run(const tc_parser *parser, const tc_parse_options *options, tc_slice rest,
                          bool last, tc_arena *scratch, tc_head_scan *scan, size_t *ret_length)
{
    tc_carry before = scan->carry;
    tc_frame frame = {0};
    *ret_length = 0;
    TC_TRY(parser->frame(parser, &scan->carry, options, rest, last, &frame));
    TC_ASSERT(frame.length <= rest.len);
    *ret_length = frame.length;
    if (frame.length == 0) return TC_SUCCESS;
    if (frame.rejected) {
        tc_ledger_reject(&scan->ledger, tc_slice_sub(rest, 0, frame.length));
        if (frame.rejected_end) scan->ledger.records.rejected[frame.reason]++;
        return TC_SUCCESS;
    }
    tc_sink sink = {.context = scan, .event = note_time};
    tc_slice run = tc_slice_sub(rest, 0, frame.length);
    tc_arena_reset(scratch);
    return parser->parse(parser, &before, options, run, scratch, &scan->ledger, &sink);
}

static TC_STATUS scan_bytes(const tc_parser *parser, const tc_parse_options *options, tc_slice head,
                            bool last, tc_arena *scratch, tc_head_scan *ret)
{
    *ret = (tc_head_scan){.first = TC_TIME_NONE, .last = TC_TIME_NONE};
    parser->begin(parser, &ret->carry, options);
    size_t length = 1;
    tc_status status = TC_SUCCESS;
    while (head.len > 0 && length > 0 && !tc_failed(status)) {
        status = scan_run(parser, options, head, last, scratch, ret, &length);
        head = tc_slice_sub(head, length, SIZE_MAX);
    }
    return status.code == TC_ENOMEM ? status : TC_SUCCESS;
}

TC_STATUS tc_head_scan_run(const tc_parser *parser, const tc_parse_options *options, tc_slice head,
                           bool whole, tc_arena *scratch, tc_head_scan *ret)
{
    if (!whole && head.len > LOOK_AHEAD && !parser->envelope) {
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

/* The time of the last record of the window: that behind the last line end which has one behind
 * it, else of the first record of all. Records of one line are met at once, others soon. */
static bool time_of_last(const tc_parser *parser, const tc_parse_options *options,
                         const tc_carry *carry, tc_slice window, tc_time *ret)
{
    size_t at = window.len;
    for (int tries = 0; tries < LINES_MAX; tries++) {
        while (at > 0 && window.ptr[at - 1] != '\n')
            at--;
        if (at == 0) break;
        at--;
        tc_slice rest = tc_slice_sub(window, at, SIZE_MAX);
        if (parser->sample_time(parser, carry, options, rest, ret) && *ret != TC_TIME_NONE)
            return true;
    }
    return parser->sample_time(parser, carry, options, window, ret) && *ret != TC_TIME_NONE;
}

tc_time tc_sample_end(int fd, uint64_t base, uint64_t size, const tc_parser *parser,
                      const tc_parse_options *options, const tc_carry *carry, tc_arena *scratch)
{
    tc_arena_reset(scratch);
    uint8_t *window = tc_arena_get(scratch, WINDOW_MAX, 1);
    if (!window || !parser->sample_time) return TC_TIME_NONE;
    for (uint64_t back = WINDOW_FIRST; back <= WINDOW_MAX; back *= WINDOW_GROWTH) {
        uint64_t offset = back < size ? size - back : 0;
        size_t have = read_at(fd, base + offset, window, (size_t)TC_MIN(back, size));
        tc_time t;
        if (time_of_last(parser, options, carry, tc_slice_make(window, have), &t)) return t;
    }
    return TC_TIME_NONE;
}
