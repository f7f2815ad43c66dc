#include "parsers/text/framing.h"
#include "parsers/text/split.h"

enum { INSIDE_NOTHING = 0, INSIDE_NULS, INSIDE_OVERSIZE, INSIDE_COUNT };

static size_t nul_run(tc_slice s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] == 0)
        n++;
    return n;
}

static void take_rejected(tc_framing *state, tc_frame *ret, size_t length, tc_reason reason,
                          uint8_t inside)
{
    *ret = (tc_frame){length, true, inside == INSIDE_NOTHING, reason, 0};
    state->inside = inside;
}

/* NUL bytes wait for what follows: a writer may still put its lines over them. One byte is left
 * behind, so that the unit's last piece is never empty. */
static void frame_nuls(tc_framing *state, size_t record_max, tc_slice bytes, bool last,
                       tc_frame *ret)
{
    size_t run = nul_run(bytes);
    if (run < bytes.len || last)
        take_rejected(state, ret, run, TC_REASON_NUL_BYTES, INSIDE_NOTHING);
    else if (run >= record_max && run > 1)
        take_rejected(state, ret, run - 1, TC_REASON_NUL_BYTES, INSIDE_NULS);
}

/* Goes on in a record that is too long, up to its end or as far as the end is not in sight. */
static void frame_oversize(const tc_framing_rules *rules, tc_framing *state, tc_slice bytes,
                           bool last, tc_frame *ret)
{
    uint8_t inside = INSIDE_OVERSIZE;
    size_t taken = bytes.len - (last ? 0 : 1);
    for (size_t from = 0; from < bytes.len;) {
        size_t feed = tc_slice_find(tc_slice_sub(bytes, from, bytes.len), '\n');
        if (feed == TC_NPOS) break;
        feed += from;
        tc_framing_answer answer = rules->ends(rules->context, bytes, feed, last);
        if (answer != TC_FRAMING_NO) {
            taken = answer == TC_FRAMING_YES ? feed + 1 : feed;
            if (answer == TC_FRAMING_YES) inside = INSIDE_NOTHING;
            break;
        }
        from = feed + 1;
    }
    if (last && taken == bytes.len) inside = INSIDE_NOTHING;
    if (taken > 0) take_rejected(state, ret, taken, TC_REASON_OVERSIZE, inside);
}

tc_slice tc_framing_line(tc_slice s, size_t at, size_t *ret_next)
{
    tc_slice rest = tc_slice_sub(s, at, s.len);
    size_t feed = tc_slice_find(rest, '\n');
    size_t length = feed == TC_NPOS ? rest.len : feed;
    *ret_next = at + length + (feed == TC_NPOS ? 0 : 1);
    while (length > 0 && rest.ptr[length - 1] == '\r')
        length--;
    return tc_slice_sub(rest, 0, length);
}

/* Carriage returns inside it: lines that end in them alone, of which only the first can be a header
 * line. What they say is lost, and they say nothing of what follows. */
static bool holds_lines(tc_slice line)
{
    return line.len > 0 && memchr(line.ptr, '\r', line.len) != NULL;
}

/* A byte order mark, as stands in the middle where two files were put together. */
static size_t mark_at(tc_slice s, size_t at)
{
    return tc_slice_starts(tc_slice_sub(s, at, 3), TC_LIT("\xEF\xBB\xBF")) ? 3 : 0;
}

static bool is_header_start(const tc_framing_rules *rules, tc_slice s, size_t at)
{
    at += mark_at(s, at);
    if (at < s.len && s.ptr[at] == '#') return true;
    return rules->bare.len > 0 &&
           tc_slice_starts_ascii(tc_slice_sub(s, at, rules->bare.len), rules->bare);
}

/* A run of '#' lines. */
static TC_STATUS frame_headers(const tc_framing_rules *rules, tc_carry *carry,
                               const tc_parse_options *options, tc_slice bytes, bool whole,
                               tc_frame *ret)
{
    size_t at = 0;
    while (is_header_start(rules, bytes, at)) {
        size_t next = 0;
        tc_slice line = tc_framing_line(bytes, at, &next);
        line = tc_slice_sub(line, mark_at(line, 0), line.len);
        if (bytes.ptr[next - 1] != '\n' && !whole) break;
        if (!holds_lines(line)) TC_TRY(rules->header(rules->context, carry, options, line));
        at = next;
    }
    ret->length = at;
    return TC_SUCCESS;
}

/* As tc_split_find_header, of header lines without a '#'. */
static size_t find_bare(const tc_framing_rules *rules, tc_slice s)
{
    for (size_t from = 0; rules->bare.len > 0 && from < s.len;) {
        size_t feed = tc_slice_find(tc_slice_sub(s, from, s.len), '\n');
        if (feed == TC_NPOS) break;
        from += feed + 1;
        size_t at = from + nul_run(tc_slice_sub(s, from, s.len));
        at += mark_at(s, at);
        if (tc_slice_starts_ascii(tc_slice_sub(s, at, rules->bare.len), rules->bare)) return from;
    }
    return TC_NPOS;
}

/* Where the first header line inside a run of records begins; records.len if there is none. */
static size_t find_header(const tc_framing_rules *rules, tc_slice records)
{
    for (size_t from = 0; from < records.len;) {
        tc_slice rest = tc_slice_sub(records, from, records.len);
        size_t found = TC_MIN(tc_split_find_header(rest), find_bare(rules, rest));
        if (found == TC_NPOS) break;
        from += found;
        size_t next = 0;
        tc_slice line = tc_framing_line(records, from, &next);
        line = tc_slice_sub(line, nul_run(line), line.len);
        if (rules->is_header(rules->context, tc_slice_sub(line, mark_at(line, 0), line.len)))
            return from;
    }
    return records.len;
}

/* The end of the last whole record in bytes, 0 if there is none: the last one that `ends` knows of,
 * and then what `forward` finds behind it. */
static size_t whole_records(const tc_framing_rules *rules, tc_slice bytes)
{
    size_t end = 0;
    for (size_t left = bytes.len; left > 0;) {
        size_t feed = tc_slice_rfind(tc_slice_sub(bytes, 0, left), '\n');
        if (feed == TC_NPOS) break;
        if (rules->ends(rules->context, bytes, feed, false) == TC_FRAMING_YES) {
            end = feed + 1;
            break;
        }
        left = feed;
    }
    if (rules->forward && end < bytes.len)
        end += rules->forward(rules->context, tc_slice_sub(bytes, end, bytes.len));
    return end;
}

TC_STATUS tc_framing_next(const tc_framing_rules *rules, tc_framing *state, tc_carry *carry,
                          const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret)
{
    *ret = (tc_frame){0, false, false, TC_REASON_OVERSIZE, 0};
    if (bytes.len == 0) return TC_SUCCESS;
    if (state->inside == INSIDE_OVERSIZE) {
        frame_oversize(rules, state, bytes, last, ret);
        return TC_SUCCESS;
    }
    if (bytes.ptr[0] == 0) {
        frame_nuls(state, options->record_max, bytes, last, ret);
        return TC_SUCCESS;
    }
    bool beyond = bytes.len >= options->record_max;
    tc_slice seen = tc_slice_sub(bytes, 0, options->record_max);
    bool whole = last && !beyond; /* everything may be taken, its end is the end of the input */
    if (is_header_start(rules, bytes, 0)) {
        TC_TRY(frame_headers(rules, carry, options, seen, whole, ret));
    } else {
        /* What stands before a header line is whole. Whether the input ends behind record_max bytes
         * must not matter: it may not be known. */
        size_t header = find_header(rules, seen);
        ret->length = whole || header < seen.len ? header : whole_records(rules, seen);
    }
    if (ret->length == 0 && beyond) frame_oversize(rules, state, bytes, last, ret);
    return TC_SUCCESS;
}

void tc_framing_visit(tc_framing *state, tc_visit *visit)
{
    uint32_t inside = state->inside;
    tc_visit_below(visit, &inside, INSIDE_COUNT);
    state->inside = (uint8_t)inside;
}

void tc_units_reject(tc_units *units, tc_reason reason, size_t text, size_t length)
{
    tc_ledger_reject(units->ledger, tc_slice_sub(units->block, units->at, length));
    units->ledger->records.rejected[reason]++;
    if (units->sink && units->sink->reject) {
        tc_place place = {units->at, text, units->record};
        units->sink->reject(units->sink->context, reason, place,
                            tc_slice_sub(units->block, units->at, text));
    }
    units->at += length;
    units->record++;
}

bool tc_units_record(tc_units *units)
{
    while (units->at < units->block.len) {
        uint8_t byte = units->block.ptr[units->at];
        if (tc_units_record_byte(byte)) return true;
        size_t next = 0;
        size_t mark = mark_at(units->block, units->at);
        if (mark) {
            units->ledger->bytes.header += mark;
            units->at += mark;
            continue;
        }
        tc_slice line = tc_framing_line(units->block, units->at, &next);
        if (byte == 0) {
            size_t run = nul_run(line);
            tc_units_reject(units, TC_REASON_NUL_BYTES, run, run);
            continue;
        }
        if (byte == '#' && holds_lines(line)) {
            tc_units_reject(units, TC_REASON_NO_HEADER, line.len, next - units->at);
            continue;
        }
        if (byte == '#') {
            units->ledger->bytes.header += next - units->at;
            units->ledger->records.header++;
        } else if (tc_slice_trim(line).len == 0) {
            units->ledger->bytes.blank += next - units->at;
            units->ledger->records.blank++;
        } else {
            return true;
        }
        units->at = next;
        units->record++;
    }
    return false;
}
