/*
 * json_writer: JSON text without a tree.
 *
 * Appends to a tc_str; commas and nesting are kept by the writer, misuse (a value without a key in
 * an object) trips an assertion. Strings are escaped as RFC 8259 demands, and besides DEL, C1,
 * U+2028/9 and bidi controls as \u escapes, so that a line of output is inert in a terminal;
 * invalid UTF-8 becomes U+FFFD. NaN and infinities are written as null.
 */
#ifndef TC_BASE_JSON_WRITER_H
#define TC_BASE_JSON_WRITER_H

#include "parsers/base/str.h"

#define TC_JSON_WRITER_DEPTH 32

typedef struct tc_json_writer {
    tc_str *out;
    uint32_t depth;
    bool comma[TC_JSON_WRITER_DEPTH];
    bool in_object[TC_JSON_WRITER_DEPTH];
    bool have_key;
} tc_json_writer;

void tc_json_writer_init(tc_json_writer *w, tc_str *out);
void tc_json_object_open(tc_json_writer *w);
void tc_json_object_close(tc_json_writer *w);
void tc_json_array_open(tc_json_writer *w);
void tc_json_array_close(tc_json_writer *w);
void tc_json_key(tc_json_writer *w, const char *key);
void tc_json_key_slice(tc_json_writer *w, tc_slice key);
void tc_json_string(tc_json_writer *w, tc_slice s);
void tc_json_cstring(tc_json_writer *w, const char *s);
void tc_json_u64(tc_json_writer *w, uint64_t n);
void tc_json_i64(tc_json_writer *w, int64_t n);
/* Shortest form that reads back equal, at most 17 digits. */
void tc_json_double(tc_json_writer *w, double n);
void tc_json_bool(tc_json_writer *w, bool b);
void tc_json_null(tc_json_writer *w);
/* Text that is JSON already (a number as the log wrote it, a container). */
void tc_json_raw(tc_json_writer *w, tc_slice json);

#endif
