/*
 * sessions: which webmail sessions are under way.
 *
 * A session is all use of one user, address, agent and protocol with no silence longer than the
 * idle time: the union of the spans that were told of it, so it does not matter in how many pieces,
 * or how often, a span was told. It is known by the 64-bit hash of these four under a key of the
 * run alone: texts that clients choose are not kept. At the bound the session that began longest
 * ago makes room; if it was still going on that is counted, and its next use begins a session anew,
 * which costs a repetition and blinds nobody. Spans come in the order of their first times.
 *
 * Sessions that were saved go on in a run whose hashes are made under the same key; under another
 * one they only take room, and every session begins anew.
 */
#ifndef TC_DERIVE_SESSIONS_H
#define TC_DERIVE_SESSIONS_H

#include "detector/bound.h"
#include "parsers/base/visit.h"

typedef struct tc_sessions tc_sessions;

tc_sessions *tc_sessions_new(size_t capacity, int64_t idle_ns) TC_MUST_USE;
void tc_sessions_free(tc_sessions *sessions);
/* Notes a span; true if it begins a session. */
bool tc_sessions_note(tc_sessions *sessions, uint64_t hash, tc_time first, tc_time last);
/* When the session of that hash was last in use, as far as it was told; TC_TIME_NONE if there is
 * none. */
tc_time tc_sessions_last(const tc_sessions *sessions, uint64_t hash);
/* `what` they are. */
void tc_sessions_bounds(const tc_sessions *sessions, const char *what, tc_bounds *bounds);
/* Into an empty one. */
void tc_sessions_visit(tc_sessions *sessions, tc_visit *visit);

#endif
