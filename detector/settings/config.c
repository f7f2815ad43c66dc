#include "detector/settings/config_reader.h"

#include "detector/settings/file.h"
#include "parsers/base/alloc.h"

#define TREE_BYTES ((size_t)96 << 20)
#define KEPT_BYTES ((size_t)16 << 20)

const tc_config_key tc_config_keys[] = {
#define TC_CONFIG_OPTION(section, name, option) {section, name, option, false, NULL},
#define TC_CONFIG_PATH(section, name, option) {section, name, option, true, NULL},
#define TC_CONFIG_OWN(section, name, reader) {section, name, NULL, false, reader},
#include "detector/settings/config_keys.def"
#undef TC_CONFIG_OPTION
#undef TC_CONFIG_PATH
#undef TC_CONFIG_OWN
};

size_t tc_config_key_count(void)
{
    return TC_COUNT_OF(tc_config_keys);
}

/* -- the keys ------------------------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const tc_config_key *find_key(const char *section, tc_slice name)
{
    for (size_t i = 0; i < TC_COUNT_OF(tc_config_keys); i++)
        if (same(tc_config_keys[i].section, section) &&
            tc_slice_equal(name, tc_slice_of(tc_config_keys[i].name)))
            return &tc_config_keys[i];
    return NULL;
}

/* The section of that name, as the table spells it; NULL if there is none. */
static const char *find_section(tc_slice name)
{
    for (size_t i = 0; i < TC_COUNT_OF(tc_config_keys); i++) {
        const char *section = tc_config_keys[i].section;
        if (section != NULL && tc_slice_equal(name, tc_slice_of(section))) return section;
    }
    return NULL;
}

/* A key that stands elsewhere is most likely meant from there; else the nearest word here. */
static bool refuse_key(tc_config_reader *r, const char *section, const tc_yaml *key)
{
    const char *known[2 * TC_COUNT_OF(tc_config_keys)], *elsewhere = NULL;
    size_t count = 0;
    tc_quoted q, s;
    for (size_t i = 0; i < TC_COUNT_OF(tc_config_keys); i++) {
        const tc_config_key *k = &tc_config_keys[i];
        if (same(k->section, section)) known[count++] = k->name;
        if (section == NULL && k->section) known[count++] = k->section;
        if (!same(k->section, section) && tc_slice_equal(key->text, tc_slice_of(k->name)))
            elsewhere = k->section ? k->section : "the top";
    }
    if (elsewhere != NULL)
        return TC_CONFIG_COMPLAIN(r, key, "unknown key %s in %s: it belongs to %s",
                                  tc_quote(&q, key->text), section ? section : "the top",
                                  elsewhere);
    return TC_CONFIG_COMPLAIN(r, key,
                              "unknown key %s in %s%s (see `tocsin config show --effective`)",
                              tc_quote(&q, key->text), section ? section : "the top",
                              tc_suggest(&s, key->text, known, count));
}

static bool read_key(tc_config_reader *r, const tc_config_key *key, const tc_yaml *value)
{
    return key->option != NULL ? tc_config_option(r, key, value) : key->read(r, value);
}

static bool read_section(tc_config_reader *r, const char *section, const tc_yaml *map)
{
    bool ok = true;
    if (map->kind != TC_YAML_MAP)
        return TC_CONFIG_COMPLAIN(r, map, "%s wants keys and values below it", section);
    for (size_t i = 0; i < map->count; i++) {
        const tc_config_key *key = find_key(section, map->keys[i]->text);
        ok &= key ? read_key(r, key, map->items[i]) : refuse_key(r, section, map->keys[i]);
    }
    return ok;
}

static bool read_top(tc_config_reader *r, const tc_yaml *map)
{
    bool ok = true;
    if (map->kind != TC_YAML_MAP)
        return TC_CONFIG_COMPLAIN(r, map,
                                  "a configuration is keys and values, such as "
                                  "'domains: [example.org]'");
    for (size_t i = 0; i < map->count; i++) {
        const char *section = find_section(map->keys[i]->text);
        const tc_config_key *key = find_key(NULL, map->keys[i]->text);
        if (section != NULL)
            ok &= read_section(r, section, map->items[i]);
        else
            ok &= key ? read_key(r, key, map->items[i]) : refuse_key(r, NULL, map->keys[i]);
    }
    return ok;
}

/* -- the file ------------------------------------------------------------------------------- */

static void read_documents(tc_config_reader *r, tc_slice text)
{
    tc_yaml_documents documents = {.count = 0};
    tc_error error = {0};
    tc_arena *tree = tc_arena_new(TREE_BYTES);
    tc_status status = tree ? tc_yaml_read(tree, text, &documents, &error)
                            : tc_fail(&error, TC_ENOMEM, "no memory for the configuration");
    if (tc_failed(status))
        (void)tc_diagnostics_add(r->d, status, &error);
    else if (documents.count > 1)
        (void)TC_CONFIG_COMPLAIN(r, documents.roots[1],
                                 "a second document begins: one file is one configuration");
    else if (documents.count == 0)
        tc_diagnostics_warn(r->d, 0, 0, "this configuration says nothing");
    else
        (void)read_top(r, documents.roots[0]);
    tc_arena_free(tree);
}

static tc_slice folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? tc_slice_make(path, (size_t)(slash - path) + 1) : TC_EMPTY_SLICE;
}

static TC_STATUS no_memory(tc_error *reterr)
{
    return tc_fail(reterr, TC_ENOMEM, "no memory for the configuration");
}

static TC_STATUS make(const char *path, tc_config **ret, tc_error *reterr)
{
    tc_config *c = tc_alloc(1, sizeof(*c));
    if (c == NULL) return no_memory(reterr);
    *ret = c;
    c->arena = tc_arena_new(KEPT_BYTES);
    c->path = c->arena ? tc_arena_cstr(c->arena, tc_slice_of(path)) : NULL;
    return c->path ? TC_SUCCESS : no_memory(reterr);
}

TC_STATUS tc_config_read_text(const char *path, tc_slice text, tc_options *options, tc_time now,
                              const tc_rule_reporter *reporter, tc_config **ret, tc_error *reterr)
{
    tc_diagnostics d;
    *ret = NULL;
    TC_TRY(make(path, ret, reterr));
    tc_diagnostics_init(&d, reporter);
    tc_diagnostics_file(&d, tc_slice_of(path), 0);
    tc_config_reader reader = {*ret, options, &d, folder_of((*ret)->path), now};
    read_documents(&reader, text);
    tc_status status = tc_diagnostics_flush(&d);
    tc_diagnostics_done(&d);
    if (tc_failed(status))
        return tc_fail(reterr, status.code, "the configuration has errors; nothing was read");
    options->site = *ret;
    options->site_fingerprint = tc_config_fingerprint(*ret);
    return TC_SUCCESS;
}

TC_STATUS tc_config_read(const char *path, tc_options *options, tc_time now,
                         const tc_rule_reporter *reporter, tc_config **ret, tc_error *reterr)
{
    uint8_t *data;
    size_t length;
    *ret = NULL;
    TC_TRY(tc_read_file(path, TC_CONFIG_BYTES, &data, &length, reterr));
    tc_status status =
        tc_config_read_text(path, tc_slice_make(data, length), options, now, reporter, ret, reterr);
    tc_free(data);
    return status;
}

void tc_config_free(tc_config *c)
{
    if (c == NULL) return;
    tc_free(c->origins);
    tc_arena_free(c->arena);
    tc_free(c);
}
