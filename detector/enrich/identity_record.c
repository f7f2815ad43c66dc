/* Names as records: found by their text, numbered, forgotten. */
#include "detector/enrich/identity_state.h"

static uint32_t *next_of(void *owner, uint32_t name)
{
    return &tc_identity_record(owner, name)->next;
}

static uint64_t hash_of(void *owner, uint32_t name)
{
    const tc_identity *t = owner;
    return tc_siphash(t->key, tc_identity_text(t, name));
}

void tc_identity_records_init(tc_identity *t)
{
    tc_pages_init(&t->names, &t->budget, sizeof(identity_name));
    tc_name_texts_init(&t->texts, &t->budget);
    tc_index_init(&t->by_text, &t->budget, (tc_index_records){t, next_of, hash_of});
}

bool tc_identity_is_live(const tc_identity *t, uint32_t name)
{
    return name != 0 && name < t->names.count && tc_identity_record(t, name)->length != 0;
}

uint32_t tc_identity_lookup(tc_identity *t, tc_slice text)
{
    uint32_t name = tc_index_first(&t->by_text, tc_siphash(t->key, text));
    while (name != 0) {
        const identity_name *n = tc_identity_record(t, name);
        if (n->length == text.len && tc_slice_equal(tc_identity_text(t, name), text)) break;
        name = n->next;
    }
    return name;
}

tc_slice tc_identity_local(const tc_identity *t, uint32_t name)
{
    const identity_name *n = tc_identity_record(t, name);
    tc_slice text = tc_identity_text(t, name);
    return n->user_first ? tc_slice_sub(text, 0, n->divide)
                         : tc_slice_sub(text, n->divide, TC_NPOS);
}

TC_STATUS tc_identity_record_reserve(tc_identity *t, size_t length)
{
    /* After 7e13 names there is no further age, and forgetting would not help. */
    if (t->last_age >= NAME_AGE_MAX - 1) return (tc_status){TC_EUNSUPPORTED};
    if (t->name_count >= t->name_max) return (tc_status){TC_ELIMIT};
    if (t->free_name == 0) TC_TRY(tc_pages_reserve(&t->names, 1));
    TC_TRY(tc_name_texts_reserve(&t->texts, length));
    return tc_index_reserve(&t->by_text);
}

static uint32_t take_number(tc_identity *t)
{
    uint32_t name = t->free_name;
    if (name == 0) return tc_pages_push(&t->names);
    t->free_name = tc_identity_record(t, name)->sibling;
    return name;
}

/* A serial is the age's last 32 bits and never 0. */
static uint64_t next_age(tc_identity *t)
{
    if ((uint32_t)++t->last_age == 0) t->last_age++;
    return t->last_age;
}

uint32_t tc_identity_record_add(tc_identity *t, const tc_name *name, unsigned form)
{
    tc_slice text = tc_slice_make(name->text, name->length);
    uint32_t number = take_number(t);
    bool user_first = name->local_offset == 0;
    size_t divide = user_first ? name->local_length : name->local_offset;
    *tc_identity_record(t, number) =
        (identity_name){.age = next_age(t) & NAME_AGE_MAX,
                        .length = name->length & 0x1FF,
                        .divide = divide & 0x1FF,
                        .text = tc_name_texts_add(&t->texts, text) & NAME_COUNT_MAX,
                        .form = form & 0xF,
                        .user_first = user_first,
                        .parent = number,
                        .sibling = number};
    tc_index_put(&t->by_text, tc_siphash(t->key, text), number);
    t->name_count++;
    return number;
}

void tc_identity_record_drop(tc_identity *t, uint32_t name)
{
    identity_name *n = tc_identity_record(t, name);
    tc_index_remove(&t->by_text, hash_of(t, name), name);
    tc_name_texts_remove(&t->texts, n->length, n->text);
    *n = (identity_name){.sibling = t->free_name};
    t->free_name = name;
    t->name_count--;
}

uint32_t tc_identity_leader(const tc_identity *t, uint32_t name)
{
    uint32_t parent;
    while (((parent = tc_identity_record(t, name)->parent) & (NAME_LEADS | NAME_TIED)) == 0)
        name = parent;
    return name;
}

uint32_t tc_identity_leader_flat(tc_identity *t, uint32_t name)
{
    for (;;) {
        identity_name *n = tc_identity_record(t, name);
        if ((n->parent & (NAME_LEADS | NAME_TIED)) != 0) return name;
        const identity_name *above = tc_identity_record(t, n->parent);
        if ((above->parent & (NAME_LEADS | NAME_TIED)) != 0) return n->parent;
        n->parent = above->parent;
        name = above->parent;
    }
}

/* A text moves to another block, unless somebody may be looking at it. */
static bool move_text(void *context, tc_slice text, uint32_t to)
{
    tc_identity *t = context;
    uint32_t name = tc_identity_lookup(t, text);
    TC_ASSERT(name != 0);
    uint32_t group = tc_identity_group(t, name);
    if (tc_identity_cluster(t, group)->used == t->statement) return false;
    tc_identity_record(t, name)->text = to & NAME_COUNT_MAX;
    return true;
}

void tc_identity_settle(tc_identity *t)
{
    tc_name_texts_settle(&t->texts, move_text, t);
}
