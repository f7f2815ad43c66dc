/*
 * bench: how fast a store commits, on the disk where the folder lies.
 */
#ifndef TC_TEST_FAULT_BENCH_H
#define TC_TEST_FAULT_BENCH_H

/* Prints commits a second of 1,000 journal rows of 512 bytes each, at both durabilities, and alerts
 * a second through an outbox. The folder is made and left. 0: it worked. */
int bench_run(const char *folder, unsigned commits);

#endif
