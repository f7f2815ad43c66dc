/* The table's life, looking names up, and the facts that are believed. */
#include "detector/enrich/identity_state.h"
#include "parsers/base/alloc.h"

#define MIN_BYTES ((size_t)256 << 10)
/* Less than any mix of names takes: so the records, which are never given back, leave at least half
 * of the bytes to texts and clusters whatever was there before. */
#define NAME_BYTES_LEAST 80

static TC_STATUS make_empty(tc_identity *t)
{
    TC_TRY(tc_pages_reserve(&t->names, 1));
    *(identity_name *)tc_pages_at(&t->names, tc_pages_push(&t->names)) = (identity_name){0};
    return TC_SUCCESS;
}

tc_identity *tc_identity_new(const tc_identity_options *options)
{
    tc_identity *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return NULL;
    t->options = *options;
    t->key = tc_hash_random_key();
    t->statement = 1;
    t->budget.max_bytes = TC_MAX(options->max_bytes, MIN_BYTES);
    t->budget.bytes = sizeof(*t);
    t->name_max = (uint32_t)TC_MIN(t->budget.max_bytes / NAME_BYTES_LEAST, (size_t)NAME_COUNT_MAX);
    tc_identity_records_init(t);
    tc_identity_locals_init(t);
    tc_pages_init(&t->clusters, &t->budget, sizeof(identity_cluster));
    if (tc_failed(make_empty(t))) {
        tc_identity_free(t);
        return NULL;
    }
    return t;
}

void tc_identity_free(tc_identity *t)
{
    if (t == NULL) return;
    tc_pages_done(&t->names);
    tc_pages_done(&t->clusters);
    tc_pages_done(&t->locals);
    tc_name_texts_done(&t->texts);
    tc_index_done(&t->by_text);
    tc_index_done(&t->by_local);
    tc_free(t);
}

/* -- names ---------------------------------------------------------------------------------- */

uint32_t tc_identity_name(tc_identity *t, tc_slice raw)
{
    tc_name name;
    tc_name_normalise(raw, &name);
    if (name.form == TC_NAME_NONE) return 0;
    uint32_t number = tc_identity_lookup(t, tc_slice_make(name.text, name.length));
    if (number == 0) return tc_identity_make(t, &name);
    tc_identity_use(t, number);
    return number;
}

tc_entity tc_identity_of(tc_identity *t, tc_slice raw)
{
    return tc_identity_root(t, tc_identity_name(t, raw));
}

tc_entity tc_identity_find(tc_identity *t, tc_slice raw)
{
    tc_name name;
    tc_name_normalise(raw, &name);
    if (name.form == TC_NAME_NONE) return 0;
    return tc_identity_root(t, tc_identity_lookup(t, tc_slice_make(name.text, name.length)));
}

tc_entity tc_identity_root(tc_identity *t, tc_entity entity)
{
    return tc_identity_is_live(t, entity) ? tc_identity_use(t, entity) : 0;
}

uint32_t tc_identity_serial(const tc_identity *t, uint32_t name)
{
    return tc_identity_is_live(t, name) ? (uint32_t)tc_identity_record(t, name)->age : 0;
}

/* -- pairs of a GUID and a name ------------------------------------------------------------- */

static bool pair_free(const tc_identity *t, uint32_t held, uint32_t wanted)
{
    return held == 0 || held == wanted ||
           tc_slice_equal(tc_identity_local(t, held), tc_identity_local(t, wanted));
}

/* Two addresses in different domains may be one mailbox's UPN and SMTP address; two in one domain
 * are two mailboxes of which one sends as the other. */
static bool address_free(const tc_identity *t, uint32_t held, uint32_t wanted)
{
    if (held == 0 || held == wanted) return true;
    tc_slice a = tc_identity_text(t, held);
    tc_slice b = tc_identity_text(t, wanted);
    return !tc_slice_equal(tc_slice_sub(a, tc_slice_rfind(a, '@'), TC_NPOS),
                           tc_slice_sub(b, tc_slice_rfind(b, '@'), TC_NPOS));
}

/* A mailbox GUID beside a name is a fact about the mailbox that was opened, which with delegates is
 * not always the name's own. The first pairing of a GUID and of a name holds; another one is
 * refused, or a shared mailbox would chain all who use it into one person. */
static bool pair_allowed(tc_identity *t, uint32_t a, uint32_t b)
{
    enum { ACCOUNT = 0, ADDRESS = 1, OWN_GUID = 0 };
    if (tc_identity_record(t, b)->form == TC_NAME_GUID) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    identity_name *guid = tc_identity_record(t, a), *name = tc_identity_record(t, b);
    if (guid->form != TC_NAME_GUID || name->form == TC_NAME_GUID) return true;
    if (name->pair[OWN_GUID] != 0 && name->pair[OWN_GUID] != a) return false;
    if (tc_identity_is_account(name->form)) {
        if (!pair_free(t, guid->pair[ACCOUNT], b)) return false;
        if (guid->pair[ACCOUNT] == 0) guid->pair[ACCOUNT] = b;
    } else if (name->form == TC_NAME_SMTP) {
        if (!address_free(t, guid->pair[ADDRESS], b)) return false;
        if (guid->pair[ADDRESS] == 0) guid->pair[ADDRESS] = b;
    }
    name->pair[OWN_GUID] = a;
    return true;
}

/* A directory has one object for a person, whose principal name changes when people marry: names of
 * one object are one person. A name that another object has by now is somebody else's. */
static bool object_allowed(tc_identity *t, uint32_t object, uint32_t name)
{
    enum { OWN_OBJECT = 1 };
    identity_name *n = tc_identity_record(t, name);
    if (tc_identity_record(t, object)->form != TC_NAME_GUID || n->form != TC_NAME_SMTP)
        return pair_allowed(t, object, name);
    if (n->pair[OWN_OBJECT] != 0 && n->pair[OWN_OBJECT] != object) return false;
    n->pair[OWN_OBJECT] = object;
    return true;
}

/* -- facts ---------------------------------------------------------------------------------- */

/* Whoever could unite names without end under a mailbox that is known would fill the table with
 * what is never forgotten. */
static bool has_room_for(const tc_identity *t, uint32_t a, uint32_t b)
{
    return a == b || tc_identity_view(t, a).names + tc_identity_view(t, b).names <= CLUSTER_NAMES;
}

/* What a SID says before its last number: the Windows domain that gave it. */
static tc_slice giver_of(const tc_identity *t, uint32_t sid)
{
    tc_slice text = tc_identity_text(t, sid);
    return tc_slice_sub(text, 0, tc_slice_rfind(text, '-'));
}

/* A SID in the cluster that the domain of this one gave, too; 0 if there is none. */
static uint32_t other_sid(const tc_identity *t, uint32_t cluster, uint32_t sid)
{
    tc_slice giver = giver_of(t, sid);
    for (uint32_t name = cluster; name != 0; name = tc_identity_ring_next(t, cluster, name)) {
        if (name == sid || tc_identity_record(t, name)->form != TC_NAME_SID) continue;
        if (tc_slice_equal(giver_of(t, name), giver)) return name;
    }
    return 0;
}

/* A Windows domain gives an account one SID and never gives it again. Two of one domain are two
 * persons, whatever logs pair with both of them: what a collector writes over names ("***") is the
 * name of everybody, and would make all one mailbox. */
static bool are_two_persons(const tc_identity *t, uint32_t a, uint32_t b)
{
    if (a == b) return false;
    for (uint32_t name = a; name != 0; name = tc_identity_ring_next(t, a, name))
        if (tc_identity_record(t, name)->form == TC_NAME_SID && other_sid(t, b, name)) return true;
    return false;
}

static tc_entity unite_clusters(tc_identity *t, uint32_t a, uint32_t b, tc_entity *ret_absorbed)
{
    if (a == b) return tc_identity_group(t, a);
    return tc_identity_merge(t, a, b, ret_absorbed);
}

/* What is paired must be united thereupon: pairs lie in one cluster and are forgotten together. */
static tc_entity unite_if(tc_identity *t, uint32_t a, uint32_t b,
                          bool (*allowed)(tc_identity *t, uint32_t a, uint32_t b),
                          tc_entity *ret_absorbed)
{
    *ret_absorbed = 0;
    t->absorbed_value = 0;
    tc_entity root_a = tc_identity_root(t, a), root_b = tc_identity_root(t, b);
    if (root_a == 0 || root_b == 0) return root_a ? root_a : root_b;
    uint32_t cluster_a = tc_identity_leader_flat(t, a), cluster_b = tc_identity_leader_flat(t, b);
    if (cluster_a != cluster_b && !tc_identity_make_union_room(t)) return root_a;
    if (!has_room_for(t, cluster_a, cluster_b) || are_two_persons(t, cluster_a, cluster_b) ||
        !allowed(t, a, b)) {
        t->conflicts++;
        return root_a;
    }
    return unite_clusters(t, cluster_a, cluster_b, ret_absorbed);
}

tc_entity tc_identity_unite_names(tc_identity *t, uint32_t a, uint32_t b, tc_entity *ret_absorbed)
{
    return unite_if(t, a, b, pair_allowed, ret_absorbed);
}

tc_entity tc_identity_unite_object(tc_identity *t, uint32_t object, uint32_t name,
                                   tc_entity *ret_absorbed)
{
    return unite_if(t, object, name, object_allowed, ret_absorbed);
}

tc_entity tc_identity_unite(tc_identity *t, tc_slice a, tc_slice b, tc_entity *ret_absorbed)
{
    uint32_t name_a = tc_identity_name(t, a), name_b = tc_identity_name(t, b);
    return tc_identity_unite_names(t, name_a, name_b, ret_absorbed);
}

void tc_identity_tell_unaudited(tc_identity *t, tc_slice name)
{
    tc_entity root = tc_identity_find(t, name);
    if (root != 0 && t->options.unaudited) t->options.unaudited(t->options.context, root);
}

tc_entity tc_identity_declare(tc_identity *t, tc_slice a, tc_slice b)
{
    uint32_t name_a = tc_identity_name(t, a), name_b = tc_identity_name(t, b);
    tc_entity root = tc_identity_root(t, name_a ? name_a : name_b), absorbed = 0;
    t->absorbed_value = 0;
    if (name_a != 0 && name_b != 0) {
        uint32_t cluster_a = tc_identity_leader_flat(t, name_a);
        uint32_t cluster_b = tc_identity_leader_flat(t, name_b);
        if (cluster_a == cluster_b || tc_identity_make_union_room(t))
            root = unite_clusters(t, cluster_a, cluster_b, &absorbed);
    }
    if (root != 0) tc_identity_group_raise(t, tc_identity_group(t, root), TC_RANK_PINNED);
    if (absorbed != 0 && t->options.united) t->options.united(t->options.context, root, absorbed);
    return root;
}
