/* Values of a configuration, and those that stand for options. */
#include "detector/settings/config_reader.h"

#include "detector/settings/options_value.h"
#include "parsers/base/alloc.h"

#define ORIGINS_MAX 65536

void *tc_config_room(tc_config_reader *r, size_t count, size_t size)
{
    void *room = tc_arena_zero(r->config->arena, count, size);
    if (room == NULL) (void)tc_diagnostics_no_memory(r->d);
    return room;
}

/* -- texts ---------------------------------------------------------------------------------- */

static bool acts_on_terminal(tc_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f) return true;
    return false;
}

/* One text; *ret still lies in the tree. */
static bool read_scalar(tc_config_reader *r, const tc_yaml *node, const char *what, tc_slice *ret)
{
    if (node->kind != TC_YAML_SCALAR)
        return TC_CONFIG_COMPLAIN(r, node, "%s wants one value, not a %s", what,
                                  node->kind == TC_YAML_LIST ? "list" : "map");
    *ret = tc_slice_trim(node->text);
    if (tc_scalar_of(node).kind == TC_SCALAR_NULL || ret->len == 0)
        return TC_CONFIG_COMPLAIN(r, node, "%s has no value: give one, or drop the key", what);
    if (ret->len > TC_CONFIG_TEXT_MAX)
        return TC_CONFIG_COMPLAIN(r, node, "%s is longer than %u bytes", what, TC_CONFIG_TEXT_MAX);
    tc_quoted q;
    if (acts_on_terminal(*ret))
        return TC_CONFIG_COMPLAIN(r, node, "%s holds control characters: %s", what,
                                  tc_quote(&q, *ret));
    return true;
}

bool tc_config_text(tc_config_reader *r, const tc_yaml *node, const char *what, tc_slice *ret)
{
    tc_slice text;
    if (!read_scalar(r, node, what, &text)) return false;
    return tc_arena_copy(r->config->arena, text, ret) || tc_diagnostics_no_memory(r->d);
}

bool tc_config_time(tc_config_reader *r, const tc_yaml *node, const char *what, tc_time *ret)
{
    tc_slice text;
    tc_quoted q;
    if (!read_scalar(r, node, what, &text)) return false;
    if (tc_time_parse_iso(text, ret, NULL)) return true;
    return TC_CONFIG_COMPLAIN(r, node,
                              "%s is %s, no time such as 2026-03-09 or "
                              "2026-03-09T07:00:00Z",
                              what, tc_quote(&q, text));
}

bool tc_config_end(tc_config_reader *r, const tc_yaml *node, const char *what, tc_time *ret)
{
    tc_time midnight;
    if (!tc_config_time(r, node, what, ret)) return false;
    if (tc_time_parse_date(tc_slice_trim(node->text), &midnight))
        *ret = tc_time_add(midnight, TC_DAY);
    return true;
}

bool tc_config_network(tc_config_reader *r, const tc_yaml *node, const char *what, tc_cidr *ret)
{
    tc_slice text;
    tc_quoted q;
    bool beside;
    if (!read_scalar(r, node, what, &text)) return false;
    if (!tc_cidr_parse(text, ret, &beside))
        return TC_CONFIG_COMPLAIN(r, node, "%s is %s, no address or network such as 192.0.2.0/24",
                                  what, tc_quote(&q, text));
    return !beside || TC_CONFIG_COMPLAIN(r, node,
                                         "%s is %s, whose address has bits beyond the network: "
                                         "write the network's first address",
                                         what, tc_quote(&q, text));
}

/* -- lists and maps ------------------------------------------------------------------------- */

bool tc_config_list(tc_config_reader *r, const tc_yaml *node, const char *what)
{
    if (node->kind != TC_YAML_LIST)
        return TC_CONFIG_COMPLAIN(r, node, "%s wants a list, such as [a, b]", what);
    if (node->count > TC_CONFIG_ITEMS_MAX)
        return TC_CONFIG_COMPLAIN(r, node, "%s has more than %u items", what, TC_CONFIG_ITEMS_MAX);
    return true;
}

bool tc_config_map(tc_config_reader *r, const tc_yaml *node, const char *what,
                   const char *const *known, size_t count)
{
    bool ok = true;
    tc_quoted q, s;
    if (node->kind != TC_YAML_MAP)
        return TC_CONFIG_COMPLAIN(r, node, "%s wants keys and values", what);
    for (size_t i = 0; i < node->count; i++) {
        tc_slice key = node->keys[i]->text;
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found |= tc_slice_equal(key, tc_slice_of(known[k]));
        if (!found)
            ok = TC_CONFIG_COMPLAIN(r, node->keys[i], "unknown key %s in %s%s", tc_quote(&q, key),
                                    what, tc_suggest(&s, key, known, count));
    }
    return ok;
}

/* -- options -------------------------------------------------------------------------------- */

static bool note_origin(tc_config_reader *r, const tc_option_row *row, const tc_yaml *node)
{
    tc_config *c = r->config;
    if (tc_failed(tc_grow(&c->origins, &c->origin_room, c->origin_count + 1, sizeof(*c->origins),
                          ORIGINS_MAX)))
        return tc_diagnostics_no_memory(r->d);
    c->origins[c->origin_count++] = (tc_config_origin){row, node->line};
    return true;
}

/* A path starts where the file lies, unless it starts at the root or is "-". */
static char *keep(tc_config_reader *r, const tc_config_key *key, tc_slice text)
{
    tc_arena *arena = r->config->arena;
    bool here = !key->path || text.ptr[0] == '/' || tc_slice_equal(text, TC_LIT("-"));
    char *copy =
        here ? tc_arena_cstr(arena, text) : tc_arena_get(arena, r->folder.len + text.len + 1, 1);
    if (copy == NULL) {
        (void)tc_diagnostics_no_memory(r->d);
        return NULL;
    }
    if (here) return copy;
    if (r->folder.len) memcpy(copy, r->folder.ptr, r->folder.len);
    memcpy(copy + r->folder.len, text.ptr, text.len);
    copy[r->folder.len + text.len] = 0;
    return copy;
}

/* The option's reader speaks of "--name": here it is a key. */
static bool complain(tc_config_reader *r, const tc_option_row *row, const char *what,
                     const tc_yaml *node, const tc_error *error)
{
    char prefix[64];
    const char *text = error->text;
    int length = snprintf(prefix, sizeof(prefix), "--%s: ", row->name);
    if (strncmp(text, prefix, (size_t)length) == 0) text += length;
    return TC_CONFIG_COMPLAIN(r, node, "%s: %s", what, text);
}

static bool take(tc_config_reader *r, const tc_config_key *key, const tc_option_row *row,
                 const tc_yaml *node, const char *value)
{
    char what[64];
    tc_error error = {0};
    tc_status status = tc_option_take(r->options, row, value, r->now, &error);
    if (status.code == TC_ENOMEM || (tc_failed(status) && error.text[0] == 0))
        return tc_diagnostics_no_memory(r->d);
    if (tc_failed(status)) return complain(r, row, tc_config_key_text(key, what), node, &error);
    tc_options_note(&r->options->said, row);
    return note_origin(r, row, node);
}

static bool take_one(tc_config_reader *r, const tc_config_key *key, const tc_option_row *row,
                     const tc_yaml *node)
{
    char what[64];
    tc_slice text;
    (void)tc_config_key_text(key, what);
    if (!read_scalar(r, node, what, &text)) return false;
    bool words = row->kind == TC_OPTION_CIDRS || row->kind == TC_OPTION_DOMAINS ||
                 row->kind == TC_OPTION_LANGUAGES || row->kind == TC_OPTION_WORDS;
    tc_quoted q;
    if (words && tc_slice_find(text, ',') != TC_NPOS)
        return TC_CONFIG_COMPLAIN(r, node, "%s: %s is several: write [a, b]", what,
                                  tc_quote(&q, text));
    const char *value = keep(r, key, text);
    return value != NULL && take(r, key, row, node, value);
}

static bool take_flag(tc_config_reader *r, const tc_config_key *key, const tc_option_row *row,
                      const tc_yaml *node)
{
    char what[64];
    tc_quoted q;
    tc_scalar s = tc_scalar_of(node);
    (void)tc_config_key_text(key, what);
    if (node->kind != TC_YAML_SCALAR || s.kind != TC_SCALAR_BOOL)
        return TC_CONFIG_COMPLAIN(r, node, "%s is true or false, not %s", what,
                                  tc_quote(&q, node->text));
    return s.truth ? take(r, key, row, node, NULL) : note_origin(r, row, node);
}

/* All items are one value of the option. */
static bool take_joined(tc_config_reader *r, const tc_config_key *key, const tc_option_row *row,
                        const tc_yaml *list)
{
    char what[64], joined[TC_CONFIG_TEXT_MAX];
    size_t used = 0;
    (void)tc_config_key_text(key, what);
    if (list->kind == TC_YAML_SCALAR) return take_one(r, key, row, list);
    if (!tc_config_list(r, list, what)) return false;
    if (list->count == 0)
        return TC_CONFIG_COMPLAIN(r, list, "%s is empty: name some, or write none", what);
    for (size_t i = 0; i < list->count; i++) {
        tc_slice text;
        if (!read_scalar(r, list->items[i], what, &text)) return false;
        if (used + text.len + 2 > sizeof(joined))
            return TC_CONFIG_COMPLAIN(r, list, "%s names too many", what);
        if (used) joined[used++] = ',';
        memcpy(joined + used, text.ptr, text.len);
        used += text.len;
    }
    const char *value = keep(r, key, tc_slice_make(joined, used));
    return value != NULL && take(r, key, row, list, value);
}

static bool is_list(tc_option_kind kind)
{
    return kind == TC_OPTION_PATHS || kind == TC_OPTION_LISTENS || kind == TC_OPTION_CIDRS ||
           kind == TC_OPTION_DOMAINS || kind == TC_OPTION_LANGUAGES || kind == TC_OPTION_WORDS ||
           kind == TC_OPTION_ZONES || kind == TC_OPTION_HOSTS || kind == TC_OPTION_FIELDS ||
           kind == TC_OPTION_DELAYS;
}

bool tc_config_option(tc_config_reader *r, const tc_config_key *key, const tc_yaml *node)
{
    char what[64];
    bool ok = true;
    const tc_option_row *row = tc_config_row(key);
    TC_ASSERT(row != NULL);
    if (row->kind == TC_OPTION_FLAG) return take_flag(r, key, row, node);
    if (row->kind == TC_OPTION_INDICATORS) return take_joined(r, key, row, node);
    if (!is_list(row->kind)) return take_one(r, key, row, node);
    if (!tc_config_list(r, node, tc_config_key_text(key, what))) return false;
    for (size_t i = 0; i < node->count; i++)
        ok &= take_one(r, key, row, node->items[i]);
    return ok;
}
