/*
 * identity_index: finds records by a keyed hash, and grows one bucket at a time.
 *
 * Linear hashing (Litwin, 1980): records of one bucket are a chain through a field of their own,
 * and every record added divides one bucket in two, so that no step is long and nothing is copied.
 * The hashes are the owner's and keyed per run: whoever chooses what is stored cannot choose the
 * bucket. It never shrinks: a bucket costs four bytes. Records are numbers from 1; 0 is none.
 */
#ifndef TC_ENRICH_IDENTITY_INDEX_H
#define TC_ENRICH_IDENTITY_INDEX_H

#include "detector/enrich/identity_pages.h"

typedef struct tc_index_records {
    void *owner;
    uint32_t *(*next)(void *owner, uint32_t record); /* its field for the chain */
    uint64_t (*hash)(void *owner, uint32_t record);
} tc_index_records;

typedef struct tc_index {
    tc_pages heads;
    uint32_t count; /* records in it */
    tc_index_records records;
} tc_index;

void tc_index_init(tc_index *index, tc_pages_budget *budget, tc_index_records records);
void tc_index_done(tc_index *index);
/* Makes sure that one put succeeds. */
TC_STATUS tc_index_reserve(tc_index *index);
/* The chain's first record with such a hash, perhaps among others; 0 if there is none. */
uint32_t tc_index_first(const tc_index *index, uint64_t hash);
/* It must have been reserved. */
void tc_index_put(tc_index *index, uint64_t hash, uint32_t record);
void tc_index_remove(tc_index *index, uint64_t hash, uint32_t record);
/* The record's number changes from `from` to `to`; its content lies at both. */
void tc_index_renumber(tc_index *index, uint64_t hash, uint32_t from, uint32_t to);
/* Its buckets, at most `max`. Loads into a fresh one; what was in it is put in again by the owner,
 * who reserves for each as ever. */
void tc_index_visit(tc_index *index, tc_visit *visit, uint32_t max);

#endif
