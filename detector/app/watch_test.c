#include "detector/app/watch_test.h"

#include "detector/app/command.h"
#include "detector/live/live_receivers.h"
#include "detector/send/dispatch.h"
#include "parsers/base/alloc.h"

#include <pthread.h>

#define PATIENCE_MS 15000
#define TURN_MS 20

/* The one row of a receiver. */
typedef struct trial {
    pthread_mutex_t mutex;
    const tc_receiver *receiver;
    tc_str payload;
    char id[33];
    bool sent, given_up;
    char why[384];
} trial;

static TC_STATUS next(void *context, uint64_t behind, tc_level least, tc_send_row *ret,
                      tc_error *reterr)
{
    trial *t = context;
    (void)reterr;
    pthread_mutex_lock(&t->mutex);
    bool there = !t->sent && !t->given_up && behind == 0 && least <= TC_LEVEL_CRITICAL;
    pthread_mutex_unlock(&t->mutex);
    *ret = (tc_send_row){.sequence = there ? 1 : 0,
                         .id = tc_slice_of(t->id),
                         .level = TC_LEVEL_CRITICAL,
                         .payload = tc_str_view(&t->payload)};
    return TC_SUCCESS;
}

static void settle(trial *t, bool sent, bool given_up, const char *why)
{
    pthread_mutex_lock(&t->mutex);
    t->sent = t->sent || sent;
    t->given_up = t->given_up || given_up;
    snprintf(t->why, sizeof(t->why), "%s", why);
    pthread_mutex_unlock(&t->mutex);
}

static TC_STATUS sent(void *context, const uint64_t *sequences, size_t count, tc_error *reterr)
{
    (void)sequences, (void)reterr;
    if (count > 0) settle(context, true, false, "");
    return TC_SUCCESS;
}

static TC_STATUS retry(void *context, uint64_t sequence, const char *why, tc_error *reterr)
{
    (void)sequence, (void)reterr;
    settle(context, false, false, why);
    return TC_SUCCESS;
}

static TC_STATUS dead(void *context, uint64_t sequence, const char *why, tc_error *reterr)
{
    (void)sequence, (void)reterr;
    settle(context, false, true, why);
    return TC_SUCCESS;
}

typedef struct telling {
    trial *trial;
    tc_teller *teller;
} telling;

static void take_notice(void *context, const tc_notice *notice)
{
    telling *t = context;
    tc_teller_notice(t->teller, notice, &t->trial->payload);
    memcpy(t->trial->id, notice->id, sizeof(t->trial->id));
}

static bool word(trial *t, const tc_receiver *receiver, tc_time now)
{
    telling by = {t, tc_teller_new(receiver, false)};
    t->receiver = receiver;
    pthread_mutex_init(&t->mutex, NULL);
    tc_str_init(&t->payload, TC_PAYLOAD_MAX);
    if (by.teller == NULL) return false;
    tc_notice_test(now, tc_slice_of(receiver->name), take_notice, &by);
    tc_teller_free(by.teller);
    return !tc_failed(tc_str_status(&t->payload)) && t->payload.len > 0;
}

static bool is_settled(trial *t)
{
    pthread_mutex_lock(&t->mutex);
    bool settled = t->sent || t->given_up;
    pthread_mutex_unlock(&t->mutex);
    return settled;
}

static void wait_for(trial *trials, size_t count)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += TURN_MS) {
        bool all = true;
        for (size_t i = 0; i < count; i++)
            all = is_settled(&trials[i]) && all;
        if (all) return;
        (void)nanosleep(&(struct timespec){.tv_nsec = TURN_MS * 1000000}, NULL);
    }
}

static int say(const trial *t, const tc_receiver_counts *counts)
{
    const char *why = t->why[0] ? t->why : counts->why;
    fprintf(stderr, "tocsin: %s: %s%s%s\n", t->receiver->name,
            t->sent ? "a test alert was sent" : "no test alert got through",
            !t->sent && why[0] ? ": " : "", t->sent ? "" : why);
    return t->sent ? TC_EXIT_NOTHING : TC_EXIT_INCOMPLETE;
}

static int send_all(trial *trials, tc_send_rows *rows, tc_receiver *const *list, size_t count)
{
    static const tc_dispatch_options usual = {.poll_ms = 0};
    tc_dispatch *dispatch;
    tc_error error = {0};
    int exit_status = TC_EXIT_NOTHING;
    for (size_t i = 0; i < count; i++)
        rows[i] = (tc_send_rows){&trials[i], next, sent, retry, dead};
    tc_status status =
        tc_dispatch_start((const tc_receiver *const *)list, rows, count, &usual, &dispatch, &error);
    if (tc_failed(status)) return tc_command_failed(status, &error);
    wait_for(trials, count);
    for (size_t i = 0; i < count; i++) {
        tc_receiver_counts counts;
        tc_dispatch_counts(dispatch, i, &counts);
        int one = say(&trials[i], &counts);
        exit_status = TC_MAX(exit_status, one);
    }
    tc_dispatch_stop(dispatch);
    return exit_status;
}

static int test_all(tc_live_receivers *receivers, tc_time now)
{
    size_t count;
    tc_receiver *const *list = tc_live_receivers_list(receivers, &count);
    trial *trials = tc_alloc(count, sizeof(*trials));
    tc_send_rows *rows = tc_alloc(count, sizeof(*rows));
    bool made = trials != NULL && rows != NULL;
    for (size_t i = 0; made && i < count; i++)
        made = word(&trials[i], list[i], now);
    int exit_status = made ? send_all(trials, rows, list, count)
                           : tc_command_failed((tc_status){TC_ENOMEM}, NULL);
    for (size_t i = 0; trials && i < count; i++)
        tc_str_done(&trials[i].payload);
    tc_free(trials);
    tc_free(rows);
    return exit_status;
}

int tc_watch_test(const tc_options *options, tc_time now)
{
    tc_live_receivers *receivers = NULL;
    tc_error error = {0};
    tc_status status = tc_live_receivers_new(options, &receivers, &error);
    if (!tc_failed(status)) status = tc_live_receivers_start_hooks(receivers, &error);
    int exit_status =
        tc_failed(status) ? tc_command_failed(status, &error) : test_all(receivers, now);
    tc_live_receivers_free(receivers);
    return exit_status;
}
