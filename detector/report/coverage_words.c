/* What coverage calls things, for its other files. */
#include "detector/report/coverage.h"

#include <stdarg.h>

tc_slice tc_coverage_say(tc_arena *arena, const char *format, ...)
{
    char text[1024];
    tc_slice copy = TC_EMPTY_SLICE;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return tc_arena_copy(arena, tc_slice_of(text), &copy) ? copy : TC_EMPTY_SLICE;
}

const char *tc_coverage_name(tc_indicator indicator)
{
    static const char *const names[TC_INDICATOR_COUNT] = {
        [TC_INDICATOR_WEBMAIL] = "webmail access",
        [TC_INDICATOR_LANGUAGE] = "system message language",
        [TC_INDICATOR_PASSWORDS] = "password resets",
        [TC_INDICATOR_JOIN] = "language switch with access"};
    return names[indicator];
}
