/* Two replays held against each other: what came again, what did not, what was merged. */
#include "detector/live/replay_told.h"

#include <criterion/criterion.h>

TestSuite(replay_told, .timeout = 60);

static void set_id(char out[33], unsigned number)
{
    snprintf(out, 33, "%032x", number);
}

static void finding(const tc_alert_sink *sink, unsigned id, unsigned incident)
{
    tc_alert a = {.transition = TC_TRANSITION_NONE, .level = TC_LEVEL_MEDIUM};
    set_id(a.id, id);
    if (incident) set_id(a.incident_id, incident);
    cr_assert(!tc_failed(sink->alert(sink->context, &a)));
}

static void incident(const tc_alert_sink *sink, unsigned id, tc_level level, unsigned into,
                     const char *message)
{
    tc_alert a = {.transition = into ? TC_TRANSITION_MERGED : TC_TRANSITION_OPENED,
                  .level = level,
                  .message = tc_slice_of(message)};
    set_id(a.id, id);
    set_id(a.incident_id, id);
    if (into) set_id(a.merged_into, into);
    cr_assert(!tc_failed(sink->alert(sink->context, &a)));
}

static const tc_replay_incident *find(const tc_replay_told *t, unsigned id)
{
    char text[33];
    set_id(text, id);
    return tc_replay_told_find(t, text);
}

Test(replay_told, what_does_not_come_again_was_hidden)
{
    tc_replay_told *t = tc_replay_told_new();
    const tc_alert_sink *first = tc_replay_told_first(t), *second = tc_replay_told_second(t);
    incident(first, 100, TC_LEVEL_HIGH, 0, "whole");
    incident(first, 200, TC_LEVEL_HIGH, 0, "less");
    incident(first, 300, TC_LEVEL_LOW, 0, "none");
    for (unsigned n = 1; n <= 6; n++)
        finding(first, n, n % 3 * 100 + 100);
    finding(first, 1, 200); /* told again: the same one */
    finding(first, 7, 0);
    finding(first, 8, 0);
    finding(second, 3, 100);
    finding(second, 6, 900); /* in whatever incident it is now */
    finding(second, 1, 200);
    finding(second, 1, 200);
    finding(second, 7, 0);
    finding(second, 9, 0); /* and one that the first had not */
    tc_replay_told_conclude(t);
    cr_expect_eq(find(t, 100)->findings, 2);
    cr_expect_eq(find(t, 100)->left, 2);
    cr_expect_eq(find(t, 200)->left, 1);
    cr_expect_eq(find(t, 300)->left, 0);
    cr_expect_str_eq(find(t, 300)->message, "none");
    cr_expect_null(find(t, 900));
    uint64_t left;
    cr_expect_eq(tc_replay_told_single(t, &left), 2);
    cr_expect_eq(left, 1);
    cr_expect_eq(tc_replay_told_lost(t), 0);
    tc_replay_told_free(t);
}

Test(replay_told, merged_incidents_are_one)
{
    tc_replay_told *t = tc_replay_told_new();
    const tc_alert_sink *first = tc_replay_told_first(t);
    finding(first, 1, 100); /* an alert comes before its incident is told */
    incident(first, 100, TC_LEVEL_MEDIUM, 0, "eldest");
    incident(first, 200, TC_LEVEL_CRITICAL, 0, "younger");
    finding(first, 2, 200);
    incident(first, 300, TC_LEVEL_LOW, 0, "youngest");
    finding(first, 3, 300);
    incident(first, 300, TC_LEVEL_LOW, 200, "youngest");
    incident(first, 200, TC_LEVEL_CRITICAL, 100, "younger");
    finding(tc_replay_told_second(t), 3, 300);
    tc_replay_told_conclude(t);
    cr_expect_eq(find(t, 300), find(t, 100));
    cr_expect_eq(find(t, 100)->findings, 3);
    cr_expect_eq(find(t, 100)->left, 1);
    cr_expect_eq(find(t, 100)->level, TC_LEVEL_CRITICAL);
    cr_expect_eq(tc_replay_told_count(t), 3);
    tc_replay_told_free(t);
}

Test(replay_told, a_circle_of_merges_ends)
{
    tc_replay_told *t = tc_replay_told_new();
    const tc_alert_sink *first = tc_replay_told_first(t);
    finding(first, 1, 100);
    finding(first, 2, 200);
    incident(first, 100, TC_LEVEL_LOW, 200, "a");
    incident(first, 200, TC_LEVEL_LOW, 100, "b");
    tc_replay_told_conclude(t);
    cr_expect_eq(tc_replay_told_at(t, 0)->findings + tc_replay_told_at(t, 1)->findings, 2);
    tc_replay_told_free(t);
}
