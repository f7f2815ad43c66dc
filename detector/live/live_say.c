/* What people ask of a run that goes on: judged, put into the journal, done, committed. */
#include "detector/live/live_rows.h"

#define SILENCE_MAX (366 * TC_DAY)

/* -- asking --------------------------------------------------------------------------------- */

/* The whole id of the one that is meant. */
static TC_STATUS resolve(const tc_live_stage *s, tc_request *r, tc_error *reterr)
{
    bool several;
    const tc_board *board = tc_live_tell_board(s->options.tell);
    const tc_board_row *row = tc_board_find(board, tc_slice_of(r->incident), &several);
    if (several)
        return tc_fail(reterr, TC_ESYNTAX, "%s: several incidents begin so: more digits",
                       r->incident);
    if (row == NULL)
        return tc_fail(reterr, TC_ESYNTAX, "%s: no such incident (tocsin incident list)",
                       r->incident);
    if (row->stand == TC_STAND_MERGED)
        return tc_fail(reterr, TC_ESYNTAX, "%.8s is part of %.8s now", row->id, row->merged_into);
    memcpy(r->incident, row->id, sizeof(r->incident));
    return TC_SUCCESS;
}

static TC_STATUS judge(const tc_live_stage *s, tc_request *r, tc_error *reterr)
{
    tc_store_health health;
    if (r->kind <= TC_REQUEST_SILENCE) TC_TRY(resolve(s, r, reterr));
    bool silence = r->kind == TC_REQUEST_SILENCE;
    if (silence && (r->until <= r->now || tc_time_between(r->now, r->until) > SILENCE_MAX))
        return tc_fail(reterr, TC_ESYNTAX, "a silence ends in the future, within a year");
    if (r->kind == TC_REQUEST_RESPONSE && r->from > r->now)
        return tc_fail(reterr, TC_ESYNTAX, "a response is declared when it has begun");
    tc_store_health_of(s->options.store, &health);
    if (health.state != TC_STORE_WELL)
        return tc_fail(reterr, TC_EIO, "the state cannot be written now: nothing was changed");
    return TC_SUCCESS;
}

static void answer_incident(const tc_live_stage *s, const tc_request *r, tc_str *answer)
{
    char until[TC_TIME_TEXT];
    bool several;
    const tc_board_row *row =
        tc_board_find(tc_live_tell_board(s->options.tell), tc_slice_of(r->incident), &several);
    if (row == NULL) return;
    tc_str_addf(answer, "%.8s %s", row->id, tc_stand_name(row->stand));
    if (row->by[0]) tc_str_addf(answer, " by %s", row->by);
    if (r->kind == TC_REQUEST_SILENCE)
        tc_str_addf(answer, ", silent until %s unless it rises above %s",
                    tc_time_format(row->silent_until, until), tc_level_name(row->silent_level));
    tc_str_add_byte(answer, '\n');
}

static void answer_declared(const tc_request *r, tc_str *answer)
{
    char from[TC_TIME_TEXT], until[TC_TIME_TEXT];
    if (r->kind == TC_REQUEST_RESPONSE)
        tc_str_addf(answer, "response declared since %s: for seven days from then on\n",
                    tc_time_format(r->from, from));
    else
        tc_str_addf(answer, "change window declared for %s: %s to %s\n", tc_indicator_name(r->what),
                    tc_time_format(r->from, from), tc_time_format(r->until, until));
}

TC_STATUS tc_live_stage_ask(tc_live_stage *s, const tc_request *request, tc_str *answer,
                            tc_error *reterr)
{
    bool more;
    tc_store_health health;
    tc_request r = *request;
    r.now = tc_live_now(s);
    TC_TRY(tc_live_stage_status(s, reterr));
    TC_TRY(judge(s, &r, reterr));
    tc_status status = tc_live_put_request(s, &r);
    if (!tc_failed(status)) {
        tc_live_obey(s, &r);
        status = tc_live_commit(s, false, &more);
    }
    tc_live_fail(s, status, NULL);
    TC_TRY(tc_live_stage_status(s, reterr));
    tc_store_health_of(s->options.store, &health);
    if (health.state != TC_STORE_WELL)
        return tc_fail(reterr, TC_EIO,
                       "it holds, but could not be written yet: it waits for the disk");
    if (r.kind <= TC_REQUEST_SILENCE)
        answer_incident(s, &r, answer);
    else
        answer_declared(&r, answer);
    return TC_SUCCESS;
}
