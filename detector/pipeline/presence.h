/*
 * presence: of which hours the logs of each server hold records, and what is missing between them.
 *
 * Kept by the collector for the whole scan, by server and kind of evidence: counts of records by
 * hour. Nobody says when a server was to write; its own habit does. An hour is expected if on most
 * days of its kind (workdays, weekends) that hour holds plenty; of a quiet log the whole day is
 * judged, and of one that is quiet even so nothing is said. Days at either end count if the log
 * reaches to within a week of the time in question: a server that was added or taken away lacks
 * nothing.
 *
 * Bounded; what does not fit makes the answer "not known", whatever came first. Borrows the names
 * of the servers.
 */
#ifndef TC_PIPELINE_PRESENCE_H
#define TC_PIPELINE_PRESENCE_H

#include "detector/pipeline/hours.h"
#include "parsers/base/slice.h"
#include "parsers/base/status.h"

typedef struct tc_presence tc_presence;

/* Of all servers together, in days of one server. */
typedef struct tc_gaps {
    bool unknown;                /* at a bound */
    double all, judged, missing; /* of a quiet log not all can be judged */
    tc_slice host;               /* the first to miss at least half a day; empty: none */
    tc_time day;
    tc_slice without; /* a server without such logs, though its peers have both kinds; or empty */
} tc_gaps;

tc_presence *tc_presence_new(void) TC_MUST_USE;
void tc_presence_free(tc_presence *presence);
/* `evidence`: bits; `host` may be empty and outlives the object. */
TC_STATUS tc_presence_add(tc_presence *presence, tc_slice host, uint32_t evidence,
                          const tc_hours *hours);
/* What logs of that one kind of evidence lack between two instants. */
void tc_presence_judge(const tc_presence *presence, uint32_t evidence, tc_time first, tc_time last,
                       tc_gaps *ret);
/* Sets ret->without: a server that gave logs of `other` and none of `evidence`, if one gave both.
 */
void tc_presence_peers(const tc_presence *presence, uint32_t evidence, uint32_t other,
                       tc_gaps *ret);

#endif
