/* People whose mailboxes weigh more: the site names them, and names move as logs tell more of them.
 */
#include "detector/incident/incident_state.h"

static uint64_t digest_of(const tc_incidents *all, tc_slice name)
{
    const tc_incident_options *o = &all->options;
    uint32_t entity = o->entity ? o->entity(o->context, name) : 0;
    return tc_incident_mailbox_digest(all, entity, name);
}

/* The place of the i-th of them among the victims, from 1; 0: it is none. */
static uint32_t place_of(const tc_incidents *all, const tc_incident *in, size_t i)
{
    return tc_keymap_get(&in->members.victim_at, digest_of(all, all->options.vips[i]));
}

void tc_incident_mark_vips(const tc_incidents *all, tc_incident *in)
{
    for (size_t i = 0; i < all->options.vip_count; i++) {
        uint32_t place = place_of(all, in, i);
        if (place != 0) in->members.victims[place - 1].vip = true;
    }
}

bool tc_incident_has_vip(const tc_incidents *all, const tc_incident *in)
{
    for (size_t i = 0; i < all->options.vip_count; i++)
        if (place_of(all, in, i) != 0) return true;
    return false;
}
