#include "detector/derive/sessions.h"

#include "detector/memory/keymap.h"
#include "parsers/base/alloc.h"

typedef struct session {
    uint64_t hash; /* 0 = it began anew elsewhere in the ring */
    tc_time last;
} session;

struct tc_sessions {
    session *ring; /* by beginning */
    size_t capacity, oldest, count;
    tc_keymap places; /* hash -> place in the ring + 1 */
    int64_t idle_ns;
    uint64_t given_up;
};

tc_sessions *tc_sessions_new(size_t capacity, int64_t idle_ns)
{
    tc_sessions *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->ring = tc_alloc(capacity, sizeof(session));
    s->capacity = capacity;
    s->idle_ns = idle_ns;
    tc_keymap_init(&s->places, capacity);
    if (s->ring != NULL) return s;
    tc_sessions_free(s);
    return NULL;
}

void tc_sessions_free(tc_sessions *s)
{
    if (s == NULL) return;
    tc_keymap_done(&s->places);
    tc_free(s->ring);
    tc_free(s);
}

static bool is_over(const tc_sessions *s, const session *it, tc_time now)
{
    return tc_time_add(it->last, s->idle_ns) < now;
}

static void drop_oldest(tc_sessions *s, tc_time now)
{
    session *it = &s->ring[s->oldest];
    if (it->hash != 0) {
        tc_keymap_remove(&s->places, it->hash);
        if (!is_over(s, it, now)) s->given_up++;
    }
    s->oldest = (s->oldest + 1) % s->capacity;
    s->count--;
}

bool tc_sessions_note(tc_sessions *s, uint64_t hash, tc_time first, tc_time last)
{
    if (hash == 0) hash = 1;
    uint32_t number = tc_keymap_get(&s->places, hash);
    if (number != 0) {
        session *it = &s->ring[number - 1];
        if (!is_over(s, it, first)) {
            it->last = TC_MAX(it->last, last);
            return false;
        }
        it->hash = 0;
        tc_keymap_remove(&s->places, hash);
    }
    if (s->count == s->capacity) drop_oldest(s, first);
    size_t place = (s->oldest + s->count) % s->capacity;
    if (tc_failed(tc_keymap_put(&s->places, hash, (uint32_t)place + 1))) {
        s->given_up++; /* no memory: each of its spans begins a session */
        return true;
    }
    s->ring[place] = (session){hash, last};
    s->count++;
    return true;
}

tc_time tc_sessions_last(const tc_sessions *s, uint64_t hash)
{
    uint32_t number = tc_keymap_get(&s->places, hash ? hash : 1);
    return number ? s->ring[number - 1].last : TC_TIME_NONE;
}

static void load_session(tc_sessions *s, tc_visit *v, const session *it)
{
    if (tc_visit_failed(v)) return;
    if (it->hash != 0 && tc_keymap_get(&s->places, it->hash) != 0) {
        tc_visit_refuse(v, "a session stands twice");
        return;
    }
    uint32_t place = (uint32_t)s->count;
    if (it->hash != 0 && tc_failed(tc_keymap_put(&s->places, it->hash, place + 1))) {
        tc_visit_fail(v, TC_ENOMEM, "out of memory");
        return;
    }
    s->ring[place] = *it;
    s->count++;
}

void tc_sessions_visit(tc_sessions *s, tc_visit *v)
{
    if (!tc_visit_begin(v, "sessions", 1)) return;
    size_t count = s->count;
    tc_visit_u64(v, &s->given_up);
    tc_visit_count(v, &count, s->capacity);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        session it = s->ring[(s->oldest + i) % s->capacity];
        tc_visit_u64(v, &it.hash);
        tc_visit_time(v, &it.last);
        if (tc_visit_loads(v)) load_session(s, v, &it);
    }
    tc_visit_end(v);
}

void tc_sessions_bounds(const tc_sessions *s, const char *what, tc_bounds *bounds)
{
    tc_bounds_add(bounds, what, s->capacity, s->given_up, 0);
}
