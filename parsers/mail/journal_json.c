/* The journal as JSON lines: journalctl -o json. */
#include "parsers/mail/journal.h"
#include "parsers/open/json_cells.h"
#include "parsers/text/lines.h"

#define SCRATCH_MAX ((size_t)4 << 20)
#define PROBE_LINES 500

/* A message that is no UTF-8 is an array of its bytes. */
static bool read_bytes(tc_json *r, tc_slice whole, tc_arena *arena, tc_slice *ret)
{
    tc_json_value v;
    size_t n = 0;
    uint8_t *out = tc_arena_get(arena, whole.len, 1); /* at least two bytes of text for each */
    if (!out || !tc_json_value_next(r, &v)) return false;
    while (tc_json_element_next(r)) {
        uint64_t byte;
        if (!tc_json_value_next(r, &v) || v.type != TC_JSON_NUMBER) return false;
        if (!tc_slice_to_u64(v.raw, &byte) || byte > 255 || n == whole.len) return false;
        out[n++] = (uint8_t)byte;
    }
    *ret = tc_slice_make(out, n);
    return !tc_json_failed(r);
}

static bool read_member(tc_json *r, tc_slice key, tc_slice line, tc_arena *arena,
                        tc_journal_record *record)
{
    tc_json_value v;
    tc_slice text;
    int first = tc_json_peek(r);
    if (first == '[' && tc_slice_equal(key, TC_LIT("MESSAGE"))) {
        if (!read_bytes(r, line, arena, &text)) return false;
        tc_journal_set(record, key, text);
        return true;
    }
    if (first == '[' || first == '{') return tc_json_skip(r, NULL);
    if (!tc_json_value_next(r, &v)) return false;
    if (v.type == TC_JSON_NUMBER) tc_journal_set(record, key, v.raw);
    if (v.type != TC_JSON_STRING) return true;
    if (!tc_json_decode(arena, v.raw, &text)) text = v.raw;
    tc_journal_set(record, key, text);
    return true;
}

/* False: no JSON object. */
static bool read_line(tc_slice line, tc_arena *arena, tc_journal_record *record)
{
    tc_json r;
    tc_json_value v;
    tc_slice key;
    *record = (tc_journal_record){.field = {{NULL, 0}}};
    tc_json_init(&r, line);
    if (!tc_json_value_next(&r, &v) || v.type != TC_JSON_OBJECT) return false;
    while (tc_json_key_next(&r, &key))
        if (!read_member(&r, key, line, arena, record)) return false;
    return !tc_json_failed(&r) && tc_json_at_end(&r);
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (own->failed != TC_OK) return (tc_status){own->failed};
    tc_lines_frame(&own->skipping, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

static TC_STATUS take_line(tc_journal_walk *w, const tc_lines *lines, uint64_t number,
                           size_t record_max)
{
    tc_journal_record record;
    tc_slice text = lines->text;
    tc_place place = {lines->at, text.len, number};
    tc_slice whole = tc_slice_sub(lines->block, lines->at, lines->next - lines->at);
    if (text.len > record_max) return tc_journal_refuse(w, TC_REASON_OVERSIZE, place, text, whole);
    if (tc_slice_trim(text).len == 0) {
        w->ledger->records.blank++;
        w->ledger->bytes.blank += whole.len;
        return TC_SUCCESS;
    }
    if (text.ptr[0] == 0) return tc_journal_refuse(w, TC_REASON_NUL_BYTES, place, text, whole);
    if (read_line(text, w->arena, &record))
        return tc_journal_deliver(w, &record, place, text, whole);
    bool cut = !lines->ended && tc_json_extent(text) == 0;
    return tc_journal_refuse(w, cut ? TC_REASON_TRUNCATED : TC_REASON_BAD_JSON, place, text, whole);
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    const tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    tc_journal_walk w = {self, own, options, arena, ledger, sink};
    if (own->failed != TC_OK) return (tc_status){own->failed};
    tc_lines lines = {.block = block};
    tc_arena_mark mark = tc_arena_save(arena);
    for (uint64_t number = 0; tc_lines_next(&lines); number++) {
        TC_TRY(take_line(&w, &lines, number, options->record_max));
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    tc_lines lines = {.block = bytes};
    bool found = false;
    (void)self;
    (void)carry;
    while (arena && !found && tc_lines_next(&lines)) {
        tc_journal_record record;
        tc_arena_reset(arena);
        if (lines.text.len > options->record_max) continue;
        if (!read_line(lines.text, arena, &record)) continue;
        tc_time time = tc_journal_time(&record);
        found = time != TC_TIME_NONE;
        if (found) *ret = time;
    }
    tc_arena_free(arena);
    return found;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    if (tc_slice_search(head, TC_LIT("\"__REALTIME_TIMESTAMP\"")) == TC_NPOS) return 0;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    if (!arena) return TC_PROBE_NO_MEMORY;
    tc_lines lines = {.block = head};
    bool known = false;
    for (int n = 0; n < PROBE_LINES && !known && tc_lines_next(&lines); n++) {
        tc_journal_record record;
        tc_arena_reset(arena);
        known = read_line(lines.text, arena, &record) && tc_journal_time(&record) != TC_TIME_NONE &&
                tc_journal_is_known(&record);
    }
    tc_arena_free(arena);
    return known ? 92 : 0;
}

const tc_parser tc_parser_journal_json = {
    .name = "journal-json",
    .summary = "systemd's journal, as journalctl -o json prints it",
    .spec = "systemd: Journal JSON Format",
    .unit_of_loss = "one line",
    .gives = "what mail servers say in it",
    .evidence = TC_EVIDENCE_LOGONS,
    .first = "{",
    .order = TC_ORDER_ANY,
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = tc_mail_log_begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .identity = tc_mail_identity,
    .carry_visit = tc_mail_carry_visit,
    .carry_version = 1,
};
