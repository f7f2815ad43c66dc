#include "detector/send/dispatch_thread.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define MESSAGE_MAX ((size_t)8 << 20)
#define SETTLE_MS 200        /* how often is looked while something is under way */
#define STORE_WAIT_MS 1000   /* after a failure of the store */
#define BEHIND_WAIT_MS 10000 /* of a row that was put behind, the first time */
#define TURN_ROWS 500        /* sent in one turn */

static uint64_t now_ms(const tc_dispatch_thread *t)
{
    return tc_patience_ms(&t->patience);
}

static uint64_t chance(const tc_dispatch_thread *t)
{
    return t->clock->random(t->clock->context);
}

/* -- failures ------------------------------------------------------------------------------- */

/* `row` 0: none was under way. */
static void broke(tc_dispatch_thread *t, uint64_t row, bool alone, const tc_error *error)
{
    uint64_t now = now_ms(t);
    tc_count_failure(t, error, false);
    tc_dispatch_return(t);
    switch (tc_delivery_broke(&t->delivery, row, alone, now, chance(t))) {
    case TC_VERDICT_AGAIN:
        break;
    case TC_VERDICT_BEHIND:
        (void)tc_dispatch_put_behind(t, row, 0, now + BEHIND_WAIT_MS);
        break;
    case TC_VERDICT_DEAD:
        tc_count_refused(t, error, true);
        tc_dispatch_give_up(t, row, error);
        break;
    }
}

/* Too many that are refused are no fault of theirs: then everything waits. */
static void refused(tc_dispatch_thread *t, const tc_send_row *row, const tc_error *error)
{
    tc_error store = {.code = TC_OK};
    char words[384];
    uint32_t times = row->refusals + 1;
    uint64_t sequence = row->sequence, now = now_ms(t);
    bool is_dead = tc_delivery_refused(&t->delivery, sequence, times) == TC_VERDICT_DEAD;
    tc_count_refused(t, error, is_dead);
    if (is_dead) {
        tc_dispatch_give_up(t, sequence, error);
        return;
    }
    (void)tc_error_format(error, words, sizeof(words));
    if (tc_failed(t->rows.retry(t->rows.context, sequence, words, &store)))
        tc_count_failure(t, &store, true);
    uint64_t wait = TC_MIN((uint64_t)BEHIND_WAIT_MS, (uint64_t)t->delivery.options.wait_max_ms);
    if (!tc_dispatch_put_behind(t, sequence, times, now + wait * times)) broke(t, 0, false, error);
}

/* -- sending -------------------------------------------------------------------------------- */

/* What has arrived is taken note of; false: the way broke. */
static bool settle(tc_dispatch_thread *t)
{
    tc_error error = {.code = TC_OK};
    size_t more = 0;
    bool alone = t->flying == 1;
    bool holds = t->receiver->transport->settle(t->way, &more, &error);
    tc_dispatch_arrived(t, more);
    if (holds) return true;
    broke(t, t->flying > 0 ? t->flights[t->first] : 0, alone, &error);
    return false;
}

static tc_answer send_row(tc_dispatch_thread *t, const tc_send_row *row, tc_error *error)
{
    tc_parcel parcel;
    tc_time now = t->clock->now(t->clock->context);
    tc_sending sending = {now, t->clock->zone(t->clock->context, now), row->level};
    tc_str_clear(&t->message);
    tc_status status = tc_message_compose(t->receiver, row->payload, row->id, &sending, &t->message,
                                          &parcel, error);
    if (tc_failed(status)) return status.code == TC_ENOMEM ? TC_LATER : TC_REFUSED;
    return t->receiver->transport->send(t->way, &parcel, error);
}

/* False: no more in this turn. */
static bool send_one(tc_dispatch_thread *t, const tc_send_row *row)
{
    tc_error error = {.code = TC_OK};
    uint64_t sequence = row->sequence;
    tc_answer answer = send_row(t, row, &error);
    bool is_first = t->flying == 0;
    switch (answer) {
    case TC_TAKEN:
        t->flights[(t->first + t->flying++) % TC_FLIGHT_MAX] = sequence;
        tc_count_taken(t, t->message.len);
        return true;
    case TC_REFUSED:
        refused(t, row, &error);
        return t->delivery.wait_until == 0;
    case TC_LATER:
    case TC_BROKE:
        if (!settle(t)) return false;
        if (t->flying > 0) sequence = t->flights[t->first];
        broke(t, answer == TC_BROKE || t->flying > 0 ? sequence : 0, is_first, &error);
        return false;
    case TC_ANSWER_COUNT:
        break;
    }
    return false;
}

static size_t window(const tc_dispatch_thread *t)
{
    return t->delivery.careful
               ? 1
               : TC_MIN((size_t)t->receiver->transport->window, (size_t)TC_FLIGHT_MAX);
}

/* Sends what there is room for; true if something was. */
static bool send_rows(tc_dispatch_thread *t)
{
    tc_send_row row;
    size_t n = 0;
    t->lane_is_empty = false;
    while (n < TURN_ROWS && t->flying + t->arrived_count < window(t) &&
           !tc_patience_stopped(&t->patience) && tc_dispatch_take(t, &row)) {
        if (n++ == 0) tc_count_state(t, TC_RECEIVER_SENDING);
        if (!send_one(t, &row)) break;
    }
    return n > 0;
}

/* -- waiting -------------------------------------------------------------------------------- */

static void wait_until(tc_dispatch_thread *t, uint64_t deadline, bool may_wake)
{
    uint64_t wakes = 0, now = now_ms(t);
    struct pollfd polled[] = {
        {.fd = t->patience.stop, .events = POLLIN},
        {.fd = may_wake ? t->wake : -1, .events = POLLIN},
        {.fd = may_wake ? t->receiver->transport->watch(t->way) : -1, .events = POLLIN}};
    if (deadline <= now) return;
    (void)poll(polled, TC_COUNT_OF(polled), (int)TC_MIN(deadline - now, (uint64_t)60000));
    if (polled[1].revents && read(t->wake, &wakes, sizeof(wakes)) < 0) return;
}

/* One turn: note, send, note, wait for what comes first. */
static void turn(tc_dispatch_thread *t)
{
    if (!tc_dispatch_mark(t)) {
        wait_until(t, now_ms(t) + STORE_WAIT_MS, false);
        return;
    }
    if (now_ms(t) < t->delivery.wait_until) {
        tc_count_state(t, TC_RECEIVER_WAITING);
        wait_until(t, t->delivery.wait_until, false);
        return;
    }
    bool was_busy = send_rows(t);
    if (now_ms(t) < t->delivery.wait_until || !settle(t)) return;
    if (t->arrived_count > 0 || (was_busy && t->flying < window(t))) return;
    tc_count_state(t, t->flying ? TC_RECEIVER_SENDING : TC_RECEIVER_IDLE);
    wait_until(t, now_ms(t) + (t->flying ? TC_MIN(t->poll_ms, SETTLE_MS) : t->poll_ms), true);
}

/* -- the thread ----------------------------------------------------------------------------- */

/* Signals are for the others: of a closed connection here, too. */
static void refuse_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL);
}

static bool open_way(tc_dispatch_thread *t)
{
    tc_error error = {.code = TC_OK};
    if (!tc_failed(t->receiver->transport->open(t->receiver, &t->patience, &t->way, &error)))
        return true;
    t->way = NULL;
    tc_count_failure(t, &error, false);
    return false;
}

void *tc_dispatch_run(void *context)
{
    tc_dispatch_thread *t = context;
    size_t more = 0;
    refuse_signals();
    tc_str_init(&t->message, MESSAGE_MAX);
    while (!tc_patience_stopped(&t->patience) && !open_way(t))
        wait_until(t, now_ms(t) + STORE_WAIT_MS, false);
    while (!tc_patience_stopped(&t->patience))
        turn(t);
    if (t->way != NULL) {
        t->receiver->transport->finish(t->way);
        (void)t->receiver->transport->settle(t->way, &more, NULL);
        tc_dispatch_arrived(t, more);
        (void)tc_dispatch_mark(t);
        t->receiver->transport->close(t->way);
    }
    tc_str_done(&t->message);
    tc_count_state(t, TC_RECEIVER_STOPPED);
    return NULL;
}
