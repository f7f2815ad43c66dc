#include "detector/app/sender_outlet.h"

#include "parsers/base/alloc.h"

static TC_STATUS open_outlet(const char *target, void **ret_state, tc_error *reterr)
{
    tc_outlet *outlet = tc_alloc(1, sizeof(*outlet));
    *ret_state = NULL;
    if (outlet == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_status status = tc_outlet_open(outlet, target, reterr);
    if (tc_failed(status))
        tc_free(outlet);
    else
        *ret_state = outlet;
    return status;
}

static TC_STATUS send_text(void *state, tc_slice text, tc_slice id, tc_error *reterr)
{
    (void)id;
    return tc_outlet_write(state, text, reterr);
}

static TC_STATUS flush(void *state, tc_error *reterr)
{
    (void)state; /* nothing is kept back */
    (void)reterr;
    return TC_SUCCESS;
}

static TC_STATUS close_outlet(void *state, tc_error *reterr)
{
    tc_status status = tc_outlet_close(state, reterr);
    tc_outlet_done(state);
    tc_free(state);
    return status;
}

static void abandon(void *state)
{
    tc_outlet_done(state);
    tc_free(state);
}

const tc_sender tc_sender_outlet = {
    .open = open_outlet,
    .send = send_text,
    .flush = flush,
    .close = close_outlet,
    .abandon = abandon,
};
