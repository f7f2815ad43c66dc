#include "detector/correlate/derive.h"
#include "parsers/base/hash.h"

#include <criterion/criterion.h>

/* Feeds observations that a test spells out, and keeps the derived events as lines of text. */
typedef struct bench {
    tc_names *names;
    tc_identity *identity;
    tc_deriver *deriver;
    tc_observations *batch;
    tc_derived_sink sink;
    tc_str log;
    uint64_t position;
    size_t unions;
} bench;

static void add_field(bench *b, const tc_event *event, tc_field field, const char *label)
{
    tc_value v = tc_event_value(event, field);
    if (v.kind == TC_KIND_MISSING) return;
    tc_str_addf(&b->log, " %s=", label);
    tc_str_add(&b->log, v.text);
}

static tc_status keep(void *context, const tc_derived *d)
{
    bench *b = context;
    char time[TC_TIME_TEXT];
    tc_str_add(&b->log, tc_slice_of(tc_time_format(d->order.time, time)));
    tc_str_add(&b->log, TC_LIT(" "));
    tc_str_add(&b->log, tc_event_value(d->event, TC_FIELD_EVENT_ACTION).text);
    add_field(b, d->event, TC_FIELD_MAILBOX, "mailbox");
    add_field(b, d->event, TC_FIELD_SOURCE_IP, "ip");
    add_field(b, d->event, TC_FIELD_SOURCE_NOVEL, "novel");
    add_field(b, d->event, TC_FIELD_SOURCE_NOVELTY, "by");
    add_field(b, d->event, TC_FIELD_LANGUAGE, "language");
    add_field(b, d->event, TC_FIELD_LANGUAGE_FOREIGN, "foreign");
    add_field(b, d->event, TC_FIELD_ACTOR, "actor");
    add_field(b, d->event, TC_FIELD_TARGET, "target");
    add_field(b, d->event, TC_FIELD_ROUTINE, "routine");
    add_field(b, d->event, TC_FIELD_VALUE, "value");
    tc_str_add_byte(&b->log, '\n');
    return TC_SUCCESS;
}

static tc_status united(void *context, tc_entity root, tc_entity absorbed)
{
    bench *b = context;
    cr_expect_neq(root, absorbed);
    b->unions++;
    return TC_SUCCESS;
}

static void forget(void *context, tc_entity root)
{
    bench *b = context;
    if (b->deriver) tc_deriver_forget(b->deriver, root);
}

static void start_with(bench *b, const tc_derive_options *options, size_t identity_bytes)
{
    memset(b, 0, sizeof(*b));
    b->names = tc_names_new();
    tc_names_freeze(b->names);
    b->identity = tc_identity_new(
        &(tc_identity_options){.max_bytes = identity_bytes, .context = b, .forget = forget});
    b->batch = tc_observations_new((size_t)8 << 20);
    b->sink = (tc_derived_sink){b, keep, united};
    tc_str_init(&b->log, (size_t)8 << 20);
    cr_assert(!tc_failed(tc_deriver_new(options, b->identity, b->names, &b->deriver)));
}

static void start(bench *b)
{
    start_with(b, &(tc_derive_options){0}, (size_t)8 << 20);
}

static void stop(bench *b)
{
    tc_deriver_free(b->deriver);
    tc_observations_free(b->batch);
    tc_identity_free(b->identity);
    tc_names_free(b->names);
    tc_str_done(&b->log);
}

static tc_time at(int day, int hour, int minute, int second)
{
    tc_time t = 0;
    cr_assert(tc_time_from_civil(2011, 3, 1, hour, minute, second, &t));
    return t + (day - 1) * TC_DAY;
}

static void set_text(bench *b, tc_observation *o, tc_obs_text which, const char *text)
{
    tc_text_ref ref;
    cr_assert(!tc_failed(tc_observations_text(b->batch, tc_slice_of(text), &ref)));
    o->text[which] = ref;
}

static tc_observation *begin(bench *b, tc_observation_kind kind, tc_time time)
{
    tc_observation *o;
    tc_observations_clear(b->batch);
    cr_assert(!tc_failed(tc_observations_add(b->batch, &o)));
    o->kind = (uint16_t)kind;
    o->order.time = o->last = time;
    o->order.rank = tc_observation_rank(kind, 0);
    o->order.position = b->position++;
    o->count = 1;
    return o;
}

static void feed(bench *b, tc_observation *o)
{
    cr_assert(
        !tc_failed(tc_deriver_observe(b->deriver, o, tc_observations_heap(b->batch), &b->sink)));
}

static void web(bench *b, tc_observation_kind kind, tc_time from, tc_time to, const char *user,
                const char *ip, const char *agent)
{
    tc_observation *o = begin(b, kind, from);
    o->last = to;
    cr_assert(tc_ip_parse(tc_slice_of(ip), &o->ip));
    o->address_class = tc_ip_is_private(o->ip) ? TC_ADDRESS_PRIVATE : TC_ADDRESS_REMOTE;
    set_text(b, o, TC_OBS_TEXT_USER, user);
    set_text(b, o, TC_OBS_TEXT_AGENT, agent);
    set_text(b, o, TC_OBS_TEXT_PROTOCOL, "owa");
    o->session_hash = tc_content_hash_add(
        tc_content_hash_add(tc_content_hash(tc_slice_of(user)), tc_slice_of(ip)),
        tc_slice_of(agent));
    feed(b, o);
}

static void message_flagged(bench *b, tc_time time, const char *mailbox, const char *language,
                            const char *id, unsigned flags)
{
    tc_observation *o = begin(b, TC_OBS_MESSAGE, time);
    o->flags = (uint16_t)flags;
    o->weight_percent = 100;
    o->script = 1;
    set_text(b, o, TC_OBS_TEXT_MAILBOX, mailbox);
    set_text(b, o, TC_OBS_TEXT_VALUE, language);
    set_text(b, o, TC_OBS_TEXT_MESSAGE_ID, id);
    feed(b, o);
}

static void message(bench *b, tc_time time, const char *mailbox, const char *language,
                    const char *id)
{
    message_flagged(b, time, mailbox, language, id, TC_OBS_FLAG_VOUCHED);
}

static void account(bench *b, tc_time time, const char *actor, const char *target, unsigned flags)
{
    tc_observation *o = begin(b, TC_OBS_ACCOUNT, time);
    o->flags = (uint16_t)flags;
    set_text(b, o, TC_OBS_TEXT_USER, actor);
    set_text(b, o, TC_OBS_TEXT_TARGET, target);
    feed(b, o);
}

static size_t count(bench *b, const char *text)
{
    size_t n = 0;
    tc_slice rest = tc_str_view(&b->log);
    for (;;) {
        size_t found = tc_slice_search(rest, tc_slice_of(text));
        if (found == TC_NPOS) return n;
        rest = tc_slice_sub(rest, found + 1, rest.len);
        n++;
    }
}

Test(derive, a_session_ends_after_half_an_hour_of_silence)
{
    bench b;
    start(&b);
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 10, 0), "CORP\\anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 20, 0), at(1, 8, 21, 0), "CORP\\anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 50, 0), at(1, 8, 50, 0), "CORP\\anna", "192.0.2.1", "A");
    cr_assert_eq(count(&b, "session_started"), 1, "%s", tc_str_cstr(&b.log));
    web(&b, TC_OBS_WEB_SPAN, at(1, 9, 20, 1), at(1, 9, 20, 1), "CORP\\anna", "192.0.2.1", "A");
    cr_assert_eq(count(&b, "session_started"), 2, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, another_agent_or_address_is_another_session)
{
    bench b;
    start(&b);
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 1), at(1, 8, 0, 1), "anna", "192.0.2.1", "B");
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 2), at(1, 8, 0, 2), "anna", "192.0.2.2", "A");
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 3), at(1, 8, 0, 3), "bert", "192.0.2.1", "A");
    cr_assert_eq(count(&b, "session_started"), 4, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, a_source_is_new_only_after_a_week_of_history_and_for_a_week)
{
    bench b;
    start(&b);
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_SPAN, at(2, 8, 0, 0), at(2, 8, 0, 0), "anna", "198.51.100.1", "B");
    cr_assert_eq(count(&b, "novel="), 0, "%s", tc_str_cstr(&b.log));
    web(&b, TC_OBS_WEB_SPAN, at(9, 8, 0, 0), at(9, 8, 0, 0), "anna", "203.0.113.1", "C");
    cr_assert_eq(count(&b, "novel=true by=network+agent"), 1, "%s", tc_str_cstr(&b.log));
    web(&b, TC_OBS_WEB_SPAN, at(12, 8, 0, 0), at(12, 8, 0, 0), "anna", "203.0.113.9", "C");
    cr_assert_eq(count(&b, "novel=true"), 2, "%s", tc_str_cstr(&b.log));
    web(&b, TC_OBS_WEB_SPAN, at(17, 8, 0, 0), at(17, 8, 0, 0), "anna", "203.0.113.1", "C");
    web(&b, TC_OBS_WEB_SPAN, at(18, 8, 0, 0), at(18, 8, 0, 0), "anna", "192.0.2.77", "A");
    cr_assert_eq(count(&b, "novel=false"), 2, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, a_new_network_with_the_usual_agent_is_not_new)
{
    bench b;
    start(&b);
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_SPAN, at(20, 8, 0, 0), at(20, 8, 0, 0), "anna", "203.0.113.1", "A");
    cr_assert_eq(count(&b, "novel=false"), 1, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, addresses_inside_are_never_new)
{
    bench b;
    start(&b);
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_SPAN, at(20, 8, 0, 0), at(20, 8, 0, 0), "anna", "10.1.2.3", "Z");
    cr_assert_eq(count(&b, "novel=true"), 0, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, the_page_behind_a_forms_logon_decides_it)
{
    bench b;
    start(&b);
    web(&b, TC_OBS_WEB_LOGON, at(1, 8, 0, 0), at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_LANDING, at(1, 8, 0, 2), at(1, 8, 0, 2), "CORP\\anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_LOGON, at(1, 8, 5, 0), at(1, 8, 5, 0), "bert", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_REFUSED, at(1, 8, 5, 1), at(1, 8, 5, 1), "", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_LOGON, at(1, 8, 6, 0), at(1, 8, 6, 0), "carla", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_LANDING, at(1, 8, 6, 3), at(1, 8, 6, 3), "dora", "192.0.2.9", "A");
    cr_assert(!tc_failed(tc_deriver_advance(b.deriver, at(1, 8, 6, 10), &b.sink)));
    cr_assert_eq(count(&b, "logon_failed"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert(!tc_failed(tc_deriver_advance(b.deriver, at(1, 8, 6, 11), &b.sink)));
    cr_assert_eq(count(&b, "logon_succeeded"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(count(&b, "2011-03-01T08:06:10Z logon_failed"), 1, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, a_message_counts_once_and_foreign_needs_an_organisation)
{
    bench b;
    char name[32], id[32];
    start(&b);
    message(&b, at(1, 8, 0, 0), "p0@corp.example", "zh-Hans", "m-a");
    message(&b, at(1, 8, 0, 1), "p0@corp.example", "zh-Hans", "m-a");
    cr_assert_eq(count(&b, "system_message"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(count(&b, "foreign"), 0, "%s", tc_str_cstr(&b.log));
    for (int i = 1; i <= 12; i++) {
        snprintf(name, sizeof(name), "p%d@corp.example", i);
        snprintf(id, sizeof(id), "m-%d", i);
        message(&b, at(2, 8, i, 0), name, i % 2 ? "en" : "fr", id);
    }
    message(&b, at(3, 8, 0, 0), "p1@corp.example", "zh-Hans", "m-x");
    message(&b, at(3, 8, 0, 1), "p1@corp.example", "fr", "m-y");
    cr_assert_eq(count(&b, "mailbox=p1@corp.example language=zh-Hans foreign=true"), 1, "%s",
                 tc_str_cstr(&b.log));
    cr_assert_eq(count(&b, "mailbox=p1@corp.example language=fr foreign=false"), 1, "%s",
                 tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, names_learned_to_be_one_share_their_memory)
{
    bench b;
    start(&b);
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 0, 0), "CORP\\x17", "192.0.2.1", "A");
    message(&b, at(2, 8, 0, 0), "anna@corp.example", "en", "m-1");
    tc_observation *o = begin(&b, TC_OBS_ALIAS, at(3, 8, 0, 0));
    set_text(&b, o, TC_OBS_TEXT_USER, "CORP\\x17");
    set_text(&b, o, TC_OBS_TEXT_TARGET, "anna@corp.example");
    feed(&b, o);
    web(&b, TC_OBS_WEB_SPAN, at(4, 8, 0, 0), at(4, 8, 0, 0), "CORP\\x17", "192.0.2.1", "A");
    cr_assert_eq(count(&b, "2011-03-04T08:00:00Z session_started mailbox=anna@corp.example"), 1,
                 "%s", tc_str_cstr(&b.log));
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_assert_eq(seen.mailboxes_seen, 1);
    cr_assert_eq(seen.mailboxes_joined, 1);
    uint64_t quick_seen, quick_joined;
    tc_deriver_joined(b.deriver, &quick_seen, &quick_joined);
    cr_assert_eq(quick_seen, 1);
    cr_assert_eq(quick_joined, 1);
    cr_assert_eq(b.unions, 1);
    stop(&b);
}

Test(derive, spans_told_twice_or_in_pieces_are_the_same_sessions)
{
    bench whole, pieces;
    start(&whole);
    start(&pieces);
    for (int day = 1; day < 12; day++) {
        const char *ip = day < 9 ? "192.0.2.1" : "203.0.113.1";
        const char *agent = day < 9 ? "A" : "B";
        tc_time from = at(day, 22, 30, 0);
        web(&whole, TC_OBS_WEB_SPAN, from, from + 80 * TC_MINUTE, "anna", ip, agent);
        /* Each piece twice, and the next begins at the end of silence that is allowed. */
        for (int i = 0; i < 6; i++) {
            tc_time t = from + i / 2 * 30 * TC_MINUTE;
            web(&pieces, TC_OBS_WEB_SPAN, t, t + (i / 2 == 2 ? 20 : 0) * TC_MINUTE, "anna", ip,
                agent);
        }
    }
    cr_assert_eq(count(&whole, "session_started"), 11);
    cr_assert(tc_slice_equal(tc_str_view(&whole.log), tc_str_view(&pieces.log)), "%s\n%s",
              tc_str_cstr(&whole.log), tc_str_cstr(&pieces.log));
    stop(&whole);
    stop(&pieces);
}

/* Exchange 2007 and 2010 do not say which messages came from outside. */
Test(derive, a_message_in_somebodys_name_counts_only_when_that_mailbox_submitted_it)
{
    bench b;
    char name[40];
    start(&b);
    message_flagged(&b, at(1, 8, 0, 0), "anna@corp.example", "zh-Hans", "m-1", 0);
    for (int i = 0; i < 30000; i++) {
        snprintf(name, sizeof(name), "invented%d@corp.example", i);
        message_flagged(&b, at(1, 9, 0, 0), name, "zh-Hans", "m", 0);
    }
    cr_assert_eq(count(&b, "system_message"), 0, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_identity_count(b.identity), 0, "nothing is made of what strangers write");
    message_flagged(&b, at(2, 8, 0, 0), "anna@corp.example", "en", "m-2", TC_OBS_FLAG_VOUCHED);
    message_flagged(&b, at(2, 8, 0, 1), "anna@corp.example", "en", "m-2", 0);
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_expect_eq(seen.unproven_messages, 0, "the delivery of what was submitted");
    message_flagged(&b, at(3, 8, 0, 0), "anna@corp.example", "zh-Hans", "m-3", 0);
    cr_assert_eq(count(&b, "system_message"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(count(&b, "mailbox=anna@corp.example language=en"), 1, "%s", tc_str_cstr(&b.log));
    tc_deriver_coverage(b.deriver, &seen);
    cr_assert_eq(seen.unvouched_messages, 30003);
    cr_assert_eq(seen.unproven_messages, 1);
    stop(&b);
}

/* Three mailboxes that speak a language make it the organisation's own. */
Test(derive, strangers_cannot_make_a_language_the_organisations_own)
{
    bench b;
    char name[40], id[16];
    start(&b);
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof(name), "user%d@corp.example", i);
        snprintf(id, sizeof(id), "own-%d", i);
        message_flagged(&b, at(1, 8, i, 0), name, "en", id, TC_OBS_FLAG_VOUCHED);
    }
    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof(name), "user%d@corp.example", i % 6);
        snprintf(id, sizeof(id), "forged-%d", i);
        message_flagged(&b, at(2, 8, i, 0), name, "zh-Hans", id, 0);
    }
    message_flagged(&b, at(3, 8, 0, 0), "user11@corp.example", "zh-Hans", "m", TC_OBS_FLAG_VOUCHED);
    cr_assert_eq(count(&b, "foreign=true"), 1, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

/* One mailbox with ever new agents gives up agents of its own and nothing else. */
Test(derive, a_flood_of_agents_does_not_make_known_places_new)
{
    bench b;
    char agent[32];
    start(&b);
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 0, 0), "anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_SPAN, at(1, 8, 0, 0), at(1, 8, 0, 0), "bert", "198.51.100.1", "B");
    for (int i = 0; i < 25000; i++) {
        snprintf(agent, sizeof(agent), "flood %d", i);
        web(&b, TC_OBS_WEB_SPAN, at(10, 8, 0, 0), at(10, 8, 0, 0), "anna", "192.0.2.1", agent);
    }
    cr_assert_eq(count(&b, "novel=true"), 0, "the network is known");
    web(&b, TC_OBS_WEB_SPAN, at(11, 8, 0, 0), at(11, 8, 0, 0), "bert", "198.51.100.1", "C");
    cr_assert_eq(count(&b, "novel=true"), 0);
    web(&b, TC_OBS_WEB_SPAN, at(11, 9, 0, 0), at(11, 9, 0, 0), "bert", "203.0.113.1", "D");
    cr_assert_eq(count(&b, "novel=true by=network+agent"), 1, "others are judged as before");
    tc_bounds bounds = {.count = 0};
    tc_deriver_bounds(b.deriver, &bounds);
    cr_assert_eq(bounds.count, 0);
    stop(&b);
}

/* Names that came on one day only go; those of several days stay and are judged. */
Test(derive, invented_users_cannot_push_out_who_came_on_several_days)
{
    bench b;
    char name[32];
    start_with(&b, &(tc_derive_options){.persons_max = 256, .sessions_max = 1024}, (size_t)8 << 20);
    for (int day = 1; day < 5; day++) {
        for (int i = 0; i < 100; i++) {
            snprintf(name, sizeof(name), "CORP\\real%d", i);
            web(&b, TC_OBS_WEB_SPAN, at(day, 8, i / 2, 0), at(day, 8, i / 2, 0), name, "192.0.2.1",
                "A");
        }
    }
    for (int i = 0; i < 30000; i++) {
        snprintf(name, sizeof(name), "CORP\\ghost%d", i);
        web(&b, TC_OBS_WEB_SPAN, at(6, 8, 0, 0), at(6, 8, 0, 0), name, "198.51.100.7", "bot");
    }
    tc_str_clear(&b.log);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "CORP\\real%d", i);
        web(&b, TC_OBS_WEB_SPAN, at(12, 8, 0, 0), at(12, 8, 0, 0), name, "192.0.2.1", "A");
    }
    cr_assert_eq(count(&b, "novel=false"), 100, "their habits are remembered");
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_assert_eq(seen.mailboxes_seen, 30100, "all were seen: %" PRIu64, seen.mailboxes_seen);
    cr_assert_gt(seen.mailboxes_forgotten, 29000);
    stop(&b);
}

Test(derive, of_one_instant_the_page_is_behind_the_logon)
{
    bench b;
    start(&b);
    tc_time t = at(1, 8, 0, 0);
    web(&b, TC_OBS_WEB_LOGON, t, t, "anna", "192.0.2.1", "A");
    tc_observation *o = begin(&b, TC_OBS_WEB_LANDING, t);
    cr_assert(tc_ip_parse(TC_LIT("192.0.2.1"), &o->ip));
    set_text(&b, o, TC_OBS_TEXT_USER, "anna");
    set_text(&b, o, TC_OBS_TEXT_AGENT, "A");
    cr_assert_lt(tc_observation_rank(TC_OBS_WEB_LOGON, 0), o->order.rank);
    feed(&b, o);
    cr_assert_eq(count(&b, "logon_succeeded"), 1, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

/* More logons at once than are awaited: the oldest are given up, and that is told. */
Test(derive, a_spray_is_bounded_and_told)
{
    bench b;
    char name[32];
    start(&b);
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof(name), "u%d", i);
        web(&b, TC_OBS_WEB_LOGON, at(1, 8, 0, 0), at(1, 8, 0, 0), name, "203.0.113.1", "bot");
    }
    web(&b, TC_OBS_WEB_LOGON, at(1, 8, 0, 1), at(1, 8, 0, 1), "anna", "192.0.2.1", "A");
    web(&b, TC_OBS_WEB_LANDING, at(1, 8, 0, 2), at(1, 8, 0, 2), "anna", "192.0.2.1", "A");
    cr_assert_eq(count(&b, "logon_succeeded mailbox=anna"), 1);
    tc_bounds bounds = {.count = 0};
    tc_deriver_bounds(b.deriver, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_assert_eq(bounds.items[0].given_up, 10001 - 4096);
    cr_assert_eq(bounds.items[0].blinds, TC_BLINDS(TC_INDICATOR_WEBMAIL));
    stop(&b);
}

/* Any year that a log may write. */
Test(derive, times_at_the_ends_do_no_harm)
{
    static const tc_time times[] = {INT64_MIN + 1, -1, 0, INT64_MAX - 5 * TC_SECOND, INT64_MAX};
    bench b;
    start(&b);
    for (size_t i = 0; i < TC_COUNT_OF(times); i++) {
        web(&b, TC_OBS_WEB_LOGON, times[i], times[i], "anna", "192.0.2.1", "A");
        web(&b, TC_OBS_WEB_SPAN, times[i], times[i], "anna", "192.0.2.1", "A");
        message(&b, times[i], "anna@corp.example", "en", "m");
        account(&b, times[i], "CORP\\w1", "CORP\\w1", 0);
        account(&b, times[i], "CORP\\admin", "CORP\\w1", TC_OBS_FLAG_CREATED);
    }
    cr_assert(!tc_failed(tc_deriver_advance(b.deriver, TC_TIME_MAX, &b.sink)));
    cr_assert_eq(count(&b, "session_started"), 3, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, resets_of_new_accounts_are_routine)
{
    bench b;
    start(&b);
    account(&b, at(1, 8, 0, 0), "CORP\\admin", "CORP\\new", TC_OBS_FLAG_CREATED);
    account(&b, at(1, 9, 0, 0), "CORP\\admin", "CORP\\new", TC_OBS_FLAG_RESET);
    account(&b, at(3, 9, 0, 0), "CORP\\admin", "CORP\\new", TC_OBS_FLAG_RESET);
    cr_assert_eq(count(&b, "password_reset"), 2, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(count(&b, "routine=true"), 1, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, a_wave_counts_distinct_people_of_the_last_day)
{
    bench b;
    char name[32];
    start(&b);
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof(name), "CORP\\w%d", i % 3);
        account(&b, at(1, 8, i, 0), name, name, 0);
    }
    cr_assert_eq(count(&b, "value=3"), 3, "%s", tc_str_cstr(&b.log));
    account(&b, at(2, 9, 0, 0), "CORP\\w9", "CORP\\w9", 0);
    cr_assert_eq(count(&b, "value=1"), 2, "%s", tc_str_cstr(&b.log));
    stop(&b);
}

Test(derive, a_balancer_in_front_is_seen)
{
    bench b;
    char name[32];
    start(&b);
    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof(name), "CORP\\p%d", i);
        web(&b, TC_OBS_WEB_SPAN, at(1, 8, i, 0), at(1, 8, i, 0), name, "10.1.1.5", "A");
    }
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_assert(seen.nat_blind);
    cr_assert_eq(seen.nat_address_count, 1);
    stop(&b);
}

Test(derive, invented_names_that_never_get_in_leave_nothing_behind)
{
    bench b;
    char name[32];
    start(&b);
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "ghost%d", i);
        web(&b, TC_OBS_WEB_LOGON, at(1, 8, 0, 0) + i * TC_SECOND, at(1, 8, 0, 0) + i * TC_SECOND,
            name, "203.0.113.1", "bot");
    }
    cr_assert_eq(tc_identity_count(b.identity), 0);
    cr_assert_gt(count(&b, "logon_failed"), 19000);
    stop(&b);
}
