#include "tests/unit/enrich/fixture.h"

#include <criterion/criterion.h>

static fixture f;

static void setup(void)
{
    fixture_open_front_end(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

TestSuite(webmail, .init = setup, .fini = teardown);

#define T "2011-03-09T07:12:03Z"

Test(webmail, back_end_copies_and_probes_are_filtered)
{
    static const struct {
        const char *row;
        tc_reason reason;
    } rows[] = {
        {"GET /owa/ - 444 EX\\jdoe 10.0.0.9 A 200", TC_REASON_BACK_END},
        {"GET /owa/ - 445 EX\\jdoe 10.0.0.9 A 200", TC_REASON_BACK_END},
        {"GET /owa/ - 81 EX\\jdoe 10.0.0.9 A 200", TC_REASON_BACK_END},
        {"GET /owa/ - 443 EX\\jdoe 10.0.0.9 A 200", TC_REASON_COUNT},
        {"GET /owa/ - 4443 EX\\jdoe 10.0.0.9 A 200", TC_REASON_COUNT},
        {"GET /owa/ - 80 EX\\jdoe 10.0.0.9 A 200", TC_REASON_COUNT},
        {"GET /owa/ - 443 EX\\HealthMailbox1a2b 127.0.0.1 A 200", TC_REASON_PROBE},
        {"GET /owa/ - 443 HealthMailbox1a2b@example.org 127.0.0.1 A 200", TC_REASON_PROBE},
        {"GET /owa/ - 443 healthmailbox1a2b 127.0.0.1 A 200", TC_REASON_PROBE},
        {"GET /owa/ - 443 HealthMailbox 127.0.0.1 A 200", TC_REASON_COUNT},
        {"GET /ecp/ - 443 - ::1 AMProbe/Local/ClientAccess 302", TC_REASON_PROBE},
        {"POST /Microsoft-Server-ActiveSync/default.eas - 443 EX\\j ::1 "
         "TestActiveSyncConnectivity 200",
         TC_REASON_PROBE},
        {"GET /owa/ - 443 EX\\j ::1 Mozilla/4.0+(compatible;+MSEXCHMON;+ACTIVEMONITORING) 200",
         TC_REASON_PROBE},
        {"GET /owa/healthcheck.htm - 443 - 10.1.1.1 - 200", TC_REASON_BALANCER},
        {"GET /owa/healthcheck.htm - 443 - 203.0.113.9 - 200", TC_REASON_COUNT},
        {"GET /owa/ - 443 - 10.1.1.1 ELB-HealthChecker/2.0 302", TC_REASON_BALANCER},
        {"GET /owa/ - 443 EX\\extest_9f 10.1.1.1 A 200", TC_REASON_MONITOR},
        {"GET /owa/ - 443 EX\\svc 10.1.1.1 check_http/v2.2+(monitoring-plugins) 200",
         TC_REASON_MONITOR},
        {"GET /owa/ - 443 EX\\svc 203.0.113.9 check_http/v2.2 200", TC_REASON_COUNT},
        {"GET /ecp/exhealth.check - 443 - ::1 - 200", TC_REASON_PROBE},
        {"POST /powershell clientApplication=ActiveMonitor;PSVersion=4.0 443 EX\\j ::1 - 200",
         TC_REASON_PROBE},
        {"POST /powershell clientApplication=EMC 443 EX\\j ::1 - 200", TC_REASON_COUNT},
        {"GET /owa/ - 443 EX\\j 203.0.113.9 AMProbe/Local/ClientAccess 200", TC_REASON_COUNT},
        {"GET /owa/ - 443 EX\\HealthMailbox1a2b 203.0.113.9 A 200", TC_REASON_COUNT},
        {"POST /powershell clientApplication=ActiveMonitor 443 EX\\j 203.0.113.9 - 200",
         TC_REASON_COUNT},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_eq(fixture_show(&f, T, rows[i].row), rows[i].reason, "%s", rows[i].row);
    for (size_t i = 0; i < tc_observations_count(f.batch); i++)
        cr_expect_neq(tc_observations_at(f.batch, i)->at.line, 1);
}

Test(webmail, landing_and_logon)
{
    fixture_show(&f, T, "POST /owa/auth.owa - 443 jdoe 203.0.113.9 A 302");
    fixture_show(&f, T, "GET /owa/ - 443 EX\\jdoe 203.0.113.9 A 200");
    fixture_show(&f, T, "GET /OWA - 443 EX\\jdoe 203.0.113.9 A 301");
    fixture_show(&f, T, "GET /owa/ bO=1 443 EX\\jdoe 203.0.113.9 A 302");
    fixture_show(&f, T, "GET /owa/ - 443 - 203.0.113.9 A 302");
    fixture_show(&f, T, "POST /owa/ - 443 EX\\jdoe 203.0.113.9 A 200");
    fixture_show(&f, T, "GET /owa/x - 443 EX\\jdoe 203.0.113.9 A 200");
    fixture_show(&f, T, "GET /owa/ UA=0 443 EX\\jdoe 203.0.113.9 A 200");
    cr_assert_eq(fixture_count(&f, TC_OBS_WEB_LANDING), 3);
    cr_expect_eq(fixture_at(&f, TC_OBS_WEB_LANDING, 0)->flags, 0);
    cr_expect_eq(fixture_at(&f, TC_OBS_WEB_LANDING, 1)->flags, TC_OBS_FLAG_REDIRECT);
    cr_expect_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 1);
    cr_expect_eq(fixture_at(&f, TC_OBS_WEB_SPAN, 0)->order.rank,
                 tc_observation_rank(TC_OBS_WEB_SPAN, 0), "the kind, whatever was told before");
    cr_assert_eq(fixture_count(&f, TC_OBS_WEB_LOGON), 1);
    const tc_observation *o = fixture_at(&f, TC_OBS_WEB_LOGON, 0);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "jdoe");
    cr_expect_eq(o->status, 302);
    cr_expect_eq(o->flags, TC_OBS_FLAG_REDIRECT);
    fixture_show(&f, T, "POST /owa/auth/owaauth.dll - 443 - 203.0.113.9 A 500");
    fixture_show(&f, T, "GET /owa/auth.owa - 443 jdoe 203.0.113.9 A 302");
    cr_assert_eq(fixture_count(&f, TC_OBS_WEB_LOGON), 2);
    o = fixture_at(&f, TC_OBS_WEB_LOGON, 1);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "");
    cr_expect_eq(o->flags, TC_OBS_FLAG_FAILED);
}

Test(webmail, who_posts_and_is_sent_away_is_not_in)
{
    fixture_show(&f, T, "POST /owa/auth.oka - 443 info 203.0.113.9 A 302");
    fixture_show(&f, T, "POST /ecp/x - 443 EX\\jdoe 203.0.113.9 A 302");
    cr_expect_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 0);
    fixture_show(&f, T, "POST /owa/x - 443 EX\\jdoe 203.0.113.9 A 200");
    cr_expect_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 1);
}

Test(webmail, refusals)
{
    static const struct {
        const char *row;
        bool refused;
    } rows[] = {
        {"GET /owa/auth/logon.aspx url=x&reason=2 443 - 203.0.113.9 A 200", true},
        {"GET /owa/auth/logon.aspx url=x&reason=1 443 - 203.0.113.9 A 200", false},
        {"GET /owa/auth/logon.aspx url=x&reason=4 443 - 203.0.113.9 A 200", false},
        {"GET /owa/auth/logon.aspx url=x&reason=22 443 - 203.0.113.9 A 200", false},
        {"GET /owa/auth/logon.aspx url=https://x/?reason=2 443 - 203.0.113.9 A 200", false},
        {"GET /owa/auth/logon.aspx - 443 - 203.0.113.9 A 200", false},
        {"POST /EWS/Exchange.asmx - 443 EX\\jdoe 203.0.113.9 A 401 1326", true},
        {"POST /EWS/Exchange.asmx - 443 EX\\jdoe 203.0.113.9 A 401 1909", true},
        {"POST /owa/ - 443 jdoe 203.0.113.9 A 401 2148074252", true},
        {"POST /EWS/Exchange.asmx - 443 - 203.0.113.9 A 401 1326", true},
        {"POST /EWS/Exchange.asmx - 443 - 203.0.113.9 A 401 2148074254", false},
        {"POST /EWS/Exchange.asmx - 443 EX\\jdoe 203.0.113.9 A 401 5", false},
        {"POST /EWS/Exchange.asmx - 443 EX\\jdoe 203.0.113.9 A 401 2148074254", false},
        {"POST /EWS/Exchange.asmx - 443 EX\\jdoe 203.0.113.9 A 403 1326", false},
        {"POST /owa/auth.owa - 443 - 203.0.113.9 A 401", true},
        {"POST /exchweb/bin/auth/owaauth.dll - 443 jdoe 203.0.113.9 A 401 5", true},
        {"GET /owa/auth.owa - 443 - 203.0.113.9 A 401", false},
        {"POST /owa/x.owa - 443 - 203.0.113.9 A 401", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        fixture_block(&f);
        fixture_show(&f, T, rows[i].row);
        cr_expect_eq(fixture_count(&f, TC_OBS_WEB_REFUSED), rows[i].refused, "%s", rows[i].row);
        if (rows[i].refused)
            cr_expect(fixture_at(&f, TC_OBS_WEB_REFUSED, 0)->flags & TC_OBS_FLAG_FAILED, "%s",
                      rows[i].row);
    }
}

Test(webmail, cultures)
{
    static const struct {
        const char *row, *value, *extra;
    } rows[] = {
        {"GET /owa/ mkt=zh-CN 443 EX\\jdoe 203.0.113.9 A 200", "zh-Hans", "mkt"},
        {"GET /ecp/ exsvurl=1&mkt=fr-FR 443 EX\\jdoe 203.0.113.9 A 200", "fr", "mkt"},
        {"GET /owa/auth/logon.aspx url=x&mkt=ru-RU 443 - 203.0.113.9 A 200", "ru", "mkt"},
        {"GET /owa/ lcid=2052 443 EX\\jdoe 203.0.113.9 A 200", "zh-Hans", "lcid"},
        {"GET /owa/ mkt=klingon 443 EX\\jdoe 203.0.113.9 A 200", NULL, NULL},
        {"GET /owa/ mkt= 443 EX\\jdoe 203.0.113.9 A 200", NULL, NULL},
        {"GET /owa/prem/15.1.2507.9/scripts/globalize/globalize.culture.zh-cn.js - 443 - "
         "203.0.113.9 A 200",
         "zh-Hans", "globalize.culture"},
        {"GET /owa/prem/15.1.2507.9/scripts/globalize/globalize.culture.zh-tw.js - 443 - "
         "203.0.113.9 A 304",
         "zh-Hant", "globalize.culture"},
        {"GET /owa/prem/15.1.2507.9/scripts/fr/owa.0.localized.min.js - 443 EX\\j 203.0.113.9 A "
         "200",
         "fr", "localized-resource"},
        {"GET /owa/prem/15.2.1/resources/locale/zh-hans/owa-strings.json - 443 - 203.0.113.9 A 200",
         "zh-Hans", "localized-resource"},
        {"GET /owa/prem/15.1/ext/def/pt-pt/extdef.js - 443 - 203.0.113.9 A 200", "pt",
         "localized-resource"},
        {"GET /owa/prem/15.1/scripts/boot.js - 443 - 203.0.113.9 A 200", NULL, NULL},
        {"GET /owa/prem/15.1/resources/images/0/sprite.png - 443 - 203.0.113.9 A 200", NULL, NULL},
        {"POST /owa/lang.owa - 443 EX\\jdoe 203.0.113.9 A 302", "", "lang.owa"},
        {"GET /owa/lang.owa - 443 EX\\jdoe 203.0.113.9 A 302", NULL, NULL},
        {"GET /owa/languageselection.aspx - 443 EX\\jdoe 203.0.113.9 A 200", "",
         "languageselection"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        fixture_block(&f);
        fixture_show(&f, T, rows[i].row);
        cr_assert_eq(fixture_count(&f, TC_OBS_WEB_CULTURE), rows[i].value != NULL, "%s",
                     rows[i].row);
        if (rows[i].value == NULL) continue;
        const tc_observation *o = fixture_at(&f, TC_OBS_WEB_CULTURE, 0);
        cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_VALUE), rows[i].value, "%s", rows[i].row);
        cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_EXTRA), rows[i].extra, "%s", rows[i].row);
    }
}

Test(webmail, addresses_behind_a_declared_proxy)
{
    fixture_show(&f, T, "GET /owa/x - 443 EX\\a 10.1.1.1 A 200 0 203.0.113.9");
    fixture_show(&f, T, "GET /owa/x - 443 EX\\b 198.51.100.7 A 200 0 10.0.0.5");
    fixture_show(&f, T, "GET /owa/x - 443 EX\\c 192.0.2.9 A 200");
    fixture_show(&f, T, "GET /owa/x - 443 EX\\d - A 200");
    cr_assert_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 4);
    char text[TC_IP_TEXT];
    const tc_observation *o = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
    cr_expect_str_eq(tc_ip_format(o->ip, text), "203.0.113.9");
    cr_expect_str_eq(tc_ip_format(o->peer, text), "10.1.1.1");
    cr_expect_eq(o->flags, 0, "believed");
    cr_expect_eq(o->address_class, TC_ADDRESS_REMOTE);
    o = fixture_at(&f, TC_OBS_WEB_SPAN, 1);
    cr_expect_str_eq(tc_ip_format(o->ip, text), "198.51.100.7");
    cr_expect(tc_ip_is_zero(o->peer));
    cr_expect_eq(o->flags, TC_OBS_FLAG_DOUBTED);
    cr_expect_eq(fixture_at(&f, TC_OBS_WEB_SPAN, 2)->address_class, TC_ADDRESS_EGRESS);
    cr_expect_eq(fixture_at(&f, TC_OBS_WEB_SPAN, 3)->address_class, TC_ADDRESS_NONE);
    cr_expect(tc_ip_is_zero(fixture_at(&f, TC_OBS_WEB_SPAN, 3)->ip));
}

Test(webmail, facts_are_told_once_and_earlier_ones_again)
{
    static const char eas[] = "POST /Microsoft-Server-ActiveSync/default.eas "
                              "Cmd=Sync&User=j.doe%40example.org&DeviceId=1 443 EX\\jdoe "
                              "203.0.113.9 A 200";
    fixture_show(&f, "2011-03-09T07:00:00Z", eas);
    fixture_show(&f, "2011-03-09T07:00:01Z", eas);
    fixture_show(&f, "2011-03-09T08:00:00Z", eas);
    cr_assert_eq(fixture_count(&f, TC_OBS_ALIAS), 1);
    const tc_observation *o = fixture_at(&f, TC_OBS_ALIAS, 0);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "EX\\jdoe");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), "j.doe%40example.org");
    fixture_block(&f);
    fixture_show(&f, "2011-03-09T09:00:00Z", eas);
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 0, "told in an earlier block");
    fixture_show(&f, "2011-03-09T07:00:00Z", eas);
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 1,
                 "which was first, another block's order tells");
    fixture_show(&f, "2011-03-09T06:00:00Z", eas);
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 2, "earlier than what was told");
    fixture_show(&f, "2011-03-09T06:30:00Z", eas);
    cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), 2);
}

Test(webmail, which_requests_state_a_fact)
{
    static const struct {
        const char *row;
        bool told;
    } rows[] = {
        {"POST /Microsoft-Server-ActiveSync Cmd=Ping&User=EX%5Cjdoe 443 j.doe@e.org 1.2.3.4 A 200",
         true},
        {"POST /Microsoft-Server-ActiveSync User=jdoe&Cmd=Ping 443 EX\\jdoe 1.2.3.4 A 200", true},
        {"POST /Microsoft-Server-ActiveSync Cmd=Ping&User=EX%5Cjdoe 443 ex\\JDoe 1.2.3.4 A 200",
         false},
        {"POST /Microsoft-Server-ActiveSync Cmd=Ping&User=mallory 443 EX\\jdoe 1.2.3.4 A 403",
         false},
        {"POST /Microsoft-Server-ActiveSync Cmd=Ping&User=x 443 EX\\EX01$ 1.2.3.4 A 200", false},
        {"POST /Microsoft-Server-ActiveSync Cmd=Ping&User= 443 EX\\jdoe 1.2.3.4 A 200", false},
        {"POST /Microsoft-Server-ActiveSync Cmd=Ping&User=x 443 - 1.2.3.4 A 200", false},
        {"POST /Microsoft-Server-ActiveSync jQARCQQ 443 EX\\jdoe 1.2.3.4 A 200", false},
        {"POST /mapi/emsmdb/ MailboxId=0aa89cf8-aa07-4103-8a1d-ca9e619f223e@e.org 443 EX\\jdoe "
         "1.2.3.4 A 200",
         true},
        {"POST /mapi/emsmdb/?MailboxId=0aa89cf8-aa07-4103-8a1d-ca9e619f223e@e.org - 443 EX\\jdoe "
         "1.2.3.4 A 200",
         true},
        {"POST /mapi/nspi/ - 443 EX\\jdoe 1.2.3.4 A 200", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        fixture_worker(&f);
        fixture_show(&f, T, rows[i].row);
        cr_expect_eq(fixture_count(&f, TC_OBS_ALIAS), rows[i].told, "%s", rows[i].row);
    }
}

Test(webmail, an_event_without_a_time_says_nothing)
{
    fixture_web(&f, T, "GET /owa/ - 443 EX\\jdoe 203.0.113.9 A 200");
    f.event.time = TC_TIME_NONE;
    cr_expect(!tc_failed(fixture_observe(&f)));
    cr_expect_eq(tc_observations_count(f.batch), 0);
}

Test(webmail, a_full_batch_takes_events_whole_or_not_at_all)
{
    f.batch_bytes = 64 << 10;
    fixture_block(&f);
    char row[200];
    size_t before = 0, landings = 0, spans = 0;
    tc_status status = TC_SUCCESS;
    for (unsigned i = 0; i < 3000; i++) {
        snprintf(row, sizeof(row), "GET /owa/ mkt=fr-FR 443 EX\\user%u 203.0.113.9 A 200", i);
        fixture_web(&f, T, row);
        before = tc_observations_count(f.batch);
        status = fixture_observe(&f);
        if (tc_failed(status)) {
            cr_assert_eq(status.code, TC_ELIMIT);
            cr_assert_eq(tc_observations_count(f.batch), before, "taken back whole");
            landings += fixture_count(&f, TC_OBS_WEB_LANDING);
            spans += fixture_count(&f, TC_OBS_WEB_SPAN);
            fixture_block(&f);
            cr_assert(!tc_failed(fixture_observe(&f)), "and taken by the next batch");
        }
        cr_assert_eq(tc_observations_count(f.batch) % 3, 0);
    }
    landings += fixture_count(&f, TC_OBS_WEB_LANDING);
    spans += fixture_count(&f, TC_OBS_WEB_SPAN);
    cr_expect_eq(landings, 3000);
    cr_expect_eq(spans, 3000);
}

Test(webmail, hits_carry_their_captures)
{
    fixture_web(&f, T, "GET /owa/ a=1 443 EX\\jdoe 203.0.113.9 Evil+Agent 200");
    static uint8_t large[20000];
    memset(large, 'x', sizeof(large));
    const tc_slice captures[] = {TC_LIT("one"), TC_EMPTY_SLICE, TC_LIT(""),
                                 tc_slice_make(large, sizeof(large))};
    const bool present[] = {true, false, true, true};
    cr_assert(!tc_failed(fixture_observe(&f)));
    cr_assert(!tc_failed(tc_enrich_hit(f.worker, &f.event, 42, captures, present, 4)));
    cr_assert(!tc_failed(tc_enrich_hit(f.worker, &f.event, 43, captures, present, 0)));
    const tc_observation *o = fixture_at(&f, TC_OBS_HIT, 0);
    cr_expect_eq(o->rule, 42);
    cr_expect_eq(o->order.rank, tc_observation_rank(TC_OBS_HIT, 42));
    cr_expect_eq(fixture_at(&f, TC_OBS_HIT, 1)->order.rank, tc_observation_rank(TC_OBS_HIT, 43));
    cr_expect_eq(o->status, 200);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "EX\\jdoe");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_AGENT), "Evil Agent");
    cr_expect_eq(o->address_class, TC_ADDRESS_REMOTE);
    tc_slice packed = tc_observation_text(o, tc_observations_heap(f.batch), TC_OBS_TEXT_VALUE),
             text;
    bool there;
    cr_assert(tc_capture_next(&packed, &text, &there));
    cr_expect(there && tc_slice_equal(text, TC_LIT("one")));
    cr_assert(tc_capture_next(&packed, &text, &there));
    cr_expect_not(there);
    cr_assert(tc_capture_next(&packed, &text, &there));
    cr_expect(there && text.len == 0);
    cr_assert(tc_capture_next(&packed, &text, &there));
    cr_expect(there && text.len == 4092 && text.ptr[0] == 'x', "cut to its share: %zu", text.len);
    cr_expect_not(tc_capture_next(&packed, &text, &there));
    tc_slice broken = TC_LIT("\x05\x00\x00\x00"
                             "ab");
    cr_expect(tc_capture_next(&broken, &text, &there));
    cr_expect_eq(text.len, 2);
}

/* Two workers share the blocks in any way: sorted together, the earliest sighting of each fact and
 * the union of the spans are the same. */
Test(webmail, the_earliest_fact_does_not_depend_on_the_schedule)
{
    static const char eas[] =
        "POST /Microsoft-Server-ActiveSync User=j%40e.org 443 EX\\j 1.2.3.4 A 200";
    static const char *const times[] = {"2011-03-09T07:05:00Z", "2011-03-09T07:01:00Z",
                                        "2011-03-09T07:09:00Z", "2011-03-09T07:03:00Z"};
    tc_time expected;
    cr_assert(tc_time_parse_iso(tc_slice_of(times[1]), &expected, NULL));
    for (unsigned schedule = 0; schedule < 16; schedule++) {
        tc_time earliest = TC_TIME_MAX;
        for (unsigned who = 0; who < 2; who++) {
            fixture_worker(&f);
            for (unsigned block = 0; block < 4; block++) {
                if ((schedule >> block & 1) != who) continue;
                fixture_block(&f);
                fixture_show(&f, times[block], eas);
                for (size_t i = 0; i < tc_observations_count(f.batch); i++)
                    earliest = TC_MIN(earliest, tc_observations_at(f.batch, i)->order.time);
            }
        }
        cr_expect_eq(earliest, expected, "schedule %u", schedule);
    }
}
