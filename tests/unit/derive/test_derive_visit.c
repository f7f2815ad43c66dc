/* The identity stays while the deriver is saved and loaded, so that everything which refers to it
 * is the same on both sides and what differs is the deriver's. */
#include "tests/support/derive_bench.h"
#include "tests/support/stateful.h"

#include "parsers/base/alloc.h"
#include "parsers/base/poison.h"

#include <criterion/criterion.h>

enum { USERS = 40 };

typedef struct bench {
    tc_derive_bench in;
    tc_derive_options options;
    tc_references references;
    tc_str *log;
    tc_time now;
} bench;

static const tc_slice declared[] = {{(const uint8_t *)"en", 2},
                                    {(const uint8_t *)"a-language-that-is-too-long", 27}};
static const tc_derive_options small = {.persons_max = 24,
                                        .habits_max = 60,
                                        .sessions_max = 4,
                                        .places_max = 80,
                                        .learn_ns = 2 * TC_DAY,
                                        .novelty_ns = 3 * TC_DAY,
                                        .languages = declared,
                                        .language_count = TC_COUNT_OF(declared)};

/* -- what is told --------------------------------------------------------------------------- */

static void add_order(tc_str *log, const tc_order *o)
{
    tc_str_addf(log, " %" PRId64 "/%" PRIx32 "/%" PRIu32 "/%" PRIx64 "/%" PRIu64, o->time, o->rank,
                o->sub, o->record_hash, o->position);
}

static void add_text(tc_str *log, tc_slice text)
{
    tc_str_add_byte(log, '|');
    tc_str_add(log, text);
}

static void add_subject(tc_str *log, const tc_subject *s)
{
    char ip[TC_IP_TEXT];
    const tc_slice texts[] = {s->mailbox, s->actor,    s->target,   s->user,    s->agent,
                              s->host,    s->language, s->previous, s->country, s->as_org};
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++)
        add_text(log, texts[i]);
    tc_str_addf(log, " %" PRIu32 " %" PRIu32 " %s %d%d%d", s->entity, s->asn,
                tc_ip_format(s->ip, ip), s->newcomer, s->novel, s->remote);
}

static TC_STATUS tell(void *context, const tc_derived *d)
{
    tc_str *log = ((bench *)context)->log;
    add_order(log, &d->order);
    add_order(log, &d->evidence->order);
    tc_str_addf(log, " %" PRIu32 ":%" PRIu64, d->evidence->at.source, d->evidence->at.line);
    add_text(log, d->evidence->text);
    add_subject(log, d->subject);
    for (unsigned field = 1; field < TC_FIELD_ECS_END; field++) {
        tc_value value = tc_event_value(d->event, (tc_field)field);
        if (value.kind == TC_KIND_MISSING) continue;
        tc_str_addf(log, " %u=", field);
        tc_str_add(log, value.text);
    }
    tc_str_add_byte(log, '\n');
    return TC_SUCCESS;
}

static TC_STATUS tell_union(void *context, tc_entity root, tc_entity absorbed)
{
    tc_str_addf(((bench *)context)->log, "%" PRIu32 " is %" PRIu32 "\n", absorbed, root);
    return TC_SUCCESS;
}

static void tell_audit(const bench *b)
{
    tc_derive_audit_facts facts;
    tc_arena *arena = tc_arena_new(1 << 20);
    cr_assert(!tc_failed(tc_deriver_audit(b->in.deriver, arena, &facts)));
    tc_str_addf(b->log, "audit %" PRIu32 " %d\n", facts.types, facts.all_off);
    for (unsigned i = 0; i < TC_LACK_COUNT; i++) {
        tc_str_addf(b->log, "lack %u %" PRIu64, i, facts.lacks[i].mailboxes);
        for (size_t k = 0; k < facts.lacks[i].name_count; k++)
            tc_str_addf(b->log, " %.*s", (int)facts.lacks[i].names[k].len,
                        (const char *)facts.lacks[i].names[k].ptr);
        tc_str_add_byte(b->log, '\n');
    }
    tc_arena_free(arena);
}

static void tell_coverage(const bench *b)
{
    tc_derive_coverage c;
    tc_deriver_coverage(b->in.deriver, &c);
    const uint64_t counts[] = {c.mailboxes_seen,
                               c.mailboxes_joined,
                               c.mailboxes_assumed,
                               c.mailboxes_judged,
                               c.sessions,
                               c.remote_sessions,
                               c.internal_sessions,
                               c.logons_succeeded,
                               c.logons_failed,
                               c.system_messages,
                               c.unreadable_messages,
                               c.blank_subjects,
                               c.garbled_messages,
                               c.password_resets,
                               c.password_changes,
                               c.web_records_without_address,
                               c.mailboxes_forgotten,
                               c.unvouched_messages,
                               c.unproven_messages,
                               c.flawed[TC_NAME_FLAW_BLANK],
                               c.forwarded_ignored,
                               c.nat_blind,
                               c.nat_address_count};
    const tc_time times[] = {c.first_web,    c.last_web,      c.first_message,
                             c.last_message, c.first_account, c.last_account};
    for (size_t i = 0; i < TC_COUNT_OF(counts); i++)
        tc_str_addf(b->log, "%" PRIu64 " ", counts[i]);
    for (size_t i = 0; i < TC_COUNT_OF(times); i++)
        tc_str_addf(b->log, "%" PRId64 " ", times[i]);
    for (size_t i = 0; i < c.nat_address_count; i++)
        tc_str_addf(b->log, "%u ", c.nat_address[i].bytes[15]);
    tc_str_addf(b->log, "%g\n", c.nat_share);
}

static void tell_standing(const bench *b)
{
    tc_bounds bounds = {.count = 0};
    uint64_t seen, joined;
    tc_deriver_joined(b->in.deriver, &seen, &joined);
    tc_deriver_bounds(b->in.deriver, &bounds);
    tc_str_addf(b->log, "%" PRIu64 " %" PRIu64 "\n", seen, joined);
    for (size_t i = 0; i < bounds.count; i++)
        tc_str_addf(b->log, "%s %" PRIu64 "\n", bounds.items[i].what, bounds.items[i].given_up);
    tell_coverage(b);
    tell_audit(b);
}

/* -- the module ----------------------------------------------------------------------------- */

static void renew(void *object)
{
    bench *b = object;
    tc_deriver_free(b->in.deriver);
    b->in.deriver = NULL;
    cr_assert(!tc_failed(tc_deriver_new(&b->options, b->in.identity, b->in.names, &b->in.deriver)));
}

static void *make(void)
{
    bench *b = tc_alloc(1, sizeof(*b));
    cr_assert_not_null(b);
    b->options = small;
    tc_derive_bench_start_with(&b->in, &b->options, (size_t)1 << 20);
    b->in.sink = (tc_derived_sink){b, tell, tell_union};
    b->now = tc_derive_bench_at(1, 8, 0, 0);
    return b;
}

static void drop(void *object)
{
    bench *b = object;
    tc_derive_bench_stop(&b->in);
    tc_free(b);
}

static void visit(void *object, tc_visit *v)
{
    bench *b = object;
    tc_deriver_visit(b->in.deriver, v, &b->references);
}

/* -- the stream ----------------------------------------------------------------------------- */

static const char *name_of(char room[64], uint32_t number, uint32_t form)
{
    if (form == 0)
        snprintf(room, 64, "CORP\\user%" PRIu32, number);
    else if (form == 1)
        snprintf(room, 64, "user%" PRIu32 "@corp.example", number);
    else
        snprintf(room, 64, "S-1-5-21-1-2-3-%" PRIu32, 1000 + number);
    return room;
}

static void set_name(bench *b, tc_observation *o, tc_obs_text which, uint32_t number, uint32_t form)
{
    char name[64];
    tc_derive_bench_set_text(&b->in, o, which, name_of(name, number, form));
}

/* Whoever comes often is known; most addresses are a balancer's. */
static void web(bench *b, size_t n, tc_observation_kind kind)
{
    static const char *const countries[] = {"NL", "DE", "", "CN"};
    static const char *const addresses[] = {"10.0.0.1", "10.0.0.2", "192.0.2.9", "2001:db8::7"};
    char text[64];
    tc_observation *o = tc_derive_bench_begin(&b->in, kind, b->now);
    uint32_t place = stateful_roll(n / 8, 30, 8); /* neighbours share it: one answers the other */
    o->last = tc_time_add(b->now, stateful_roll(n, 31, 90) * TC_MINUTE);
    cr_assert(tc_ip_parse(tc_slice_of(addresses[place < 4 ? place : 0]), &o->ip));
    if (stateful_roll(n, 29, 40) == 0) o->ip = (tc_ip){.bytes = {0}};
    o->address_class = tc_ip_is_private(o->ip) ? TC_ADDRESS_PRIVATE : TC_ADDRESS_REMOTE;
    o->asn = stateful_roll(n, 32, 3) ? 64500 + place : stateful_roll(n, 33, 150);
    snprintf(o->country, sizeof(o->country), "%s", countries[stateful_roll(n, 34, 4)]);
    o->session_hash = stateful_roll(n, 35, 30);
    if (stateful_roll(n, 36, 200) == 0) o->flags = TC_OBS_FLAG_DOUBTED;
    bool nameless = kind == TC_OBS_WEB_CULTURE && stateful_roll(n, 70, 3) != 0;
    if (!nameless)
        set_name(b, o, TC_OBS_TEXT_USER, stateful_roll(n, 37, USERS), stateful_roll(n, 38, 2));
    snprintf(text, sizeof(text), "agent %" PRIu32, stateful_roll(n / 8, 39, 3));
    tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_AGENT, text);
    tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_HOST, "MAIL01");
    if (kind == TC_OBS_WEB_CULTURE && stateful_roll(n, 71, 4))
        tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_VALUE, "zh");
    if (kind == TC_OBS_WEB_CULTURE)
        tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_EXTRA,
                                 stateful_roll(n, 72, 3) ? "mkt" : "lang.owa");
    snprintf(text, sizeof(text), "line %zu", n);
    tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_RAW, text);
    tc_derive_bench_feed(&b->in, o);
}

static void message(bench *b, size_t n, uint32_t id)
{
    static const char *const languages[] = {"en", "nl", "de", "fr", "zh-Hans", "ru", "ar", ""};
    char text[32];
    uint32_t user = stateful_roll(n, 40, USERS);
    uint32_t language = stateful_roll(n, 41, 4) ? user % 3 : stateful_roll(n, 42, 8);
    tc_observation *o = tc_derive_bench_begin(&b->in, TC_OBS_MESSAGE, b->now);
    o->flags = stateful_roll(n, 43, 6) ? TC_OBS_FLAG_VOUCHED : 0;
    o->weight_percent = stateful_roll(n, 44, 5) ? 100 : 20;
    o->script = (uint8_t)stateful_roll(n, 45, 2);
    set_name(b, o, TC_OBS_TEXT_MAILBOX, user, 1);
    tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_VALUE, languages[language]);
    snprintf(text, sizeof(text), "<%" PRIu32 "@corp.example>", id);
    tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_MESSAGE_ID, text);
    tc_derive_bench_feed(&b->in, o);
}

static void account(bench *b, size_t n)
{
    static const unsigned flags[] = {
        0, 0, 0, TC_OBS_FLAG_RESET, TC_OBS_FLAG_CREATED, TC_OBS_FLAG_FAILED, TC_OBS_FLAG_ROUTINE};
    tc_observation *o = tc_derive_bench_begin(&b->in, TC_OBS_ACCOUNT, b->now);
    o->flags = (uint16_t)flags[stateful_roll(n, 50, TC_COUNT_OF(flags))];
    set_name(b, o, TC_OBS_TEXT_USER, stateful_roll(n, 51, 3), 0);
    set_name(b, o, TC_OBS_TEXT_TARGET, stateful_roll(n, 52, USERS), stateful_roll(n, 53, 3));
    tc_derive_bench_feed(&b->in, o);
}

static void alias(bench *b, size_t n)
{
    uint32_t user = stateful_roll(n, 60, USERS);
    tc_observation *o = tc_derive_bench_begin(&b->in, TC_OBS_ALIAS, b->now);
    o->flags = stateful_roll(n, 61, 4) == 0 ? TC_OBS_FLAG_VOUCHED : 0;
    set_name(b, o, TC_OBS_TEXT_USER, user, stateful_roll(n, 62, 3));
    set_name(b, o, TC_OBS_TEXT_TARGET, user, stateful_roll(n, 63, 3));
    tc_derive_bench_feed(&b->in, o);
}

static void alive(bench *b, size_t n)
{
    static const char *const kinds[] = {"web", "message"};
    tc_observation *o = tc_derive_bench_begin(&b->in, TC_OBS_ALIVE, b->now);
    tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_HOST,
                             stateful_roll(n, 80, 2) ? "EX01" : "ex01.corp.example");
    tc_derive_bench_set_text(&b->in, o, TC_OBS_TEXT_EXTRA, kinds[stateful_roll(n, 81, 2)]);
    tc_derive_bench_feed(&b->in, o);
}

static void audit(bench *b, size_t n)
{
    tc_observation *o = tc_derive_bench_begin(&b->in, TC_OBS_AUDIT, b->now);
    o->status = stateful_roll(n, 90, TC_AUDIT_NOTE_COUNT);
    if (stateful_roll(n, 91, 8)) set_name(b, o, TC_OBS_TEXT_USER, stateful_roll(n, 92, USERS), 0);
    tc_derive_bench_feed(&b->in, o);
}

static void step(void *object, size_t n, tc_str *log)
{
    bench *b = object;
    uint32_t kind = stateful_roll(n, 0, 28);
    b->log = log;
    tc_str_add(log, TC_LIT("."));
    b->now = tc_time_add(b->now, (stateful_roll(n, 1, 3) ? 2 : 1800) * TC_SECOND +
                                     stateful_roll(n, 2, 1000) * 1000000);
    if (kind < 5)
        web(b, n, TC_OBS_WEB_SPAN);
    else if (kind < 12)
        web(b, n, (tc_observation_kind)(TC_OBS_WEB_LOGON + stateful_roll(n, 3, 3)));
    else if (kind < 15)
        web(b, n, TC_OBS_WEB_CULTURE);
    else if (kind < 19)
        message(b, n, stateful_roll(n, 4, 300));
    else if (kind < 21)
        account(b, n);
    else if (kind < 22)
        alias(b, n);
    else if (kind < 25)
        alive(b, n);
    else if (kind < 27)
        audit(b, n);
    else if (kind < 28 && stateful_roll(n, 5, 2))
        tc_derive_bench_feed(&b->in, tc_derive_bench_begin(&b->in, TC_OBS_HIT, b->now));
    else
        cr_assert(!tc_failed(tc_deriver_advance(b->in.deriver, b->now, &b->in.sink)));
    if (n % 10 == 0) tell_standing(b);
}

/* Messages and changes of passwords, more in a day than are remembered. */
static void step_of_flood(void *object, size_t n, tc_str *log)
{
    bench *b = object;
    b->log = log;
    tc_str_add(log, TC_LIT(".."));
    b->now = tc_time_add(b->now, TC_SECOND);
    if (n % 16 == 0)
        account(b, n);
    else
        message(b, n, n % 64 == 1 ? stateful_roll(n, 4, (uint32_t)n + 1) : (uint32_t)n);
    if (n % 1000 == 0) tell_standing(b);
}

static const stateful derivers = {make, drop, renew, visit, step};
static const stateful flooded = {make, drop, renew, visit, step_of_flood};

static bench *after(size_t steps)
{
    tc_str log;
    tc_str_init(&log, (size_t)16 << 20);
    bench *b = make();
    for (size_t n = 0; n < steps; n++)
        step(b, n, &log);
    tc_str_done(&log);
    return b;
}

Test(derive_visit, goes_on_as_without_a_break_anywhere)
{
    stateful_goes_on(&derivers, 600, 1);
}

Test(derive_visit, goes_on_as_without_a_break_for_long)
{
    stateful_goes_on(&derivers, 20000, 97);
}

Test(derive_visit, goes_on_when_more_is_said_than_remembered)
{
    stateful_goes_on(&flooded, 90000, 21999);
}

/* What the stream above does not reach it does not try. */
Test(derive_visit, the_stream_reaches_the_bounds)
{
    tc_derive_coverage c;
    tc_bounds bounds = {.count = 0};
    bench *b = after(20000);
    tc_deriver_bounds(b->in.deriver, &bounds);
    tc_deriver_coverage(b->in.deriver, &c);
    cr_expect_gt(c.mailboxes_forgotten, 100);
    cr_expect_gt(c.logons_succeeded, 100);
    cr_expect_gt(c.logons_failed, 100);
    cr_expect_gt(c.unproven_messages, 10);
    cr_expect_gt(c.nat_address_count, 0);
    cr_expect_geq(bounds.count, 3, "sessions, places, the language that is too long");
    drop(b);
}

Test(derive_visit, what_is_not_all_of_it_is_refused)
{
    stateful_refuses_torn(&derivers, 100);
}

Test(derive_visit, damage_is_borne)
{
#ifdef TC_WITH_ASAN
    size_t times = getenv("TOCSIN_SLOW") ? 3000 : 600;
#else
    size_t times = 3000;
#endif
    stateful_bears_damage(&derivers, 60, times);
}

Test(derive_visit, failures_are_told)
{
    stateful_tells_failures(&derivers, 400);
}

Test(derive_visit, what_another_version_saved_is_begun_anew)
{
    static const char *const sections[] = {"deriver languages",
                                           "deriver password changes",
                                           "people",
                                           "sessions",
                                           "logons",
                                           "visits",
                                           "cultures",
                                           "familiars",
                                           "deriver messages",
                                           "deriver balancers",
                                           "deriver coverage"};
    tc_str log;
    tc_str_init(&log, (size_t)16 << 20);
    for (size_t i = 0; i < TC_COUNT_OF(sections); i++) {
        bench *b = after(800);
        tape *t = stateful_save(&derivers, b), *plain = tape_copy(t);
        tape_outdate(t, sections[i]);
        cr_assert(!tape_equal(t, plain), "there is a section %s", sections[i]);
        cr_assert_eq(stateful_load(&derivers, b, t), TC_OK, "%s", sections[i]);
        for (size_t n = 800; n < 3000; n++)
            step(b, n, &log);
        tc_str_clear(&log);
        tape_free(t);
        tape_free(plain);
        drop(b);
    }
    tc_str_done(&log);
}
