/*
 * inside: what stands in an opened line, given to the format that it is of.
 *
 * In this order, and by nothing but the line and what the table held at the block's start: the
 * format that headers gave the line's path; each other format of the registry whose records can
 * begin so, in the registry's order; for JSON without an offset in a file, the line itself as an
 * event, because agents ship those beside files; one more envelope, and in it the same. What none
 * of them takes is rejected under the reason of the first. Private to parsers/envelope.
 */
#ifndef TC_ENVELOPE_INSIDE_H
#define TC_ENVELOPE_INSIDE_H

#include "parsers/base/json_reader.h"
#include "parsers/envelope/opening.h"

typedef struct tc_inside_found {
    tc_ledger ledger; /* the format's own, of the payload and the line end behind it */
    tc_reason reason; /* of the first record in it that was refused */
} tc_inside_found;

typedef struct tc_inside {
    const tc_parse_options *options;
    tc_arena *arena; /* rewound by the caller after each line */
    const tc_sink *sink;
    const tc_parser *outer;
    const tc_ship_carry *carry;
    const tc_ship_format *formats;
    size_t format_count;
    uint32_t *newest; /* number + 1 of the entry of a path, by its hash; 0: free */
    size_t newest_size;
    bool anywhere;  /* the bytes are a piece of a source, not a block */
    tc_place place; /* of the line; set by the caller */
    tc_shipped shipped;
} tc_inside;

/* For the lines of one block. False at the arena's limit. */
bool tc_inside_init(tc_inside *inside, const tc_parser *outer, const tc_ship_carry *carry,
                    const tc_parse_options *options, tc_arena *arena,
                    const tc_sink *sink) TC_MUST_USE;
/* What an opened line holds (NULL: it is no envelope), or the line itself. Events go to the sink,
 * placed where the line stands. */
TC_STATUS tc_inside_take(tc_inside *inside, const tc_unwrapped *opened, tc_slice line,
                         tc_inside_found *ret);

#endif
