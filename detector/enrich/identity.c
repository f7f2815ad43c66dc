#include "detector/enrich/identity_state.h"

#include "parsers/base/alloc.h"

#define MIN_BYTES ((size_t)64 << 10)
/* What a name costs besides its text: node, two table entries, the user part. */
#define NAME_BYTES (sizeof(identity_node) + sizeof(identity_local) + 192)

tc_identity *tc_identity_new(size_t max_bytes)
{
    tc_identity *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return NULL;
    t->max_bytes = TC_MAX(max_bytes, MIN_BYTES);
    size_t names = t->max_bytes / NAME_BYTES + 1;
    t->node_count = 1;
    t->texts = tc_intern_new(t->max_bytes);
    t->index = tc_map_new(names);
    t->local_index = tc_map_new(names);
    bool room =
        !tc_failed(tc_grow(&t->nodes, &t->node_capacity, 16, sizeof(identity_node), UINT32_MAX));
    if (t->texts == NULL || t->index == NULL || t->local_index == NULL || !room) {
        tc_identity_free(t);
        return NULL;
    }
    return t;
}

void tc_identity_free(tc_identity *t)
{
    if (t == NULL) return;
    tc_free(t->nodes);
    tc_free(t->locals);
    tc_intern_free(t->texts);
    tc_map_free(t->index);
    tc_map_free(t->local_index);
    tc_free(t);
}

/* -- walking -------------------------------------------------------------------------------- */

static uint32_t cluster_of(const tc_identity *t, uint32_t node)
{
    while (t->nodes[node].parent != node)
        node = t->nodes[node].parent;
    return node;
}

/* The same, halving the way for the next one. */
static uint32_t cluster_flat(tc_identity *t, uint32_t node)
{
    while (t->nodes[node].parent != node) {
        t->nodes[node].parent = t->nodes[t->nodes[node].parent].parent;
        node = t->nodes[node].parent;
    }
    return node;
}

tc_entity tc_identity_root(const tc_identity *t, tc_entity entity)
{
    if (entity == 0 || entity >= t->node_count) return 0;
    return t->nodes[cluster_of(t, entity)].group;
}

static tc_slice local_of(const tc_identity *t, uint32_t node)
{
    const identity_node *n = &t->nodes[node];
    return tc_slice_sub(tc_intern_text(t->texts, n->text), n->local_offset, n->local_length);
}

static bool is_account_form(unsigned form)
{
    return form == TC_NAME_NT || form == TC_NAME_BARE || form == FORM_UPN;
}

static uint32_t account_in(const identity_node *cluster)
{
    if (cluster->first_of[TC_NAME_NT]) return cluster->first_of[TC_NAME_NT];
    if (cluster->first_of[TC_NAME_BARE]) return cluster->first_of[TC_NAME_BARE];
    return cluster->first_of[FORM_UPN];
}

/* -- groups --------------------------------------------------------------------------------- */

static size_t tied_count(const tc_identity *t, uint32_t leader)
{
    size_t count = 0;
    for (uint32_t c = t->nodes[leader].first_tied; c != 0; c = t->nodes[c].next_tied)
        count++;
    return count;
}

static void tie(tc_identity *t, uint32_t cluster, uint32_t leader)
{
    t->nodes[cluster].group = leader;
    t->nodes[cluster].next_tied = t->nodes[leader].first_tied;
    t->nodes[leader].first_tied = cluster;
}

static void untie(tc_identity *t, uint32_t cluster)
{
    uint32_t leader = t->nodes[cluster].group;
    if (leader == cluster) return;
    uint32_t *link = &t->nodes[leader].first_tied;
    while (*link != cluster)
        link = &t->nodes[*link].next_tied;
    *link = t->nodes[cluster].next_tied;
    t->nodes[cluster].next_tied = 0;
    t->nodes[cluster].group = cluster;
}

/* Ties the cluster if the group has room; else it stays on its own. */
static void tie_if_room(tc_identity *t, uint32_t cluster, uint32_t leader)
{
    if (cluster != leader && tied_count(t, leader) < GROUP_CLUSTERS) tie(t, cluster, leader);
}

/* Everything tied to `from` goes to `to`. */
static void move_tied(tc_identity *t, uint32_t from, uint32_t to)
{
    uint32_t c = t->nodes[from].first_tied;
    t->nodes[from].first_tied = 0;
    while (c != 0) {
        uint32_t next = t->nodes[c].next_tied;
        t->nodes[c].next_tied = 0;
        t->nodes[c].group = c;
        tie_if_room(t, c, to);
        c = next;
    }
}

/* -- assumption ----------------------------------------------------------------------------- */

/* Two ways to write one Windows domain: EXAMPLE and example.local. */
static bool same_domain(tc_slice a, tc_slice b)
{
    size_t a_end = TC_MIN(tc_slice_find(a, '.'), tc_slice_find(a, '\\'));
    size_t b_end = TC_MIN(tc_slice_find(b, '.'), tc_slice_find(b, '\\'));
    return tc_slice_equal(tc_slice_sub(a, 0, a_end), tc_slice_sub(b, 0, b_end));
}

/* True if the group's facts leave room for the account name: no fact gives it to somebody else. */
static bool account_welcome(const tc_identity *t, uint32_t name, uint32_t leader)
{
    uint32_t nt = t->nodes[leader].first_of[TC_NAME_NT];
    uint32_t account = account_in(&t->nodes[leader]);
    if (account == 0) return true;
    if (!tc_slice_equal(local_of(t, account), local_of(t, name))) return false;
    if (nt == 0 || t->nodes[name].form != TC_NAME_NT) return true;
    return same_domain(tc_intern_text(t->texts, t->nodes[nt].text),
                       tc_intern_text(t->texts, t->nodes[name].text));
}

static bool group_has_address(const tc_identity *t, uint32_t leader)
{
    if (t->nodes[leader].first_of[TC_NAME_SMTP]) return true;
    for (uint32_t c = t->nodes[leader].first_tied; c != 0; c = t->nodes[c].next_tied)
        if (t->nodes[c].first_of[TC_NAME_SMTP]) return true;
    return false;
}

/* The group that a new name is assumed to belong to; 0 if none. */
static uint32_t assumed_group(const tc_identity *t, uint32_t name, const identity_local *l)
{
    unsigned form = t->nodes[name].form;
    uint32_t leader = 0;
    if (is_account_form(form)) {
        if (l->address != 0 && !l->many_addresses)
            leader = tc_identity_root(t, l->address);
        else if (l->address == 0 && l->account != 0 && !l->many_accounts)
            leader = tc_identity_root(t, l->account);
        if (leader == 0 || !account_welcome(t, name, leader)) return 0;
    } else if (form == TC_NAME_SMTP && l->address == 0 && l->account != 0 && !l->many_accounts) {
        leader = tc_identity_root(t, l->account);
        if (group_has_address(t, leader)) return 0;
    }
    return leader != 0 && tied_count(t, leader) < GROUP_CLUSTERS ? leader : 0;
}

static identity_local *local_entry(tc_identity *t, tc_slice local)
{
    uint64_t *slot = NULL;
    bool created = false;
    if (tc_failed(tc_grow(&t->locals, &t->local_capacity, t->local_count + 1,
                          sizeof(identity_local), UINT32_MAX)) ||
        tc_failed(tc_map_put(t->local_index, local, &slot, &created)))
        return NULL;
    if (created) {
        *slot = t->local_count;
        t->locals[t->local_count++] = (identity_local){0};
    }
    return &t->locals[*slot];
}

static void assume(tc_identity *t, uint32_t name)
{
    unsigned form = t->nodes[name].form;
    if (!is_account_form(form) && form != TC_NAME_SMTP) return;
    identity_local *l = local_entry(t, local_of(t, name));
    if (l == NULL) return;
    uint32_t leader = assumed_group(t, name, l);
    if (leader != 0) tie(t, name, leader);
    if (form == TC_NAME_SMTP) {
        if (l->address == 0)
            l->address = name;
        else
            l->many_addresses = true;
    } else if (l->account == 0) {
        l->account = name;
    } else if (leader == 0 || leader != tc_identity_root(t, l->account)) {
        l->many_accounts = true;
    }
}

/* -- names ---------------------------------------------------------------------------------- */

static tc_slice name_text(const tc_name *name)
{
    return (tc_slice){(const uint8_t *)name->text, name->length};
}

static uint32_t find_node(const tc_identity *t, const tc_name *name)
{
    const uint64_t *slot = tc_map_get(t->index, name_text(name));
    return slot ? (uint32_t)*slot : 0;
}

static size_t bytes_used(const tc_identity *t)
{
    return tc_intern_bytes(t->texts) + tc_map_bytes(t->index) + tc_map_bytes(t->local_index) +
           t->node_count * sizeof(identity_node) + t->local_count * sizeof(identity_local);
}

/* Domains that stand in no public name system (RFC 6762 app. G and custom) or have no dot. */
static bool is_unreachable(tc_slice domain)
{
    static const char *const ends[] = {".local", ".localdomain", ".lan",  ".internal", ".intern",
                                       ".intra", ".intranet",    ".corp", ".private",  ".home"};
    for (size_t i = 0; i < TC_COUNT_OF(ends); i++)
        if (tc_slice_ends(domain, tc_slice_of(ends[i]))) return true;
    return tc_slice_find(domain, '.') == TC_NPOS;
}

static unsigned inner_form(const tc_name *name)
{
    if (name->form != TC_NAME_SMTP) return name->form;
    tc_slice text = name_text(name);
    return is_unreachable(tc_slice_sub(text, name->local_length + 1, TC_NPOS)) ? FORM_UPN
                                                                               : TC_NAME_SMTP;
}

static uint32_t add_node(tc_identity *t, const tc_name *name)
{
    unsigned form = inner_form(name);
    uint32_t text = 0;
    uint64_t *slot = NULL;
    if (bytes_used(t) + NAME_BYTES + 3 * name->length > t->max_bytes ||
        tc_failed(tc_grow(&t->nodes, &t->node_capacity, t->node_count + 1, sizeof(identity_node),
                          UINT32_MAX)) ||
        tc_failed(tc_intern_put(t->texts, name_text(name), &text)) ||
        tc_failed(tc_map_put(t->index, name_text(name), &slot, NULL))) {
        t->refused++;
        return 0;
    }
    uint32_t node = (uint32_t)t->node_count++;
    *slot = node;
    t->nodes[node] = (identity_node){.text = text,
                                     .local_offset = (uint16_t)name->local_offset,
                                     .local_length = (uint16_t)name->local_length,
                                     .form = (uint8_t)form,
                                     .parent = node,
                                     .group = node};
    t->nodes[node].first_of[form] = node;
    assume(t, node);
    return node;
}

static uint32_t node_of(tc_identity *t, tc_slice raw)
{
    tc_name name;
    tc_name_normalise(raw, &name);
    if (name.form == TC_NAME_NONE) return 0;
    uint32_t node = find_node(t, &name);
    return node ? node : add_node(t, &name);
}

tc_entity tc_identity_of(tc_identity *t, tc_slice raw)
{
    uint32_t node = node_of(t, raw);
    return node ? t->nodes[cluster_flat(t, node)].group : 0;
}

tc_entity tc_identity_find(const tc_identity *t, tc_slice raw)
{
    tc_name name;
    tc_name_normalise(raw, &name);
    if (name.form == TC_NAME_NONE) return 0;
    return tc_identity_root(t, find_node(t, &name));
}

/* -- facts ---------------------------------------------------------------------------------- */

static bool pair_free(const tc_identity *t, uint32_t held, uint32_t wanted)
{
    return held == 0 || held == wanted ||
           (is_account_form(t->nodes[held].form) &&
            tc_slice_equal(local_of(t, held), local_of(t, wanted)));
}

/* Two addresses in different domains may be one mailbox's UPN and SMTP address; two in one domain
 * are two mailboxes of which one sends as the other. */
static bool address_free(const tc_identity *t, uint32_t held, uint32_t wanted)
{
    if (held == 0 || held == wanted) return true;
    tc_slice a = tc_intern_text(t->texts, t->nodes[held].text);
    tc_slice b = tc_intern_text(t->texts, t->nodes[wanted].text);
    return !tc_slice_equal(tc_slice_sub(a, tc_slice_rfind(a, '@'), TC_NPOS),
                           tc_slice_sub(b, tc_slice_rfind(b, '@'), TC_NPOS));
}

/* A mailbox GUID beside a name is a fact about the mailbox that was opened, which with delegates is
 * not always the name's own. The first pairing of a GUID and of a name holds; another one is
 * refused, or a shared mailbox would chain all who use it into one person. */
static bool pair_allowed(tc_identity *t, uint32_t a, uint32_t b)
{
    if (t->nodes[b].form == TC_NAME_GUID) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    if (t->nodes[a].form != TC_NAME_GUID || t->nodes[b].form == TC_NAME_GUID) return true;
    identity_node *guid = &t->nodes[a], *name = &t->nodes[b];
    if (name->pair_guid != 0 && name->pair_guid != a) return false;
    if (is_account_form(name->form)) {
        if (!pair_free(t, guid->pair_account, b)) return false;
        if (guid->pair_account == 0) guid->pair_account = b;
    } else if (name->form == TC_NAME_SMTP) {
        if (!address_free(t, guid->pair_address, b)) return false;
        if (guid->pair_address == 0) guid->pair_address = b;
    }
    name->pair_guid = a;
    return true;
}

/* A fact gives the cluster an address of its own: what was assumed about it no longer holds. */
static bool contradicts(const tc_identity *t, uint32_t tied, uint32_t other)
{
    return t->nodes[tied].group != tied && group_has_address(t, t->nodes[tied].group) &&
           t->nodes[other].first_of[TC_NAME_SMTP] != 0;
}

static void merge_names(identity_node *into, const identity_node *from)
{
    for (unsigned f = 0; f < FORM_COUNT; f++) {
        uint32_t name = from->first_of[f];
        if (name != 0 && (into->first_of[f] == 0 || name < into->first_of[f]))
            into->first_of[f] = name;
    }
}

/* Makes two clusters one and their groups one. A group's leader is never younger than a cluster
 * tied to it, so the elder of the two leaders can lead everything. */
static void merge(tc_identity *t, uint32_t a, uint32_t b)
{
    uint32_t group_a = t->nodes[a].group, group_b = t->nodes[b].group;
    uint32_t lead = TC_MIN(group_a, group_b), lose = TC_MAX(group_a, group_b);
    uint32_t elder = TC_MIN(a, b), younger = TC_MAX(a, b);
    untie(t, a);
    untie(t, b);
    t->nodes[younger].parent = elder;
    merge_names(&t->nodes[elder], &t->nodes[younger]);
    tie_if_room(t, elder, lead);
    if (lose == lead) return;
    move_tied(t, lose, lead);
    if (lose != elder && lose != younger) tie_if_room(t, lose, lead);
}

static tc_entity unite_nodes(tc_identity *t, uint32_t a, uint32_t b, tc_entity *ret_absorbed)
{
    a = cluster_flat(t, a);
    b = cluster_flat(t, b);
    if (a == b) return t->nodes[a].group;
    if (t->nodes[a].group != t->nodes[b].group) {
        if (contradicts(t, a, b)) untie(t, a);
        if (contradicts(t, b, a)) untie(t, b);
    }
    uint32_t group_a = t->nodes[a].group, group_b = t->nodes[b].group;
    merge(t, a, b);
    uint32_t root = tc_identity_root(t, a), lose = TC_MAX(group_a, group_b);
    if (group_a != group_b && lose != root && tc_identity_root(t, lose) == root)
        *ret_absorbed = lose;
    return root;
}

uint32_t tc_identity_name(tc_identity *t, tc_slice raw)
{
    return node_of(t, raw);
}

tc_entity tc_identity_unite(tc_identity *t, tc_slice a, tc_slice b, tc_entity *ret_absorbed)
{
    uint32_t node_a = node_of(t, a), node_b = node_of(t, b);
    return tc_identity_unite_names(t, node_a, node_b, ret_absorbed);
}

tc_entity tc_identity_unite_names(tc_identity *t, uint32_t node_a, uint32_t node_b,
                                  tc_entity *ret_absorbed)
{
    *ret_absorbed = 0;
    if (node_a == 0 || node_b == 0) return tc_identity_root(t, node_a ? node_a : node_b);
    if (!pair_allowed(t, node_a, node_b)) {
        t->conflicts++;
        return tc_identity_root(t, node_a);
    }
    return unite_nodes(t, node_a, node_b, ret_absorbed);
}

tc_entity tc_identity_declare(tc_identity *t, tc_slice a, tc_slice b)
{
    tc_entity absorbed = 0;
    uint32_t node_a = node_of(t, a), node_b = node_of(t, b);
    if (node_a == 0 || node_b == 0) return tc_identity_root(t, node_a ? node_a : node_b);
    return unite_nodes(t, node_a, node_b, &absorbed);
}

/* -- asking --------------------------------------------------------------------------------- */

static uint32_t best_name(const identity_node *cluster)
{
    static const unsigned order[] = {TC_NAME_SMTP, FORM_UPN,     TC_NAME_NT,      TC_NAME_BARE,
                                     TC_NAME_SID,  TC_NAME_GUID, TC_NAME_MACHINE, TC_NAME_SYSTEM};
    for (size_t i = 0; i < TC_COUNT_OF(order); i++)
        if (cluster->first_of[order[i]] != 0) return cluster->first_of[order[i]];
    return 0;
}

/* The eldest address tied to the group; 0 if none. */
static uint32_t tied_address(const tc_identity *t, uint32_t leader)
{
    uint32_t best = 0;
    for (uint32_t c = t->nodes[leader].first_tied; c != 0; c = t->nodes[c].next_tied) {
        uint32_t address = t->nodes[c].first_of[TC_NAME_SMTP];
        if (address != 0 && (best == 0 || address < best)) best = address;
    }
    return best;
}

tc_slice tc_identity_label(const tc_identity *t, tc_entity entity)
{
    uint32_t leader = tc_identity_root(t, entity);
    if (leader == 0) return TC_EMPTY_SLICE;
    uint32_t name = best_name(&t->nodes[leader]);
    if (t->nodes[name].form != TC_NAME_SMTP) {
        uint32_t address = tied_address(t, leader);
        if (address != 0) name = address;
    }
    return tc_intern_text(t->texts, t->nodes[name].text);
}

bool tc_identity_joined(const tc_identity *t, tc_entity entity, bool *ret_assumed)
{
    uint32_t leader = tc_identity_root(t, entity);
    *ret_assumed = false;
    if (leader == 0) return false;
    bool account = account_in(&t->nodes[leader]) != 0;
    bool address = t->nodes[leader].first_of[TC_NAME_SMTP] != 0;
    if (account && address) return true;
    for (uint32_t c = t->nodes[leader].first_tied; c != 0; c = t->nodes[c].next_tied) {
        bool tied_account = account_in(&t->nodes[c]) != 0;
        bool has_address = t->nodes[c].first_of[TC_NAME_SMTP] != 0;
        if (tied_account && has_address) return true;
        account |= tied_account;
        address |= has_address;
    }
    *ret_assumed = account && address;
    return *ret_assumed;
}

size_t tc_identity_count(const tc_identity *t)
{
    return t->node_count - 1;
}

uint64_t tc_identity_refused(const tc_identity *t)
{
    return t->refused;
}

uint64_t tc_identity_conflicts(const tc_identity *t)
{
    return t->conflicts;
}
