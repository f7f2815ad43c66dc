#include "tests/support/derive_bench.h"

#include "parsers/base/hash.h"

#include <criterion/criterion.h>

static void add_field(tc_derive_bench *b, const tc_event *event, tc_field field, const char *label)
{
    tc_value v = tc_event_value(event, field);
    if (v.kind == TC_KIND_MISSING) return;
    tc_str_addf(&b->log, " %s=", label);
    tc_str_add(&b->log, v.text);
}

/* In the order in which they are written. */
static const struct {
    tc_field field;
    const char *label;
} shown[] = {
    {TC_FIELD_MAILBOX, "mailbox"},
    {TC_FIELD_SOURCE_IP, "ip"},
    {TC_FIELD_SOURCE_NOVEL, "novel"},
    {TC_FIELD_SOURCE_NOVELTY, "by"},
    {TC_FIELD_LANGUAGE, "language"},
    {TC_FIELD_LANGUAGE_FOREIGN, "foreign"},
    {TC_FIELD_LANGUAGE_BEFORE, "before"},
    {TC_FIELD_LANGUAGE_SHARE, "share"},
    {TC_FIELD_LANGUAGE_EVENTS, "events"},
    {TC_FIELD_LANGUAGE_DAYS, "days"},
    {TC_FIELD_LANGUAGE_STREAK, "streak"},
    {TC_FIELD_LANGUAGE_NEW, "new"},
    {TC_FIELD_LANGUAGE_USES, "uses"},
    {TC_FIELD_LANGUAGE_WRITE, "write"},
    {TC_FIELD_ACCESS_NOVEL_DAYS, "accessed"},
    {TC_FIELD_ACCESS_STRANGER_DAYS, "by-stranger"},
    {TC_FIELD_CANDIDATES, "candidates"},
    {TC_FIELD_ACTOR, "actor"},
    {TC_FIELD_TARGET, "target"},
    {TC_FIELD_ROUTINE, "routine"},
    {TC_FIELD_METRIC, "metric"},
    {TC_FIELD_SOURCE_FAILED_USERS, "source.failed"},
    {TC_FIELD_SOURCE_FAILURES, "source.failures"},
    {TC_FIELD_SOURCE_USERS, "source.users"},
    {TC_FIELD_NETWORK_FAILED_USERS, "network.failed"},
    {TC_FIELD_AGENT_FAILED_USERS, "agent.failed"},
    {TC_FIELD_AGENT_FAILED_SOURCES, "agent.sources"},
    {TC_FIELD_AGENT_SETTLED, "agent.settled"},
    {TC_FIELD_MAILBOX_FAILED_SOURCES, "mailbox.failed"},
    {TC_FIELD_DISTINCT, "distinct"},
    {TC_FIELD_WAVE_CLASS, "class"},
    {TC_FIELD_WAVE_AGED, "aged_share"},
    {TC_FIELD_WAVE_ENTERED, "entered_share"},
    {TC_FIELD_WAVE_ACTOR, "actor_share"},
    {TC_FIELD_WAVE_OFF_HOURS, "off_share"},
    {TC_FIELD_RESET_MINUTES, "minutes"},
    {TC_FIELD_RESET_ACCOUNTS, "accounts"},
    {TC_FIELD_RESET_ENTERED, "entered"},
    {TC_FIELD_RESET_ENTERED_HERE, "here"},
    {TC_FIELD_ACTOR_NOVEL, "actor.novel"},
    {TC_FIELD_ACTOR_HERE, "actor.here"},
    {TC_FIELD_VALUE, "value"},
    {TC_FIELD_TIME_ZONE, "zone"},
    {TC_FIELD_CAMPAIGN_SPEAKERS, "speakers"},
    {TC_FIELD_LANGUAGE_BACK, "back"},
    {TC_FIELD_RESPONSE_DAYS, "response"},
    {TC_FIELD_SOURCE_STRANGER, "stranger"},
    {TC_FIELD_SOURCE_PLACE, "place"},
    {TC_FIELD_CAMPAIGN_EVIDENCE, "evidence"},
};

static TC_STATUS keep(void *context, const tc_derived *d)
{
    tc_derive_bench *b = context;
    char time[TC_TIME_TEXT];
    tc_str_add(&b->log, tc_slice_of(tc_time_format(d->order.time, time)));
    tc_str_add(&b->log, TC_LIT(" "));
    tc_str_add(&b->log, tc_event_value(d->event, TC_FIELD_EVENT_ACTION).text);
    if (tc_event_value(d->event, TC_FIELD_MAILBOX).kind == TC_KIND_MISSING)
        add_field(b, d->event, TC_FIELD_USER_NAME, "user");
    for (size_t i = 0; i < TC_COUNT_OF(shown); i++)
        add_field(b, d->event, shown[i].field, shown[i].label);
    tc_str_add_byte(&b->log, '\n');
    return TC_SUCCESS;
}

static TC_STATUS united(void *context, tc_entity root, tc_entity absorbed)
{
    tc_derive_bench *b = context;
    cr_expect_neq(root, absorbed);
    b->unions++;
    return TC_SUCCESS;
}

static void forget(void *context, tc_entity root)
{
    tc_derive_bench *b = context;
    if (b->deriver) tc_deriver_forget(b->deriver, root);
}

void tc_derive_bench_start_with(tc_derive_bench *b, const tc_derive_options *options,
                                size_t identity_bytes)
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

void tc_derive_bench_start(tc_derive_bench *b)
{
    tc_derive_bench_start_with(b, &(tc_derive_options){0}, (size_t)8 << 20);
}

void tc_derive_bench_stop(tc_derive_bench *b)
{
    tc_deriver_free(b->deriver);
    tc_observations_free(b->batch);
    tc_identity_free(b->identity);
    tc_names_free(b->names);
    tc_str_done(&b->log);
}

tc_time tc_derive_bench_at(int day, int hour, int minute, int second)
{
    tc_time t = 0;
    cr_assert(tc_time_from_civil(2011, 3, 1, hour, minute, second, &t));
    return t + (day - 1) * TC_DAY;
}

void tc_derive_bench_set_text(tc_derive_bench *b, tc_observation *o, tc_obs_text which,
                              const char *text)
{
    tc_text_ref ref;
    cr_assert(!tc_failed(tc_observations_text(b->batch, tc_slice_of(text), &ref)));
    o->text[which] = ref;
}

tc_observation *tc_derive_bench_begin(tc_derive_bench *b, tc_observation_kind kind, tc_time time)
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

void tc_derive_bench_feed(tc_derive_bench *b, tc_observation *o)
{
    cr_assert(
        !tc_failed(tc_deriver_observe(b->deriver, o, tc_observations_heap(b->batch), &b->sink)));
}

void tc_derive_bench_web(tc_derive_bench *b, tc_observation_kind kind, tc_time from, tc_time to,
                         const char *user, const char *ip, const char *agent)
{
    tc_observation *o = tc_derive_bench_begin(b, kind, from);
    o->last = to;
    cr_assert(tc_ip_parse(tc_slice_of(ip), &o->ip));
    o->address_class = tc_ip_is_private(o->ip) ? TC_ADDRESS_PRIVATE : TC_ADDRESS_REMOTE;
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_AGENT, agent);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_PROTOCOL, "owa");
    o->session_hash = tc_content_hash_add(
        tc_content_hash_add(tc_content_hash(tc_slice_of(user)), tc_slice_of(ip)),
        tc_slice_of(agent));
    tc_derive_bench_feed(b, o);
}

void tc_derive_bench_message_flagged(tc_derive_bench *b, tc_time time, const char *mailbox,
                                     const char *language, const char *id, unsigned flags)
{
    tc_observation *o = tc_derive_bench_begin(b, TC_OBS_MESSAGE, time);
    o->flags = (uint16_t)flags;
    o->weight_percent = 100;
    o->script = 1;
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_MAILBOX, mailbox);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_VALUE, language);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_MESSAGE_ID, id);
    tc_derive_bench_feed(b, o);
}

void tc_derive_bench_message(tc_derive_bench *b, tc_time time, const char *mailbox,
                             const char *language, const char *id)
{
    tc_derive_bench_message_flagged(b, time, mailbox, language, id, TC_OBS_FLAG_VOUCHED);
}

void tc_derive_bench_account(tc_derive_bench *b, tc_time time, const char *actor,
                             const char *target, unsigned flags)
{
    tc_observation *o = tc_derive_bench_begin(b, TC_OBS_ACCOUNT, time);
    o->flags = (uint16_t)flags;
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_USER, actor);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_TARGET, target);
    tc_derive_bench_feed(b, o);
}

size_t tc_derive_bench_count(tc_derive_bench *b, const char *text)
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
