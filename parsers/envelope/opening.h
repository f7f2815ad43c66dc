/*
 * opening: lines of an envelope opened, as the framer, the workers and the probe see them.
 *
 * Private to parsers/envelope. All three ask the same questions here, so that a header line is one
 * to each of them.
 */
#ifndef TC_ENVELOPE_OPENING_H
#define TC_ENVELOPE_OPENING_H

#include "parsers/envelope/envelope.h"
#include "parsers/envelope/ship_table.h"
#include "parsers/envelope/units.h"

/* What an envelope's carry holds. */
typedef struct tc_ship_carry {
    tc_ship_table *table;
    uint32_t count; /* entries in force */
    tc_code failed; /* why there is no table */
    bool limited;   /* a path was one too many: those without an entry are not read */
    tc_units_state units;
} tc_ship_carry;

static inline const tc_envelope *tc_envelope_of(const tc_parser *parser)
{
    return parser->data;
}
/* Opens the unit, of kind TC_UNITS_ONE, that a walk over a source of this envelope stands at; a
 * byte order mark in front of the payload is left out. */
tc_unwrapping tc_envelope_open(const tc_parser *self, const tc_units *unit, tc_arena *arena,
                               tc_unwrapped *ret);
/* Opens the payload as the next envelope of the registry, from *cursor on, that it is one of; what
 * that does not say is taken from around it. False: of no other. */
bool tc_envelope_open_inner(const tc_unwrapped *outer, size_t *cursor, tc_arena *arena,
                            tc_unwrapped *ret);
/* Whether the payload of a line is header lines, perhaps with records behind them; in one more
 * envelope perhaps, which is then opened. Only lines in which the sign of one stands, as itself or
 * as JSON's escape, are such to anybody: the framer looks at no other. */
bool tc_envelope_is_header(tc_slice line, tc_unwrapped *opened, tc_arena *arena);
#define TC_ENVELOPE_ESCAPED_SIGN TC_LIT("\\u0023")
/* Whether a payload that begins with a header line holds records, too. */
bool tc_envelope_is_mixed(tc_slice payload);
/* Whether records of the format can begin as the payload does. */
bool tc_envelope_may_be(const tc_parser *parser, tc_slice payload);
/* The format inside with the highest bid for a text; NULL: none, or two of them alike. */
TC_STATUS tc_envelope_probe_inner(tc_slice text, const tc_parser **ret);

#endif
