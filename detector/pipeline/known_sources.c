#include "detector/pipeline/known_sources.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define PATHS_MAX ((size_t)256 << 20)
#define PATH_MAX_BYTES ((size_t)16 << 10)
#define FORMAT_MAX ((size_t)64)

struct tc_known_sources {
    tc_known_source *items;
    uint32_t *namesakes; /* the one before with the same base name, from 1 */
    size_t namesake_capacity;
    size_t count, capacity;
    tc_map *numbers; /* key and base name -> number */
    tc_map *names;   /* base name -> the last number with it, from 1 */
    tc_arena *paths;
    uint64_t refused;
};

tc_known_sources *tc_known_sources_new(void)
{
    tc_known_sources *k = tc_alloc(1, sizeof(*k));
    if (k == NULL) return NULL;
    k->numbers = tc_map_new(TC_KNOWN_SOURCES_MAX);
    k->names = tc_map_new(TC_KNOWN_SOURCES_MAX);
    k->paths = tc_arena_new(PATHS_MAX);
    if (k->numbers && k->names && k->paths) return k;
    tc_known_sources_free(k);
    return NULL;
}

void tc_known_sources_free(tc_known_sources *k)
{
    if (k == NULL) return;
    tc_free(k->items);
    tc_free(k->namesakes);
    tc_map_free(k->numbers);
    tc_map_free(k->names);
    tc_arena_free(k->paths);
    tc_free(k);
}

size_t tc_known_sources_count(const tc_known_sources *k)
{
    return k->count;
}

const tc_known_source *tc_known_sources_at(const tc_known_sources *k, size_t number)
{
    TC_ASSERT(number < k->count);
    return &k->items[number];
}

uint64_t tc_known_sources_refused(const tc_known_sources *k)
{
    return k->refused;
}

static tc_slice base_name(tc_slice path)
{
    size_t slash = tc_slice_rfind(path, '/');
    return slash == TC_NPOS ? path : tc_slice_sub(path, slash + 1, TC_NPOS);
}

/* Packed files are called like the plain one with something behind it: only what stands before the
 * second dot counts. */
static tc_slice plain_name(tc_slice path)
{
    tc_slice name = base_name(path);
    size_t dot = tc_slice_find(name, '.');
    size_t second =
        dot == TC_NPOS ? TC_NPOS : tc_slice_find(tc_slice_sub(name, dot + 1, TC_NPOS), '.');
    if (second != TC_NPOS) name = tc_slice_sub(name, 0, dot + 1 + second);
    return name;
}

static uint64_t digest_of(uint64_t key, tc_slice path)
{
    return tc_content_hash_add(key, plain_name(path));
}

static tc_slice bytes_of(const uint64_t *digest)
{
    return tc_slice_make(digest, sizeof(*digest));
}

uint32_t tc_known_sources_find(const tc_known_sources *k, uint64_t key, tc_slice path)
{
    uint64_t digest = digest_of(key, path);
    const uint64_t *number = tc_map_get(k->numbers, bytes_of(&digest));
    return number && *number < k->count ? (uint32_t)*number : UINT32_MAX;
}

uint32_t tc_known_sources_named(const tc_known_sources *k, tc_slice path, uint32_t number)
{
    const uint64_t *latest;
    if (number != UINT32_MAX) return k->namesakes[number] - 1;
    latest = tc_map_get(k->names, plain_name(path));
    return latest && *latest <= k->count ? (uint32_t)*latest - 1 : UINT32_MAX;
}

static bool index_it(tc_known_sources *k, uint32_t number)
{
    const tc_known_source *s = &k->items[number];
    uint64_t digest = digest_of(s->key, s->path), *at = NULL;
    if (tc_failed(tc_map_put(k->numbers, bytes_of(&digest), &at, NULL))) return false;
    *at = number;
    return true;
}

static bool name_it(tc_known_sources *k, uint32_t number)
{
    uint64_t *latest = NULL;
    if (tc_failed(tc_map_put(k->names, plain_name(k->items[number].path), &latest, NULL)))
        return false;
    k->namesakes[number] = (uint32_t)*latest;
    *latest = (uint64_t)number + 1;
    return true;
}

static bool copy_texts(tc_known_sources *k, tc_known_source *s)
{
    return tc_arena_copy(k->paths, tc_slice_sub(s->path, 0, PATH_MAX_BYTES), &s->path) &&
           tc_arena_copy(k->paths, tc_slice_sub(s->format, 0, FORMAT_MAX), &s->format);
}

static bool make_room(tc_known_sources *k)
{
    size_t needed = k->count + 1;
    return !tc_failed(tc_grow(&k->items, &k->capacity, needed, sizeof(tc_known_source),
                              TC_KNOWN_SOURCES_MAX)) &&
           !tc_failed(tc_grow(&k->namesakes, &k->namesake_capacity, needed, sizeof(uint32_t),
                              TC_KNOWN_SOURCES_MAX));
}

static uint32_t add(tc_known_sources *k, const tc_known_source *source)
{
    uint32_t number = (uint32_t)k->count;
    if (make_room(k)) {
        k->items[number] = *source;
        if (copy_texts(k, &k->items[number]) && index_it(k, number) && name_it(k, number)) {
            k->count++;
            return number;
        }
    }
    k->refused++;
    return UINT32_MAX;
}

void tc_known_sources_rekey(tc_known_sources *k, uint32_t number, uint64_t key,
                            uint32_t head_length)
{
    TC_ASSERT(number < k->count);
    k->items[number].key = key;
    k->items[number].head_length = head_length;
    if (!index_it(k, number)) k->refused++;
}

uint32_t tc_known_sources_note(tc_known_sources *k, const tc_known_source *source)
{
    uint32_t number = tc_known_sources_find(k, source->key, source->path);
    if (number == UINT32_MAX) return add(k, source);
    tc_known_source *known = &k->items[number];
    known->size = source->size;
    known->length = TC_MAX(known->length, source->length);
    known->newest = TC_MAX(known->newest, source->newest);
    known->reading = source->reading;
    known->rejected = source->rejected;
    known->late += source->late;
    return number;
}

/* `format` is a room of its own: only one text of a visit can be held at a time. */
static void visit_one(tc_visit *v, tc_known_source *s, char format[FORMAT_MAX + 1])
{
    snprintf(format, FORMAT_MAX + 1, "%.*s", (int)s->format.len, (const char *)s->format.ptr);
    tc_visit_cstr(v, format, FORMAT_MAX + 1);
    s->format = tc_slice_of(format);
    tc_visit_text(v, &s->path, PATH_MAX_BYTES);
    tc_visit_u64(v, &s->key);
    tc_visit_u32(v, &s->head_length);
    tc_visit_u64(v, &s->size);
    tc_visit_u64(v, &s->length);
    tc_visit_u64(v, &s->reading);
    tc_visit_u64(v, &s->rejected);
    tc_visit_time(v, &s->newest);
    tc_visit_u64(v, &s->late);
}

void tc_known_sources_visit(tc_known_sources *k, tc_visit *v)
{
    size_t count = k->count;
    if (!tc_visit_begin(v, "sources", 2)) return;
    tc_visit_u64(v, &k->refused);
    tc_visit_count(v, &count, TC_KNOWN_SOURCES_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        char format[FORMAT_MAX + 1];
        tc_known_source s = {.format = TC_LIT("")};
        if (!tc_visit_loads(v)) s = k->items[i];
        visit_one(v, &s, format);
        if (!tc_visit_loads(v) || tc_visit_failed(v)) continue;
        if (tc_known_sources_find(k, s.key, s.path) != UINT32_MAX)
            tc_visit_refuse(v, "a source is listed twice");
        else if (add(k, &s) == UINT32_MAX)
            tc_visit_fail(v, TC_ENOMEM, "no memory for the list of sources");
    }
    tc_visit_end(v);
}
