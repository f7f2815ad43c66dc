/* The values in the elements of a syslog message. */
#include "parsers/text/structured_data.h"

#include <criterion/criterion.h>

/* "NAME=VALUE;" for each, what ended the walk and what is behind it. */
static const char *walked(const char *line)
{
    static char out[256];
    tc_arena *arena = tc_arena_new(1 << 16);
    tc_structured_data data = {.rest = tc_slice_of(line)};
    tc_slice name, value;
    tc_structured what;
    size_t n = 0;
    while ((what = tc_structured_next(&data, &name, &value)) == TC_STRUCTURED_VALUE) {
        value = tc_structured_text(value, arena);
        n += (size_t)snprintf(out + n, sizeof out - n, "%.*s=%.*s;", (int)name.len,
                              (const char *)name.ptr, (int)value.len, (const char *)value.ptr);
    }
    snprintf(out + n, sizeof out - n, "%s%.*s", what == TC_STRUCTURED_END ? "|" : "!",
             (int)data.rest.len, (const char *)data.rest.ptr);
    tc_arena_free(arena);
    return out;
}

Test(structured_data, names_and_values_of_all_elements)
{
    static const char *const rows[][2] = {
        {"[a@1 x=\"1\" y=\"two words\"] text", "x=1;y=two words;| text"},
        {"[a x=\"1\"][b y=\"2\"]", "x=1;y=2;|"},
        {"[a] x=\"1\"", "| x=\"1\""},
        {"[a x=\"]\"] text", "x=];| text"},
        {"[a x=\"\\\"\\]\\\\\" y=\"\\n\"]", "x=\"]\\;y=\\n;|"},
        {"text", "|text"},
        {"", "|"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_str_eq(walked(rows[i][0]), rows[i][1], "%s: %s", rows[i][0], walked(rows[i][0]));
}

Test(structured_data, what_does_not_end_is_broken)
{
    static const char *const rows[] = {"[a", "[a x=\"1\"", "[a x=\"1", "[a x=\"1\\\"",
                                       "[a x=\"1\\"};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect(strchr(walked(rows[i]), '!') != NULL, "%s: %s", rows[i], walked(rows[i]));
}
