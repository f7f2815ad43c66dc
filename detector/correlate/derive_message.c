/* System messages and the languages that mailboxes and the organisation speak (detections.md 0.2,
 * 0.13, 4.3). */
#include "detector/correlate/derive_state.h"

#include "detector/enrich/language.h"
#include "parsers/base/hash.h"

/* Nothing is called foreign before so many mailboxes have shown their language. */
#define SPEAKERS_NEEDED 10
/* A language is the organisation's own from so many mailboxes, or this share, whichever is more. */
#define OWN_MAILBOXES 3
#define OWN_SHARE 0.005

static language_use *use_of(tc_deriver *d, uint32_t language)
{
    for (size_t i = 0; i < d->use_count; i++)
        if (d->uses[i].language == language) return &d->uses[i];
    if (d->use_count == LANGUAGE_USES) return NULL;
    d->uses[d->use_count] = (language_use){language, 0, false};
    return &d->uses[d->use_count++];
}

static void move_majority(tc_deriver *d, person *p, uint32_t language)
{
    if (p->majority == language) return;
    language_use *before = p->majority ? use_of(d, p->majority) : NULL;
    language_use *after = language ? use_of(d, language) : NULL;
    if (before != NULL) before->mailboxes--;
    if (after != NULL) after->mailboxes++;
    if (p->majority == 0) d->speakers++;
    if (language == 0) d->speakers--;
    p->majority = language;
}

static uint32_t majority_of(const person *p)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < p->language_count; i++)
        if (p->languages[i].count > p->languages[best].count) best = i;
    return p->language_count ? p->languages[best].language : 0;
}

static void count_language(tc_deriver *d, person *p, uint32_t language, uint32_t times)
{
    uint32_t i = 0;
    while (i < p->language_count && p->languages[i].language != language)
        i++;
    if (i == p->language_count) {
        if (p->language_count == PERSON_LANGUAGES) return;
        p->languages[p->language_count++] = (spoken){language, 0};
    }
    p->languages[i].count += times;
    p->messages += times;
    move_majority(d, p, majority_of(p));
}

void tc_derive_language_fold(tc_deriver *d, person *into, const person *from)
{
    if (from->majority) {
        language_use *use = use_of(d, from->majority);
        if (use != NULL) use->mailboxes--;
        d->speakers--;
    }
    for (uint32_t i = 0; i < from->language_count; i++)
        count_language(d, into, from->languages[i].language, from->languages[i].count);
}

typedef enum foreignness { FOREIGN_UNKNOWN, FOREIGN_NO, FOREIGN_YES } foreignness;

/* Judged against the other mailboxes only, so that a victim does not vote for its own language. */
static foreignness judge_foreign(tc_deriver *d, const person *p, uint32_t language)
{
    const language_use *use = use_of(d, language);
    if (use == NULL) return FOREIGN_UNKNOWN;
    if (use->declared) return FOREIGN_NO;
    uint64_t others = use->mailboxes - (p != NULL && p->majority == language ? 1 : 0);
    uint64_t speakers = d->speakers - (p != NULL && p->majority != 0 ? 1 : 0);
    if (speakers < SPEAKERS_NEEDED)
        return d->options.language_count ? FOREIGN_YES : FOREIGN_UNKNOWN;
    double needed = TC_MAX((double)OWN_MAILBOXES, OWN_SHARE * (double)speakers);
    return (double)others < needed ? FOREIGN_YES : FOREIGN_NO;
}

/* One message is logged many times, on several servers: the first sight counts. */
static bool seen_before(tc_deriver *d, tc_entity entity, tc_slice message_id)
{
    if (message_id.len == 0) return false;
    uint64_t hash = tc_content_hash_add(entity, message_id);
    uint64_t *slot = NULL;
    bool created = false;
    tc_slice key = tc_slice_make(&hash, sizeof(hash));
    if (tc_map_get(d->recent_index, key) != NULL) return true;
    if (d->recent_count == RECENT_MESSAGES) {
        uint64_t oldest = d->recent[d->recent_at];
        tc_map_remove(d->recent_index, tc_slice_make(&oldest, sizeof(oldest)));
    } else {
        d->recent_count++;
    }
    d->recent[d->recent_at] = hash;
    d->recent_at = (d->recent_at + 1) % RECENT_MESSAGES;
    if (tc_failed(tc_map_put(d->recent_index, key, &slot, &created))) return false;
    return !created;
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

static tc_status message_event(tc_deriver *d, const tc_observation *o, tc_slice heap,
                               tc_slice mailbox, foreignness foreign, tc_slice before,
                               const tc_derived_sink *sink)
{
    tc_overlay *v = tc_derive_overlay(d);
    tc_slice kind = tc_observation_text(o, heap, TC_OBS_TEXT_EXTRA);
    tc_slice client = tc_observation_text(o, heap, TC_OBS_TEXT_CLIENT);
    tc_slice host = tc_observation_text(o, heap, TC_OBS_TEXT_HOST);
    tc_slice script = script_text(o->script);
    tc_subject subject = {.mailbox = mailbox,
                          .host = host,
                          .language = tc_observation_text(o, heap, TC_OBS_TEXT_VALUE),
                          .previous = before};
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, TC_LIT("system_message"));
    tc_overlay_set_text(v, TC_FIELD_MAILBOX, mailbox);
    tc_overlay_set_text(v, TC_FIELD_LANGUAGE, subject.language);
    if (kind.len) tc_overlay_set_text(v, TC_FIELD_KIND, kind);
    if (client.len) tc_overlay_set_text(v, TC_FIELD_CLIENT_TYPE, client);
    if (host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, host);
    if (script.len) tc_overlay_set_text(v, TC_FIELD_LANGUAGE_SCRIPT, script);
    if (foreign != FOREIGN_UNKNOWN)
        tc_overlay_set_bool(v, TC_FIELD_LANGUAGE_FOREIGN, foreign == FOREIGN_YES);
    set_weight(v, o->weight_percent);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->message, NULL, &evidence, &subject, sink);
}

tc_status tc_derive_message(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink)
{
    if (d->coverage.first_message == TC_TIME_NONE) d->coverage.first_message = o->order.time;
    d->coverage.last_message = TC_MAX(d->coverage.last_message, o->order.time);
    tc_entity entity = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_MAILBOX), true);
    if (entity == 0) return TC_SUCCESS;
    if (seen_before(d, entity, tc_observation_text(o, heap, TC_OBS_TEXT_MESSAGE_ID)))
        return TC_SUCCESS;
    d->coverage.system_messages++;
    person *p = tc_derive_person(d, entity);
    if (p != NULL) {
        p->mail = true;
        tc_derive_active(d, p);
    }
    tc_slice language = tc_observation_text(o, heap, TC_OBS_TEXT_VALUE);
    if (language.len == 0) {
        if (o->script == TC_SCRIPT_NONE)
            d->coverage.blank_subjects++;
        else
            d->coverage.unreadable_messages++;
        return TC_SUCCESS;
    }
    uint32_t id = tc_derive_intern(d, language);
    foreignness foreign = judge_foreign(d, p, id);
    tc_slice before = p != NULL ? tc_intern_text(d->texts, p->majority) : TC_EMPTY_SLICE;
    tc_slice mailbox = tc_identity_label(d->identity, entity);
    tc_status status = message_event(d, o, heap, mailbox, foreign, before, sink);
    /* Learned after it was judged: the past only. Client-written texts do not vote. */
    if (p != NULL && id != 0 && o->weight_percent >= 100) count_language(d, p, id, 1);
    return status;
}
