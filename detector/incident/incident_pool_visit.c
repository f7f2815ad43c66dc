/* The pool of sessions, saved and loaded.
 *
 * First stand the holders: mailboxes and addresses in the order in which they make room, then the
 * others as the sessions name them. Then the sessions by time with what they share, of which the
 * chains follow, and last the sessions of each mailbox: these may stand in another order, for
 * mailboxes are united. Both are called by their place in these lists. */
#include "detector/incident/incident_pool.h"

#include "parsers/base/alloc.h"

typedef struct trip {
    tc_session_pool *pool;
    tc_visit *visit;
    tc_piece *holders;
    size_t holder_count, holder_capacity;
    tc_piece *sessions;
    size_t session_count, session_capacity;
    uint32_t *numbers; /* saving: of a piece, from 1; 0: it has none yet */
    uint32_t *left;    /* loading: how many sessions a holder must yet get */
    size_t left_capacity;
} trip;

/* -- what there is -------------------------------------------------------------------------- */

static void collect_holder(trip *t, tc_piece holder)
{
    t->holders[t->holder_count++] = holder;
    t->numbers[holder] = (uint32_t)t->holder_count;
}

static void collect_list(trip *t, tc_piece_list list)
{
    for (tc_piece h = list.oldest; h; h = tc_holder_at(t->pool, h)->behind)
        collect_holder(t, h);
}

static void collect_session(trip *t, tc_piece session)
{
    const tc_kept_session *s = tc_session_at(t->pool, session);
    t->sessions[t->session_count++] = session;
    t->numbers[session] = (uint32_t)t->session_count;
    for (int trait = TC_ACCESS_SITE; trait < TC_ACCESS_TRAITS; trait++) {
        tc_piece holder = s->links[trait].holder;
        if (holder && t->numbers[holder] == 0) collect_holder(t, holder);
    }
}

static void collect(trip *t)
{
    const tc_session_pool *p = t->pool;
    t->numbers = tc_alloc(p->pool.fresh, sizeof(*t->numbers));
    t->holders = tc_alloc(p->holders.count, sizeof(*t->holders));
    t->sessions = tc_alloc(p->count, sizeof(*t->sessions));
    if (!t->numbers || !t->holders || !t->sessions) {
        tc_visit_fail(t->visit, TC_ENOMEM, "there is no memory to save sessions with");
        return;
    }
    for (size_t i = 0; i < TC_HOLDER_CLASSES; i++)
        collect_list(t, p->newcomers[i]);
    for (size_t i = 0; i < TC_HOLDER_CLASSES; i++)
        collect_list(t, p->classes[i]);
    for (tc_piece s = p->all.oldest; s; s = tc_session_at(p, s)->newer)
        collect_session(t, s);
}

/* -- holders -------------------------------------------------------------------------------- */

/* False if the visit has failed. */
static bool succeeds(trip *t, tc_status status)
{
    if (status.code == TC_ELIMIT)
        tc_visit_refuse(t->visit, "more sessions are kept than there is room for");
    else if (tc_failed(status))
        tc_visit_fail(t->visit, status.code, "kept sessions find no memory");
    return !tc_visit_failed(t->visit);
}

static void load_holder(trip *t, const tc_holder *h, tc_slice text)
{
    size_t limit = t->pool->pool.limit, n = t->holder_count + 1;
    size_t rest = text.len - TC_MIN(text.len, (size_t)TC_HOLDER_ROOM);
    if (h->count == 0 || h->digest == 0 || tc_session_pool_holder(t->pool, h->digest))
        tc_visit_refuse(t->visit, "sessions share what is nothing or what was named before");
    if (tc_visit_failed(t->visit) ||
        !succeeds(t, tc_grow(&t->holders, &t->holder_capacity, n, sizeof(tc_piece), limit)) ||
        !succeeds(t, tc_grow(&t->left, &t->left_capacity, n, sizeof(uint32_t), limit)) ||
        !succeeds(t, tc_pool_reserve(&t->pool->pool, 1 + tc_pool_chain_need(rest))))
        return;
    t->left[t->holder_count] = h->count;
    t->holders[t->holder_count++] = tc_session_pool_hold(t->pool, h, text);
}

static void visit_holder(trip *t, tc_holder *h, tc_slice text)
{
    tc_visit *v = t->visit;
    uint32_t trait = h->trait;
    tc_visit_below(v, &trait, TC_ACCESS_TRAITS);
    h->trait = (uint8_t)trait;
    tc_visit_u64(v, &h->digest);
    tc_visit_u32(v, &h->count);
    if (trait == TC_ACCESS_MAILBOX) tc_visit_bool(v, &h->newcomer);
    if (trait == TC_ACCESS_MAILBOX || trait == TC_ACCESS_ADDRESS) tc_visit_bool(v, &h->lost);
    if (trait == TC_ACCESS_MAILBOX || trait == TC_ACCESS_NETWORK) tc_visit_u32(v, &h->number);
    if (trait == TC_ACCESS_ADDRESS) tc_visit_ip(v, &h->ip);
    size_t most = tc_access_text_max((tc_access_trait)trait);
    if (most) tc_visit_text(v, &text, most);
    if (tc_visit_loads(v)) load_holder(t, h, text);
}

static void visit_holders(trip *t)
{
    uint8_t room[TC_INCIDENT_LABEL_MAX];
    size_t count = t->holder_count;
    tc_visit_count(t->visit, &count, t->pool->pool.limit);
    for (size_t i = 0; i < count && !tc_visit_failed(t->visit); i++) {
        tc_holder h = {0};
        if (!tc_visit_loads(t->visit)) h = *tc_holder_at(t->pool, t->holders[i]);
        visit_holder(t, &h, tc_session_pool_text(t->pool, &h, room));
    }
}

/* -- sessions ------------------------------------------------------------------------------- */

static void chain(trip *t, tc_piece session, tc_access_trait trait, uint32_t number)
{
    tc_piece holder = t->holders[number - 1];
    if (tc_holder_at(t->pool, holder)->trait != trait || t->left[number - 1] == 0 ||
        tc_session_at(t->pool, session)->links[trait].holder != 0) {
        tc_visit_refuse(t->visit, "a session shares what it cannot share");
        return;
    }
    t->left[number - 1]--;
    tc_session_pool_chain(t->pool, session, trait, holder);
}

static tc_piece load_session(trip *t, tc_time time, uint64_t record, bool own)
{
    size_t limit = t->pool->pool.limit, n = t->session_count + 1;
    if (tc_visit_failed(t->visit) || !succeeds(t, tc_pool_reserve(&t->pool->pool, 1)) ||
        !succeeds(t, tc_grow(&t->sessions, &t->session_capacity, n, sizeof(tc_piece), limit)))
        return 0;
    return t->sessions[t->session_count++] = tc_session_pool_begin(t->pool, time, record, own);
}

static void visit_session(trip *t, size_t place)
{
    tc_visit *v = t->visit;
    bool loads = tc_visit_loads(v);
    tc_piece session = loads ? 0 : t->sessions[place];
    tc_time time = loads ? 0 : tc_session_at(t->pool, session)->time;
    uint64_t record = loads ? 0 : tc_session_at(t->pool, session)->record;
    tc_visit_time(v, &time);
    bool own = !loads && tc_session_at(t->pool, session)->own;
    tc_visit_u64(v, &record);
    tc_visit_bool(v, &own);
    if (loads) session = load_session(t, time, record, own);
    for (int trait = TC_ACCESS_ADDRESS; trait < TC_ACCESS_TRAITS && !tc_visit_failed(v); trait++) {
        tc_piece holder = tc_session_at(t->pool, session)->links[trait].holder;
        uint32_t number = holder ? t->numbers[holder] : 0;
        tc_visit_below(v, &number, (uint32_t)t->holder_count + 1);
        if (number == 0 && trait == TC_ACCESS_ADDRESS)
            tc_visit_refuse(v, "a session has no address");
        if (loads && number) chain(t, session, (tc_access_trait)trait, number);
    }
}

/* The sessions of a mailbox, from the oldest on. */
static void visit_mailbox(trip *t, uint32_t number)
{
    tc_visit *v = t->visit;
    bool loads = tc_visit_loads(v);
    const tc_holder *h = tc_holder_at(t->pool, t->holders[number - 1]);
    tc_piece session = h->oldest;
    if (h->trait != TC_ACCESS_MAILBOX) return;
    for (uint32_t left = h->count; left > 0 && !tc_visit_failed(v); left--) {
        uint32_t place = loads ? 0 : t->numbers[session] - 1;
        tc_visit_below(v, &place, (uint32_t)t->session_count);
        if (tc_visit_failed(v)) return;
        if (loads) chain(t, t->sessions[place], TC_ACCESS_MAILBOX, number);
        session = tc_session_at(t->pool, t->sessions[place])->links[TC_ACCESS_MAILBOX].newer;
    }
}

/* Every session has a mailbox, and every holder as many sessions as it said. */
static void check_all(trip *t)
{
    const tc_session_pool *p = t->pool;
    bool whole = true;
    for (size_t i = 0; i < t->holder_count; i++)
        whole &= t->left[i] == 0;
    for (size_t i = 0; i < t->session_count; i++)
        whole &= tc_session_at(p, t->sessions[i])->links[TC_ACCESS_MAILBOX].holder != 0;
    if (!whole) tc_visit_refuse(t->visit, "a kept session is not whole");
}

static void visit_all(trip *t)
{
    size_t count = t->session_count;
    visit_holders(t);
    tc_visit_count(t->visit, &count, t->pool->pool.limit);
    for (size_t i = 0; i < count && !tc_visit_failed(t->visit); i++)
        visit_session(t, i);
    for (size_t i = 0; i < t->holder_count && !tc_visit_failed(t->visit); i++)
        visit_mailbox(t, (uint32_t)i + 1);
    if (tc_visit_loads(t->visit) && !tc_visit_failed(t->visit)) check_all(t);
}

void tc_session_pool_visit(tc_session_pool *pool, tc_visit *v)
{
    trip t = {.pool = pool, .visit = v};
    tc_visit_u64(v, &pool->given_up);
    if (!tc_visit_loads(v)) collect(&t);
    if (!tc_visit_failed(v)) visit_all(&t);
    tc_free(t.numbers);
    tc_free(t.holders);
    tc_free(t.sessions);
    tc_free(t.left);
}
