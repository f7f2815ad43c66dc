/*
 * input: where bytes come from.
 *
 * Finds the sources below the paths that the user gave (files, folders, archives, "-"), tells what
 * each is (inventory), and reads one source at a time as a stream of decoded bytes: decompressed,
 * BOM dropped, UTF-16 turned into UTF-8. Follows no symbolic link below the paths unless told so,
 * and none into a loop, never opens a pipe or device that was not named by the user, never writes,
 * never makes a path of a name found inside an archive. Read errors are an environment failure of
 * that source alone. A member of an archive is a source like a file. What an archive cannot give
 * (damage, encryption, a kind that is not read) is a source of state UNREADABLE whose error says
 * what to do: to pass over it silently would lose evidence. So are logs that this version does not
 * understand: state UNREAD, with what they look like and how to get them read. Other files are no
 * evidence; they are counted, and the first of them kept by name.
 *
 * A source's key is made of its decoded head, so it is equal for plain and compressed copies. A
 * copy of another source, or a file that is the beginning of another, is found by comparing the
 * decoded bytes, marked duplicate and need not be read again: of two equal ones the plain file is
 * kept rather than the compressed, else the one whose path comes first in byte order.
 *
 * One tc_input is used by one thread at a time, except that the readers of different sources are
 * independent of one another. Everything that a tc_source points at lives as long as the tc_input.
 */
#ifndef TC_INPUT_INPUT_H
#define TC_INPUT_INPUT_H

#include "detector/evidence.h"
#include "parsers/parser.h"

typedef enum tc_source_state {
    TC_SOURCE_READABLE = 0,
    TC_SOURCE_EMPTY,      /* no bytes, or nothing but header lines; may be read to book them */
    TC_SOURCE_IRRELEVANT, /* named by the user, but not a log that any parser knows */
    TC_SOURCE_DUPLICATE,  /* same content as, or beginning of, source `twin` */
    TC_SOURCE_UNREADABLE, /* permission, I/O error, broken archive: see error */
    TC_SOURCE_JUDGED,     /* an earlier run read it whole and judged it: see tc_input_set_judged */
    TC_SOURCE_UNREAD,     /* evidence that is not understood: see looks_like and mend */
    TC_SOURCE_STATE_COUNT
} tc_source_state;

#define TC_NO_SOURCE UINT32_MAX
#define TC_IRRELEVANT_NAMES 1000
#define TC_HEAD_MAX ((size_t)64 * 1024) /* decoded bytes that a source is recognised by */

typedef struct tc_source {
    uint32_t index;
    tc_slice path; /* as shown: the user's path joined with what was found below; "-" for stdin */
    tc_slice name; /* base name */
    tc_slice folder;
    tc_slice host; /* which server wrote it: --host, its own columns, a folder name; or empty */
    const tc_parser *parser; /* NULL unless readable, duplicate, or empty but for a known header */
    tc_source_state state;
    uint32_t twin;        /* a duplicate's original, which is no duplicate itself */
    uint64_t key;         /* content-derived: of the first head_length decoded bytes */
    uint32_t head_length; /* at most TC_HEAD_MAX */
    uint64_t size;        /* bytes on disk; 0 if unknown (stdin) */
    bool seekable;        /* a file of plain UTF-8 */
    bool compressed;
    bool utf16;
    int64_t zone_offset_ns; /* --tz */
    bool zoneless;          /* its times are local to a zone that neither it nor --tz names */
    bool yearless;          /* ... and have no year: it is that of `newest` or of the year before */
    tc_time newest;         /* when it was last written to; 0: unknown (written.h) */
    tc_columns columns;     /* of rows that no header describes: --fields, or by their shapes */
    bool once;              /* standard input or a pipe: cannot be read again */
    /* Of the first records, none of which is older than `first`, and of the last one. TC_TIME_NONE
     * if unknown; `last` is so for compressed files, UTF-16 and pipes that go on behind the head.
     */
    tc_time first, last;
    uint64_t late_before; /* records that an earlier run could not judge (tc_input_set_late) */
    /* Of a capture: the ring that it is of (chain.h), empty where it stands alone, and the capture
     * that stands behind it, of whatever ring; TC_NO_SOURCE: none. */
    tc_slice ring;
    uint32_t behind;
    uint64_t inside; /* of an envelope: the formats that its head shows, in bits of tc_parser_bit */
    const tc_error *error;  /* NULL unless unreadable */
    const char *looks_like; /* NULL unless unread: "a packet capture (pcap)" */
    const char *mend;       /* NULL unless unread: what a person can do about it */
} tc_source;

typedef struct tc_input tc_input;

/* Told of every file that is looked at, how many there were so far. */
typedef struct tc_looked {
    void *context;
    void (*told)(void *context, uint64_t files); /* NULL: nobody asks */
} tc_looked;

typedef struct tc_input_options {
    const char *const *paths;
    size_t path_count;
    const tc_parser *format;    /* --format of parse: skip probing; NULL = by content */
    bool follow_links;          /* below the paths; those themselves may always be links */
    bool all;                   /* for tc_parse_options.all of every block */
    const tc_slice *host_globs; /* GLOB=NAME; of several that match the first counts */
    size_t host_glob_count;
    const tc_slice *zone_globs; /* GLOB=ZONE: +02:00, Z, or an IANA name read from zoneinfo */
    size_t zone_glob_count;
    const tc_slice *field_globs; /* GLOB='date time ...': columns of rows without a header */
    size_t field_glob_count;
    tc_looked looked;
    size_t record_max; /* 0 = TC_RECORD_MAX */
    tc_time now;       /* injected clock: a file without year, a sanity bound */
    const tc_names *names;
    tc_schemas *schemas;
} tc_input_options;

typedef struct tc_irrelevant {
    tc_slice folder;
    uint64_t files, bytes;
} tc_irrelevant;

/* Walks the paths and probes every file. A missing path is TC_EIO with the path in reterr->source;
 * an unreadable file is a source of state UNREADABLE. Sources are in an order that does not depend
 * on the order of arguments: by first time (unknown before all others), then key, then path; what
 * is of one archive, and captures of one ring, one behind the other where the earliest stands. */
TC_STATUS tc_input_open(const tc_input_options *options, tc_input **ret, tc_error *reterr);
void tc_input_free(tc_input *input);
size_t tc_input_count(const tc_input *input);
const tc_source *tc_input_source(const tc_input *input, size_t index);
/* Reads decoded bytes from the source's beginning on, up to `room` of them, at least 4. Not of what
 * can be read only once. */
TC_STATUS tc_input_head(const tc_input *input, size_t index, uint8_t *out, size_t room,
                        size_t *ret_length, tc_error *reterr);
/* A readable source need not be read: an earlier run did. Before any reader is opened. */
void tc_input_set_judged(tc_input *input, size_t index);
/* So many records of a source came too late for an earlier run. */
void tc_input_set_late(tc_input *input, size_t index, uint64_t records);
/* Puts the source's path, made safe to print, into error->source. */
void tc_input_name_error(const tc_source *source, tc_error *error);
/* Files that are no logs, summed up per folder, in the order of the folders' names. */
size_t tc_input_irrelevant(const tc_input *input, const tc_irrelevant **ret);
/* The paths of the first of them, at most TC_IRRELEVANT_NAMES. */
size_t tc_input_irrelevant_names(const tc_input *input, const tc_slice **ret);

/* Symbolic links below the paths that were not followed: their number, and the paths of the first
 * of them, at most TC_IRRELEVANT_NAMES. */
size_t tc_input_links(const tc_input *input, const tc_slice **ret, uint64_t *ret_count);

/* One open source being read in order. Standard input and pipes can be opened once. */
typedef struct tc_reader tc_reader;

#define TC_BLOCK_MARKS 512

/* A run of whole records, owned by whoever holds it. `data` is decoded UTF-8. */
typedef struct tc_block {
    uint8_t *data;
    size_t length;
    size_t capacity;
    uint32_t source;
    uint64_t sequence;    /* 0, 1, 2... within the source */
    uint64_t position;    /* decoded offset of data[0] */
    uint64_t file_offset; /* offset in the file (in the decompressed stream for gzip) of data[0];
                             a byte order mark counts here, but not in position */
    uint64_t line;        /* number of data[0] in the format's unit, from 1 */
    bool utf16;           /* file offsets count UTF-16 bytes */
    bool records;         /* `line` counts records, not lines */
    bool last;
    /* Line ends (and, with utf16, UTF-16 units) in data before every multiple of mark_stride: what
     * tc_block_locate starts from. mark_stride 0: there are none, it counts from data[0]. */
    size_t mark_stride;
    uint32_t mark_lines[TC_BLOCK_MARKS];
    uint32_t mark_units[TC_BLOCK_MARKS];
    tc_carry carry; /* as it stood at data[0] */
    tc_parse_options options;
    tc_schemas *schemas; /* held: what the carry, and events made of data, point at */
    tc_ledger ledger; /* bytes.read, what framing itself rejected, a UTF-8 mark as header bytes */
} tc_block;

TC_STATUS tc_reader_open(const tc_input *input, size_t index, size_t block_size, tc_reader **ret,
                         tc_error *reterr);
/* The same of what may go on from what was read before: captures, whose chain the caller keeps for
 * all that it reads in order; it outlives the reader. */
struct tc_chain;
TC_STATUS tc_reader_open_behind(const tc_input *input, size_t index, size_t block_size,
                                struct tc_chain *chain, tc_reader **ret, tc_error *reterr);
void tc_reader_close(tc_reader *reader);
/* Fills the block (zeroed before its first use; its memory is reused and may change hands with the
 * reader's) with the next run of records; *ret_more is false when the source is exhausted (the
 * block may then still hold data). After a failure in the middle of a source (read error, damaged
 * gzip) everything before it has been delivered in earlier blocks, this block is empty, and the
 * failure is repeated by every later call. */
TC_STATUS tc_reader_next(tc_reader *reader, tc_block *block, bool *ret_more, tc_error *reterr);
/* Frees the memory of a block; a zeroed block is fine. */
void tc_block_done(tc_block *block);
/* The file offset, length in the file, line and decoded position of a place in the block. */
void tc_block_locate(const tc_block *block, tc_place place, tc_locator *ret,
                     uint64_t *ret_position);

#endif
