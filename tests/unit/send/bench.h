/* bench: up to two receivers with an outbox in memory each, and a folder of the test's own. */
#ifndef TC_TEST_SEND_BENCH_H
#define TC_TEST_SEND_BENCH_H

#include "tests/support/memory_rows.h"

extern char bench_path[96]; /* where a test may make a file, or anything else; bench_path.1 and
                               .hook, too */
extern memory_rows bench_rows[2];
extern tc_dispatch *bench_dispatch;

void bench_begin(void);
void bench_end(void);
/* The i-th receiver; the bench's. */
tc_receiver *bench_add(size_t i, tc_receiver_settings settings);
/* Starts a thread for each of the first `count`. */
void bench_start(size_t count);
/* Rows of the i-th: JSON whose "n" is first, first + 1, ... */
void bench_put(size_t i, unsigned first, unsigned count);

#endif
