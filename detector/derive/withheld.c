#include "detector/derive/withheld.h"

#include "parsers/base/alloc.h"

/* Whose incident was confirmed, and until when what comes belongs to it. */
typedef struct confirmed {
    uint64_t who;
    tc_time until;
} confirmed;

struct tc_withheld {
    tc_withheld_item *items;
    size_t count;
    tc_time next; /* nothing is due before */
    uint64_t given_up;
    confirmed *confirmed;
    size_t confirmed_count, confirmed_capacity;
};

tc_withheld *tc_withheld_new(void)
{
    tc_withheld *w = tc_alloc(1, sizeof(*w));
    if (w == NULL) return NULL;
    w->next = TC_TIME_MAX;
    w->items = tc_alloc(TC_WITHHELD_MAX, sizeof(tc_withheld_item));
    if (w->items != NULL) return w;
    tc_withheld_free(w);
    return NULL;
}

void tc_withheld_free(tc_withheld *w)
{
    if (w == NULL) return;
    tc_free(w->items);
    tc_free(w->confirmed);
    tc_free(w);
}

static bool is_same(const tc_withheld_item *a, const tc_withheld_item *b)
{
    return a->who == b->who && a->what == b->what && a->kind == b->kind && a->detail == b->detail;
}

static void take_out(tc_withheld *w, size_t i)
{
    w->items[i] = w->items[--w->count];
}

/* -- what people say ------------------------------------------------------------------------ */

static confirmed *find_confirmed(tc_withheld *w, uint64_t who)
{
    for (size_t i = 0; i < w->confirmed_count; i++)
        if (w->confirmed[i].who == who) return &w->confirmed[i];
    return NULL;
}

static confirmed *confirmed_room(tc_withheld *w)
{
    size_t first = 0;
    tc_status status = tc_grow(&w->confirmed, &w->confirmed_capacity, w->confirmed_count + 1,
                               sizeof(*w->confirmed), TC_CONFIRMED_MAX);
    if (!tc_failed(status)) return &w->confirmed[w->confirmed_count++];
    for (size_t i = 1; i < w->confirmed_count; i++)
        if (w->confirmed[i].until < w->confirmed[first].until) first = i;
    return w->confirmed_count ? &w->confirmed[first] : NULL;
}

void tc_withheld_confirm(tc_withheld *w, uint64_t who, tc_time now)
{
    if (who == 0) return;
    tc_withheld_forget(w, who);
    confirmed *c = find_confirmed(w, who);
    if (c == NULL) c = confirmed_room(w);
    if (c != NULL) *c = (confirmed){who, tc_time_add(now, TC_WITHHELD_FOR)};
}

static void drop_confirmed(tc_withheld *w, uint64_t who)
{
    confirmed *c = find_confirmed(w, who);
    if (c != NULL) *c = w->confirmed[--w->confirmed_count];
}

void tc_withheld_clear(tc_withheld *w, uint64_t who)
{
    if (who == 0) return;
    drop_confirmed(w, who);
    for (size_t i = 0; i < w->count; i++) {
        if (w->items[i].who != who) continue;
        w->items[i].due = w->next = TC_TIME_NONE;
    }
}

static bool is_confirmed(tc_withheld *w, uint64_t who, tc_time now)
{
    const confirmed *c = who ? find_confirmed(w, who) : NULL;
    return c != NULL && now < c->until;
}

/* -- in ------------------------------------------------------------------------------------- */

static tc_withheld_item *find(tc_withheld *w, const tc_withheld_item *item)
{
    for (size_t i = 0; i < w->count; i++)
        if (is_same(&w->items[i], item)) return &w->items[i];
    return NULL;
}

/* The latest of those that wait makes room: a flood pushes out itself. */
static tc_withheld_item *room(tc_withheld *w)
{
    size_t latest = 0;
    if (w->count < TC_WITHHELD_MAX) return &w->items[w->count++];
    for (size_t i = 1; i < w->count; i++)
        if (w->items[i].due > w->items[latest].due) latest = i;
    w->given_up++;
    return &w->items[latest];
}

void tc_withheld_add(tc_withheld *w, const tc_withheld_item *item, tc_time now)
{
    if (is_confirmed(w, item->who, now)) return;
    tc_withheld_item *it = find(w, item);
    uint64_t value = it != NULL ? TC_MAX(it->value, item->value) : item->value;
    if (it == NULL) it = room(w);
    *it = *item;
    it->value = value;
    it->due = tc_time_add(now, TC_WITHHELD_FOR);
    w->next = TC_MIN(w->next, it->due);
}

void tc_withheld_found(tc_withheld *w, uint64_t who, tc_time now)
{
    tc_time due = tc_time_add(now, TC_WITHHELD_FOR);
    if (who == 0) return;
    confirmed *c = find_confirmed(w, who);
    if (c != NULL && now < c->until) c->until = TC_MAX(c->until, due);
    for (size_t i = 0; i < w->count; i++)
        if (w->items[i].who == who) w->items[i].due = TC_MAX(w->items[i].due, due);
}

/* -- out ------------------------------------------------------------------------------------ */

bool tc_withheld_due(tc_withheld *w, tc_time now, tc_withheld_item *ret)
{
    if (now < w->next) return false;
    w->next = TC_TIME_MAX;
    for (size_t i = 0; i < w->count; i++) {
        if (w->items[i].due > now) {
            w->next = TC_MIN(w->next, w->items[i].due);
            continue;
        }
        *ret = w->items[i];
        take_out(w, i);
        w->next = now;
        return true;
    }
    return false;
}

void tc_withheld_unite(tc_withheld *w, uint64_t from, uint64_t into, uint32_t entity)
{
    confirmed *c = from ? find_confirmed(w, from) : NULL;
    if (c != NULL && find_confirmed(w, into) == NULL) c->who = into;
    for (size_t i = 0; i < w->count; i++) {
        if (w->items[i].who != from || from == 0) continue;
        w->items[i].who = into;
        w->items[i].entity = entity;
    }
}

void tc_withheld_forget(tc_withheld *w, uint64_t who)
{
    drop_confirmed(w, who);
    for (size_t i = w->count; who != 0 && i-- > 0;)
        if (w->items[i].who == who) take_out(w, i);
}

void tc_withheld_drop(tc_withheld *w, tc_withheld_kind kind)
{
    for (size_t i = w->count; i-- > 0;)
        if (w->items[i].kind == (uint8_t)kind) take_out(w, i);
}

void tc_withheld_bounds(const tc_withheld *w, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "things withheld from learning", TC_WITHHELD_MAX, w->given_up, 0);
}

/* -- saved ---------------------------------------------------------------------------------- */

static void visit_item(tc_visit *v, tc_withheld_item *item)
{
    tc_visit_u64(v, &item->who);
    tc_visit_u64(v, &item->what);
    tc_visit_u64(v, &item->value);
    tc_visit_time(v, &item->due);
    tc_visit_u32(v, &item->entity);
    tc_visit_u32(v, &item->detail);
    tc_visit_u8(v, &item->kind);
    if (item->kind >= TC_WITHHELD_KINDS) tc_visit_refuse(v, "something unknown is withheld");
}

static void visit_confirmed(tc_withheld *w, tc_visit *v)
{
    size_t count = w->confirmed_count;
    tc_visit_count(v, &count, TC_CONFIRMED_MAX);
    tc_status status =
        tc_grow(&w->confirmed, &w->confirmed_capacity, count, sizeof(*w->confirmed), count);
    if (tc_failed(status)) tc_visit_fail(v, status.code, "no memory for whom was confirmed");
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        tc_visit_u64(v, &w->confirmed[i].who);
        tc_visit_time(v, &w->confirmed[i].until);
    }
    if (tc_visit_loads(v) && !tc_visit_failed(v)) w->confirmed_count = count;
}

void tc_withheld_visit(tc_withheld *w, tc_visit *v)
{
    size_t count = w->count;
    if (!tc_visit_begin(v, "withheld", 2)) return;
    tc_visit_u64(v, &w->given_up);
    tc_visit_time(v, &w->next);
    tc_visit_count(v, &count, TC_WITHHELD_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++)
        visit_item(v, &w->items[i]);
    if (tc_visit_loads(v)) w->count = count;
    visit_confirmed(w, v);
    tc_visit_end(v);
}
