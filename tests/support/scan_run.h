/*
 * scan_run: a whole scan inside the test's own process, over files that the test has in memory.
 *
 * Goes through tc_options_read and tc_command_scan only, as the program does, so it tests what
 * users run. The files lie in a folder of its own (on /dev/shm where that is there), which is
 * removed in the end; the clock is fixed. Rules and tables are those of the repository.
 */
#ifndef TC_TESTS_SCAN_RUN_H
#define TC_TESTS_SCAN_RUN_H

#include "parsers/base/str.h"

typedef struct scan_run {
    char folder[64];
    int output; /* a memory file */
    char output_path[40];
} scan_run;

typedef struct scan_how {
    uint32_t jobs;
    size_t block_size;
    const char *format; /* of --format */
} scan_how;

bool scan_run_open(scan_run *run) TC_MUST_USE;
void scan_run_close(scan_run *run);
/* Writes a file of that name (no folders) where the next scan finds it. */
bool scan_run_put(const scan_run *run, const char *name, tc_slice bytes) TC_MUST_USE;
void scan_run_remove(const scan_run *run, const char *name);
/* Scans all files; appends what was written and gives the exit status. */
int scan_run_scan(const scan_run *run, const scan_how *how, tc_str *out);

#endif
