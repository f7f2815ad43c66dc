/*
 * export_blocks: exports whose records are several lines, each told by how the next one begins.
 *
 * A format is data: how a record begins, how its text is taken apart into names and values, and of
 * which kind it is. A record reaches to the line before the next beginning; one that is damaged
 * costs itself. Nothing is concluded from the order of records.
 */
#ifndef TC_AUDIT_EXPORT_BLOCKS_H
#define TC_AUDIT_EXPORT_BLOCKS_H

#include "parsers/audit/export_record.h"
#include "parsers/text/framing.h"

typedef enum tc_export_block {
    TC_EXPORT_BLOCK_RECORD,
    TC_EXPORT_BLOCK_STRUCTURE, /* what stands around records */
    TC_EXPORT_BLOCK_BROKEN
} tc_export_block;

typedef struct tc_export_blocks {
    /* Whether a record, or structure, begins where the bytes do, at the start of a line. It may
     * look at TC_EXPORT_BLOCK_AHEAD bytes; `last`: nothing follows. */
    tc_framing_answer (*begins)(tc_slice bytes, bool last);
    tc_export_block (*read)(tc_slice text, tc_arena *arena, tc_export_record *record);
    const tc_export *kind; /* NULL: whatever the names say */
    int (*probe)(tc_slice head);
} tc_export_blocks;

#define TC_EXPORT_BLOCK_AHEAD 512

int tc_export_blocks_probe(const tc_parser *self, tc_slice head, tc_slice name);
void tc_export_blocks_begin(const tc_parser *self, tc_carry *carry,
                            const tc_parse_options *options);
TC_STATUS tc_export_blocks_frame(const tc_parser *self, tc_carry *carry,
                                 const tc_parse_options *options, tc_slice bytes, bool last,
                                 tc_frame *ret);
TC_STATUS tc_export_blocks_parse(const tc_parser *self, const tc_carry *carry,
                                 const tc_parse_options *options, tc_slice block, tc_arena *arena,
                                 tc_ledger *ledger, const tc_sink *sink);
bool tc_export_blocks_sample_time(const tc_parser *self, const tc_carry *carry,
                                  const tc_parse_options *options, tc_slice bytes, tc_time *ret);
void tc_export_blocks_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                            tc_visit *visit);
/* Tells the order of day and month by the times of the records (export_dates.h). */
extern const tc_column_reader tc_export_blocks_column_reader;

/* What a tc_parser has of the format `table` points at. */
#define TC_EXPORT_BLOCKS_PARSER(table)                                                             \
    .unit_of_loss = "one record", .data = (table), .lateness_ns = TC_HOUR,                         \
    .columns = &tc_export_blocks_column_reader, .probe = tc_export_blocks_probe,                   \
    .begin = tc_export_blocks_begin, .frame = tc_export_blocks_frame,                              \
    .parse = tc_export_blocks_parse, .sample_time = tc_export_blocks_sample_time,                  \
    .identity = tc_export_identity, .show = tc_export_show, .carry_visit = tc_export_blocks_visit, \
    .carry_version = 1

#endif
