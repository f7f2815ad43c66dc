/* Events that the parts of the deriver make, and what several of them set. */
#include "detector/derive/derive_state.h"

tc_overlay *tc_derive_overlay(tc_deriver *d)
{
    tc_overlay_clear(&d->overlay);
    return &d->overlay;
}

/* Whole numbers, nearly all of them, in all their digits and without printf's detour by doubles. */
static tc_slice number_text(double number, char text[static 32])
{
    if (number < 0 || number >= 1e15 || number != (double)(uint64_t)number) {
        snprintf(text, 32, "%.6g", number);
        return tc_slice_of(text);
    }
    uint64_t rest = (uint64_t)number;
    size_t at = 32;
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    return tc_slice_make(text + at, 32 - at);
}

void tc_derive_number(tc_deriver *d, tc_field field, double number)
{
    char text[32];
    tc_slice copy = TC_EMPTY_SLICE;
    if (tc_arena_copy(d->arena, number_text(number, text), &copy))
        tc_overlay_set_number(&d->overlay, field, copy);
}

tc_evidence tc_derive_evidence(const tc_observation *o, tc_slice heap)
{
    return (tc_evidence){o->order, o->at, tc_observation_text(o, heap, TC_OBS_TEXT_RAW)};
}

TC_STATUS tc_derive_emit(tc_deriver *d, const tc_schema *schema, const tc_order *order,
                         const tc_evidence *evidence, const tc_subject *subject,
                         const tc_derived_sink *sink)
{
    tc_event event = {.schema = schema,
                      .time = evidence->order.time,
                      .raw = evidence->text,
                      .overlay = &d->overlay,
                      .arena = d->arena};
    tc_derived derived = {&event, order ? *order : d->last, evidence, subject};
    if (order == NULL) derived.order.sub = ++d->emitted;
    event.time = derived.order.time;
    tc_status status = sink->event(sink->context, &derived);
    tc_arena_reset(d->arena);
    return status;
}

void tc_derive_set_source(tc_overlay *v, const tc_novelty *n)
{
    tc_overlay_set_bool(v, TC_FIELD_SOURCE_STRANGER, n->stranger);
    tc_overlay_set_bool(v, TC_FIELD_SOURCE_PLACE, n->place);
    tc_overlay_set_bool(v, TC_FIELD_AGENT_NOVEL, n->new_agent);
}

void tc_derive_web_common(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_entity entity,
                          tc_slice action, tc_subject *subject)
{
    tc_overlay *v = tc_derive_overlay(d);
    subject->mailbox = tc_identity_label(d->identity, entity);
    subject->entity = entity;
    subject->newcomer = entity == 0 || tc_identity_rank(d->identity, entity) == TC_RANK_NEW;
    subject->user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    subject->agent = tc_observation_text(o, heap, TC_OBS_TEXT_AGENT);
    subject->host = tc_observation_text(o, heap, TC_OBS_TEXT_HOST);
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, action);
    if (subject->mailbox.len) tc_overlay_set_text(v, TC_FIELD_MAILBOX, subject->mailbox);
    if (subject->user.len) tc_overlay_set_text(v, TC_FIELD_USER_NAME, subject->user);
    if (subject->agent.len) tc_overlay_set_text(v, TC_FIELD_USER_AGENT, subject->agent);
    if (subject->host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, subject->host);
    tc_slice protocol = tc_observation_text(o, heap, TC_OBS_TEXT_PROTOCOL);
    if (protocol.len) tc_overlay_set_text(v, TC_FIELD_PROTOCOL, protocol);
    tc_derive_source(d, o, heap, subject);
}
