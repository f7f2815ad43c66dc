/* Which names share a user part, and whom a new one is assumed to be. */
#include "detector/enrich/identity_state.h"

static identity_local *local_at(const tc_identity *t, uint32_t local)
{
    return tc_pages_at(&t->locals, local - 1);
}

static uint32_t *next_of(void *owner, uint32_t local)
{
    return &local_at(owner, local)->next;
}

static uint64_t hash_of(void *owner, uint32_t local)
{
    const identity_local *l = local_at(owner, local);
    return (uint64_t)l->hash[1] << 32 | l->hash[0];
}

void tc_identity_locals_init(tc_identity *t)
{
    tc_pages_init(&t->locals, &t->budget, sizeof(identity_local));
    tc_index_init(&t->by_local, &t->budget, (tc_index_records){t, next_of, hash_of});
}

TC_STATUS tc_identity_locals_reserve(tc_identity *t)
{
    TC_TRY(tc_pages_reserve(&t->locals, 1));
    return tc_index_reserve(&t->by_local);
}

/* -- entries -------------------------------------------------------------------------------- */

/* 64 keyed bits stand for the user part: its names come and go, so that none could show the text.
 * Where a mix-up would join two people, same_user looks at the texts. */
static uint32_t find(tc_identity *t, uint64_t hash)
{
    uint32_t local = tc_index_first(&t->by_local, hash);
    while (local != 0 && hash_of(t, local) != hash)
        local = local_at(t, local)->next;
    return local;
}

static identity_local *find_or_add(tc_identity *t, uint64_t hash)
{
    uint32_t local = find(t, hash);
    if (local != 0) return local_at(t, local);
    local = tc_pages_push(&t->locals) + 1;
    *local_at(t, local) = (identity_local){.hash = {(uint32_t)hash, (uint32_t)(hash >> 32)}};
    tc_index_put(&t->by_local, hash, local);
    return local_at(t, local);
}

/* The last entry takes the place of the one given up. */
static void drop(tc_identity *t, uint32_t local)
{
    uint32_t last = t->locals.count;
    tc_index_remove(&t->by_local, hash_of(t, local), local);
    if (local != last) {
        *local_at(t, local) = *local_at(t, last);
        tc_index_renumber(&t->by_local, hash_of(t, local), last, local);
    }
    tc_pages_cut(&t->locals, last - 1);
}

/* -- assumption ----------------------------------------------------------------------------- */

static bool same_user(const tc_identity *t, uint32_t a, uint32_t b)
{
    return tc_slice_equal(tc_identity_local(t, a), tc_identity_local(t, b));
}

/* Two ways to write one Windows domain: EXAMPLE and example.local. */
static bool same_domain(tc_slice a, tc_slice b)
{
    size_t a_end = TC_MIN(tc_slice_find(a, '.'), tc_slice_find(a, '\\'));
    size_t b_end = TC_MIN(tc_slice_find(b, '.'), tc_slice_find(b, '\\'));
    return tc_slice_equal(tc_slice_sub(a, 0, a_end), tc_slice_sub(b, 0, b_end));
}

bool tc_identity_same_account(const tc_identity *t, uint32_t a, uint32_t b)
{
    if (!same_user(t, a, b)) return false;
    if (tc_identity_record(t, a)->form != TC_NAME_NT ||
        tc_identity_record(t, b)->form != TC_NAME_NT)
        return true;
    return same_domain(tc_identity_text(t, a), tc_identity_text(t, b));
}

/* True if the group's facts leave room for the account name: no fact gives it to somebody else. */
static bool account_welcome(const tc_identity *t, uint32_t name, uint32_t leader)
{
    uint32_t account = tc_identity_cluster(t, leader)->account;
    return account == 0 || tc_identity_same_account(t, account, name);
}

/* The account that a user part stands for; 0 if there is none or it may be several people's. */
static uint32_t one_account(const identity_local *l)
{
    return l->strangers == 0 ? l->first_account : 0;
}

/* The group that a new name is assumed to belong to; 0 if none. */
static uint32_t assumed_group(tc_identity *t, uint32_t name, const identity_local *l)
{
    bool address = tc_identity_record(t, name)->form == TC_NAME_SMTP;
    uint32_t known = 0;
    if (l->addresses == 0)
        known = one_account(l);
    else if (l->addresses == 1 && !address)
        known = l->address_xor;
    if (known == 0 || !same_user(t, known, name)) return 0;
    uint32_t leader = tc_identity_group(t, known);
    bool welcome = address ? !tc_identity_has_address(t, leader) : account_welcome(t, name, leader);
    return welcome && tc_identity_cluster(t, leader)->tied < GROUP_CLUSTERS ? leader : 0;
}

static void enter_account(tc_identity *t, uint32_t name, uint32_t leader, identity_local *l)
{
    if (l->accounts == 0) {
        l->first_account = name;
    } else if (leader == 0 || l->first_account == 0 ||
               leader != tc_identity_group(t, l->first_account)) {
        tc_identity_record(t, name)->stranger = 1;
        l->strangers++;
    }
    l->accounts++;
    l->account_xor ^= name;
}

void tc_identity_assume(tc_identity *t, uint32_t name)
{
    unsigned form = tc_identity_record(t, name)->form;
    if (!tc_identity_is_account(form) && form != TC_NAME_SMTP) return;
    identity_local *l = find_or_add(t, tc_siphash(t->key, tc_identity_local(t, name)));
    uint32_t leader = assumed_group(t, name, l);
    if (leader != 0) tc_identity_tie(t, name, leader);
    if (form != TC_NAME_SMTP) {
        enter_account(t, name, leader, l);
    } else {
        l->addresses++;
        l->address_xor ^= name;
    }
}

tc_entity tc_identity_local_one(tc_identity *t, tc_slice user)
{
    uint32_t local = user.len ? find(t, tc_siphash(t->key, user)) : 0, known = 0;
    if (local == 0) return 0;
    const identity_local *l = local_at(t, local);
    if (l->addresses == 0) known = one_account(l);
    if (l->addresses == 1) known = l->address_xor;
    if (known == 0 || !tc_slice_equal(tc_identity_local(t, known), user)) return 0;
    return tc_identity_use(t, known);
}

/* -- forgetting ----------------------------------------------------------------------------- */

/* Of several accounts the first one may go before the others; who they are is told again when one
 * is left. */
static void leave_account(tc_identity *t, uint32_t name, identity_local *l)
{
    l->accounts--;
    l->account_xor ^= name;
    l->strangers -= tc_identity_record(t, name)->stranger;
    if (l->first_account == name) l->first_account = 0;
    if (l->accounts != 1) return;
    l->first_account = l->account_xor;
    tc_identity_record(t, l->account_xor)->stranger = 0;
    l->strangers = 0;
}

void tc_identity_local_leave(tc_identity *t, uint32_t name)
{
    unsigned form = tc_identity_record(t, name)->form;
    if (!tc_identity_is_account(form) && form != TC_NAME_SMTP) return;
    uint32_t local = find(t, tc_siphash(t->key, tc_identity_local(t, name)));
    TC_ASSERT(local != 0);
    identity_local *l = local_at(t, local);
    if (form != TC_NAME_SMTP) {
        leave_account(t, name, l);
    } else {
        l->addresses--;
        l->address_xor ^= name;
    }
    if (l->addresses == 0 && l->accounts == 0) drop(t, local);
}

/* -- saved state ---------------------------------------------------------------------------- */

bool tc_identity_is_first(tc_identity *t, uint32_t name)
{
    if (!tc_identity_is_account(tc_identity_record(t, name)->form)) return false;
    uint32_t local = find(t, tc_siphash(t->key, tc_identity_local(t, name)));
    TC_ASSERT(local != 0);
    return local_at(t, local)->first_account == name;
}

static TC_STATUS restore_account(tc_identity *t, uint32_t name, bool first, identity_local *l)
{
    l->accounts++;
    l->account_xor ^= name;
    l->strangers += tc_identity_record(t, name)->stranger;
    if (!first) return TC_SUCCESS;
    if (l->first_account != 0) return (tc_status){TC_ESYNTAX};
    l->first_account = name;
    return TC_SUCCESS;
}

TC_STATUS tc_identity_local_restore(tc_identity *t, uint32_t name, bool first)
{
    unsigned form = tc_identity_record(t, name)->form;
    if (!tc_identity_is_account(form) && form != TC_NAME_SMTP) return TC_SUCCESS;
    uint64_t hash = tc_siphash(t->key, tc_identity_local(t, name));
    if (find(t, hash) == 0) TC_TRY(tc_identity_locals_reserve(t));
    identity_local *l = find_or_add(t, hash);
    if (form != TC_NAME_SMTP) return restore_account(t, name, first, l);
    l->addresses++;
    l->address_xor ^= name;
    return TC_SUCCESS;
}
