/*
 * identity_pages: an array of small records that grows by pages and never moves as a whole.
 *
 * Nothing is copied to grow, so growing costs no more memory than what is added, and addresses hold
 * while the record exists. All arrays of one owner share a budget of bytes: page, directory and
 * what the heap itself adds are counted. The last record goes first: an owner that wants to give up
 * one in the middle moves the last one there, so that no hole stays and pages go back to the heap.
 */
#ifndef TC_ENRICH_IDENTITY_PAGES_H
#define TC_ENRICH_IDENTITY_PAGES_H

#include "parsers/base/visit.h"

typedef struct tc_pages_budget {
    size_t max_bytes, bytes;
} tc_pages_budget;

typedef struct tc_pages {
    tc_pages_budget *budget;
    uint8_t **pages;
    size_t capacity; /* of the directory */
    uint32_t page_count;
    uint32_t count; /* records in use: [0, count) */
    uint16_t item_bytes;
    uint8_t shift; /* a page holds 1 << shift records */
} tc_pages;

void tc_pages_init(tc_pages *pages, tc_pages_budget *budget, size_t item_bytes);
void tc_pages_done(tc_pages *pages);
/* Makes sure that so many pushes succeed. TC_ELIMIT at the budget, TC_ENOMEM without memory. */
TC_STATUS tc_pages_reserve(tc_pages *pages, uint32_t more);
/* One more record, of any content; it must have been reserved. Returns its index. */
uint32_t tc_pages_push(tc_pages *pages);
/* Gives up the last record; its page is kept, so that another can be pushed. */
void tc_pages_pop(tc_pages *pages);
/* Keeps the first `count` records and gives back the pages behind them. */
void tc_pages_cut(tc_pages *pages, uint32_t count);

/* The room that was taken, not what lies in it: when a budget is reached depends on it. Loads into
 * an array that is empty or on its first page; what comes is zeroed. */
void tc_pages_visit(tc_pages *pages, tc_visit *visit);
/* How many records there are, at most `max`; what is loaded is as many zeroed ones. */
void tc_pages_visit_count(tc_pages *pages, tc_visit *visit, uint32_t max);
/* False if a reservation for what is loaded failed; the visit has failed then. */
bool tc_pages_had_room(tc_status reserved, tc_visit *visit);

static inline void *tc_pages_at(const tc_pages *pages, uint32_t index)
{
    uint32_t within = index & ((UINT32_C(1) << pages->shift) - 1);
    return pages->pages[index >> pages->shift] + (size_t)within * pages->item_bytes;
}

#endif
