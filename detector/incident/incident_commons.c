#include "detector/incident/incident_commons.h"

#include "parsers/base/alloc.h"

enum { ENTRY_COST = sizeof(tc_common) + 2 * sizeof(tc_keymap_slot), LOOKED_AT = 16 };
enum { BITS = 128, FRACTION = 24, COUNTED_MAX = 512, A_FEW = 8 };

#define STRANGE_FOR (28 * TC_DAY)

void tc_commons_init(tc_commons *c, size_t max_bytes)
{
    *c = (tc_commons){.max = TC_MIN(TC_MAX(max_bytes / ENTRY_COST, (size_t)16), UINT32_MAX / 4)};
}

void tc_commons_done(tc_commons *c)
{
    tc_free(c->items);
    tc_keymap_done(&c->at);
    *c = (tc_commons){0};
}

/* -- entries -------------------------------------------------------------------------------- */

static tc_common *find(const tc_commons *c, uint64_t digest)
{
    uint32_t place = digest ? tc_keymap_get(&c->at, digest) : 0;
    return place ? &c->items[place - 1] : NULL;
}

static bool is_common(const tc_common *item)
{
    return item->place == TC_SETTLED_SURE || item->user_count == TC_COMMON_USERS;
}

/* The first that is not common of a few from the hand on, else the first of them. */
static tc_common *give_up(tc_commons *c)
{
    tc_common *item = NULL;
    if (c->count == 0) return NULL;
    for (size_t i = 0; i < LOOKED_AT; i++) {
        tc_common *next = &c->items[(c->hand + i) % c->count];
        if (item == NULL) item = next;
        if (is_common(next)) continue;
        item = next;
        break;
    }
    c->hand = ((size_t)(item - c->items) + 1) % c->count;
    c->given_up++;
    tc_keymap_remove(&c->at, item->digest);
    return item;
}

static tc_common *room(tc_commons *c)
{
    if (c->count < c->max && !tc_failed(tc_keymap_reserve(&c->at)) &&
        !tc_failed(tc_grow(&c->items, &c->capacity, c->count + 1, sizeof(*c->items), c->max)))
        return &c->items[c->count++];
    return give_up(c);
}

static tc_common *make(tc_commons *c, uint64_t digest)
{
    tc_common *item = room(c);
    if (item == NULL) return NULL;
    *item = (tc_common){.digest = digest, .strange = TC_TIME_NONE};
    /* There is room: it was reserved, or an entry has just left. */
    TC_ASSERT(!tc_failed(tc_keymap_put(&c->at, digest, (uint32_t)(item - c->items) + 1)));
    return item;
}

static tc_common *find_or_make(tc_commons *c, uint64_t digest)
{
    tc_common *item = find(c, digest);
    return item != NULL ? item : make(c, digest);
}

/* -- learning ------------------------------------------------------------------------------- */

static bool listed(const uint32_t *list, size_t count, uint32_t mailbox)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == mailbox) return true;
    return false;
}

void tc_commons_note(tc_commons *c, uint64_t digest, uint64_t mailbox, bool ordinary, tc_time time)
{
    uint32_t who = (uint32_t)(mailbox ^ mailbox >> 32);
    if (digest == 0) return;
    tc_common *item = find_or_make(c, digest);
    if (item == NULL) return;
    item->seen[who >> 6 & 1] |= UINT64_C(1) << (who & 63);
    if (is_common(item)) return;
    if (item->strange != TC_TIME_NONE && tc_time_between(item->strange, time) > STRANGE_FOR)
        item->stranger_count = 0;
    if (listed(item->users, item->user_count, who)) return;
    bool strange = listed(item->strangers, item->stranger_count, who);
    if (!ordinary) item->strange = time;
    if (strange || item->stranger_count == TC_COMMON_STRANGERS) return;
    if (ordinary)
        item->users[item->user_count++] = who;
    else
        item->strangers[item->stranger_count++] = who;
}

void tc_commons_settle(tc_commons *c, uint64_t digest, tc_settled place)
{
    tc_common *item = digest ? find_or_make(c, digest) : NULL;
    if (item != NULL) item->place = TC_MAX(item->place, (uint8_t)place);
}

tc_settled tc_commons_place(const tc_commons *c, uint64_t digest)
{
    const tc_common *item = find(c, digest);
    return item != NULL ? (tc_settled)item->place : TC_SETTLED_NOT;
}

bool tc_commons_has(const tc_commons *c, uint64_t digest)
{
    const tc_common *item = find(c, digest);
    return item != NULL && is_common(item);
}

uint32_t tc_commons_users(const tc_commons *c, uint64_t digest)
{
    const tc_common *item = find(c, digest);
    return item != NULL ? item->user_count : 0;
}

/* How many of the bits so many mailboxes set, most likely. */
static size_t bits_of(size_t mailboxes)
{
    size_t free = (size_t)BITS << FRACTION;
    for (size_t i = 0; i < mailboxes; i++)
        free -= free / BITS;
    return BITS - (free >> FRACTION);
}

bool tc_commons_is_crowded(const tc_commons *c, uint64_t digest, size_t most)
{
    const tc_common *item = find(c, digest);
    if (item == NULL) return false;
    size_t bits =
        (size_t)__builtin_popcountll(item->seen[0]) + (size_t)__builtin_popcountll(item->seen[1]);
    /* A bit is at least one mailbox: mostly this answers. */
    return bits > A_FEW && bits > bits_of(TC_MIN(most, (size_t)COUNTED_MAX));
}

/* -- saving and loading --------------------------------------------------------------------- */

static void visit_list(tc_visit *v, uint32_t *list, uint8_t *count, uint32_t max)
{
    uint32_t number = *count;
    tc_visit_below(v, &number, max + 1);
    for (uint32_t i = 0; i < number; i++)
        tc_visit_u32(v, &list[i]);
    *count = (uint8_t)number;
}

static void keep(tc_commons *c, tc_visit *v, const tc_common *item)
{
    if (tc_visit_failed(v)) return;
    if (item->digest == 0 || find(c, item->digest) != NULL) {
        tc_visit_refuse(v, "what is common is nothing or stands there twice");
        return;
    }
    tc_status status = tc_grow(&c->items, &c->capacity, c->count + 1, sizeof(*c->items), c->max);
    if (!tc_failed(status)) status = tc_keymap_put(&c->at, item->digest, (uint32_t)c->count + 1);
    if (tc_failed(status))
        tc_visit_fail(v, status.code, "what is common finds no memory");
    else
        c->items[c->count++] = *item;
}

void tc_commons_visit(tc_commons *c, tc_visit *v)
{
    bool loads = tc_visit_loads(v);
    size_t count = c->count;
    uint64_t hand = c->hand;
    tc_visit_u64(v, &c->given_up);
    tc_visit_u64(v, &hand);
    tc_visit_count(v, &count, c->max);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        tc_common item = {0};
        if (!loads) item = c->items[i];
        tc_visit_u64(v, &item.digest);
        tc_visit_time(v, &item.strange);
        tc_visit_u64(v, &item.seen[0]);
        tc_visit_u64(v, &item.seen[1]);
        uint32_t place = item.place;
        tc_visit_below(v, &place, TC_SETTLED_COUNT);
        item.place = (uint8_t)place;
        visit_list(v, item.users, &item.user_count, TC_COMMON_USERS);
        visit_list(v, item.strangers, &item.stranger_count, TC_COMMON_STRANGERS);
        if (loads) keep(c, v, &item);
    }
    c->hand = hand < c->count ? (size_t)hand : 0;
}
