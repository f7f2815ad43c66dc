#include "detector/derive/visits.h"

#include "detector/memory/keymap.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

struct tc_visits {
    tc_visitor *ring; /* number n stands at n % TC_VISITS_MAX */
    uint64_t made;    /* the number of the last; the first is 1 */
    tc_keymap last;   /* client -> place of its last visit, from 1 */
    uint64_t given_up;
};

tc_visits *tc_visits_new(void)
{
    tc_visits *v = tc_alloc(1, sizeof(*v));
    if (v == NULL) return NULL;
    v->ring = tc_alloc(TC_VISITS_MAX, sizeof(tc_visitor));
    tc_keymap_init(&v->last, TC_VISITS_MAX);
    if (v->ring != NULL) return v;
    tc_visits_free(v);
    return NULL;
}

void tc_visits_free(tc_visits *v)
{
    if (v == NULL) return;
    tc_keymap_done(&v->last);
    tc_free(v->ring);
    tc_free(v);
}

uint64_t tc_visits_client(const tc_observation *o, tc_slice heap)
{
    if (tc_ip_is_zero(o->ip)) return 0;
    uint64_t agent = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    uint64_t client = tc_content_hash_add(agent, tc_slice_make(o->ip.bytes, sizeof(o->ip.bytes)));
    return client ? client : 1;
}

static tc_visitor *numbered(const tc_visits *v, uint64_t number)
{
    bool kept = number != 0 && number <= v->made && v->made - number < TC_VISITS_MAX;
    return kept ? &v->ring[number % TC_VISITS_MAX] : NULL;
}

static uint64_t number_of(const tc_visits *v, const tc_visitor *it)
{
    uint64_t behind = (v->made - (uint64_t)(it - v->ring)) % TC_VISITS_MAX;
    return v->made - behind;
}

tc_visitor *tc_visits_last(tc_visits *v, uint64_t client)
{
    uint32_t place = tc_keymap_get(&v->last, client);
    return place ? &v->ring[place - 1] : NULL;
}

tc_visitor *tc_visits_before(tc_visits *v, const tc_visitor *it)
{
    return numbered(v, it->before);
}

/* The eldest goes, whose place the next one takes. */
static void make_room(tc_visits *v, tc_time now)
{
    if (v->made < TC_VISITS_MAX) return;
    size_t place = (v->made + 1) % TC_VISITS_MAX;
    const tc_visitor *it = &v->ring[place];
    if (tc_keymap_get(&v->last, it->client) == place + 1) tc_keymap_remove(&v->last, it->client);
    v->given_up += tc_time_add(it->began, TC_VISIT_NEAR) >= now;
}

static TC_STATUS add(tc_visits *v, const tc_visitor *visit)
{
    const tc_visitor *before = tc_visits_last(v, visit->client);
    uint64_t number = before != NULL ? number_of(v, before) : 0;
    size_t place = (v->made + 1) % TC_VISITS_MAX;
    TC_TRY(tc_keymap_put(&v->last, visit->client, (uint32_t)place + 1));
    v->ring[place] = *visit;
    v->ring[place].before = number;
    v->made++;
    return TC_SUCCESS;
}

void tc_visits_add(tc_visits *v, const tc_visitor *visit)
{
    if (visit->client == 0) return;
    make_room(v, visit->began);
    v->given_up += tc_failed(add(v, visit));
}

void tc_visits_bounds(const tc_visits *v, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "beginnings of webmail sessions", TC_VISITS_MAX, v->given_up,
                  TC_BLINDS(TC_INDICATOR_LANGUAGE));
}

/* -- saved state ---------------------------------------------------------------------------- */

static void visit_one(tc_visit *v, tc_visitor *it)
{
    bool judged = it->judged, novel = it->novel, stranger = it->stranger;
    bool new_block = it->new_block, wrote = it->wrote;
    tc_visit_u64(v, &it->client);
    tc_visit_u64(v, &it->session);
    tc_visit_time(v, &it->began);
    tc_visit_u32(v, &it->name);
    tc_visit_u32(v, &it->serial);
    tc_visit_bool(v, &judged);
    tc_visit_bool(v, &novel);
    tc_visit_bool(v, &stranger);
    tc_visit_bool(v, &new_block);
    tc_visit_bool(v, &wrote);
    it->judged = judged;
    it->novel = novel;
    it->stranger = stranger;
    it->new_block = new_block;
    it->wrote = wrote;
}

static void load_one(tc_visits *visits, tc_visit *v)
{
    tc_visitor loaded = {0};
    visit_one(v, &loaded);
    if (loaded.client == 0) tc_visit_refuse(v, "a visit has no client");
    if (tc_visit_failed(v)) return;
    if (tc_failed(add(visits, &loaded))) tc_visit_fail(v, TC_ENOMEM, "out of memory");
}

/* Numbers begin anew: what counts is which of two came before the other. */
void tc_visits_visit(tc_visits *visits, tc_visit *v)
{
    if (!tc_visit_begin(v, "visits", 1)) return;
    size_t count = (size_t)TC_MIN(visits->made, (uint64_t)TC_VISITS_MAX);
    uint64_t eldest = visits->made - count + 1;
    tc_visit_u64(v, &visits->given_up);
    tc_visit_count(v, &count, TC_VISITS_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v))
            load_one(visits, v);
        else
            visit_one(v, &visits->ring[(eldest + i) % TC_VISITS_MAX]);
    }
    tc_visit_end(v);
}
