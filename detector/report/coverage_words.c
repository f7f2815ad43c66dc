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

tc_slice tc_coverage_flaws(const uint64_t flawed[TC_NAME_FLAWS], tc_arena *arena)
{
    static const char *const words[TC_NAME_FLAWS] = {
        [TC_NAME_FLAW_CONTROL] = "with control characters",
        [TC_NAME_FLAW_BLANK] = "of addresses with blanks, or with one side only",
        [TC_NAME_FLAW_LONG] = "longer than any name",
        [TC_NAME_FLAW_OTHER] = "that are paths or otherwise no names",
    };
    char text[512];
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < TC_NAME_FLAWS; i++) {
        if (flawed[i] == 0) continue;
        snprintf(text + used, sizeof(text) - used,
                 used ? ", %" PRIu64 " %s" : "%" PRIu64 " under names %s", flawed[i], words[i]);
        used += strlen(text + used);
    }
    if (used == 0) return TC_EMPTY_SLICE;
    return tc_coverage_say(arena, "sessions and uses of webmail: %s", text);
}
