/*
 * dedupe: the same record in two files counts once.
 *
 * Two exports that overlap, a log copied while it grew: an observation is a copy when another
 * source already delivered its k-th identical twin (same event time, record hash and rank) and this
 * is the k-th in its own source. Identical records within one source are all kept, but of those
 * that have an id of their own (tc_observation.once) each counts once wherever it stands; the same
 * statement told twice (same source and position, too) is one. Works on observations in total order
 * and remembers one instant only, and of that at most TC_DEDUPE_MAX things; past that nothing new
 * is called a copy, and that is counted. Merged spans, aliases and signs of life are not asked:
 * repeating them changes nothing.
 */
#ifndef TC_MEMORY_DEDUPE_H
#define TC_MEMORY_DEDUPE_H

#include "detector/enrich/observation.h"
#include "detector/memory/references.h"

enum { TC_DEDUPE_MAX = 65536 };

typedef struct tc_dedupe tc_dedupe;

tc_dedupe *tc_dedupe_new(size_t source_count) TC_MUST_USE;
void tc_dedupe_free(tc_dedupe *dedupe);
/* Observations must come in the order of their times. */
bool tc_dedupe_is_copy(tc_dedupe *dedupe, const tc_observation *o);
/* How many records of a source were copies (each record once, whatever it gave rise to). */
uint64_t tc_dedupe_copies(const tc_dedupe *dedupe, uint32_t source);
/* How many observations could not be judged, because an instant held too many. */
uint64_t tc_dedupe_unjudged(const tc_dedupe *dedupe);
/* Section "dedupe": what is remembered of the instant. The copies of each source are this run's. */
void tc_dedupe_visit(tc_dedupe *dedupe, tc_visit *visit, tc_references *references);

#endif
