/*
 * mutate: files of a store, damaged in one place.
 */
#ifndef TC_TEST_FAULT_MUTATE_H
#define TC_TEST_FAULT_MUTATE_H

#include <stddef.h>
#include <stdint.h>

typedef struct copy copy;

/* What lies in the folder now; ends the program if it cannot be read. */
copy *copy_take(const char *folder);
void copy_free(copy *c);
/* Puts all of it into an empty folder, one file damaged as the seed has it: a bit, a page, the end,
 * all of it, another file's bytes, or gone. Returns the name of that file. */
const char *copy_put(const copy *c, const char *folder, uint64_t seed);

#endif
