/*
 * fit_json: a JSON object cut to a size, so that it stays JSON. For fit.c.
 *
 * Members stay whole or go; of lists the first items stay. Those of "tocsin" stand by weight below;
 * of all others the order is that of the text. "tocsin.truncated" is true then, "tocsin.whole" says
 * where all of it stands.
 */
#ifndef TC_SEND_FIT_JSON_H
#define TC_SEND_FIT_JSON_H

#include "parsers/base/str.h"

/* Appends the object in at most `max` bytes; true if it was cut. */
bool tc_fit_json(tc_slice body, tc_slice whole, size_t max, tc_str *out);

#endif
