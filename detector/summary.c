#include "detector/summary.h"

static const char *const states[TC_WATCH_STATE_COUNT] = {
    [TC_WATCHED] = "watched",
    [TC_PARTLY] = "partly",
    [TC_BLIND] = "blind",
};

static const char *const outcomes[TC_OUTCOME_COUNT] = {
    [TC_OUTCOME_CLEAN] = "clean",
    [TC_OUTCOME_BLIND] = "blind",
    [TC_OUTCOME_INCOMPLETE] = "incomplete",
    [TC_OUTCOME_FOUND] = "found",
};

const char *tc_watch_state_name(tc_watch_state state)
{
    TC_ASSERT(state < TC_WATCH_STATE_COUNT);
    return states[state];
}

const char *tc_outcome_name(tc_outcome outcome)
{
    TC_ASSERT(outcome < TC_OUTCOME_COUNT);
    return outcomes[outcome];
}

uint64_t tc_files_unread(const tc_file_counts *files)
{
    return files->unreadable + files->not_understood + files->broken_off;
}

bool tc_summary_nothing_new(const tc_summary *s)
{
    bool all_known = s->totals.events.delivered == 0 && s->totals.events.duplicate > 0;
    if (s->state.scans == 0) return false;
    return s->files.read == 0 ? s->state.files_judged > 0 : all_known;
}

size_t tc_summary_found(const tc_summary *summary, tc_level at_least)
{
    size_t n = 0;
    for (unsigned level = at_least; level < TC_LEVEL_COUNT; level++)
        n += summary->incidents[level] + summary->single[level];
    return n;
}

void tc_summary_count(tc_summary *s, const tc_alert *alert)
{
    bool final = alert->transition == TC_TRANSITION_FINAL;
    bool single = alert->transition == TC_TRANSITION_NONE && alert->incident_id[0] == 0;
    if (final && alert->historic) s->historic_incidents++;
    if (final && !alert->historic) s->incidents[alert->level]++;
    if (single && !alert->historic) s->single[alert->level]++;
}

void tc_summary_uncount(tc_summary *s)
{
    memset(s->incidents, 0, sizeof(s->incidents));
    memset(s->single, 0, sizeof(s->single));
    s->historic_incidents = 0;
}
