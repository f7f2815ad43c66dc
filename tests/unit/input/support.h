/*
 * support: files to read and a small format to read them with.
 *
 * The fake format (fake.c) has lines "@SECONDS text" (records), "#fake N" (a header that is in
 * force until the next one), blank lines, and anything else (rejected). Where fake.c is linked it
 * stands in for the registry of parsers, so that the tests depend on no real format.
 */
#ifndef TC_TEST_INPUT_SUPPORT_H
#define TC_TEST_INPUT_SUPPORT_H

#include "detector/input/input.h"
#include "parsers/base/str.h"

extern const tc_parser tc_fake_parser;
/* How files of a second format begin, which is binary and counts records: the same lines, behind
 * what looks like the mark of UTF-16. */
#define FAKE_PACKED "\xFF\xFEP"

#define FAKE_LATENESS (10 * TC_SECOND)

/* A folder of its own below $TMPDIR, removed with all that is in it by done_files(). */
void init_files(void);
void done_files(void);
/* "FOLDER/name", valid until the next call but seven. */
const char *in_files(const char *name);
void put_folder(const char *name);
void put_bytes(const char *name, tc_slice bytes);
void put_text(const char *name, const char *text);
/* UTF-16 with a mark of UTF-8 text that has no character beyond U+FFFF. */
void add_utf16(tc_str *out, const char *text, bool big_endian);
/* `count` records of about 40 bytes, times rising by one second from `start`. */
void add_records(tc_str *out, tc_time start, size_t count);

/* Opens the path below the folder ("" is the folder itself), expecting success. */
tc_input *open_files(const char *name);
tc_input *open_with(tc_input_options *options, const char *name);
/* The source whose path ends so; NULL if there is none. */
const tc_source *source_named(const tc_input *input, const char *end);

/* What came of reading a source to its end. */
typedef struct outcome {
    tc_str events; /* "position offset line length header text" per record */
    tc_str data;   /* the blocks' bytes one after the other */
    tc_ledger ledger;
    uint64_t blocks;
    size_t longest; /* block */
    size_t capacity;
    bool failed;
    tc_error error;
} outcome;

void read_source(const tc_input *input, size_t index, size_t block_size, outcome *ret);
void done_outcome(outcome *o);

#endif
