#include "tests/support/derive_bench.h"

#include <criterion/criterion.h>

Test(derive, a_session_ends_after_half_an_hour_of_silence)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 10, 0), "CORP\\anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 20, 0),
                        tc_derive_bench_at(1, 8, 21, 0), "CORP\\anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 50, 0),
                        tc_derive_bench_at(1, 8, 50, 0), "CORP\\anna", "192.0.2.1", "A");
    cr_assert_eq(tc_derive_bench_count(&b, "session_started"), 1, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 9, 20, 1),
                        tc_derive_bench_at(1, 9, 20, 1), "CORP\\anna", "192.0.2.1", "A");
    cr_assert_eq(tc_derive_bench_count(&b, "session_started"), 2, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, another_agent_or_address_is_another_session)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 1),
                        tc_derive_bench_at(1, 8, 0, 1), "anna", "192.0.2.1", "B");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 2),
                        tc_derive_bench_at(1, 8, 0, 2), "anna", "192.0.2.2", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 3),
                        tc_derive_bench_at(1, 8, 0, 3), "bert", "192.0.2.1", "A");
    cr_assert_eq(tc_derive_bench_count(&b, "session_started"), 4, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, a_source_is_new_only_after_a_week_of_history_and_for_a_week)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(2, 8, 0, 0),
                        tc_derive_bench_at(2, 8, 0, 0), "anna", "198.51.100.1", "B");
    cr_assert_eq(tc_derive_bench_count(&b, "novel="), 0, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(9, 8, 0, 0),
                        tc_derive_bench_at(9, 8, 0, 0), "anna", "203.0.113.1", "C");
    cr_assert_eq(tc_derive_bench_count(&b, "novel=true by=network+agent"), 1, "%s",
                 tc_str_cstr(&b.log));
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(12, 8, 0, 0),
                        tc_derive_bench_at(12, 8, 0, 0), "anna", "203.0.113.9", "C");
    cr_assert_eq(tc_derive_bench_count(&b, "novel=true"), 2, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(17, 8, 0, 0),
                        tc_derive_bench_at(17, 8, 0, 0), "anna", "203.0.113.1", "C");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(18, 8, 0, 0),
                        tc_derive_bench_at(18, 8, 0, 0), "anna", "192.0.2.77", "A");
    cr_assert_eq(tc_derive_bench_count(&b, "novel=false"), 2, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

/* It would make everything new that comes on the first day of what can be learned from. */
Test(derive, a_record_of_a_clock_at_its_zero_is_no_history)
{
    static const struct {
        tc_time before; /* TC_TIME_NONE: nothing */
        int day;
        size_t novel;
    } rows[] = {
        {TC_TIME_NONE, 2, 0},      {TC_TIME_NONE, 9, 1},      {0, 2, 0},           {0, 9, 1},
        {-13 * 30 * TC_DAY, 2, 0}, {-13 * 30 * TC_DAY, 9, 1}, {-20 * TC_DAY, 2, 2}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_derive_bench b;
        tc_time first = tc_derive_bench_at(1, 8, 0, 0),
                day = tc_derive_bench_at(rows[i].day, 9, 0, 0);
        tc_time before = rows[i].before < 0 ? first + rows[i].before : rows[i].before;
        tc_derive_bench_start(&b);
        if (rows[i].before != TC_TIME_NONE)
            tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, before, before, "bert", "192.0.2.9", "A");
        tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, first, first, "anna", "192.0.2.1", "A");
        tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, day, day, "anna", "203.0.113.1", "C");
        cr_expect_eq(tc_derive_bench_count(&b, "novel=true"), rows[i].novel, "row %zu: %s", i,
                     tc_str_cstr(&b.log));
        tc_derive_bench_stop(&b);
    }
}

Test(derive, a_new_network_with_the_usual_agent_is_not_new)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(20, 8, 0, 0),
                        tc_derive_bench_at(20, 8, 0, 0), "anna", "203.0.113.1", "A");
    cr_assert_eq(tc_derive_bench_count(&b, "novel=false"), 1, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, addresses_inside_are_never_new)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(20, 8, 0, 0),
                        tc_derive_bench_at(20, 8, 0, 0), "anna", "10.1.2.3", "Z");
    cr_assert_eq(tc_derive_bench_count(&b, "novel=true"), 0, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, the_page_behind_a_forms_logon_decides_it)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_LANDING, tc_derive_bench_at(1, 8, 0, 2),
                        tc_derive_bench_at(1, 8, 0, 2), "CORP\\anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, tc_derive_bench_at(1, 8, 5, 0),
                        tc_derive_bench_at(1, 8, 5, 0), "bert", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_REFUSED, tc_derive_bench_at(1, 8, 5, 1),
                        tc_derive_bench_at(1, 8, 5, 1), "", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, tc_derive_bench_at(1, 8, 6, 0),
                        tc_derive_bench_at(1, 8, 6, 0), "carla", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_LANDING, tc_derive_bench_at(1, 8, 6, 3),
                        tc_derive_bench_at(1, 8, 6, 3), "dora", "192.0.2.9", "A");
    cr_assert(!tc_failed(tc_deriver_advance(b.deriver, tc_derive_bench_at(1, 8, 6, 10), &b.sink)));
    cr_assert_eq(tc_derive_bench_count(&b, "logon_failed"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert(!tc_failed(tc_deriver_advance(b.deriver, tc_derive_bench_at(1, 8, 6, 11), &b.sink)));
    cr_assert_eq(tc_derive_bench_count(&b, "logon_succeeded"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_derive_bench_count(&b, "2011-03-01T08:06:10Z logon_failed"), 1, "%s",
                 tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, a_message_counts_once_and_foreign_needs_an_organisation)
{
    tc_derive_bench b;
    char name[32], id[32];
    tc_derive_bench_start(&b);
    tc_derive_bench_message(&b, tc_derive_bench_at(1, 8, 0, 0), "p0@corp.example", "zh-Hans",
                            "m-a");
    tc_derive_bench_message(&b, tc_derive_bench_at(1, 8, 0, 1), "p0@corp.example", "zh-Hans",
                            "m-a");
    cr_assert_eq(tc_derive_bench_count(&b, "system_message"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_derive_bench_count(&b, "foreign"), 0, "%s", tc_str_cstr(&b.log));
    for (int i = 0; i < 24; i++) {
        snprintf(name, sizeof(name), "p%d@corp.example", 1 + i % 12);
        snprintf(id, sizeof(id), "m-%d", i);
        tc_derive_bench_message(&b, tc_derive_bench_at(2 + i / 12, 8, i, 0), name,
                                i % 2 ? "fr" : "en", id);
    }
    tc_derive_bench_message(&b, tc_derive_bench_at(4, 8, 0, 0), "p1@corp.example", "zh-Hans",
                            "m-x");
    tc_derive_bench_message(&b, tc_derive_bench_at(4, 8, 0, 1), "p1@corp.example", "fr", "m-y");
    cr_assert_eq(tc_derive_bench_count(&b, "mailbox=p1@corp.example language=zh-Hans foreign=true"),
                 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_derive_bench_count(&b, "mailbox=p1@corp.example language=fr foreign=false"), 1,
                 "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, names_learned_to_be_one_share_their_memory)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 0, 0), "CORP\\x17", "192.0.2.1", "A");
    tc_derive_bench_message(&b, tc_derive_bench_at(2, 8, 0, 0), "anna@corp.example", "en", "m-1");
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_ALIAS, tc_derive_bench_at(3, 8, 0, 0));
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, "CORP\\x17");
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_TARGET, "anna@corp.example");
    tc_derive_bench_feed(&b, o);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(4, 8, 0, 0),
                        tc_derive_bench_at(4, 8, 0, 0), "CORP\\x17", "192.0.2.1", "A");
    cr_assert_eq(
        tc_derive_bench_count(&b, "2011-03-04T08:00:00Z session_started mailbox=anna@corp.example"),
        1, "%s", tc_str_cstr(&b.log));
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_assert_eq(seen.mailboxes_seen, 1);
    cr_assert_eq(seen.mailboxes_joined, 1);
    uint64_t quick_seen, quick_joined;
    tc_deriver_joined(b.deriver, &quick_seen, &quick_joined);
    cr_assert_eq(quick_seen, 1);
    cr_assert_eq(quick_joined, 1);
    cr_assert_eq(b.unions, 1);
    tc_derive_bench_stop(&b);
}

Test(derive, spans_told_twice_or_in_pieces_are_the_same_sessions)
{
    tc_derive_bench whole, pieces;
    tc_derive_bench_start(&whole);
    tc_derive_bench_start(&pieces);
    for (int day = 1; day < 12; day++) {
        const char *ip = day < 9 ? "192.0.2.1" : "203.0.113.1";
        const char *agent = day < 9 ? "A" : "B";
        tc_time from = tc_derive_bench_at(day, 22, 30, 0);
        tc_derive_bench_web(&whole, TC_OBS_WEB_SPAN, from, from + 80 * TC_MINUTE, "anna", ip,
                            agent);
        /* Each piece twice, and the next begins at the end of silence that is allowed. */
        for (int i = 0; i < 6; i++) {
            tc_time t = from + i / 2 * 30 * TC_MINUTE;
            tc_derive_bench_web(&pieces, TC_OBS_WEB_SPAN, t, t + (i / 2 == 2 ? 20 : 0) * TC_MINUTE,
                                "anna", ip, agent);
        }
    }
    cr_assert_eq(tc_derive_bench_count(&whole, "session_started"), 11);
    cr_assert(tc_slice_equal(tc_str_view(&whole.log), tc_str_view(&pieces.log)), "%s\n%s",
              tc_str_cstr(&whole.log), tc_str_cstr(&pieces.log));
    tc_derive_bench_stop(&whole);
    tc_derive_bench_stop(&pieces);
}

/* Exchange 2007 and 2010 do not say which messages came from outside. */
Test(derive, a_message_in_somebodys_name_counts_only_when_that_mailbox_submitted_it)
{
    tc_derive_bench b;
    char name[40];
    tc_derive_bench_start(&b);
    tc_derive_bench_message_flagged(&b, tc_derive_bench_at(1, 8, 0, 0), "anna@corp.example",
                                    "zh-Hans", "m-1", 0);
    for (int i = 0; i < 30000; i++) {
        snprintf(name, sizeof(name), "invented%d@corp.example", i);
        tc_derive_bench_message_flagged(&b, tc_derive_bench_at(1, 9, 0, 0), name, "zh-Hans", "m",
                                        0);
    }
    cr_assert_eq(tc_derive_bench_count(&b, "system_message"), 0, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_identity_count(b.identity), 0, "nothing is made of what strangers write");
    tc_derive_bench_message_flagged(&b, tc_derive_bench_at(2, 8, 0, 0), "anna@corp.example", "en",
                                    "m-2", TC_OBS_FLAG_VOUCHED);
    tc_derive_bench_message_flagged(&b, tc_derive_bench_at(2, 8, 0, 1), "anna@corp.example", "en",
                                    "m-2", 0);
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_expect_eq(seen.unproven_messages, 0, "the delivery of what was submitted");
    tc_derive_bench_message_flagged(&b, tc_derive_bench_at(3, 8, 0, 0), "anna@corp.example",
                                    "zh-Hans", "m-3", 0);
    cr_assert_eq(tc_derive_bench_count(&b, "system_message"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_derive_bench_count(&b, "mailbox=anna@corp.example language=en"), 1, "%s",
                 tc_str_cstr(&b.log));
    tc_deriver_coverage(b.deriver, &seen);
    cr_assert_eq(seen.unvouched_messages, 30003);
    cr_assert_eq(seen.unproven_messages, 1);
    tc_derive_bench_stop(&b);
}

/* Three mailboxes that speak a language make it the organisation's own. */
Test(derive, strangers_cannot_make_a_language_the_organisations_own)
{
    tc_derive_bench b;
    char name[40], id[32];
    tc_derive_bench_start(&b);
    for (int i = 0; i < 24; i++) {
        snprintf(name, sizeof(name), "user%d@corp.example", i % 12);
        snprintf(id, sizeof(id), "own-%d", i);
        tc_derive_bench_message_flagged(&b, tc_derive_bench_at(1 + i / 12, 8, i, 0), name, "en", id,
                                        TC_OBS_FLAG_VOUCHED);
    }
    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof(name), "user%d@corp.example", i % 6);
        snprintf(id, sizeof(id), "forged-%d", i);
        tc_derive_bench_message_flagged(&b, tc_derive_bench_at(3 + i / 30, 8, i, 0), name,
                                        "zh-Hans", id, 0);
    }
    tc_derive_bench_message_flagged(&b, tc_derive_bench_at(5, 8, 0, 0), "user11@corp.example",
                                    "zh-Hans", "m", TC_OBS_FLAG_VOUCHED);
    cr_assert_eq(tc_derive_bench_count(&b, "foreign=true"), 1, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

/* One mailbox with ever new agents gives up agents of its own and nothing else. */
Test(derive, a_flood_of_agents_does_not_make_known_places_new)
{
    tc_derive_bench b;
    char agent[32];
    tc_derive_bench_start(&b);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, 0, 0),
                        tc_derive_bench_at(1, 8, 0, 0), "bert", "198.51.100.1", "B");
    for (int i = 0; i < 25000; i++) {
        snprintf(agent, sizeof(agent), "flood %d", i);
        tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(10, 8, 0, 0),
                            tc_derive_bench_at(10, 8, 0, 0), "anna", "192.0.2.1", agent);
    }
    cr_assert_eq(tc_derive_bench_count(&b, "novel=true"), 0, "the network is known");
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(11, 8, 0, 0),
                        tc_derive_bench_at(11, 8, 0, 0), "bert", "198.51.100.1", "C");
    cr_assert_eq(tc_derive_bench_count(&b, "novel=true"), 0);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(11, 9, 0, 0),
                        tc_derive_bench_at(11, 9, 0, 0), "bert", "203.0.113.1", "D");
    cr_assert_eq(tc_derive_bench_count(&b, "novel=true by=network+agent"), 1,
                 "others are judged as before");
    tc_bounds bounds = {.count = 0};
    tc_deriver_bounds(b.deriver, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_assert_str_eq(bounds.items[0].what, "beginnings of webmail sessions");
    tc_derive_bench_stop(&b);
}

/* Names that came on one day only go; those of several days stay and are judged. */
Test(derive, invented_users_cannot_push_out_who_came_on_several_days)
{
    tc_derive_bench b;
    char name[32];
    tc_derive_bench_start_with(&b, &(tc_derive_options){.persons_max = 256, .sessions_max = 1024},
                               (size_t)8 << 20);
    for (int day = 1; day < 5; day++) {
        for (int i = 0; i < 100; i++) {
            snprintf(name, sizeof(name), "CORP\\real%d", i);
            tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(day, 8, i / 2, 0),
                                tc_derive_bench_at(day, 8, i / 2, 0), name, "192.0.2.1", "A");
        }
    }
    for (int i = 0; i < 30000; i++) {
        snprintf(name, sizeof(name), "CORP\\ghost%d", i);
        tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(6, 8, 0, 0),
                            tc_derive_bench_at(6, 8, 0, 0), name, "198.51.100.7", "bot");
    }
    tc_str_clear(&b.log);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "CORP\\real%d", i);
        tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(12, 8, 0, 0),
                            tc_derive_bench_at(12, 8, 0, 0), name, "192.0.2.1", "A");
    }
    cr_assert_eq(tc_derive_bench_count(&b, "novel=false"), 100, "their habits are remembered");
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_assert_eq(seen.mailboxes_seen, 30100, "all were seen: %" PRIu64, seen.mailboxes_seen);
    cr_assert_gt(seen.mailboxes_forgotten, 29000);
    tc_derive_bench_stop(&b);
}

Test(derive, of_one_instant_the_page_is_behind_the_logon)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_time t = tc_derive_bench_at(1, 8, 0, 0);
    tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, t, t, "anna", "192.0.2.1", "A");
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_WEB_LANDING, t);
    cr_assert(tc_ip_parse(TC_LIT("192.0.2.1"), &o->ip));
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, "anna");
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_AGENT, "A");
    cr_assert_lt(tc_observation_rank(TC_OBS_WEB_LOGON, 0), o->order.rank);
    tc_derive_bench_feed(&b, o);
    cr_assert_eq(tc_derive_bench_count(&b, "logon_succeeded"), 1, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

/* More logons at once than are awaited: the oldest are given up, and that is told. */
Test(derive, a_spray_is_bounded_and_told)
{
    tc_derive_bench b;
    char name[32];
    tc_derive_bench_start(&b);
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof(name), "u%d", i);
        tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, tc_derive_bench_at(1, 8, 0, 0),
                            tc_derive_bench_at(1, 8, 0, 0), name, "203.0.113.1", "bot");
    }
    tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, tc_derive_bench_at(1, 8, 0, 1),
                        tc_derive_bench_at(1, 8, 0, 1), "anna", "192.0.2.1", "A");
    tc_derive_bench_web(&b, TC_OBS_WEB_LANDING, tc_derive_bench_at(1, 8, 0, 2),
                        tc_derive_bench_at(1, 8, 0, 2), "anna", "192.0.2.1", "A");
    cr_assert_eq(tc_derive_bench_count(&b, "logon_succeeded mailbox=anna"), 1);
    tc_bounds bounds = {.count = 0};
    tc_deriver_bounds(b.deriver, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_assert_eq(bounds.items[0].given_up, 10001 - 4096);
    cr_assert_eq(bounds.items[0].blinds, TC_BLINDS(TC_INDICATOR_WEBMAIL));
    tc_derive_bench_stop(&b);
}

/* Any year that a log may write. */
Test(derive, times_at_the_ends_do_no_harm)
{
    static const tc_time times[] = {INT64_MIN + 1, -1, 0, INT64_MAX - 5 * TC_SECOND, INT64_MAX};
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    for (size_t i = 0; i < TC_COUNT_OF(times); i++) {
        tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, times[i], times[i], "anna", "192.0.2.1", "A");
        tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, times[i], times[i], "anna", "192.0.2.1", "A");
        tc_derive_bench_message(&b, times[i], "anna@corp.example", "en", "m");
        tc_derive_bench_account(&b, times[i], "CORP\\w1", "CORP\\w1", 0);
        tc_derive_bench_account(&b, times[i], "CORP\\admin", "CORP\\w1", TC_OBS_FLAG_CREATED);
    }
    cr_assert(!tc_failed(tc_deriver_advance(b.deriver, TC_TIME_MAX, &b.sink)));
    cr_assert_eq(tc_derive_bench_count(&b, "session_started"), 3, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, resets_of_new_accounts_are_routine)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    tc_derive_bench_account(&b, tc_derive_bench_at(1, 8, 0, 0), "CORP\\admin", "CORP\\new",
                            TC_OBS_FLAG_CREATED);
    tc_derive_bench_account(&b, tc_derive_bench_at(1, 9, 0, 0), "CORP\\admin", "CORP\\new",
                            TC_OBS_FLAG_RESET);
    tc_derive_bench_account(&b, tc_derive_bench_at(3, 9, 0, 0), "CORP\\admin", "CORP\\new",
                            TC_OBS_FLAG_RESET);
    cr_assert_eq(tc_derive_bench_count(&b, "password_reset"), 2, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_derive_bench_count(&b, "routine=true"), 1, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, a_wave_counts_distinct_people_of_the_last_day)
{
    tc_derive_bench b;
    char name[32];
    tc_derive_bench_start(&b);
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof(name), "CORP\\w%d", i % 3);
        tc_derive_bench_account(&b, tc_derive_bench_at(1, 8, i, 0), name, name, 0);
    }
    cr_assert_eq(tc_derive_bench_count(&b, "value=3"), 3, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_account(&b, tc_derive_bench_at(2, 9, 0, 0), "CORP\\w9", "CORP\\w9", 0);
    cr_assert_eq(tc_derive_bench_count(&b, "value=1"), 2, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(derive, a_balancer_in_front_is_seen)
{
    tc_derive_bench b;
    char name[32];
    tc_derive_bench_start(&b);
    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof(name), "CORP\\p%d", i);
        tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, tc_derive_bench_at(1, 8, i, 0),
                            tc_derive_bench_at(1, 8, i, 0), name, "10.1.1.5", "A");
    }
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_assert(seen.nat_blind);
    cr_assert_eq(seen.nat_address_count, 1);
    tc_derive_bench_stop(&b);
}

Test(derive, invented_names_that_never_get_in_leave_nothing_behind)
{
    tc_derive_bench b;
    char name[32];
    tc_derive_bench_start(&b);
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "ghost%d", i);
        tc_derive_bench_web(&b, TC_OBS_WEB_LOGON, tc_derive_bench_at(1, 8, 0, 0) + i * TC_SECOND,
                            tc_derive_bench_at(1, 8, 0, 0) + i * TC_SECOND, name, "203.0.113.1",
                            "bot");
    }
    cr_assert_eq(tc_identity_count(b.identity), 0);
    cr_assert_gt(tc_derive_bench_count(&b, "logon_failed"), 19000);
    tc_derive_bench_stop(&b);
}
