/*
 * input: where bytes come from.
 *
 * Finds the sources below the paths that the user gave (files, folders, gzip, "-"), tells what each
 * is (inventory), and reads one source at a time as a stream of decoded bytes: decompressed, BOM
 * dropped, UTF-16 turned into UTF-8. Never follows a symbolic link into a loop, never writes, never
 * makes a path of a name found inside an archive. Read errors are an environment failure of that
 * source alone.
 *
 * A source's key is made of its decoded head, so it is equal for plain and compressed copies. Two
 * sources with equal heads are compared whole; a copy, or a file that is the beginning of another,
 * is marked duplicate and not read again.
 */
#ifndef TC_INPUT_INPUT_H
#define TC_INPUT_INPUT_H

#include "detector/evidence.h"
#include "parsers/parser.h"

typedef enum tc_source_state {
    TC_SOURCE_READABLE = 0,
    TC_SOURCE_EMPTY, /* no bytes, or nothing but header lines: recognised by name or not at all */
    TC_SOURCE_IRRELEVANT, /* not a log that any parser knows */
    TC_SOURCE_DUPLICATE,  /* same content as, or beginning of, source `twin` */
    TC_SOURCE_UNREADABLE, /* permission, I/O error, broken archive: see error */
    TC_SOURCE_STATE_COUNT
} tc_source_state;

#define TC_SAMPLE_COUNT 64
typedef struct tc_source {
    uint32_t index;
    tc_slice path; /* as shown: the user's path joined with what was found below; "-" for stdin */
    tc_slice name; /* base name */
    tc_slice folder;
    tc_slice host; /* which server wrote it: --host, its own columns, a folder name; or empty */
    const tc_parser *parser; /* NULL unless readable or duplicate */
    tc_source_state state;
    uint32_t twin;
    uint64_t key;  /* content-derived */
    uint64_t size; /* bytes on disk; 0 if unknown (stdin) */
    bool seekable; /* plain file: samples[] are known and offsets are file offsets */
    bool compressed;
    bool utf16;
    int64_t zone_offset_ns; /* --tz */
    tc_time first, last;    /* by sampling; TC_TIME_NONE if unknown (compressed: first only) */
    /* Lower bound of the times of all records from sample i's offset on, lateness already
     * subtracted; TC_TIME_NONE everywhere when nothing is known (then nothing may be released
     * before its end). */
    tc_time bound[TC_SAMPLE_COUNT];
    uint64_t bound_offset[TC_SAMPLE_COUNT];
    uint32_t bound_count;
    tc_error error;
} tc_source;

typedef struct tc_input tc_input;

typedef struct tc_input_options {
    const char *const *paths;
    size_t path_count;
    const tc_parser *format;    /* --format of parse: skip probing; NULL = by content */
    const tc_slice *host_globs; /* GLOB=NAME */
    size_t host_glob_count;
    const tc_slice *zone_globs; /* GLOB=ZONE: +02:00, Z, or an IANA name read from zoneinfo */
    size_t zone_glob_count;
    size_t record_max;
    tc_time now; /* injected clock: a file without year, a sanity bound */
    const tc_names *names;
    tc_schemas *schemas;
} tc_input_options;

typedef struct tc_irrelevant {
    tc_slice folder;
    uint64_t files, bytes;
} tc_irrelevant;

/* Walks the paths and probes every file. A missing path is TC_EIO with the path in reterr->source;
 * an unreadable file below a folder is a source of state UNREADABLE. Sources are in an order that
 * does not depend on the order of arguments: by first time, then key, then path. */
tc_status tc_input_open(const tc_input_options *options, tc_input **ret,
                        tc_error *reterr) TC_MUST_USE;
void tc_input_free(tc_input *input);
size_t tc_input_count(const tc_input *input);
const tc_source *tc_input_source(const tc_input *input, size_t index);
size_t tc_input_irrelevant(const tc_input *input, const tc_irrelevant **ret);

/* One open source being read in order. */
typedef struct tc_reader tc_reader;

/* A run of whole records, owned by whoever holds it. `data` is decoded UTF-8. */
typedef struct tc_block {
    uint8_t *data;
    size_t length;
    size_t capacity;
    uint32_t source;
    uint64_t sequence;    /* 0, 1, 2... within the source */
    uint64_t position;    /* decoded offset of data[0] */
    uint64_t file_offset; /* offset in the file (in the decompressed stream for gzip) of data[0] */
    uint64_t line;        /* line number of data[0], from 1 */
    bool utf16;           /* file offsets count UTF-16 bytes */
    bool last;
    tc_carry carry; /* as it stood at data[0] */
    tc_parse_options options;
    tc_ledger ledger; /* bytes that framing itself rejected, and bytes.read */
} tc_block;

tc_status tc_reader_open(const tc_input *input, size_t index, size_t block_size, tc_reader **ret,
                         tc_error *reterr) TC_MUST_USE;
void tc_reader_close(tc_reader *reader);
/* Fills the block (reusing its memory) with the next run of records; *ret_more is false when the
 * source is exhausted (the block may then still hold data). An I/O error in the middle books what
 * was read. */
tc_status tc_reader_next(tc_reader *reader, tc_block *block, bool *ret_more,
                         tc_error *reterr) TC_MUST_USE;
void tc_block_done(tc_block *block);
/* The file offset, length in the file, line and decoded position of a place in the block. */
void tc_block_locate(const tc_block *block, tc_place place, tc_locator *ret,
                     uint64_t *ret_position);

#endif
