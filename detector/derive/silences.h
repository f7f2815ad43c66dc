/*
 * silences: logs of servers that fall silent when they usually are not.
 *
 * Time goes in steps of half an hour. For each log (a server and a kind of log) it is known in
 * which steps of the last weeks it was written, and how often that was so at that hour of the week.
 * A silence is told by the first record behind it, and only then: a log that ends is late, or ends.
 * It is measured by the steps in which the log is nearly always written, and by how many of these
 * another log of the same server was written in: then the server was up; and against the longest
 * silence that the log has kept before, as quiet ones do. A silence is learned from like anything
 * else, so what becomes usual is told once.
 *
 * What is noted may be told any number of times and in any pieces. Bounded; at the bound the log
 * that has been silent for longest makes room, which is counted. One thread.
 */
#ifndef TC_DERIVE_SILENCES_H
#define TC_DERIVE_SILENCES_H

#include "detector/bound.h"
#include "parsers/base/visit.h"

#define TC_SILENCE_LOGS 256

/* A log was written on that server: content hashes. */
typedef struct tc_log_life {
    uint64_t host, kind;
    uint64_t source; /* the file: its key */
    tc_time first, last;
} tc_log_life;

typedef struct tc_silence {
    uint32_t minutes;
    uint32_t missed; /* steps in which it is nearly always written */
    double others;   /* part of these in which another log of the server was, 0..1 */
    double ratio;    /* to the longest silence of the four to eight weeks before */
    uint32_t days;   /* for which the log is known */
    bool file_goes_on;
} tc_silence;

typedef struct tc_silences tc_silences;

/* NULL without memory. */
tc_silences *tc_silences_new(void) TC_MUST_USE;
void tc_silences_free(tc_silences *silences);
/* Both times lie in one step; in the order of the first. True if it ends a silence in which the log
 * missed a step at least. */
bool tc_silences_note(tc_silences *silences, const tc_log_life *life, tc_silence *ret);
void tc_silences_bounds(const tc_silences *silences, tc_bounds *bounds);
/* Into empty ones. */
void tc_silences_visit(tc_silences *silences, tc_visit *visit);

#endif
