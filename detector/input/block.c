#include "detector/input/count.h"
#include "detector/input/input.h"
#include "detector/input/utf16.h"
#include "parsers/base/alloc.h"

void tc_block_done(tc_block *block)
{
    tc_free(block->data);
    *block = (tc_block){0};
}

void tc_block_locate(const tc_block *block, tc_place place, tc_locator *ret, uint64_t *ret_position)
{
    tc_slice data = tc_slice_make(block->data, block->length);
    tc_slice before = tc_slice_sub(data, 0, place.offset);
    tc_slice record = tc_slice_sub(data, place.offset, place.length);
    uint64_t offset = block->utf16 ? 2 * tc_utf16_units_of(before) : before.len;
    uint64_t length = block->utf16 ? 2 * tc_utf16_units_of(record) : record.len;
    ret->source = block->source;
    ret->length = (uint32_t)TC_MIN(length, (uint64_t)UINT32_MAX);
    ret->offset = block->file_offset + offset;
    ret->line = block->line + tc_count_newlines(before);
    *ret_position = block->position + before.len;
}
