#include "detector/enrich/identity_index.h"

void tc_index_init(tc_index *index, tc_pages_budget *budget, tc_index_records records)
{
    *index = (tc_index){.records = records};
    tc_pages_init(&index->heads, budget, sizeof(uint32_t));
}

void tc_index_done(tc_index *index)
{
    tc_pages_done(&index->heads);
}

TC_STATUS tc_index_reserve(tc_index *index)
{
    return index->count < index->heads.count ? TC_SUCCESS : tc_pages_reserve(&index->heads, 1);
}

/* With n buckets, 2^k <= n: hashes go to their last k+1 bits, or k if that bucket is to come. */
static uint32_t *head_of(const tc_index *index, uint64_t hash)
{
    uint32_t buckets = index->heads.count;
    uint32_t mask = UINT32_MAX >> __builtin_clz(buckets);
    uint32_t bucket = (uint32_t)hash & mask;
    if (bucket >= buckets) bucket &= mask >> 1;
    return tc_pages_at(&index->heads, bucket);
}

uint32_t tc_index_first(const tc_index *index, uint64_t hash)
{
    return index->heads.count == 0 ? 0 : *head_of(index, hash);
}

static uint32_t *next_of(const tc_index *index, uint32_t record)
{
    return index->records.next(index->records.owner, record);
}

/* Adds a bucket and gives it its share of the one that stood for it until now. */
static void add_bucket(tc_index *index)
{
    uint32_t bucket = tc_pages_push(&index->heads);
    uint32_t *fresh = tc_pages_at(&index->heads, bucket);
    *fresh = 0;
    if (bucket == 0) return;
    uint32_t mask = UINT32_MAX >> __builtin_clz(bucket);
    uint32_t *link = tc_pages_at(&index->heads, bucket & (mask >> 1));
    while (*link != 0) {
        uint32_t record = *link, *next = next_of(index, record);
        uint64_t hash = index->records.hash(index->records.owner, record);
        if (((uint32_t)hash & mask) == bucket) {
            *link = *next;
            *next = *fresh;
            *fresh = record;
        } else {
            link = next;
        }
    }
}

void tc_index_put(tc_index *index, uint64_t hash, uint32_t record)
{
    if (index->count >= index->heads.count) add_bucket(index);
    uint32_t *head = head_of(index, hash);
    *next_of(index, record) = *head;
    *head = record;
    index->count++;
}

static uint32_t *link_to(const tc_index *index, uint64_t hash, uint32_t record)
{
    uint32_t *link = head_of(index, hash);
    while (*link != record) {
        TC_ASSERT(*link != 0);
        link = next_of(index, *link);
    }
    return link;
}

void tc_index_remove(tc_index *index, uint64_t hash, uint32_t record)
{
    *link_to(index, hash, record) = *next_of(index, record);
    index->count--;
}

void tc_index_renumber(tc_index *index, uint64_t hash, uint32_t from, uint32_t to)
{
    *link_to(index, hash, from) = to;
}

void tc_index_visit(tc_index *index, tc_visit *visit, uint32_t max)
{
    tc_pages_visit(&index->heads, visit);
    tc_pages_visit_count(&index->heads, visit, max);
}
