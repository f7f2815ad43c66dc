#include "detector/enrich/language_cover.h"

#include "detector/enrich/catalogue.h"

/* Whether a tag, or a class, says what `tag` says and more. */
static bool is_below(tc_slice longer, tc_slice tag)
{
    return longer.len > tag.len && longer.ptr[tag.len] == '-' && tc_slice_starts_ascii(longer, tag);
}

static size_t add(tc_slice *classes, size_t count, tc_slice one)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal(classes[i], one)) return count;
    if (count < TC_LANGUAGE_COVER_MAX) classes[count++] = one;
    return count;
}

size_t tc_language_cover(const tc_language_catalogue *c, tc_slice tag,
                         tc_slice ret[TC_LANGUAGE_COVER_MAX])
{
    tc_slice own = tc_language_class(c, tag), key;
    size_t count = 0, cursor = 0;
    uint64_t *place;
    if (own.len == 0) return 0;
    count = add(ret, count, own);
    while (tc_map_next(c->locales, &cursor, &key, &place))
        if (is_below(key, tag)) count = add(ret, count, c->classes[*place]);
    for (size_t i = 1; i < c->class_count; i++)
        if (is_below(own, c->classes[i])) count = add(ret, count, c->classes[i]);
    return count;
}
