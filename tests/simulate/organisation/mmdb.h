/*
 * mmdb: writes a database of networks (MaxMind DB file format 2.0).
 *
 * A binary tree over 128 bits with IPv4 below ::/96, a data section and the metadata. Networks must
 * not overlap. The tree is as large as it must be.
 */
#ifndef TC_SIMULATE_MMDB_H
#define TC_SIMULATE_MMDB_H

#include "parsers/base/ip.h"
#include "parsers/base/time.h"

typedef struct mmdb mmdb;

mmdb *mmdb_new(const char *type);
void mmdb_free(mmdb *m);
/* A network's country; NULL leaves it out. */
void mmdb_add_country(mmdb *m, tc_cidr network, const char *country);
void mmdb_add_asn(mmdb *m, tc_cidr network, uint32_t asn, const char *holder);
bool mmdb_write(mmdb *m, const char *path, tc_time built);

#endif
