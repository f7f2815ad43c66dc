/* Times as people type them. */
#include "parsers/base/cursor.h"
#include "parsers/base/time.h"

enum { MINUTES_AT = 16 }; /* behind "2011-03-09T07:12" */

/* An instant without seconds is given those of its beginning. */
static bool parse_minutes(tc_slice s, tc_time *ret)
{
    uint8_t text[48];
    size_t rest = s.len - TC_MIN(s.len, (size_t)MINUTES_AT);
    if (s.len < MINUTES_AT || s.ptr[13] != ':' || MINUTES_AT + 3 + rest > sizeof text) return false;
    memcpy(text, s.ptr, MINUTES_AT);
    memcpy(text + MINUTES_AT, ":00", 3);
    memcpy(text + MINUTES_AT + 3, s.ptr + MINUTES_AT, rest);
    return tc_time_parse_iso(tc_slice_make(text, MINUTES_AT + 3 + rest), ret, NULL);
}

static bool parse_word(tc_slice s, tc_time now, tc_time *ret)
{
    tc_time since_midnight = now % TC_DAY;
    if (since_midnight < 0) since_midnight = tc_time_add(since_midnight, TC_DAY);
    tc_time today = tc_time_sub(now, since_midnight);
    if (tc_slice_equal_ascii(s, TC_LIT("now")))
        *ret = now;
    else if (tc_slice_equal_ascii(s, TC_LIT("today")))
        *ret = today;
    else if (tc_slice_equal_ascii(s, TC_LIT("yesterday")))
        *ret = tc_time_sub(today, TC_DAY);
    else
        return false;
    return true;
}

/* The letter of a unit written out; 0 for none. Months have no short form but "M": "m" is minutes.
 */
static uint8_t unit_letter(tc_slice word)
{
    static const struct {
        const char *word;
        uint8_t letter;
    } units[] = {{"s", 's'},   {"sec", 's'},    {"second", 's'}, {"m", 'm'},
                 {"min", 'm'}, {"minute", 'm'}, {"h", 'h'},      {"hour", 'h'},
                 {"d", 'd'},   {"day", 'd'},    {"w", 'w'},      {"week", 'w'},
                 {"M", 'M'},   {"month", 'M'},  {"y", 'y'},      {"year", 'y'}};
    if (word.len > 2 && word.ptr[word.len - 1] == 's') word.len--;
    for (size_t i = 0; i < TC_COUNT_OF(units); i++)
        if (tc_slice_equal(word, tc_slice_of(units[i].word))) return units[i].letter;
    return 0;
}

/* "7d", "7 days", "7 days ago". */
static bool parse_span(tc_slice s, tc_time now, tc_time *ret)
{
    char text[24];
    size_t digits = 0;
    int64_t span;
    if (tc_slice_ends_ascii(s, TC_LIT(" ago"))) s.len -= 4;
    while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
        digits++;
    uint8_t unit = unit_letter(tc_slice_trim(tc_slice_sub(s, digits, TC_NPOS)));
    if (unit == 0 || digits == 0 || digits + 1 > sizeof text) return false;
    memcpy(text, s.ptr, digits);
    text[digits] = (char)unit;
    if (!tc_time_parse_span(tc_slice_make(text, digits + 1), &span)) return false;
    tc_time t;
    if (__builtin_sub_overflow(now, span, &t) || t == TC_TIME_NONE) return false;
    *ret = t;
    return true;
}

bool tc_time_parse_user(tc_slice s, tc_time now, tc_time *ret)
{
    s = tc_slice_trim(s);
    return tc_time_parse_iso(s, ret, NULL) || parse_minutes(s, ret) || parse_word(s, now, ret) ||
           parse_span(s, now, ret);
}
