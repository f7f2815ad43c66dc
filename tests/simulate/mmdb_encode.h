/*
 * mmdb_encode: the values of a MaxMind DB file, format 2.0, as its data section and metadata hold
 * them. What the tree looks like is its writer's.
 */
#ifndef TC_TESTS_SIMULATE_MMDB_ENCODE_H
#define TC_TESTS_SIMULATE_MMDB_ENCODE_H

#include "parsers/base/str.h"
#include "parsers/base/time.h"

/* Of at most 284 bytes. */
void mmdb_text(tc_str *out, const char *text);
/* `type` is the format's: 5 and 6 are unsigned 16 and 32 bits, 9 is 64. */
void mmdb_number(tc_str *out, uint8_t type, uint64_t number);
/* So many pairs of name and value follow. */
void mmdb_map(tc_str *out, uint8_t pairs);
/* The metadata, which ends the file. */
void mmdb_metadata(tc_str *out, const char *type, const char *description, uint32_t nodes,
                   uint8_t record_bits, tc_time built);

#endif
