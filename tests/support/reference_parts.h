/*
 * reference_parts: what the parts of the reference correlator share. Internal to reference_*.c.
 */
#ifndef TC_TEST_REFERENCE_PARTS_H
#define TC_TEST_REFERENCE_PARTS_H

#include "parsers/base/arena.h"
#include "tests/support/reference_correlator.h"

/* A hit or a firing, copied. */
typedef struct tc_reference_entry {
    struct tc_reference_entry *next; /* of the same correlation */
    uint32_t position;
    tc_time time;
    tc_slice *group;
    tc_slice *value; /* parts; NULL if the hit has none */
    tc_evidence evidence[TC_FIRING_EVIDENCE_MAX];
    size_t evidence_count;
    tc_subject *subjects;
    size_t subject_count;
    bool fired;
} tc_reference_entry;

/* One group's entries in order, gathered anew for every question. */
typedef struct tc_reference_series {
    tc_reference_entry **at;
    size_t count;
} tc_reference_series;

typedef struct tc_reference_proof {
    tc_evidence evidence[TC_FIRING_EVIDENCE_MAX];
    tc_time brought[TC_FIRING_EVIDENCE_MAX];
    size_t evidence_count;
    tc_subject subjects[TC_FIRING_SUBJECTS_MAX];
    tc_time last[TC_FIRING_SUBJECTS_MAX];
    size_t subject_count;
} tc_reference_proof;

struct tc_reference_correlator {
    const tc_ruleset *rules;
    tc_arena *arena;
    tc_reference_entry **first, **last; /* per rule */
    uint32_t *levels;
    uint64_t ungrouped, saturated;
};

/* What a correlation says when it fires. */
typedef struct tc_reference_outcome {
    tc_time start;
    size_t count;
    tc_slice value, previous;
    tc_reference_proof shown;
} tc_reference_outcome;

/* reference_parts.c */
void *tc_reference_get(tc_reference_correlator *r, size_t count, size_t size);
tc_slice tc_reference_keep(tc_reference_correlator *r, tc_slice text);
bool tc_reference_parts_equal(const tc_slice *a, const tc_slice *b, size_t count);
bool tc_reference_same_value(const tc_correlation *c, const tc_reference_entry *a,
                             const tc_reference_entry *b);
bool tc_reference_too_old(const tc_correlation *c, const tc_reference_entry *e, tc_time now);
void tc_reference_proof_line(tc_reference_proof *p, const tc_evidence *line, tc_time time);
void tc_reference_proof_add(tc_reference_proof *p, const tc_reference_entry *e);
void tc_reference_proof_of_window(const tc_correlation *c, tc_reference_series s,
                                  tc_reference_proof *p);
void tc_reference_proof_sort(tc_reference_proof *p);

/* reference_windows.c */
bool tc_reference_window_holds(const tc_correlation *c, tc_reference_series s, size_t end);
size_t tc_reference_amount(const tc_correlation *c, tc_reference_series s, size_t end,
                           tc_time *ret_start);
bool tc_reference_window_fires(const tc_correlation *c, tc_reference_series s,
                               tc_reference_outcome *ret);
bool tc_reference_goes_on(tc_reference_correlator *r, const tc_correlation *c,
                          tc_reference_series s, tc_reference_outcome *ret);

/* reference_baselines.c */
bool tc_reference_new_value_fires(tc_reference_correlator *r, const tc_correlation *c,
                                  tc_reference_series s, tc_reference_outcome *ret);
bool tc_reference_value_change_fires(tc_reference_correlator *r, const tc_correlation *c,
                                     tc_reference_series s, tc_reference_outcome *ret);

#endif
