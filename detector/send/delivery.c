#include "detector/send/delivery.h"

#define WAIT_MIN_MS 1000
#define WAIT_MAX_MS 60000
#define REFUSALS 3
#define BREAKS 3

void tc_delivery_init(tc_delivery *d, const tc_delivery_options *options)
{
    *d = (tc_delivery){.options = *options};
    if (d->options.wait_min_ms == 0) d->options.wait_min_ms = WAIT_MIN_MS;
    if (d->options.wait_max_ms == 0) d->options.wait_max_ms = WAIT_MAX_MS;
    if (d->options.refusals == 0) d->options.refusals = REFUSALS;
    if (d->options.breaks == 0) d->options.breaks = BREAKS;
}

uint64_t tc_delivery_wait(const tc_delivery_options *options, uint32_t failures, uint64_t chance)
{
    uint64_t least = options->wait_min_ms, most = TC_MAX(options->wait_max_ms, least);
    uint64_t whole = least;
    for (uint32_t i = 0; i < failures && whole < most; i++)
        whole *= 2;
    whole = TC_MIN(whole, most);
    uint64_t half = TC_MAX(whole / 2, least);
    return half + chance % (whole - half + 1);
}

static void forget_row(tc_delivery *d)
{
    d->row = 0;
    d->row_breaks = 0;
    d->is_put_behind = false;
    d->others_arrived = false;
}

tc_delivery_verdict tc_delivery_broke(tc_delivery *d, uint64_t row, bool alone, uint64_t now_ms,
                                      uint64_t chance)
{
    if (d->failures < UINT32_MAX) d->failures++;
    d->wait_until = now_ms + tc_delivery_wait(&d->options, d->failures, chance);
    d->careful = d->careful || row != 0;
    if (row == 0 || !alone) return TC_VERDICT_AGAIN;
    if (row != d->row) {
        /* Another one breaks it, too: it is the receiver. */
        bool was_suspecting = d->is_put_behind;
        forget_row(d);
        if (was_suspecting) return TC_VERDICT_AGAIN;
        d->row = row;
    }
    d->row_breaks++;
    if (d->others_arrived && d->row_breaks > d->options.breaks) {
        forget_row(d);
        return TC_VERDICT_DEAD;
    }
    d->is_put_behind = d->row_breaks >= d->options.breaks;
    return d->is_put_behind ? TC_VERDICT_BEHIND : TC_VERDICT_AGAIN;
}

tc_delivery_verdict tc_delivery_refused(tc_delivery *d, uint64_t row, uint32_t times)
{
    if (row == d->row) forget_row(d); /* it got an answer, so it broke nothing */
    return times >= d->options.refusals ? TC_VERDICT_DEAD : TC_VERDICT_BEHIND;
}

void tc_delivery_arrived(tc_delivery *d, uint64_t row)
{
    d->failures = 0;
    d->wait_until = 0;
    d->careful = false;
    if (row == d->row)
        forget_row(d);
    else if (d->is_put_behind)
        d->others_arrived = true;
}
