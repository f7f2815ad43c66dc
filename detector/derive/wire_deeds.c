#include "detector/derive/wire_deeds.h"

#include "detector/enrich/identity.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

/* What must be equal of both. */
#define SAME_FLAGS (TC_OBS_FLAG_RESET | TC_OBS_FLAG_CREATED | TC_OBS_FLAG_FAILED)

typedef struct deed {
    tc_time time;
    uint64_t actor, target; /* hashes of names; 0: none */
    uint32_t flags;
    bool wire, paired;
} deed;

struct tc_wire_deeds {
    deed all[TC_WIRE_DEEDS]; /* a ring */
    size_t count, next;
};

tc_wire_deeds *tc_wire_deeds_new(void)
{
    return tc_alloc(1, sizeof(tc_wire_deeds));
}

void tc_wire_deeds_free(tc_wire_deeds *deeds)
{
    tc_free(deeds);
}

static uint64_t hash_of(tc_slice written)
{
    tc_name name;
    tc_name_normalise(written, &name);
    tc_slice user = tc_slice_make(name.text + name.local_offset, name.local_length);
    return user.len > 0 ? tc_content_hash(user) | 1 : 0;
}

static bool is_same(const deed *a, const deed *b)
{
    bool actor = a->actor == b->actor || a->actor == 0 || b->actor == 0;
    return actor && a->target == b->target && a->flags == b->flags && a->wire != b->wire;
}

static deed *at(tc_wire_deeds *d, size_t back)
{
    return &d->all[(d->next + TC_WIRE_DEEDS - 1 - back) % TC_WIRE_DEEDS];
}

/* The first one that is not paired yet. */
static deed *find(tc_wire_deeds *d, const deed *wanted)
{
    deed *found = NULL;
    for (size_t i = 0; i < d->count; i++) {
        deed *one = at(d, i);
        if (tc_time_between(one->time, wanted->time) > TC_WIRE_DEED_SPAN) break;
        if (!one->paired && is_same(one, wanted)) found = one;
    }
    return found;
}

/* The account was created, or its password set or changed. */
static bool is_deed(const tc_observation *o)
{
    return o->status == TC_ACCOUNT_CREATED || o->status == TC_ACCOUNT_CHANGE ||
           o->status == TC_ACCOUNT_RESET;
}

bool tc_wire_deeds_told(tc_wire_deeds *d, const tc_observation *o, tc_slice heap)
{
    if (!is_deed(o)) return false;

    deed one = {.time = o->order.time,
                .actor = hash_of(tc_observation_text(o, heap, TC_OBS_TEXT_USER)),
                .target = hash_of(tc_observation_text(o, heap, TC_OBS_TEXT_TARGET)),
                .flags = o->flags & SAME_FLAGS,
                .wire = (o->flags & TC_OBS_FLAG_WIRE) != 0};
    deed *other = one.target != 0 ? find(d, &one) : NULL;
    if (other) {
        other->paired = true;
        return true;
    }
    d->all[d->next] = one;
    d->next = (d->next + 1) % TC_WIRE_DEEDS;
    d->count = TC_MIN(d->count + 1, (size_t)TC_WIRE_DEEDS);
    return false;
}

static void visit_one(tc_visit *v, deed *one)
{
    tc_visit_time(v, &one->time);
    tc_visit_u64(v, &one->actor);
    tc_visit_u64(v, &one->target);
    tc_visit_u32(v, &one->flags);
    tc_visit_bool(v, &one->wire);
    tc_visit_bool(v, &one->paired);
}

void tc_wire_deeds_visit(tc_wire_deeds *d, tc_visit *v)
{
    size_t count = d->count;
    if (!tc_visit_begin(v, "wire deeds", 1)) return;
    tc_visit_count(v, &count, TC_WIRE_DEEDS);
    if (tc_visit_loads(v)) *d = (tc_wire_deeds){.count = count, .next = count % TC_WIRE_DEEDS};
    for (size_t i = count; i > 0; i--)
        visit_one(v, at(d, i - 1));
    tc_visit_end(v);
}
