#include "parsers/open/json_items.h"

/* Behind the last line end that a '{' follows; 0 if there is none. The first `clear` bytes are
 * known to hold none. */
static size_t last_boundary(tc_slice bytes, size_t clear)
{
    size_t from = clear ? clear - 1 : 0;
    if (bytes.len == 0 || from >= bytes.len - 1) return 0;
    tc_slice head = tc_slice_sub(bytes, from, bytes.len - 1 - from);
    for (;;) {
        size_t feed = tc_slice_rfind(head, '\n');
        if (feed == TC_NPOS) return 0;
        if (head.ptr[feed + 1] == '{') return from + feed + 1;
        head.len = feed;
    }
}

/* Goes on in a damaged record. */
static void frame_skip(tc_json_state *state, tc_slice bytes, bool last, tc_frame *ret)
{
    tc_json_state skip = *state;
    size_t end = tc_json_skip_damage(&skip, bytes, 0);
    bool ended = end != TC_NPOS || last;
    size_t length = end != TC_NPOS ? end : bytes.len - (last || bytes.len == 0 ? 0 : 1);
    if (length == 0) return;
    *ret = (tc_frame){length, true, ended, (tc_reason)skip.reason, 0};
    *state = skip;
    if (ended) *state = (tc_json_state){.column = skip.column, .inlined = skip.inlined};
}

/* Takes a damaged record, or as much of it as is in sight but for one byte, so that its last piece
 * is never empty. */
static void frame_damage(tc_json_state *state, const tc_json_item *item, size_t in_sight,
                         tc_frame *ret)
{
    bool ended = item->kind == TC_JSON_ITEM_DAMAGE;
    *ret = (tc_frame){ended ? item->end : in_sight - 1, true, ended, item->reason, 0};
    if (ended) {
        state->column = item->skip.column;
        state->inlined = item->skip.inlined;
        state->clear -= (uint32_t)TC_MIN(ret->length, state->clear);
    } else {
        *state = item->skip;
    }
}

/* Takes structure and whole objects, or else one damaged record. */
static void frame_items(tc_json_state *state, tc_json_items *x, tc_frame *ret)
{
    tc_json_item item;
    for (;;) {
        if (!tc_json_items_between(x, ret->length, &item))
            tc_json_items_object(x, ret->length, &item);
        if (item.kind != TC_JSON_ITEM_BLANK && item.kind != TC_JSON_ITEM_OBJECT) break;
        ret->length = item.end;
    }
    if (ret->length == 0 && (item.kind == TC_JSON_ITEM_DAMAGE || item.kind == TC_JSON_ITEM_TAIL)) {
        frame_damage(state, &item, x->bytes.len, ret);
        return;
    }
    tc_json_items_count(x, ret->length);
    state->column = x->column;
    state->inlined = x->inlined;
    state->clear -= (uint32_t)TC_MIN(ret->length, state->clear);
}

void tc_json_frame(tc_json_state *state, tc_slice bytes, bool last, size_t record_max,
                   tc_frame *ret)
{
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (state->skipping) {
        frame_skip(state, bytes, last, ret);
        return;
    }
    size_t boundary = last ? bytes.len : last_boundary(bytes, state->clear);
    if (boundary > 0) {
        *state = (tc_json_state){0};
        ret->length = boundary;
        return;
    }
    state->clear = (uint32_t)TC_MIN(bytes.len, (size_t)UINT32_MAX);
    tc_json_items x = {bytes, last, record_max, 0, state->column, state->inlined};
    frame_items(state, &x, ret);
}

void tc_json_state_visit(tc_json_state *state, tc_visit *visit)
{
    uint32_t progress = state->progress, reason = state->reason;
    tc_visit_u32(visit, &state->column);
    tc_visit_bool(visit, &state->inlined);
    tc_visit_bool(visit, &state->skipping);
    tc_visit_bool(visit, &state->lead);
    tc_visit_bool(visit, &state->behind_any);
    tc_visit_below(visit, &progress, TC_JSON_PROGRESS_COUNT);
    tc_visit_below(visit, &reason, TC_REASON_COUNT);
    tc_visit_u32(visit, &state->limit);
    state->progress = (uint8_t)progress;
    state->reason = (uint8_t)reason;
    /* What is clear is found again. */
}
