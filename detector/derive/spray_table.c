#include "detector/derive/spray_table_state.h"

#include "parsers/base/alloc.h"

#define RECENT (10 * 60)
#define A_DAY (24 * 60 * 60)
#define A_WEEK (7 * A_DAY)
#define FORGOTTEN (28 * A_DAY)
#define CROWD 3      /* places with so many failing at once stay longer */
#define LOOKED_AT 64 /* places, when room is made */
#define MEMBERS_EACH 8

uint32_t tc_spray_seconds(tc_time time)
{
    if (time < TC_SECOND) return 1;
    return (uint32_t)TC_MIN(time / TC_SECOND, (int64_t)UINT32_MAX);
}

static bool is_within(uint32_t moment, uint32_t present, uint32_t span)
{
    return moment != 0 && (moment >= present || present - moment < span);
}

tc_spray_table *tc_spray_table_new(size_t places_max)
{
    tc_spray_table *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return NULL;
    t->places_max = places_max;
    t->members_max = TC_MAX(places_max * MEMBERS_EACH, (size_t)4 * SPRAY_MEMBERS_MAX);
    tc_keymap_init(&t->at, places_max);
    return t;
}

void tc_spray_table_free(tc_spray_table *t)
{
    if (t == NULL) return;
    for (size_t i = 0; i < t->used; i++)
        tc_free(t->places[i].members);
    tc_free(t->places);
    tc_keymap_done(&t->at);
    tc_free(t);
}

/* -- places --------------------------------------------------------------------------------- */

static void unlink_place(tc_spray_table *t, spray_place *p)
{
    if (p->older)
        t->places[p->older - 1].younger = p->younger;
    else
        t->oldest = p->younger;
    if (p->younger)
        t->places[p->younger - 1].older = p->older;
    else
        t->youngest = p->older;
}

static void link_youngest(tc_spray_table *t, spray_place *p)
{
    uint32_t number = (uint32_t)(p - t->places) + 1;
    p->older = t->youngest;
    p->younger = 0;
    if (t->youngest)
        t->places[t->youngest - 1].younger = number;
    else
        t->oldest = number;
    t->youngest = number;
}

static void forget_place(tc_spray_table *t, spray_place *p)
{
    unlink_place(t, p);
    tc_keymap_remove(&t->at, p->key);
    t->members -= p->count;
    tc_free(p->members);
    *p = (spray_place){.younger = t->free};
    t->free = (uint32_t)(p - t->places) + 1;
}

/* Gives up one place but `kept`; false if there is no other. */
static bool give_up(tc_spray_table *t, const spray_place *kept)
{
    uint32_t number = t->oldest;
    spray_place *gone = NULL;
    for (int i = 0; i < LOOKED_AT && number; i++) {
        spray_place *p = &t->places[number - 1];
        number = p->younger;
        if (p == kept) continue;
        if (gone == NULL || p->peak < CROWD) gone = p;
        if (p->peak < CROWD) break;
    }
    if (gone == NULL) return false;
    /* Where nobody failed nothing is missed for it. */
    t->given_up += gone->peak > 0;
    forget_place(t, gone);
    return true;
}

static spray_place *take_place(tc_spray_table *t)
{
    if (t->free == 0 && t->used == t->places_max && !give_up(t, NULL)) return NULL;
    if (t->free) {
        spray_place *p = &t->places[t->free - 1];
        t->free = p->younger;
        return p;
    }
    if (tc_failed(
            tc_grow(&t->places, &t->capacity, t->used + 1, sizeof(spray_place), t->places_max)))
        return NULL;
    return &t->places[t->used++];
}

static spray_place *refuse(tc_spray_table *t)
{
    t->given_up++;
    return NULL;
}

spray_place *tc_spray_table_make(tc_spray_table *t, uint64_t key)
{
    spray_place *p = take_place(t);
    if (p == NULL) return refuse(t);
    *p = (spray_place){.key = key};
    uint32_t number = (uint32_t)(p - t->places) + 1;
    if (tc_failed(tc_keymap_put(&t->at, key, number))) {
        *p = (spray_place){.younger = t->free};
        t->free = number;
        return refuse(t);
    }
    link_youngest(t, p);
    return p;
}

/* -- members -------------------------------------------------------------------------------- */

spray_member *tc_spray_table_member(tc_spray_table *t, spray_place *p)
{
    while (t->members >= t->members_max)
        if (!give_up(t, p)) return NULL;
    if (tc_failed(tc_grow(&p->members, &p->capacity, p->count + 1, sizeof(spray_member),
                          2 * SPRAY_MEMBERS_MAX)))
        return NULL;
    t->members++;
    return &p->members[p->count++];
}

static spray_member *find_member(const spray_place *p, uint64_t id)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->members[i].id == id) return &p->members[i];
    return NULL;
}

/* Room for one more that fails, or for one more that succeeds; the stalest of the same sort makes
 * room if it is older than `span`. NULL if all are younger. */
static spray_member *member_room(tc_spray_table *t, spray_place *p, bool fails, uint32_t now)
{
    size_t limit = fails ? SPRAY_FAILED_MAX : SPRAY_SUCCEEDED_MAX, count = 0;
    spray_member *stalest = NULL;
    for (size_t i = 0; i < p->count; i++) {
        spray_member *m = &p->members[i];
        if ((m->first_ok == 0) != fails) continue;
        count++;
        uint32_t moment = fails ? m->failed : m->last_ok;
        uint32_t best = stalest == NULL ? UINT32_MAX : fails ? stalest->failed : stalest->last_ok;
        if (moment < best) stalest = m;
    }
    bool stale = stalest != NULL && !is_within(fails ? stalest->failed : stalest->last_ok, now,
                                               fails ? A_DAY : FORGOTTEN);
    if (stale) return stalest;
    return count < limit ? tc_spray_table_member(t, p) : NULL;
}

/* It was no stranger's failure, so it was none of the most either. */
static void drop_failing(tc_spray_table *t, spray_place *p, spray_member *m)
{
    if (p->peak > 0 && m->id != 0) p->peak--;
    *m = p->members[--p->count];
    t->members--;
}

/* -- what is told --------------------------------------------------------------------------- */

/* Also the moment to forget what was untold for long. */
static spray_place *told_place(tc_spray_table *t, uint64_t key, uint32_t now, bool make)
{
    for (int i = 0; i < 2 && t->oldest; i++) {
        spray_place *eldest = &t->places[t->oldest - 1];
        if (eldest->key == key || is_within(eldest->told, now, FORGOTTEN)) break;
        forget_place(t, eldest);
    }
    uint32_t number = tc_keymap_get(&t->at, key);
    if (number == 0) return make ? tc_spray_table_make(t, key) : NULL;
    spray_place *p = &t->places[number - 1];
    unlink_place(t, p);
    link_youngest(t, p);
    return p;
}

static tc_spray_figures figures_of(const spray_place *p, uint32_t now)
{
    tc_spray_figures f = {0};
    for (size_t i = 0; i < p->count; i++) {
        const spray_member *m = &p->members[i];
        if (is_within(m->failed, now, A_DAY)) {
            f.failures += m->tries;
            f.failed += m->id != 0;
            f.failed_recent += m->id != 0 && is_within(m->failed, now, RECENT);
        }
        if (!is_within(m->last_ok, now, FORGOTTEN)) continue;
        f.succeeded++;
        f.settled += !is_within(m->first_ok, now, A_WEEK);
    }
    if (is_within(p->peak_at, now, A_WEEK)) f.peak = p->peak;
    return f;
}

static void raise_peak(spray_place *p, uint32_t now)
{
    uint32_t failed = figures_of(p, now).failed;
    if (is_within(p->peak_at, now, A_WEEK) && failed < p->peak) return;
    p->peak = failed;
    p->peak_at = now;
}

tc_spray_growth tc_spray_table_failed(tc_spray_table *t, uint64_t key, uint64_t member, tc_time at)
{
    uint32_t now = tc_spray_seconds(at);
    bool known = tc_keymap_get(&t->at, key) != 0;
    spray_place *p = told_place(t, key, now, true);
    if (p == NULL) return TC_SPRAY_KNOWN;
    p->told = now;
    spray_member *m = find_member(p, member);
    if (m != NULL && m->first_ok != 0) return TC_SPRAY_KNOWN;
    if (m == NULL) {
        m = member_room(t, p, true, now);
        if (m == NULL) return TC_SPRAY_KNOWN;
        *m = (spray_member){.id = member};
    }
    bool grown = member != 0 && !is_within(m->failed, now, A_DAY);
    if (!is_within(m->failed, now, A_DAY)) m->tries = 0;
    if (m->failed != now || m->tries == 0) m->tries++;
    m->failed = TC_MAX(m->failed, now);
    raise_peak(p, now);
    return !grown ? TC_SPRAY_KNOWN : known ? TC_SPRAY_GROWN : TC_SPRAY_NEW;
}

void tc_spray_table_succeeded(tc_spray_table *t, uint64_t key, const tc_spray_guest *guest,
                              tc_time at, bool make)
{
    uint32_t now = tc_spray_seconds(at);
    spray_place *p = told_place(t, key, now, make);
    if (p == NULL) return;
    p->told = now;
    spray_member *m = find_member(p, guest->member);
    if (m != NULL && m->first_ok == 0) {
        drop_failing(t, p, m);
        m = NULL;
    }
    if (m == NULL) {
        m = member_room(t, p, false, now);
        if (m == NULL) return;
        *m = (spray_member){
            .id = guest->member, .first_ok = now, .entity = guest->entity, .novel = guest->novel};
    }
    m->last_ok = now;
}

size_t tc_spray_table_strangers(const tc_spray_table *t, uint64_t key, tc_time at,
                                tc_spray_guest ret[TC_SPRAY_GUESTS])
{
    uint32_t now = tc_spray_seconds(at), number = tc_keymap_get(&t->at, key);
    size_t count = 0;
    if (number == 0) return 0;
    const spray_place *p = &t->places[number - 1];
    for (size_t i = 0; i < p->count; i++) {
        const spray_member *m = &p->members[i];
        if (m->novel && is_within(m->first_ok, now, A_WEEK) && count < TC_SPRAY_GUESTS)
            ret[count++] = (tc_spray_guest){m->id, m->entity, true};
    }
    return count;
}

tc_spray_figures tc_spray_table_figures(const tc_spray_table *t, uint64_t key, tc_time at)
{
    uint32_t number = tc_keymap_get(&t->at, key);
    if (number == 0) return (tc_spray_figures){0};
    return figures_of(&t->places[number - 1], tc_spray_seconds(at));
}

void tc_spray_table_bounds(const tc_spray_table *t, const char *what, tc_bounds *bounds)
{
    tc_bounds_add(bounds, what, t->places_max, t->given_up, TC_BLINDS(TC_INDICATOR_WEBMAIL));
}
