/*
 * envelope: lines and objects that carry the records of other formats, as agents and syslog daemons
 * write them, and as people export them from where these had sent them.
 *
 * An envelope is a const table: how a line is opened (envelope_json.h, syslog.h), and what its
 * members are called. What is inside is told by the formats of the registry: the payload is given
 * to the format that its path is known for, else to whichever takes it by its shape, and comes out
 * as that format's event, with `shipped` saying where it was written. Nothing else of an envelope
 * is judged. An envelope may stand in one other; deeper ones are refused.
 *
 * Every line, object of JSON, or row is a record of its own and is opened by the workers (units.h).
 * The framer looks only for payloads that begin with '#': header lines, which change how later
 * records of the same path are read. What they make of each path stands in an append-only table
 * (ship_table.h) that the carry points at.
 *
 * The order is nobody's: an agent sends the files of a night in the morning, several at once, and
 * from where it stopped.
 */
#ifndef TC_ENVELOPE_ENVELOPE_H
#define TC_ENVELOPE_ENVELOPE_H

/* Each file of this folder that is an envelope ends in its row of the table of parsers. */
#include "parsers/registered.h"

/* A line opened. Texts are the line's or the arena's. */
typedef struct tc_unwrapped {
    tc_slice payload; /* without line ends at its end */
    tc_slice host;
    tc_slice path; /* or tag */
    uint64_t offset;
    bool placed;  /* there is an offset */
    tc_time sent; /* when, with a zone; 0: not said */
} tc_unwrapped;

typedef enum tc_unwrapping {
    TC_UNWRAPPED,
    TC_UNWRAP_OTHER, /* a sound line, but no such envelope */
    TC_UNWRAP_BROKEN /* not of the syntax */
} tc_unwrapping;

typedef struct tc_envelope tc_envelope;
struct tc_envelope {
    /* NULL: a table, whose rows are opened by their columns */
    tc_unwrapping (*unwrap)(const tc_envelope *self, tc_slice line, tc_arena *arena,
                            tc_unwrapped *ret);
    const struct tc_envelope_member *members; /* of JSON and tables; a row without a name ends */
    bool json;                                /* a line may also be an event itself */
    bool table;
    bool text; /* ... of a format that says how its lines begin (tc_parser.first) */
    int bid;   /* for a head that is all such lines, with records of a known format inside */
};

/* The functions of tc_parser, for formats whose `data` is a tc_envelope. */
int tc_envelope_probe(const tc_parser *self, tc_slice head, tc_slice name);
void tc_envelope_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options);
TC_STATUS tc_envelope_frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                            tc_slice bytes, bool last, tc_frame *ret);
TC_STATUS tc_envelope_parse(const tc_parser *self, const tc_carry *carry,
                            const tc_parse_options *options, tc_slice block, tc_arena *arena,
                            tc_ledger *ledger, const tc_sink *sink);
bool tc_envelope_sample_time(const tc_parser *self, const tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, tc_time *ret);
uint64_t tc_envelope_identity(const tc_parser *self, const tc_event *event);
void tc_envelope_carry_visit(const tc_parser *self, tc_carry *carry,
                             const tc_parse_options *options, tc_visit *visit);

extern const tc_column_reader tc_envelope_column_reader;

/* What a tc_parser has of the envelope `table` points at. */
#define TC_ENVELOPE_PARSER(table)                                                                  \
    .gives = "what the logs inside give", .envelope = true, .order = TC_ORDER_ANY,                 \
    .lateness_ns = TC_HOUR, .data = (table), .columns = &tc_envelope_column_reader,                \
    .probe = tc_envelope_probe, .begin = tc_envelope_begin, .frame = tc_envelope_frame,            \
    .parse = tc_envelope_parse, .sample_time = tc_envelope_sample_time,                            \
    .identity = tc_envelope_identity, .carry_visit = tc_envelope_carry_visit, .carry_version = 2

#endif
