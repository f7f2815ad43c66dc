#include "detector/input/glob.h"

TC_STATUS tc_glob_rule_parse(tc_slice text, const char *option, tc_glob_rule *ret, tc_error *reterr)
{
    size_t at = tc_slice_rfind(text, '=');
    if (at == TC_NPOS || at == 0 || at + 1 == text.len) {
        return tc_fail_at(reterr, TC_ESYNTAX, option, 0, 0,
                          "\"%.*s\" is not GLOB=VALUE; write for example \"EX01/*=ex01\"",
                          (int)TC_MIN(text.len, (size_t)200), (const char *)text.ptr);
    }
    ret->glob = tc_slice_sub(text, 0, at);
    ret->value = tc_slice_sub(text, at + 1, SIZE_MAX);
    return TC_SUCCESS;
}

/* Only the last '*' is ever tried again: an earlier one cannot do better than it did. */
static bool match(tc_slice glob, tc_slice text)
{
    size_t g = 0, t = 0, star = TC_NPOS, resume = 0;
    while (t < text.len) {
        if (g < glob.len && glob.ptr[g] == '*') {
            star = g++;
            resume = t;
        } else if (g < glob.len && (glob.ptr[g] == '?' || glob.ptr[g] == text.ptr[t])) {
            g++;
            t++;
        } else if (star != TC_NPOS) {
            g = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (g < glob.len && glob.ptr[g] == '*')
        g++;
    return g == glob.len;
}

bool tc_glob_match_path(tc_slice glob, tc_slice path)
{
    bool whole = tc_slice_find(glob, '/') != TC_NPOS;
    if (whole && match(glob, path)) return true;
    tc_slice rest = path;
    while (rest.ptr) {
        tc_slice from_here = rest;
        tc_slice component = tc_slice_split(rest, '/', &rest);
        if (match(glob, whole ? from_here : component)) return true;
    }
    return false;
}
