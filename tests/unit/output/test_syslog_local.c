/* Lines for the syslog socket of the machine: what the syslog format says, in another order. */
#include "samples.h"

#include "parsers/base/alloc.h"
#include "reparse.h"

#include <criterion/criterion.h>

#define ELEMENT " [tocsin@32473 "

static tc_str out, standard, made; /* records point into the last two */
static reparse_record record, other;

static void begin(void)
{
    record.pool = tc_alloc(REPARSE_POOL, 1);
    other.pool = tc_alloc(REPARSE_POOL, 1);
    tc_str_init(&out, (size_t)1 << 20);
    tc_str_init(&standard, (size_t)1 << 20);
    tc_str_init(&made, (size_t)1 << 20);
}

static void end(void)
{
    tc_free(record.pool);
    tc_free(other.pool);
    tc_str_done(&out);
    tc_str_done(&standard);
    tc_str_done(&made);
}

TestSuite(syslog_local, .init = begin, .fini = end);

/* Takes "<PRI>tocsin[PID]: message [element]" apart as a reader would who knows nothing else. */
static void take_apart(tc_slice line, reparse_record *r)
{
    tc_slice rest, head = tc_slice_split(line, '>', &rest);
    cr_assert(tc_slice_starts(rest, TC_LIT("tocsin[4711]: ")), "%.*s", (int)line.len, line.ptr);
    rest = tc_slice_sub(rest, sizeof("tocsin[4711]: ") - 1, TC_NPOS);
    size_t at = tc_slice_search(rest, TC_LIT(ELEMENT));
    cr_assert_neq(at, TC_NPOS);
    tc_str_clear(&made);
    tc_str_add(&made, head);
    tc_str_add(&made, TC_LIT(">1 - - tocsin 4711 -"));
    tc_str_add(&made, tc_slice_sub(rest, at, TC_NPOS));
    tc_str_add_byte(&made, ' ');
    tc_str_add(&made, tc_slice_sub(rest, 0, at));
    r->count = r->used = 0;
    cr_assert(reparse_syslog(tc_str_view(&made), r), "%.*s", (int)made.len, made.data);
}

static tc_slice line_of(const tc_str *text)
{
    cr_assert(text->len > 0 && text->data[text->len - 1] == '\n');
    return tc_slice_sub(tc_str_view(text), 0, text->len - 1);
}

static tc_slice value(const reparse_record *r, const char *key)
{
    tc_slice found = TC_EMPTY_SLICE;
    (void)reparse_get(r, key, &found);
    return found;
}

static void expect_same_parameters(void)
{
    take_apart(line_of(&out), &record);
    other.count = other.used = 0;
    cr_assert(reparse_syslog(line_of(&standard), &other));
    cr_expect_eq(record.count, other.count);
    for (size_t i = 0; i < other.count; i++) {
        const char *key = other.fields[i].key;
        if (strcmp(key, "timestamp") == 0 || strcmp(key, "host") == 0 || strcmp(key, "msgid") == 0)
            continue;
        cr_expect(tc_slice_equal(value(&record, key), other.fields[i].value), "%s: %.*s", key,
                  (int)other.fields[i].value.len, other.fields[i].value.ptr);
    }
}

static void tell_both(const tc_alert *a, const tc_summary *s)
{
    tc_output *local = sample_output(&tc_output_syslog_local, 100, false);
    tc_output *full = sample_output(&tc_output_syslog, 100, false);
    tc_str_clear(&out);
    tc_str_clear(&standard);
    if (a != NULL) {
        tc_output_alert(local, a, 5, &out);
        tc_output_alert(full, a, 5, &standard);
    } else {
        tc_output_summary(local, s, 5, &out);
        tc_output_summary(full, s, 5, &standard);
    }
    tc_output_free(local);
    tc_output_free(full);
}

Test(syslog_local, says_what_the_syslog_format_says)
{
    tc_alert alerts[] = {sample_incident(), sample_merged(), sample_bare_alert(),
                         sample_user_alert()};
    for (size_t i = 0; i < TC_COUNT_OF(alerts); i++) {
        tell_both(&alerts[i], NULL);
        expect_same_parameters();
    }
    tc_summary found = sample_summary(true), nothing = sample_summary(false);
    tell_both(NULL, &found);
    expect_same_parameters();
    tell_both(NULL, &nothing);
    expect_same_parameters();
}

Test(syslog_local, a_message_cannot_begin_the_element)
{
    tc_alert a = sample_user_alert();
    a.message = TC_LIT("of x [tocsin@32473 event.id=\"forged\"] and [more");
    tell_both(&a, NULL);
    take_apart(line_of(&out), &record);
    cr_expect(tc_slice_equal(value(&record, "event.id"), tc_slice_of(a.id)));
    cr_expect(tc_slice_equal(reparse_unescape(&record, value(&record, "msg")), a.message), "%.*s",
              (int)value(&record, "msg").len, value(&record, "msg").ptr);
    a.message = TC_LIT("a\nb\x1b[31m\0c");
    tell_both(&a, NULL);
    cr_expect(reparse_inert(line_of(&out), false));
}

Test(syslog_local, a_line_stays_within_8000_bytes)
{
    static char text[5000];
    static tc_slice next[40];
    memset(text, 'x', sizeof(text));
    tc_alert a = sample_incident();
    for (size_t i = 0; i < TC_COUNT_OF(next); i++)
        next[i] = tc_slice_make(text, 300);
    a.message = tc_slice_make(text, sizeof(text));
    a.next = next;
    a.next_count = TC_COUNT_OF(next);
    a.confidence_why = a.rule_title = a.user_name = a.message;
    tell_both(&a, NULL);
    cr_expect_leq(out.len, 8000u);
    take_apart(line_of(&out), &record);
    cr_expect(tc_slice_equal(value(&record, "tocsin.truncated"), TC_LIT("true")));
}

Test(syslog_local, is_no_format_to_be_named)
{
    cr_expect_null(tc_output_format_of(tc_output_formats, TC_LIT("syslog-local")));
}
