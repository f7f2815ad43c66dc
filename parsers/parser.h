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
 *   5. the carry can be saved between any two frames, and reading goes on from what is loaded as if
 *      it had never stopped;
 *   6. bytes are UTF-8 or arbitrary: the input side has already turned UTF-16 into UTF-8 and
 *      dropped the byte order mark; invalid sequences are kept as they are.
 */
#ifndef TC_PARSERS_PARSER_H
#define TC_PARSERS_PARSER_H

#include "parsers/base/str.h"
#include "parsers/base/visit.h"
#include "parsers/event/event.h"
#include "parsers/event/ledger.h"
#include "parsers/event/record_id.h"

/* What a format's logs are evidence of. Whoever asks whether something is watched asks these bits
 * of the formats that were given, never for names of formats. */
enum {
    TC_EVIDENCE_WEBMAIL = 1u << 0,   /* requests of webmail and other clients, and whose they are */
    TC_EVIDENCE_LOGONS = 1u << 1,    /* logons, and those that failed */
    TC_EVIDENCE_MESSAGES = 1u << 2,  /* mail on its way: who sent what subject to whom */
    TC_EVIDENCE_PASSWORDS = 1u << 3, /* passwords that were set or changed, and by whom */
    TC_EVIDENCE_ACCOUNTS = 1u << 4,  /* accounts that were made, changed or locked */
    TC_EVIDENCE_MANAGEMENT = 1u << 5, /* what administrators did to mailboxes */
    TC_EVIDENCE_CULTURE = 1u << 6,    /* the language somebody works in */
    TC_EVIDENCE_CONNECTIONS = 1u << 7 /* who was connected to, and when */
};

/* What a place in a source is counted in, from 1. */
typedef enum tc_unit {
    TC_UNIT_LINE,   /* of text; counted by whoever reads */
    TC_UNIT_RECORD, /* the others by frame, one for each record that parse will meet */
    TC_UNIT_FRAME,
    TC_UNIT_ELEMENT,
    TC_UNIT_COUNT
} tc_unit;

/* In which order a source of a format holds its records. */
typedef enum tc_record_order {
    /* Anybody may have exported, sorted or joined it: it is read to its end before anything is
     * concluded from its times. */
    TC_ORDER_ANY,
    /* The program that writes it appends as things happen: no record stands farther behind an
     * earlier one than the format's lateness. */
    TC_ORDER_WRITTEN
} tc_record_order;

#define TC_RECORD_MAX (1u << 20) /* hard maximum of one record, bytes */
#define TC_CARRY_SIZE 256
#define TC_PROBE_NO_MEMORY (-1)
#define TC_PROBE_BINARY 16 /* bytes that a binary format is told by */

/* What a source is parsed with; fixed for the run. */
typedef struct tc_parse_options {
    const tc_names *names;
    tc_schemas *schemas;    /* frame only */
    int64_t zone_offset_ns; /* local time minus UTC, for formats in server-local time */
    tc_time newest; /* when the source was last written to, for times without a year; 0: unknown */
    bool growing;   /* ... and will be again */
    bool inside;    /* for records in an envelope */
    tc_time sent;   /* ... which says when it was sent, to the second and with a zone; 0: unknown */
    bool sent_at_once; /* ... as it was written: not by an agent that may read a file long after */
    bool strangers; /* ... and whatever nobody knows in a line of syslog, which is some program's */
    tc_slice columns;  /* lists of column names, one a line, of rows without a header */
    bool all;          /* list unknown members in event.extra; decode for `tocsin parse` */
    size_t record_max; /* <= TC_RECORD_MAX */
} tc_parse_options;

/* What the framer hands from block to block: plain bytes of the format's own struct, copied by
 * value. Pointers inside may only point at schemas, of the run or of the source, and at what is
 * kept with them (tc_schemas_keep). */
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
    uint64_t units; /* that the bytes hold; nobody asks where the unit is the line */
} tc_frame;

/* Where parse delivers. `event` returns a status only to stop the run (no memory, limit). */
typedef struct tc_sink {
    void *context;
    TC_STATUS (*event)(void *context, tc_event *event);
    /* May be NULL. A rejected record, for the sample in the report. */
    void (*reject)(void *context, tc_reason reason, tc_place place, tc_slice raw);
} tc_sink;

typedef struct tc_parser tc_parser;

#define TC_COLUMN_LISTS 4 /* of one source, at most */

/* What the columns of a source's rows are where no header says so. */
typedef struct tc_columns {
    tc_slice lists; /* names apart by blanks, "-" for none, one list a line; empty: not known */
    uint32_t rows;  /* whose shapes told them; 0: the user did */
    tc_slice doubt; /* why the rows cannot be read: a clause; empty: they can, or there are none */
    bool open;      /* there is another way to read its rows, and nothing tells which is right */
    bool spare;     /* headers describe all rows of the head: the lists are for what may follow */
} tc_columns;

/* As many records as a search or an export gives that is not asked for more, which says nothing of
 * it. A log that holds exactly so many is probably cut. */
typedef struct tc_row_limit {
    uint64_t rows;      /* 0 ends a table */
    uint32_t weighs;    /* evidence that may be missing, as bits */
    const char *search; /* what gives so many */
    const char *fix;    /* how to get all */
} tc_row_limit;

/* Which column names the user gives the rows of a path; empty: none. */
typedef struct tc_given_columns {
    const void *context;
    tc_slice (*of)(const void *context, tc_slice path);
} tc_given_columns;

/* How a format finds out about rows that no header describes. An envelope has learn_inside in
 * place of the other two: its lists are those that records of any path inside may have, and behind
 * them, from a line on that begins with '@', what it tells itself of single paths. */
typedef struct tc_column_reader {
    /* TC_ESYNTAX naming what is wrong with a list of column names that the user gives. */
    TC_STATUS (*check)(const tc_parser *self, tc_slice names, tc_error *reterr);
    /* Tells the columns of a source by its head (`whole`: nothing follows), or holds the user's
     * list against it (`given`, checked; else empty). Texts are the arena's. */
    TC_STATUS(*learn)
    (const tc_parser *self, tc_slice head, bool whole, tc_slice given, tc_arena *arena,
     tc_columns *ret);
    /* In place of all others: how a source writes what its rows leave open (the order of day and
     * month), by its head, pieces of the rest and its name; each may be empty, cut in mid line. */
    TC_STATUS(*learn_writing)
    (const tc_parser *self, tc_slice head, tc_slice tail, tc_slice name, tc_columns *ret);
    TC_STATUS(*learn_inside)
    (const tc_parser *self, tc_slice head, bool whole, const tc_given_columns *given,
     tc_arena *arena, tc_columns *ret);
} tc_column_reader;

struct tc_parser {
    const char *name;         /* --format, tocsin.format: "iis-w3c" */
    const char *summary;      /* one line for `tocsin formats` */
    const char *spec;         /* where the format is described */
    const char *unit_of_loss; /* what damage costs at most: "one line" */
    const char *gives;        /* the evidence in words: "webmail, logons, culture" */
    uint32_t evidence;        /* the same as bits, TC_EVIDENCE_... */
    bool any; /* takes records of any meaning: whoever knows what they are goes first */
    /* Its records carry those of other formats (parsers/envelope/envelope.h): an event is that of
     * the record inside, and says so in `shipped`. */
    bool envelope;
    bool takes_strangers; /* with tc_parse_options.strangers */
    /* The bytes that its records begin with, where that tells them from lines of text: "{[". NULL:
     * any other. */
    const char *first;
    bool binary; /* bytes are shown as they lie in the file: nothing is decoded or dropped */
    tc_unit unit;
    tc_record_order order;
    int64_t lateness_ns;        /* with TC_ORDER_WRITTEN; else what is usual */
    const tc_row_limit *limits; /* of what people export; NULL: none is known */
    const void *data; /* what the functions below read of the format; their own, may be NULL */

    const tc_column_reader *columns; /* NULL: every file names its columns, or needs no names */

    /* 0..100: how surely `head` (the first bytes, up to 64 KiB, BOM removed; of a binary format at
     * least TC_PROBE_BINARY, the bytes as they lie there) is of this format. 100 only for a header
     * that says so; `name` is the file's base name, a hint worth at most 10. TC_PROBE_NO_MEMORY if
     * that could not be found out. */
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
    /* What the record is, however it was carried (record_id.h): equal for one record in another
     * file, under another quoting or in another format of its kind. NULL: records are their lines.
     * Asked only of records that something is said about. */
    uint64_t (*identity)(const tc_parser *self, const tc_event *event);
    /* Saves what the carry holds beyond what begin puts there, or loads it into a carry that begin
     * has just made: schemas by the names of their columns, never pointers. What could not be in a
     * carry is refused (visit.h). `carry_version` is of what it writes. */
    void (*carry_visit)(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit);
    uint32_t carry_version;
    /* What evidence may be in what the record tells of and could not be read (it was encrypted,
     * say), as bits. NULL: records of the format hide nothing. */
    uint32_t (*hides)(const tc_parser *self, const tc_event *event);
    /* Words the record for a person, as evidence; at most a few hundred bytes are shown. NULL: its
     * raw bytes are that. */
    void (*show)(const tc_parser *self, const tc_event *event, tc_str *out);
};

/* The record's identity; `parser` may be NULL. */
static inline uint64_t tc_record_id(const tc_parser *parser, const tc_event *event)
{
    if (parser && parser->identity) return parser->identity(parser, event);
    return tc_record_id_of_line(tc_event_raw(event));
}

/* Saves a carry as it stands between frames, or loads one and goes on where that one stood: within
 * the caller's section. options->schemas is of the source that is read. The carry of another format
 * or version is refused; after a failed load a carry is not to be used. */
void tc_carry_visit(const tc_parser *parser, tc_carry *carry, const tc_parse_options *options,
                    tc_visit *visit);

/* The explicit table of all parsers (parsers.def), NULL at its end. */
extern const tc_parser *const tc_parsers[];
const tc_parser *tc_parser_named(tc_slice name);
/* One bit for each format, in the order of the table. */
#define TC_PARSERS_MAX 64
uint64_t tc_parser_bit(const tc_parser *parser);
/* What those formats are evidence of. */
uint32_t tc_parser_evidence(uint64_t bits);
/* What places are called that are counted in it: "line". */
const char *tc_unit_word(tc_unit unit);
/* The parser with the highest bid of at least 20 for this head; NULL if none. TC_ENOMEM if a parser
 * could not make its bid: the head is then of no known format, and of no other either. Binary
 * formats are not asked. */
TC_STATUS tc_parser_probe(tc_slice head, tc_slice name, const tc_parser **ret);
/* The same of binary formats alone; `start` are the first bytes of the file as they lie there. */
TC_STATUS tc_parser_probe_binary(tc_slice start, tc_slice name, const tc_parser **ret);

#endif
