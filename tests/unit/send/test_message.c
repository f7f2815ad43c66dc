/* From an alert to a message: every form, header and size, read back by parsers that know nothing
 * of how it was written. */
#include "detector/send/fit.h"
#include "detector/send/message.h"
#include "tests/unit/output/reparse.h"
#include "tests/unit/output/samples.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1299663723) * TC_SECOND + 44 * INT64_C(1000000))

static const tc_receiver_site site = {
    .host = "collector.example.org", .version = "1.2", .process_id = 42};
static reparse_record record;

static tc_receiver *receiver_of(tc_receiver_settings settings)
{
    tc_receiver *r = NULL;
    tc_error error = {.code = TC_OK};
    if (settings.name == NULL) settings.name = "siem";
    if (settings.target == NULL) settings.target = "tcp://127.0.0.1:1";
    cr_assert_eq(tc_receiver_new(&settings, &site, &r, &error).code, TC_OK, "%s", error.text);
    return r;
}

/* The message of an alert, a summary or a notice. */
static tc_parcel compose(const tc_receiver *r, const tc_str *payload, tc_level level, tc_str *out)
{
    tc_parcel parcel;
    tc_error error = {.code = TC_OK};
    tc_sending sending = {NOW, 2 * TC_HOUR, level};
    tc_str_clear(out);
    cr_assert_eq(
        tc_message_compose(r, tc_str_view(payload), TC_LIT("id"), &sending, out, &parcel, &error)
            .code,
        TC_OK, "%s", error.text);
    return parcel;
}

static void tell(const tc_receiver *r, const tc_alert *alert, tc_str *payload)
{
    tc_teller *teller = tc_teller_new(r, false);
    cr_assert_not_null(teller);
    tc_str_clear(payload);
    tc_teller_alert(teller, alert, payload);
    cr_assert_gt(payload->len, 0);
    tc_teller_free(teller);
}

static bool reparse(const tc_receiver *r, tc_slice body, tc_slice text)
{
    record.count = record.used = 0;
    switch (r->form) {
    case TC_FORM_SYSLOG:
        return reparse_syslog(text, &record);
    case TC_FORM_CEF:
        return reparse_cef(body, &record);
    case TC_FORM_LEEF:
        return reparse_leef(body, &record);
    case TC_FORM_JSON:
        return reparse_json(body, &record);
    case TC_FORM_LOCAL:
        return true;
    case TC_FORM_UNSET:
    case TC_FORM_COUNT:
        break;
    }
    return false;
}

static void begin(void)
{
    record.pool = malloc(REPARSE_POOL);
}

static void end(void)
{
    free(record.pool);
}

TestSuite(message, .init = begin, .fini = end, .timeout = 60);

static const tc_form forms[] = {TC_FORM_SYSLOG, TC_FORM_CEF, TC_FORM_LEEF, TC_FORM_JSON};
/* Where the id, the flag and the way to the whole stand. */
static const struct {
    const char *id, *flag, *whole;
} keys[TC_FORM_COUNT] = {
    [TC_FORM_SYSLOG] = {"event_id", "tocsin_truncated", "tocsin_whole"},
    [TC_FORM_CEF] = {"externalId", "tocsinTruncated", "tocsinWhole"},
    [TC_FORM_LEEF] = {"id", "truncated", "whole"},
    [TC_FORM_JSON] = {"event.id", "tocsin.truncated", "tocsin.whole"},
};

static void expect_value(const char *key, tc_slice wanted, const char *what)
{
    tc_slice value = TC_EMPTY_SLICE;
    cr_expect(reparse_get(&record, key, &value), "%s: no %s", what, key);
    cr_expect(tc_slice_equal(value, wanted), "%s: %s is %.*s", what, key, (int)value.len,
              (const char *)value.ptr);
}

static size_t header_of(tc_parcel p)
{
    return p.text.len - p.body.len;
}

Test(message, of_any_size_it_can_be_read_and_says_that_it_was_cut)
{
    tc_str payload, out;
    tc_alert alert = sample_incident();
    tc_slice value;
    tc_str_init(&payload, 1 << 22);
    tc_str_init(&out, 1 << 22);
    for (size_t f = 0; f < TC_COUNT_OF(forms); f++) {
        for (uint32_t size = 480; size < 20000; size += size < 1200 ? 1 : 97) {
            tc_receiver *r = receiver_of((tc_receiver_settings){.form = forms[f],
                                                                .header = TC_HEADER_5424,
                                                                .size_max = size,
                                                                .whole = "/var/log/tocsin.jsonl"});
            tell(r, &alert, &payload);
            tc_parcel p = compose(r, &payload, alert.level, &out);
            const char *name = tc_form_name(r->form);
            cr_assert_leq(p.text.len, size, "%s of %u", name, size);
            cr_assert(reparse(r, p.body, p.text), "%s of %u: %.*s", name, size, (int)p.text.len,
                      (const char *)p.text.ptr);
            cr_assert(reparse_inert(p.text, false), "%s of %u", name, size);
            expect_value(keys[r->form].id, tc_slice_of(alert.id), name);
            size_t line = tc_slice_find(tc_str_view(&payload), '\n');
            bool is_whole =
                tc_slice_equal(p.body, tc_slice_sub(tc_str_view(&payload), line + 1, TC_NPOS));
            cr_assert_eq(is_whole, payload.len - line - 1 + header_of(p) <= size, "%s %u", name,
                         size);
            cr_assert_neq(is_whole, reparse_get(&record, keys[r->form].flag, &value), "%s %u", name,
                          size);
            if (!is_whole) expect_value(keys[r->form].whole, TC_LIT("/var/log/tocsin.jsonl"), name);
            tc_receiver_free(r);
        }
    }
    tc_str_done(&payload);
    tc_str_done(&out);
}

Test(message, what_fits_is_as_it_was_told)
{
    tc_str payload, out;
    tc_alert alert = sample_user_alert();
    tc_str_init(&payload, 1 << 22);
    tc_str_init(&out, 1 << 22);
    for (size_t f = 0; f < TC_COUNT_OF(forms); f++) {
        tc_receiver *r = receiver_of((tc_receiver_settings){
            .form = forms[f], .header = TC_HEADER_5424, .size_max = 1 << 20});
        tell(r, &alert, &payload);
        tc_parcel p = compose(r, &payload, alert.level, &out);
        size_t line = tc_slice_find(tc_str_view(&payload), '\n');
        cr_expect(tc_slice_equal(p.body, tc_slice_sub(tc_str_view(&payload), line + 1, TC_NPOS)));
        tc_receiver_free(r);
    }
    tc_str_done(&payload);
    tc_str_done(&out);
}

/* -- headers --------------------------------------------------------------------------------- */

static void expect_start(tc_receiver_settings settings, const char *start)
{
    tc_str payload, out;
    tc_alert alert = sample_incident();
    tc_receiver *r = receiver_of(settings);
    tc_str_init(&payload, 1 << 22);
    tc_str_init(&out, 1 << 22);
    tell(r, &alert, &payload);
    tc_parcel p = compose(r, &payload, alert.level, &out);
    cr_expect(tc_slice_starts(p.text, tc_slice_of(start)), "%.*s\nnot %s", 120,
              (const char *)p.text.ptr, start);
    tc_str_done(&payload);
    tc_str_done(&out);
    tc_receiver_free(r);
}

Test(message, each_profile_begins_as_its_receiver_reads_it)
{
    expect_start((tc_receiver_settings){.profile = "generic", .enterprise = 4711},
                 "<82>1 2011-03-09T09:42:03.044Z collector.example.org tocsin 42 INCIDENT "
                 "[tocsin@4711 tocsin_type=\"incident\" tocsin_level=\"critical\" timestamp=\"");
    expect_start((tc_receiver_settings){.profile = "splunk"}, "{\"@timestamp\":\"");
    expect_start((tc_receiver_settings){.profile = "elastic"}, "{\"@timestamp\":\"");
    expect_start((tc_receiver_settings){.profile = "sentinel"},
                 "<162>Mar  9 11:42:03 collector.example.org CEF:0|tocsin|tocsin|1.2|");
    expect_start((tc_receiver_settings){.target = "unix:///dev/log"}, "<82>tocsin[42]: ");
    expect_start((tc_receiver_settings){.form = TC_FORM_LEEF, .header = TC_HEADER_3164},
                 "<82>Mar  9 11:42:03 collector.example.org LEEF:2.0|");
    expect_start(
        (tc_receiver_settings){.form = TC_FORM_CEF},
        "<82>1 2011-03-09T09:42:03.044Z collector.example.org tocsin 42 INCIDENT - CEF:0|");
    expect_start((tc_receiver_settings){.names = TC_NAMES_DOTTED},
                 "<82>1 2011-03-09T09:42:03.044Z collector.example.org tocsin 42 INCIDENT "
                 "[tocsin@32473 tocsin.type=\"incident\"");
}

Test(message, no_name_of_the_generic_profile_has_a_dot_or_an_at_sign)
{
    tc_str payload, out;
    tc_alert alert = sample_incident();
    tc_receiver *r = receiver_of((tc_receiver_settings){.size_max = 1 << 20});
    tc_str_init(&payload, 1 << 22);
    tc_str_init(&out, 1 << 22);
    tell(r, &alert, &payload);
    tc_parcel p = compose(r, &payload, alert.level, &out);
    cr_assert(reparse(r, p.body, p.text));
    for (size_t i = 0; i < record.count; i++) {
        cr_expect_null(strpbrk(record.fields[i].key, ".@"), "%s", record.fields[i].key);
        bool is_stamp = strcmp(record.fields[i].key, "event_start") == 0;
        if (is_stamp) cr_expect_eq(record.fields[i].value.len, strlen("2011-03-09T07:12:03.000Z"));
    }
    tc_str_done(&payload);
    tc_str_done(&out);
    tc_receiver_free(r);
}

/* -- notices --------------------------------------------------------------------------------- */

typedef struct told {
    tc_teller *teller;
    tc_str *payload;
    tc_level level;
} told;

static void take(void *context, const tc_notice *notice)
{
    told *t = context;
    t->level = notice->level;
    tc_teller_notice(t->teller, notice, t->payload);
}

Test(message, notices_are_told_in_every_form)
{
    static const char *const types[TC_FORM_COUNT] = {[TC_FORM_SYSLOG] = "tocsin_type",
                                                     [TC_FORM_CEF] = "cat",
                                                     [TC_FORM_LEEF] = "cat",
                                                     [TC_FORM_JSON] = "tocsin.type"};
    tc_str payload, out;
    tc_str_init(&payload, 1 << 20);
    tc_str_init(&out, 1 << 20);
    for (size_t f = 0; f < TC_COUNT_OF(forms); f++) {
        tc_receiver *r =
            receiver_of((tc_receiver_settings){.form = forms[f], .header = TC_HEADER_5424});
        told t = {tc_teller_new(r, false), &payload, TC_LEVEL_LOW};
        const tc_heartbeat beat = {.time = NOW, .newest = NOW, .events = 7, .number = 3};
        tc_str_clear(&payload);
        tc_notice_heartbeat(&beat, take, &t);
        tc_parcel p = compose(r, &payload, t.level, &out);
        cr_expect_str_eq(p.kind, "HEARTBEAT");
        cr_assert(reparse(r, p.body, p.text), "%.*s", (int)p.text.len, (const char *)p.text.ptr);
        expect_value(types[r->form], TC_LIT("heartbeat"), tc_form_name(r->form));
        tc_str_clear(&payload);
        tc_notice_test(NOW, TC_LIT("siem"), take, &t);
        p = compose(r, &payload, t.level, &out);
        cr_expect_str_eq(p.kind, "TEST");
        cr_assert(reparse(r, p.body, p.text), "%.*s", (int)p.text.len, (const char *)p.text.ptr);
        expect_value(types[r->form], TC_LIT("test"), tc_form_name(r->form));
        cr_expect_neq(tc_slice_search(p.text, TC_LIT("nothing has happened")), TC_NPOS);
        cr_expect_eq(p.severity, 2);
        tc_teller_free(t.teller);
        tc_receiver_free(r);
    }
    tc_str_done(&payload);
    tc_str_done(&out);
}

Test(message, a_row_that_is_none_is_refused_and_nothing_else_happens)
{
    static const char *const rows[] = {
        "", "ALERT", "ALERT json", "alert json\n{}", "ALERT xml\n<x/>", " json\n{}", "ALERT\n{}"};
    tc_receiver *r = receiver_of((tc_receiver_settings){.profile = "splunk"});
    tc_str out;
    tc_str_init(&out, 1 << 16);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_parcel p;
        tc_sending sending = {NOW, 0, TC_LEVEL_LOW};
        tc_error error = {.code = TC_OK};
        cr_expect_eq(
            tc_message_compose(r, tc_slice_of(rows[i]), TC_EMPTY_SLICE, &sending, &out, &p, &error)
                .code,
            TC_ESYNTAX, "%s", rows[i]);
    }
    tc_str_done(&out);
    tc_receiver_free(r);
}

Test(message, a_body_of_anybody_is_cut_to_size)
{
    static const uint8_t bytes[] = "[]\\\"= |^,{}ab\xc3\xa9\n0x";
    uint32_t state = 7;
    tc_str out;
    tc_str_init(&out, 1 << 16);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t body[900];
        for (size_t n = 0; n < sizeof(body); n++) {
            state = state * 1664525u + 1013904223u;
            body[n] = bytes[(state >> 16) % (sizeof(bytes) - 1)];
        }
        static const char *const heads[] = {
            "[t@1 a=\"", "CEF:0|a|b|c|d|e|5|k=", "LEEF:2.0|a|b|c|d|^|k=", "{\"tocsin\":{\"a\":[\"",
            "x [t@1 a=\""};
        tc_form form = (tc_form)(1 + i % (TC_FORM_COUNT - 1));
        const char *head = heads[i % TC_COUNT_OF(heads)];
        memcpy(body, head, strlen(head));
        tc_str_clear(&out);
        size_t max = TC_FIT_MIN + i % 300;
        (void)tc_fit(form, TC_NAMES_FLAT, tc_slice_make(body, sizeof(body)), TC_LIT("w"), max,
                     &out);
        cr_assert_leq(out.len, max);
    }
    tc_str_done(&out);
}
