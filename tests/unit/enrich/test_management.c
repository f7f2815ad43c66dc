#include "tests/unit/enrich/fixture.h"

#include <criterion/criterion.h>

static fixture f;

static void setup(void)
{
    memset(&f, 0, sizeof(f));
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

TestSuite(management, .init = setup, .fini = teardown);

#define SID "S-1-5-21-1-2-3-1104"

static void act(const char *id, const char *cmdlet, const char *parameter, const char *value,
                const char *application)
{
    const pair pairs[] = {
        {"EventID", id},
        {"Channel", "MSExchange Management"},
        {"Computer", "EX01.example.org"},
        {"Cmdlet", cmdlet},
        {"Caller", "example.org/Users/Ana Weber"},
        {"CallerSid", SID},
        {"ClientApplication", application},
        {"Parameters.Identity", "ben@example.org"},
        {parameter, value},
        {NULL, NULL},
    };
    fixture_worker(&f);
    fixture_windows(&f, "2011-03-09T07:12:03Z", "msexchange-management", pairs);
    cr_assert(!tc_failed(fixture_observe(&f)));
}

Test(management, who_set_which_language_for_whom)
{
    act("1", "Set-MailboxRegionalConfiguration", "Parameters.Language", "zh-CN", "OWA");
    cr_assert_eq(fixture_count(&f, TC_OBS_ACCOUNT), 1);
    const tc_observation *o = fixture_at(&f, TC_OBS_ACCOUNT, 0);
    cr_expect_eq(o->flags, TC_OBS_FLAG_REGIONAL | TC_OBS_FLAG_OWN);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), SID);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), "ben@example.org");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_VALUE), "zh-Hans");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_EXTRA), "");
}

Test(management, of_several_languages_the_first_is_meant)
{
    act("1", "Set-Mailbox", "Parameters.Languages", "fr-FR,zh-CN", "ManagementShell");
    const tc_observation *o = fixture_at(&f, TC_OBS_ACCOUNT, 0);
    cr_expect_eq(o->flags, TC_OBS_FLAG_REGIONAL);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_VALUE), "fr");
}

Test(management, a_time_zone_alone_is_told)
{
    act("1", "Set-MailboxRegionalConfiguration", "Parameters.TimeZone", "Russian Standard Time",
        "OWA");
    const tc_observation *o = fixture_at(&f, TC_OBS_ACCOUNT, 0);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_VALUE), "");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_EXTRA), "Russian Standard Time");
}

Test(management, what_sets_no_region_is_not_told)
{
    act("6", "Set-MailboxRegionalConfiguration", "Parameters.Language", "zh-CN", "OWA");
    cr_expect_eq(fixture_count(&f, TC_OBS_ACCOUNT), 0, "it failed");
    act("1", "Set-MailboxRegionalConfiguration", "Parameters.DateFormat", "yyyy", "OWA");
    cr_expect_eq(fixture_count(&f, TC_OBS_ACCOUNT), 0, "neither language nor time zone");
    act("1", "Set-MailboxRegionalConfiguration", "Parameters.Language", "no tongue", "OWA");
    cr_expect_eq(fixture_count(&f, TC_OBS_ACCOUNT), 0, "no language");
    act("1", "Set-MailboxMessageConfiguration", "Parameters.Language", "zh-CN", "OWA");
    cr_expect_eq(fixture_count(&f, TC_OBS_ACCOUNT), 0, "another cmdlet");
}
