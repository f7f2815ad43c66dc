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

TestSuite(account, .init = setup, .fini = teardown);

#define T "2011-03-09T07:12:03Z"
#define SID_A "S-1-5-21-1-2-3-1104"
#define SID_B "S-1-5-21-1-2-3-1105"
#define SUCCEEDED "0x8020000000000000"

static void show(const char *id, const char *keywords, const char *subject_domain,
                 const char *subject, const char *target_domain, const char *target)
{
    const pair pairs[] = {
        {"EventID", id},
        {"Channel", "Security"},
        {"Computer", "DC01.example.org"},
        {"Keywords", keywords},
        {"SubjectDomainName", subject_domain},
        {"SubjectUserName", subject},
        {"SubjectUserSid", SID_A},
        {"TargetDomainName", target_domain},
        {"TargetUserName", target},
        {"TargetSid", SID_B},
        {NULL, NULL},
    };
    fixture_worker(&f);
    fixture_windows(&f, T, "security", pairs);
    cr_assert(!tc_failed(fixture_observe(&f)));
}

Test(account, resets_and_changes_are_told_apart)
{
    show("4724", SUCCEEDED, "EX", "admin", "EX", "jdoe");
    const tc_observation *o = fixture_at(&f, TC_OBS_ACCOUNT, 0);
    cr_expect_eq(o->flags, TC_OBS_FLAG_RESET);
    cr_expect_eq(o->status, 4724);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "EX\\admin");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), "EX\\jdoe");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_HOST), "EX01");
    show("4723", SUCCEEDED, "EX", "jdoe", "EX", "jdoe");
    cr_expect_eq(fixture_at(&f, TC_OBS_ACCOUNT, 0)->flags, 0);
    show("4720", SUCCEEDED, "EX", "admin", "EX", "jdoe");
    cr_expect_eq(fixture_at(&f, TC_OBS_ACCOUNT, 0)->flags, TC_OBS_FLAG_CREATED);
    /* context is no change of a password */
    static const char *const others[] = {"4738", "4767", "4624", "4722", "x", ""};
    for (size_t i = 0; i < TC_COUNT_OF(others); i++) {
        show(others[i], SUCCEEDED, "EX", "admin", "EX", "jdoe");
        cr_expect_eq(fixture_count(&f, TC_OBS_ACCOUNT), 0, "%s", others[i]);
    }
}

/* Carriers of whole seconds have both in one instant, in any order. */
Test(account, an_account_is_made_before_anything_else_of_its_instant)
{
    static const char *const later[] = {"4723", "4724", "4740"};
    show("4720", SUCCEEDED, "EX", "admin", "EX", "jdoe");
    tc_order made = fixture_at(&f, TC_OBS_ACCOUNT, 0)->order;
    cr_expect_gt(made.rank, tc_observation_rank(TC_OBS_ALIAS, 0), "names come first");
    for (size_t i = 0; i < TC_COUNT_OF(later); i++) {
        show(later[i], SUCCEEDED, "EX", "admin", "EX", "jdoe");
        tc_order order = fixture_at(&f, TC_OBS_ACCOUNT, 0)->order;
        cr_expect_eq(order.time, made.time);
        order.record_hash = 0;
        cr_expect_lt(tc_order_compare(&made, &order), 0, "%s", later[i]);
    }
}

Test(account, a_lockout_is_told_of_the_account_not_of_the_caller)
{
    show("4740", SUCCEEDED, "EX", "DC01$", "WS0042", "jdoe");
    const tc_observation *o = fixture_at(&f, TC_OBS_ACCOUNT, 0);
    cr_expect_eq(o->status, 4740);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), "jdoe");
}

Test(account, refused_logons_are_told_with_name_and_address)
{
    static const struct {
        const char *id, *type, *status, *sub, *user;
        bool told;
    } rows[] = {
        {"4625", "8", "0xc000006d", "0xc000006a", "jdoe", true},
        {"4625", "3", "0xC000006D", "0xC0000064", "jdoe", true},
        {"4625", "3", "0xc0000234", "0x0", "jdoe", true},
        {"4625", "2", "0xc000006d", "0xc000006a", "jdoe", false},
        {"4625", "3", "0xc000006d", "0xc000006d", "jdoe", false},
        {"4625", "3", "0xc000006d", "0xc000006a", "WS0042$", false},
        {"4625", "3", "0xc000006d", "0xc000006a", "-", false},
        {"4624", "3", "0xc000006d", "0xc000006a", "jdoe", false},
        {"4771", "", "0x18", "", "jdoe", true},
        {"4771", "", "0x25", "", "jdoe", false},
        {"4776", "", "0xc000006a", "", "jdoe", true},
        {"4776", "", "0x0", "", "jdoe", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const pair pairs[] = {{"EventID", rows[i].id},           {"Channel", "Security"},
                              {"Computer", "EX01.example.org"},  {"Keywords", "0x8010000000000000"},
                              {"SubjectUserName", "EX01$"},      {"SubjectUserSid", "S-1-5-18"},
                              {"TargetDomainName", "EX"},        {"TargetUserName", rows[i].user},
                              {"TargetSid", "S-1-5-21-1-2-3-9"}, {"LogonType", rows[i].type},
                              {"Status", rows[i].status},        {"SubStatus", rows[i].sub},
                              {"IpAddress", "203.0.113.9"},      {NULL, NULL}};
        fixture_worker(&f);
        fixture_windows(&f, T, "security", pairs);
        cr_assert(!tc_failed(fixture_observe(&f)));
        cr_expect_eq(fixture_count(&f, TC_OBS_ACCOUNT), rows[i].told, "row %zu", i);
        if (!rows[i].told || fixture_count(&f, TC_OBS_ACCOUNT) == 0) continue;
        const tc_observation *o = fixture_at(&f, TC_OBS_ACCOUNT, 0);
        char ip[TC_IP_TEXT];
        cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), "EX\\jdoe");
        cr_expect_eq(o->text[TC_OBS_TEXT_USER].length, 0, "the service that asked is no actor");
        cr_expect_str_eq(tc_ip_format(o->ip, ip), "203.0.113.9");
        cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 0, "what was typed is no fact");
    }
}

Test(account, failures_are_seen_in_any_form_of_keywords)
{
    static const struct {
        const char *keywords;
        bool failed;
    } rows[] = {
        {"0x8020000000000000", false},
        {"0x8010000000000000", true},
        {"-9214364837600034816", false},
        {"-9218868437227405312", true},
        {"9227875636482146304", true},
        {"9232379236109516800", false},
        {"Audit Success", false},
        {"Audit Failure", true},
        {"AUDIT_FAILURE", true},
        {"", false},
        {"\xC3\x89"
         "chec de l'audit",
         false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        show("4724", rows[i].keywords, "EX", "admin", "EX", "jdoe");
        cr_expect_eq(fixture_at(&f, TC_OBS_ACCOUNT, 0)->flags & TC_OBS_FLAG_FAILED,
                     rows[i].failed ? TC_OBS_FLAG_FAILED : 0, "%s", rows[i].keywords);
    }
}

static void show_reset(const char *domain, const char *actor, const char *sid,
                       const char *target_domain, const char *target)
{
    const pair pairs[] = {{"EventID", "4724"},
                          {"Channel", "Security"},
                          {"Computer", "DC01.example.org"},
                          {"Keywords", SUCCEEDED},
                          {"SubjectDomainName", domain},
                          {"SubjectUserName", actor},
                          {"SubjectUserSid", sid},
                          {"TargetDomainName", target_domain},
                          {"TargetUserName", target},
                          {"TargetSid", SID_B},
                          {NULL, NULL}};
    fixture_worker(&f);
    fixture_windows(&f, T, "security", pairs);
    cr_assert(!tc_failed(fixture_observe(&f)));
}

/* A name is what anybody can give an account: it claims, and only a SID of the system's exempts. */
Test(account, routine_work_is_marked_by_its_sid_and_claimed_by_its_name)
{
    static const struct {
        const char *domain, *actor, *sid, *where, *target;
        unsigned flags;
    } rows[] = {
        {"EX", "admin", SID_A, "EX", "jdoe", 0},
        {"EX", "admin", SID_A, "EX", "HealthMailbox1a2b3c4", TC_OBS_FLAG_ROUTINE},
        {"EX", "admin", SID_A, "EX", "WS0042$", TC_OBS_FLAG_ROUTINE},
        {"EX", "MSOL_0123456789ab", SID_A, "EX", "jdoe", TC_OBS_FLAG_CLAIMS},
        {"EX", "msol_0123456789ab", SID_A, "EX", "jdoe", TC_OBS_FLAG_CLAIMS},
        {"EX", "AAD_0123456789ab", SID_A, "EX", "jdoe", TC_OBS_FLAG_CLAIMS},
        {"NT AUTHORITY", "SYSTEM", "S-1-5-18", "EX", "jdoe", 0},
        {"NT-AUTORIT\xC3\x84T", "SYSTEM", "S-1-5-18", "EX", "jdoe", 0},
        {"NT AUTHORITY", "NETWORK SERVICE", "S-1-5-20", "EX", "jdoe", 0},
        {"NT AUTHORITY", "SYSTEM", "S-1-5-18", "DC01", "Administrator", TC_OBS_FLAG_ROUTINE},
        {"NT-AUTORIT\xC3\x84T", "SYSTEM", "S-1-5-18", "dc01", "Administrator", TC_OBS_FLAG_ROUTINE},
        {"NT AUTHORITY", "NETWORK SERVICE", "S-1-5-20", "DC01", "jdoe", TC_OBS_FLAG_ROUTINE},
        {"EX", "admin", SID_A, "DC01", "Administrator", 0},
        {"NT AUTHORITY", "SYSTEM", "S-1-5-18", "", "jdoe", 0},
        {"NT AUTHORITY", "SYSTEM", SID_A, "EX", "jdoe", 0},
        {"EX", "SYSTEM", "", "EX", "jdoe", 0},
        {"EX", "EX01$", SID_A, "EX", "jdoe", 0},
        {"EX", "EX01$", "S-1-5-18", "EX", "jdoe", 0},
        {"EX", "DC01$", "S-1-5-18", "DC01", "jdoe", TC_OBS_FLAG_ROUTINE},
        {"EX", "EX01$", "S-1-5-18", "EX", "HealthMailbox1a2b3c4", TC_OBS_FLAG_ROUTINE},
        {"EX", "EX01$", SID_A, "EX", "HealthMailbox1a2b3c4", TC_OBS_FLAG_ROUTINE},
        {"EX", "molly", SID_A, "EX", "jdoe", 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        show_reset(rows[i].domain, rows[i].actor, rows[i].sid, rows[i].where, rows[i].target);
        cr_expect_eq(fixture_at(&f, TC_OBS_ACCOUNT, 0)->flags & ~TC_OBS_FLAG_RESET, rows[i].flags,
                     "%s (%s) -> %s", rows[i].actor, rows[i].sid, rows[i].target);
    }
}

/* An export that cut its messages, or names another's columns. */
Test(account, events_that_do_not_say_whose_are_counted)
{
    static const char *const about[] = {"4720", "4723", "4724", "4726", "4738", "4740", "4771"};
    for (size_t i = 0; i < TC_COUNT_OF(about); i++) {
        const pair pairs[] = {{"EventID", about[i]}, {"Channel", "Security"}, {NULL, NULL}};
        fixture_worker(&f);
        fixture_windows(&f, T, "security", pairs);
        cr_assert(!tc_failed(fixture_observe(&f)));
        tc_account_fields fields = tc_enrich_take_account_fields(f.worker);
        cr_expect_eq(fields.nameless, 1, "%s", about[i]);
        cr_expect(tc_account_fields_lack(&fields));
        show(about[i], SUCCEEDED, "EX", "admin", "EX", "jdoe");
        fields = tc_enrich_take_account_fields(f.worker);
        cr_expect_eq(fields.named, 1, "%s", about[i]);
        cr_expect_not(tc_account_fields_lack(&fields));
    }
    const pair logon[] = {{"EventID", "4624"}, {"Channel", "Security"}, {NULL, NULL}};
    fixture_worker(&f);
    fixture_windows(&f, T, "security", logon);
    cr_assert(!tc_failed(fixture_observe(&f)));
    cr_expect_eq(tc_enrich_take_account_fields(f.worker).nameless, 0);
    cr_expect_not(tc_account_fields_lack(&(tc_account_fields){.named = 100, .nameless = 5}));
    cr_expect_not(tc_account_fields_lack(&(tc_account_fields){.named = 1, .nameless = 2}));
    cr_expect(tc_account_fields_lack(&(tc_account_fields){.named = 50, .nameless = 5}));
}

Test(account, a_sid_stands_in_for_a_missing_name)
{
    show("4724", SUCCEEDED, "-", "-", "-", "-");
    const tc_observation *o = fixture_at(&f, TC_OBS_ACCOUNT, 0);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), SID_A);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), SID_B);
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 0);
}

static bool told(const char *a, const char *b)
{
    for (size_t i = 0; i < fixture_count(&f, TC_OBS_ALIAS); i++) {
        const tc_observation *o = fixture_at(&f, TC_OBS_ALIAS, i);
        if (strcmp(fixture_text(&f, o, TC_OBS_TEXT_USER), a) == 0 &&
            strcmp(fixture_text(&f, o, TC_OBS_TEXT_TARGET), b) == 0)
            return true;
    }
    return false;
}

Test(account, every_security_event_gives_its_names)
{
    show("4624", SUCCEEDED, "EX", "EX01$", "EX", "jdoe");
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 1, "a machine is nobody");
    cr_expect(told("EX\\jdoe", SID_B));
    show("4724", SUCCEEDED, "EX", "admin", "EX", "jdoe");
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 2);
    cr_expect(told("EX\\admin", SID_A));
    show("4624", SUCCEEDED, "NT AUTHORITY", "SYSTEM", "Window Manager", "DWM-1");
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 0);
    show("4625", SUCCEEDED, "-", "-", "-", "jdoe");
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 0, "a name without its domain is nobody certain");
    show("4740", SUCCEEDED, "EX", "DC01$", "WS0042", "jdoe");
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 0, "the caller's computer is no domain");
}

Test(account, principal_names_of_new_and_changed_accounts)
{
    static const struct {
        const char *id, *domain, *principal;
        const char *a;
    } rows[] = {
        {"4720", "EX", "j.doe@example.org", "EX\\jdoe"},
        {"4738", "EX", "j.doe@example.org", "EX\\jdoe"},
        {"4738", "-", "j.doe@example.org", "jdoe"},
        {"4738", "EX", "-", NULL},
        {"4738", "EX", "%%1793", NULL},
        {"4624", "EX", "j.doe@example.org", NULL},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const pair pairs[] = {
            {"EventID", rows[i].id},
            {"TargetDomainName", rows[i].domain},
            {"TargetUserName", "jdoe"},
            {"SamAccountName", "jdoe"},
            {"UserPrincipalName", rows[i].principal},
            {"Keywords", SUCCEEDED},
            {NULL, NULL},
        };
        fixture_worker(&f);
        fixture_windows(&f, T, "security", pairs);
        cr_assert(!tc_failed(fixture_observe(&f)));
        cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), rows[i].a != NULL, "row %zu", i);
        if (rows[i].a) cr_expect(told(rows[i].a, rows[i].principal), "row %zu", i);
    }
}

/* Which worker reads which log must not decide whether a name is vouched for. */
Test(account, what_a_client_claims_does_not_silence_who_vouches_for_it)
{
    static const pair renamed[] = {
        {"EventID", "4738"},        {"TargetDomainName", "EX"},
        {"TargetUserName", "jdoe"}, {"UserPrincipalName", "j.doe@example.org"},
        {"Keywords", SUCCEEDED},    {NULL, NULL}};
    static const uint16_t flags[] = {0, TC_OBS_FLAG_VOUCHED};
    fixture_web(&f, "2011-03-09T07:00:00Z",
                "POST /Microsoft-Server-ActiveSync/default.eas Cmd=Ping&User=j.doe@example.org "
                "443 EX\\jdoe 203.0.113.9 A 200");
    cr_assert(!tc_failed(fixture_observe(&f)));
    fixture_windows(&f, T, "security", renamed);
    cr_assert(!tc_failed(fixture_observe(&f)));
    cr_assert_eq(fixture_count(&f, TC_OBS_ALIAS), 2);
    for (size_t i = 0; i < 2; i++) {
        const tc_observation *o = fixture_at(&f, TC_OBS_ALIAS, i);
        cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "EX\\jdoe");
        cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), "j.doe@example.org");
        cr_expect_eq(o->flags, flags[i]);
    }
}

Test(account, other_windows_logs_say_nothing)
{
    const pair pairs[] = {{"EventID", "4724"}, {"TargetUserName", "jdoe"}, {NULL, NULL}};
    fixture_windows(&f, T, "application", pairs);
    cr_assert(!tc_failed(fixture_observe(&f)));
    cr_expect_eq(tc_observations_count(f.batch), 0);
    cr_expect_eq(f.filtered, TC_REASON_COUNT);
}

Test(account, hits_name_actor_target_and_client)
{
    const pair pairs[] = {
        {"EventID", "4625"},
        {"SubjectUserName", "EX01$"},
        {"SubjectDomainName", "EX"},
        {"TargetUserName", "jdoe"},
        {"TargetDomainName", "EX"},
        {"IpAddress", "::ffff:203.0.113.9"},
        {NULL, NULL},
    };
    fixture_windows(&f, T, "security", pairs);
    cr_assert(!tc_failed(tc_enrich_hit(f.worker, &f.event, 7, NULL, NULL, 0)));
    const tc_observation *o = fixture_at(&f, TC_OBS_HIT, 0);
    char text[TC_IP_TEXT];
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "EX\\EX01$");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), "EX\\jdoe");
    cr_expect_str_eq(tc_ip_format(o->ip, text), "203.0.113.9");
    cr_expect_eq(o->status, 4625);
    cr_expect_eq(o->order.sub, 0);
}
