/*
 * parser: the contract of every format.
 *
 * A parser is one const table: what it is, functions that are given that table first (`self`), and
 * `data`, a table of the format's own, so that formats of one kind share their functions and differ
 * in data (parsers/text/delimited.h). It is pure: no files, clocks, threads, logging, rules or
 * global state; its output depends on the bytes and the options alone. Work is in two halves:
 *
 *   frame  runs in order over a source, on one thread. It is shown the bytes from the start of a
 *          record on and cuts off as many as form whole records; what later blocks must know of
 *          earlier ones (the header in force, the date) it keeps in the carry.
 *   parse  runs on any thread, one call per block (what one frame took), with the carry as it stood
 *          at the block's start (const). It delivers events in the order of their offsets and books
 *          every byte and record of the block. bytes.read is booked by whoever read them, the
 *          events' book by the sink, which decides what becomes of each.
 *
 * Promises, checked by one conformance test over every entry of the registry:
 *   1. chunk-invariant: any way of cutting the source gives the same events at the same offsets and
 *      the same summed ledger;
 *   2. progress: frame takes something, asks for more, or ends;
 *   3. damage costs at most its own unit of loss, is booked under a reason, and parsing goes on;
 *   4. memory is O(record); a record longer than limits.record_max is rejected as oversize;
 *   5. bytes are UTF-8 or arbitrary: the input side has already turned UTF-16 into UTF-8 and
 *      dropped the byte order mark; invalid sequences are kept as they are.
 */
#ifndef TC_PARSERS_PARSER_H
#define TC_PARSERS_PARSER_H

#include "parsers/event/event.h"
#include "parsers/event/ledger.h"

#define TC_RECORD_MAX (1u << 20) /* hard maximum of one record, bytes */
#define TC_CARRY_SIZE 256
#define TC_PROBE_NO_MEMORY (-1)

/* What a source is parsed with; fixed for the run. */
typedef struct tc_parse_options {
    const tc_names *names;
    tc_schemas *schemas;    /* frame only */
    int64_t zone_offset_ns; /* local time minus UTC, for formats in server-local time */
    bool all;               /* list unknown members in event.extra; decode for `tocsin parse` */
    size_t record_max;      /* <= TC_RECORD_MAX */
} tc_parse_options;

/* What the framer hands from block to block: plain bytes of the format's own struct, copied by
 * value. Pointers inside may only point at schemas (which live as long as the run). */
typedef struct tc_carry {
    _Alignas(16) uint8_t bytes[TC_CARRY_SIZE];
} tc_carry;

static inline void *tc_carry_bytes(tc_carry *carry)
{
    return carry->bytes;
}
static inline const void *tc_carry_const_bytes(const tc_carry *carry)
{
    return carry->bytes;
}
/* The format's own struct in a carry, as constant as the carry is; its size is checked. */
#define TC_CARRY_OF(type, carry)                                                                   \
    ((void)sizeof(char[sizeof(type) <= TC_CARRY_SIZE ? 1 : -1]),                                   \
     _Generic((carry), tc_carry *                                                                  \
              : tc_carry_bytes, const tc_carry *                                                   \
              : tc_carry_const_bytes)(carry))

typedef struct tc_frame {
    size_t length; /* bytes taken: whole records, or rejected bytes; 0 = show me more */
    bool rejected; /* these bytes belong to a record that is too long: book them, do not parse */
    bool rejected_end; /* with rejected: the record ends here (count it once) */
    tc_reason reason;
} tc_frame;

/* Where parse delivers. `event` returns a status only to stop the run (no memory, limit). */
typedef struct tc_sink {
    void *context;
    TC_STATUS (*event)(void *context, tc_event *event);
    /* May be NULL. A rejected record, for the sample in the report. */
    void (*reject)(void *context, tc_reason reason, tc_place place, tc_slice raw);
} tc_sink;

typedef struct tc_parser tc_parser;
struct tc_parser {
    const char *name;         /* --format, tocsin.format: "iis-w3c" */
    const char *summary;      /* one line for `tocsin formats` */
    const char *spec;         /* where the format is described */
    const char *unit_of_loss; /* what damage costs at most: "one line" */
    const char *gives;        /* evidence: "webmail, logons, culture" */
    bool any; /* takes records of any meaning: whoever knows what they are goes first */
    /* Whether the one who writes such files keeps their order. What anybody may have exported,
     * sorted or put together is read to its end before anything is concluded from its times. */
    bool ordered;
    int64_t lateness_ns; /* how far records may stand behind earlier ones all the same */
    const void *data;    /* what the functions below read of the format; their own, may be NULL */

    /* 0..100: how surely `head` (the first bytes, up to 64 KiB, BOM removed) is of this format. 100
     * only for a header that says so; `name` is the file's base name, a hint worth at most 10.
     * TC_PROBE_NO_MEMORY if that could not be found out. */
    int (*probe)(const tc_parser *self, tc_slice head, tc_slice name);
    /* A fresh carry for the start of a source. */
    void (*begin)(const tc_parser *self, tc_carry *carry, const tc_parse_options *options);
    /* See above. `bytes` begins at a record start (or inside a rejected record); `last`: no more
     * will come. With last, everything must be taken. Updates the carry to stand behind the bytes
     * taken. */
    TC_STATUS(*frame)
    (const tc_parser *self, tc_carry *carry, const tc_parse_options *options, tc_slice bytes,
     bool last, tc_frame *ret);
    TC_STATUS(*parse)
    (const tc_parser *self, const tc_carry *carry, const tc_parse_options *options, tc_slice block,
     tc_arena *arena, tc_ledger *ledger, const tc_sink *sink);
    /* The time of the first record in `bytes` that starts at or after a record boundary (the caller
     * may cut anywhere; the first partial record is skipped), for sampling a big file. */
    bool (*sample_time)(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret);
};

/* The explicit table of all parsers, NULL at its end (registry.c). */
extern const tc_parser *const tc_parsers[];
const tc_parser *tc_parser_named(tc_slice name);
/* The parser with the highest bid of at least 20 for this head; NULL if none. TC_ENOMEM if a parser
 * could not make its bid: the head is then of no known format, and of no other either. */
TC_STATUS tc_parser_probe(tc_slice head, tc_slice name, const tc_parser **ret);

#endif
