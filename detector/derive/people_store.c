#include "detector/derive/people_store.h"

#include "parsers/base/alloc.h"

uint32_t tc_people_store_fresh(tc_people_store *s)
{
    if (s->used >= s->limit) return 0;
    size_t number = s->used + 1;
    if (number / TC_PEOPLE_CHUNK >= s->chunk_count) {
        if (tc_failed(tc_grow(&s->chunks, &s->chunk_capacity, s->chunk_count + 1, sizeof(uint8_t *),
                              SIZE_MAX)))
            return 0;
        uint8_t *chunk = tc_alloc(TC_PEOPLE_CHUNK, s->size);
        if (chunk == NULL) return 0;
        s->chunks[s->chunk_count++] = chunk;
    }
    s->used = number;
    return (uint32_t)number;
}

void tc_people_store_done(tc_people_store *s)
{
    for (size_t i = 0; i < s->chunk_count; i++)
        tc_free(s->chunks[i]);
    tc_free(s->chunks);
}

size_t tc_people_store_bytes(const tc_people_store *s)
{
    return TC_PEOPLE_CHUNK * s->chunk_count * s->size;
}
