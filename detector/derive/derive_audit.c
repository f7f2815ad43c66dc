/* What the audit of mailboxes holds and leaves out, for the coverage at the end. */
#include "detector/derive/derive_state.h"

static void set(tc_person *p, unsigned bit, bool on)
{
    p->audit = (uint8_t)(on ? p->audit | bit : p->audit & ~bit);
}

static void note(tc_person *p, tc_audit_note what)
{
    switch (what) {
    case TC_AUDIT_KEPT:
        set(p, TC_PERSON_AUDITED, true);
        return;
    case TC_AUDIT_ENTERED:
        set(p, TC_PERSON_ENTERED, true);
        return;
    case TC_AUDIT_THROTTLED:
        set(p, TC_PERSON_THROTTLED, true);
        return;
    case TC_AUDIT_OFF:
    case TC_AUDIT_ON:
        set(p, TC_PERSON_AUDIT_OFF, what == TC_AUDIT_OFF);
        return;
    case TC_AUDIT_BYPASSED:
    case TC_AUDIT_HEEDED:
        set(p, TC_PERSON_BYPASSED, what == TC_AUDIT_BYPASSED);
        return;
    case TC_AUDIT_HOLDS:
    case TC_AUDIT_NOTE_COUNT:
        break;
    }
}

void tc_derive_audit(tc_deriver *d, const tc_observation *o, tc_slice heap)
{
    tc_slice mailbox = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    if (o->status >= TC_AUDIT_HOLDS && o->status < TC_AUDIT_NOTE_COUNT) {
        d->coverage.audit_types |= 1u << (o->status - TC_AUDIT_HOLDS);
    } else if (mailbox.len == 0) {
        if (o->status == TC_AUDIT_OFF) d->coverage.audit_off = true;
        if (o->status == TC_AUDIT_ON) d->coverage.audit_off = false;
    } else if (o->status < TC_AUDIT_HOLDS) {
        tc_person *p = tc_people_of(d->people, tc_derive_entity(d, mailbox));
        if (p != NULL) note(p, (tc_audit_note)o->status);
    }
}

void tc_deriver_unaudited(tc_deriver *d, tc_entity root)
{
    tc_person *p = tc_people_of(d->people, root);
    if (p != NULL) note(p, TC_AUDIT_OFF);
}

/* -- what is missing -------------------------------------------------------------------------- */

typedef struct search {
    const tc_deriver *deriver;
    tc_arena *arena;
    tc_derive_audit_facts *facts;
    bool no_memory;
} search;

/* Keeps the first in the order of names, whatever order they come in. */
static void add_name(search *s, tc_derive_audit_lack *lack, tc_slice name)
{
    size_t at = lack->name_count;
    while (at > 0 && tc_slice_compare(name, lack->names[at - 1]) < 0)
        at--;
    if (at == TC_LACK_NAMES) return;
    if (!tc_arena_copy(s->arena, name, &name)) {
        s->no_memory = true;
        return;
    }
    if (lack->name_count < TC_LACK_NAMES) lack->name_count++;
    for (size_t i = lack->name_count - 1; i > at; i--)
        lack->names[i] = lack->names[i - 1];
    lack->names[at] = name;
}

static void look_at(void *context, const tc_person *p)
{
    static const unsigned bits[TC_LACK_COUNT] = {[TC_LACK_OFF] = TC_PERSON_AUDIT_OFF,
                                                 [TC_LACK_BYPASSED] = TC_PERSON_BYPASSED,
                                                 [TC_LACK_THROTTLED] = TC_PERSON_THROTTLED,
                                                 [TC_LACK_NEVER] = TC_PERSON_ENTERED};
    search *s = context;
    s->facts->any_kept |= (p->audit & TC_PERSON_AUDITED) != 0;
    for (unsigned i = 0; i < TC_LACK_COUNT; i++) {
        if (!(p->audit & bits[i])) continue;
        if (i == TC_LACK_NEVER && (p->audit & (TC_PERSON_AUDITED | TC_PERSON_AUDIT_OFF))) continue;
        s->facts->lacks[i].mailboxes++;
        add_name(s, &s->facts->lacks[i], tc_identity_label(s->deriver->identity, p->entity));
    }
}

TC_STATUS tc_deriver_audit(const tc_deriver *d, tc_arena *arena, tc_derive_audit_facts *ret)
{
    *ret =
        (tc_derive_audit_facts){.types = d->coverage.audit_types, .all_off = d->coverage.audit_off};
    search s = {d, arena, ret, false};
    tc_people_each(d->people, look_at, &s);
    /* Where no mailbox has records, the type is missing, and not these. */
    if (!ret->any_kept) ret->lacks[TC_LACK_NEVER] = (tc_derive_audit_lack){0};
    return s.no_memory ? (tc_status){TC_ENOMEM} : TC_SUCCESS;
}
