/*
 * ncsa_text: the words of a line of an access log in NCSA's form.
 *
 * A line is told by its time in brackets with a request in quotes behind it. What escapes stand in
 * quotes is the maker's affair: Apache and nginx write a quote as \" or \x22, IIS writes nothing
 * of the kind, so a quote ends the request only where a status follows it. Slices point into the
 * line; what is decoded lies in the arena, or stays as it is where there is none.
 */
#ifndef TC_TEXT_NCSA_TEXT_H
#define TC_TEXT_NCSA_TEXT_H

#include "parsers/base/arena.h"
#include "parsers/base/time.h"

/* The parts of a line. */
typedef struct tc_ncsa_parts {
    tc_slice client; /* before the time */
    tc_time time;
    tc_slice request; /* between its quotes */
    tc_slice answer;  /* behind them */
} tc_ncsa_parts;
bool tc_ncsa_split(tc_slice line, tc_ncsa_parts *ret) TC_MUST_USE;
/* Whether behind the answer a request ends once more, with an answer to it: a quote stands in the
 * line as it was sent (servers that escape what is sent write none), and nothing tells which of the
 * two is the server's. */
bool tc_ncsa_answers_again(tc_slice answer);

/* What stands before the next blank; *rest is moved behind it. Empty at the end. */
tc_slice tc_ncsa_word(tc_slice *rest);

/* A value behind the answer: a word, or text in quotes or brackets, perhaps behind NAME=. */
typedef struct tc_ncsa_value {
    tc_slice name, text;
    bool quoted;
} tc_ncsa_value;
bool tc_ncsa_next(tc_slice *rest, tc_ncsa_value *ret) TC_MUST_USE;

/* The text without \", \\ and \xHH. */
tc_slice tc_ncsa_decode(tc_slice text, tc_arena *arena);
/* An account without \\ and \x5C, and with characters of UTF-8 for \xHH\xHH: in IIS's own files a
 * lone backslash stands before the name. */
tc_slice tc_ncsa_account(tc_slice text, tc_arena *arena);

#endif
