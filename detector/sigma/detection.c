/* The detection section: search identifiers by their shapes, and the condition over them. */
#include "detector/sigma/loader.h"
#include "parsers/base/alloc.h"

#define IDENTIFIERS_MAX 4096

static bool read_shape(tc_loader *l, const tc_yaml *value, tc_node *ret);

static bool join(tc_loader *l, tc_node_kind kind, tc_nodes *nodes, bool ok, tc_node *ret)
{
    if (ok && !tc_node_join(l->arena, kind, tc_nodes_list(nodes), nodes->count, ret))
        ok = tc_diagnostics_no_memory(l->d);
    tc_nodes_done(nodes);
    return ok;
}

static bool add(tc_loader *l, tc_nodes *nodes, tc_node node)
{
    return tc_nodes_add(nodes, node) || tc_diagnostics_no_memory(l->d);
}

/* A map: all of its items. */
static bool read_map(tc_loader *l, const tc_yaml *map, tc_node *ret)
{
    if (map->count == 0) return TC_COMPLAIN(l, map, "an empty map: name at least one field");
    tc_nodes items = {.count = 0};
    bool ok = true;
    for (size_t i = 0; i < map->count; i++) {
        tc_node item;
        ok &= tc_item_read(l, map->keys[i], map->items[i], &item) && add(l, &items, item);
    }
    return join(l, TC_NODE_AND, &items, ok, ret);
}

/* A list: any of its elements, each by its own shape. */
static bool read_list(tc_loader *l, const tc_yaml *list, tc_node *ret)
{
    if (list->count == 0) return TC_COMPLAIN(l, list, "an empty list: give at least one element");
    tc_nodes elements = {.count = 0};
    bool ok = true;
    for (size_t i = 0; i < list->count; i++) {
        tc_node element;
        ok &= read_shape(l, list->items[i], &element) && add(l, &elements, element);
    }
    return join(l, TC_NODE_OR, &elements, ok, ret);
}

static bool read_shape(tc_loader *l, const tc_yaml *value, tc_node *ret)
{
    if (value->kind == TC_YAML_MAP) return read_map(l, value, ret);
    if (value->kind == TC_YAML_LIST) return read_list(l, value, ret);
    return tc_keyword_read(l, value, ret);
}

static bool is_identifier(const tc_yaml *key, bool filter)
{
    if (tc_slice_equal(key->text, TC_LIT("condition"))) return false;
    if (tc_slice_equal(key->text, TC_LIT("timeframe"))) return false;
    return !filter || !tc_slice_equal(key->text, TC_LIT("rules"));
}

static bool read_identifiers(tc_loader *l, const tc_yaml *section, bool filter,
                             tc_identifier *identifiers, size_t *ret_count)
{
    bool ok = true;
    size_t count = 0;
    for (size_t i = 0; i < section->count; i++) {
        const tc_yaml *key = section->keys[i];
        if (!is_identifier(key, filter)) continue;
        tc_identifier *id = &identifiers[count++];
        *id = (tc_identifier){.name = key->text};
        tc_scalar s = tc_scalar_of(section->items[i]);
        tc_quoted q;
        if (section->items[i]->kind == TC_YAML_SCALAR && s.kind == TC_SCALAR_NULL)
            ok = TC_COMPLAIN(l, key, "the identifier %s says nothing: give it fields or keywords",
                             tc_quote(&q, key->text));
        else
            ok &= read_shape(l, section->items[i], &id->node);
    }
    *ret_count = count;
    return ok;
}

/* One condition, or a list of which any will do. */
static bool read_conditions(tc_loader *l, const tc_yaml *condition, tc_identifier *identifiers,
                            size_t count, tc_node *ret)
{
    if (condition->kind != TC_YAML_LIST)
        return tc_condition_read(l, condition, identifiers, count, ret);
    if (condition->count == 0) return TC_COMPLAIN(l, condition, "an empty list of conditions");
    tc_nodes nodes = {.count = 0};
    bool ok = true;
    for (size_t i = 0; i < condition->count; i++) {
        tc_node node;
        ok &= tc_condition_read(l, condition->items[i], identifiers, count, &node) &&
              add(l, &nodes, node);
    }
    return join(l, TC_NODE_OR, &nodes, ok, ret);
}

static void warn_unused(tc_loader *l, const tc_yaml *section, const tc_identifier *identifiers,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const tc_yaml *key = NULL;
        tc_quoted q;
        (void)tc_yaml_get(section, identifiers[i].name, &key);
        if (!identifiers[i].used && key)
            TC_WARN(l, key, "the condition does not use the identifier %s",
                    tc_quote(&q, identifiers[i].name));
    }
}

bool tc_detection_read(tc_loader *l, const tc_yaml *section, bool filter, tc_node *ret)
{
    const tc_yaml *key = NULL;
    if (section->kind != TC_YAML_MAP)
        return TC_COMPLAIN(l, section, "a map of search identifiers and a condition is wanted");
    if (section->count > IDENTIFIERS_MAX)
        return TC_COMPLAIN(l, section, "more than %d search identifiers", IDENTIFIERS_MAX);
    tc_identifier *identifiers = tc_alloc(section->count, sizeof *identifiers);
    if (!identifiers) return tc_diagnostics_no_memory(l->d);
    size_t count;
    bool ok = read_identifiers(l, section, filter, identifiers, &count);
    if (ok && count == 0) ok = TC_COMPLAIN(l, section, "no search identifier");
    const tc_yaml *condition = tc_yaml_get(section, TC_LIT("condition"), NULL);
    if (!condition) ok = TC_COMPLAIN(l, section, "no condition: add 'condition: ...'");
    if (tc_yaml_get(section, TC_LIT("timeframe"), &key))
        TC_WARN(l, key,
                "timeframe is of the removed aggregation syntax and is not looked at: "
                "write a correlation");
    if (ok && condition) ok = read_conditions(l, condition, identifiers, count, ret);
    if (ok && ret->leaves > TC_LEAVES_MAX)
        ok = TC_COMPLAIN(l, section, "too large: more than %d comparisons", TC_LEAVES_MAX);
    if (ok) warn_unused(l, section, identifiers, count);
    tc_free(identifiers);
    return ok;
}
