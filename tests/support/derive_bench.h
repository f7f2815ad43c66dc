/*
 * derive_bench: a deriver that is fed what a test spells out, and its derived events as lines of
 * text.
 *
 * Observations are made in the one batch of the bench and stand until the next is begun. Days and
 * clock times are those of March 2011. The bench owns everything until stop.
 */
#ifndef TC_TEST_DERIVE_BENCH_H
#define TC_TEST_DERIVE_BENCH_H

#include "detector/derive/derive.h"

typedef struct tc_derive_bench {
    tc_names *names;
    tc_identity *identity;
    tc_deriver *deriver;
    tc_observations *batch;
    tc_derived_sink sink;
    tc_str log;
    uint64_t position;
    size_t unions;
} tc_derive_bench;

void tc_derive_bench_start_with(tc_derive_bench *bench, const tc_derive_options *options,
                                size_t identity_bytes);
void tc_derive_bench_start(tc_derive_bench *bench);
void tc_derive_bench_stop(tc_derive_bench *bench);

tc_time tc_derive_bench_at(int day, int hour, int minute, int second);
/* How often the text stands in what was derived. */
size_t tc_derive_bench_count(tc_derive_bench *bench, const char *text);

/* An observation spelled out: begin, set what it has, feed. */
tc_observation *tc_derive_bench_begin(tc_derive_bench *bench, tc_observation_kind kind,
                                      tc_time time);
void tc_derive_bench_set_text(tc_derive_bench *bench, tc_observation *o, tc_obs_text which,
                              const char *text);
void tc_derive_bench_feed(tc_derive_bench *bench, tc_observation *o);
/* The usual ones. */
void tc_derive_bench_web(tc_derive_bench *bench, tc_observation_kind kind, tc_time from, tc_time to,
                         const char *user, const char *ip, const char *agent);
void tc_derive_bench_message(tc_derive_bench *bench, tc_time time, const char *mailbox,
                             const char *language, const char *id);
void tc_derive_bench_message_flagged(tc_derive_bench *bench, tc_time time, const char *mailbox,
                                     const char *language, const char *id, unsigned flags);
void tc_derive_bench_account(tc_derive_bench *bench, tc_time time, const char *actor,
                             const char *target, unsigned flags);

#endif
