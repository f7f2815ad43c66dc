/* Keys that lead to an incident besides its members: actors, languages, networks. */
#include "detector/incident/incident_state.h"

enum { MOST_AT_LEAST = 20, MOST_PERCENT = 5 };

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

size_t tc_incident_most(const tc_incidents *all)
{
    size_t known = all->options.mailboxes ? all->options.mailboxes(all->options.context) : 0;
    return TC_MAX(known / 100 * MOST_PERCENT, (size_t)MOST_AT_LEAST);
}

bool tc_incident_is_common(const tc_incidents *all, uint64_t digest)
{
    return digest && (tc_commons_has(&all->commons, digest) ||
                      tc_commons_is_crowded(&all->commons, digest, tc_incident_most(all)));
}

bool tc_incident_is_place(const tc_incidents *all, const uint64_t digests[TC_ACCESS_TRAITS])
{
    return tc_commons_place(&all->commons, digests[TC_ACCESS_SITE]) == TC_SETTLED_SURE;
}

/* By what strangers share (derive_campaign.c). */
uint64_t tc_incident_campaign_key(const tc_incidents *all, uint64_t campaign)
{
    return campaign ? tc_incident_digest_of_two(all, 'c', campaign, 0) : 0;
}

uint64_t tc_incident_language_key(const tc_incidents *all, tc_slice language)
{
    return tc_incident_digest(all, 'l', 0, language);
}

uint64_t tc_incident_actor_key(const tc_incidents *all, tc_slice actor)
{
    const tc_incident_options *o = &all->options;
    uint32_t entity = o->entity ? o->entity(o->context, actor) : 0;
    return entity ? tc_incident_digest(all, 'a', entity, TC_EMPTY_SLICE)
                  : tc_incident_digest(all, 'a', 0, actor);
}

uint64_t tc_incident_told_key(const tc_incidents *all, const tc_rule *rule, char kind,
                              uint64_t about)
{
    uint64_t name = tc_incident_digest(all, 'r', 0, rule->id.len ? rule->id : rule->title);
    uint64_t made_by = tc_incident_digest_of_two(all, 'r', name, rule->fingerprint);
    return tc_incident_digest_of_two(all, kind, made_by, about);
}

void tc_incident_unite_keys(tc_incidents *all, const tc_incident *in, uint32_t root,
                            uint32_t absorbed)
{
    uint64_t to = tc_incident_mailbox_digest(all, root, TC_EMPTY_SLICE);
    uint64_t from = tc_incident_mailbox_digest(all, absorbed, TC_EMPTY_SLICE);
    tc_recalls_rename(&all->keys, tc_incident_digest(all, 'a', absorbed, TC_EMPTY_SLICE),
                      tc_incident_digest(all, 'a', root, TC_EMPTY_SLICE));
    for (size_t i = 0; in != NULL && i < in->rule_count; i++)
        tc_recalls_rename(&all->told, tc_incident_told_key(all, in->rules[i], 't', from),
                          tc_incident_told_key(all, in->rules[i], 't', to));
    for (size_t i = 0; in != NULL && i < in->members.origin_count; i++) {
        tc_origin *o = &in->members.origins[i];
        uint64_t address = o->digests[TC_ACCESS_ADDRESS];
        uint64_t before = tc_incident_digest_of_two(all, 'p', from, address);
        uint64_t after = tc_incident_digest_of_two(all, 'p', to, address);
        if (tc_recalls_rename(&all->pairs, before, after) && o->mailboxes > 1) o->mailboxes--;
    }
}

uint64_t tc_incident_block_key(const tc_incidents *all, const tc_access *a)
{
    uint64_t site = a->digests[TC_ACCESS_SITE];
    bool nobodys = site == 0 || tc_incident_is_common(all, site) ||
                   tc_incident_is_common(all, a->digests[TC_ACCESS_NETWORK]);
    return nobodys ? 0 : tc_incident_digest_of_two(all, 'b', site, 0);
}
