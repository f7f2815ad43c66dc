#include "detector/live/live_placing.h"

static void *place(void *context)
{
    tc_live_placing *p = context;
    p->status = tc_store_snapshot_place(p->store, &p->error);
    atomic_store(&p->done, true);
    return NULL;
}

void tc_live_placing_start(tc_live_placing *p, tc_store *store)
{
    TC_ASSERT(!p->begun);
    p->store = store;
    p->error = (tc_error){0};
    p->begun = true;
    atomic_store(&p->done, false);
    p->alone = pthread_create(&p->thread, NULL, place, p) != 0;
    if (p->alone) (void)place(p);
}

bool tc_live_placing_is_done(const tc_live_placing *p)
{
    return p->begun && atomic_load(&p->done);
}

TC_STATUS tc_live_placing_end(tc_live_placing *p, tc_error *reterr)
{
    if (!p->begun) return TC_SUCCESS;
    if (!p->alone) (void)pthread_join(p->thread, NULL);
    p->begun = false;
    if (tc_failed(p->status) && reterr) *reterr = p->error;
    return p->status;
}
