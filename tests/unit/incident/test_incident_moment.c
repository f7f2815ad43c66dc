/* One page for a moment, levels that add up, words, bounds. */
#include "detector/incident/incident_commons.h"
#include "detector/incident/incident_score.h"
#include "tests/support/incident_bench.h"

#include <criterion/criterion.h>

static void start(tc_incident_bench *b)
{
    cr_assert(tc_bench_start(b, 0));
}

static void find(tc_incident_bench *b, const tc_rule *rule, tc_time time, const tc_subject *s)
{
    tc_finding f = tc_bench_finding(rule, time, s->mailbox, s);
    cr_assert(!tc_failed(tc_incidents_find(b->all, &f, &b->sink)));
}

/* -- moments -------------------------------------------------------------------------------- */

Test(incident_moment, what_happens_at_one_moment_is_one_transition)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    tc_rule critical = tc_bench_rule("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    tc_subject s = tc_bench_subject("a@x", "192.0.2.1");
    start(&b);
    find(&b, &high, TC_DAY, &s);
    find(&b, &critical, TC_DAY, &s);
    cr_expect_eq(tc_bench_count(&b, "opened"), 0, "the moment is not over");
    cr_expect_eq(tc_bench_count(&b, "alert"), 2);
    cr_assert(!tc_failed(tc_incidents_advance(b.all, TC_DAY, &b.sink)));
    cr_expect_eq(tc_bench_count(&b, "opened"), 0, "more of it may come");
    cr_assert(!tc_failed(tc_incidents_advance(b.all, TC_DAY + 1, &b.sink)));
    cr_expect_eq(tc_bench_count(&b, "opened critical"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "opened") + tc_bench_count(&b, "raised"), 1);
    tc_bench_stop(&b);
}

Test(incident_moment, what_merges_within_its_moment_was_never_two)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    const tc_subject s[] = {tc_bench_subject("a@x", NULL), tc_bench_subject("b@x", NULL)};
    start(&b);
    find(&b, &high, TC_DAY, &s[0]);
    find(&b, &high, TC_DAY, &s[1]);
    tc_finding f = tc_bench_finding(&high, TC_DAY, TC_LIT("both"), s);
    f.subject_count = 2;
    cr_assert(!tc_failed(tc_incidents_find(b.all, &f, &b.sink)));
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "opened high 2/0"), 1, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(tc_bench_count(&b, "merged"), 0);
    tc_bench_stop(&b);
}

/* -- levels --------------------------------------------------------------------------------- */

static tc_rule rule_of(const char *service, tc_level level)
{
    tc_rule rule = tc_bench_rule(service, level, TC_RULE_DETECTION);
    rule.service = tc_slice_of(service);
    rule.product = TC_LIT("tocsin");
    return rule;
}

/* The level after so many of the services have spoken of so many people. */
static tc_level level_of(const char *const *services, size_t count, size_t people, tc_level level)
{
    tc_incident_bench b;
    const char *const names[] = {"a@x", "b@x"};
    tc_rule rules[4];
    start(&b);
    for (size_t i = 0; i < count; i++)
        rules[i] = rule_of(services[i], level);
    const tc_subject both[] = {tc_bench_subject("a@x", "192.0.2.1"),
                               tc_bench_subject("b@x", "192.0.2.1")};
    tc_finding f = tc_bench_finding(&rules[0], TC_DAY, TC_LIT("both"), both);
    f.subject_count = people;
    cr_assert(!tc_failed(tc_incidents_find(b.all, &f, &b.sink)));
    for (size_t i = 1; i < count; i++) {
        for (size_t p = 0; p < people; p++) {
            tc_subject s = tc_bench_subject(names[p], "192.0.2.1");
            find(&b, &rules[i], TC_DAY + (tc_time)i * TC_HOUR, &s);
        }
    }
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    tc_level result = TC_LEVEL_LOW;
    while (tc_incidents_count(b.all, result + 1))
        result++;
    tc_bench_stop(&b);
    return result;
}

Test(incident_moment, three_kinds_of_evidence_about_two_people_are_high)
{
    static const char *const kinds[] = {"webmail", "message", "account", "msexchange-management"};
    static const char *const same[] = {"webmail", "webmail", "webmail"};
    cr_expect_eq(level_of(kinds, 3, 2, TC_LEVEL_MEDIUM), TC_LEVEL_HIGH);
    cr_expect_eq(level_of(kinds, 2, 2, TC_LEVEL_MEDIUM), TC_LEVEL_MEDIUM);
    cr_expect_eq(level_of(kinds, 3, 1, TC_LEVEL_MEDIUM), TC_LEVEL_MEDIUM);
    cr_expect_eq(level_of(kinds, 4, 1, TC_LEVEL_MEDIUM), TC_LEVEL_HIGH);
    cr_expect_eq(level_of(kinds, 4, 2, TC_LEVEL_LOW), TC_LEVEL_LOW);
    cr_expect_eq(level_of(same, 3, 2, TC_LEVEL_MEDIUM), TC_LEVEL_MEDIUM);
}

Test(incident_moment, two_grave_kinds_about_two_people_are_critical)
{
    static const char *const kinds[] = {"webmail", "message"};
    static const char *const same[] = {"webmail", "webmail"};
    cr_expect_eq(level_of(kinds, 2, 2, TC_LEVEL_HIGH), TC_LEVEL_CRITICAL);
    cr_expect_eq(level_of(kinds, 2, 1, TC_LEVEL_HIGH), TC_LEVEL_HIGH);
    cr_expect_eq(level_of(same, 2, 2, TC_LEVEL_HIGH), TC_LEVEL_HIGH);
}

Test(incident_moment, scores_add_up_and_end)
{
    cr_expect_eq(tc_score_weight(TC_LEVEL_INFORMATIONAL, 100), 0);
    cr_expect_eq(tc_score_weight(TC_LEVEL_CRITICAL, 100), 1000);
    cr_expect_eq(tc_score_weight(TC_LEVEL_MEDIUM, 60), 337);
    cr_expect_eq(tc_score_weight(TC_LEVEL_HIGH, 255), tc_score_weight(TC_LEVEL_HIGH, 100));
    cr_expect_eq(tc_score_add(0, 337), 337);
    cr_expect_eq(tc_score_add(512, 512), 768);
    cr_expect_eq(tc_score_add(1024, 1), 1024);
    cr_expect_eq(tc_score_add(5000, 5000), 1024);
    cr_expect_eq(tc_score_of_people(0, 1000), 0);
    cr_expect_eq(tc_score_of_people(300, 0), 300);
    cr_expect_eq(tc_score_of_people(300, 4), 402);
    cr_expect_eq(tc_score_of_people(1000, SIZE_MAX), 1024);
    for (uint32_t a = 0; a <= 1024; a += 64)
        for (uint32_t w = 0; w <= 1024; w += 64)
            cr_expect(tc_score_add(a, w) >= TC_MAX(a, w) && tc_score_add(a, w) <= 1024);
}

/* -- words ---------------------------------------------------------------------------------- */

static TC_STATUS note_message(void *context, const tc_alert *a)
{
    tc_str *text = context;
    if (a->transition != TC_TRANSITION_FINAL) return TC_SUCCESS;
    tc_str_add(text, a->message);
    tc_str_addf(text, "|%" PRId64 "-%" PRId64 "|%s", a->course.earliest / TC_HOUR,
                a->course.latest / TC_HOUR, a->course.active ? "active" : "quiet");
    return tc_str_status(text);
}

Test(incident_moment, the_gravest_language_is_told_with_the_incidents_own_numbers)
{
    tc_incident_bench b;
    tc_str text;
    tc_rule low = tc_bench_rule("low", TC_LEVEL_LOW, TC_RULE_DETECTION);
    tc_rule high =
        tc_bench_rule("Switched to a foreign language", TC_LEVEL_HIGH, TC_RULE_DETECTION);
    tc_subject s = tc_bench_subject("a@x", NULL);
    s.previous = TC_LIT("fr");
    start(&b);
    s.language = TC_LIT("en");
    find(&b, &low, TC_DAY, &s);
    s.language = TC_LIT("zh");
    find(&b, &high, 2 * TC_DAY, &s);
    tc_bench_find(&b, &high, 3 * TC_DAY, "a@x", "192.0.2.1");
    tc_bench_session(&b, 3 * TC_DAY + TC_HOUR, "b@x", "192.0.2.1");
    tc_bench_session(&b, 3 * TC_DAY + 2 * TC_HOUR, "b@x", "192.0.2.1");
    tc_incidents_data(b.all, 20 * TC_DAY);
    tc_str_init(&text, 1 << 12);
    cr_assert(!tc_failed(tc_incidents_finish(b.all, &(tc_alert_sink){&text, note_message})));
    cr_expect_str_eq(
        tc_str_cstr(&text),
        "Switched to a foreign language; in all 2 mailboxes, 1 of them switched from fr "
        "to zh, 1 of them opened from 192.0.2.1 in CN since 1970-01-04 01:00:00 UTC"
        "|73-73|quiet");
    tc_str_done(&text);
    tc_bench_stop(&b);
}

/* -- what is common ------------------------------------------------------------------------- */

Test(incident_moment, three_users_make_common_and_strangers_do_not)
{
    tc_commons c;
    tc_commons_init(&c, 1 << 16);
    for (uint64_t who = 1; who <= 9; who++)
        tc_commons_note(&c, 7, who, false, TC_DAY);
    for (uint64_t who = 1; who <= 9; who++)
        tc_commons_note(&c, 7, who, true, 2 * TC_DAY);
    cr_expect_not(tc_commons_has(&c, 7), "a campaign's own, whoever comes again");
    for (uint64_t who = 11; who <= 13; who++) {
        cr_expect_not(tc_commons_has(&c, 8));
        tc_commons_note(&c, 8, who, true, TC_DAY);
        tc_commons_note(&c, 8, who, true, TC_DAY);
    }
    cr_expect(tc_commons_has(&c, 8));
    cr_expect_not(tc_commons_has(&c, 0), "nothing is what is not known");
    for (uint64_t who = 21; who <= 23; who++)
        tc_commons_note(&c, 7, who, true, 60 * TC_DAY);
    cr_expect(tc_commons_has(&c, 7), "after two months it is");
    tc_commons_done(&c);
}

Test(incident_moment, what_is_common_survives_a_flood)
{
    tc_commons c;
    tc_commons_init(&c, 1 << 14);
    for (uint64_t who = 1; who <= 3; who++)
        tc_commons_note(&c, 7, who, true, TC_DAY);
    for (uint64_t digest = 100; digest < 5000; digest++)
        tc_commons_note(&c, digest, 1, true, TC_DAY);
    cr_expect(tc_commons_has(&c, 7));
    cr_expect_gt(c.given_up, 4000);
    tc_commons_done(&c);
}
