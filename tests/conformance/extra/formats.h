/*
 * formats: two delimited formats that the product does not read, added by data alone.
 *
 * They show what a new delimited format costs: a table, a tc_parser and one line in a registry, and
 * they hold the delimited core to its dialects: other separators, times in any column, local times,
 * no header. docs/adding-a-parser.md shows one of them.
 */
#ifndef TC_TESTS_CONFORMANCE_EXTRA_FORMATS_H
#define TC_TESTS_CONFORMANCE_EXTRA_FORMATS_H

#include "parsers/parser.h"

extern const tc_parser tc_parser_connectivity;
extern const tc_parser tc_parser_hmailserver;

/* Their registry, NULL at its end. */
extern const tc_parser *const tc_extra_parsers[];

#endif
