/*
 * kept_observation: an observation that outlives its batch, in a fixed size.
 *
 * Texts are copied behind it and cut to fit, because whoever writes a log chooses them: what waits
 * for an answer, or is remembered for a fortnight, must cost the same whatever was written. Texts
 * that no keeper asks for are left out. Saved like any other observation.
 */
#ifndef TC_MEMORY_KEPT_OBSERVATION_H
#define TC_MEMORY_KEPT_OBSERVATION_H

#include "detector/memory/observation_visit.h"

#define TC_KEPT_HEAP 1152

typedef struct tc_kept_observation {
    tc_observation o; /* its texts lie in `heap` */
    uint8_t heap[TC_KEPT_HEAP];
} tc_kept_observation;

static inline tc_slice tc_kept_heap(const tc_kept_observation *kept)
{
    return tc_slice_make(kept->heap, sizeof(kept->heap));
}
static inline tc_slice tc_kept_text(const tc_kept_observation *kept, tc_obs_text which)
{
    return tc_observation_text(&kept->o, tc_kept_heap(kept), which);
}
/* What is known of whom and where from grows by what another observation of the same deed says; its
 * place in the order stays. */
void tc_kept_amend(tc_kept_observation *kept, const tc_observation *o, tc_slice heap);
void tc_kept_fill(tc_kept_observation *kept, const tc_observation *o, tc_slice heap);
/* Saves or loads it. `batch` is room for what is loaded: tc_kept_batch. What is loaded is of one
 * of the kinds (a bit each), or refused; false if the visit has failed. */
bool tc_kept_visit(tc_visit *visit, tc_references *references, uint32_t kinds,
                   tc_observations *batch, tc_kept_observation *kept);
/* Room for loading, the caller's to free; NULL for a visit that saves, and without memory, which
 * the visit is told. */
tc_observations *tc_kept_batch(tc_visit *visit) TC_MUST_USE;

#endif
