/*
 * growing: an input that gets its sources while others of it are read.
 *
 * Such an input is opened without paths, and room for its table is reserved. Sources are only ever
 * added, by one thread; a source keeps its address and its index, so that others may use what they
 * were told of. What a file is, is told by its first bytes as the inventory tells it; of a file
 * that has no record yet nothing is known, and it is asked about again when it has grown. A source
 * can be saved as it was added and had back in another process, under another index, without its
 * file.
 */
#ifndef TC_INPUT_GROWING_H
#define TC_INPUT_GROWING_H

#include "detector/input/input.h"

/* Raw bytes of a file that are enough to tell what it is, if it is anything. */
#define TC_NEW_FILE_HEAD TC_HEAD_MAX

typedef struct tc_new_file {
    tc_slice path; /* as shown */
    size_t root;   /* where the last component of what the user named begins in path */
    tc_slice head; /* its first bytes, unpacked, at most TC_NEW_FILE_HEAD */
    bool more;     /* there are others behind them */
    tc_time now;
} tc_new_file;

typedef enum tc_new_verdict {
    TC_NEW_LOG,  /* it is a source now */
    TC_NEW_WAIT, /* no record yet: ask again */
    TC_NEW_NONE, /* as far as can be seen, nothing that is read: words say what */
} tc_new_verdict;

typedef struct tc_new_source {
    tc_new_verdict verdict;
    uint32_t index;  /* of a log */
    char words[384]; /* of none: "looks like a packet capture (pcap): unpack ..." */
} tc_new_source;

/* Room for so many sources, once: more are refused with TC_ELIMIT. Before the first is added. */
TC_STATUS tc_input_reserve(tc_input *input, size_t sources);
TC_STATUS tc_input_add(tc_input *input, const tc_new_file *file, tc_new_source *ret,
                       tc_error *reterr);
/* Within the caller's section: saves a source, or adds the one that was saved: *index. */
void tc_input_visit_source(tc_input *input, uint32_t *index, tc_visit *visit);

#endif
