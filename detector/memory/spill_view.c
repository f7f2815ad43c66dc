#include "detector/memory/spill_view.h"

#include "parsers/base/alloc.h"

#define RUNS_MAX ((size_t)1 << 16)

TC_STATUS tc_spill_view_add(tc_spill_view *v, const tc_spill *run)
{
    TC_TRY(tc_grow(&v->runs, &v->capacity, v->count + 1, sizeof(tc_spill *), RUNS_MAX));
    TC_TRY(tc_spill_look(run, &v->error, &v->runs[v->count]));
    v->count++;
    return TC_SUCCESS;
}

TC_STATUS tc_spill_view_show(tc_spill_view *v, size_t count, tc_spill_visit visit, void *context,
                             bool *ret_more)
{
    while (v->count > 0 && count > 0) {
        const tc_observation *o;
        tc_slice heap;
        TC_TRY(tc_spill_next(v->runs[v->count - 1], &o, &heap));
        if (o == NULL) {
            tc_spill_close(v->runs[--v->count]);
            continue;
        }
        TC_TRY(visit(context, o, heap));
        count--;
    }
    *ret_more = v->count > 0;
    return TC_SUCCESS;
}

void tc_spill_view_close(tc_spill_view *v)
{
    while (v->count > 0)
        tc_spill_close(v->runs[--v->count]);
    tc_free(v->runs);
    *v = (tc_spill_view){.runs = NULL};
}
