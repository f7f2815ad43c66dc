/* Which incident a number means, and in which one a mailbox or source is at home. */
#include "detector/incident/incident_state.h"

tc_incident *tc_incident_of_number(const tc_incidents *all, uint32_t number)
{
    if (number == 0) return NULL;
    uint32_t last = number;
    while (all->elders[last - 1])
        last = all->elders[last - 1];
    /* The next one to ask need not walk the chain again. */
    while (all->elders[number - 1]) {
        uint32_t next = all->elders[number - 1];
        all->elders[number - 1] = last;
        number = next;
    }
    return all->list[last - 1];
}

tc_incident *tc_incident_home(const tc_incidents *all, uint64_t digest)
{
    return tc_incident_of_number(all, tc_keymap_get(&all->homes, digest) & ~TC_HOME_SEVERAL);
}

bool tc_incident_settle(tc_incidents *all, const tc_incident *in, uint64_t digest)
{
    uint32_t before = tc_keymap_get(&all->homes, digest), number = in->number;
    const tc_incident *other = tc_incident_of_number(all, before & ~TC_HOME_SEVERAL);
    if (other != NULL && other != in) {
        bool stays = other->level > in->level && tc_incident_is_open(all, other, all->newest);
        number = (stays ? other->number : number) | TC_HOME_SEVERAL;
    }
    number |= before & TC_HOME_SEVERAL;
    return !tc_incident_lacks(all, tc_keymap_put(&all->homes, digest, number));
}

static bool has(const tc_incident *in, uint64_t digest)
{
    return tc_keymap_get(&in->members.victim_at, digest) ||
           tc_keymap_get(&in->members.origin_at, digest);
}

void tc_incident_leave_home(tc_incidents *all, const tc_incident *a, const tc_incident *b,
                            uint64_t digest)
{
    uint32_t number = tc_keymap_get(&all->homes, digest);
    const tc_incident *home = tc_incident_home(all, digest), *next = NULL;
    if (home != a && home != b) return;
    for (size_t i = 0; number & TC_HOME_SEVERAL && i < all->living; i++) {
        const tc_incident *in = all->alive[i];
        if (in == a || in == b || !has(in, digest)) continue;
        if (next == NULL || in->number > next->number) next = in;
    }
    if (next == NULL)
        tc_keymap_remove(&all->homes, digest);
    else /* it is there, so there is room */
        TC_ASSERT(!tc_failed(tc_keymap_put(&all->homes, digest, next->number | TC_HOME_SEVERAL)));
}

/* -- numbers without gaps -------------------------------------------------------------------- */

/* In order of opening, as the numbers were. */
static void give_numbers(const tc_incidents *all, bool new_ones)
{
    uint32_t number = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i] != NULL) all->list[i]->number = new_ones ? ++number : (uint32_t)i + 1;
}

static TC_STATUS add_home(const tc_incidents *all, tc_keymap *homes, const tc_incident *in,
                          uint64_t digest)
{
    uint32_t several = tc_keymap_get(&all->homes, digest) & TC_HOME_SEVERAL;
    if (tc_incident_home(all, digest) != in) return TC_SUCCESS;
    return tc_keymap_put(homes, digest, in->number | several);
}

static TC_STATUS move_homes(const tc_incidents *all, tc_keymap *homes)
{
    for (size_t i = 0; i < all->living; i++) {
        const tc_incident *in = all->alive[i];
        const tc_incident_members *m = &in->members;
        for (size_t k = 0; k < m->victim_count; k++)
            TC_TRY(add_home(all, homes, in, m->victims[k].digest));
        for (size_t k = 0; k < m->origin_count; k++)
            TC_TRY(add_home(all, homes, in, m->origins[k].digests[TC_ACCESS_ADDRESS]));
    }
    return TC_SUCCESS;
}

static void renumber_recalls(const tc_incidents *all, const tc_recalls *recalls)
{
    for (size_t i = 0; i < recalls->count; i++) {
        const tc_incident *in = tc_incident_of_number(all, recalls->items[i].incident);
        recalls->items[i].incident = in ? in->number : 0;
    }
}

TC_STATUS tc_incident_renumber(tc_incidents *all)
{
    tc_keymap homes;
    size_t living = 0;
    tc_keymap_init(&homes, 0);
    give_numbers(all, true);
    tc_status status = move_homes(all, &homes);
    if (tc_failed(status)) {
        give_numbers(all, false);
        tc_keymap_done(&homes);
        return status;
    }
    tc_keymap_done(&all->homes);
    all->homes = homes;
    renumber_recalls(all, &all->keys);
    renumber_recalls(all, &all->told);
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i] != NULL) all->list[living++] = all->list[i];
    all->count = living;
    for (size_t i = 0; i < living; i++)
        all->elders[i] = 0;
    return TC_SUCCESS;
}
