#include "detector/send/at_once.h"

#include "parsers/base/alloc.h"

#include <unistd.h>

void tc_at_once_init(tc_at_once *way, const tc_receiver *receiver, tc_patience *patience)
{
    *way = (tc_at_once){.receiver = receiver, .patience = patience, .fd = -1};
}

bool tc_at_once_settle(void *state, size_t *ret_more, tc_error *reterr)
{
    tc_at_once *way = state;
    (void)reterr;
    *ret_more = way->taken;
    way->taken = 0;
    return true;
}

int tc_at_once_watch(void *state)
{
    (void)state;
    return -1;
}

void tc_at_once_finish(void *state)
{
    (void)state;
}

void tc_at_once_drop(tc_at_once *way)
{
    if (way->fd >= 0) close(way->fd);
    way->fd = -1;
}

void tc_at_once_close(void *state)
{
    if (state == NULL) return;
    tc_at_once_drop(state);
    tc_free(state);
}

TC_STATUS tc_at_once_open(const tc_receiver *receiver, tc_patience *patience, void **ret_state,
                          tc_error *reterr)
{
    tc_at_once *way = tc_alloc(1, sizeof(*way));
    *ret_state = way;
    if (way == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_at_once_init(way, receiver, patience);
    return TC_SUCCESS;
}
