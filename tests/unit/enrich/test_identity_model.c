/* The table against the slow and obvious one, over random statements. */
#include "parsers/base/hash.h"
#include "tests/unit/enrich/identity_model.h"

#include <criterion/criterion.h>

#define USERS 5
#define TEXTS 96

typedef struct bench {
    tc_identity *table;
    model model;
    char texts[TEXTS][64];
    size_t text_count;
    uint32_t seed;
    size_t told; /* entities that the callback told of */
    uint64_t told_key;
} bench;

static uint32_t roll(bench *b, uint32_t sides)
{
    b->seed = b->seed * 1664525u + 1013904223u;
    return (b->seed >> 8) % sides;
}

static void forgotten(void *context, tc_entity root)
{
    bench *b = context;
    b->told++;
    b->told_key = tc_identity_key(b->table, root);
    cr_assert_gt(tc_identity_label(b->table, root).len, 0, "it can still be asked about");
}

/* Few users, many names: domains alike (long and short forms of one), reachable and unreachable
 * addresses, numbers. */
static void add_texts(bench *b)
{
    static const char *const before[] = {"NORTH\\",   "SOUTH\\",   "",          "north.a\\",
                                         "north.b\\", "north.c\\", "north.d\\", "north.e\\",
                                         "north.f\\", "north.g\\", "north.h\\"};
    static const char *const behind[] = {"example.org", "example.net", "corp.local"};
    for (unsigned user = 0; user < USERS; user++) {
        for (size_t i = 0; i < TC_COUNT_OF(before); i++)
            snprintf(b->texts[b->text_count++], 64, "%suser%u", before[i], user);
        for (size_t i = 0; i < TC_COUNT_OF(behind); i++)
            snprintf(b->texts[b->text_count++], 64, "user%u@%s", user, behind[i]);
        snprintf(b->texts[b->text_count++], 64, "S-1-5-21-1-2-3-%u", user);
        snprintf(b->texts[b->text_count++], 64, "%uaa89cf8-aa07-4103-8a1d-ca9e619f223e", user);
        snprintf(b->texts[b->text_count++], 64, "host%u$", user);
    }
}

static const char *any_text(bench *b)
{
    return b->texts[roll(b, (uint32_t)b->text_count)];
}

static uint32_t make(bench *b, const char *text, uint32_t *ret_age)
{
    uint32_t name = tc_identity_name(b->table, tc_slice_of(text));
    *ret_age = model_make(&b->model, text);
    cr_assert_eq(name != 0, *ret_age != 0, "%s", text);
    cr_assert_eq(tc_identity_serial(b->table, name), *ret_age,
                 "every name has a serial of its own");
    return name;
}

static bool same_entity(bench *b, tc_entity root, uint32_t age)
{
    if (root == 0 || age == 0) return root == 0 && age == 0;
    tc_slice leader = tc_slice_of(model_at(&b->model, age)->name.text);
    return tc_identity_key(b->table, root) == tc_content_hash(leader);
}

/* -- statements ----------------------------------------------------------------------------- */

static void unite_two(bench *b)
{
    uint32_t age_a, age_c, age_absorbed = 0;
    tc_entity absorbed = 0;
    uint32_t a = make(b, any_text(b), &age_a), c = make(b, any_text(b), &age_c);
    tc_entity root = tc_identity_unite_names(b->table, a, c, &absorbed);
    uint32_t expected = model_unite(&b->model, age_a, age_c, &age_absorbed);
    cr_assert(same_entity(b, root, expected));
    cr_assert_eq(tc_identity_serial(b->table, absorbed), age_absorbed);
    cr_assert_eq(tc_identity_absorbed_value(b->table), b->model.absorbed_value);
    if (absorbed) cr_assert_eq(tc_identity_root(b->table, absorbed), root);
}

static void learn(bench *b)
{
    uint32_t age;
    tc_entity root = tc_identity_root(b->table, make(b, any_text(b), &age));
    if (root == 0) return;
    tc_rank rank = (tc_rank)roll(b, roll(b, 8) ? TC_RANK_PINNED : TC_RANK_COUNT);
    age = model_root(&b->model, age);
    tc_identity_raise(b->table, root, rank);
    model_raise(&b->model, age, rank);
    uint32_t value = roll(b, 1000);
    tc_identity_set_value(b->table, root, value);
    model_at(&b->model, age)->value = value;
}

static void evict(bench *b)
{
    bool done = tc_identity_evict(b->table);
    cr_assert_eq(done, model_evict(&b->model));
}

static void say_something(bench *b)
{
    uint32_t age;
    switch (roll(b, 8)) {
    case 0:
    case 1:
    case 2:
        unite_two(b);
        break;
    case 3:
        learn(b);
        break;
    case 4:
        evict(b);
        break;
    default:
        make(b, any_text(b), &age);
        break;
    }
}

/* -- comparing ------------------------------------------------------------------------------ */

static void compare_entity(bench *b, const char *text, tc_entity root, uint32_t age)
{
    bool assumed, expected_assumed;
    const model_name *expected = model_at(&b->model, model_root(&b->model, age));
    cr_assert(same_entity(b, root, expected->age), "%s", text);
    tc_slice label = tc_identity_label(b->table, root);
    cr_assert(tc_slice_equal(label, tc_slice_of(model_label(&b->model, age))), "%s", text);
    bool joined = tc_identity_joined(b->table, root, &assumed);
    cr_assert_eq(joined, model_joined(&b->model, age, &expected_assumed), "%s", text);
    cr_assert_eq(assumed, expected_assumed, "%s", text);
    cr_assert_eq(tc_identity_rank(b->table, root), expected->rank, "%s", text);
    cr_assert_eq(tc_identity_value(b->table, root), expected->value, "%s", text);
}

static void compare_all(bench *b)
{
    for (size_t i = 0; i < b->text_count; i++) {
        tc_entity root = tc_identity_find(b->table, tc_slice_of(b->texts[i]));
        uint32_t age = model_find(&b->model, b->texts[i]);
        cr_assert_eq(root != 0, age != 0, "%s", b->texts[i]);
        if (age != 0) compare_entity(b, b->texts[i], root, age);
    }
    cr_assert_eq(tc_identity_count(b->table), b->model.count);
    cr_assert_eq(tc_identity_refused(b->table), b->model.refused);
    cr_assert_eq(tc_identity_conflicts(b->table), b->model.conflicts);
    uint64_t evicted = 0;
    for (unsigned rank = 0; rank < TC_RANK_COUNT; rank++) {
        cr_assert_eq(tc_identity_evicted(b->table, (tc_rank)rank), b->model.evicted[rank]);
        evicted += b->model.evicted[rank];
    }
    cr_assert_eq(b->told, evicted, "each one was announced");
}

static void run(uint32_t seed, size_t max_entities, int statements)
{
    bench *b = calloc(1, sizeof(*b));
    b->seed = seed;
    b->model.max_entities = max_entities;
    b->model.statement = 1;
    b->table = tc_identity_new(&(tc_identity_options){
        .max_bytes = 1 << 20, .max_entities = max_entities, .context = b, .forget = forgotten});
    add_texts(b);
    for (int i = 0; i < statements; i++) {
        tc_identity_begin(b->table);
        model_begin(&b->model);
        for (uint32_t n = roll(b, 6); n > 0; n--)
            say_something(b);
        if (i % 8 == 0) compare_all(b);
    }
    cr_expect_gt(b->told, 0);
    cr_expect_gt(b->model.conflicts, 0);
    tc_identity_free(b->table);
    free(b);
}

Test(identity_model, few_entities_come_and_go)
{
    for (uint32_t seed = 1; seed <= 8; seed++)
        run(seed, 6, 1200);
}

Test(identity_model, many_entities_meet)
{
    for (uint32_t seed = 11; seed <= 18; seed++)
        run(seed, 25, 1200);
}

Test(identity_model, only_room_for_those_in_use)
{
    for (uint32_t seed = 21; seed <= 24; seed++)
        run(seed, 2, 1200);
}
