/*
 * mmdb_builder: writes small MaxMind DB files for tests (MaxMind-DB-spec 2.0): an IPv6 tree with
 * 24-bit records, IPv4 networks under ::/96.
 */
#ifndef TC_TESTS_MMDB_BUILDER_H
#define TC_TESTS_MMDB_BUILDER_H

#include "parsers/base/ip.h"
#include "parsers/base/str.h"

#define MMDB_NODES 4096

typedef struct mmdb_builder {
    uint32_t nodes[MMDB_NODES][2]; /* 0 = nothing, n = node n, DATA | offset */
    uint32_t node_count;
    tc_str data;
} mmdb_builder;

void mmdb_init(mmdb_builder *b);
void mmdb_done(mmdb_builder *b);
/* Appends to the data section; each returns the offset of what it wrote. */
uint32_t mmdb_map(mmdb_builder *b, unsigned members);
uint32_t mmdb_string(mmdb_builder *b, const char *text);
uint32_t mmdb_number(mmdb_builder *b, uint32_t number);
uint32_t mmdb_pointer(mmdb_builder *b, uint32_t offset);
uint32_t mmdb_array(mmdb_builder *b, unsigned members);
void mmdb_put(mmdb_builder *b, const char *cidr, uint32_t offset);
/* A record as GeoLite2-Country has it, and one as GeoLite2-ASN has it; NULL or 0 leaves out. */
uint32_t mmdb_country(mmdb_builder *b, const char *country, const char *registered);
uint32_t mmdb_asn(mmdb_builder *b, uint32_t asn, const char *holder);
/* The whole file; `metadata` is put where the metadata stands if it is not empty. */
void mmdb_render(const mmdb_builder *b, tc_slice metadata, tc_str *out);
/* Writes the file; the path is static storage that the next call overwrites. */
const char *mmdb_write(const mmdb_builder *b);
const char *mmdb_write_bytes(tc_slice bytes);

#endif
