/* What failing logons have in common, and whether somebody comes in from there. */
#include "detector/derive/derive_state.h"
#include "detector/enrich/wellknown.h"

#define FLEET_STEP 10 /* the failures of an hour are told each time that so many more are there */
#define AGENT_STEP 10 /* and who came with an agent before, for so many more that fail with it */

/* Not empty, a dash, a security id of nobody or "anonymous". */
static bool is_anybody(tc_slice written)
{
    tc_slice s = tc_slice_trim(written);
    return s.len > 0 && !tc_slice_equal(s, TC_LIT("-")) && !tc_slice_starts(s, TC_LIT("%%")) &&
           !tc_slice_starts_ascii(s, TC_LIT("s-1-")) && !tc_wellknown_nobody(s);
}

uint64_t tc_derive_who(tc_deriver *d, tc_slice written, uint64_t *ret_mailbox)
{
    tc_name name;
    tc_entity entity = tc_derive_entity_known(d, written);
    *ret_mailbox = entity ? tc_identity_key(d->identity, entity) : 0;
    if (entity) return *ret_mailbox;
    tc_name_normalise(written, &name);
    /* What can be no mailbox (an address with a blank, a control character) was typed all the same.
     */
    if (name.form == TC_NAME_NONE) return is_anybody(written) ? tc_content_hash(written) : 0;
    const uint8_t *text = (const uint8_t *)name.text;
    return tc_content_hash(tc_slice_make(text + name.local_offset, name.local_length));
}

/* An own exit and a loopback address are many people's, or say nothing of where it came from. */
static tc_attempt attempt_of(tc_deriver *d, const tc_observation *o, tc_slice user, tc_slice agent)
{
    tc_attempt a = {.time = o->order.time};
    a.who = tc_derive_who(d, user, &a.mailbox);
    if (o->address_class != TC_ADDRESS_EGRESS && !tc_ip_is_loopback(o->ip)) a.ip = o->ip;
    if (agent.len) a.agent = tc_content_hash(agent);
    return a;
}

static void set_figures(tc_deriver *d, const tc_spray_report *r)
{
    const struct {
        tc_field field;
        uint32_t value, of; /* left out where `of` is 0 */
    } rows[] = {
        {TC_FIELD_SOURCE_FAILED_USERS, r->address.peak, r->address.peak},
        {TC_FIELD_SOURCE_FAILED_RECENT, r->address.failed_recent, r->address.failed_recent},
        {TC_FIELD_SOURCE_FAILURES, r->address.failures, r->address.failures},
        {TC_FIELD_SOURCE_USERS, r->address.succeeded, r->address.failures + r->address.peak},
        {TC_FIELD_NETWORK_FAILED_USERS, r->network.peak, r->network.peak},
        {TC_FIELD_NETWORK_FAILED_RECENT, r->network.failed_recent, r->network.failed_recent},
        {TC_FIELD_NETWORK_USERS, r->network.succeeded, r->network.peak},
        {TC_FIELD_AGENT_FAILED_USERS, r->agent.peak, r->agent.peak},
        {TC_FIELD_AGENT_FAILED_SOURCES, r->agent_sources.peak, r->agent_sources.peak},
        {TC_FIELD_AGENT_USERS, r->agent.succeeded, r->agent.peak},
        {TC_FIELD_AGENT_SETTLED, r->agent.settled, r->agent.peak},
        {TC_FIELD_MAILBOX_FAILED_SOURCES, r->mailbox.failed, r->mailbox.failed},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (rows[i].of != 0) tc_derive_number(d, rows[i].field, (double)rows[i].value);
}

static void begin_baseline(tc_deriver *d, const char *metric, double value)
{
    tc_derive_overlay(d);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_ACTION, TC_LIT("baseline"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_METRIC, tc_slice_of(metric));
    tc_derive_number(d, TC_FIELD_VALUE, value);
}

/* The next place in the order behind a decision that time has made; else that of the present
 * observation. */
static const tc_order *next_order(tc_failed_logon *f)
{
    if (f->passed.time != TC_TIME_NONE) f->passed.sub++;
    return f->passed.time != TC_TIME_NONE ? &f->passed : NULL;
}

static TC_STATUS tell_place(tc_deriver *d, tc_failed_logon *f, const tc_spray_report *r,
                            const tc_derived_sink *sink)
{
    tc_subject subject = {.agent = f->agent, .host = f->host};
    uint32_t most = TC_MAX(TC_MAX(r->address.failed, r->network.failed), r->agent.failed);
    begin_baseline(d, "failed_logons", most);
    set_figures(d, r);
    if (f->agent.len) tc_overlay_set_text(&d->overlay, TC_FIELD_USER_AGENT, f->agent);
    if (f->host.len) tc_overlay_set_text(&d->overlay, TC_FIELD_HOST_NAME, f->host);
    tc_derive_source(d, f->o, f->heap, &subject);
    return tc_derive_emit(d, d->baseline, next_order(f), &f->evidence, &subject, sink);
}

/* Whoever guesses right early is let in before there is a spray to see. Once it is there, those who
 * came with the same agent from sources new to them are told again. */
static TC_STATUS tell_guest(tc_deriver *d, tc_failed_logon *f, const tc_spray_report *r,
                            const tc_spray_guest *guest, const tc_derived_sink *sink)
{
    tc_subject subject = {.agent = f->agent, .novel = true, .remote = true};
    const tc_person *p = tc_people_find(d->people, guest->entity);
    if (p == NULL || p->key != guest->member) return TC_SUCCESS;
    subject.entity = p->entity;
    subject.mailbox = tc_identity_label(d->identity, p->entity);
    subject.newcomer = tc_identity_rank(d->identity, p->entity) == TC_RANK_NEW;
    tc_derive_overlay(d);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_ACTION, TC_LIT("session_before_failures"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_MAILBOX, subject.mailbox);
    tc_overlay_set_text(&d->overlay, TC_FIELD_USER_AGENT, f->agent);
    tc_overlay_set_bool(&d->overlay, TC_FIELD_SOURCE_NOVEL, true);
    set_figures(d, &(tc_spray_report){.agent = r->agent, .agent_sources = r->agent_sources});
    return tc_derive_emit(d, d->webmail, next_order(f), &f->evidence, &subject, sink);
}

static TC_STATUS tell_guests(tc_deriver *d, tc_failed_logon *f, const tc_attempt *a,
                             const tc_spray_report *r, const tc_derived_sink *sink)
{
    tc_spray_guest guests[TC_SPRAY_GUESTS];
    if (r->agent.failed == 0 || r->agent.failed % AGENT_STEP != 0) return TC_SUCCESS;
    size_t count = tc_sprays_strangers(d->sprays, a, guests);
    for (size_t i = 0; i < count; i++)
        TC_TRY(tell_guest(d, f, r, &guests[i], sink));
    return TC_SUCCESS;
}

/* No source stands for all: nothing that incidents could be joined on. */
static TC_STATUS tell_fleet(tc_deriver *d, tc_failed_logon *f, const tc_derived_sink *sink)
{
    tc_spray_fleet fleet;
    tc_sprays_fleet(d->sprays, &fleet);
    if (fleet.failures == 0 || fleet.failures % FLEET_STEP != 0) return TC_SUCCESS;
    begin_baseline(d, "failed_logons_of_all", fleet.failures);
    tc_derive_number(d, TC_FIELD_MEDIAN, fleet.median);
    tc_derive_number(d, TC_FIELD_MAD, fleet.mad);
    tc_derive_number(d, TC_FIELD_RATIO, (fleet.failures - fleet.median) / TC_MAX(fleet.mad, 1.0));
    tc_derive_number(d, TC_FIELD_DISTINCT, fleet.sources);
    tc_derive_number(d, TC_FIELD_DAYS, fleet.days);
    return tc_derive_emit(d, d->baseline, next_order(f), &f->evidence, &(tc_subject){0}, sink);
}

TC_STATUS tc_derive_spray_failed(tc_deriver *d, tc_failed_logon *f, const tc_derived_sink *sink)
{
    tc_attempt a = attempt_of(d, f->o, f->user, f->agent);
    tc_spray_report report;
    a.time = f->passed.time != TC_TIME_NONE ? f->passed.time : d->last.time;
    if (tc_sprays_failed(d->sprays, &a)) {
        tc_sprays_report(d->sprays, &a, &report);
        TC_TRY(tell_place(d, f, &report, sink));
        TC_TRY(tell_guests(d, f, &a, &report, sink));
    }
    return f->o->address_class == TC_ADDRESS_REMOTE ? tell_fleet(d, f, sink) : TC_SUCCESS;
}

/* A person's key stays what it is, whatever names are united in it. */
static tc_attempt success_of(tc_deriver *d, const tc_observation *o, tc_slice agent,
                             const tc_person *p, bool novel)
{
    tc_attempt a = attempt_of(d, o, TC_EMPTY_SLICE, agent);
    a.who = a.mailbox = p->key;
    a.entity = p->entity;
    a.novel = novel && o->address_class == TC_ADDRESS_REMOTE;
    return a;
}

void tc_derive_spray_use(tc_deriver *d, const tc_observation *o, tc_slice agent, const tc_person *p)
{
    tc_attempt a = success_of(d, o, agent, p, false);
    if (tc_is_use_inside(o)) a.ip = (tc_ip){0};
    tc_sprays_succeeded(d->sprays, &a);
}

void tc_derive_spray_before(tc_deriver *d, const tc_observation *o, tc_slice agent)
{
    tc_attempt a = attempt_of(d, o, TC_EMPTY_SLICE, agent);
    tc_spray_report report;
    tc_sprays_report(d->sprays, &a, &report);
    set_figures(d, &report);
}

uint32_t tc_derive_spray_session(tc_deriver *d, const tc_observation *o, tc_slice agent,
                                 const tc_person *p, bool novel)
{
    tc_attempt a = success_of(d, o, agent, p, novel);
    tc_spray_report report;
    tc_sprays_report(d->sprays, &a, &report);
    set_figures(d, &report);
    tc_sprays_succeeded(d->sprays, &a);
    return report.address.failures;
}
