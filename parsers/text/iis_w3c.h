/*
 * iis_w3c: W3C extended logs, above all those of IIS 4 to 10, in any state they survive in.
 *
 * Columns go by the #Fields line in force, or by what the source's head shows (w3c_learn.h), handed
 * over in tc_parse_options.columns. Times are UTC unless the columns say local. W3C:
 * WD-logfile-960323; Microsoft Learn, "W3C logging" (http.sys).
 */
#ifndef TC_TEXT_IIS_W3C_H
#define TC_TEXT_IIS_W3C_H

#include "parsers/parser.h"

extern const tc_parser tc_parser_iis_w3c;

#endif
