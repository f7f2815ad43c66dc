/*
 * hash: SipHash-2-4 (keyed, for tables whose keys strangers choose) and a fixed content hash.
 *
 * Table keys are hashed under a key drawn at start: no output may depend on it. The content hash
 * has a fixed key: ids and orders that people see are made of it and are equal in every run and
 * place.
 */
#ifndef TC_BASE_HASH_H
#define TC_BASE_HASH_H

#include "parsers/base/slice.h"

typedef struct tc_hash_key {
    uint64_t k0, k1;
} tc_hash_key;

uint64_t tc_siphash(tc_hash_key key, tc_slice s);
/* A key from the operating system's randomness. */
tc_hash_key tc_hash_random_key(void);
/* SipHash-2-4 under a constant key: stable for ever, for record hashes and ids. */
uint64_t tc_content_hash(tc_slice s);
/* Continues a content hash: equal to hashing the parts with their lengths, in order. */
uint64_t tc_content_hash_add(uint64_t seed, tc_slice s);

#endif
