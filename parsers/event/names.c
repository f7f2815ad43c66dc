#include "parsers/event/names.h"

#include "parsers/base/alloc.h"
#include "parsers/base/arena.h"
#include "parsers/base/map.h"

#define ADDED_TEXT_MAX ((size_t)16 << 20) /* bytes of all names that rules add */

struct static_name {
    const char *text;
    size_t length;
    tc_field field;
};

/* First names of the fields in the order of their numbers, then aliases: where an alias stands in
 * fields.def does not matter. */
static const struct static_name first_names[] = {
#define TC_ECS(constant, name, doc) {name, sizeof(name) - 1, TC_FIELD_##constant},
#define TC_NATIVE(constant, name) {name, sizeof(name) - 1, TC_FIELD_##constant},
#define TC_ALIAS(constant, name)
#include "parsers/event/fields.def"
#undef TC_ECS
#undef TC_NATIVE
#undef TC_ALIAS
};

static const struct static_name aliases[] = {
#define TC_ECS(constant, name, doc)
#define TC_NATIVE(constant, name)
#define TC_ALIAS(constant, name) {name, sizeof(name) - 1, TC_FIELD_##constant},
#include "parsers/event/fields.def"
#undef TC_ECS
#undef TC_NATIVE
#undef TC_ALIAS
};

_Static_assert(TC_COUNT_OF(first_names) == TC_FIELD_STATIC_COUNT - 1, "one name per field");

struct tc_names {
    tc_map *numbers; /* name -> field, aliases included */
    tc_arena *added; /* text of names that are not static */
    tc_slice *texts; /* per field */
    size_t capacity;
    size_t count;
    bool frozen;
};

static bool add_static(tc_names *names, const struct static_name *name)
{
    uint64_t *number;
    bool created;
    tc_slice text = tc_slice_make(name->text, name->length);
    if (tc_failed(tc_map_put(names->numbers, text, &number, &created))) return false;
    TC_ASSERT(created); /* no name twice in fields.def */
    *number = name->field;
    return true;
}

static bool fill(tc_names *names)
{
    names->numbers = tc_map_new(TC_FIELD_MAX + TC_COUNT_OF(aliases));
    names->added = tc_arena_new(ADDED_TEXT_MAX);
    tc_status grown = tc_grow(&names->texts, &names->capacity, TC_FIELD_STATIC_COUNT,
                              sizeof *names->texts, TC_FIELD_MAX);
    if (!names->numbers || !names->added || tc_failed(grown)) return false;
    names->texts[TC_FIELD_NONE] = TC_EMPTY_SLICE;
    for (size_t i = 0; i < TC_COUNT_OF(first_names); i++) {
        const struct static_name *name = &first_names[i];
        names->texts[name->field] = tc_slice_make(name->text, name->length);
        if (!add_static(names, name)) return false;
    }
    for (size_t i = 0; i < TC_COUNT_OF(aliases); i++)
        if (!add_static(names, &aliases[i])) return false;
    names->count = TC_FIELD_STATIC_COUNT;
    return true;
}

tc_names *tc_names_new(void)
{
    tc_names *names = tc_alloc(1, sizeof *names);
    if (names && !fill(names)) {
        tc_names_free(names);
        return NULL;
    }
    return names;
}

void tc_names_free(tc_names *names)
{
    if (!names) return;
    tc_map_free(names->numbers);
    tc_arena_free(names->added);
    tc_free(names->texts);
    tc_free(names);
}

TC_STATUS tc_names_add(tc_names *names, tc_slice name, tc_field *ret)
{
    TC_ASSERT(!names->frozen);
    tc_field known = tc_names_find(names, name);
    if (known != TC_FIELD_NONE) {
        *ret = known;
        return TC_SUCCESS;
    }
    TC_TRY(tc_grow(&names->texts, &names->capacity, names->count + 1, sizeof *names->texts,
                   TC_FIELD_MAX));
    tc_arena_mark mark = tc_arena_save(names->added);
    tc_slice copy;
    if (!tc_arena_copy(names->added, name, &copy)) return (tc_status){TC_ENOMEM};
    uint64_t *number;
    tc_status put = tc_map_put(names->numbers, name, &number, NULL);
    if (tc_failed(put)) {
        tc_arena_rewind(names->added, mark);
        return put;
    }
    *number = names->count;
    names->texts[names->count] = copy;
    *ret = (tc_field)names->count++;
    return TC_SUCCESS;
}

TC_STATUS tc_names_alias(tc_names *names, tc_slice name, tc_field field)
{
    TC_ASSERT(!names->frozen);
    uint64_t *number;
    bool created;
    tc_slice copy;
    if (!tc_arena_copy(names->added, name, &copy)) return (tc_status){TC_ENOMEM};
    TC_TRY(tc_map_put(names->numbers, copy, &number, &created));
    if (created) *number = field;
    return (tc_status){*number == field ? TC_OK : TC_ESYNTAX};
}

void tc_names_freeze(tc_names *names)
{
    names->frozen = true;
}

tc_field tc_names_find(const tc_names *names, tc_slice name)
{
    const uint64_t *number = tc_map_get(names->numbers, name);
    return number ? (tc_field)*number : TC_FIELD_NONE;
}

tc_slice tc_names_text(const tc_names *names, tc_field field)
{
    return field < names->count ? names->texts[field] : TC_EMPTY_SLICE;
}

size_t tc_names_count(const tc_names *names)
{
    return names->count;
}
