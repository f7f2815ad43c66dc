#include "detector/enrich/identity_pages.h"

#include "parsers/base/alloc.h"

#define PAGE_BYTES 4096
#define HEAP_BYTES 16 /* what the heap adds to a page */

static size_t page_bytes(const tc_pages *p)
{
    return ((size_t)p->item_bytes << p->shift) + HEAP_BYTES;
}

void tc_pages_init(tc_pages *p, tc_pages_budget *budget, size_t item_bytes)
{
    *p = (tc_pages){.budget = budget, .item_bytes = (uint16_t)item_bytes};
    while (item_bytes << (p->shift + 1) <= PAGE_BYTES)
        p->shift++;
}

void tc_pages_done(tc_pages *p)
{
    tc_pages_cut(p, 0);
    p->budget->bytes -= p->capacity * sizeof(*p->pages);
    tc_free(p->pages);
    p->pages = NULL;
    p->capacity = 0;
}

static TC_STATUS grow_directory(tc_pages *p)
{
    size_t before = p->capacity, most = TC_MAX(2 * before, (size_t)8);
    if ((most - before) * sizeof(*p->pages) > p->budget->max_bytes - p->budget->bytes)
        return (tc_status){TC_ELIMIT};
    TC_TRY(tc_grow(&p->pages, &p->capacity, before + 1, sizeof(*p->pages), most));
    p->budget->bytes += (p->capacity - before) * sizeof(*p->pages);
    return TC_SUCCESS;
}

static TC_STATUS add_page(tc_pages *p)
{
    if (p->page_count == p->capacity) TC_TRY(grow_directory(p));
    if (page_bytes(p) > p->budget->max_bytes - p->budget->bytes) return (tc_status){TC_ELIMIT};
    uint8_t *page = tc_alloc((size_t)1 << p->shift, p->item_bytes);
    if (page == NULL) return (tc_status){TC_ENOMEM};
    p->pages[p->page_count++] = page;
    p->budget->bytes += page_bytes(p);
    return TC_SUCCESS;
}

TC_STATUS tc_pages_reserve(tc_pages *p, uint32_t more)
{
    while (p->count + more > p->page_count << p->shift)
        TC_TRY(add_page(p));
    return TC_SUCCESS;
}

uint32_t tc_pages_push(tc_pages *p)
{
    TC_ASSERT(p->count < p->page_count << p->shift);
    return p->count++;
}

void tc_pages_pop(tc_pages *p)
{
    p->count--;
}

void tc_pages_cut(tc_pages *p, uint32_t count)
{
    uint32_t records = UINT32_C(1) << p->shift;
    uint32_t needed = (count >> p->shift) + ((count & (records - 1)) != 0);
    p->count = count;
    while (p->page_count > needed) {
        tc_free(p->pages[--p->page_count]);
        p->budget->bytes -= page_bytes(p);
    }
}

/* -- saved state ---------------------------------------------------------------------------- */

bool tc_pages_had_room(tc_status reserved, tc_visit *v)
{
    if (reserved.code == TC_ELIMIT)
        tc_visit_refuse(v, "it takes more memory than this run has for it");
    else if (tc_failed(reserved))
        tc_visit_fail(v, reserved.code, "there is no memory for it");
    return !tc_visit_failed(v);
}

static TC_STATUS take_room(tc_pages *p, uint64_t capacity, uint32_t page_count)
{
    while (p->capacity < capacity)
        TC_TRY(grow_directory(p));
    while (p->page_count < page_count)
        TC_TRY(add_page(p));
    return TC_SUCCESS;
}

void tc_pages_visit(tc_pages *p, tc_visit *v)
{
    uint64_t capacity = p->capacity;
    uint32_t page_count = p->page_count;
    tc_visit_u64(v, &capacity);
    tc_visit_u32(v, &page_count);
    if (tc_visit_loads(v)) (void)tc_pages_had_room(take_room(p, capacity, page_count), v);
}

void tc_pages_visit_count(tc_pages *p, tc_visit *v, uint32_t max)
{
    size_t wide = p->count;
    tc_visit_count(v, &wide, max);
    uint32_t count = (uint32_t)wide;
    if (!tc_visit_loads(v) || count <= p->count) return;
    if (!tc_pages_had_room(tc_pages_reserve(p, count - p->count), v)) return;
    while (p->count < count)
        memset(tc_pages_at(p, tc_pages_push(p)), 0, p->item_bytes);
}
