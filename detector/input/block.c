#include "detector/input/count.h"
#include "detector/input/input.h"
#include "detector/input/utf16.h"
#include "parsers/base/alloc.h"

void tc_block_done(tc_block *block)
{
    tc_free(block->data);
    tc_schemas_free(block->schemas);
    *block = (tc_block){0};
}

/* What stands between data[0] and an offset: line ends and UTF-16 units. */
typedef struct distance {
    uint64_t lines;
    uint64_t units;
} distance;

static distance distance_to(const tc_block *block, size_t offset)
{
    distance d = {0, 0};
    size_t from = 0;
    if (block->mark_stride > 0) {
        size_t mark = TC_MIN(offset / block->mark_stride, (size_t)TC_BLOCK_MARKS - 1);
        if (mark * block->mark_stride >= block->length && mark > 0) mark--;
        from = mark * block->mark_stride;
        d = (distance){block->mark_lines[mark], block->mark_units[mark]};
    }
    tc_slice rest = tc_slice_sub(tc_slice_make(block->data, block->length), from, offset - from);
    d.lines += tc_count_newlines(rest);
    if (block->utf16) d.units += tc_utf16_units_of(rest);
    return d;
}

void tc_block_locate(const tc_block *block, tc_place place, tc_locator *ret, uint64_t *ret_position)
{
    size_t offset = TC_MIN(place.offset, block->length);
    size_t length = TC_MIN(place.length, block->length - offset);
    distance before = distance_to(block, offset);
    if (block->utf16) {
        tc_slice record = tc_slice_make(block->data + offset, length);
        ret->length = (uint32_t)TC_MIN(2 * tc_utf16_units_of(record), (uint64_t)UINT32_MAX);
        ret->offset = block->file_offset + 2 * before.units;
    } else {
        ret->length = (uint32_t)TC_MIN(length, (size_t)UINT32_MAX);
        ret->offset = block->file_offset + offset;
    }
    ret->source = block->source;
    ret->line = block->line + (block->records ? place.record : before.lines);
    *ret_position = block->position + offset;
}
