/* Forms logons: the page that follows tells what became of them. */
#include "detector/correlate/derive_state.h"

static TC_STATUS decided(tc_deriver *d, const tc_observation *o, tc_slice heap, bool success,
                         const tc_derived_sink *sink)
{
    const tc_logon *p = tc_logons_answer(d->logons, o, heap);
    if (p == NULL) return TC_SUCCESS;
    tc_slice user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    if (user.len == 0) user = tc_slice_make(p->user, p->user_length);
    tc_entity entity = success ? tc_derive_entity(d, user) : tc_derive_entity_known(d, user);
    tc_subject subject = {0};
    tc_derive_web_common(d, o, heap, entity,
                         success ? TC_LIT("logon_succeeded") : TC_LIT("logon_failed"), &subject);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_OUTCOME,
                        success ? TC_LIT("success") : TC_LIT("failure"));
    char start[TC_TIME_TEXT];
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_START,
                        tc_slice_of(tc_time_format(p->order.time, start)));
    if (success)
        d->coverage.logons_succeeded++;
    else
        d->coverage.logons_failed++;
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->webmail, NULL, &evidence, &subject, sink);
}

static void set_waited(tc_deriver *d, const tc_logon *p, tc_subject *subject)
{
    subject->user = tc_slice_make(p->user, p->user_length);
    subject->agent = tc_slice_make(p->agent, p->agent_length);
    subject->host = tc_slice_make(p->host, p->host_length);
    subject->as_org = tc_slice_make(p->as_org, p->as_org_length);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_OUTCOME, TC_LIT("failure"));
    if (subject->user.len) tc_overlay_set_text(&d->overlay, TC_FIELD_USER_NAME, subject->user);
    if (subject->agent.len) tc_overlay_set_text(&d->overlay, TC_FIELD_USER_AGENT, subject->agent);
    if (subject->host.len) tc_overlay_set_text(&d->overlay, TC_FIELD_HOST_NAME, subject->host);
}

/* Nobody came back: a presumed failure, stamped with the end of the wait and ordered behind
 * everything of that instant. */
static TC_STATUS presumed_failed(tc_deriver *d, const tc_logon *p, const tc_derived_sink *sink)
{
    tc_observation o = {.order = p->order,
                        .at = p->at,
                        .ip = p->ip,
                        .asn = p->asn,
                        .address_class = p->address_class,
                        .last = p->order.time};
    memcpy(o.country, p->country, sizeof(o.country));
    tc_subject subject = {0};
    tc_entity entity = tc_derive_entity_known(d, tc_slice_make(p->user, p->user_length));
    tc_derive_web_common(d, &o, TC_LIT(""), entity, TC_LIT("logon_failed"), &subject);
    set_waited(d, p, &subject);
    d->coverage.logons_failed++;
    tc_order order = p->order;
    order.time = tc_time_add(order.time, TC_LOGON_WAIT);
    order.rank = TC_RANK_PASSED;
    order.sub = 1;
    tc_evidence evidence = {p->order, p->at, tc_slice_make(p->raw, p->raw_length)};
    return tc_derive_emit(d, d->webmail, &order, &evidence, &subject, sink);
}

TC_STATUS tc_derive_logons_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink)
{
    tc_logon ended;
    while (tc_logons_end(d->logons, time, &ended))
        TC_TRY(presumed_failed(d, &ended, sink));
    return TC_SUCCESS;
}

TC_STATUS tc_derive_logon(tc_deriver *d, const tc_observation *o, tc_slice heap,
                          const tc_derived_sink *sink)
{
    if (o->kind == TC_OBS_WEB_LANDING) return decided(d, o, heap, true, sink);
    if (o->kind == TC_OBS_WEB_REFUSED) return decided(d, o, heap, false, sink);
    tc_logons_wait(d->logons, o, heap);
    return TC_SUCCESS;
}
