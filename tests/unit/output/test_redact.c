/* Pseudonyms: the same person under the same number, nobody by name. */
#include "samples.h"

#include "detector/output/redact.h"

#include <criterion/criterion.h>

static tc_redactor *redactor;

static void open_redact(void)
{
    redactor = tc_redactor_new();
    cr_assert_not_null(redactor);
}

static void close_redact(void)
{
    tc_redactor_free(redactor);
}

TestSuite(redact, .init = open_redact, .fini = close_redact);

static void expect(tc_slice got, const char *want)
{
    cr_expect(tc_slice_equal(got, tc_slice_of(want)), "'%.*s', not '%s'", (int)got.len, got.ptr,
              want);
}

Test(redact, people_are_numbered_in_the_order_of_first_sight)
{
    tc_alert alert = sample_incident();
    const tc_alert *a = tc_redact_alert(redactor, &alert);
    cr_assert_not_null(a);
    expect(a->mailboxes[0].name, "person-1");
    expect(a->mailboxes[11].name, "person-12");
    alert = sample_user_alert();
    a = tc_redact_alert(redactor, &alert);
    cr_assert_not_null(a);
    expect(a->mailboxes[0].name, "person-1");
    expect(a->user_email, "person-1");
    expect(a->user_name, "person-1"); /* stands beside that address */
    expect(a->message, "New remote access: person-1 (person-1), from 203.0.113.7");
}

Test(redact, what_is_given_is_not_changed)
{
    tc_alert alert = sample_incident();
    const tc_alert *a = tc_redact_alert(redactor, &alert);
    cr_assert_not_null(a);
    expect(alert.mailboxes[0].name, "anna.novak@example.org");
    cr_expect_neq(a->mailboxes, alert.mailboxes);
}

Test(redact, addresses_files_and_what_rules_say_stay)
{
    tc_alert alert = sample_incident();
    const tc_alert *a = tc_redact_alert(redactor, &alert);
    cr_assert_not_null(a);
    cr_expect_eq(a->sources, alert.sources);
    expect(a->evidence[0].file, "logs/EX01/u_ex110309.log");
    expect(a->evidence[0].text, "(line withheld)");
    cr_expect_eq(a->next, alert.next);
    expect(a->baseline[0].text, "12");
    expect(a->baseline[2].text, "zh-CN");
    expect(a->message, "12 mailboxes opened from 5 new addresses (CN), system messages of 11 "
                       "switched from en-GB to zh-CN since 2011-03-09 07:12:03 UTC");
}

Test(redact, names_in_sentences_are_found)
{
    static const struct {
        const char *text, *redacted;
    } rows[] = {
        {"by ANNA.NOVAK@EXAMPLE.ORG.", "by person-1."},
        {"anna.novak@example.org", "person-1"},
        {"(anna.novak@example.org)", "(person-1)"},
        {"<anna.novak@example.org>;x", "<person-1>;x"},
        {"Jean van Dam, then jean VAN dam.", "person-2, then person-2."},
        {"Jean van Damme", "Jean van Damme"}, /* not that name */
        {"count 3 from 203.0.113.7", "count 3 from 203.0.113.7"},
        {"a stranger@elsewhere.example too", "a person-3 too"},
        {"OTHER\\svc and other\\SVC", "person-4 and person-4"},
        {"EXAMPLE\\jean", "person-5"},
        {"user@", "user@"},
        {"@", "@"},
        {"\\", "\\"},
        {"", ""},
        {"\xff\xfe@x", "person-6"},
    };
    tc_alert alert = sample_bare_alert();
    tc_slice people[] = {TC_LIT("anna.novak@example.org"), TC_LIT("Jean van Dam")};
    alert.related_users = people;
    alert.related_user_count = 2;
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        alert.message = alert.confidence_why = tc_slice_of(rows[i].text);
        const tc_alert *a = tc_redact_alert(redactor, &alert);
        cr_assert_not_null(a);
        expect(a->message, rows[i].redacted);
        expect(a->confidence_why, rows[i].redacted);
    }
}

Test(redact, a_name_of_any_length_is_one_person)
{
    static char name[70000];
    memset(name, 'n', sizeof(name) - 1);
    tc_alert alert = sample_bare_alert();
    for (size_t length = sizeof(name) - 3; length < sizeof(name); length++) {
        alert.user_name = tc_slice_make(name, length);
        const tc_alert *first = tc_redact_alert(redactor, &alert);
        cr_assert_not_null(first);
        char want[32];
        /* the first alert's verdict names an account, too */
        snprintf(want, sizeof(want), "person-%zu",
                 length - (sizeof(name) - 3) + 1 + (length > sizeof(name) - 3));
        expect(first->user_name, want);
    }
}

Test(redact, a_summary_names_nobody_but_keeps_paths)
{
    tc_summary summary = sample_summary(true);
    const tc_slice guesses[] = {TC_LIT("service account: svc@example.org")};
    summary.guesses = guesses;
    summary.guess_count = 1;
    const tc_summary *s = tc_redact_summary(redactor, &summary);
    cr_assert_not_null(s);
    expect(s->guesses[0], "service account: person-1");
    cr_expect_eq(s->missing, summary.missing);
    cr_expect_eq(s->problems, summary.problems);
    expect(s->coverage[2].why, "no Security event log was read");
}
