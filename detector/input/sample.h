/*
 * sample: from when to when a source reaches, without reading it whole.
 *
 * The head is parsed for good; of a large plain file the last record is looked for in the bytes
 * before its end. Nothing is concluded from samples of its middle: what a source holds is known
 * when it has been read.
 */
#ifndef TC_INPUT_SAMPLE_H
#define TC_INPUT_SAMPLE_H

#include "parsers/parser.h"

typedef struct tc_head_scan {
    tc_time first; /* TC_TIME_NONE if no record has a time */
    tc_time last;
    uint64_t inside; /* formats of records that envelopes carried */
    tc_ledger ledger;
    tc_carry carry; /* as it stands behind the scanned records */
} tc_head_scan;

/* Frames and parses the head; `whole`: nothing follows it. TC_ENOMEM: nothing is known of it. A
 * head of envelopes is scanned whole: what it shows says what the source is. A head
 * with too many different headers ends the scan early: the reader will meet them again and
 * tell. */
TC_STATUS tc_head_scan_run(const tc_parser *parser, const tc_parse_options *options, tc_slice head,
                           bool whole, tc_arena *scratch, tc_head_scan *ret);

/* The time of the last record of a plain file of `size` decoded bytes that begin at file offset
 * `base`; TC_TIME_NONE if the last MiB shows none. */
tc_time tc_sample_end(int fd, uint64_t base, uint64_t size, const tc_parser *parser,
                      const tc_parse_options *options, const tc_carry *carry, tc_arena *scratch);

#endif
