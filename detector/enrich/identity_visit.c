/* The table as saved state.
 *
 * Groups are told rank by rank in the order of forgetting, each with the clusters tied to it, each
 * of these with its names in the order of their ring: so that no link has to be saved, and none
 * that is loaded can lead in a circle or to something that is somebody else's. What is known under
 * a user part and the indexes are made anew, under this run's key. Where texts lie, which places
 * are free and how many pages there are decides who is forgotten when bytes are short: that is
 * state too. */
#include "detector/enrich/identity_state.h"

#define VERSION 1
#define BLOCKS_MAX (NAME_COUNT_MAX + 1)

/* -- names ---------------------------------------------------------------------------------- */

enum { FORM_BITS = 0x0F, USER_FIRST = 0x10, STRANGER = 0x20, FIRST_ACCOUNT = 0x40, PAIRED = 0x80 };

typedef struct saved_name {
    uint64_t age;
    tc_slice text;
    uint32_t divide, block;
    uint32_t pair[2];
    uint8_t kind;
} saved_name;

static saved_name name_to_save(tc_identity *t, uint32_t name)
{
    const identity_name *n = tc_identity_record(t, name);
    bool paired = n->pair[0] != 0 || n->pair[1] != 0;
    unsigned kind = n->form | (n->user_first ? USER_FIRST : 0) | (n->stranger ? STRANGER : 0) |
                    (tc_identity_is_first(t, name) ? FIRST_ACCOUNT : 0) | (paired ? PAIRED : 0);
    return (saved_name){.age = n->age,
                        .text = tc_identity_text(t, name),
                        .divide = n->divide,
                        .block = n->text,
                        .pair = {n->pair[0], n->pair[1]},
                        .kind = (uint8_t)kind};
}

static void visit_fields(tc_identity *t, tc_visit *v, saved_name *s)
{
    tc_visit_bytes(v, &s->kind, 1);
    tc_visit_u64(v, &s->age);
    tc_visit_text(v, &s->text, TC_TEXT_MAX);
    tc_visit_below(v, &s->divide, (uint32_t)s->text.len + 1);
    tc_visit_below(v, &s->block, BLOCKS_MAX);
    for (size_t i = 0; i < 2 && (s->kind & PAIRED) != 0; i++)
        tc_visit_below(v, &s->pair[i], t->names.count);
}

/* As tc_name_normalise leaves it: texts of names end where a zero stands. */
static bool is_text_of_name(tc_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7F) return false;
    return text.len > 0;
}

static bool is_sound(const tc_identity *t, const saved_name *s)
{
    unsigned form = s->kind & FORM_BITS;
    if (form == TC_NAME_NONE || form > FORM_UPN) return false;
    if ((s->kind & (STRANGER | FIRST_ACCOUNT)) != 0 && !tc_identity_is_account(form)) return false;
    if ((s->kind & STRANGER) != 0 && (s->kind & FIRST_ACCOUNT) != 0) return false;
    return s->age <= t->last_age && (uint32_t)s->age != 0 && is_text_of_name(s->text);
}

static void take_name(tc_identity *t, tc_visit *v, uint32_t name, const saved_name *s)
{
    if (tc_visit_failed(v) || !tc_pages_had_room(tc_index_reserve(&t->by_text), v)) return;
    if (name == 0 || tc_identity_is_live(t, name) || tc_identity_lookup(t, s->text) != 0)
        tc_visit_refuse(v, "a name comes twice");
    else if (!is_sound(t, s))
        tc_visit_refuse(v, "something is no name");
    else if (!tc_name_texts_put(&t->texts, s->text, s->block))
        tc_visit_refuse(v, "two names lie in one place");
    if (tc_visit_failed(v)) return;
    unsigned kind = s->kind;
    *tc_identity_record(t, name) = (identity_name){.age = s->age & NAME_AGE_MAX,
                                                   .length = s->text.len & 0x1FF,
                                                   .divide = s->divide & 0x1FF,
                                                   .text = s->block & NAME_COUNT_MAX,
                                                   .form = kind & 0xF,
                                                   .user_first = (kind & USER_FIRST) != 0,
                                                   .stranger = (kind & STRANGER) != 0,
                                                   .parent = name,
                                                   .sibling = name,
                                                   .pair = {s->pair[0], s->pair[1]}};
    tc_index_put(&t->by_text, tc_siphash(t->key, s->text), name);
    t->name_count++;
    tc_status status = tc_identity_local_restore(t, name, (kind & FIRST_ACCOUNT) != 0);
    if (status.code == TC_ESYNTAX) tc_visit_refuse(v, "of two accounts both came first");
    (void)tc_pages_had_room(status, v);
}

static void visit_name(tc_identity *t, tc_visit *v, uint32_t *name)
{
    saved_name s = {0};
    if (!tc_visit_loads(v)) s = name_to_save(t, *name);
    tc_visit_below(v, name, t->names.count);
    visit_fields(t, v, &s);
    if (tc_visit_loads(v)) take_name(t, v, *name, &s);
}

/* -- clusters ------------------------------------------------------------------------------- */

static size_t ring_length(const tc_identity *t, uint32_t leader)
{
    size_t count = 0;
    for (uint32_t name = leader; name != 0; name = tc_identity_ring_next(t, leader, name))
        count++;
    return count;
}

static bool may_be_paired(unsigned form, size_t place, unsigned other)
{
    if (form != TC_NAME_GUID) return (place == 0 || form == TC_NAME_SMTP) && other == TC_NAME_GUID;
    return place == 0 ? tc_identity_is_account(other) : other == TC_NAME_SMTP;
}

/* Pairs lie in one cluster. */
static bool pairs_fit(const tc_identity *t, uint32_t name)
{
    const identity_name *n = tc_identity_record(t, name);
    for (size_t i = 0; i < 2; i++) {
        uint32_t other = n->pair[i];
        if (other == 0) continue;
        if (!tc_identity_is_live(t, other)) return false;
        if (tc_identity_leader(t, other) != tc_identity_leader(t, name)) return false;
        if (!may_be_paired(n->form, i, tc_identity_record(t, other)->form)) return false;
    }
    return true;
}

static void check_cluster(const tc_identity *t, tc_visit *v, uint32_t leader)
{
    for (uint32_t name = leader; name != 0; name = tc_identity_ring_next(t, leader, name)) {
        if (name != leader && !tc_identity_is_elder(t, leader, name))
            tc_visit_refuse(v, "a name is elder than its leader");
        if (!pairs_fit(t, name)) tc_visit_refuse(v, "a mailbox number belongs to another mailbox");
    }
}

/* One name that is tied has no record of a cluster. */
static void visit_cluster(tc_identity *t, tc_visit *v, uint32_t *leader, bool tied)
{
    bool loads = tc_visit_loads(v);
    size_t count = loads ? 0 : ring_length(t, *leader);
    tc_visit_count(v, &count, t->names.count);
    if (count == 0) tc_visit_refuse(v, "a mailbox has no name");
    visit_name(t, v, leader);
    if (tc_visit_failed(v)) return;
    if (loads && (count > 1 || !tied)) {
        if (!tc_pages_had_room(tc_pages_reserve(&t->clusters, 1), v)) return;
        tc_identity_cluster_found(t, *leader);
    }
    uint32_t last = *leader;
    for (size_t i = 1; i < count; i++) {
        uint32_t name = loads ? 0 : tc_identity_ring_next(t, *leader, last);
        visit_name(t, v, &name);
        if (tc_visit_failed(v)) return;
        if (loads) tc_identity_cluster_join(t, *leader, last, name);
        last = name;
    }
    if (loads) check_cluster(t, v, *leader);
}

/* -- groups --------------------------------------------------------------------------------- */

static void visit_tied(tc_identity *t, tc_visit *v, uint32_t leader)
{
    bool loads = tc_visit_loads(v);
    size_t count = loads ? 0 : tc_identity_cluster(t, leader)->tied;
    uint32_t tied = loads ? 0 : tc_identity_cluster(t, leader)->first_tied;
    tc_visit_count(v, &count, GROUP_CLUSTERS);
    for (size_t i = 0; i < count; i++) {
        visit_cluster(t, v, &tied, true);
        if (tc_visit_failed(v)) return;
        if (!loads) {
            tied = tc_identity_view(t, tied).next_tied;
        } else if (tc_identity_is_elder(t, leader, tied)) {
            tc_identity_tie_last(t, tied, leader);
        } else {
            tc_visit_refuse(v, "a name is elder than its leader");
        }
    }
}

/* Whether the newest statement used it is all that anybody asks: how many there were since depends
 * on how often things were told. */
static void visit_group(tc_identity *t, tc_visit *v, unsigned rank, uint32_t *leader)
{
    uint32_t ago = 0, value = 0;
    visit_cluster(t, v, leader, false);
    if (tc_visit_failed(v)) return;
    if (tc_visit_loads(v)) tc_identity_group_open(t, *leader, (tc_rank)rank);
    identity_cluster *c = tc_identity_cluster(t, *leader);
    if (!tc_visit_loads(v)) {
        ago = t->statement != c->used;
        value = c->value;
    }
    tc_visit_u32(v, &ago);
    tc_visit_u32(v, &value);
    c->used = t->statement - ago;
    c->value = value;
    visit_tied(t, v, *leader);
}

static size_t count_groups(const tc_identity *t, unsigned rank)
{
    size_t count = 0;
    for (uint32_t i = t->ranks[rank].eldest; i != 0; i = tc_identity_cluster(t, i)->younger)
        count++;
    return count;
}

static void visit_rank(tc_identity *t, tc_visit *v, unsigned rank)
{
    bool loads = tc_visit_loads(v);
    size_t count = loads ? 0 : count_groups(t, rank);
    uint32_t leader = t->ranks[rank].eldest;
    tc_visit_count(v, &count, t->names.count);
    for (size_t i = 0; i < count; i++) {
        visit_group(t, v, rank, &leader);
        if (tc_visit_failed(v)) return;
        if (!loads) leader = tc_identity_cluster(t, leader)->younger;
    }
}

/* -- the table ------------------------------------------------------------------------------ */

static void visit_counters(tc_identity *t, tc_visit *v)
{
    tc_visit_u64(v, &t->last_age);
    if (t->last_age > NAME_AGE_MAX) tc_visit_refuse(v, "there were more names than there can be");
    uint32_t statement = 1; /* see visit_group */
    tc_visit_u32(v, &statement);
    if (tc_visit_loads(v)) t->statement = statement;
    tc_visit_u64(v, &t->refused);
    tc_visit_u64(v, &t->conflicts);
    for (size_t rank = 0; rank < TC_RANK_COUNT; rank++)
        tc_visit_u64(v, &t->evicted[rank]);
}

static void visit_room(tc_identity *t, tc_visit *v)
{
    tc_pages_visit(&t->names, v);
    tc_pages_visit_count(&t->names, v, t->name_max + 1);
    tc_pages_visit(&t->clusters, v);
    tc_pages_visit(&t->locals, v);
    tc_index_visit(&t->by_text, v, t->name_max);
    tc_index_visit(&t->by_local, v, t->name_max);
    tc_name_texts_visit(&t->texts, v, BLOCKS_MAX);
}

/* The numbers without a name, in the order in which they are given again: all that are left. */
static void visit_free_names(tc_identity *t, tc_visit *v)
{
    uint32_t last = 0, name = t->free_name;
    for (uint32_t left = t->names.count - 1 - t->name_count; left > 0; left--) {
        tc_visit_below(v, &name, t->names.count);
        if (tc_visit_failed(v)) return;
        identity_name *n = tc_identity_record(t, name);
        if (tc_visit_loads(v)) {
            if (name == 0 || name == last || n->length != 0 || n->sibling != 0) {
                tc_visit_refuse(v, "a free number is in use");
                return;
            }
            *(last ? &tc_identity_record(t, last)->sibling : &t->free_name) = name;
        }
        last = name;
        name = n->sibling;
    }
}

void tc_identity_visit(tc_identity *t, tc_visit *v)
{
    if (!tc_visit_begin(v, "names", VERSION)) return;
    if (tc_visit_loads(v) && (t->last_age != 0 || t->names.count != 1))
        tc_visit_refuse(v, "names are known already: state is loaded before anything else");
    if (tc_visit_failed(v)) return;
    visit_counters(t, v);
    visit_room(t, v);
    for (unsigned rank = 0; rank < TC_RANK_COUNT; rank++)
        visit_rank(t, v, rank);
    visit_free_names(t, v);
    tc_name_texts_visit_holes(&t->texts, v);
    tc_visit_end(v);
}
