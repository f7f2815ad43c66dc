/* Times as people's exports have them. */
#include "parsers/audit/export_dates.h"
#include "parsers/base/cursor.h"
#include "parsers/text/local_date.h"
#include "parsers/windows/windows_event.h"

typedef struct stamp {
    uint64_t first, second, year, hour, minute, sec;
    uint8_t sign;    /* between the parts of the date */
    bool year_first; /* then the month stands before the day */
    bool afternoon;  /* PM */
    bool halved;     /* AM or PM is written */
    bool american;   /* ... as those write it whose months come first */
} stamp;

/* The sign between two parts; behind a point a blank may stand ("2024. 05. 02."). */
static bool take_sign(tc_cursor *c, uint8_t sign)
{
    if (!tc_cursor_byte(c, sign)) return false;
    if (sign == '.') (void)tc_cursor_byte(c, ' ');
    return true;
}

static bool read_date(tc_cursor *c, stamp *s)
{
    static const char signs[] = "/.-";
    uint64_t begin;
    if (!tc_cursor_digits(c, 4, &begin)) return false;
    for (size_t i = 0; s->sign == 0 && i + 1 < sizeof signs; i++)
        if (take_sign(c, (uint8_t)signs[i])) s->sign = (uint8_t)signs[i];
    s->year_first = begin >= 1000;
    uint64_t *const order[] = {s->year_first ? &s->first : &s->second,
                               s->year_first ? &s->second : &s->year};
    *(s->year_first ? &s->year : &s->first) = begin;
    if (s->sign == 0 || begin == 0 || !tc_cursor_digits(c, 2, order[0]) || !take_sign(c, s->sign) ||
        !tc_cursor_digits(c, s->year_first ? 2 : 4, order[1]))
        return false;
    if (s->sign == '.') (void)tc_cursor_byte(c, '.');
    return true;
}

/* Some write the half of the day before the clock. */
static void read_half_before(tc_cursor *c, stamp *s)
{
    static const struct {
        const char *word;
        bool afternoon;
    } halves[] = {
        {"\xE5\x8D\x88\xE5\x89\x8D", false}, {"\xE5\x8D\x88\xE5\xBE\x8C", true}, /* Japanese */
        {"\xE4\xB8\x8A\xE5\x8D\x88", false}, {"\xE4\xB8\x8B\xE5\x8D\x88", true}, /* Chinese */
        {"\xEC\x98\xA4\xEC\xA0\x84", false}, {"\xEC\x98\xA4\xED\x9B\x84", true}, /* Korean */
    };
    for (size_t i = 0; i < TC_COUNT_OF(halves) && !s->halved; i++) {
        if (!tc_cursor_text(c, tc_slice_of(halves[i].word))) continue;
        s->halved = true;
        s->afternoon = halves[i].afternoon;
        (void)tc_cursor_byte(c, ' ');
    }
}

static bool read_clock(tc_cursor *c, stamp *s)
{
    if (!tc_cursor_digits(c, 2, &s->hour)) return false;
    uint8_t between = tc_cursor_byte(c, ':') ? ':' : '.';
    if ((between == '.' && !tc_cursor_byte(c, '.')) || !tc_cursor_digits(c, 2, &s->minute))
        return false;
    if (!tc_cursor_byte(c, between)) return true;
    uint64_t fraction;
    if (!tc_cursor_digits(c, 2, &s->sec)) return false;
    return !tc_cursor_byte(c, '.') || tc_cursor_digits(c, 9, &fraction);
}

#define LATIN_HALVES 2

/* The half of the day behind the clock, in the languages that have one there. */
static void read_half_behind(tc_slice *rest, stamp *s)
{
    static const struct {
        const char *word;
        bool afternoon;
    } halves[] = {
        {"AM", false},           {"PM", true},           {"a.m.", false}, {"p.m.", true},
        {"a. m.", false},        {"p. m.", true},        {"de.", false},  {"du.", true},
        {"a.\xC2\xA0m.", false}, {"p.\xC2\xA0m.", true}, {"πμ", false},   {"μμ", true},
        {"π.μ.", false},         {"μ.μ.", true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(halves) && !s->halved; i++) {
        if (!tc_slice_equal_ascii(*rest, tc_slice_of(halves[i].word))) continue;
        s->halved = true;
        s->american = i < LATIN_HALVES;
        s->afternoon = halves[i].afternoon;
        *rest = TC_EMPTY_SLICE;
    }
}

/* Behind the clock: nothing, or the half of the day, with a blank of any kind before it. */
static bool read_half(tc_slice rest, stamp *s)
{
    rest = tc_slice_trim(rest);
    if (tc_slice_starts(rest, TC_LIT("\xE2\x80\xAF")) || tc_slice_starts(rest, TC_LIT("\xC2\xA0")))
        rest = tc_slice_trim(tc_slice_sub(rest, rest.ptr[0] == 0xC2 ? 2 : 3, rest.len));
    read_half_behind(&rest, s);
    if (rest.len > 0) return false;
    if (!s->halved) return true;
    if (s->hour < 1 || s->hour > 12) return false;
    s->hour = s->hour % 12 + (s->afternoon ? 12 : 0);
    return true;
}

/* Nobody who writes months first pads the day and not the month: 2/05/2024. */
static bool is_padded_behind(tc_slice text)
{
    return text.len > 2 && !tc_is_digit(text.ptr[1]) && text.ptr[2] == '0';
}

/* Months come first where people count hours to twelve and write slashes. */
static bool guess(const stamp *s, tc_slice text)
{
    return s->american && s->sign == '/' && !is_padded_behind(text);
}

/* As was told of the source, or guessed; where that is no date, the other order. Before points it
 * is the day. */
static bool month_first(const stamp *s, tc_slice text, tc_slice told)
{
    if (s->year_first) return true;
    bool first = guess(s, text);
    if (s->sign != '.' && tc_slice_equal(told, TC_MONTH_FIRST)) first = true;
    if (tc_slice_equal(told, TC_DAY_FIRST)) first = false;
    if (first && s->first > 12) return false;
    if (!first && s->second > 12) return true;
    return first;
}

/* "May 2, 2024 @ 08:00:20.123", as Kibana shows times. */
static bool read_kibana(tc_slice text, tc_time *ret)
{
    stamp s = {.sign = 0};
    tc_cursor c = tc_cursor_on(tc_slice_sub(text, 3, text.len));
    uint64_t day;
    int month = text.len > 20 ? tc_time_month(text.ptr) : 0;
    return month > 0 && tc_cursor_byte(&c, ' ') && tc_cursor_digits(&c, 2, &day) &&
           tc_cursor_text(&c, TC_LIT(", ")) && tc_cursor_digits(&c, 4, &s.year) &&
           tc_cursor_text(&c, TC_LIT(" @ ")) && read_clock(&c, &s) && tc_cursor_rest(&c).len == 0 &&
           tc_time_from_civil((int)s.year, month, (int)day, (int)s.hour, (int)s.minute, (int)s.sec,
                              ret);
}

/* "Thu May 02 08:00:20 2024", as the C library writes times. */
static bool read_asctime(tc_slice text, tc_time *ret)
{
    stamp s = {.sign = 0};
    tc_cursor c = tc_cursor_on(tc_slice_sub(text, 8, text.len));
    uint64_t day;
    if (text.len < 23 || text.ptr[3] != ' ' || text.ptr[7] != ' ') return false;
    int month = tc_time_month(text.ptr + 4);
    (void)tc_cursor_byte(&c, ' ');
    return month > 0 && tc_cursor_digits(&c, 2, &day) && tc_cursor_byte(&c, ' ') &&
           read_clock(&c, &s) && tc_cursor_byte(&c, ' ') && tc_cursor_digits(&c, 4, &s.year) &&
           tc_time_from_civil((int)s.year, month, (int)day, (int)s.hour, (int)s.minute, (int)s.sec,
                              ret);
}

/* The clock behind the date, and the half of the day around it. */
static bool read_day_time(tc_cursor *c, stamp *s)
{
    (void)tc_cursor_byte(c, ',');
    if (!tc_cursor_byte(c, ' ')) return false;
    read_half_before(c, s);
    return read_clock(c, s) && read_half(tc_cursor_rest(c), s);
}

bool tc_export_time(tc_slice text, tc_slice told, tc_time *ret, bool *ret_zoned)
{
    stamp s = {.sign = 0};
    if (tc_windows_time(text, ret, ret_zoned)) return true;
    *ret_zoned = false;
    if (read_asctime(text, ret) || read_kibana(text, ret)) return true;
    tc_cursor c = tc_cursor_on(text);
    if (!read_date(&c, &s) || !read_day_time(&c, &s)) return false;
    bool american = month_first(&s, text, told);
    return tc_time_from_civil((int)s.year, (int)(american ? s.first : s.second),
                              (int)(american ? s.second : s.first), (int)s.hour, (int)s.minute,
                              (int)s.sec, ret);
}

bool tc_export_open_date(tc_slice text, tc_export_date *ret)
{
    stamp s = {.sign = 0};
    tc_cursor c = tc_cursor_on(text);
    if (!read_date(&c, &s) || s.year_first || s.sign == '.') return false;
    if (s.second == 0 || s.first > 31 || s.second > 31) return false;
    if (tc_cursor_rest(&c).len > 0 && !read_day_time(&c, &s)) return false;
    *ret = (tc_export_date){.year = (uint16_t)s.year,
                            .first = (uint8_t)s.first,
                            .second = (uint8_t)s.second,
                            .padded_behind = is_padded_behind(text),
                            .american = guess(&s, text)};
    return true;
}
