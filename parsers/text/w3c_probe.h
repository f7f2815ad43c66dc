/*
 * w3c_probe: how surely a file is a W3C extended log of web requests, and its first time.
 *
 * Told apart from what only looks alike: HTTP.sys error logs (s-reason, s-queuename), Exchange's
 * comma-separated logs (#Log-type, commas in #Fields), NCSA logs and text (no row has the values of
 * a web log's).
 */
#ifndef TC_TEXT_W3C_PROBE_H
#define TC_TEXT_W3C_PROBE_H

#include "parsers/text/w3c_time.h"

/* The probe of tc_parser. */
int tc_w3c_probe(tc_slice head, tc_slice name);

/* The first row in bytes whose time can be told with these forms, this clock, and header lines met
 * on the way. */
bool tc_w3c_sample_time(const tc_w3c_forms *forms, tc_w3c_clock clock, int64_t zone_offset_ns,
                        tc_slice bytes, tc_time *ret) TC_MUST_USE;

#endif
