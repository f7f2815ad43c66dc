#include "tests/unit/enrich/identity_twins.h"

#include "parsers/base/hash.h"

#include <criterion/criterion.h>

uint32_t twins_roll(twins *t, uint32_t sides)
{
    t->seed = t->seed * 1664525u + 1013904223u;
    return (t->seed >> 8) % sides;
}

/* -- life ----------------------------------------------------------------------------------- */

static void note_forgotten(void *context, tc_entity root)
{
    twin *side = context;
    uint64_t told[3] = {root, tc_identity_value(side->table, root),
                        tc_identity_key(side->table, root)};
    side->farewells =
        tc_content_hash_add(side->farewells, tc_slice_make((const uint8_t *)told, sizeof(told)));
    side->forgotten++;
}

static tc_identity *make_table(const twins *t, twin *side)
{
    tc_identity *table = tc_identity_new(&(tc_identity_options){.max_bytes = t->max_bytes,
                                                                .max_entities = t->max_entities,
                                                                .context = side,
                                                                .forget = note_forgotten});
    cr_assert(table);
    return table;
}

twins *twins_new(size_t max_bytes, size_t max_entities, unsigned users, uint32_t seed)
{
    twins *t = calloc(1, sizeof(*t));
    *t = (twins){.count = 2,
                 .max_bytes = max_bytes,
                 .max_entities = max_entities,
                 .users = users,
                 .seed = seed};
    for (size_t i = 0; i < t->count; i++)
        t->sides[i].table = make_table(t, &t->sides[i]);
    return t;
}

twins *twins_of_one(tc_identity *table, unsigned users, uint32_t seed)
{
    twins *t = calloc(1, sizeof(*t));
    *t = (twins){.sides = {{.table = table}}, .count = 1, .users = users, .seed = seed};
    return t;
}

void twins_free(twins *t)
{
    for (size_t i = 0; i < t->count; i++)
        tc_identity_free(t->sides[i].table);
    free(t);
}

/* -- saving --------------------------------------------------------------------------------- */

tape *identity_saved(tc_identity *table)
{
    tape *saved = tape_new();
    tc_visit *visit = tape_saver(saved);
    tc_identity_visit(table, visit);
    cr_assert_not(tc_visit_failed(visit));
    tc_visit_free(visit);
    return saved;
}

TC_STATUS identity_loaded(tape *saved, tc_identity *table)
{
    tc_visit *visit = tape_loader(saved);
    tc_identity_visit(table, visit);
    tc_status status = tc_visit_status(visit);
    tc_visit_free(visit);
    return status;
}

void twins_break(twins *t)
{
    tape *whole = identity_saved(t->sides[0].table);
    tape *broken = identity_saved(t->sides[1].table);
    cr_assert(tape_equal(whole, broken), "both know the same");
    tc_identity *fresh = make_table(t, &t->sides[1]);
    cr_assert_not(tc_failed(identity_loaded(broken, fresh)));
    tape *again = identity_saved(fresh);
    cr_assert(tape_equal(broken, again), "what was loaded is saved as it was");
    tc_identity_free(t->sides[1].table);
    t->sides[1].table = fresh;
    tape_free(whole);
    tape_free(broken);
    tape_free(again);
}

/* -- statements ----------------------------------------------------------------------------- */

typedef struct spelling {
    const char *before, *behind;
} spelling;

/* Accounts of several domains, addresses that mail can and cannot reach, numbers. */
static const spelling forms[] = {{"NORTH\\user", ""},
                                 {"SOUTH\\user", ""},
                                 {"north.a\\user", ""},
                                 {"north.b\\user", ""},
                                 {"north.c\\user", ""},
                                 {"user", ""},
                                 {"user", "@example.org"},
                                 {"user", "@example.net"},
                                 {"user", "@corp.local"},
                                 {"S-1-5-21-1-2-3-", ""},
                                 {"host", "$"},
                                 {"0a", "-aa07-4103-8a1d-ca9e619f223e"},
                                 {"user", "@example.org."},
                                 {"group", "@example.com"}};

/* Names of one form have six digits, but the last one's have a length of their own. */
static void write_name(unsigned form, unsigned user, char room[static TC_NAME_MAX])
{
    int digits = form + 1 < TC_COUNT_OF(forms) ? 6 : (int)(user * 7 % 280) + 6;
    snprintf(room, TC_NAME_MAX, "%s%0*u%s", forms[form].before, digits, user, forms[form].behind);
}

typedef enum deed { MAKE, FIND, ROOT, UNITE, CLAIM, DECLARE, RAISE, VALUE, EVICT, BEGIN } deed;

typedef struct action {
    deed deed;
    char a[TC_NAME_MAX], b[TC_NAME_MAX];
    uint32_t number;
    tc_rank rank;
} action;

static uint64_t add(uint64_t told, uint64_t number)
{
    return tc_content_hash_add(told, tc_slice_make((const uint8_t *)&number, sizeof(number)));
}

/* Everything that can be asked about an entity. */
static uint64_t describe(tc_identity *t, tc_entity entity)
{
    bool assumed;
    uint64_t told = tc_content_hash(tc_identity_label(t, entity));
    told = add(told, tc_identity_root(t, entity));
    told = add(told, tc_identity_serial(t, entity));
    told = add(told, tc_identity_rank(t, entity));
    told = add(told, tc_identity_value(t, entity));
    told = add(told, tc_identity_key(t, entity));
    told = add(told, tc_identity_joined(t, entity, &assumed));
    return add(told, assumed);
}

static uint64_t unite(tc_identity *t, const action *x)
{
    tc_entity absorbed;
    uint32_t a = tc_identity_name(t, tc_slice_of(x->a));
    uint32_t b = tc_identity_name(t, tc_slice_of(x->b));
    tc_entity root = x->deed == UNITE ? tc_identity_unite_names(t, a, b, &absorbed)
                                      : tc_identity_claim_names(t, a, b, &absorbed);
    uint64_t told = add(describe(t, root), absorbed);
    return add(add(add(told, a), b), tc_identity_absorbed_value(t));
}

static uint64_t act(tc_identity *t, const action *x)
{
    tc_slice a = tc_slice_of(x->a);
    switch (x->deed) {
    case MAKE:
        return describe(t, tc_identity_name(t, a));
    case FIND:
        return describe(t, tc_identity_find(t, a));
    case ROOT:
        return describe(t, tc_identity_root(t, x->number));
    case UNITE:
    case CLAIM:
        return unite(t, x);
    case DECLARE:
        return describe(t, tc_identity_declare(t, a, tc_slice_of(x->b)));
    case RAISE:
        tc_identity_raise(t, tc_identity_of(t, a), x->rank);
        break;
    case VALUE:
        tc_identity_set_value(t, tc_identity_find(t, a), x->number);
        break;
    case EVICT:
        return tc_identity_evict(t);
    case BEGIN:
        tc_identity_begin(t);
        break;
    }
    return 0;
}

/* What is counted, and who was forgotten. */
static uint64_t account(const twin *side)
{
    tc_bounds bounds = {0};
    tc_identity_bounds(side->table, &bounds);
    uint64_t told = add(side->farewells, side->forgotten);
    for (size_t i = 0; i < bounds.count; i++)
        told = add(add(told, bounds.items[i].given_up),
                   tc_content_hash(tc_slice_of(bounds.items[i].what)));
    for (unsigned rank = 0; rank < TC_RANK_COUNT; rank++)
        told = add(told, tc_identity_evicted(side->table, (tc_rank)rank));
    told = add(told, tc_identity_refused(side->table));
    told = add(told, tc_identity_conflicts(side->table));
    return add(told, tc_identity_count(side->table));
}

static void do_both(twins *t, const action *x)
{
    uint64_t told[2] = {0}, accounts[2] = {0}, bytes[2] = {0};
    for (size_t i = 0; i < t->count; i++) {
        told[i] = act(t->sides[i].table, x);
        accounts[i] = account(&t->sides[i]);
        bytes[i] = tc_identity_bytes(t->sides[i].table);
    }
    if (t->count == 1) return;
    cr_assert_eq(told[0], told[1], "deed %d: %s, %s", (int)x->deed, x->a, x->b);
    cr_assert_eq(accounts[0], accounts[1], "deed %d: %s, %s", (int)x->deed, x->a, x->b);
    cr_assert_eq(bytes[0], bytes[1], "deed %d: %s, %s", (int)x->deed, x->a, x->b);
}

/* Facts are mostly about one user. */
static void roll_names(twins *t, action *x)
{
    unsigned user = twins_roll(t, t->users);
    write_name(twins_roll(t, TC_COUNT_OF(forms)), user, x->a);
    if (twins_roll(t, 4) == 0) user = twins_roll(t, t->users);
    write_name(twins_roll(t, TC_COUNT_OF(forms)), user, x->b);
}

static void do_something(twins *t)
{
    static const deed deeds[] = {MAKE,  MAKE,  MAKE,  MAKE,  MAKE,    FIND,  ROOT,  UNITE,
                                 UNITE, UNITE, UNITE, CLAIM, DECLARE, RAISE, VALUE, EVICT};
    action x = {.deed = deeds[twins_roll(t, TC_COUNT_OF(deeds))]};
    roll_names(t, &x);
    /* What is pinned is never forgotten: one entity, or there is no room for others. */
    if (x.deed == DECLARE) write_name(0, 0, x.a);
    if (x.deed == DECLARE) write_name(twins_roll(t, TC_COUNT_OF(forms)), 0, x.b);
    x.number = twins_roll(t, x.deed == VALUE ? 3 : 4 * t->users);
    x.rank = (tc_rank)twins_roll(t, TC_RANK_PINNED);
    do_both(t, &x);
}

void twins_say(twins *t, bool breaks)
{
    uint32_t deeds = twins_roll(t, 7), broken_at = twins_roll(t, 7);
    do_both(t, &(action){.deed = BEGIN});
    for (uint32_t i = 0; i < deeds; i++) {
        if (breaks && i == broken_at) twins_break(t);
        do_something(t);
    }
    if (breaks && broken_at >= deeds) twins_break(t);
}

void twins_compare(twins *t)
{
    for (unsigned user = 0; user < t->users; user++) {
        for (unsigned form = 0; form < TC_COUNT_OF(forms); form++) {
            action x = {.deed = FIND};
            write_name(form, user, x.a);
            do_both(t, &x);
        }
    }
}
