/* Keys that lead to an incident besides its members: actors, languages, networks. */
#include "detector/correlate/incident_state.h"

tc_incident *tc_incident_of_key(const tc_incidents *all, uint64_t key)
{
    const tc_recall *r = key ? tc_recalls_find(&all->keys, key) : NULL;
    return r ? tc_incident_of_number(all, r->incident) : NULL;
}

void tc_incident_own_key(tc_incidents *all, const tc_incident *in, uint64_t key)
{
    bool created;
    if (key == 0) return;
    tc_recall *r = tc_recalls_touch(&all->keys, key, all->newcomer, TC_TIME_MAX, &created);
    if (r == NULL)
        all->status = (tc_status){TC_ENOMEM};
    else
        r->incident = in->number;
}

uint64_t tc_incident_text_key(const tc_incidents *all, char kind, tc_slice text)
{
    return tc_incident_digest(all, kind, 0, text);
}

uint64_t tc_incident_block_key(const tc_incidents *all, const tc_access *a)
{
    uint64_t site = a->digests[TC_ACCESS_SITE];
    bool nobodys = site == 0 || tc_commons_has(&all->commons, site) ||
                   tc_commons_has(&all->commons, a->digests[TC_ACCESS_NETWORK]);
    return nobodys ? 0 : tc_incident_digest_of_two(all, 'b', site, 0);
}
