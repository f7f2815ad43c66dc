#include "parsers/text/lines.h"

void tc_lines_skip(bool *skipping, tc_slice bytes, bool last, tc_frame *ret)
{
    size_t feed = tc_slice_find(bytes, '\n');
    bool ended = feed != TC_NPOS || last;
    size_t length = feed != TC_NPOS ? feed + 1 : bytes.len - (last || bytes.len == 0 ? 0 : 1);
    if (length == 0) return;
    *ret = (tc_frame){length, true, ended, TC_REASON_OVERSIZE, 0};
    *skipping = !ended;
}

void tc_lines_frame(bool *skipping, tc_slice bytes, bool last, size_t record_max, tc_frame *ret)
{
    size_t feed = last ? bytes.len : tc_slice_rfind(bytes, '\n');
    if (*skipping)
        tc_lines_skip(skipping, bytes, last, ret);
    else if (last)
        ret->length = bytes.len;
    else if (feed != TC_NPOS)
        ret->length = feed + 1;
    else if (bytes.len > record_max + 2) /* more than a line and its end */
        tc_lines_skip(skipping, bytes, last, ret);
}

bool tc_lines_next(tc_lines *lines)
{
    lines->at = lines->next;
    if (lines->at == lines->block.len) return false;
    tc_slice rest = tc_slice_sub(lines->block, lines->at, lines->block.len);
    size_t feed = tc_slice_find(rest, '\n');
    lines->ended = feed != TC_NPOS;
    size_t length = lines->ended ? feed : rest.len;
    lines->next = lines->at + length + (lines->ended ? 1 : 0);
    while (lines->ended && length > 0 && rest.ptr[length - 1] == '\r')
        length--;
    lines->text = tc_slice_sub(rest, 0, length);
    return true;
}
