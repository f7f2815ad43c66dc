#include "parsers/text/directive.h"

static const struct {
    const char *name;
    tc_directive_key key;
} keys[] = {
    {"Software", TC_DIRECTIVE_SOFTWARE},     {"Version", TC_DIRECTIVE_VERSION},
    {"Log-type", TC_DIRECTIVE_LOG_TYPE},     {"Date", TC_DIRECTIVE_DATE},
    {"Start-Date", TC_DIRECTIVE_START_DATE}, {"Fields", TC_DIRECTIVE_FIELDS},
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

tc_directive tc_directive_parse(tc_slice line)
{
    size_t i = line.len > 0 && line.ptr[0] == '#' ? 1 : 0;
    while (i < line.len && is_blank(line.ptr[i]))
        i++;
    size_t begin = i;
    while (i < line.len && line.ptr[i] != ':' && line.ptr[i] > ' ')
        i++;
    tc_slice name = tc_slice_sub(line, begin, i - begin);
    if (i < line.len && line.ptr[i] == ':') i++;
    tc_directive found = {TC_DIRECTIVE_COMMENT, tc_slice_trim(tc_slice_sub(line, i, line.len))};
    for (size_t k = 0; k < TC_COUNT_OF(keys); k++)
        if (tc_slice_equal_ascii(name, tc_slice_of(keys[k].name))) found.key = keys[k].key;
    return found;
}

/* What stands before the first blank of *rest; *rest is moved behind it. */
static tc_slice next_word(tc_slice *rest)
{
    size_t begin = 0;
    while (begin < rest->len && is_blank(rest->ptr[begin]))
        begin++;
    size_t end = begin;
    while (end < rest->len && !is_blank(rest->ptr[end]))
        end++;
    tc_slice word = tc_slice_sub(*rest, begin, end - begin);
    *rest = tc_slice_sub(*rest, end, rest->len);
    return word;
}

bool tc_directive_instant(tc_slice value, tc_time *ret)
{
    tc_slice rest = value;
    tc_slice date = next_word(&rest), clock = next_word(&rest);
    tc_time midnight = 0, since_midnight = 0;
    if (tc_time_parse_date(date, &midnight)) {
        if (!tc_time_parse_clock(clock, &since_midnight)) since_midnight = 0;
        *ret = tc_time_add(midnight, since_midnight);
        return true;
    }
    return tc_time_parse_iso(date, ret, NULL);
}

bool tc_directive_name(tc_slice *rest, tc_slice separators, tc_slice *ret)
{
    size_t begin = 0;
    while (begin < rest->len && tc_slice_find(separators, rest->ptr[begin]) != TC_NPOS)
        begin++;
    size_t end = begin;
    while (end < rest->len && tc_slice_find(separators, rest->ptr[end]) == TC_NPOS)
        end++;
    if (begin == end) return false;
    *ret = tc_slice_sub(*rest, begin, end - begin);
    *rest = tc_slice_sub(*rest, end, rest->len);
    return true;
}
