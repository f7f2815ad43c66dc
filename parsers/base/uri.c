#include "parsers/base/uri.h"

#define SCHEME_MAX 16 /* with what stands behind it */

tc_uri tc_uri_split(tc_slice uri)
{
    tc_uri parts = {TC_EMPTY_SLICE, uri, TC_EMPTY_SLICE};
    size_t scheme = tc_slice_search(tc_slice_sub(uri, 0, SCHEME_MAX), TC_LIT("://"));
    if (scheme != TC_NPOS) {
        tc_slice rest = tc_slice_sub(uri, scheme + 3, uri.len);
        size_t path = 0;
        while (path < rest.len && rest.ptr[path] != '/' && rest.ptr[path] != '?')
            path++;
        parts.host = tc_slice_sub(rest, 0, path);
        parts.stem = tc_slice_sub(rest, path, rest.len);
    }
    size_t mark = tc_slice_find(parts.stem, '?');
    if (mark != TC_NPOS) {
        parts.query = tc_slice_sub(parts.stem, mark + 1, parts.stem.len);
        parts.stem = tc_slice_sub(parts.stem, 0, mark);
    }
    return parts;
}
