/* Strangers that share an agent, a network or a system, told when they are likelier a campaign than
 * chance. The score is campaign_score's; how high it must be is for the rules to say. */
#include "detector/derive/derive_state.h"

/* Nothing is told below even odds. */
#define TOLD_FROM 0

static const char *const key_names[] = {
    [TC_STRANGER_AGENT] = "agent", [TC_STRANGER_ASN] = "as", [TC_STRANGER_NETWORK] = "network"};

static uint64_t campaign_of(tc_stranger_key which, uint64_t key)
{
    uint64_t kind = tc_content_hash(tc_slice_of(key_names[which]));
    return tc_content_hash_add(kind, tc_slice_make((const uint8_t *)&key, sizeof(key)));
}

/* Mailboxes that turned to that language, in halves. */
static uint32_t speakers_of(const tc_campaign *c, uint8_t language)
{
    uint32_t halves = 0;
    for (size_t i = 0; i < c->count; i++) {
        const tc_stranger *it = c->members[i];
        bool counts = it->language == language;
        for (size_t k = 0; k < i && counts; k++)
            counts = c->members[k]->language != language ||
                     c->members[k]->keys[TC_STRANGER_MAILBOX] != it->keys[TC_STRANGER_MAILBOX];
        if (counts) halves += it->speaks;
    }
    return halves;
}

/* Those of the language that most of them turned to. */
static double speakers_most(const tc_campaign *c)
{
    uint32_t most = 0;
    bool seen[UINT8_MAX + 1] = {true};
    for (size_t i = 0; i < c->count; i++) {
        uint8_t language = c->members[i]->language;
        if (seen[language]) continue;
        seen[language] = true;
        most = TC_MAX(most, speakers_of(c, language));
    }
    return most / 2.0;
}

static void set_figures(tc_deriver *d, const tc_campaign *c, tc_stranger_key which)
{
    tc_overlay *v = &d->overlay;
    tc_overlay_set_text(v, TC_FIELD_METRIC, TC_LIT("campaign"));
    tc_overlay_set_text(v, TC_FIELD_CAMPAIGN_KEY, tc_slice_of(key_names[which]));
    tc_derive_number(d, TC_FIELD_CAMPAIGN_SCORE, (double)c->score / TC_CAMPAIGN_BIT);
    tc_derive_number(d, TC_FIELD_CAMPAIGN_MAILBOXES, c->mailboxes);
    tc_derive_number(d, TC_FIELD_CAMPAIGN_AGENTS, c->agents);
    tc_derive_number(d, TC_FIELD_CAMPAIGN_ADDRESSES, c->addresses);
    tc_derive_number(d, TC_FIELD_CAMPAIGN_NETWORKS, c->networks);
    tc_derive_number(d, TC_FIELD_CAMPAIGN_SYSTEMS, c->systems);
    tc_derive_number(d, TC_FIELD_CAMPAIGN_DAYS, c->days);
    tc_derive_number(d, TC_FIELD_CAMPAIGN_EVIDENCE, __builtin_popcount(c->evidence));
    tc_derive_number(d, TC_FIELD_CAMPAIGN_SPEAKERS, speakers_most(c));
}

static TC_STATUS tell_member(tc_deriver *d, const tc_campaign *c, tc_stranger_key which,
                             const tc_stranger *it, const tc_derived_sink *sink)
{
    const tc_observation *o = &it->session.o;
    tc_slice heap = tc_kept_heap(&it->session);
    tc_subject subject = {0};
    char start[TC_TIME_TEXT];
    tc_derive_web_common(d, o, heap, it->entity, TC_LIT("campaign"), &subject);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_START,
                        tc_slice_of(tc_time_format(o->order.time, start)));
    set_figures(d, c, which);
    /* Of whom nothing is known any more he is called as he called himself. */
    if (it->entity == 0) subject.mailbox = subject.user;
    subject.novel = subject.new_block = subject.remote;
    subject.own = it->own;
    subject.campaign = campaign_of(which, it->keys[which]);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->baseline, NULL, &evidence, &subject, sink);
}

/* The members that were not told yet, and the present one when the score has risen. */
static TC_STATUS tell(tc_deriver *d, const tc_campaign *c, tc_stranger_key which,
                      const tc_stranger *present, const tc_derived_sink *sink)
{
    int32_t whole = c->score / TC_CAMPAIGN_BIT;
    for (size_t i = 0; i < c->count; i++) {
        tc_stranger *it = c->members[i];
        bool due = it->told == INT32_MIN || (it == present && whole > it->told);
        if (!due) continue;
        it->told = whole;
        TC_TRY(tell_member(d, c, which, it, sink));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_derive_campaign(tc_deriver *d, const tc_stranger *present, const tc_derived_sink *sink)
{
    tc_campaign c;
    for (int which = 0; which < TC_STRANGER_MAILBOX; which++) {
        if (present->keys[which] == 0) continue;
        tc_campaign_judge(d->strangers, d->habits, (tc_stranger_key)which, present->keys[which],
                          &c);
        if (c.count == 0 || c.score < TOLD_FROM * TC_CAMPAIGN_BIT) continue;
        TC_TRY(tell(d, &c, (tc_stranger_key)which, present, sink));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_derive_campaign_evidence(tc_deriver *d, const tc_person *p, uint32_t evidence,
                                      const tc_derived_sink *sink)
{
    return tc_derive_campaign_language(d, p, evidence, 0, TC_INTRUDES_NOT, sink);
}

TC_STATUS tc_derive_campaign_language(tc_deriver *d, const tc_person *p, uint32_t evidence,
                                      uint8_t language, tc_intrusion how,
                                      const tc_derived_sink *sink)
{
    bool changed = false;
    tc_strangers_expire(d->strangers, d->last.time);
    tc_stranger *youngest = tc_strangers_first(d->strangers, TC_STRANGER_MAILBOX, p->key);
    for (tc_stranger *it = youngest; it != NULL;
         it = tc_strangers_next(d->strangers, TC_STRANGER_MAILBOX, it)) {
        changed |= (it->evidence & evidence) != evidence;
        it->evidence |= evidence;
        if (how <= it->speaks) continue;
        it->language = language;
        it->speaks = (uint8_t)how;
        it->told = INT32_MIN;
        changed = true;
    }
    return changed ? tc_derive_campaign(d, youngest, sink) : TC_SUCCESS;
}
