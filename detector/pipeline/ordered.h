/*
 * ordered: the one ordered stage of a scan.
 *
 *   batches -> sorter -> duplicates out -> derive -> match -> correlate -> incidents -> alerts
 *
 * Runs on the collector's thread. Everything behind the sorter sees a total order, so what comes
 * out depends on the logs alone. It owns all state that is kept across records: each part has its
 * bound, and their sum is the memory budget in docs/architecture.md. It takes batches over, also on
 * failure; what comes behind what was released is counted and refused.
 */
#ifndef TC_PIPELINE_ORDERED_H
#define TC_PIPELINE_ORDERED_H

#include "detector/bound.h"
#include "detector/correlate/correlator.h"
#include "detector/derive/derive.h"
#include "detector/derive/learned.h"
#include "detector/incident/incident.h"
#include "detector/inquire/observer.h"
#include "detector/memory/references.h"
#include "detector/memory/spill_view.h"
#include "detector/pipeline/exempt.h"
#include "detector/pipeline/known_sources.h"
#include "detector/pipeline/run.h"
#include "detector/sigma/sight.h"
#include "detector/summary.h"
#include "parsers/base/arena.h"

typedef struct tc_ordered tc_ordered;

typedef struct tc_ordered_options {
    const tc_run *run;
    const tc_alert_sink *sink;
    const tc_known_sources *known; /* sources of earlier runs, behind those of this one; or NULL */
    const tc_observer *observer;   /* who is shown what happens; NULL: nobody */
    const char *spill_folder;
    uint64_t spill_max; /* bytes there at a time; 0 = what tc_sorter_new thinks right */
} tc_ordered_options;

typedef struct tc_ordered_counts {
    uint64_t observations, spilled_bytes;
    tc_correlator_stats correlator;
    double seconds; /* CPU time of the stage */
} tc_ordered_counts;

/* Where the state goes to, and until when it may be called final: what is not older is saved as it
 * came. */
typedef struct tc_ordered_save {
    tc_visit *visit;
    tc_references *references;
    tc_time until;
} tc_ordered_save;

TC_STATUS tc_ordered_new(const tc_ordered_options *options, tc_ordered **ret, tc_error *reterr);
void tc_ordered_free(tc_ordered *ordered);
/* Everything older than `until` was judged by an earlier run: it is refused as late. Right after
 * new. */
TC_STATUS tc_ordered_start_at(tc_ordered *ordered, tc_time until);
/* Goes on where the saved state ends, behind tc_ordered_start_at with the same `until`. How it went
 * stands in the visit; a stage whose load failed, or passed a part over, can only be freed. A
 * failure that is returned is not the visit's. */
TC_STATUS tc_ordered_load(tc_ordered *ordered, tc_visit *visit, tc_references *references,
                          tc_time until);
/* Takes in what the run itself says of people (--accounts), behind the state. Before the first
 * batch. */
TC_STATUS tc_ordered_begin(tc_ordered *ordered, tc_error *reterr);
/* Takes the batch. *ret_late: how much of it came behind what was released already. */
TC_STATUS tc_ordered_add(tc_ordered *ordered, tc_observations *batch, uint64_t *ret_late);
/* Works off everything older than the watermark. */
TC_STATUS tc_ordered_release(tc_ordered *ordered, tc_time watermark);
/* Works off everything that was taken in, without concluding that time has passed: more of the same
 * instant may come. */
TC_STATUS tc_ordered_settle(tc_ordered *ordered);
/* The newest record that was read, of whatever kind: what ended before that is over. Before finish.
 */
void tc_ordered_data(tc_ordered *ordered, tc_time newest);
/* Saves all state but what waits for its turn. */
void tc_ordered_visit(tc_ordered *ordered, tc_visit *visit, tc_references *references);
/* The same with what waits, which goes on waiting: all that the stage is at this moment. Of what
 * waits only what is in memory is saved now, `alive` called between some and the next; `ret_rest`,
 * an empty view, gets what lies on disk, and the stage may go on. */
TC_STATUS tc_ordered_save_begin(tc_ordered *ordered, tc_visit *visit, tc_references *references,
                                void (*alive)(void), tc_spill_view *ret_rest);
/* The next of that, `count` at most; when there is no more of it the state is saved whole. */
TC_STATUS tc_ordered_save_rest(tc_spill_view *rest, tc_visit *visit, tc_references *references,
                               size_t count, bool *ret_more);
/* When the first is that waits for its turn; TC_TIME_NONE: nothing does. */
tc_time tc_ordered_first(const tc_ordered *ordered);
/* Works off the rest and tells the final state of the incidents, also when the rest could not be
 * had back from the temporary files. */
TC_STATUS tc_ordered_finish(tc_ordered *ordered);
/* The same, saving the state on the way: how that went stands in save->visit and hinders nothing.
 */
TC_STATUS tc_ordered_finish_saving(tc_ordered *ordered, const tc_ordered_save *save);
/* Whether a failure was that of the temporary files: their bound or the system. What was taken in
 * besides can still be finished; *ret_error has the words. */
bool tc_ordered_is_cut_short(const tc_ordered *ordered, tc_status status, tc_error *ret_error);

/* Incidents of earlier runs that this one has added nothing to, and those that it could not keep:
 * no rule of theirs holds any more. After finish. */
void tc_ordered_earlier(const tc_ordered *ordered, uint64_t *ret_unchanged, uint64_t *ret_lost);
/* What derived events the run's own rules had before them; NULL if it has none. */
const tc_sight *tc_ordered_sight(const tc_ordered *ordered);
void tc_ordered_coverage(const tc_ordered *ordered, tc_derive_coverage *ret);
TC_STATUS tc_ordered_audit(const tc_ordered *ordered, tc_arena *arena, tc_derive_audit_facts *ret);
void tc_ordered_learned(const tc_ordered *ordered, tc_learned *ret);
/* What the site had left out of what was found. */
TC_STATUS tc_ordered_left_out(const tc_ordered *ordered, tc_arena *arena, tc_summary *summary);
/* Adds a row for every bound of the stage that was reached. */
void tc_ordered_bounds(const tc_ordered *ordered, tc_bounds *bounds);
/* Addresses of the mail domain, or below it, that were seen; of an empty one all. */
size_t tc_ordered_addresses(const tc_ordered *ordered, tc_slice domain);
/* Duplicate observations of a source. */
uint64_t tc_ordered_duplicates(const tc_ordered *ordered, uint32_t source);
/* What people say while it goes on, between two releases: the organisation asked for new passwords
 * since then; it changes something itself in that time. */
void tc_ordered_declare_response(tc_ordered *ordered, tc_time since);
void tc_ordered_declare_window(tc_ordered *ordered, const tc_declared_window *window);
/* They have looked at the incident: an intruder's (`is_true`), so what was withheld of its
 * mailboxes is never learned; or the owners', and it is. */
void tc_ordered_judge(tc_ordered *ordered, const char *incident, bool is_true);
/* The incident's state as it is now, changing nothing (tc_incidents_show). */
TC_STATUS tc_ordered_show(tc_ordered *ordered, const char *incident, const tc_alert_sink *sink);
/* Who is who, and what is usual, as the stage knows it now: for who looks at the logs again. */
tc_identity *tc_ordered_identity(tc_ordered *ordered);
const tc_deriver *tc_ordered_deriver(const tc_ordered *ordered);
tc_ordered_counts tc_ordered_statistics(const tc_ordered *ordered);

#endif
