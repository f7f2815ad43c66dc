/* People whose mailboxes weigh more: the site names them, and names move as logs tell more of them. */
#include "detector/correlate/incident_state.h"

static uint64_t digest_of(const tc_incidents *all, tc_slice name)
{
    const tc_incident_options *o = &all->options;
    uint32_t entity = o->entity ? o->entity(o->context, name) : 0;
    return tc_incident_mailbox_digest(all, entity, name);
}

void tc_incident_mark_vips(const tc_incidents *all, tc_incident *in)
{
    for (size_t i = 0; i < all->options.vip_count; i++) {
        tc_victim *v = tc_incident_find_victim(in, digest_of(all, all->options.vips[i]));
        if (v != NULL) v->vip = true;
    }
}

bool tc_incident_has_vip(const tc_incidents *all, const tc_incident *in)
{
    for (size_t i = 0; i < all->options.vip_count; i++)
        if (tc_incident_find_victim(in, digest_of(all, all->options.vips[i])) != NULL) return true;
    return false;
}
