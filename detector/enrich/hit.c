/* Matches of detection rules on raw events, and the fields that they capture. */
#include "detector/enrich/worker.h"

#define CAPTURES_BYTES ((size_t)16 << 10)
#define CAPTURE_MISSING UINT32_MAX

/* Every capture has an equal share of the room; a longer one is cut, so that a key of such a length
 * groups by its beginning. */
static tc_slice pack_captures(const tc_slice *captures, const bool *present, size_t count,
                              uint8_t out[CAPTURES_BYTES])
{
    size_t length = 0;
    TC_ASSERT(count <= TC_CAPTURES_MAX);
    for (size_t i = 0; i < count; i++) {
        uint32_t size = CAPTURE_MISSING;
        if (present[i])
            size = (uint32_t)TC_MIN(captures[i].len, CAPTURES_BYTES / count - sizeof(size));
        memcpy(out + length, &size, sizeof(size));
        length += sizeof(size);
        if (!present[i] || size == 0) continue;
        memcpy(out + length, captures[i].ptr, size);
        length += size;
    }
    return (tc_slice){out, length};
}

bool tc_capture_next(tc_slice *packed, tc_slice *ret_text, bool *ret_present)
{
    uint32_t size;
    if (packed->len < sizeof(size)) return false;
    memcpy(&size, packed->ptr, sizeof(size));
    tc_slice rest = tc_slice_sub(*packed, sizeof(size), TC_NPOS);
    *ret_present = size != CAPTURE_MISSING;
    *ret_text = *ret_present ? tc_slice_sub(rest, 0, size) : TC_EMPTY_SLICE;
    *packed = tc_slice_sub(rest, ret_text->len, TC_NPOS);
    return true;
}

static TC_STATUS hit(tc_enrich_worker *w, const tc_event *event, uint32_t rule, tc_slice captures)
{
    tc_observation *o = NULL;
    TC_TRY(tc_emit(w, event, TC_OBS_HIT, &o));
    o->rule = rule;
    o->order.rank = tc_observation_rank(TC_OBS_HIT, rule);
    TC_TRY(tc_observations_text(w->batch, captures, &o->text[TC_OBS_TEXT_VALUE]));
    return w->family->describe != NULL ? w->family->describe(w, event, o) : TC_SUCCESS;
}

static bool names_only_here(const tc_family *family)
{
    return family->describe != NULL && family != &tc_family_web && family != &tc_family_message;
}

TC_STATUS tc_enrich_mention(tc_enrich_worker *w, const tc_event *event)
{
    if (event->time == TC_TIME_NONE) return TC_SUCCESS;
    tc_worker_begin_event(w, event);
    tc_status status = names_only_here(w->family) ? hit(w, event, 0, TC_EMPTY_SLICE) : TC_SUCCESS;
    return tc_worker_end_event(w, event, status);
}

TC_STATUS tc_enrich_hit(tc_enrich_worker *w, const tc_event *event, uint32_t rule,
                        const tc_slice *captures, const bool *present, size_t count)
{
    uint8_t packed[CAPTURES_BYTES];
    if (event->time == TC_TIME_NONE) return TC_SUCCESS;
    tc_worker_begin_event(w, event);
    tc_slice packed_captures = pack_captures(captures, present, count, packed);
    return tc_worker_end_event(w, event, hit(w, event, rule, packed_captures));
}
