/*
 * registered: every parser of parsers.def, declared. For the files that define one, and for the
 * registry; everybody else finds parsers in tc_parsers.
 */
#ifndef TC_PARSERS_REGISTERED_H
#define TC_PARSERS_REGISTERED_H

#include "parsers/parser.h"

#define TC_PARSER(name) extern const tc_parser tc_parser_##name;
#include "parsers/parsers.def"
#undef TC_PARSER

#endif
