#include "detector/live/replay.h"

#include "detector/live/live_stage.h"
#include "detector/pipeline/temporary.h"

typedef struct replay {
    const tc_replay_options *asked;
    tc_run run;
    tc_live_tell *tell;
    tc_live_stage *stage;
    tc_str body;
    int64_t begun;
} replay;

static int64_t seconds_now(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static TC_STATUS open_stage(replay *r, tc_error *reterr)
{
    const tc_replay_options *a = r->asked;
    TC_TRY(tc_run_open(&r->run, a->options, a->now, true, reterr));
    tc_enricher_use_session_key(r->run.enricher, a->key);
    r->tell = tc_live_tell_new(NULL, 0, NULL, false);
    tc_live_stage_options options = {
        .run = &r->run, .tell = r->tell, .spill_folder = tc_temporary_folder()};
    r->stage = tc_live_stage_new(&options);
    if (r->tell == NULL || r->stage == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    return tc_live_stage_replay(r->stage, a->sink, reterr);
}

static void close_stage(replay *r)
{
    tc_live_stage_free(r->stage);
    tc_live_tell_free(r->tell);
    tc_run_close(&r->run);
    tc_str_done(&r->body);
}

static TC_STATUS begin_behind(const replay *r, uint64_t *ret_after, tc_replayed *ret,
                              tc_error *reterr)
{
    const tc_replay_options *a = r->asked;
    *ret_after = a->row ? a->row - 1 : 0;
    if (a->row == 0 && a->bytes) TC_TRY(tc_inspect_newest(a->inspect, a->bytes, ret_after, reterr));
    ret->earlier = a->row == 0 && *ret_after > 0;
    return TC_SUCCESS;
}

static TC_STATUS take(replay *r, const tc_inspect_row *row, tc_replayed *ret, tc_error *reterr)
{
    if (ret->rows == 0 && r->asked->row && row->sequence != r->asked->row)
        return tc_fail(reterr, TC_EUNSUPPORTED,
                       "rows of the journal have gone meanwhile: ask once more");
    if (ret->rows++ == 0) {
        ret->first = row->sequence;
        ret->from = row->made;
    }
    ret->last = row->sequence;
    ret->to = row->made;
    return tc_live_stage_redo(r->stage, row->kind, tc_str_view(&r->body), reterr);
}

/* Whether there is to be one more row. */
static bool goes_on(const replay *r, tc_replayed *ret)
{
    const tc_replay_options *a = r->asked;
    if (a->last && ret->last >= a->last) return false;
    ret->cut = a->seconds && (uint64_t)(seconds_now() - r->begun) >= a->seconds;
    return !ret->cut;
}

static TC_STATUS redo_rows(replay *r, tc_replayed *ret, tc_error *reterr)
{
    uint64_t after;
    bool there = true;
    TC_TRY(begin_behind(r, &after, ret, reterr));
    while (goes_on(r, ret)) {
        tc_inspect_row row;
        TC_TRY(tc_inspect_row_behind(r->asked->inspect, after, &row, &r->body, &there, reterr));
        if (!there) break;
        TC_TRY(take(r, &row, ret, reterr));
        after = row.sequence;
    }
    ret->left_out = tc_live_stage_left_out(r->stage);
    return TC_SUCCESS;
}

TC_STATUS tc_replay(const tc_replay_options *options, tc_replayed *ret, tc_error *reterr)
{
    replay r = {.asked = options, .begun = seconds_now()};
    *ret = (tc_replayed){.from = TC_TIME_NONE, .to = TC_TIME_NONE};
    tc_str_init(&r.body, TC_STORE_BODY_MAX + 1);
    tc_status status = open_stage(&r, reterr);
    if (!tc_failed(status)) status = redo_rows(&r, ret, reterr);
    close_stage(&r);
    return status;
}
