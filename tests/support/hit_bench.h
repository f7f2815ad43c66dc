/*
 * hit_bench: a correlator, one detection `d` (rule 0) and whatever correlations a test adds, and
 * what fired as lines of text.
 *
 * A hit has the captures user and value. begin, then add correlations to `rules`, then ready. The
 * bench owns all of it until end.
 */
#ifndef TC_TEST_HIT_BENCH_H
#define TC_TEST_HIT_BENCH_H

#include "detector/correlate/correlator.h"
#include "tests/support/fake_ruleset.h"
#include "tests/support/firing_log.h"

#include <criterion/criterion.h>

/* Of fake correlations. */
static const char *const captures[] = {"user", "value", NULL};
static const char *const by_user[] = {"user", NULL};
static const char *const of_value[] = {"value", NULL};
static const char *const both_fields[] = {"user", "value", NULL};
static const uint32_t first_rule[] = {0};
static const uint32_t two_rules[] = {0, 1};

typedef struct tc_hit_bench {
    tc_ruleset *rules;
    tc_correlator *correlator;
    tc_firing_log log;
    bool known; /* the mailboxes of hits are no newcomers */
    uint64_t position;
} tc_hit_bench;

void tc_hit_bench_begin(tc_hit_bench *bench);
void tc_hit_bench_ready(tc_hit_bench *bench, size_t state_bytes);
void tc_hit_bench_end(tc_hit_bench *bench);
/* NULL = the event lacks the field. */
tc_capture tc_hit_capture(const char *text);
/* A hit of `rule` at so many seconds; NULL = the event lacks the field. */
void tc_hit_push(tc_hit_bench *bench, uint32_t rule, double seconds, const char *user,
                 const char *value);
/* Which hits (by number, from 0) completed a firing: "2 5". */
const char *tc_hit_fired_at(tc_hit_bench *bench, char *out, size_t size);
void tc_hit_expect_says(tc_hit_bench *bench, const char *text);
/* Counts by user what rule 0 hits, its values where the type has any. `gte` 0 = no condition. */
tc_fake_correlation tc_hit_count_of(tc_correlation_type type, double gte, int64_t span);

#define TC_EXPECT_FIRED(b, expected)                                                               \
    do {                                                                                           \
        char fired_[256];                                                                          \
        cr_expect_str_eq(tc_hit_fired_at((b), fired_, sizeof(fired_)), (expected));                \
    } while (0)

#endif
