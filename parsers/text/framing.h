/*
 * framing: what line-shaped formats have in common.
 *
 * A source is a row of units: a run of NUL bytes at a record start (a crash, a write in progress),
 * a line that begins with '#', a blank line, or a record. A '#' line with carriage returns inside
 * is many lines that end in them alone, and rejected. One frame, and so one block, is either a run
 * of '#' lines, or a run of other units with no header line among them: one header is in force for
 * a whole block. No frame is longer than record_max, so no record inside one is; a record that does
 * not end within record_max bytes is rejected as oversize, in pieces, and counted once.
 *
 * What differs between formats is where a record ends; tc_framing_rules says so.
 */
#ifndef TC_TEXT_FRAMING_H
#define TC_TEXT_FRAMING_H

#include "parsers/parser.h"

typedef enum tc_framing_answer {
    TC_FRAMING_NO,
    TC_FRAMING_YES,
    TC_FRAMING_UNKNOWN /* more bytes would tell */
} tc_framing_answer;

typedef struct tc_framing_rules {
    /* Whether a record ends at bytes[feed], an LF, whatever stands before it. `last`: nothing
     * follows these bytes. */
    tc_framing_answer (*ends)(const void *context, tc_slice bytes, size_t feed, bool last);
    /* The end of the last whole record of bytes, which begin a record and go on, in which `ends`
     * knows of no end; 0 if there is none. May be NULL. */
    size_t (*forward)(const void *context, tc_slice bytes);
    /* Whether this '#' line may change the carry: then it begins a block. */
    bool (*is_header)(const void *context, tc_slice line);
    /* Takes one '#' line, without its line end, over into the carry. */
    TC_STATUS(*header)
    (const void *context, tc_carry *carry, const tc_parse_options *options, tc_slice line);
    const void *context; /* what they are all given */
    /* How header lines without a '#' begin, in any case of letters; empty: there are none. */
    tc_slice bare;
} tc_framing_rules;

/* What a carry must remember between frames; begins zeroed. */
typedef struct tc_framing {
    uint8_t inside; /* 0, or the kind of rejected unit that the bytes go on with */
} tc_framing;

/* The `frame` of tc_parser; `state` lies inside the carry. */
TC_STATUS tc_framing_next(const tc_framing_rules *rules, tc_framing *state, tc_carry *carry,
                          const tc_parse_options *options, tc_slice bytes, bool last,
                          tc_frame *ret);

void tc_framing_visit(tc_framing *state, tc_visit *visit);

/* The line that begins at s.ptr[at], without its line end; *ret_next is where the next one begins.
 */
tc_slice tc_framing_line(tc_slice s, size_t at, size_t *ret_next);

/* A walk over the units of one block, booking as it goes. */
typedef struct tc_units {
    tc_slice block;
    size_t at;       /* the unit that begins here is next */
    uint64_t record; /* its ordinal */
    tc_ledger *ledger;
    const tc_sink *sink; /* NULL: nobody is told */
} tc_units;

/* True if only a record can begin with this byte, and no byte order mark. */
static inline bool tc_units_record_byte(uint8_t byte)
{
    return byte > ' ' && byte != '#' && byte != 0xEF;
}
/* Books NUL runs, header and blank lines until a record begins; false at the block's end. */
bool tc_units_record(tc_units *units);
/* Books `length` bytes from `at` on, of which `text` make up the record, as rejected. */
void tc_units_reject(tc_units *units, tc_reason reason, size_t text, size_t length);

#endif
