/* What is left out of what is found, and what must not be. */
#include "detector/pipeline/exempt.h"
#include "detector/settings/config.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1767225600) * TC_SECOND) /* 2026-01-01 */

static tc_options options;
static tc_config *config;
static tc_exempt *exempt;
static tc_identity *identity;
static tc_arena *arena;
static tc_rule rule = {.id = {(const uint8_t *)"id", 2},
                       .name = {(const uint8_t *)"rule", 4},
                       .level = TC_LEVEL_MEDIUM};
static uint64_t serial; /* findings are told apart by whom they are about */

static void begin(const char *yaml)
{
    tc_error error = {0};
    tc_options_start(&options, TC_COMMAND_SCAN);
    tc_status status =
        tc_config_read_text("site.yml", tc_slice_of(yaml), &options, NOW, NULL, &config, &error);
    cr_assert_not(tc_failed(status), "%s", yaml);
    exempt = tc_exempt_new(&options, NOW);
    identity = tc_identity_new(&(tc_identity_options){.max_bytes = 1 << 20});
    arena = tc_arena_new(1 << 20);
    cr_assert(exempt && identity && arena);
}

static void end(void)
{
    tc_exempt_free(exempt);
    tc_identity_free(identity);
    tc_arena_free(arena);
    tc_options_done(&options);
    tc_config_free(config);
}

TestSuite(exempt, .fini = end);

static tc_subject about(const char *mailbox, const char *ip)
{
    tc_subject s = {.mailbox = tc_slice_of(mailbox)};
    if (ip != NULL) cr_assert(tc_ip_parse(tc_slice_of(ip), &s.ip));
    return s;
}

static bool hides_all(const tc_subject *subjects, size_t count, tc_time time)
{
    static char entity[16];
    snprintf(entity, sizeof(entity), "%u", (unsigned)serial++);
    tc_finding f = {.rule = &rule,
                    .order = {.time = time},
                    .start = time,
                    .entity = tc_slice_of(entity),
                    .subjects = subjects,
                    .subject_count = count};
    return tc_exempt_hides(exempt, &f, identity, true);
}

static bool hides(tc_subject s)
{
    return hides_all(&s, 1, NOW);
}

static uint64_t findings(size_t row)
{
    tc_summary s = {.left_out_count = 0};
    cr_assert_not(tc_failed(tc_exempt_tell(exempt, arena, &s)));
    cr_assert_lt(row, s.left_out_count);
    return s.left_out[row].findings;
}

Test(exempt, an_exception_leaves_out_whom_it_fits_and_counts)
{
    begin("exceptions: [{rule: rule, user: bob, reason: r, until: 2026-03-01}]\n");
    cr_expect(hides(about("bob", NULL)));
    cr_expect(hides(about("BOB", "192.0.2.1")));
    cr_expect_not(hides(about("eve", NULL)));
    cr_expect_not(hides(about("", "192.0.2.1")), "of whom it is, is not known");
    cr_expect_eq(findings(0), 2u);
}

Test(exempt, the_same_person_of_the_same_day_counts_once)
{
    tc_subject bob;
    begin("exceptions: [{user: bob, reason: r, until: 2026-03-01}]\n");
    bob = about("bob", NULL);
    tc_finding f = {.rule = &rule,
                    .order = {.time = NOW},
                    .entity = TC_LIT("bob"),
                    .subjects = &bob,
                    .subject_count = 1};
    for (int i = 0; i < 5; i++)
        cr_expect(tc_exempt_hides(exempt, &f, identity, true));
    cr_expect(tc_exempt_hides(exempt, &f, identity, false));
    cr_expect_eq(findings(0), 1u);
    f.order.time += TC_DAY;
    cr_expect(tc_exempt_hides(exempt, &f, identity, false), "the same goes on");
    cr_expect_eq(findings(0), 1u);
    cr_expect(tc_exempt_hides(exempt, &f, identity, true));
    cr_expect_eq(findings(0), 2u);
}

Test(exempt, all_parts_must_fit)
{
    begin("exceptions: [{rule: id, user: bob, network: 192.0.2.0/24, reason: r, until: "
          "2026-03-01}]\n");
    cr_expect(hides(about("bob", "192.0.2.9")));
    cr_expect_not(hides(about("bob", "198.51.100.9")));
    cr_expect_not(hides(about("eve", "192.0.2.9")));
    cr_expect_not(hides(about("bob", NULL)), "where from is not known of any");
}

Test(exempt, a_finding_about_several_is_left_out_when_it_fits_all)
{
    begin("exceptions: [{network: 192.0.2.0/24, reason: r, until: 2026-03-01}]\n");
    tc_subject both[] = {about("bob", "192.0.2.9"), about("eve", "192.0.2.10")};
    tc_subject mixed[] = {about("bob", "192.0.2.9"), about("eve", "198.51.100.10")};
    tc_subject message[] = {about("bob", "192.0.2.9"), about("bob", NULL)};
    cr_expect(hides_all(both, 2, NOW));
    cr_expect_not(hides_all(mixed, 2, NOW), "nobody hides behind another");
    cr_expect(hides_all(message, 2, NOW), "a message has no address");
    cr_expect_not(hides_all(NULL, 0, NOW));
}

Test(exempt, other_rules_are_not_left_out)
{
    begin("exceptions: [{rule: other, user: bob, reason: r, until: 2026-03-01}]\n");
    cr_expect_not(hides(about("bob", NULL)));
}

Test(exempt, agents_and_languages)
{
    begin("exceptions:\n"
          "  - {agent: 'Probe/*', reason: r, until: 2026-03-01}\n"
          "  - {language: zh, reason: r, until: 2026-03-01}\n");
    tc_subject s = about("bob", NULL);
    s.agent = TC_LIT("probe/1.2");
    cr_expect(hides(s));
    s.agent = TC_LIT("Mozilla Probe/1.2");
    cr_expect_not(hides(s));
    s.language = TC_LIT("zh-Hans");
    cr_expect(hides(s));
    s.language = TC_LIT("zha");
    cr_expect_not(hides(s));
}

Test(exempt, what_has_ended_is_not_applied_and_told)
{
    tc_summary s = {.left_out_count = 0};
    begin("exceptions:\n"
          "  - {user: bob, reason: r, until: 2025-12-30}\n"
          "  - {user: eve, reason: r, until: 2026-03-01}\n");
    cr_expect_not(hides(about("bob", NULL)), "by the clock");
    tc_subject bob = about("bob", NULL), eve = about("eve", NULL);
    cr_expect_not(hides_all(&bob, 1, NOW - 90 * TC_DAY), "also in old logs");
    cr_expect(hides_all(&eve, 1, NOW - 90 * TC_DAY));
    cr_expect_not(hides_all(&eve, 1, NOW + 90 * TC_DAY), "by its time");
    cr_assert_not(tc_failed(tc_exempt_tell(exempt, arena, &s)));
    cr_expect(s.left_out[0].ended);
    cr_expect_not(s.left_out[1].ended);
}

Test(exempt, a_change_window_leaves_out_what_is_to_be_expected_in_it)
{
    begin("change_windows: [{what: resets, from: 2026-01-01, to: 2026-01-02, reason: r}]\n");
    tc_subject bob = about("bob", NULL);
    cr_expect_not(hides(bob), "the rule expects nothing");
    rule.expected_in = TC_EXPECTED_LANGUAGE;
    cr_expect_not(hides(bob));
    rule.expected_in = TC_EXPECTED_RESETS;
    cr_expect(hides(bob));
    cr_expect_not(hides_all(&bob, 1, NOW - 1));
    cr_expect(hides_all(&bob, 1, NOW + 2 * TC_DAY - 1));
    cr_expect_not(hides_all(&bob, 1, NOW + 2 * TC_DAY));
    cr_expect_eq(findings(0), 2u);
}

Test(exempt, a_declared_response_explains_a_week)
{
    begin("response: {since: 2026-01-01}\n");
    tc_subject bob = about("bob", NULL);
    rule.expected_in = TC_EXPECTED_RESETS;
    cr_expect_not(hides(bob));
    rule.expected_in = TC_EXPECTED_RESPONSE;
    cr_expect_not(hides_all(&bob, 1, NOW - 1));
    cr_expect(hides(bob));
    cr_expect(hides_all(&bob, 1, NOW + 7 * TC_DAY));
    cr_expect_not(hides_all(&bob, 1, NOW + 7 * TC_DAY + 1));
    cr_expect_eq(findings(0), 2u);
}

Test(exempt, services_do_what_services_do)
{
    begin("accounts: {service: ['CORP\\backup']}\n");
    tc_subject s = {.mailbox = TC_LIT("boss"), .user = TC_LIT("corp\\backup")};
    cr_expect_not(hides(s), "the rule expects nothing of services");
    rule.expected_in = TC_EXPECTED_SERVICE;
    cr_expect(hides(s));
    s.actor = TC_LIT("eve");
    cr_expect_not(hides(s));
    cr_expect_eq(findings(0), 1u);
}

Test(exempt, what_would_not_have_been_told_is_not_counted)
{
    begin("exceptions: [{user: bob, reason: r, until: 2026-03-01}]\n");
    rule.level = TC_LEVEL_INFORMATIONAL;
    cr_expect(hides(about("bob", NULL)));
    cr_expect_eq(findings(0), 0u);
}

static bool may_hide(tc_subject s, tc_time time)
{
    tc_finding f = {.rule = &rule,
                    .order = {.time = time},
                    .start = time,
                    .entity = TC_LIT("x"),
                    .subjects = &s,
                    .subject_count = 1};
    return tc_exempt_may_hide(exempt, &f, identity);
}

Test(exempt, before_its_turn_whoever_may_turn_out_to_be_meant_waits)
{
    begin("exceptions: [{rule: rule, user: bob@example.org, network: 192.0.2.0/24, reason: r,"
          " until: 2026-03-01}]\n");
    cr_expect(may_hide(about("bob@example.org", "192.0.2.1"), NOW));
    cr_expect(may_hide(about("EX\\robert", "192.0.2.1"), NOW), "nobody knows yet who that is");
    cr_expect_not(may_hide(about("EX\\robert", "198.51.100.1"), NOW), "from elsewhere");
    cr_assert_neq(tc_identity_of(identity, TC_LIT("EX\\robert")), 0);
    cr_expect(may_hide(about("EX\\robert", "192.0.2.1"), NOW), "nor who bob is");
    cr_assert_neq(tc_identity_of(identity, TC_LIT("bob@example.org")), 0);
    cr_expect_not(may_hide(about("EX\\robert", "192.0.2.1"), NOW), "somebody else");
    cr_expect(may_hide(about("OTHER\\bob", "192.0.2.1"), NOW), "called alike");
    cr_expect_not(may_hide(about("bob@example.org", "192.0.2.1"), NOW + 90 * TC_DAY), "it ended");
}
