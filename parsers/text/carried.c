#include "parsers/text/carried.h"

#define LOOKED_AT 256

static bool is_dated(tc_slice s)
{
    static const char form[] = "0000-00-00";
    if (s.len < sizeof form) return false;
    for (size_t i = 0; i + 1 < sizeof form; i++) {
        if (form[i] == '0' ? !tc_is_digit(s.ptr[i]) : s.ptr[i] != '-') return false;
    }
    return true;
}

bool tc_cri_stream(tc_slice *s, bool *ret_whole)
{
    tc_slice rest, stream = tc_slice_split(*s, ' ', &rest), tag = tc_slice_split(rest, ' ', &rest);
    *ret_whole = tc_slice_equal(tag, TC_LIT("F"));
    if (!*ret_whole && !tc_slice_equal(tag, TC_LIT("P"))) return false;
    if (!tc_slice_equal(stream, TC_LIT("stdout")) && !tc_slice_equal(stream, TC_LIT("stderr")))
        return false;
    *s = rest;
    return true;
}

bool tc_looks_carried(tc_slice message)
{
    static const char *const begins[] = {"{\"", "[{", "#Fields", "#Software", "CEF:", "LEEF:"};
    static const char *const signs[] = {"MSWinEventLog", "WinEvtLog:", "EventID",
                                        "EventCode=", "<Event"};
    tc_slice start = tc_slice_sub(tc_slice_trim(message), 0, LOOKED_AT);
    for (size_t i = 0; i < TC_COUNT_OF(begins); i++)
        if (tc_slice_starts(start, tc_slice_of(begins[i]))) return true;
    for (size_t i = 0; i < TC_COUNT_OF(signs); i++)
        if (tc_slice_search(start, tc_slice_of(signs[i])) != TC_NPOS) return true;
    return is_dated(start);
}
