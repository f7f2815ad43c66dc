#include "detector/incident/incident_pool.h"

enum { PIECE_COST = TC_PIECE_BYTES + sizeof(tc_piece), LOOKUP_SHARE = 16 };

static size_t add_need(void)
{
    return 1 + TC_ACCESS_TRAITS + tc_pool_chain_need(TC_INCIDENT_LABEL_MAX) +
           tc_pool_chain_need(TC_INCIDENT_AGENT_MAX) + tc_pool_chain_need(TC_INCIDENT_ORG_MAX);
}

TC_STATUS tc_session_pool_init(tc_session_pool *p, size_t max_bytes)
{
    *p = (tc_session_pool){0};
    size_t pieces = (max_bytes - max_bytes / LOOKUP_SHARE) / PIECE_COST;
    tc_pool_init(&p->pool, (uint32_t)TC_MIN(TC_MAX(pieces, 2 * add_need()), (size_t)INT32_MAX));
    return tc_lookup_init(&p->holders, max_bytes / LOOKUP_SHARE);
}

void tc_session_pool_done(tc_session_pool *p)
{
    tc_pool_done(&p->pool);
    tc_lookup_done(&p->holders);
}

/* -- holders -------------------------------------------------------------------------------- */

static uint32_t lookup_hash(uint64_t digest)
{
    return (uint32_t)(digest ^ digest >> 32);
}

tc_piece tc_session_pool_holder(const tc_session_pool *p, uint64_t digest)
{
    uint32_t hash = lookup_hash(digest);
    tc_piece piece = tc_lookup_first(&p->holders, &p->pool, hash);
    while (piece && tc_holder_at(p, piece)->digest != digest)
        piece = tc_lookup_next(&p->pool, tc_holder_at(p, piece)->node.next, hash);
    return piece;
}

static bool counts_for_eviction(const tc_holder *h)
{
    return h->trait == TC_ACCESS_MAILBOX || h->trait == TC_ACCESS_ADDRESS;
}

static uint8_t class_of(uint32_t count)
{
    return (uint8_t)(31 - __builtin_clz(count | 1));
}

static tc_piece_list *list_of(tc_session_pool *p, const tc_holder *h)
{
    return h->newcomer ? &p->newcomers[h->size_class] : &p->classes[h->size_class];
}

static void enter_class(tc_session_pool *p, tc_piece piece)
{
    tc_holder *h = tc_holder_at(p, piece);
    h->size_class = class_of(h->count);
    tc_piece_list *list = list_of(p, h);
    h->before = list->newest;
    h->behind = 0;
    if (list->newest)
        tc_holder_at(p, list->newest)->behind = piece;
    else
        list->oldest = piece;
    list->newest = piece;
}

static void leave_class(tc_session_pool *p, const tc_holder *h)
{
    tc_piece_list *list = list_of(p, h);
    if (h->before)
        tc_holder_at(p, h->before)->behind = h->behind;
    else
        list->oldest = h->behind;
    if (h->behind)
        tc_holder_at(p, h->behind)->before = h->before;
    else
        list->newest = h->before;
}

static void recount(tc_session_pool *p, tc_piece piece, uint32_t count)
{
    tc_holder *h = tc_holder_at(p, piece);
    if (h->newcomer) p->newcomer_count = p->newcomer_count - h->count + count;
    h->count = count;
    if (!counts_for_eviction(h) || class_of(count) == h->size_class) return;
    leave_class(p, h);
    enter_class(p, piece);
}

size_t tc_access_text_max(tc_access_trait trait)
{
    static const uint16_t most[TC_ACCESS_TRAITS] = {[TC_ACCESS_MAILBOX] = TC_INCIDENT_LABEL_MAX,
                                                    [TC_ACCESS_COUNTRY] = TC_HOLDER_ROOM,
                                                    [TC_ACCESS_NETWORK] = TC_INCIDENT_ORG_MAX,
                                                    [TC_ACCESS_AGENT] = TC_INCIDENT_AGENT_MAX};
    return most[trait];
}

tc_piece tc_session_pool_hold(tc_session_pool *p, const tc_holder *like, tc_slice text)
{
    tc_slice cut = tc_slice_sub(text, 0, tc_access_text_max((tc_access_trait)like->trait));
    tc_piece piece = tc_pool_take(&p->pool);
    tc_holder *h = tc_holder_at(p, piece);
    *h = *like;
    h->oldest = h->newest = h->before = h->behind = 0;
    h->length = (uint16_t)cut.len;
    h->more = tc_pool_text_put(&p->pool, h->room, TC_HOLDER_ROOM, cut);
    tc_lookup_add(&p->holders, &p->pool, piece, lookup_hash(h->digest));
    if (h->newcomer) p->newcomer_count += h->count;
    if (counts_for_eviction(h)) enter_class(p, piece);
    return piece;
}

static tc_piece holder_new(tc_session_pool *p, const tc_access *a, tc_access_trait trait)
{
    const tc_slice texts[TC_ACCESS_TRAITS] = {[TC_ACCESS_MAILBOX] = a->mailbox,
                                              [TC_ACCESS_COUNTRY] = a->country,
                                              [TC_ACCESS_NETWORK] = a->as_org,
                                              [TC_ACCESS_AGENT] = a->agent};
    const tc_holder h = {.digest = a->digests[trait],
                         .trait = (uint8_t)trait,
                         .number = trait == TC_ACCESS_MAILBOX ? a->entity : a->asn,
                         .ip = a->ip,
                         .newcomer = trait == TC_ACCESS_MAILBOX && a->newcomer};
    return tc_session_pool_hold(p, &h, texts[trait]);
}

/* The mailbox has turned out to be somebody's. */
static void no_newcomer(tc_session_pool *p, tc_piece piece)
{
    tc_holder *h = tc_holder_at(p, piece);
    leave_class(p, h);
    p->newcomer_count -= h->count;
    h->newcomer = false;
    enter_class(p, piece);
}

static void holder_free(tc_session_pool *p, tc_piece piece)
{
    tc_holder *h = tc_holder_at(p, piece);
    if (h->newcomer) p->newcomer_count -= h->count;
    if (counts_for_eviction(h)) leave_class(p, h);
    tc_lookup_remove(&p->holders, &p->pool, piece);
    tc_pool_chain_give(&p->pool, h->more);
    tc_pool_give(&p->pool, piece);
}

/* -- sessions ------------------------------------------------------------------------------- */

void tc_session_pool_chain(tc_session_pool *p, tc_piece session, tc_access_trait trait,
                           tc_piece holder)
{
    tc_session_link *link = &tc_session_at(p, session)->links[trait];
    tc_holder *h = tc_holder_at(p, holder);
    *link = (tc_session_link){.holder = holder, .older = h->newest};
    if (h->newest)
        tc_session_at(p, h->newest)->links[trait].newer = session;
    else
        h->oldest = session;
    h->newest = session;
}

static void link_to(tc_session_pool *p, tc_piece session, tc_access_trait trait, tc_piece holder)
{
    tc_session_pool_chain(p, session, trait, holder);
    recount(p, holder, tc_holder_at(p, holder)->count + 1);
}

static void unlink_from(tc_session_pool *p, tc_piece session, tc_access_trait trait)
{
    tc_session_link *link = &tc_session_at(p, session)->links[trait];
    if (link->holder == 0) return;
    tc_holder *h = tc_holder_at(p, link->holder);
    if (link->older)
        tc_session_at(p, link->older)->links[trait].newer = link->newer;
    else
        h->oldest = link->newer;
    if (link->newer)
        tc_session_at(p, link->newer)->links[trait].older = link->older;
    else
        h->newest = link->older;
    if (h->count == 1)
        holder_free(p, link->holder);
    else
        recount(p, link->holder, h->count - 1);
}

void tc_session_pool_remove(tc_session_pool *p, tc_piece piece)
{
    tc_kept_session *s = tc_session_at(p, piece);
    for (int trait = 0; trait < TC_ACCESS_TRAITS; trait++)
        unlink_from(p, piece, (tc_access_trait)trait);
    if (s->older)
        tc_session_at(p, s->older)->newer = s->newer;
    else
        p->all.oldest = s->newer;
    if (s->newer)
        tc_session_at(p, s->newer)->older = s->older;
    else
        p->all.newest = s->older;
    tc_pool_give(&p->pool, piece);
    p->count--;
}

static bool evict(tc_session_pool *p)
{
    const tc_piece_list *lists = p->newcomer_count * 8 > p->count ? p->newcomers : p->classes;
    for (size_t i = TC_HOLDER_CLASSES; i-- > 0;) {
        if (lists[i].oldest == 0) continue;
        tc_piece session = tc_holder_at(p, lists[i].oldest)->oldest;
        const tc_kept_session *s = tc_session_at(p, session);
        tc_holder_at(p, s->links[TC_ACCESS_MAILBOX].holder)->lost = true;
        tc_holder_at(p, s->links[TC_ACCESS_ADDRESS].holder)->lost = true;
        tc_session_pool_remove(p, session);
        p->given_up++;
        return true;
    }
    return false;
}

void tc_session_pool_make_room(tc_session_pool *p)
{
    while (p->all.oldest && p->pool.used + add_need() > p->pool.limit)
        tc_session_pool_remove(p, p->all.oldest);
}

static TC_STATUS reserve(tc_session_pool *p, size_t count)
{
    for (;;) {
        tc_status status = tc_pool_reserve(&p->pool, count);
        if (status.code != TC_ELIMIT || !evict(p)) return status;
    }
}

tc_piece tc_session_pool_begin(tc_session_pool *p, tc_time time, uint64_t record, bool own)
{
    tc_piece piece = tc_pool_take(&p->pool);
    *tc_session_at(p, piece) =
        (tc_kept_session){.time = time, .record = record, .own = own, .older = p->all.newest};
    if (p->all.newest)
        tc_session_at(p, p->all.newest)->newer = piece;
    else
        p->all.oldest = piece;
    p->all.newest = piece;
    p->count++;
    return piece;
}

TC_STATUS tc_session_pool_add(tc_session_pool *p, const tc_access *a)
{
    TC_TRY(reserve(p, add_need()));
    tc_piece piece = tc_session_pool_begin(p, a->time, a->record, a->own);
    for (int trait = 0; trait < TC_ACCESS_TRAITS; trait++) {
        if (a->digests[trait] == 0) continue;
        tc_piece holder = tc_session_pool_holder(p, a->digests[trait]);
        if (holder == 0) holder = holder_new(p, a, (tc_access_trait)trait);
        if (tc_holder_at(p, holder)->newcomer && !a->newcomer) no_newcomer(p, holder);
        link_to(p, piece, (tc_access_trait)trait, holder);
    }
    return TC_SUCCESS;
}

void tc_session_pool_expire(tc_session_pool *p, tc_time floor)
{
    while (p->all.oldest && tc_session_at(p, p->all.oldest)->time < floor)
        tc_session_pool_remove(p, p->all.oldest);
}

static void move_sessions(tc_session_pool *p, tc_piece from, tc_piece to)
{
    tc_holder_at(p, to)->lost |= tc_holder_at(p, from)->lost;
    if (tc_holder_at(p, to)->newcomer && !tc_holder_at(p, from)->newcomer) no_newcomer(p, to);
    for (uint32_t left = tc_holder_at(p, from)->count; left > 0; left--) {
        tc_piece s = tc_holder_at(p, from)->oldest;
        unlink_from(p, s, TC_ACCESS_MAILBOX);
        link_to(p, s, TC_ACCESS_MAILBOX, to);
    }
}

/* The fewer sessions go to the more, so that a name that is united again and again costs little. */
void tc_session_pool_rename(tc_session_pool *p, uint64_t from, uint64_t to, uint32_t entity)
{
    tc_piece mine = tc_session_pool_holder(p, from), other = tc_session_pool_holder(p, to);
    if (mine == 0) return;
    if (other && tc_holder_at(p, other)->count >= tc_holder_at(p, mine)->count) {
        move_sessions(p, mine, other);
        return;
    }
    if (other) move_sessions(p, other, mine);
    tc_holder *h = tc_holder_at(p, mine);
    tc_lookup_remove(&p->holders, &p->pool, mine);
    h->digest = to;
    h->number = entity;
    tc_lookup_add(&p->holders, &p->pool, mine, lookup_hash(to));
}
