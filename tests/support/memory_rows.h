/* memory_rows: an outbox in memory, for tests of what takes rows out of one. */
#ifndef TC_TEST_MEMORY_ROWS_H
#define TC_TEST_MEMORY_ROWS_H

#include "detector/send/dispatch.h"

#include <pthread.h>

typedef enum memory_row_state { ROW_PENDING, ROW_SENT, ROW_DEAD } memory_row_state;

typedef struct memory_row {
    char id[33];
    tc_level level;
    char *payload;
    memory_row_state state;
    uint32_t refusals;
    char why[384];
} memory_row;

typedef struct memory_rows {
    pthread_mutex_t lock;
    memory_row *rows; /* row i has sequence i + 1 */
    size_t count, capacity;
    size_t settled; /* so many from the first are not pending any more */
    bool fails;     /* every call does, as of a full disk */
} memory_rows;

void memory_rows_init(memory_rows *m);
void memory_rows_done(memory_rows *m);
void memory_rows_put(memory_rows *m, const char *id, tc_level level, tc_slice payload);
size_t memory_rows_count(memory_rows *m, memory_row_state state);
void memory_rows_fail(memory_rows *m, bool fails);
tc_send_rows memory_rows_interface(memory_rows *m);
/* Waits until so many are in that state; false after the time. */
bool memory_rows_wait(memory_rows *m, memory_row_state state, size_t count, unsigned seconds);

#endif
