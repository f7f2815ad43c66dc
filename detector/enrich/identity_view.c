/* What can be asked about an entity and about the table. */
#include "detector/enrich/identity_state.h"

/* As tc_identity_group, but nothing changes. */
static uint32_t group_of(const tc_identity *t, tc_entity entity)
{
    if (!tc_identity_is_live(t, entity)) return 0;
    return tc_identity_view(t, tc_identity_leader(t, entity)).group;
}

/* -- what is kept with it ------------------------------------------------------------------- */

void tc_identity_raise(tc_identity *t, tc_entity root, tc_rank rank)
{
    uint32_t group = group_of(t, root);
    if (group != 0) tc_identity_group_raise(t, group, rank);
}

tc_rank tc_identity_rank(const tc_identity *t, tc_entity root)
{
    uint32_t group = group_of(t, root);
    return group ? (tc_rank)tc_identity_cluster(t, group)->rank : TC_RANK_NEW;
}

void tc_identity_set_value(tc_identity *t, tc_entity root, uint32_t value)
{
    uint32_t group = group_of(t, root);
    if (group != 0) tc_identity_cluster(t, group)->value = value;
}

uint32_t tc_identity_value(const tc_identity *t, tc_entity root)
{
    uint32_t group = group_of(t, root);
    return group ? tc_identity_cluster(t, group)->value : 0;
}

uint32_t tc_identity_absorbed_value(const tc_identity *t)
{
    return t->absorbed_value;
}

uint64_t tc_identity_key(const tc_identity *t, tc_entity root)
{
    uint32_t group = group_of(t, root);
    return group ? tc_content_hash(tc_identity_text(t, group)) : 0;
}

/* -- names ---------------------------------------------------------------------------------- */

static bool is_address(const tc_identity *t, uint32_t name)
{
    return tc_identity_record(t, name)->form == TC_NAME_SMTP;
}

/* The eldest address tied to the group; 0 if none. */
static uint32_t tied_address(const tc_identity *t, const identity_cluster *lead)
{
    uint32_t best = 0;
    for (uint32_t i = lead->first_tied; i != 0;) {
        identity_view tied = tc_identity_view(t, i);
        if (is_address(t, tied.best) && (best == 0 || tc_identity_is_elder(t, tied.best, best)))
            best = tied.best;
        i = tied.next_tied;
    }
    return best;
}

tc_slice tc_identity_label(tc_identity *t, tc_entity entity)
{
    uint32_t leader = tc_identity_root(t, entity);
    if (leader == 0) return TC_EMPTY_SLICE;
    const identity_cluster *lead = tc_identity_cluster(t, leader);
    uint32_t address = is_address(t, lead->best) ? 0 : tied_address(t, lead);
    return tc_identity_text(t, address ? address : lead->best);
}

bool tc_identity_joined(const tc_identity *t, tc_entity entity, bool *ret_assumed)
{
    bool account = false, address = false;
    *ret_assumed = false;
    uint32_t leader = group_of(t, entity);
    if (leader == 0) return false;
    uint32_t next = tc_identity_cluster(t, leader)->first_tied;
    for (uint32_t i = leader; i != 0; i = next) {
        identity_view c = tc_identity_view(t, i);
        bool has_account = c.account != 0, has_address = is_address(t, c.best);
        if (has_account && has_address) return true;
        account |= has_account;
        address |= has_address;
        if (i != leader) next = c.next_tied;
    }
    *ret_assumed = account && address;
    return *ret_assumed;
}

static bool lies_in(tc_slice address, tc_slice domain)
{
    size_t at = tc_slice_find(address, '@');
    if (at == TC_NPOS || domain.len == 0) return at != TC_NPOS;
    if (address.len - at <= domain.len || !tc_slice_ends_ascii(address, domain)) return false;
    uint8_t before = address.ptr[address.len - domain.len - 1];
    return before == '@' || before == '.';
}

size_t tc_identity_addresses(const tc_identity *t, tc_slice domain)
{
    size_t count = 0;
    for (uint32_t name = 1; name < t->names.count; name++)
        if (tc_identity_is_live(t, name)) count += lies_in(tc_identity_text(t, name), domain);
    return count;
}

/* -- room ----------------------------------------------------------------------------------- */

size_t tc_identity_count(const tc_identity *t)
{
    return t->name_count;
}

size_t tc_identity_bytes(const tc_identity *t)
{
    return t->budget.bytes;
}

uint64_t tc_identity_evicted(const tc_identity *t, tc_rank rank)
{
    return t->evicted[rank];
}

uint64_t tc_identity_refused(const tc_identity *t)
{
    return t->refused;
}

uint64_t tc_identity_conflicts(const tc_identity *t)
{
    return t->conflicts;
}

void tc_identity_bounds(const tc_identity *t, tc_bounds *bounds)
{
    uint64_t known = 0, most = t->options.max_entities;
    for (unsigned rank = TC_RANK_KNOWN; rank < TC_RANK_COUNT; rank++)
        known += t->evicted[rank];
    tc_bounds_add(bounds, "names of mailboxes seen on one day", most, t->evicted[TC_RANK_NEW],
                  TC_BLINDS_ALL);
    tc_bounds_add(bounds, "names of mailboxes known for days", most, known, TC_BLINDS_ALL);
    tc_bounds_add(bounds, "names of mailboxes without room", most, t->refused, TC_BLINDS_ALL);
}
