/* The fake format of support.h, and a registry of parsers that knows no other. */
#include "tests/unit/input/support.h"

typedef struct fake_carry {
    uint32_t header;
    uint32_t oversize; /* inside a line that is too long */
} fake_carry;

static fake_carry get_carry(const tc_carry *carry)
{
    fake_carry c;
    memcpy(&c, carry->bytes, sizeof c);
    return c;
}

static void set_carry(tc_carry *carry, fake_carry c)
{
    memcpy(carry->bytes, &c, sizeof c);
}

static int fake_probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    if (tc_slice_starts(head, TC_LIT("#fake"))) return 100;
    return tc_slice_starts(head, TC_LIT("@")) ? 50 : 0;
}

static void fake_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    (void)options;
    memset(carry, 0, sizeof *carry);
}

static TC_STATUS fake_frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                            tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    fake_carry c = get_carry(carry);
    size_t end = tc_slice_find(bytes, '\n');
    *ret = (tc_frame){.reason = TC_REASON_OVERSIZE};
    size_t line = end == TC_NPOS ? bytes.len : end + 1;
    if (c.oversize || line > options->record_max) {
        ret->rejected = true;
        ret->rejected_end = end != TC_NPOS || last;
        ret->length = line;
        ret->units = ret->rejected_end;
        c.oversize = !ret->rejected_end;
        set_carry(carry, c);
        return TC_SUCCESS;
    }
    if (end == TC_NPOS && !last) return TC_SUCCESS;
    /* A header ends the run before it and begins the next one with its line. */
    size_t taken = 0;
    while (taken < bytes.len) {
        tc_slice rest = tc_slice_sub(bytes, taken, SIZE_MAX);
        size_t stop = tc_slice_find(rest, '\n');
        if (stop == TC_NPOS && !last) break;
        size_t length = stop == TC_NPOS ? rest.len : stop + 1;
        if (length > options->record_max) break;
        if (tc_slice_starts(rest, TC_LIT("#fake "))) {
            if (taken > 0) break;
            c.header = length > 6 ? rest.ptr[6] : 0;
        }
        taken += length;
        ret->units++;
    }
    ret->length = taken;
    set_carry(carry, c);
    return TC_SUCCESS;
}

static bool record_time(tc_slice line, tc_time *ret)
{
    uint64_t seconds;
    tc_cursor c = tc_cursor_on(line);
    if (!tc_cursor_byte(&c, '@') || !tc_cursor_digits(&c, 12, &seconds)) return false;
    *ret = (tc_time)seconds * TC_SECOND;
    return true;
}

static TC_STATUS fake_line(uint64_t record, tc_slice block, size_t at, size_t length,
                           tc_ledger *ledger, const tc_sink *sink)
{
    tc_slice line = tc_slice_sub(block, at, length);
    tc_event event = {.raw = line, .place = {.offset = at, .length = tc_slice_trim(line).len}};
    if (tc_slice_starts(line, TC_LIT("#fake "))) {
        ledger->bytes.header += length;
        ledger->records.header++;
        return TC_SUCCESS;
    }
    if (tc_slice_trim(line).len == 0) {
        ledger->bytes.blank += length;
        ledger->records.blank++;
        return TC_SUCCESS;
    }
    if (!record_time(line, &event.time)) {
        ledger->bytes.rejected += length;
        ledger->records.rejected[TC_REASON_NOT_EVENT]++;
        return TC_SUCCESS;
    }
    ledger->bytes.parsed += length;
    ledger->records.accepted++;
    event.place.record = record;
    return sink->event(sink->context, &event);
}

static TC_STATUS fake_parse(const tc_parser *self, const tc_carry *carry,
                            const tc_parse_options *options, tc_slice block, tc_arena *arena,
                            tc_ledger *ledger, const tc_sink *sink)
{
    (void)options;
    (void)arena;
    uint32_t header = get_carry(carry).header;
    size_t at = 0;
    for (uint64_t number = 0; at < block.len; number++) {
        tc_slice rest = tc_slice_sub(block, at, SIZE_MAX);
        size_t stop = tc_slice_find(rest, '\n');
        size_t length = stop == TC_NPOS ? rest.len : stop + 1;
        if (tc_slice_starts(rest, TC_LIT("#fake ")) && length > 6) header = rest.ptr[6];
        /* Nothing but the record's number tells the test which header was in force. */
        uint64_t record = self->unit == TC_UNIT_LINE ? header : number;
        TC_TRY(fake_line(record, block, at, length, ledger, sink));
        at += length;
    }
    return TC_SUCCESS;
}

static bool fake_sample(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    (void)carry;
    (void)options;
    for (;;) {
        size_t stop = tc_slice_find(bytes, '\n');
        if (stop == TC_NPOS) return false;
        bytes = tc_slice_sub(bytes, stop + 1, SIZE_MAX);
        if (tc_slice_find(bytes, '\n') == TC_NPOS) return false;
        if (record_time(bytes, ret)) return true;
    }
}

const tc_parser tc_fake_parser = {
    .name = "fake",
    .lateness_ns = FAKE_LATENESS,
    .probe = fake_probe,
    .begin = fake_begin,
    .frame = fake_frame,
    .parse = fake_parse,
    .sample_time = fake_sample,
};

static int packed_probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    return tc_slice_starts(head, TC_LIT(FAKE_PACKED)) ? 90 : 0;
}

static const tc_parser packed = {
    .name = "fake-packed",
    .binary = true,
    .unit = TC_UNIT_RECORD,
    .probe = packed_probe,
    .begin = fake_begin,
    .frame = fake_frame,
    .parse = fake_parse,
    .sample_time = fake_sample,
};

const tc_parser *const tc_parsers[] = {&tc_fake_parser, &packed, NULL};

const tc_parser *tc_parser_named(tc_slice name)
{
    return tc_slice_equal(name, TC_LIT("fake")) ? &tc_fake_parser : NULL;
}

TC_STATUS tc_parser_probe(tc_slice head, tc_slice name, const tc_parser **ret)
{
    *ret = fake_probe(&tc_fake_parser, head, name) >= 20 ? &tc_fake_parser : NULL;
    return TC_SUCCESS;
}

TC_STATUS tc_parser_probe_binary(tc_slice start, tc_slice name, const tc_parser **ret)
{
    *ret = packed_probe(&packed, start, name) >= 20 ? &packed : NULL;
    return TC_SUCCESS;
}
