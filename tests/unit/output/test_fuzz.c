/*
 * Hostile values in every field of 7,000 alerts (over 200,000 values), through every format, read
 * back by parsers that know nothing of the writers: one line, the same fields, no byte that acts.
 */
#include "reparse.h"
#include "samples.h"

#include "parsers/base/utf8.h"

#include <criterion/criterion.h>

#define ALERTS 7000
#define VALUE_MAX 3000

static uint64_t seed;
static uint8_t *bytes; /* of all values of one alert */
static size_t bytes_used;
static size_t values, whole, cut;
static reparse_record record;
static tc_str out;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static size_t below(size_t n)
{
    return (size_t)(next_random() >> 11) % n;
}

/* -- values --------------------------------------------------------------------------------- */

static const char *const pieces[] = {"\n",
                                     "\r\n",
                                     "\t",
                                     "\x1b[31m",
                                     "\x1b]0;x\x07",
                                     "\x7f",
                                     "\b",
                                     "\x01",
                                     "\xc2\x9bJ",
                                     "\xc2\x85",
                                     "\xe2\x80\xae",
                                     "\xe2\x80\xa8",
                                     "\xe2\x80\xa9",
                                     "\xe2\x81\xa6",
                                     "\xd8\x9c",
                                     "\xe2\x80\x8f",
                                     "\xff",
                                     "\xc3",
                                     "\xe4\xb8",
                                     "\xed\xa0\x80",
                                     "\xf4\x90\x80\x80",
                                     "\xc0\xaf",
                                     "\"",
                                     "]",
                                     "[",
                                     "\\",
                                     "\\\"",
                                     "\\x41",
                                     "\\u0041",
                                     "\\n",
                                     "|",
                                     "^",
                                     "=",
                                     ",",
                                     " msg=",
                                     " cs1=",
                                     "] x",
                                     "x5e",
                                     "\xe4\xb8\xad\xe6\x96\x87",
                                     "\xf0\x9f\x98\x80",
                                     "caf\xc3\xa9",
                                     "<script>",
                                     "%s%n",
                                     "${x}",
                                     "a@example.org",
                                     "EXAMPLE\\a",
                                     " ",
                                     "  ",
                                     "-",
                                     "LEEF:2.0|",
                                     "CEF:0|",
                                     "<34>1 ",
                                     "\xef\xbb\xbf",
                                     "0",
                                     "{}",
                                     "null"};

static void piece(size_t end)
{
    const char *text = pieces[below(TC_COUNT_OF(pieces))];
    size_t kind = below(10);
    if (kind < 6) {
        for (size_t i = 0; text[i] && bytes_used < end; i++)
            bytes[bytes_used++] = (uint8_t)text[i];
    } else if (kind < 8) {
        bytes[bytes_used++] = (uint8_t)below(256); /* NUL too */
    } else {
        for (size_t i = 0; i < 4 && bytes_used < end; i++)
            bytes[bytes_used++] = (uint8_t)('a' + below(26));
    }
}

/* At least `least` bytes; short ones leave room for all fields in a syslog line. */
static tc_slice value(size_t least, bool large)
{
    size_t start = bytes_used, length = least + below(13 - least);
    if (large && below(3) == 0) length = below(VALUE_MAX) + least;
    while (bytes_used < start + length)
        piece(start + length);
    values++;
    return tc_slice_make(bytes + start, bytes_used - start);
}

typedef struct fuzzed {
    tc_alert alert;
    tc_alert_mailbox mailboxes[3];
    tc_alert_source sources[2];
    tc_alert_fact facts[2];
    tc_alert_evidence evidence[2];
    tc_slice techniques[2], related[2], next[2];
} fuzzed;

static void fill(fuzzed *f, bool large)
{
    bytes_used = 0;
    f->alert = sample_incident();
    tc_alert *a = &f->alert;
    a->transition = (tc_transition)below(TC_TRANSITION_COUNT);
    a->message = value(0, large);
    a->confidence_why = value(0, large);
    a->rule_id = value(1, large);
    a->rule_name = value(1, large);
    a->rule_title = value(1, large);
    a->rule_version = value(0, large);
    a->user_name = value(1, large);
    a->user_email = value(0, large);
    for (size_t i = 0; i < 3; i++)
        f->mailboxes[i] = (tc_alert_mailbox){
            .name = value(1, large), .language = value(0, large), .previous = value(0, large)};
    for (size_t i = 0; i < 2; i++) {
        f->sources[i] = a->sources[i];
        f->sources[i].country = value(0, large);
        f->sources[i].as_org = value(0, large);
        f->sources[i].agent = value(0, large);
        f->facts[i] = (tc_alert_fact){i ? "b" : "a", value(0, large), below(2) == 0};
        f->evidence[i] = (tc_alert_evidence){.file = value(1, large),
                                             .offset = next_random(),
                                             .line = below(99),
                                             .time = a->time,
                                             .text = value(0, large)};
        f->techniques[i] = value(1, large);
        f->related[i] = value(1, large);
        f->next[i] = value(1, large);
    }
    a->mailboxes = f->mailboxes;
    a->sources = f->sources;
    a->baseline = f->facts;
    a->evidence = f->evidence;
    a->techniques = f->techniques;
    a->related_users = f->related;
    a->next = f->next;
    a->mailbox_count = 3;
    a->source_count = a->baseline_count = a->evidence_count = a->technique_count = 2;
    a->related_user_count = a->next_count = 2;
}

/* -- checks --------------------------------------------------------------------------------- */

static void open_record(void)
{
    record.count = record.used = 0;
}

/* The one line that was written, without its end. */
static tc_slice one_line(const char *format, size_t row)
{
    tc_slice text = tc_str_view(&out);
    cr_assert(!tc_failed(tc_str_status(&out)), "%s %zu", format, row);
    cr_assert(tc_slice_ends(text, TC_LIT("\n")), "%s %zu", format, row);
    text.len--;
    cr_assert(reparse_inert(text, false), "%s %zu: %.*s", format, row, (int)text.len, text.ptr);
    return text;
}

static void expect_json(const char *key, tc_slice raw, size_t row)
{
    tc_slice got = TC_EMPTY_SLICE, want = reparse_lossy(&record, raw);
    bool found = reparse_get(&record, key, &got);
    cr_expect(found || raw.len == 0, "json %zu: no %s", row, key);
    cr_expect(tc_slice_equal(got, want), "json %zu: %s", row, key);
    whole++;
}

/* A value may be cut, but then between characters, and the line says so (`flagged`), or the format
 * has a stated maximum for it. */
static void expect_flat(const char *key, tc_slice raw, bool may_cut, size_t row)
{
    tc_slice got = TC_EMPTY_SLICE;
    if (reparse_get(&record, key, &got)) got = reparse_unescape(&record, got);
    if (tc_slice_equal(got, raw)) {
        whole++;
        return;
    }
    cut++;
    cr_expect(may_cut && tc_slice_starts(raw, got), "%zu: %s '%.*s' for '%.*s'", row, key,
              (int)got.len, got.ptr, (int)raw.len, raw.ptr);
}

static void expect_list(const char *key, const tc_slice *items, size_t count, bool may_cut,
                        size_t row)
{
    tc_slice got = TC_EMPTY_SLICE;
    size_t n = 0;
    (void)reparse_get(&record, key, &got);
    while (got.ptr != NULL && n < count) {
        tc_slice item = reparse_unescape(&record, tc_slice_split(got, ',', &got));
        bool same = tc_slice_equal(item, items[n]);
        cr_expect(same || (may_cut && n == 0 && tc_slice_starts(items[0], item)), "%zu: %s[%zu]",
                  row, key, n);
        n++;
    }
    cr_expect(got.ptr == NULL && (n == count || may_cut), "%zu: %s has %zu items", row, key, n);
    whole += n;
}

static void check_json(const fuzzed *f, size_t row)
{
    const tc_alert *a = &f->alert;
    open_record();
    cr_assert(reparse_json(one_line("json", row), &record), "json %zu", row);
    expect_json("message", a->message, row);
    expect_json("tocsin.confidence_why", a->confidence_why, row);
    expect_json("rule.id", a->rule_id, row);
    expect_json("rule.name", a->rule_name, row);
    expect_json("rule.version", a->rule_version, row);
    expect_json("user.name", a->user_name, row);
    expect_json("user.email", a->user_email, row);
    expect_json("tocsin.mailboxes[2]", f->mailboxes[2].name, row);
    expect_json("tocsin.victims[1].language", f->mailboxes[1].language, row);
    expect_json("tocsin.victims[0].language_before", f->mailboxes[0].previous, row);
    expect_json("source.geo.country_iso_code", f->sources[0].country, row);
    expect_json("source.as.organization.name", f->sources[0].as_org, row);
    expect_json("tocsin.sources[1].user_agent", f->sources[1].agent, row);
    expect_json("tocsin.baseline.b", f->facts[1].text, row);
    expect_json("tocsin.evidence[0].file", f->evidence[0].file, row);
    expect_json("tocsin.evidence[1].text", f->evidence[1].text, row);
    expect_json("threat.technique.id[1]", f->techniques[1], row);
    expect_json("tocsin.next[0]", f->next[0], row);
}

static void check_syslog(const fuzzed *f, size_t row)
{
    const tc_alert *a = &f->alert;
    tc_slice flag = TC_EMPTY_SLICE, names[3], line = one_line("syslog", row);
    open_record();
    cr_assert(line.len < 8000, "syslog %zu: %zu bytes", row, line.len);
    cr_assert(reparse_syslog(line, &record), "syslog %zu: %.*s", row, (int)line.len, line.ptr);
    bool flagged = reparse_get(&record, "tocsin.truncated", &flag);
    for (size_t i = 0; i < 3; i++)
        names[i] = f->mailboxes[i].name;
    expect_flat("msg", a->message, flagged, row);
    expect_flat("tocsin.confidence_why", a->confidence_why, flagged, row);
    expect_flat("rule.id", a->rule_id, flagged, row);
    expect_flat("rule.name", a->rule_name, flagged, row);
    expect_flat("rule.version", a->rule_version, flagged, row);
    expect_flat("user.name", a->user_name, flagged, row);
    expect_flat("user.email", a->user_email, flagged, row);
    expect_flat("source.geo.country_iso_code", f->sources[0].country, flagged, row);
    expect_flat("source.as.organization.name", f->sources[0].as_org, flagged, row);
    expect_flat("tocsin.evidence.1.file", f->evidence[0].file, flagged, row);
    expect_flat("tocsin.evidence.2.text", f->evidence[1].text, flagged, row);
    expect_list("tocsin.mailboxes", names, 3, flagged, row);
    expect_list("threat.technique.id", f->techniques, 2, flagged, row);
    expect_list("tocsin.next", f->next, 2, flagged, row);
}

static void check_cef(const fuzzed *f, bool large, size_t row)
{
    const tc_alert *a = &f->alert;
    tc_slice names[3], line = one_line("cef", row);
    open_record();
    cr_assert(reparse_cef(line, &record), "cef %zu: %.*s", row, (int)line.len, line.ptr);
    for (size_t i = 0; i < 3; i++)
        names[i] = f->mailboxes[i].name;
    expect_flat("signature", a->rule_id, large, row);
    expect_flat("name", a->rule_title, large, row);
    expect_flat("msg", a->message, large, row);
    expect_flat("reason", a->confidence_why, large, row);
    expect_flat("suser", a->user_name, large, row);
    expect_flat("requestClientApplication", f->sources[0].agent, large, row);
    expect_list("cs1", names, 3, large, row);
    expect_list("cs5", f->techniques, 2, large, row);
}

static void check_leef(const fuzzed *f, bool large, size_t row)
{
    const tc_alert *a = &f->alert;
    tc_slice names[3], line = one_line("leef", row);
    open_record();
    cr_assert(reparse_leef(line, &record), "leef %zu: %.*s", row, (int)line.len, line.ptr);
    for (size_t i = 0; i < 3; i++)
        names[i] = f->mailboxes[i].name;
    expect_flat("signature", a->rule_id, large, row);
    expect_flat("ruleName", a->rule_name, large, row);
    expect_flat("msg", a->message, large, row);
    expect_flat("confidenceWhy", a->confidence_why, large, row);
    expect_flat("usrName", a->user_name, large, row);
    expect_flat("srcCountry", f->sources[0].country, large, row);
    expect_flat("userAgent", f->sources[0].agent, large, row);
    expect_list("mailboxes", names, 3, large, row);
    expect_list("techniques", f->techniques, 2, large, row);
}

/* Without the blanks that wrapping may take or give. */
static tc_slice packed(tc_slice s, tc_str *room)
{
    tc_str_clear(room);
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ' && s.ptr[i] != '\n') tc_str_add_byte(room, s.ptr[i]);
    return tc_str_view(room);
}

static void expect_said(tc_slice text, tc_slice raw, size_t row)
{
    tc_str wanted, said;
    tc_str_init(&wanted, (size_t)1 << 20);
    tc_str_init(&said, (size_t)1 << 20);
    tc_slice got = packed(reparse_unescape(&record, packed(text, &said)), &said);
    cr_expect(tc_slice_search(got, packed(raw, &wanted)) != TC_NPOS, "text %zu: '%.*s'", row,
              (int)raw.len, raw.ptr);
    tc_str_done(&wanted);
    tc_str_done(&said);
    whole++;
}

/* An alert with --explain says whom it is about and shows its lines; a change fits one paragraph.
 */
static void check_text(const fuzzed *f, uint32_t width, bool large, size_t row)
{
    const tc_alert *a = &f->alert;
    tc_slice text = tc_str_view(&out);
    open_record();
    cr_assert(reparse_inert(text, true), "text %zu", row);
    for (tc_slice rest = text; rest.ptr != NULL && rest.len;) {
        tc_slice line = tc_slice_split(rest, '\n', &rest);
        cr_assert(tc_utf8_width(line) <= width, "text %zu: %.*s", row, (int)line.len, line.ptr);
    }
    if (a->transition == TC_TRANSITION_FINAL) return;
    cr_expect(text.len > 0, "text %zu: a change or an alert is told", row);
    if (a->transition != TC_TRANSITION_NONE || large) return;
    expect_said(text, a->message, row);
    for (size_t i = 0; i < 3; i++)
        expect_said(text, f->mailboxes[i].name, row);
    expect_said(text, f->evidence[1].text, row);
}

static tc_output *page_of(uint32_t width)
{
    tc_output_options options = {
        .format = &tc_output_text, .width = width, .explain = true, .version = "0.1.0"};
    return tc_output_new(&options);
}

static void open_all(void)
{
    seed = UINT64_C(0x70C51E2011030900);
    bytes = malloc((size_t)64 * (VALUE_MAX + 16));
    record.pool = malloc(REPARSE_POOL);
    cr_assert(bytes != NULL && record.pool != NULL);
    tc_str_init(&out, (size_t)16 << 20);
}

static void close_all(void)
{
    free(bytes);
    free(record.pool);
    tc_str_done(&out);
}

TestSuite(fuzz, .init = open_all, .fini = close_all, .timeout = 110);

static void tell(tc_output *output, const fuzzed *f)
{
    tc_str_clear(&out);
    tc_output_alert(output, &f->alert, f->alert.time + 5, &out);
}

Test(fuzz, every_format_gives_back_what_it_was_told)
{
    static const uint32_t widths[] = {200, 100, 60};
    tc_output *json = sample_output(&tc_output_json, 100, false);
    tc_output *syslog = sample_output(&tc_output_syslog, 100, false);
    tc_output *cef = sample_output(&tc_output_cef, 100, false);
    tc_output *leef = sample_output(&tc_output_leef, 100, false);
    tc_output *texts[3];
    for (size_t i = 0; i < 3; i++)
        texts[i] = page_of(widths[i]);
    for (size_t row = 0; row < ALERTS; row++) {
        fuzzed f;
        bool large = row % 8 == 7;
        fill(&f, large);
        if (f.alert.transition == TC_TRANSITION_NONE) f.alert.former_id_count = 0;
        tell(json, &f);
        check_json(&f, row);
        tell(syslog, &f);
        check_syslog(&f, row);
        tell(cef, &f);
        check_cef(&f, large, row);
        tell(leef, &f);
        check_leef(&f, large, row);
        tell(texts[row % 3], &f);
        check_text(&f, widths[row % 3], large, row);
    }
    cr_expect_geq(values, 200000, "only %zu values", values);
    cr_expect_gt(whole, 9 * cut, "%zu whole, %zu cut", whole, cut);
    tc_output *all[] = {json, syslog, cef, leef, texts[0], texts[1], texts[2]};
    for (size_t i = 0; i < TC_COUNT_OF(all); i++)
        tc_output_free(all[i]);
}

static void expect_no_secret(const tc_output_format *format)
{
    static const char *const secrets[] = {"zq.secret", "zq.other", "zq third", "third person"};
    cr_expect(reparse_inert(tc_str_view(&out), true));
    for (size_t k = 0; k < TC_COUNT_OF(secrets); k++)
        cr_expect_eq(tc_slice_search_ascii(tc_str_view(&out), tc_slice_of(secrets[k])), TC_NPOS,
                     "%s: %.*s", format->name, (int)out.len, out.data);
}

Test(fuzz, redacted_lines_hold_no_name)
{
    static const char *const names[] = {"zq.secret@example.org", "EXAMPLE\\zq.other",
                                        "Zq Third Person"};
    for (size_t format = 0; tc_output_formats[format] != NULL; format++) {
        tc_output *output = sample_output(tc_output_formats[format], 200, true);
        for (size_t row = 0; row < 500; row++) {
            fuzzed f;
            char message[256];
            fill(&f, false);
            for (size_t i = 0; i < 3; i++)
                f.mailboxes[i].name = tc_slice_of(names[(row + i) % 3]);
            f.alert.user_name = tc_slice_of(names[row % 3]);
            snprintf(message, sizeof(message), "seen: %s, (%s) and %s.", names[0], names[1],
                     names[2]);
            f.alert.message = tc_slice_of(message);
            f.evidence[0].text = tc_slice_of(names[1]);
            f.facts[0] = (tc_alert_fact){"a", tc_slice_of(names[2]), false};
            tell(output, &f);
            expect_no_secret(tc_output_formats[format]);
        }
        tc_output_free(output);
    }
}
