#include "detector/alert.h"

typedef struct level_facts {
    const char *name;
    int severity; /* Elastic's severity of detection rules: low 21, medium 47, high 73, critical 99
                   */
    int syslog;   /* RFC 5424 6.2.1: informational 6 .. critical 2 */
} level_facts;

static const level_facts levels[TC_LEVEL_COUNT] = {
    [TC_LEVEL_INFORMATIONAL] = {"informational", 1, 6},
    [TC_LEVEL_LOW] = {"low", 21, 5},
    [TC_LEVEL_MEDIUM] = {"medium", 47, 4},
    [TC_LEVEL_HIGH] = {"high", 73, 3},
    [TC_LEVEL_CRITICAL] = {"critical", 99, 2},
};

static const char *const transitions[TC_TRANSITION_COUNT] = {
    [TC_TRANSITION_NONE] = "none",     [TC_TRANSITION_OPENED] = "opened",
    [TC_TRANSITION_RAISED] = "raised", [TC_TRANSITION_GROWN] = "grown",
    [TC_TRANSITION_MERGED] = "merged", [TC_TRANSITION_CLOSED] = "closed",
    [TC_TRANSITION_FINAL] = "final",
};

const char *tc_level_name(tc_level level)
{
    TC_ASSERT(level < TC_LEVEL_COUNT);
    return levels[level].name;
}

bool tc_level_parse(tc_slice s, tc_level *ret)
{
    for (unsigned i = 0; i < TC_LEVEL_COUNT; i++) {
        if (tc_slice_equal_ascii(s, tc_slice_of(levels[i].name))) {
            *ret = (tc_level)i;
            return true;
        }
    }
    return false;
}

const char *tc_confidence_word(uint8_t confidence)
{
    if (confidence >= 80) return "high";
    return confidence >= 50 ? "medium" : "low";
}

int tc_level_severity(tc_level level)
{
    TC_ASSERT(level < TC_LEVEL_COUNT);
    return levels[level].severity;
}

int tc_level_syslog(tc_level level)
{
    TC_ASSERT(level < TC_LEVEL_COUNT);
    return levels[level].syslog;
}

const char *tc_transition_name(tc_transition transition)
{
    TC_ASSERT(transition < TC_TRANSITION_COUNT);
    return transitions[transition];
}
