/* Snapshots: when, and bit by bit, so that nobody waits long for one.
 *
 * All that can change is saved at once, which is the pause; what waits for its turn on disk does
 * not change, and follows between commits, written out as it comes. What the disk takes to have all
 * of it is waited for on another thread (live_placing.h). Until its row stands in the store the one
 * before it counts. */
#include "detector/live/live_rows.h"

#include "detector/live/notify.h"

/* What comes behind one is done again after a crash, before anything new is read. */
#define SNAPSHOT_BYTES ((uint64_t)64 << 20)
#define SNAPSHOT_JUDGED 1.0 /* seconds of the ordered stage, which would do the same again */
#define SNAPSHOT_NS (15 * TC_MINUTE)
/* What waits is most of it where much comes: soon again only if it is no more than has come since,
 * so that twice the journal is written at most, and doing it again takes no longer than loading. */
#define SNAPSHOT_AGAIN_NS (5 * TC_MINUTE)
#define SNAPSHOT_SMALL_NS (10 * TC_SECOND)
#define SNAPSHOT_LONG ((uint64_t)1 << 30)
#define SNAPSHOT_SHARE 20 /* of the time goes to snapshots at most, as one part in so many */

#define PIECE 4096 /* observations between two looks at the clock */
#define PIECES_NS (50 * (TC_SECOND / 1000))
#define REST_NS (150 * (TC_SECOND / 1000))
#define SETTLE_NS TC_SECOND /* so long the disk has for what was begun to be written */

static int64_t steady(const tc_live_stage *s)
{
    return s->options.steady(s->options.context);
}

/* So long after the last try there is none, whatever has come. */
static int64_t least_between(const tc_live_stage *s, const tc_store_health *health)
{
    int64_t share = TC_MIN(s->snapshot_took, SNAPSHOT_NS / SNAPSHOT_SHARE) * SNAPSHOT_SHARE;
    if (health->bytes_since_snapshot > SNAPSHOT_LONG) return TC_MINUTE;
    if (health->bytes_since_snapshot >= health->snapshot_bytes)
        return TC_MAX(SNAPSHOT_SMALL_NS, share);
    return TC_MAX(SNAPSHOT_AGAIN_NS, share);
}

static bool is_due(const tc_live_stage *s, tc_time now)
{
    tc_store_health health;
    tc_store_health_of(s->options.store, &health);
    if (health.state != TC_STORE_WELL || health.bytes_since_snapshot == 0) return false;
    /* While the history is read, all of it waits: the journal has it. */
    if (!s->settled) return false;
    if (s->snapshot_tried != TC_TIME_NONE &&
        tc_time_between(s->snapshot_tried, now) < least_between(s, &health))
        return false;
    return health.bytes_since_snapshot > SNAPSHOT_BYTES ||
           tc_ordered_statistics(s->ordered).seconds - s->judged > SNAPSHOT_JUDGED ||
           tc_time_between(TC_MAX(health.snapshot_made, s->snapshot_tried), now) > SNAPSHOT_NS;
}

/* The ordered stage has waited since `begun`. */
static void note_pause(tc_live_stage *s, int64_t begun)
{
    int64_t took = steady(s) - begun;
    s->snapshot_took += took;
    s->counts.snapshot_pause = TC_MAX(s->counts.snapshot_pause, took);
}

/* Sources by the ids that they have, also those that were forgotten since it was begun: it lists
 * them. */
static uint32_t id_of(void *context, uint32_t source, bool loading)
{
    const tc_live_stage *s = context;
    TC_ASSERT(!loading);
    return source < s->count ? s->sources[source].id : UINT32_MAX;
}

/* One that cannot be made costs a longer replay, and is tried again. */
static TC_STATUS fail(tc_live_stage *s, tc_status status, const tc_error *error)
{
    char text[1024];
    s->options.say(s->options.context, tc_error_format(error, text, sizeof(text)));
    tc_live_snapshot_drop(s);
    return status;
}

static TC_STATUS begin(tc_live_stage *s, tc_error *reterr)
{
    int64_t begun = steady(s);
    tc_live_saving *saving = &s->saving;
    s->snapshot_tried = tc_live_now(s);
    s->snapshot_took = 0;
    s->judged = tc_ordered_statistics(s->ordered).seconds;
    tc_status status = tc_store_snapshot_begin(s->options.store, &saving->visit, reterr);
    if (tc_failed(status)) return fail(s, status, reterr);
    saving->last = begun;
    saving->more = true;
    saving->references =
        (tc_references){.rules = s->references.rules, .context = s, .source = id_of};
    tc_live_save(s, saving->visit, &saving->rest);
    tc_store_snapshot_flush(s->options.store);
    note_pause(s, begun);
    return TC_SUCCESS;
}

/* Saves on until all is there or that time has come. */
static void save_until(tc_live_stage *s, int64_t end)
{
    tc_live_saving *saving = &s->saving;
    while (saving->more && steady(s) < end) {
        tc_status status = tc_ordered_save_rest(&saving->rest, saving->visit, &saving->references,
                                                PIECE, &saving->more);
        if (!tc_failed(status)) continue;
        tc_visit_fail(saving->visit, status.code, "what waits could not be read back");
        saving->more = false;
    }
}

static TC_STATUS finish(tc_live_stage *s, tc_error *reterr)
{
    tc_status status = tc_store_snapshot_commit(s->options.store, reterr);
    if (tc_failed(status)) return fail(s, status, reterr);
    tc_spill_view_close(&s->saving.rest);
    s->saving.visit = NULL;
    s->counts.snapshots++;
    s->prunes = true;
    return TC_SUCCESS;
}

/* The next bit of bringing to disk what was saved. */
static TC_STATUS settle(tc_live_stage *s, tc_error *reterr)
{
    tc_live_placing *placing = &s->saving.placing;
    tc_status status;
    if (!placing->begun) {
        status = tc_store_snapshot_end(s->options.store, reterr);
        if (tc_failed(status)) return fail(s, status, reterr);
        tc_live_placing_start(placing, s->options.store);
        return TC_SUCCESS;
    }
    if (!tc_live_placing_is_done(placing)) return TC_SUCCESS;
    status = tc_live_placing_end(placing, reterr);
    return tc_failed(status) ? fail(s, status, reterr) : finish(s, reterr);
}

void tc_live_snapshot_go_on(tc_live_stage *s, tc_time now)
{
    tc_error error = {0};
    int64_t begun = steady(s);
    tc_live_saving *saving = &s->saving;
    if (saving->visit == NULL) {
        if (is_due(s, now)) (void)tc_failed(begin(s, &error)); /* said, and tried again */
        return;
    }
    if (tc_time_between(saving->last, begun) < REST_NS) return;
    if (saving->more) {
        save_until(s, begun + PIECES_NS);
        tc_store_snapshot_flush(s->options.store);
        saving->last = steady(s);
    } else if (tc_time_between(saving->last, begun) >= SETTLE_NS) {
        (void)tc_failed(settle(s, &error));
    }
    note_pause(s, begun);
}

TC_STATUS tc_live_snapshot(tc_live_stage *s, tc_error *reterr)
{
    tc_error error = {0};
    tc_live_snapshot_drop(s);
    tc_status status = begin(s, &error);
    if (!tc_failed(status)) {
        while (s->saving.more) {
            save_until(s, steady(s) + PIECES_NS);
            tc_notify("WATCHDOG=1"); /* gigabytes take longer than the service manager waits */
        }
        status = finish(s, &error);
    }
    if (tc_failed(status) && reterr) *reterr = error;
    return status;
}
