/*
 * inventory: what each file is.
 *
 * Finds out which layers a file needs, looks at its head (unpacked, as UTF-8) and decides: a log,
 * an empty one, an archive (whose members are looked at in the same way), evidence that is not
 * understood, or none of our business. What could not be found out is told as that, never as one of
 * the others. A file that is no log costs one open, one small read and one round of the parsers'
 * probes.
 */
#ifndef TC_INPUT_INVENTORY_H
#define TC_INPUT_INVENTORY_H

#include "detector/input/discover.h"
#include "detector/input/nesting.h"
#include "detector/input/state.h"

typedef struct tc_inventory {
    tc_input *input;
    tc_stream *stream; /* reused for every file */
    tc_arena *stems;   /* lives until duplicates are known */
    tc_arena *scratch; /* of one file */
    uint8_t *head;     /* TC_HEAD_MAX bytes */
    uint8_t *behind;   /* as many, once a file begins with a hole; else NULL */
    tc_looked looked;
    uint64_t files;
    tc_nesting nesting;
    bool heads_only; /* files are somebody else's: archives are not looked into */
} tc_inventory;

/* tc_found_sink.found with a tc_inventory as context: adds a source or counts an irrelevant file. A
 * failure is lack of memory or a bound of the whole input, never the file's. */
TC_STATUS tc_inventory_add(void *context, const tc_found *found);
/* The same of a file that somebody else reads, by its first bytes. */
TC_STATUS tc_inventory_add_head(tc_inventory *inventory, const tc_found *found, tc_bytes head,
                                uint64_t length);

#endif
