/*
 * The modifier expand: %name% in a value, from the site's lists. A name is what stands between two
 * percent signs, without backslash or wildcard. A backslash before the name of a list is itself, as
 * in a Windows path; before any other name it makes the sign plain, with a warning. Each part is
 * read for itself: a backslash at the end of one never escapes what comes next.
 */
#include "detector/sigma/fingerprint.h"
#include "parsers/base/alloc.h"
#include "parsers/base/str.h"

static bool name_byte(uint8_t c)
{
    return c != '%' && c != '\\' && c != '*' && c != '?';
}

static const tc_placeholder *find_list(const tc_loader *l, tc_slice name)
{
    for (size_t i = 0; i < l->placeholder_count; i++)
        if (tc_slice_equal(l->placeholders[i].name, name)) return &l->placeholders[i];
    return NULL;
}

/* Does a name with its closing sign stand behind the sign at `at`? */
static bool is_name(tc_slice text, size_t at, size_t *ret_length)
{
    size_t end = at + 1;
    while (end < text.len && name_byte(text.ptr[end]))
        end++;
    *ret_length = end + 1 - at;
    return end > at + 1 && end < text.len && text.ptr[end] == '%';
}

static bool is_escaped(tc_slice text, size_t from, size_t at)
{
    size_t slashes = 0;
    while (at - slashes > from && text.ptr[at - slashes - 1] == '\\')
        slashes++;
    return slashes % 2 != 0;
}

/* The first %name% from `from` on: its place and its length with the signs; false = none. */
static bool find_placeholder(const tc_loader *l, tc_slice text, size_t from, size_t *ret_at,
                             size_t *ret_length)
{
    size_t length;
    for (size_t i = from; i < text.len; i++) {
        if (text.ptr[i] != '%' || !is_name(text, i, &length)) continue;
        if (!is_escaped(text, from, i) || find_list(l, tc_slice_sub(text, i + 1, length - 2))) {
            *ret_at = i;
            *ret_length = length;
            return true;
        }
        i += length - 1;
    }
    return false;
}

/* Behind a backslash the author may have meant a path or a plain sign. */
static void warn_escaped(tc_loader *l, const tc_yaml *node)
{
    tc_slice text = node->text;
    size_t length;
    tc_quoted q;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%' || !is_name(text, i, &length)) continue;
        tc_slice name = tc_slice_sub(text, i + 1, length - 2);
        if (is_escaped(text, 0, i) && !find_list(l, name))
            TC_WARN(l, node,
                    "no list of --expand is called %s: behind a backslash it is plain text",
                    tc_quote(&q, name));
        i += length - 1;
    }
}

/* A copy in the ruleset's arena, a "\%" that begins no placeholder made the plain sign. */
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

typedef struct expansion {
    tc_loader *l;
    const tc_yaml *node;
    tc_slice *list;
    size_t count, room;
    bool verbatim; /* a regular expression: its backslashes are its own */
} expansion;

static bool add(expansion *e, tc_slice text)
{
    if (tc_failed(
            tc_grow((void *)&e->list, &e->room, e->count + 1, sizeof *e->list, TC_EXPANSIONS_MAX)))
        return TC_COMPLAIN(e->l, e->node, "placeholders with more than %d combinations",
                           TC_EXPANSIONS_MAX);
    return keep(e->l, text, &e->list[e->count++]) || tc_diagnostics_no_memory(e->l->d);
}

/* In text a backslash that nothing follows is itself: before more text it must be written twice. */
static void add_part(const expansion *e, tc_str *joined, tc_slice part)
{
    size_t slashes = 0;
    while (slashes < part.len && part.ptr[part.len - 1 - slashes] == '\\')
        slashes++;
    tc_str_add(joined, part);
    if (!e->verbatim && slashes % 2) tc_str_add_byte(joined, '\\');
}

#define SUGGESTIONS 64

static bool complain_missing(const expansion *e, tc_slice name)
{
    char words[SUGGESTIONS][48];
    const char *known[SUGGESTIONS];
    size_t count = TC_MIN(e->l->placeholder_count, (size_t)SUGGESTIONS);
    for (size_t i = 0; i < count; i++)
        known[i] = tc_slice_to_cstr(e->l->placeholders[i].name, words[i], sizeof words[i]);
    tc_quoted q, s;
    int length = (int)strlen(tc_quote(&q, name)) - 2; /* without its quotes */
    return TC_COMPLAIN(e->l, e->node,
                       "the placeholder '%%%.*s%%' has no list of values%s: give one with "
                       "--expand %.*s=FILE, or leave the rule out",
                       length, q.text + 1, tc_suggest(&s, name, known, count), length, q.text + 1);
}

/* Puts lists in from `from` on; recursion is as deep as there are placeholders. */
static bool expand_from(expansion *e, tc_slice text, size_t from, unsigned depth)
{
    size_t at;
    size_t length;
    if (!find_placeholder(e->l, text, from, &at, &length)) return add(e, text);
    tc_slice name = tc_slice_sub(text, at + 1, length - 2);
    const tc_placeholder *list = find_list(e->l, name);
    if (!list) return complain_missing(e, name);
    if (depth == 8) return TC_COMPLAIN(e->l, e->node, "too many placeholders in one value");
    bool ok = true;
    for (size_t i = 0; ok && i < list->count; i++) {
        tc_str joined;
        tc_str_init(&joined, TC_YAML_BYTES);
        add_part(e, &joined, tc_slice_sub(text, 0, at));
        add_part(e, &joined, list->values[i]);
        size_t behind = joined.len;
        tc_str_add(&joined, tc_slice_sub(text, at + length, text.len));
        ok = tc_failed(tc_str_status(&joined))
                 ? tc_diagnostics_no_memory(e->l->d)
                 : expand_from(e, tc_str_view(&joined), behind, depth + 1);
        tc_str_done(&joined);
    }
    return ok;
}

/* Lists are part of what the rule finds. */
static void count_lists(tc_loader *l, tc_slice written)
{
    size_t at, length;
    for (size_t from = 0; find_placeholder(l, written, from, &at, &length); from = at + length) {
        const tc_placeholder *list = find_list(l, tc_slice_sub(written, at + 1, length - 2));
        if (list) l->lists += tc_fingerprint_list(list);
    }
}

bool tc_expand(tc_loader *l, const tc_yaml *node, bool regex, tc_slice **ret, size_t *ret_count)
{
    expansion e = {.l = l, .node = node, .verbatim = regex};
    count_lists(l, node->text);
    warn_escaped(l, node);
    if (!expand_from(&e, node->text, 0, 0)) {
        tc_free(e.list);
        return false;
    }
    *ret = e.list;
    *ret_count = e.count;
    return true;
}
