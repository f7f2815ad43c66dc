#include "detector/sigma/fingerprint.h"

#include "parsers/base/hash.h"

static uint64_t add_number(uint64_t hash, uint64_t number)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    return tc_content_hash_add(hash, tc_slice_make(bytes, sizeof bytes));
}

static uint64_t of_scalar(const tc_yaml *node)
{
    tc_scalar scalar = tc_scalar_of(node);
    uint64_t hash = add_number(TC_YAML_SCALAR, scalar.kind);
    return scalar.kind == TC_SCALAR_NULL ? hash : tc_content_hash_add(hash, scalar.text);
}

static uint64_t of_node(const tc_yaml *node);

typedef bool (*choice)(tc_slice key);

/* A sum, since the order of its keys means nothing. */
static uint64_t of_map(const tc_yaml *map, choice counts)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < map->count; i++) {
        tc_slice key = map->keys[i]->text;
        if (counts && !counts(key)) continue;
        sum += add_number(tc_content_hash(key), of_node(map->items[i]));
    }
    return add_number(TC_YAML_MAP, sum);
}

/* As deep as a document may be. */
static uint64_t of_node(const tc_yaml *node)
{
    if (node->kind == TC_YAML_SCALAR) return of_scalar(node);
    if (node->kind == TC_YAML_MAP) return of_map(node, NULL);
    uint64_t hash = TC_YAML_LIST;
    for (size_t i = 0; i < node->count; i++)
        hash = add_number(hash, of_node(node->items[i]));
    return hash;
}

static bool decides(tc_slice key)
{
    static const char *const told[] = {
        "title",   "id",    "name",     "description", "status",  "author",
        "license", "date",  "modified", "references",  "related", "falsepositives",
        "fields",  "scope", "taxonomy", "level",       "tags",    "tocsin"};
    for (size_t i = 0; i < TC_COUNT_OF(told); i++)
        if (tc_slice_equal(key, tc_slice_of(told[i]))) return false;
    return true;
}

static bool is_no_rule_list(tc_slice key)
{
    return !tc_slice_equal(key, TC_LIT("rules"));
}

uint64_t tc_fingerprint_rule(const tc_yaml *document, uint64_t lists)
{
    return add_number(of_map(document, decides), lists);
}

uint64_t tc_fingerprint_filter(const tc_yaml *document, uint64_t lists)
{
    const tc_yaml *section = tc_yaml_get(document, TC_LIT("filter"), NULL);
    return add_number(section ? of_map(section, is_no_rule_list) : 0, lists);
}

uint64_t tc_fingerprint_list(const tc_placeholder *list)
{
    uint64_t hash = tc_content_hash(list->name);
    for (size_t i = 0; i < list->count; i++)
        hash = tc_content_hash_add(hash, list->values[i]);
    return hash;
}

/* As deep as chains of correlations may be. */
static uint64_t settle(tc_ruleset *rules, tc_draft *draft)
{
    uint64_t *fingerprint = &draft->rule.fingerprint;
    if (draft->settled) return *fingerprint;
    draft->settled = true;
    *fingerprint = add_number(*fingerprint, draft->filters);
    const tc_correlation *is = draft->rule.correlation;
    for (size_t i = 0; is && i < is->rule_count; i++)
        *fingerprint = add_number(*fingerprint, settle(rules, &rules->drafts[is->rules[i]]));
    return *fingerprint;
}

void tc_ruleset_fingerprint(tc_ruleset *rules)
{
    for (size_t i = 0; i < rules->draft_count; i++)
        (void)settle(rules, &rules->drafts[i]);
}
