#include "detector/pipeline/ordered_hit.h"

#define REFUSED 400 /* HTTP status from which on a request was not served */

/* Its one name; as it is written where nobody knows it. */
static tc_slice name_of(tc_identity *identity, tc_slice written)
{
    tc_entity entity = tc_identity_find(identity, written);
    tc_slice label = entity ? tc_identity_label(identity, entity) : TC_EMPTY_SLICE;
    return label.len ? label : written;
}

/* A server that has carried out what was asked of a mailbox knows that there is one. */
static tc_slice mailbox_of(tc_identity *identity, const tc_observation *hit, tc_slice written)
{
    if (hit->flags & TC_OBS_FLAG_VOUCHED) {
        tc_entity entity = tc_identity_of(identity, written);
        if (entity) tc_identity_raise(identity, entity, TC_RANK_OLD);
    }
    return name_of(identity, written);
}

typedef tc_slice (*naming)(tc_identity *identity, const tc_observation *hit, tc_slice written);

static tc_slice known_mailbox(tc_identity *identity, const tc_observation *hit, tc_slice written)
{
    (void)hit;
    return name_of(identity, written);
}

static void take_acting(tc_identity *identity, const tc_observation *hit, tc_slice heap,
                        naming mailbox, tc_subject *ret)
{
    tc_slice target = tc_observation_text(hit, heap, TC_OBS_TEXT_TARGET);
    tc_slice called = tc_observation_text(hit, heap, TC_OBS_TEXT_CLIENT);
    tc_slice known = name_of(identity, ret->user);
    /* A SID that nobody knows says less than the name beside it. */
    bool spoken = tc_slice_equal(known, ret->user) && called.len > 0;
    ret->actor = spoken ? called : known;
    ret->target = ret->mailbox = mailbox(identity, hit, target);
}

static void take_subject(tc_identity *identity, const tc_observation *hit, tc_slice heap,
                         naming mailbox, tc_subject *ret)
{
    *ret = (tc_subject){.user = tc_observation_text(hit, heap, TC_OBS_TEXT_USER),
                        .agent = tc_observation_text(hit, heap, TC_OBS_TEXT_AGENT),
                        .host = tc_observation_text(hit, heap, TC_OBS_TEXT_HOST),
                        .country = tc_slice_of(hit->country),
                        .as_org = {heap.ptr + hit->as_org.offset, hit->as_org.length},
                        .asn = hit->asn,
                        .ip = hit->ip,
                        .remote = hit->address_class == TC_ADDRESS_REMOTE};
    if (hit->flags & TC_OBS_FLAG_ACTS) {
        take_acting(identity, hit, heap, mailbox, ret);
        return;
    }
    /* What the rule found was done from there, whether or not the owner was there before. */
    ret->novel = ret->remote;
    if (hit->status < REFUSED)
        ret->mailbox = tc_identity_label(identity, tc_identity_find(identity, ret->user));
}

void tc_hit_subject(tc_identity *identity, const tc_observation *hit, tc_slice heap,
                    tc_subject *ret)
{
    take_subject(identity, hit, heap, mailbox_of, ret);
}

void tc_hit_subject_early(tc_identity *identity, const tc_observation *hit, tc_slice heap,
                          tc_subject *ret)
{
    take_subject(identity, hit, heap, known_mailbox, ret);
}

tc_subject tc_hit_resolve(tc_identity *identity, const tc_subject *subject)
{
    tc_subject copy = *subject;
    if (copy.mailbox.len) copy.entity = tc_identity_find(identity, copy.mailbox);
    copy.newcomer = copy.mailbox.len &&
                    (copy.entity == 0 || tc_identity_rank(identity, copy.entity) == TC_RANK_NEW);
    return copy;
}

void tc_hit_captures(tc_identity *identity, const tc_rule *rule, const tc_subject *subject,
                     tc_capture *captures)
{
    for (size_t i = 0; i < rule->capture_count; i++) {
        tc_field field = rule->capture_fields[i];
        if (!captures[i].present) continue;
        if (field == TC_FIELD_ACTOR && subject->actor.len)
            captures[i].text = subject->actor;
        else if (field == TC_FIELD_MAILBOX || field == TC_FIELD_TARGET || field == TC_FIELD_ACTOR ||
                 field == TC_FIELD_EMAIL_FROM)
            captures[i].text = name_of(identity, captures[i].text);
    }
}

tc_slice tc_hit_entity(const tc_subject *s, char ip[TC_IP_TEXT])
{
    if (s->mailbox.len) return s->mailbox;
    if (s->actor.len) return s->actor;
    if (s->user.len) return s->user;
    if (!tc_ip_is_zero(s->ip)) return tc_slice_of(tc_ip_format(s->ip, ip));
    return s->host;
}

void tc_hit_withhold(tc_deriver *deriver, const tc_finding *f)
{
    if (f->rule->level < TC_LEVEL_MEDIUM) return;
    for (size_t i = 0; i < f->subject_count; i++)
        tc_deriver_found(deriver, f->subjects[i].entity, f->order.time);
}
