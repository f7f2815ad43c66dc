#include "detector/send/dispatch_thread.h"

/* -- taking --------------------------------------------------------------------------------- */

static bool fetch(tc_dispatch_thread *t, uint64_t behind, tc_level least, tc_send_row *ret)
{
    tc_error error = {.code = TC_OK};
    ret->sequence = 0;
    if (!tc_failed(t->rows.next(t->rows.context, behind, least, ret, &error)))
        return ret->sequence != 0;
    tc_count_failure(t, &error, true);
    return false;
}

static tc_behind *entry_of(tc_dispatch_thread *t, uint64_t sequence)
{
    for (size_t i = 0; i < t->behind_count; i++)
        if (t->put_behind[i].sequence == sequence) return &t->put_behind[i];
    return NULL;
}

static void remove_entry(tc_dispatch_thread *t, const tc_behind *entry)
{
    size_t i = (size_t)(entry - t->put_behind);
    for (t->behind_count--; i < t->behind_count; i++)
        t->put_behind[i] = t->put_behind[i + 1];
}

/* The eldest row of the list whose time has come. */
static bool take_behind(tc_dispatch_thread *t, tc_send_row *ret)
{
    uint64_t now = tc_patience_ms(&t->patience);
    for (size_t i = 0; i < t->behind_count; i++) {
        tc_behind entry = t->put_behind[i];
        if (entry.not_before > now) continue;
        if (!fetch(t, entry.sequence - 1, TC_LEVEL_INFORMATIONAL, ret)) return false;
        remove_entry(t, &t->put_behind[i]);
        if (ret->sequence != entry.sequence) return false; /* somebody has taken it away */
        ret->refusals = TC_MAX(ret->refusals, entry.refusals);
        return true;
    }
    return false;
}

/* Critical rows do not wait behind a backlog of others. */
static bool take_critical(tc_dispatch_thread *t, tc_send_row *ret)
{
    t->lane = TC_MAX(t->lane, t->behind);
    while (!t->lane_is_empty && fetch(t, t->lane, TC_LEVEL_CRITICAL, ret)) {
        t->lane = ret->sequence;
        if (entry_of(t, ret->sequence) == NULL) return true;
    }
    t->lane_is_empty = true;
    return false;
}

bool tc_dispatch_take(tc_dispatch_thread *t, tc_send_row *ret)
{
    if (take_behind(t, ret) || take_critical(t, ret)) return true;
    while (fetch(t, t->behind, TC_LEVEL_INFORMATIONAL, ret)) {
        t->behind = ret->sequence;
        bool was_critical = ret->level == TC_LEVEL_CRITICAL && ret->sequence <= t->lane;
        if (!was_critical && entry_of(t, ret->sequence) == NULL) return true;
    }
    return false;
}

/* -- what became of them --------------------------------------------------------------------- */

bool tc_dispatch_mark(tc_dispatch_thread *t)
{
    tc_error error = {.code = TC_OK};
    if (t->arrived_count == 0) return true;
    if (tc_failed(t->rows.sent(t->rows.context, t->arrived, t->arrived_count, &error))) {
        tc_count_failure(t, &error, true);
        return false;
    }
    tc_count_sent(t, t->arrived_count);
    t->arrived_count = 0;
    return true;
}

void tc_dispatch_arrived(tc_dispatch_thread *t, size_t n)
{
    TC_ASSERT(n <= t->flying && t->arrived_count + n <= TC_FLIGHT_MAX);
    for (; n > 0; n--) {
        uint64_t sequence = t->flights[t->first];
        t->first = (t->first + 1) % TC_FLIGHT_MAX;
        t->flying--;
        t->arrived[t->arrived_count++] = sequence;
        tc_delivery_arrived(&t->delivery, sequence);
    }
}

/* What is pending is found again behind the start: marked rows are not pending any more. */
void tc_dispatch_return(tc_dispatch_thread *t)
{
    t->flying = 0;
    t->behind = 0;
    t->lane = 0;
}

bool tc_dispatch_put_behind(tc_dispatch_thread *t, uint64_t sequence, uint32_t refusals,
                            uint64_t not_before)
{
    if (t->behind_count == TC_BEHIND_MAX) return false;
    t->put_behind[t->behind_count++] = (tc_behind){sequence, not_before, refusals};
    return true;
}

void tc_dispatch_give_up(tc_dispatch_thread *t, uint64_t sequence, const tc_error *why)
{
    tc_error error = {.code = TC_OK};
    char words[384];
    (void)tc_error_format(why, words, sizeof(words));
    if (tc_failed(t->rows.dead(t->rows.context, sequence, words, &error)))
        tc_count_failure(t, &error, true);
}
