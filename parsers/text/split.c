#include "parsers/text/split.h"
#include "parsers/text/bytemask.h"

static inline void put_cell(tc_cell *cells, size_t room, size_t index, const uint8_t *from,
                            const uint8_t *to)
{
    if (TC_UNLIKELY(index >= room)) return;
    size_t length = (size_t)(to - from);
    bool null = length == 1 && *from == '-';
    cells[index] = (tc_cell){from, (uint32_t)length, null ? TC_FORM_NULL : TC_FORM_TEXT};
}

/* The line ends at `stop` (a CR, an LF or the end of the block); `next` begins the one after. */
static inline void end_line(const uint8_t *at, const uint8_t *stop, const uint8_t *next,
                            tc_split *ret)
{
    ret->length = (size_t)(stop - at);
    ret->next = next;
}

/* Where the text ends that begins at `from` and is followed by an LF at `to`: a copy from one
 * system to the other may have put a second CR there. */
static inline const uint8_t *before_returns(const uint8_t *from, const uint8_t *to)
{
    while (to > from && to[-1] == '\r')
        to--;
    return to;
}

void tc_split_line(const uint8_t *at, const uint8_t *end, uint8_t separator, tc_cell *cells,
                   size_t room, tc_split *ret)
{
    const uint8_t *from = at;
    size_t count = 0;
    ret->nul = false;
    for (const uint8_t *p = at; p < end; p += TC_BYTEMASK_SPAN) {
        size_t left = (size_t)(end - p);
        tc_bytemask_tail tail;
        const uint8_t *window = left >= TC_BYTEMASK_SPAN ? p : tc_bytemask_pad(&tail, p, left);
        for (uint64_t mask = tc_bytemask_controls(window); mask != 0; mask &= mask - 1) {
            const uint8_t *q = p + __builtin_ctzll(mask);
            uint8_t byte = *q;
            if (TC_LIKELY(byte == separator)) {
                put_cell(cells, room, count++, from, q);
                from = q + 1;
            } else if (byte == '\n') {
                const uint8_t *stop = before_returns(from, q);
                put_cell(cells, room, count++, from, stop);
                ret->count = count;
                end_line(at, stop, q + 1, ret);
                return;
            } else if (byte == 0) {
                ret->nul = true;
            }
        }
    }
    const uint8_t *stop = before_returns(from, end);
    put_cell(cells, room, count++, from, stop);
    ret->count = count;
    end_line(at, stop, end, ret);
}

size_t tc_split_find_header(tc_slice s)
{
    for (size_t i = 1; i < s.len; i += TC_BYTEMASK_SPAN) {
        const uint8_t *p = s.ptr + i;
        size_t left = s.len - i;
        tc_bytemask_tail tail;
        const uint8_t *window = left >= TC_BYTEMASK_SPAN ? p : tc_bytemask_pad(&tail, p, left);
        for (uint64_t mask = tc_bytemask_equal(window, '#'); mask != 0; mask &= mask - 1) {
            size_t begin = i + (size_t)__builtin_ctzll(mask);
            if (begin > 3 && memcmp(s.ptr + begin - 3, "\xEF\xBB\xBF", 3) == 0) begin -= 3;
            while (begin > 0 && s.ptr[begin - 1] == 0)
                begin--;
            if (begin > 0 && s.ptr[begin - 1] == '\n') return begin;
        }
    }
    return TC_NPOS;
}
