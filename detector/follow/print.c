#include "detector/follow/print.h"

#include "parsers/base/hash.h"

uint64_t tc_print_hash(tc_slice bytes)
{
    return tc_content_hash(bytes);
}

uint64_t tc_print_from(const tc_print *print)
{
    return print->at <= TC_PRINT_HEAD ? 0 : print->at - TC_PRINT_TAIL;
}

bool tc_print_head_is(const tc_print *print, tc_slice beginning)
{
    if (print->head_length == 0) return true;
    if (beginning.len < print->head_length) return false;
    return tc_print_hash(tc_slice_sub(beginning, 0, print->head_length)) == print->head_hash;
}

bool tc_print_tail_is(const tc_print *print, tc_slice before)
{
    return print->tail_at == 0 || tc_print_hash(before) == print->tail_hash;
}

bool tc_print_goes_on(const tc_print *print, tc_slice window)
{
    uint64_t from = tc_print_from(print);
    size_t read = (size_t)(print->at - from);
    if (window.len < read) return false;
    if (from == 0 && !tc_print_head_is(print, window)) return false;
    size_t tail = TC_MIN(read, TC_PRINT_TAIL);
    return tc_print_tail_is(print, tc_slice_sub(window, read - tail, tail));
}

/* What is left of a line without line ends, blanks, NULs of UTF-16 and the bytes of a mark. */
static bool says_something(tc_slice line)
{
    for (size_t i = 0; i < line.len; i++) {
        uint8_t c = line.ptr[i];
        bool mark = i < 3 && (c == 0xEF || c == 0xBB || c == 0xBF || c == 0xFE || c == 0xFF);
        if (c > ' ' && !mark) return c != '#';
    }
    return false;
}

bool tc_print_telling(tc_slice beginning)
{
    tc_slice rest = beginning;
    while (rest.len > 0) {
        size_t end = tc_slice_find(rest, '\n');
        if (end == TC_NPOS) return false;
        if (says_something(tc_slice_sub(rest, 0, end))) return true;
        rest = tc_slice_sub(rest, end + 1, SIZE_MAX);
    }
    return false;
}

void tc_print_advance(tc_print *print, tc_slice window, size_t more)
{
    uint64_t from = tc_print_from(print);
    size_t end = (size_t)(print->at - from) + more;
    TC_ASSERT(end <= window.len);
    if (from == 0) {
        size_t length = TC_MAX(TC_MIN(end, TC_PRINT_HEAD), (size_t)print->head_length);
        tc_slice head = tc_slice_sub(window, 0, length);
        print->head_length = (uint16_t)head.len;
        print->head_hash = tc_print_hash(head);
        print->telling = print->telling || end > TC_PRINT_HEAD || tc_print_telling(head);
    }
    size_t tail = TC_MIN(end, TC_PRINT_TAIL);
    print->tail_hash = tc_print_hash(tc_slice_sub(window, end - tail, tail));
    print->at += more;
    print->tail_at = print->at;
}
