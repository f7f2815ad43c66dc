/* What all formats compose with. */
#include "detector/output/escape.h"
#include "detector/output/output_state.h"

void tc_output_note_failure(tc_output *output, tc_code code)
{
    if (output->failed == TC_OK) output->failed = code;
}

static tc_str *emptied(tc_output *output, tc_str *text)
{
    tc_output_note_failure(output, tc_str_status(text).code);
    tc_str_clear(text);
    return text;
}

tc_str *tc_output_scratch(tc_output *output)
{
    return emptied(output, &output->scratch);
}

tc_str *tc_output_compose(tc_output *output)
{
    return emptied(output, &output->composed);
}

tc_slice tc_output_value(tc_output *output, tc_slice raw)
{
    tc_str *scratch = tc_output_scratch(output);
    tc_escape_value(scratch, raw);
    return tc_str_view(scratch);
}

tc_level tc_output_summary_level(const tc_summary *s)
{
    for (unsigned level = TC_LEVEL_COUNT; level-- > s->min_level;)
        if (s->incidents[level] + s->single[level]) return (tc_level)level;
    if (s->verdict.incomplete) return TC_LEVEL_MEDIUM;
    return s->verdict.outcome == TC_OUTCOME_BLIND ? TC_LEVEL_LOW : TC_LEVEL_INFORMATIONAL;
}

int tc_output_severity10(tc_level level)
{
    /* CEF: 0-3 low, 4-6 medium, 7-8 high, 9-10 very high; LEEF begins at 1. */
    static const int severities[TC_LEVEL_COUNT] = {[TC_LEVEL_INFORMATIONAL] = 1,
                                                   [TC_LEVEL_LOW] = 3,
                                                   [TC_LEVEL_MEDIUM] = 5,
                                                   [TC_LEVEL_HIGH] = 8,
                                                   [TC_LEVEL_CRITICAL] = 10};
    TC_ASSERT(level < TC_LEVEL_COUNT);
    return severities[level];
}
