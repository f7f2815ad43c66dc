/*
 * utf8: decoding, validation, folding and scripts of people's text.
 *
 * Invalid bytes never stop anything: decoding yields U+FFFD for each and goes on, while the bytes
 * of the record stay as they were. Folding is Unicode simple case folding (one code point to one),
 * so that a folded text has as many code points as its source; full folding and NFKC are for keys
 * of the language catalogue. The only user of libutf8proc.
 */
#ifndef TC_BASE_UTF8_H
#define TC_BASE_UTF8_H

#include "parsers/base/arena.h"
#include "parsers/base/str.h"

/* The code point at the start of s and its length in *ret_len (1..4; s must not be empty). An
 * invalid sequence gives U+FFFD and length 1. */
uint32_t tc_utf8_next(tc_slice s, size_t *ret_len);
bool tc_utf8_valid(tc_slice s);
bool tc_utf8_is_ascii(tc_slice s);
/* Writes 1..4 bytes; returns how many (0 for an invalid code point). */
size_t tc_utf8_encode(uint32_t code_point, uint8_t out[4]);
/* C0, DEL, C1, U+2028/9 and the bidi controls: what can act on a terminal or a viewer. */
bool tc_utf8_is_active(uint32_t code_point);
/* Columns that s takes in a terminal: East Asian wide characters two, combining marks and format
 * characters none, an invalid byte (U+FFFD) one. */
size_t tc_utf8_width(tc_slice s);

/* Simple case folding of one code point; U+0130 (Turkish dotted capital I) folds to 'i'. */
uint32_t tc_utf8_fold_code_point(uint32_t code_point);
/* Folds into the arena (ASCII in place of speed: an ASCII slice without capitals is returned as it
 * is, without a copy). Invalid bytes are kept. False at the arena's limit. */
bool tc_utf8_fold(tc_arena *arena, tc_slice s, tc_slice *ret) TC_MUST_USE;
/* Equality under simple folding. */
bool tc_utf8_equal_fold(tc_slice a, tc_slice b);

/* NFKC, full case folding, format characters (Cf) and the dot of a folded Turkish capital I
 * dropped, curly apostrophes straightened, runs of white space made one blank, blanks before ':'
 * removed: the key under which the language catalogue is built and asked. */
bool tc_utf8_catalogue_key(tc_arena *arena, tc_slice s, tc_slice *ret) TC_MUST_USE;

typedef enum tc_script {
    TC_SCRIPT_NONE = 0, /* only common characters */
    TC_SCRIPT_LATIN,
    TC_SCRIPT_GREEK,
    TC_SCRIPT_CYRILLIC,
    TC_SCRIPT_HEBREW,
    TC_SCRIPT_ARABIC,
    TC_SCRIPT_DEVANAGARI,
    TC_SCRIPT_THAI,
    TC_SCRIPT_HANGUL,
    TC_SCRIPT_KANA,
    TC_SCRIPT_HAN,
    TC_SCRIPT_OTHER,
    TC_SCRIPT_COUNT
} tc_script;
tc_script tc_utf8_script(uint32_t code_point);

/* UTF-16LE to UTF-8; an unpaired surrogate becomes U+FFFD, an odd last byte is left (its count in
 * *ret_used). Appends to out. */
void tc_utf16le_to_utf8(tc_slice s, tc_str *out, size_t *ret_used);
/* How many UTF-16 code units the UTF-8 text stands for (to map offsets back). */
size_t tc_utf8_utf16_units(tc_slice s);

/* Appends s with every byte that could act on a terminal, a syslog line or a log viewer made
 * visible: C0, C1, DEL, U+2028/9, bidi controls and invalid bytes as \xNN or \uNNNN, and backslash
 * doubled. The rest stays readable UTF-8. */
void tc_escape_text(tc_str *out, tc_slice s);

/* Adds "utf8proc VERSION", of the library as linked. */
void tc_utf8_library(tc_str *out);

#endif
