/*
 * sample: from when to when a source reaches, without reading it whole.
 *
 * The head is parsed for good; of a large plain file the times at evenly spaced offsets are asked
 * of the parser. From the samples come lower bounds for the times of all that is still to be read,
 * by which the sorter knows what it may release. They are bounds of what was sampled: a record that
 * undercuts them is late and counted as such.
 */
#ifndef TC_INPUT_SAMPLE_H
#define TC_INPUT_SAMPLE_H

#include "parsers/parser.h"

typedef struct tc_head_scan {
    tc_time first; /* TC_TIME_NONE if no record has a time */
    tc_time last;
    tc_ledger ledger;
    tc_carry carry; /* as it stands behind the scanned records */
} tc_head_scan;

/* Frames and parses the head; `whole`: nothing follows it. TC_ENOMEM: nothing is known of it. A
 * head with too many different headers ends the scan early: the reader will meet them again and
 * tell. */
tc_status tc_head_scan_run(const tc_parser *parser, const tc_parse_options *options, tc_slice head,
                           bool whole, tc_arena *scratch, tc_head_scan *ret) TC_MUST_USE;

typedef struct tc_sampling {
    tc_time first; /* smallest and largest time seen, head included */
    tc_time last;
    tc_time *bound;   /* TC_SAMPLE_COUNT places each, given by the caller; */
    uint64_t *offset; /* offsets in the file */
    uint32_t count;   /* 0: nothing is known */
} tc_sampling;

/* Samples a plain file of `size` decoded bytes that begin at file offset `base`. */
void tc_sample_file(int fd, uint64_t base, uint64_t size, const tc_parser *parser,
                    const tc_parse_options *options, const tc_head_scan *head, tc_arena *scratch,
                    tc_sampling *ret);

#endif
