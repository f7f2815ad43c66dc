#include "detector/incident/incident.h"

#include "detector/incident/incident_state.h"
#include "parsers/base/alloc.h"

/* What one incident costs besides its members, with its lists half full. */
enum { INCIDENT_COST = sizeof(tc_incident) + 256 };
#define INCIDENT_SCRATCH ((size_t)32 << 20)
#define STATE_BYTES ((size_t)48 << 20)
#define MEMBER_COST (TC_MAX(sizeof(tc_victim), sizeof(tc_origin)) + 6 * sizeof(tc_keymap_slot))

/* Sixteenths of the bound in bytes. */
enum {
    POOL_SHARE = 4,
    BLOCKS_SHARE = 1,
    MEMBERS_SHARE = 4,
    INCIDENTS_SHARE = 2,
    TEXTS_SHARE = 2,
    PAIRS_SHARE = 1,
    TOLD_SHARE = 1
};

static TC_STATUS make(tc_incidents *all)
{
    size_t part = all->options.state_bytes / 16;
    size_t texts = part * TEXTS_SHARE / (TC_PIECE_BYTES + sizeof(tc_piece));
    tc_pool_init(&all->texts, (uint32_t)TC_MIN(TC_MAX(texts, (size_t)64), (size_t)INT32_MAX));
    tc_recalls_init(&all->pairs, part * PAIRS_SHARE);
    tc_recalls_init(&all->told, part * TOLD_SHARE);
    tc_recalls_init(&all->keys, part / 2);
    tc_commons_init(&all->commons, part / 2);
    all->members_max = TC_MAX(part * MEMBERS_SHARE / MEMBER_COST, (size_t)16);
    all->max = TC_MAX(part * INCIDENTS_SHARE / INCIDENT_COST, (size_t)16);
    TC_TRY(tc_session_pool_init(&all->pool, part * POOL_SHARE));
    TC_TRY(tc_session_pool_init(&all->blocks, part * BLOCKS_SHARE));
    all->arena = tc_arena_new(INCIDENT_SCRATCH);
    return all->arena ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

tc_incidents *tc_incidents_new(const tc_incident_options *options)
{
    tc_incidents *all = tc_alloc(1, sizeof(*all));
    if (all == NULL) return NULL;
    all->options = *options;
    all->key = tc_hash_random_key();
    all->newest = all->moment = all->until = TC_TIME_NONE;
    all->began = TC_TIME_MAX;
    if (all->options.merge_ns == 0) all->options.merge_ns = 14 * TC_DAY;
    if (all->options.state_bytes == 0) all->options.state_bytes = STATE_BYTES;
    if (!tc_failed(make(all))) return all;
    tc_incidents_free(all);
    return NULL;
}

void tc_incidents_free(tc_incidents *all)
{
    if (all == NULL) return;
    for (size_t i = 0; i < all->living; i++)
        tc_incident_free(all, all->alive[i]);
    tc_free(all->alive);
    tc_free(all->list);
    tc_free(all->elders);
    tc_keymap_done(&all->homes);
    tc_session_pool_done(&all->pool);
    tc_session_pool_done(&all->blocks);
    tc_commons_done(&all->commons);
    tc_pool_done(&all->texts);
    tc_recalls_done(&all->keys);
    tc_recalls_done(&all->told);
    tc_recalls_done(&all->pairs);
    tc_arena_free(all->arena);
    tc_free(all);
}

/* -- people --------------------------------------------------------------------------------- */

TC_STATUS tc_incidents_unite(tc_incidents *all, uint32_t root, uint32_t absorbed)
{
    uint64_t to = tc_incident_mailbox_digest(all, root, TC_EMPTY_SLICE);
    uint64_t from = tc_incident_mailbox_digest(all, absorbed, TC_EMPTY_SLICE);
    if (root == 0 || absorbed == 0 || root == absorbed) return TC_SUCCESS;
    all->newcomer = false; /* whoever the call before was about */
    tc_session_pool_rename(&all->pool, from, to, root);
    tc_session_pool_rename(&all->blocks, from, to, root);
    uint32_t home = tc_keymap_get(&all->homes, from);
    tc_incident *one = tc_incident_home(all, from);
    tc_incident_unite_keys(all, one, root, absorbed);
    for (size_t i = 0; home != 0 && i < all->living; i++) {
        tc_incident *in = home & TC_HOME_SEVERAL ? all->alive[i] : one;
        if (in != NULL) tc_incident_rename_victim(all, in, from, to, root);
        if (!(home & TC_HOME_SEVERAL)) break;
    }
    if (home) {
        tc_keymap_remove(&all->homes, from);
        if (all->options.pin) all->options.pin(all->options.context, root);
    }
    tc_incident *now = tc_incident_home(all, to);
    if (now != NULL) tc_incident_look_again(all, now, to);
    tc_status status = all->status;
    all->status = TC_SUCCESS;
    return status;
}

/* A victim that may be invented stays one, under a name of its own. */
static void rename_forgotten(tc_incidents *all, uint64_t from, uint32_t home)
{
    uint64_t to = tc_incident_digest_of_two(all, 'f', ++all->forgotten, 0);
    tc_incident *one = tc_incident_home(all, from);
    for (size_t i = 0; i < all->living; i++) {
        tc_incident *in = home & TC_HOME_SEVERAL ? all->alive[i] : one;
        if (in != NULL) tc_incident_rename_victim(all, in, from, to, 0);
        if (!(home & TC_HOME_SEVERAL)) break;
    }
    tc_keymap_remove(&all->homes, from);
}

static void forget_sessions(tc_session_pool *p, uint64_t mailbox)
{
    tc_piece holder;
    while ((holder = tc_session_pool_holder(p, mailbox)) != 0)
        tc_session_pool_remove(p, tc_holder_at(p, holder)->oldest);
}

void tc_incidents_forget(tc_incidents *all, uint32_t entity)
{
    uint64_t digest = tc_incident_mailbox_digest(all, entity, TC_EMPTY_SLICE);
    if (entity == 0) return;
    forget_sessions(&all->pool, digest);
    forget_sessions(&all->blocks, digest);
    uint32_t home = tc_keymap_get(&all->homes, digest);
    if (home) rename_forgotten(all, digest, home);
}

/* -- the end -------------------------------------------------------------------------------- */

static int by_gravity(const void *a, const void *b)
{
    const tc_incident *x = *(tc_incident *const *)a, *y = *(tc_incident *const *)b;
    if (x->level != y->level) return x->level > y->level ? -1 : 1;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return memcmp(x->id, y->id, sizeof(x->id));
}

void tc_incidents_finals_follow(tc_incidents *all)
{
    all->finals_follow = true;
}

TC_STATUS tc_incidents_finish(tc_incidents *all, const tc_alert_sink *sink)
{
    TC_TRY(tc_incident_settle_moment(all, sink));
    size_t n = all->living;
    tc_incident **sorted = tc_alloc(n + 1, sizeof(tc_incident *));
    if (sorted == NULL) return (tc_status){TC_ENOMEM};
    if (n) memcpy(sorted, all->alive, n * sizeof(tc_incident *));
    qsort(sorted, n, sizeof(tc_incident *), by_gravity);
    tc_status status = TC_SUCCESS;
    for (size_t i = 0; i < n && !tc_failed(status); i++) {
        if (!sorted[i]->changed) continue;
        tc_arena_reset(all->arena);
        status = tc_incident_tell(all, sorted[i], TC_TRANSITION_FINAL, sorted[i]->last, sink);
    }
    tc_free(sorted);
    return status;
}

size_t tc_incidents_unchanged(const tc_incidents *all)
{
    size_t n = 0;
    for (size_t i = 0; i < all->living; i++)
        n += !all->alive[i]->changed;
    return n;
}

size_t tc_incidents_count(const tc_incidents *all, tc_level at_least)
{
    size_t n = 0;
    for (size_t i = 0; i < all->living; i++)
        n += all->alive[i]->level >= at_least;
    return n;
}

uint64_t tc_incidents_work(const tc_incidents *all)
{
    return all->work;
}

uint64_t tc_incidents_lost(const tc_incidents *all)
{
    return all->incidents_lost;
}

void tc_incidents_bounds(const tc_incidents *all, tc_bounds *ret)
{
    const uint32_t webmail = TC_BLINDS(TC_INDICATOR_WEBMAIL) | TC_BLINDS(TC_INDICATOR_JOIN);
    tc_bounds_add(ret, "incidents at once", all->max, all->incidents_refused, TC_BLINDS_ALL);
    /* They were told; what comes of them later begins another incident. */
    tc_bounds_add(ret, "incidents under way, closed to make room", all->max,
                  all->incidents_given_up, 0);
    tc_bounds_add(ret, "members of incidents", all->members_max, all->members_refused,
                  TC_BLINDS_ALL);
    tc_bounds_add(ret, "sessions kept for incidents", all->pool.pool.limit, all->pool.given_up,
                  webmail);
    tc_bounds_add(ret, "what is common here", all->commons.max, all->commons.given_up, 0);
    tc_bounds_add(ret, "keys that join findings", all->keys.max, all->keys.given_up, TC_BLINDS_ALL);
    tc_bounds_add(ret, "texts of incidents", all->texts.limit, all->texts_refused, 0);
    tc_bounds_add(ret, "findings told lately", all->told.max, all->told.given_up, 0);
    tc_bounds_add(ret, "pairs of mailbox and source", all->pairs.max, all->pairs.given_up, 0);
}
