#include "tests/support/derive_bench.h"

#include <criterion/criterion.h>

#define HOME "192.0.2.7"
#define AWAY "198.51.100.9"

static void expect_said(tc_derive_bench *b, const char *text, size_t times)
{
    cr_expect_eq(tc_derive_bench_count(b, text), times, "%s\n%s", text, tc_str_cstr(&b->log));
}

static void ask(tc_derive_bench *b, tc_time time, const char *user, const char *ip,
                const char *agent, const char *language, const char *kind)
{
    tc_observation *o = tc_derive_bench_begin(b, TC_OBS_WEB_CULTURE, time);
    cr_assert(tc_ip_parse(tc_slice_of(ip), &o->ip));
    o->address_class = TC_ADDRESS_REMOTE;
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_AGENT, agent);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_VALUE, language);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_EXTRA, kind);
    tc_derive_bench_feed(b, o);
}

static void ask_nameless(tc_derive_bench *b, tc_time time, const char *ip, const char *agent,
                         const char *language)
{
    ask(b, time, "", ip, agent, language, "globalize.culture");
}

static void visit(tc_derive_bench *b, tc_time time, const char *user, const char *ip,
                  const char *agent)
{
    tc_derive_bench_web(b, TC_OBS_WEB_SPAN, time, time, user, ip, agent);
}

static void pass(tc_derive_bench *b, tc_time time)
{
    cr_assert(!tc_failed(tc_deriver_advance(b->deriver, time, &b->sink)));
}

static tc_time at(int day, int hour, int minute, int second)
{
    return tc_derive_bench_at(day, hour, minute, second);
}

/* -- whose it is ---------------------------------------------------------------------------- */

Test(culture, a_file_belongs_to_the_page_that_was_opened_before_it)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    visit(&b, at(1, 8, 0, 0), "anna@corp.example", HOME, "agent");
    ask_nameless(&b, at(1, 8, 4, 59), HOME, "agent", "fr");
    expect_said(&b, "culture_requested", 0);
    pass(&b, at(1, 8, 5, 59));
    expect_said(&b, "culture_requested", 0);
    pass(&b, at(1, 8, 6, 0));
    expect_said(&b, "culture_requested mailbox=anna@corp.example ip=" HOME, 1);
    expect_said(&b, "candidates", 0);
    tc_derive_bench_stop(&b);
}

Test(culture, a_file_belongs_to_the_page_that_is_opened_within_the_minute)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    ask_nameless(&b, at(1, 8, 0, 0), HOME, "agent", "fr");
    visit(&b, at(1, 8, 1, 0), "anna@corp.example", HOME, "agent");
    pass(&b, at(1, 9, 0, 0));
    expect_said(&b, "T08:01:00Z culture_requested mailbox=anna@corp.example", 1);
    tc_derive_bench_stop(&b);
}

Test(culture, nobody_comes_and_it_stays_nobodys)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    visit(&b, at(1, 8, 0, 0), "anna@corp.example", AWAY, "agent");
    visit(&b, at(1, 8, 0, 0), "anna@corp.example", HOME, "other");
    ask_nameless(&b, at(1, 8, 0, 0), HOME, "agent", "fr");
    visit(&b, at(1, 8, 1, 1), "anna@corp.example", HOME, "agent");
    pass(&b, at(1, 9, 0, 0));
    expect_said(&b, "culture_requested ip=" HOME " language=fr candidates=0", 1);
    tc_derive_bench_stop(&b);
}

Test(culture, of_two_who_opened_a_page_nobody_is_it)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    visit(&b, at(1, 8, 0, 0), "anna@corp.example", HOME, "agent");
    ask_nameless(&b, at(1, 8, 0, 30), HOME, "agent", "fr");
    visit(&b, at(1, 8, 1, 0), "bert@corp.example", HOME, "agent");
    pass(&b, at(1, 9, 0, 0));
    expect_said(&b, "culture_requested ip=" HOME " language=fr candidates=2", 1);
    tc_derive_bench_stop(&b);
}

Test(culture, two_visits_of_one_are_one)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 0, 0), "CORP\\anna", HOME,
                        "agent");
    visit(&b, at(1, 8, 0, 10), "anna@corp.example", HOME, "agent");
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_ALIAS, at(1, 8, 0, 20));
    o->flags = TC_OBS_FLAG_VOUCHED;
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, "CORP\\anna");
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_TARGET, "anna@corp.example");
    tc_derive_bench_feed(&b, o);
    ask_nameless(&b, at(1, 8, 0, 30), HOME, "agent", "fr");
    pass(&b, at(1, 9, 0, 0));
    expect_said(&b, "culture_requested mailbox=anna@corp.example", 1);
    tc_derive_bench_stop(&b);
}

/* Who opened a page just now is likelier than whose page was opened long ago. */
Test(culture, a_session_that_goes_on_counts_where_none_began)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    visit(&b, at(1, 8, 0, 0), "anna@corp.example", HOME, "agent");
    ask_nameless(&b, at(1, 8, 29, 0), HOME, "agent", "fr");
    visit(&b, at(1, 8, 40, 0), "bert@corp.example", HOME, "agent");
    ask_nameless(&b, at(1, 8, 41, 0), HOME, "agent", "de");
    ask_nameless(&b, at(1, 9, 11, 0), HOME, "agent", "nl");
    pass(&b, at(1, 10, 0, 0));
    expect_said(&b, "culture_requested mailbox=anna@corp.example ip=" HOME " language=fr", 1);
    expect_said(&b, "culture_requested mailbox=bert@corp.example ip=" HOME " language=de", 1);
    expect_said(&b, "culture_requested ip=" HOME " language=nl candidates=0", 1);
    tc_derive_bench_stop(&b);
}

/* How a session was cut into spans does not matter. */
Test(culture, a_span_told_in_pieces_is_the_same_session)
{
    for (int pieces = 1; pieces <= 2; pieces++) {
        tc_derive_bench b;
        tc_derive_bench_start(&b);
        tc_time last = pieces == 1 ? at(1, 8, 27, 0) : at(1, 8, 0, 0);
        tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), last, "anna@corp.example", HOME,
                            "agent");
        ask_nameless(&b, at(1, 8, 20, 0), HOME, "agent", "fr");
        if (pieces == 2) visit(&b, at(1, 8, 27, 0), "anna@corp.example", HOME, "agent");
        pass(&b, at(1, 9, 0, 0));
        expect_said(&b, "culture_requested mailbox=anna@corp.example ip=" HOME " language=fr", 1);
        tc_derive_bench_stop(&b);
    }
}

/* Logons that ended before come before, so that the order of events is right. */
Test(culture, what_waits_is_told_in_order)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    ask_nameless(&b, at(1, 8, 0, 0), HOME, "agent", "fr");
    tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, at(1, 8, 0, 49), at(1, 8, 0, 49), "a", AWAY, "x");
    tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, at(1, 8, 0, 50), at(1, 8, 0, 50), "b", AWAY, "y");
    pass(&b, at(1, 9, 0, 0));
    const char *log = tc_str_cstr(&b.log);
    const char *first = strstr(log, "T08:00:59Z logon_failed");
    const char *second = strstr(log, "T08:01:00Z culture_requested");
    const char *third = strstr(log, "T08:01:00Z logon_failed");
    cr_assert(first && second && third, "%s", log);
    cr_expect(first < second && second < third, "%s", log);
    tc_derive_bench_stop(&b);
}

Test(culture, a_request_that_was_refused_says_nothing)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    visit(&b, at(1, 8, 0, 0), "anna@corp.example", HOME, "agent");
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_WEB_CULTURE, at(1, 8, 0, 1));
    cr_assert(tc_ip_parse(TC_LIT(HOME), &o->ip));
    o->flags = TC_OBS_FLAG_FAILED;
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_AGENT, "agent");
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_VALUE, "fr");
    tc_derive_bench_feed(&b, o);
    pass(&b, at(1, 9, 0, 0));
    expect_said(&b, "culture_requested", 0);
    tc_derive_bench_stop(&b);
}

Test(culture, what_is_given_up_is_counted)
{
    tc_derive_bench b;
    tc_bounds bounds = {.count = 0};
    tc_derive_bench_start(&b);
    for (int i = 0; i < 1024; i++)
        ask_nameless(&b, at(1, 8, 0, 0), HOME, "agent", "fr");
    tc_deriver_bounds(b.deriver, &bounds);
    cr_expect_eq(bounds.count, 0);
    ask_nameless(&b, at(1, 8, 0, 1), HOME, "agent", "de");
    tc_deriver_bounds(b.deriver, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_expect_eq(bounds.items[0].given_up, 1);
    pass(&b, at(1, 9, 0, 0));
    expect_said(&b, "language=fr", 1023);
    expect_said(&b, "language=de", 1);
    tc_derive_bench_stop(&b);
}

/* -- what it says --------------------------------------------------------------------------- */

Test(culture, a_session_that_set_the_language_says_so_of_what_follows)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    visit(&b, at(1, 8, 0, 0), "anna@corp.example", HOME, "agent");
    visit(&b, at(1, 8, 0, 0), "bert@corp.example", HOME, "agent");
    ask(&b, at(1, 8, 0, 5), "anna@corp.example", HOME, "agent", "fr", "mkt");
    ask(&b, at(1, 8, 0, 10), "anna@corp.example", HOME, "agent", "", "lang.owa");
    ask(&b, at(1, 8, 0, 20), "anna@corp.example", HOME, "agent", "zh-Hant", "mkt");
    ask(&b, at(1, 8, 0, 20), "bert@corp.example", HOME, "agent", "de", "mkt");
    expect_said(&b, "language=fr new=true uses=0\n", 1);
    expect_said(&b, "language=zh-Hant days=0 new=true uses=1 write=true\n", 1);
    expect_said(&b, "language=de new=true uses=0\n", 1);
    expect_said(&b, "write=true", 2);
    tc_derive_bench_stop(&b);
}

/* Ten others who speak English make anything else foreign. */
static void others(tc_derive_bench *b)
{
    char name[32], id[32];
    for (int day = 1; day <= 2; day++)
        for (int i = 0; i < 11; i++) {
            snprintf(name, sizeof(name), "other%d@corp.example", i);
            snprintf(id, sizeof(id), "o-%d-%d", day, i);
            tc_derive_bench_message(b, at(day, 7, i, 0), name, "en", id);
        }
}

Test(culture, of_a_new_source_it_is_foreign_and_teaches_nothing)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    others(&b);
    for (int day = 3; day <= 20; day++) {
        visit(&b, at(day, 8, 0, 0), "anna@corp.example", HOME, "agent");
        ask_nameless(&b, at(day, 8, 0, 5), HOME, "agent", "en");
    }
    pass(&b, at(20, 9, 0, 0));
    expect_said(&b, "language=en foreign=false days=17 new=false uses=17 stranger=false\n", 1);
    for (int hour = 10; hour < 12; hour++) {
        visit(&b, at(20, hour, 0, 0), "anna@corp.example", AWAY, "agent of a stranger");
        ask_nameless(&b, at(20, hour, 0, 5), AWAY, "agent of a stranger", "zh-Hant");
    }
    pass(&b, at(20, 13, 0, 0));
    expect_said(&b,
                "novel=true language=zh-Hant foreign=true days=17 new=true uses=18 accessed=0 "
                "by-stranger=0 stranger=true\n",
                2);
    tc_derive_bench_stop(&b);
}

/* -- votes ---------------------------------------------------------------------------------- */

static void mailbox_speaks(tc_derive_bench *b, int number, int from, int to, const char *language)
{
    char name[32], id[32];
    for (int day = from; day <= to; day++) {
        snprintf(name, sizeof(name), "mailbox%d@corp.example", number);
        snprintf(id, sizeof(id), "m-%d-%d-%s", day, number, language);
        tc_derive_bench_message(b, at(day, 9, number, 0), name, language, id);
    }
}

Test(culture, three_mailboxes_of_two_days_make_a_language_own)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    others(&b);
    for (int i = 0; i < 3; i++)
        mailbox_speaks(&b, i, 3 + 3 * i, 4 + 3 * i, "mt");
    tc_str_clear(&b.log);
    mailbox_speaks(&b, 9, 20, 20, "mt");
    expect_said(&b, "language=mt foreign=false", 1);
    tc_derive_bench_stop(&b);
}

Test(culture, a_day_is_no_vote)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    others(&b);
    for (int i = 0; i < 3; i++)
        mailbox_speaks(&b, i, 3 + i, 3 + i, "mt");
    tc_str_clear(&b.log);
    mailbox_speaks(&b, 9, 20, 20, "mt");
    expect_said(&b, "language=mt foreign=true", 1);
    tc_derive_bench_stop(&b);
}

/* What a stranger makes several mailboxes speak stays foreign and new until it has stayed. */
Test(culture, an_intruding_language_votes_after_ten_days)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    others(&b);
    for (int i = 0; i < 4; i++)
        mailbox_speaks(&b, i, 3 + 9 * i, 11 + 9 * i, "en");
    for (int i = 0; i < 4; i++)
        mailbox_speaks(&b, i, 60 + 20 * i, 69 + 20 * i, "zh-Hans");
    expect_said(&b, "language=zh-Hans foreign=true", 30);
    expect_said(&b, "language=zh-Hans foreign=false", 10);
    /* The fourth makes it its own at once: the organisation has it by then. */
    expect_said(&b, "new=true", 11 + 4 + 30 + 1);
    tc_str_clear(&b.log);
    mailbox_speaks(&b, 0, 140, 140, "zh-Hans");
    expect_said(&b, "language=zh-Hans foreign=false", 1);
    expect_said(&b, "new=false", 1);
    tc_derive_bench_stop(&b);
}

/* -- settings ------------------------------------------------------------------------------- */

static void set_region(tc_derive_bench *b, tc_time time, const char *actor, const char *mailbox,
                       const char *language, const char *zone)
{
    tc_observation *o = tc_derive_bench_begin(b, TC_OBS_ACCOUNT, time);
    o->flags = TC_OBS_FLAG_REGIONAL;
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_USER, actor);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_TARGET, mailbox);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_VALUE, language);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_EXTRA, zone);
    tc_derive_bench_feed(b, o);
}

Test(culture, what_another_sets_is_no_news_to_the_mailbox)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    others(&b);
    mailbox_speaks(&b, 0, 3, 19, "en");
    set_region(&b, at(20, 8, 0, 0), "admin", "mailbox0@corp.example", "mt", "Malta Standard Time");
    expect_said(&b,
                "regional_configuration_changed mailbox=mailbox0@corp.example language=mt "
                "actor=admin target=mailbox0@corp.example zone=Malta Standard Time\n",
                1);
    mailbox_speaks(&b, 0, 21, 21, "mt");
    expect_said(
        &b, "language=mt foreign=true before=en share=100 events=17 days=18 streak=1 new=false", 1);
    tc_derive_bench_stop(&b);
}

Test(culture, what_the_owner_sets_is_told_and_is_no_news_afterwards)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    others(&b);
    mailbox_speaks(&b, 0, 3, 19, "en");
    set_region(&b, at(20, 8, 0, 0), "mailbox0@corp.example", "mailbox0@corp.example", "mt", "");
    expect_said(&b,
                "regional_configuration_changed mailbox=mailbox0@corp.example language=mt "
                "foreign=true days=16 new=true uses=17 actor=",
                1);
    mailbox_speaks(&b, 0, 21, 21, "mt");
    expect_said(&b, "days=18 streak=1 new=false", 1);
    tc_derive_bench_stop(&b);
}

static void stranger_comes(tc_derive_bench *b, int day, int number)
{
    char name[32];
    snprintf(name, sizeof(name), "mailbox%d@corp.example", number);
    visit(b, at(day, 8, number, 0), name, AWAY, "agent of a stranger");
}

/* Of mailboxes 0, 1 and 2. */
static void history_at_home(tc_derive_bench *b)
{
    char name[32];
    for (int day = 3; day <= 19; day++) {
        for (int i = 0; i < 3; i++) {
            snprintf(name, sizeof(name), "mailbox%d@corp.example", i);
            visit(b, at(day, 7, i, 0), name, HOME, "agent");
        }
        for (int i = 0; i < 3; i++)
            mailbox_speaks(b, i, day, day, "en");
    }
}

/* Who is in the mailbox acts in its owner's name. */
Test(culture, what_is_set_after_a_stranger_came_speaks_for_the_campaign)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    others(&b);
    history_at_home(&b);
    for (int i = 0; i < 3; i++)
        stranger_comes(&b, 20, i);
    set_region(&b, at(20, 9, 0, 0), "mailbox0@corp.example", "mailbox0@corp.example", "mt", "");
    expect_said(&b, "new=true uses=17 accessed=0 by-stranger=0 actor=", 1);
    expect_said(&b, "speakers=1", 1);
    set_region(&b, at(20, 9, 1, 0), "mailbox1@corp.example", "mailbox1@corp.example", "mt", "");
    expect_said(&b, "speakers=2", 1);
    set_region(&b, at(20, 9, 2, 0), "mailbox2@corp.example", "mailbox2@corp.example", "uk", "");
    expect_said(&b, "speakers=3", 0);
    tc_str_clear(&b.log);
    mailbox_speaks(&b, 0, 21, 21, "mt");
    expect_said(&b, "language=mt foreign=true", 1);
    expect_said(&b, "new=true", 1);
    tc_derive_bench_stop(&b);
}
