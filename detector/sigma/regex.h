/*
 * regex: regular expressions with limits. The only user of PCRE2.
 *
 * A compiled expression is shared by all threads; each has its own scratch (match data, JIT stack,
 * limits). Matching: UTF-8, invalid bytes allowed (nothing matches across one), JIT where it can be
 * had and the interpreter where the JIT's stack does not suffice. Limits: match steps, backtracking
 * depth, heap, and the first TC_REGEX_SUBJECT_MAX bytes of a value. A search that runs into one is
 * counted and finds nothing.
 */
#ifndef TC_SIGMA_REGEX_H
#define TC_SIGMA_REGEX_H

#include "parsers/base/str.h"

#define TC_REGEX_MATCH_LIMIT 100000
#define TC_REGEX_DEPTH_LIMIT 2000
#define TC_REGEX_HEAP_LIMIT_KIB 4096
#define TC_REGEX_SUBJECT_MAX 32768
#define TC_REGEX_PATTERN_MAX 32768

typedef struct tc_regex tc_regex;
typedef struct tc_regex_scratch tc_regex_scratch;

enum { TC_REGEX_CASELESS = 1, TC_REGEX_MULTILINE = 2, TC_REGEX_DOTALL = 4 };

/* TC_ESYNTAX with PCRE2's own words and the offset in the pattern. */
TC_STATUS tc_regex_new(tc_slice pattern, unsigned flags, tc_regex **ret, tc_error *reterr);
void tc_regex_free(tc_regex *regex);

tc_regex_scratch *tc_regex_scratch_new(void) TC_MUST_USE;
void tc_regex_scratch_free(tc_regex_scratch *scratch);
bool tc_regex_search(const tc_regex *regex, tc_regex_scratch *scratch, tc_slice subject);
uint64_t tc_regex_limit_hits(const tc_regex_scratch *scratch);
/* Adds "pcre2 VERSION", of the library as linked. */
void tc_regex_library(tc_str *out);

#endif
