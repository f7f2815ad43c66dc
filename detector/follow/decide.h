/*
 * decide: whether a file that was not met before has what another one gave. Private to
 * detector/follow; without the lock.
 *
 * Candidates are streams of the same folder, or of one above or below it, whose first bytes are
 * the same and hold a line that is no header. One whose last bytes are the same too is continued
 * in this file if its own is gone, cut off or replaced; if it is still there, this file is a copy
 * and is passed over. A file that holds but the beginning of a candidate is a copy as well.
 */
#ifndef TC_FOLLOW_DECIDE_H
#define TC_FOLLOW_DECIDE_H

#include "detector/follow/lane.h"

#define TC_CANDIDATES ((size_t)8)

/* Decides about a file that is open. One that is packed is only noted as such: TC_TURNED_PACKED. */
tc_turned tc_decide(tc_lane *lane, tc_followed *file);

/* The candidates of a file that begins so, the longest first. */
size_t tc_decide_candidates(tc_lane *lane, const tc_followed *file, tc_slice head,
                            tc_followed *ret[TC_CANDIDATES]);
/* The file is what the candidate goes on in, or its copy. May be the end of the file. */
tc_turned tc_decide_is(tc_lane *lane, tc_followed *file, tc_followed *candidate, bool is_short);
/* It is none of them: a stream of its own, from 0 on. */
tc_turned tc_decide_own(tc_lane *lane, tc_followed *file);
/* Whether one of two paths stands in a folder above that of the other, or in the same. */
bool tc_decide_related(tc_slice a, tc_slice b);

#endif
