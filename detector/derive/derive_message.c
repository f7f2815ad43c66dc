/* System messages and the languages that mailboxes and the organisation speak. */
#include "detector/derive/derive_state.h"

#include "detector/enrich/language.h"
#include "parsers/base/hash.h"

static void remember_message(tc_deriver *d, uint64_t hash, tc_time now)
{
    recent_message *r = &d->recent[d->recent_at];
    if (d->recent_count == RECENT_MESSAGES) {
        tc_keymap_remove(&d->recent_index, r->hash);
        d->recent_given_up += tc_time_add(r->time, MESSAGE_LOGGED_AGAIN) > now;
    } else {
        d->recent_count++;
    }
    *r = (recent_message){hash, now};
    d->recent_at = (d->recent_at + 1) % RECENT_MESSAGES;
    /* Without memory for it the message may count twice, which is better than not at all. */
    d->recent_given_up += tc_failed(tc_keymap_put(&d->recent_index, hash, 1));
}

static uint64_t message_hash(const tc_person *p, tc_slice message_id)
{
    return tc_content_hash_add(p->key, message_id);
}

static bool is_remembered(const tc_deriver *d, const tc_person *p, tc_slice message_id)
{
    return message_id.len != 0 && tc_keymap_get(&d->recent_index, message_hash(p, message_id)) != 0;
}

/* One message is logged many times, on several servers: the first sight counts. */
static bool seen_before(tc_deriver *d, const tc_person *p, tc_slice message_id, tc_time now)
{
    if (is_remembered(d, p, message_id)) return true;
    if (message_id.len != 0) remember_message(d, message_hash(p, message_id), now);
    return false;
}

/* Nothing in the row proves who wrote the message: anybody can send one in the name of one of ours,
 * and could so make a mailbox speak every language, or a language our own. Such a row is often the
 * delivery of a message whose submission has proved it; else it is told, not judged. */
static void note_unproven(tc_deriver *d, const tc_observation *o, tc_slice heap)
{
    tc_entity entity = tc_derive_entity_known(d, tc_observation_text(o, heap, TC_OBS_TEXT_MAILBOX));
    const tc_person *p = tc_people_find(d->people, entity);
    d->coverage.unvouched_messages++;
    if (p == NULL || !p->vouched) return;
    if (!is_remembered(d, p, tc_observation_text(o, heap, TC_OBS_TEXT_MESSAGE_ID)))
        d->coverage.unproven_messages++;
}

/* The mailbox of ours that wrote it: only one of ours submits. */
static tc_person *writer_of(tc_deriver *d, const tc_observation *o, tc_slice heap)
{
    tc_slice written = tc_observation_text(o, heap, TC_OBS_TEXT_MAILBOX);
    tc_person *p = tc_people_of(d->people, tc_derive_entity(d, written));
    if (p != NULL) tc_people_vouch(d->people, p);
    return p;
}

static void set_weight(tc_overlay *v, uint8_t percent)
{
    if (percent >= 100)
        tc_overlay_set_number(v, TC_FIELD_WEIGHT, TC_LIT("1"));
    else if (percent > 0)
        tc_overlay_set_number(v, TC_FIELD_WEIGHT, TC_LIT("0.2"));
    else
        tc_overlay_set_number(v, TC_FIELD_WEIGHT, TC_LIT("0"));
}

static tc_slice script_text(uint8_t script)
{
    bool named = script < TC_SCRIPT_COUNT && script != TC_SCRIPT_NONE && script != TC_SCRIPT_OTHER;
    return named ? tc_slice_of(tc_script_name((tc_script)script)) : TC_EMPTY_SLICE;
}

static TC_STATUS message_event(tc_deriver *d, const tc_observation *o, tc_slice heap,
                               const tc_person *p, uint8_t language, const tc_derived_sink *sink)
{
    tc_overlay *v = tc_derive_overlay(d);
    tc_slice kind = tc_observation_text(o, heap, TC_OBS_TEXT_EXTRA);
    tc_slice client = tc_observation_text(o, heap, TC_OBS_TEXT_CLIENT);
    tc_slice host = tc_observation_text(o, heap, TC_OBS_TEXT_HOST);
    tc_slice script = script_text(o->script);
    tc_subject subject = {.mailbox = tc_identity_label(d->identity, p->entity),
                          .entity = p->entity,
                          .host = host,
                          .language = tc_observation_text(o, heap, TC_OBS_TEXT_VALUE)};
    subject.previous = tc_derive_language_usual(d, p);
    subject.novel = tc_derive_accessed(d, p, o->order.time);
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, TC_LIT("system_message"));
    tc_overlay_set_text(v, TC_FIELD_MAILBOX, subject.mailbox);
    tc_overlay_set_text(v, TC_FIELD_LANGUAGE, subject.language);
    if (kind.len) tc_overlay_set_text(v, TC_FIELD_KIND, kind);
    if (client.len) tc_overlay_set_text(v, TC_FIELD_CLIENT_TYPE, client);
    if (host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, host);
    if (script.len) tc_overlay_set_text(v, TC_FIELD_LANGUAGE_SCRIPT, script);
    set_weight(v, o->weight_percent);
    tc_derive_language_history(d, p, language, o->order.time);
    if (o->weight_percent >= 100) tc_derive_language_change(d, p, language);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->message, NULL, &evidence, &subject, sink);
}

TC_STATUS tc_derive_message(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink)
{
    if (d->coverage.first_message == TC_TIME_NONE) d->coverage.first_message = o->order.time;
    d->coverage.last_message = TC_MAX(d->coverage.last_message, o->order.time);
    if ((o->flags & TC_OBS_FLAG_VOUCHED) == 0) {
        note_unproven(d, o, heap);
        return TC_SUCCESS;
    }
    tc_person *p = writer_of(d, o, heap);
    if (p == NULL) return TC_SUCCESS;
    if (seen_before(d, p, tc_observation_text(o, heap, TC_OBS_TEXT_MESSAGE_ID), o->order.time))
        return TC_SUCCESS;
    d->coverage.system_messages++;
    p->mail = true;
    tc_people_seen(d->people, p, o->order.time);
    tc_derive_active(d, p);
    tc_derive_count_joined(d, p);
    tc_slice language = tc_observation_text(o, heap, TC_OBS_TEXT_VALUE);
    if (language.len == 0) {
        if (o->flags & TC_OBS_FLAG_GARBLED)
            d->coverage.garbled_messages++;
        else if (o->script == TC_SCRIPT_NONE)
            d->coverage.blank_subjects++;
        else
            d->coverage.unreadable_messages++;
        return TC_SUCCESS;
    }
    uint8_t number = tc_derive_language_of(d, language);
    tc_status status = message_event(d, o, heap, p, number, sink);
    bool intrudes =
        o->weight_percent >= 100 && tc_derive_language_intrudes(d, p, number, false) == TC_INTRUDES;
    /* Learned after it was judged: the past only. Delivery reports speak of the sender they answer.
     */
    if (number == 0 || o->weight_percent == 0) return status;
    p->messages++;
    tc_derive_language_use(d, p, number, o->order.time);
    if (o->weight_percent >= 100) tc_derive_language_note(p, number);
    if (!intrudes || tc_failed(status)) return status;
    return tc_derive_campaign_language(d, p, TC_CAMPAIGN_LANGUAGE, number, TC_INTRUDES, sink);
}
