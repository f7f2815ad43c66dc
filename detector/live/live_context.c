#include "detector/live/live_context.h"

#include "parsers/base/alloc.h"

#define KNOWN_MAX ((size_t)1 << 20)
#define SENTENCE_MAX ((size_t)8192)

/* What was allocated as a slice. */
void tc_live_slice_free(tc_slice *s)
{
    tc_free((void *)(uintptr_t)s->ptr);
    *s = TC_EMPTY_SLICE;
}

TC_STATUS tc_live_slice_copy(tc_slice s, tc_slice *ret)
{
    uint8_t *copy = tc_alloc(s.len + 1, 1);
    if (copy == NULL) return (tc_status){TC_ENOMEM};
    if (s.len > 0) memcpy(copy, s.ptr, s.len);
    *ret = tc_slice_make(copy, s.len);
    return TC_SUCCESS;
}

void tc_live_context_done(tc_live_context *c)
{
    for (size_t i = 0; i < c->place_count; i++)
        tc_live_slice_free(&c->places[i].place);
    tc_free(c->places);
    tc_map_free(c->known);
}

static tc_slice bytes_of(const uint64_t *key)
{
    return tc_slice_make(key, sizeof(*key));
}

static TC_STATUS add_known(tc_live_context *c, uint64_t key, const tc_live_known *known)
{
    uint64_t *at;
    TC_TRY(tc_grow(&c->places, &c->place_capacity, c->place_count + 1, sizeof(tc_live_known),
                   KNOWN_MAX));
    TC_TRY(tc_map_put(c->known, bytes_of(&key), &at, NULL));
    c->places[c->place_count] = *known;
    *at = c->place_count++;
    return TC_SUCCESS;
}

TC_STATUS tc_live_context_know(tc_live_context *c, uint64_t key, uint32_t source, tc_slice place)
{
    tc_live_known now = {.source = source};
    TC_TRY(tc_live_slice_copy(place, &now.place));
    const uint64_t *old = tc_live_context_find(c, key);
    if (old == NULL) {
        tc_status status = add_known(c, key, &now);
        if (tc_failed(status)) tc_live_slice_free(&now.place);
        return status;
    }
    tc_live_slice_free(&c->places[*old].place);
    c->places[*old] = now;
    return TC_SUCCESS;
}

const uint64_t *tc_live_context_find(const tc_live_context *c, uint64_t key)
{
    return tc_map_get(c->known, bytes_of(&key));
}

void tc_live_context_forget(tc_live_context *c, uint64_t key)
{
    (void)tc_map_remove(c->known, bytes_of(&key));
}

TC_STATUS tc_live_say(tc_live_context *c, tc_note_kind kind, tc_slice path, const char *what)
{
    tc_str sentence;
    tc_str_init(&sentence, SENTENCE_MAX);
    tc_str_add(&sentence, path);
    if (path.len > 0) tc_str_addf(&sentence, ": ");
    tc_str_addf(&sentence, "%s", what);
    tc_status status =
        tc_notes_put(c->notes, &(tc_note){.kind = kind, .text = tc_str_view(&sentence)});
    tc_str_done(&sentence);
    return status;
}
