#include "parsers/text/csv.h"
#include "parsers/base/time.h"
#include "parsers/text/bytemask.h"

/* The bytes that shape a record, one after the other. */
typedef struct marks {
    const uint8_t *base; /* of the window that mask speaks of */
    const uint8_t *end;
    uint64_t mask;
    uint8_t separator, quote;
} marks;

static void load_marks(marks *m)
{
    size_t left = (size_t)(m->end - m->base);
    tc_bytemask_tail tail;
    const uint8_t *window =
        left >= TC_BYTEMASK_SPAN ? m->base : tc_bytemask_pad(&tail, m->base, left);
    m->mask = tc_bytemask_csv(window, m->separator, m->quote);
}

/* The next mark, or end. */
static inline const uint8_t *next_mark(marks *m)
{
    while (m->mask == 0) {
        if ((size_t)(m->end - m->base) <= TC_BYTEMASK_SPAN) return m->end;
        m->base += TC_BYTEMASK_SPAN;
        load_marks(m);
    }
    const uint8_t *at = m->base + __builtin_ctzll(m->mask);
    m->mask &= m->mask - 1;
    return at;
}

/* The cell being read. */
typedef struct open_cell {
    const uint8_t *from;
    const uint8_t *close; /* its closing quote, or NULL */
    bool quoted;          /* it begins with a quote */
    bool inside;          /* between its quotes */
    bool doubled;         /* it holds doubled quotes */
} open_cell;

/* A cell that begins with a quote. */
static tc_cell quoted_cell(const open_cell *cell, const uint8_t *to)
{
    if (!cell->close || cell->close + 1 != to)
        return (tc_cell){cell->from, (uint32_t)(to - cell->from), TC_FORM_TEXT};
    return (tc_cell){cell->from + 1, (uint32_t)(cell->close - cell->from - 1),
                     cell->doubled ? TC_FORM_CSV : TC_FORM_TEXT};
}

/* The cell ends before `to`; the next one begins behind it. */
static inline void end_cell(open_cell *cell, const uint8_t *to, tc_cell *cells, size_t room,
                            size_t index)
{
    if (TC_LIKELY(!cell->quoted)) {
        if (TC_LIKELY(index < room))
            cells[index] = (tc_cell){cell->from, (uint32_t)(to - cell->from),
                                     to == cell->from ? TC_FORM_NULL : TC_FORM_TEXT};
        cell->from = to + 1;
    } else {
        if (index < room) cells[index] = quoted_cell(cell, to);
        *cell = (open_cell){to + 1, NULL, false, false, false};
    }
}

/* A quote at q: opens, closes or doubles, or is a byte like others. True if the byte behind it is
 * used up. */
static bool take_quote(open_cell *cell, const uint8_t *q, const uint8_t *end, const uint8_t *stray)
{
    if (!cell->inside) {
        if (q == cell->from && q != stray) cell->quoted = cell->inside = true;
        return false;
    }
    if (end - q > 1 && q[1] == *q) {
        cell->doubled = true;
        return true;
    }
    cell->inside = false;
    cell->close = q;
    return false;
}

static bool feed_ends(const tc_csv_dialect *dialect, const open_cell *cell, const uint8_t *feed,
                      const uint8_t *end)
{
    if (TC_LIKELY(!cell->inside)) return true;
    tc_slice rest = {feed + 1, (size_t)(end - feed - 1)};
    return rest.len == 0 || tc_csv_begins(dialect, rest) == TC_CSV_YES;
}

void tc_csv_read(const tc_csv_dialect *dialect, const uint8_t *at, const uint8_t *end,
                 const uint8_t *stray, tc_cell *cells, size_t room, tc_csv_record *ret)
{
    marks m = {at, end, 0, dialect->separator, dialect->quote};
    load_marks(&m);
    open_cell cell = {at, NULL, false, false, false};
    size_t count = 0;
    bool nul = false;
    const uint8_t *q;
    while ((q = next_mark(&m)) != end) {
        if (TC_LIKELY(*q == m.separator)) {
            if (!cell.inside) end_cell(&cell, q, cells, room, count++);
        } else if (*q == 0) {
            nul = true; /* before the quote: a dialect without one has 0 in its place */
        } else if (*q == m.quote) {
            if (take_quote(&cell, q, end, stray)) (void)next_mark(&m);
        } else if (feed_ends(dialect, &cell, q, end)) {
            break;
        }
    }
    const uint8_t *stop = q;
    while (stop > cell.from && stop[-1] == '\r')
        stop--;
    ret->open = cell.inside ? cell.from : NULL;
    end_cell(&cell, stop, cells, room, count);
    ret->count = count + 1;
    ret->length = (size_t)(stop - at);
    ret->nul = nul;
    ret->ended = q != end;
    ret->next = q != end ? q + 1 : end;
}

enum { SECOND = 19 }; /* bytes of YYYY-MM-DDTHH:MM:SS */

static tc_csv_answer second_begins(const char *form, tc_slice bytes)
{
    for (size_t i = 0; i < SECOND; i++) {
        if (i == bytes.len) return TC_CSV_UNKNOWN;
        uint8_t c = bytes.ptr[i];
        if (form[i] == 'd' ? !tc_is_digit(c) : c != (uint8_t)form[i]) return TC_CSV_NO;
    }
    return TC_CSV_YES;
}

/* Where a fraction of nine digits at most ends. */
static size_t fraction_end(tc_slice bytes)
{
    size_t i = SECOND;
    if (i < bytes.len && bytes.ptr[i] == '.') i++;
    while (i > SECOND && i < bytes.len && i <= SECOND + 9 && tc_is_digit(bytes.ptr[i]))
        i++;
    return i;
}

/* YYYY-MM-DDTHH:MM:SS[.fraction][Z] and the separator; a local time has a blank for the T. */
static tc_csv_answer timestamp_begins(const tc_csv_dialect *dialect, tc_slice bytes)
{
    const char *form =
        dialect->time == TC_CSV_TIME_ISO ? "dddd-dd-ddTdd:dd:dd" : "dddd-dd-dd dd:dd:dd";
    tc_csv_answer second = second_begins(form, bytes);
    if (second != TC_CSV_YES) return second;
    size_t i = fraction_end(bytes);
    if (i < bytes.len && bytes.ptr[i] == 'Z') i++;
    if (i == bytes.len) return TC_CSV_UNKNOWN;
    tc_time time;
    return bytes.ptr[i] == dialect->separator &&
                   tc_time_parse_iso(tc_slice_sub(bytes, 0, i), &time, NULL)
               ? TC_CSV_YES
               : TC_CSV_NO;
}

const char *const tc_csv_exchange_headers[] = {
    "#Software:", "#Version:", "#Log-type:", "#Date:", "#Fields:", NULL};

/* Whether any of the beginnings stands there. */
static tc_csv_answer any_begins(const char *const *beginnings, tc_slice bytes)
{
    tc_csv_answer answer = TC_CSV_NO;
    for (; beginnings && *beginnings; beginnings++) {
        tc_slice key = tc_slice_of(*beginnings);
        if (tc_slice_starts_ascii(bytes, key)) return TC_CSV_YES;
        if (tc_slice_starts_ascii(key, bytes)) answer = TC_CSV_UNKNOWN;
    }
    return answer;
}

tc_csv_answer tc_csv_begins(const tc_csv_dialect *dialect, tc_slice bytes)
{
    size_t nuls = 0;
    while (nuls < bytes.len && nuls < TC_CSV_NULS_MAX && bytes.ptr[nuls] == 0)
        nuls++;
    if (nuls == TC_CSV_NULS_MAX) return TC_CSV_YES;
    tc_slice rest = tc_slice_sub(bytes, nuls, bytes.len);
    if (rest.len == 0) return TC_CSV_UNKNOWN;
    if (rest.ptr[0] == '#') return any_begins(dialect->headers, rest);
    return dialect->records ? any_begins(dialect->records, rest) : timestamp_begins(dialect, rest);
}
