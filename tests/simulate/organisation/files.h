/*
 * files: names, headers and line ends of the log files, as the servers write them.
 *
 * Lines of one file come together and in order; a file is written once. Copies are gzip'd and lie
 * in a folder of their own.
 */
#ifndef TC_SIMULATE_FILES_H
#define TC_SIMULATE_FILES_H

#include "tests/simulate/organisation/sink.h"

typedef struct files files;

files *files_new(const org *o);
void files_free(files *f);
bool files_add(files *f, log_kind kind, uint32_t host, tc_time t, tc_slice text, bool copied);
/* That the file of that line is not delivered. */
bool files_lost(const files *f, log_kind kind, uint32_t host, tc_time t);
/* The file that is open is complete. */
bool files_close(files *f);
/* How many files of that log there would be, and how many of them are not delivered. */
typedef struct file_count {
    uint32_t made, lost;
} file_count;
file_count files_count(const files *f, log_kind kind);
const char *files_host(log_kind kind, uint32_t host);

#endif
