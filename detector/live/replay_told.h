/*
 * replay_told: what two replays of one journal have told, held against each other.
 *
 * The first replay is noted finding by finding, with the incident of each; of the second it is
 * noted which findings came again. Ids are made of content, so the same finding has the same one.
 * Incidents that were merged count as the one that took them in. Bounded: findings and incidents
 * beyond the tables are counted, and belong to none.
 */
#ifndef TC_LIVE_REPLAY_TOLD_H
#define TC_LIVE_REPLAY_TOLD_H

#include "detector/incident/incident.h"

#define TC_REPLAY_FINDINGS ((size_t)1 << 20)
#define TC_REPLAY_INCIDENTS ((size_t)1 << 16)

typedef struct tc_replay_incident {
    char id[33];
    uint32_t merged; /* the index of the one that took it in, plus 1; 0: none did */
    tc_level level;
    uint64_t findings, left; /* in the first replay, and of them in the second */
    char message[200];
} tc_replay_incident;

typedef struct tc_replay_told tc_replay_told;

tc_replay_told *tc_replay_told_new(void) TC_MUST_USE;
void tc_replay_told_free(tc_replay_told *told);
/* Who is to be told by the first replay, and by the second; valid as long as `told`. */
const tc_alert_sink *tc_replay_told_first(tc_replay_told *told);
const tc_alert_sink *tc_replay_told_second(tc_replay_told *told);
/* Behind both: merged incidents are put together. */
void tc_replay_told_conclude(tc_replay_told *told);
size_t tc_replay_told_count(const tc_replay_told *told);
/* The incidents in the order in which they were first told, merged ones too (without findings). */
const tc_replay_incident *tc_replay_told_at(const tc_replay_told *told, size_t index);
/* The one of that id, or the one that took it in; NULL: none is. */
const tc_replay_incident *tc_replay_told_find(const tc_replay_told *told, const char *id);
/* Findings that belong to no incident, and how many of them came again. */
uint64_t tc_replay_told_single(const tc_replay_told *told, uint64_t *ret_left);
/* Findings and incidents that found no room in the tables. */
uint64_t tc_replay_told_lost(const tc_replay_told *told);

#endif
