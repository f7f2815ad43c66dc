/* The modifier expand: %name% in a value, from the site's lists. */
#include "detector/sigma/fingerprint.h"
#include "parsers/base/alloc.h"
#include "parsers/base/str.h"

static bool name_byte(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.';
}

/* The first %name% from `from` on: its place and its length with the signs; false = none. */
static bool find_placeholder(tc_slice text, size_t from, size_t *ret_at, size_t *ret_length)
{
    for (size_t i = from; i < text.len; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len) {
            i++; /* an escaped sign is itself */
            continue;
        }
        if (text.ptr[i] != '%') continue;
        size_t end = i + 1;
        while (end < text.len && name_byte(text.ptr[end]))
            end++;
        if (end == i + 1 || end == text.len || text.ptr[end] != '%') continue;
        *ret_at = i;
        *ret_length = end + 1 - i;
        return true;
    }
    return false;
}

/* A copy in the ruleset's arena, "\%" made the plain sign. */
static bool keep(tc_loader *l, tc_slice text, tc_slice *ret)
{
    uint8_t *out = tc_arena_get(l->arena, text.len, 1);
    if (!out) return false;
    size_t filled = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool escape = text.ptr[i] == '\\' && i + 1 < text.len;
        if (escape && text.ptr[i + 1] == '%') i++;
        out[filled++] = text.ptr[i];
        if (escape && text.ptr[i] == '\\') out[filled++] = text.ptr[++i];
    }
    *ret = tc_slice_make(out, filled);
    return true;
}

static const tc_placeholder *find_list(const tc_loader *l, tc_slice name)
{
    for (size_t i = 0; i < l->placeholder_count; i++)
        if (tc_slice_equal(l->placeholders[i].name, name)) return &l->placeholders[i];
    return NULL;
}

typedef struct expansion {
    tc_loader *l;
    const tc_yaml *node;
    tc_slice *list;
    size_t count, room;
} expansion;

static bool add(expansion *e, tc_slice text)
{
    if (tc_failed(
            tc_grow((void *)&e->list, &e->room, e->count + 1, sizeof *e->list, TC_EXPANSIONS_MAX)))
        return TC_COMPLAIN(e->l, e->node, "placeholders with more than %d combinations",
                           TC_EXPANSIONS_MAX);
    return keep(e->l, text, &e->list[e->count++]) || tc_diagnostics_no_memory(e->l->d);
}

/* Puts lists in from `from` on; recursion is as deep as there are placeholders. */
static bool expand_from(expansion *e, tc_slice text, size_t from, unsigned depth)
{
    size_t at;
    size_t length;
    if (!find_placeholder(text, from, &at, &length)) return add(e, text);
    tc_slice name = tc_slice_sub(text, at + 1, length - 2);
    const tc_placeholder *list = find_list(e->l, name);
    tc_quoted q;
    if (!list)
        return TC_COMPLAIN(e->l, e->node,
                           "the placeholder %s has no list of values: define it, or leave the "
                           "rule out",
                           tc_quote(&q, tc_slice_sub(text, at, length)));
    if (depth == 8) return TC_COMPLAIN(e->l, e->node, "too many placeholders in one value");
    bool ok = true;
    for (size_t i = 0; ok && i < list->count; i++) {
        tc_str joined;
        tc_str_init(&joined, TC_YAML_BYTES);
        tc_str_add(&joined, tc_slice_sub(text, 0, at));
        tc_str_add(&joined, list->values[i]);
        tc_str_add(&joined, tc_slice_sub(text, at + length, text.len));
        ok = tc_failed(tc_str_status(&joined))
                 ? tc_diagnostics_no_memory(e->l->d)
                 : expand_from(e, tc_str_view(&joined), at + list->values[i].len, depth + 1);
        tc_str_done(&joined);
    }
    return ok;
}

/* Lists are part of what the rule finds. */
static void count_lists(tc_loader *l, tc_slice written)
{
    size_t at, length;
    for (size_t from = 0; find_placeholder(written, from, &at, &length); from = at + length) {
        const tc_placeholder *list = find_list(l, tc_slice_sub(written, at + 1, length - 2));
        if (list) l->lists += tc_fingerprint_list(list);
    }
}

bool tc_expand(tc_loader *l, const tc_yaml *node, tc_slice written, tc_slice **ret,
               size_t *ret_count)
{
    expansion e = {.l = l, .node = node};
    count_lists(l, written);
    if (!expand_from(&e, written, 0, 0)) {
        tc_free(e.list);
        return false;
    }
    *ret = e.list;
    *ret_count = e.count;
    return true;
}
