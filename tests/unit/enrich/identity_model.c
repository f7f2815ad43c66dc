#include "tests/unit/enrich/identity_model.h"

model_name *model_at(model *m, uint32_t age)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->names[i].age == age) return &m->names[i];
    return NULL;
}

static tc_slice local(const model_name *n)
{
    return tc_slice_make(n->name.text + n->name.local_offset, n->name.local_length);
}

static bool same_local(const model_name *a, const model_name *b)
{
    return tc_slice_equal(local(a), local(b));
}

uint32_t model_find(model *m, const char *raw)
{
    tc_name name;
    tc_name_normalise(tc_slice_of(raw), &name);
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->names[i].name.text, name.text) == 0) return m->names[i].age;
    return 0;
}

static uint32_t group_of(model *m, uint32_t age)
{
    return model_at(m, model_at(m, age)->leader)->group;
}

uint32_t model_root(model *m, uint32_t age)
{
    if (age == 0) return 0;
    uint32_t root = group_of(m, age);
    model_at(m, root)->used = m->statement;
    return root;
}

static size_t entities(model *m)
{
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++)
        count += m->names[i].group == m->names[i].age && m->names[i].leader == m->names[i].age;
    return count;
}

/* -- groups --------------------------------------------------------------------------------- */

static bool is_tied_to(const model_name *n, uint32_t group)
{
    return n->leader == n->age && n->group == group && n->age != group;
}

static size_t tied_count(model *m, uint32_t group)
{
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++)
        count += is_tied_to(&m->names[i], group);
    return count;
}

static void open_group(model *m, model_name *n, tc_rank rank)
{
    n->group = n->age;
    n->rank = rank;
    n->ranked_at = ++m->tick;
    n->used = m->statement;
    n->value = 0;
}

static void tie(model *m, uint32_t cluster, uint32_t group)
{
    if (cluster == group || tied_count(m, group) >= 8) return;
    model_at(m, cluster)->group = group;
    model_at(m, cluster)->tied_at = ++m->tick;
}

static void untie(model *m, uint32_t cluster)
{
    model_name *n = model_at(m, cluster);
    if (n->group != cluster) open_group(m, n, model_at(m, n->group)->rank);
}

static void move_tied(model *m, uint32_t from, uint32_t to)
{
    for (;;) {
        model_name *last = NULL;
        for (size_t i = 0; i < m->count; i++)
            if (is_tied_to(&m->names[i], from) &&
                (last == NULL || m->names[i].tied_at > last->tied_at))
                last = &m->names[i];
        if (last == NULL) return;
        untie(m, last->age);
        tie(m, last->age, to);
    }
}

static bool cluster_has_address(model *m, uint32_t leader)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->names[i].leader == leader && m->names[i].address) return true;
    return false;
}

static bool group_has_address(model *m, uint32_t group)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->names[i].address && group_of(m, m->names[i].age) == group) return true;
    return false;
}

/* -- user parts ----------------------------------------------------------------------------- */

static model_user *user_of(model *m, const model_name *n)
{
    char text[64];
    tc_slice_to_cstr(local(n), text, sizeof(text));
    for (size_t i = 0; i < m->user_count; i++)
        if (strcmp(m->users[i].user, text) == 0) return &m->users[i];
    model_user *u = &m->users[m->user_count++];
    memcpy(u->user, text, sizeof(text));
    u->first = 0;
    return u;
}

static uint32_t count_of(model *m, const model_name *n, bool addresses, uint32_t *ret_one)
{
    uint32_t count = 0;
    for (size_t i = 0; i < m->count; i++) {
        const model_name *other = &m->names[i];
        if (other->age == n->age || !same_local(other, n)) continue;
        if (addresses ? !other->address : !other->account) continue;
        count++;
        *ret_one = other->age;
    }
    return count;
}

static bool has_strangers(model *m, const model_name *n)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->names[i].stranger && same_local(&m->names[i], n)) return true;
    return false;
}

static model_name *cluster_account(model *m, uint32_t leader)
{
    model_name *best = NULL;
    int best_place = 3;
    for (size_t i = 0; i < m->count; i++) {
        model_name *n = &m->names[i];
        if (n->leader != leader || !n->account) continue;
        int place = n->principal ? 2 : n->name.form == TC_NAME_BARE;
        if (place < best_place) best = n;
        best_place = TC_MIN(place, best_place);
    }
    return best;
}

static size_t domain_length(const char *text)
{
    return strcspn(text, ".\\");
}

static bool welcome(model *m, const model_name *n, uint32_t group)
{
    const model_name *account = cluster_account(m, group);
    if (account == NULL) return true;
    if (!same_local(account, n)) return false;
    if (account->name.form != TC_NAME_NT || n->name.form != TC_NAME_NT) return true;
    size_t length = domain_length(n->name.text);
    return length == domain_length(account->name.text) &&
           strncmp(n->name.text, account->name.text, length) == 0;
}

static void assume(model *m, model_name *n)
{
    uint32_t address = 0, account = 0, known = 0;
    uint32_t addresses = count_of(m, n, true, &address);
    uint32_t accounts = count_of(m, n, false, &account);
    model_user *user = user_of(m, n);
    if (addresses == 1 && n->account) known = address;
    if (addresses == 0 && !has_strangers(m, n)) known = user->first;
    uint32_t group = known ? group_of(m, known) : 0;
    if (group && (n->address ? group_has_address(m, group) : !welcome(m, n, group))) group = 0;
    if (group && tied_count(m, group) >= 8) group = 0;
    if (group) tie(m, n->age, group);
    if (!n->account) return;
    if (accounts == 0)
        user->first = n->age;
    else
        n->stranger = group == 0 || user->first == 0 || group != group_of(m, user->first);
}

/* -- names ---------------------------------------------------------------------------------- */

static void leave(model *m, const model_name *n)
{
    uint32_t one = 0;
    model_user *user = user_of(m, n);
    if (!n->account) return;
    if (user->first == n->age) user->first = 0;
    if (count_of(m, n, false, &one) != 1) return;
    user->first = one;
    model_at(m, one)->stranger = false;
}

static void forget(model *m, uint32_t group)
{
    bool doomed[MODEL_NAMES];
    for (size_t i = 0; i < m->count; i++)
        doomed[i] = group_of(m, m->names[i].age) == group;
    for (size_t i = m->count; i-- > 0;) {
        if (!doomed[i]) continue;
        leave(m, &m->names[i]);
        memmove(&m->names[i], &m->names[i + 1], (m->count - i - 1) * sizeof(model_name));
        m->count--;
    }
}

bool model_evict(model *m)
{
    const model_name *last = NULL;
    for (size_t i = 0; i < m->count; i++) {
        const model_name *n = &m->names[i];
        if (n->leader != n->age || n->group != n->age) continue;
        if (n->rank == TC_RANK_PINNED || n->used == m->statement) continue;
        if (last == NULL || n->rank < last->rank ||
            (n->rank == last->rank && n->ranked_at < last->ranked_at))
            last = n;
    }
    if (last == NULL) return false;
    m->evicted[last->rank]++;
    forget(m, last->age);
    return true;
}

static bool trim(model *m)
{
    while (entities(m) > m->max_entities)
        if (!model_evict(m)) return false;
    return true;
}

static uint32_t add(model *m, const char *raw)
{
    model_name *n = &m->names[m->count++];
    *n = (model_name){.age = ++m->last_age, .leader = m->last_age};
    tc_name_normalise(tc_slice_of(raw), &n->name);
    n->principal =
        n->name.form == TC_NAME_SMTP && tc_slice_ends(tc_slice_of(n->name.text), TC_LIT(".local"));
    n->address = n->name.form == TC_NAME_SMTP && !n->principal;
    n->account = n->principal || n->name.form == TC_NAME_NT || n->name.form == TC_NAME_BARE;
    open_group(m, n, TC_RANK_NEW);
    if (n->account || n->address) assume(m, n);
    return n->age;
}

uint32_t model_make(model *m, const char *raw)
{
    uint32_t age = model_find(m, raw);
    if (age == 0) {
        age = add(m, raw);
        uint32_t root = model_root(m, age);
        if (!trim(m) && root == age) {
            forget(m, age);
            m->refused++;
            return 0;
        }
    }
    model_root(m, age);
    return age;
}

void model_begin(model *m)
{
    m->statement++;
    trim(m);
}

void model_raise(model *m, uint32_t root, tc_rank rank)
{
    model_name *n = model_at(m, root);
    if (rank <= n->rank) return;
    n->rank = rank;
    n->ranked_at = ++m->tick;
}

/* -- facts ---------------------------------------------------------------------------------- */

static bool pair(model *m, uint32_t a, uint32_t b)
{
    model_name *guid = model_at(m, a), *n = model_at(m, b);
    if (n->name.form == TC_NAME_GUID) {
        model_name *swap = guid;
        guid = n;
        n = swap;
    }
    if (guid->name.form != TC_NAME_GUID || n->name.form == TC_NAME_GUID) return true;
    if (n->guid != 0 && n->guid != guid->age) return false;
    if (n->account) {
        if (guid->guid_account && !same_local(model_at(m, guid->guid_account), n)) return false;
        if (!guid->guid_account) guid->guid_account = n->age;
    }
    if (n->address) {
        model_name *held = guid->guid_address ? model_at(m, guid->guid_address) : NULL;
        if (held && held != n &&
            strcmp(strrchr(held->name.text, '@'), strrchr(n->name.text, '@')) == 0)
            return false;
        if (!held) guid->guid_address = n->age;
    }
    n->guid = guid->age;
    return true;
}

static bool contradicts(model *m, uint32_t tied, uint32_t other)
{
    uint32_t group = model_at(m, tied)->group;
    return group != tied && group_has_address(m, group) && cluster_has_address(m, other);
}

static uint32_t merge(model *m, uint32_t a, uint32_t b, uint32_t *ret_absorbed)
{
    if (model_at(m, a)->group != model_at(m, b)->group) {
        if (contradicts(m, a, b)) untie(m, a);
        if (contradicts(m, b, a)) untie(m, b);
    }
    uint32_t group_a = model_at(m, a)->group, group_b = model_at(m, b)->group;
    uint32_t lead = TC_MIN(group_a, group_b), lose = TC_MAX(group_a, group_b);
    uint32_t elder = TC_MIN(a, b), younger = TC_MAX(a, b), value = model_at(m, lose)->value;
    tc_rank rank = TC_MAX(model_at(m, lead)->rank, model_at(m, lose)->rank);
    untie(m, a);
    untie(m, b);
    tie(m, elder, lead);
    if (lose != lead) {
        move_tied(m, lose, lead);
        if (lose != elder && lose != younger) tie(m, lose, lead);
    }
    for (size_t i = 0; i < m->count; i++)
        if (m->names[i].leader == younger) m->names[i].leader = elder;
    uint32_t root = group_of(m, a);
    model_raise(m, root, rank);
    if (lose != lead && group_of(m, lose) == root) {
        *ret_absorbed = lose;
        m->absorbed_value = value;
    }
    return root;
}

/* One Windows domain gave each of them a SID, and not the same. */
static bool two_persons(model *m, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < m->count; i++) {
        const model_name *one = &m->names[i];
        if (one->name.form != TC_NAME_SID || one->leader != a) continue;
        size_t giver = (size_t)(strrchr(one->name.text, '-') - one->name.text) + 1;
        for (size_t k = 0; k < m->count; k++) {
            const model_name *other = &m->names[k];
            if (other->name.form != TC_NAME_SID || other->leader != b) continue;
            size_t length = (size_t)(strrchr(other->name.text, '-') - other->name.text) + 1;
            if (length == giver && memcmp(one->name.text, other->name.text, giver) == 0)
                return a != b;
        }
    }
    return false;
}

uint32_t model_unite(model *m, uint32_t a, uint32_t b, uint32_t *ret_absorbed)
{
    *ret_absorbed = m->absorbed_value = 0;
    uint32_t root_a = model_root(m, a), root_b = model_root(m, b);
    if (a == 0 || b == 0) return root_a ? root_a : root_b;
    if (two_persons(m, model_at(m, a)->leader, model_at(m, b)->leader) || !pair(m, a, b)) {
        m->conflicts++;
        return root_a;
    }
    a = model_at(m, a)->leader;
    b = model_at(m, b)->leader;
    return a == b ? root_a : merge(m, a, b, ret_absorbed);
}

/* -- asking --------------------------------------------------------------------------------- */

const char *model_label(model *m, uint32_t age)
{
    static const uint8_t order[TC_NAME_FORM_COUNT] = {0, 0, 2, 3, 4, 5, 6, 7};
    uint32_t group = group_of(m, age);
    const model_name *best = NULL;
    unsigned best_place = 100;
    for (size_t i = 0; i < m->count; i++) {
        const model_name *n = &m->names[i];
        if (n->leader != group) continue;
        unsigned place = n->principal ? 1 : order[n->name.form];
        if (place < best_place) best = n;
        best_place = TC_MIN(place, best_place);
    }
    for (size_t i = 0; i < m->count && best_place != 0; i++)
        if (m->names[i].address && group_of(m, m->names[i].age) == group)
            return m->names[i].name.text;
    return best->name.text;
}

bool model_joined(model *m, uint32_t age, bool *ret_assumed)
{
    uint32_t group = group_of(m, age);
    bool account = false, address = false;
    *ret_assumed = false;
    for (size_t i = 0; i < m->count; i++) {
        const model_name *n = &m->names[i];
        if (group_of(m, n->age) != group) continue;
        account |= n->account;
        address |= n->address;
        if (n->leader == n->age && cluster_account(m, n->age) && cluster_has_address(m, n->age))
            return true;
    }
    *ret_assumed = account && address;
    return *ret_assumed;
}
