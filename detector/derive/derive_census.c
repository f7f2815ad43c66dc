/* How many accounts are active, mailboxes seen, and joined by their names. */
#include "detector/derive/derive_state.h"
#include "detector/derive/place.h"

void tc_derive_active(tc_deriver *d, tc_person *p)
{
    if (p->active) return;
    p->active = true;
    d->active_accounts++;
}

void tc_derive_count_joined(tc_deriver *d, tc_person *p)
{
    bool assumed;
    if (!p->counted && (p->webmail || p->mail)) {
        p->counted = true;
        d->seen++;
    }
    if (p->joined || !p->counted) return;
    /* Who logs on by mail address needs no second name. */
    if (!(p->webmail && p->mail) && !tc_identity_joined(d->identity, p->entity, &assumed)) return;
    p->joined = true;
    d->joined++;
}

void tc_derive_uncount(tc_deriver *d, const tc_person *p)
{
    d->active_accounts -= p->active;
    d->seen -= p->counted;
    d->joined -= p->joined;
}

void tc_derive_recount(tc_deriver *d)
{
    d->active_accounts = d->seen = d->joined = d->speakers = d->wave.changers = 0;
    for (size_t i = 0; i < d->use_count; i++)
        d->uses[i].mailboxes = 0;
    for (uint32_t number = 1; number <= tc_people_last(d->people); number++) {
        tc_person *p = tc_people_numbered(d->people, number);
        if (p == NULL) continue;
        d->active_accounts += p->active;
        d->seen += p->counted;
        d->joined += p->joined;
        d->wave.changers += p->changes != 0;
        tc_derive_vocabulary_add(d, p);
    }
}

void tc_deriver_joined(const tc_deriver *d, uint64_t *ret_seen, uint64_t *ret_joined)
{
    *ret_seen = d->seen;
    *ret_joined = d->joined;
}

uint32_t tc_deriver_agent_users(const tc_deriver *d, tc_slice agent)
{
    return tc_habits_of(d->habits, TC_TRAIT_AGENT, tc_content_hash(agent));
}

uint32_t tc_deriver_network_users(const tc_deriver *d, tc_ip ip, bool *ret_crowd)
{
    uint64_t network = tc_place_network(ip);
    *ret_crowd = tc_habits_of(d->habits, TC_HABIT_CROWD, network) != 0;
    return tc_habits_of(d->habits, TC_TRAIT_NETWORK, network);
}
