/*
 * parser: the contract of every format.
 *
 * A parser is one const table of functions. It is pure: no files, clocks, threads, logging, rules
 * or global state; its output depends on the bytes and the options alone. Work is in two halves:
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
 * dropped the BOM; invalid sequences are kept as they are.
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
    tc_slice columns;       /* lists of column names, one a line, of rows without a header */
    bool all;               /* list unknown members in event.extra; decode for `tocsin parse` */
    size_t record_max;      /* <= TC_RECORD_MAX */
} tc_parse_options;

/* What the framer hands from block to block: plain bytes of the format's own struct, copied by
 * value. Pointers inside may only point at schemas (which live as long as the run). */
typedef struct tc_carry {
    _Alignas(16) uint8_t bytes[TC_CARRY_SIZE];
} tc_carry;

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

#define TC_COLUMN_LISTS 4 /* of one source, at most */

/* What the columns of a source's rows are where no header says so. */
typedef struct tc_columns {
    tc_slice lists; /* names apart by blanks, "-" for none, one list a line; empty: not known */
    uint32_t rows;  /* whose shapes told them; 0: the user did */
    tc_slice doubt; /* why the rows cannot be read: a clause; empty: they can, or there are none */
} tc_columns;

/* How a format finds out about rows that no header describes. */
typedef struct tc_column_reader {
    /* TC_ESYNTAX naming what is wrong with a list of column names that the user gives. */
    TC_STATUS (*check)(tc_slice names, tc_error *reterr);
    /* Tells the columns of a source by its head (`whole`: nothing follows), or holds the user's
     * list against it (`given`, checked; else empty). Texts are the arena's. */
    TC_STATUS(*learn)
    (tc_slice head, bool whole, tc_slice given, tc_arena *arena, tc_columns *ret);
} tc_column_reader;

typedef struct tc_parser {
    const char *name;         /* --format, tocsin.format: "iis-w3c" */
    const char *summary;      /* one line for `tocsin formats` */
    const char *spec;         /* where the format is described */
    const char *unit_of_loss; /* what damage costs at most: "one line" */
    const char *gives;        /* evidence: "webmail, logons, culture" */
    bool sequential;          /* cannot be cut: one block in flight */
    bool any; /* takes records of any meaning: whoever knows what they are goes first */
    /* Whether the one who writes such files keeps their order. What anybody may have exported,
     * sorted or put together is read to its end before anything is concluded from its times. */
    bool ordered;
    int64_t lateness_ns; /* how far records may stand behind earlier ones all the same */

    const tc_column_reader *columns; /* NULL: every file names its columns, or needs no names */

    /* 0..100: how surely `head` (the first bytes, up to 64 KiB, BOM removed) is of this format. 100
     * only for a header that says so; `name` is the file's base name, a hint worth at most 10.
     * TC_PROBE_NO_MEMORY if that could not be found out. */
    int (*probe)(tc_slice head, tc_slice name);
    /* A fresh carry for the start of a source. */
    void (*begin)(tc_carry *carry, const tc_parse_options *options);
    /* See above. `bytes` begins at a record start (or inside a rejected record); `last`: no more
     * will come. With last, everything must be taken. Updates the carry to stand behind the bytes
     * taken. */
    TC_STATUS(*frame)
    (tc_carry *carry, const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret);
    TC_STATUS(*parse)
    (const tc_carry *carry, const tc_parse_options *options, tc_slice block, tc_arena *arena,
     tc_ledger *ledger, const tc_sink *sink);
    /* The time of the first record in `bytes` that starts at or after a record boundary (the caller
     * may cut anywhere; the first partial record is skipped), for sampling a big file. */
    bool (*sample_time)(const tc_carry *carry, const tc_parse_options *options, tc_slice bytes,
                        tc_time *ret);
} tc_parser;

/* The explicit table of all parsers, NULL at its end (registry.c). */
extern const tc_parser *const tc_parsers[];
const tc_parser *tc_parser_named(tc_slice name);
/* The parser with the highest bid of at least 20 for this head; NULL if none. TC_ENOMEM if a parser
 * could not make its bid: the head is then of no known format, and of no other either. */
TC_STATUS tc_parser_probe(tc_slice head, tc_slice name, const tc_parser **ret);

#endif
