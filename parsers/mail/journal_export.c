/* The journal in its format for export: journalctl -o export. Fields are lines "NAME=value", or of
 * any bytes: the name on a line, the value's length in eight bytes, the value, a line end. A blank
 * line ends a record; one that is too long ends at the next two line ends. */
#include "parsers/mail/journal.h"

#define LENGTH_BYTES 8
#define PROBE_RECORDS 500

/* The field at `at`; *ret_next is where the next one begins. False: the bytes end inside it. */
static bool take_field(tc_slice s, size_t at, tc_slice *ret_name, tc_slice *ret_value,
                       size_t *ret_next)
{
    tc_slice rest = tc_slice_sub(s, at, TC_NPOS);
    size_t feed = tc_slice_find(rest, '\n');
    if (feed == TC_NPOS) return false;
    size_t sign = tc_slice_find(tc_slice_sub(rest, 0, feed), '=');
    *ret_name = tc_slice_sub(rest, 0, TC_MIN(sign, feed));
    if (sign != TC_NPOS) {
        *ret_value = tc_slice_sub(rest, sign + 1, feed - sign - 1);
        *ret_next = at + feed + 1;
        return true;
    }
    uint64_t length = 0;
    if (rest.len - feed - 1 < LENGTH_BYTES) return false;
    for (size_t i = LENGTH_BYTES; i > 0; i--)
        length = length << 8 | rest.ptr[feed + i];
    size_t begin = feed + 1 + LENGTH_BYTES;
    if (length >= rest.len - begin) return false;
    *ret_value = tc_slice_sub(rest, begin, (size_t)length);
    *ret_next = at + begin + (size_t)length + 1;
    return true;
}

/* The end of the record that begins at `at`, its blank line included; 0: the bytes end inside. */
static size_t record_end(tc_slice s, size_t at, tc_journal_record *ret)
{
    *ret = (tc_journal_record){.field = {{NULL, 0}}};
    while (at < s.len && s.ptr[at] != '\n') {
        tc_slice name, value;
        if (!take_field(s, at, &name, &value, &at)) return 0;
        tc_journal_set(ret, name, value);
    }
    return at < s.len ? at + 1 : 0;
}

/* -- frame ----------------------------------------------------------------------------------- */

/* Goes on in a record that is too long. A byte is left behind, which may be the first of the two
 * that end it. */
static void skip(bool *skipping, tc_slice bytes, bool last, tc_frame *ret)
{
    size_t end = tc_slice_search(bytes, TC_LIT("\n\n"));
    bool ended = end != TC_NPOS || last;
    size_t length = end != TC_NPOS ? end + 2 : bytes.len - (last || bytes.len == 0 ? 0 : 1);
    if (length == 0) return;
    *ret = (tc_frame){length, true, ended, TC_REASON_OVERSIZE, 0};
    *skipping = !ended;
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (own->failed != TC_OK) return (tc_status){own->failed};
    if (own->skipping) {
        skip(&own->skipping, bytes, last, ret);
        return TC_SUCCESS;
    }
    size_t at = 0, end;
    tc_journal_record record;
    while (at < bytes.len && (end = record_end(bytes, at, &record)) > 0 &&
           end - at <= options->record_max)
        at = end;
    bool rest_too_long = bytes.len - at > options->record_max;
    if (at > 0 || !rest_too_long) {
        ret->length = last && !rest_too_long ? bytes.len : at;
        return TC_SUCCESS;
    }
    *ret = (tc_frame){options->record_max, true, false, TC_REASON_OVERSIZE, 0};
    own->skipping = true;
    return TC_SUCCESS;
}

/* -- parse ----------------------------------------------------------------------------------- */

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    const tc_mail_carry *own = TC_CARRY_OF(tc_mail_carry, carry);
    tc_journal_walk w = {self, own, options, arena, ledger, sink};
    (void)options;
    if (own->failed != TC_OK) return (tc_status){own->failed};
    uint64_t number = 0;
    for (size_t at = 0; at < block.len; number++) {
        tc_journal_record record;
        size_t end = record_end(block, at, &record);
        bool cut = end == 0;
        if (cut) end = block.len;
        tc_slice whole = tc_slice_sub(block, at, end - at), raw = tc_slice_trim(whole);
        tc_place place = {at, end - at, number};
        if (raw.len == 0) {
            ledger->records.blank++;
            ledger->bytes.blank += end - at;
        } else if (cut && block.ptr[block.len - 1] != '\n') {
            TC_TRY(tc_journal_refuse(&w, TC_REASON_TRUNCATED, place, raw, whole));
        } else {
            TC_TRY(tc_journal_deliver(&w, &record, place, raw, whole));
        }
        at = end;
    }
    return TC_SUCCESS;
}

/* -- samples --------------------------------------------------------------------------------- */

/* Where a record begins that is not the one in whose middle the bytes may begin. */
static size_t first_record(tc_slice bytes)
{
    if (tc_slice_starts(bytes, TC_LIT("__CURSOR="))) return 0;
    size_t end = tc_slice_search(bytes, TC_LIT("\n\n__"));
    return end == TC_NPOS ? bytes.len : end + 2;
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    tc_journal_record record;
    (void)self;
    (void)carry;
    (void)options;
    for (size_t at = first_record(bytes), end; at < bytes.len; at = end) {
        end = record_end(bytes, at, &record);
        tc_time time = tc_journal_time(&record);
        if (time != TC_TIME_NONE) *ret = time;
        if (time != TC_TIME_NONE) return true;
        if (end == 0) break;
    }
    return false;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    tc_journal_record record;
    (void)self;
    (void)name;
    if (!tc_slice_starts(head, TC_LIT("__"))) return 0;
    size_t at = 0, end;
    for (int n = 0; n < PROBE_RECORDS && at < head.len; n++, at = end) {
        end = record_end(head, at, &record);
        if (tc_journal_time(&record) != TC_TIME_NONE && tc_journal_is_known(&record)) return 92;
        if (end == 0) break;
    }
    return 0;
}

const tc_parser tc_parser_journal_export = {
    .name = "journal-export",
    .summary = "systemd's journal, as journalctl -o export prints it",
    .spec = "systemd: Journal Export Format",
    .unit_of_loss = "one record",
    .gives = "what mail servers say in it",
    .evidence = TC_EVIDENCE_LOGONS,
    .first = "_",
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
