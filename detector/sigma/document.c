#include "detector/sigma/document.h"

static bool keep(tc_loader *l, tc_slice text, tc_slice *ret)
{
    return tc_arena_copy(l->arena, text, ret) || tc_diagnostics_no_memory(l->d);
}

bool tc_texts_read(tc_loader *l, const tc_yaml *node, const tc_slice **ret, size_t *ret_count)
{
    *ret = NULL;
    *ret_count = 0;
    if (!node || (node->kind == TC_YAML_SCALAR && tc_scalar_of(node).kind == TC_SCALAR_NULL))
        return true;
    bool list = node->kind == TC_YAML_LIST;
    size_t count = list ? node->count : 1;
    tc_slice *texts = tc_arena_get(l->arena, count, sizeof *texts);
    if (!texts) return tc_diagnostics_no_memory(l->d);
    for (size_t i = 0; i < count; i++) {
        const tc_yaml *item = list ? node->items[i] : node;
        if (item->kind != TC_YAML_SCALAR)
            return TC_COMPLAIN(l, item, "a text, or a flat list of texts, is wanted");
        if (!keep(l, item->text, &texts[i])) return false;
    }
    *ret = texts;
    *ret_count = count;
    return true;
}

bool tc_references_read(tc_loader *l, const tc_yaml *node, const tc_reference **ret,
                        size_t *ret_count)
{
    const tc_slice *texts;
    if (!tc_texts_read(l, node, &texts, ret_count)) return false;
    tc_reference *references = tc_arena_get(l->arena, *ret_count, sizeof *references);
    if (!references) return tc_diagnostics_no_memory(l->d);
    for (size_t i = 0; i < *ret_count; i++) {
        const tc_yaml *item = node->kind == TC_YAML_LIST ? node->items[i] : node;
        references[i] = (tc_reference){texts[i], item->line, item->column};
    }
    *ret = references;
    return true;
}

/* An optional text; what is no scalar is left out, since nothing depends on prose. */
static bool read_text(tc_loader *l, const tc_yaml *document, tc_slice key, tc_slice *ret)
{
    const tc_yaml *node = tc_yaml_get(document, key, NULL);
    *ret = TC_EMPTY_SLICE;
    if (!node || node->kind != TC_YAML_SCALAR || tc_scalar_of(node).kind == TC_SCALAR_NULL)
        return true;
    return keep(l, node->text, ret);
}

static bool read_level(tc_loader *l, const tc_yaml *document, tc_rule *ret)
{
    static const char *const names[] = {"informational", "low", "medium", "high", "critical"};
    const tc_yaml *node = tc_yaml_get(document, TC_LIT("level"), NULL);
    ret->level = TC_LEVEL_MEDIUM;
    if (!node) return true;
    ret->has_level = true;
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (tc_slice_equal_ascii(node->text, tc_slice_of(names[i]))) {
            ret->level = (tc_level)i;
            return true;
        }
    tc_quoted q;
    tc_quoted s;
    return TC_COMPLAIN(l, node, "unknown level %s%s", tc_quote(&q, node->text),
                       tc_suggest(&s, node->text, names, TC_COUNT_OF(names)));
}

static bool is_digits(tc_slice s, size_t count)
{
    uint64_t n;
    return s.len == count && tc_slice_to_u64(s, &n);
}

/* attack.t1078.004 -> T1078.004 */
static bool read_technique(tc_loader *l, tc_slice tag, tc_slice *ret)
{
    tc_slice prefix = TC_LIT("attack.t");
    if (!tc_slice_starts_ascii(tag, prefix)) return true;
    tc_slice sub;
    tc_slice main = tc_slice_split(tc_slice_sub(tag, prefix.len, tag.len), '.', &sub);
    if (!is_digits(main, 4) || (sub.ptr && !is_digits(sub, 3))) return true;
    tag = tc_slice_sub(tag, prefix.len - 1, tag.len);
    uint8_t *copy = tc_arena_get(l->arena, tag.len, 1);
    if (!copy) return tc_diagnostics_no_memory(l->d);
    memcpy(copy, tag.ptr, tag.len);
    copy[0] = 'T';
    *ret = tc_slice_make(copy, tag.len);
    return true;
}

static bool read_tags(tc_loader *l, const tc_yaml *document, tc_rule *ret)
{
    if (!tc_texts_read(l, tc_yaml_get(document, TC_LIT("tags"), NULL), &ret->tags, &ret->tag_count))
        return false;
    tc_slice *techniques = tc_arena_zero(l->arena, ret->tag_count, sizeof *techniques);
    if (!techniques) return tc_diagnostics_no_memory(l->d);
    for (size_t i = 0; i < ret->tag_count; i++) {
        if (!read_technique(l, ret->tags[i], &techniques[ret->technique_count])) return false;
        if (techniques[ret->technique_count].len > 0) ret->technique_count++;
    }
    ret->techniques = techniques;
    return true;
}

static bool read_expected(tc_loader *l, const tc_yaml *map, tc_rule *ret)
{
    static const char *const names[] = {"resets", "language", "response", "service"};
    const tc_yaml *node = tc_yaml_get(map, TC_LIT("expected_in"), NULL);
    const tc_slice *words;
    size_t count;
    if (!tc_texts_read(l, node, &words, &count)) return false;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        tc_quoted q;
        tc_quoted s;
        while (k < TC_COUNT_OF(names) && !tc_slice_equal(words[i], tc_slice_of(names[k])))
            k++;
        if (k == TC_COUNT_OF(names))
            return TC_COMPLAIN(l, node, "expected_in: unknown word %s%s", tc_quote(&q, words[i]),
                               tc_suggest(&s, words[i], names, TC_COUNT_OF(names)));
        ret->expected_in = (uint8_t)(ret->expected_in | 1u << k);
    }
    return true;
}

static bool is_among(tc_slice word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal(word, tc_slice_of(words[i]))) return true;
    return false;
}

/* Texts of prose: what is neither a text nor a flat list of them is left out. */
static bool read_prose(tc_loader *l, const tc_yaml *document, tc_slice key, const tc_slice **ret,
                       size_t *ret_count)
{
    const tc_yaml *node = tc_yaml_get(document, key, NULL);
    for (size_t i = 0; node && node->kind == TC_YAML_LIST && i < node->count; i++)
        if (node->items[i]->kind != TC_YAML_SCALAR) return true;
    return (node && node->kind == TC_YAML_MAP) || tc_texts_read(l, node, ret, ret_count);
}

static void warn_custom_slips(tc_loader *l, const tc_yaml *map)
{
    static const char *const known[] = {"next",  "confidence", "message",
                                        "check", "numbers",    "expected_in"};
    for (size_t i = 0; i < map->count; i++) {
        tc_slice key = map->keys[i]->text;
        tc_quoted q, s;
        if (!is_among(key, known, TC_COUNT_OF(known)))
            TC_WARN(l, map->keys[i], "tocsin has no key %s%s", tc_quote(&q, key),
                    tc_suggest(&s, key, known, TC_COUNT_OF(known)));
    }
}

/* The custom map: tocsin: {next: [..], check: [..], confidence: 0..100, message: text, numbers:
 * text}.
 */
static bool read_custom(tc_loader *l, const tc_yaml *document, tc_rule *ret)
{
    const tc_yaml *map = tc_yaml_get(document, TC_LIT("tocsin"), NULL);
    ret->confidence = 70;
    if (!map) return true;
    if (map->kind != TC_YAML_MAP) return TC_COMPLAIN(l, map, "tocsin: a map is wanted");
    warn_custom_slips(l, map);
    const tc_yaml *confidence = tc_yaml_get(map, TC_LIT("confidence"), NULL);
    if (confidence) {
        tc_scalar s = tc_scalar_of(confidence);
        tc_quoted q;
        if (s.kind != TC_SCALAR_NUMBER || !s.number.integer || s.number.whole < 0 ||
            s.number.whole > 100)
            return TC_COMPLAIN(l, confidence, "confidence is a number from 0 to 100, not %s",
                               tc_quote(&q, confidence->text));
        ret->confidence = (uint8_t)s.number.whole;
    }
    return read_text(l, map, TC_LIT("message"), &ret->message) &&
           read_text(l, map, TC_LIT("numbers"), &ret->numbers) && read_expected(l, map, ret) &&
           read_prose(l, map, TC_LIT("check"), &ret->checks, &ret->check_count) &&
           tc_texts_read(l, tc_yaml_get(map, TC_LIT("next"), NULL), &ret->next_steps,
                         &ret->next_step_count);
}

static bool is_uuid(tc_slice s)
{
    if (s.len != 36) return false;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

/* Keys nobody knows are the author's own, unless one looks like a slip of the pen. */
static void warn_slips(tc_loader *l, const tc_yaml *document)
{
    static const char *const known[] = {
        "title",       "id",      "name",        "related",        "taxonomy", "status",
        "description", "license", "author",      "references",     "date",     "modified",
        "fields",      "scope",   "logsource",   "falsepositives", "level",    "tags",
        "detection",   "filter",  "correlation", "tocsin",         "action",   "condition"};
    for (size_t i = 0; i < document->count; i++) {
        tc_slice key = document->keys[i]->text;
        if (key.len < 4 || is_among(key, known, TC_COUNT_OF(known))) continue;
        const char *nearest = tc_nearest(key, known, TC_COUNT_OF(known));
        tc_quoted q;
        if (!nearest || tc_yaml_get(document, tc_slice_of(nearest), NULL)) continue;
        TC_WARN(l, document->keys[i], "unknown key %s, did you mean '%s'?", tc_quote(&q, key),
                nearest);
    }
}

bool tc_head_read(tc_loader *l, const tc_yaml *document, tc_rule *ret)
{
    *ret = (tc_rule){.line = document->line, .reports = true};
    warn_slips(l, document);
    bool ok = read_text(l, document, TC_LIT("title"), &ret->title);
    ok &= read_text(l, document, TC_LIT("id"), &ret->id);
    ok &= read_text(l, document, TC_LIT("name"), &ret->name);
    ok &= read_text(l, document, TC_LIT("description"), &ret->description);
    ok &= read_text(l, document, TC_LIT("status"), &ret->status);
    ok &= read_text(l, document, TC_LIT("author"), &ret->author);
    ok &= read_prose(l, document, TC_LIT("falsepositives"), &ret->falsepositives,
                     &ret->falsepositive_count);
    ok &= read_level(l, document, ret);
    ok &= read_tags(l, document, ret);
    ok &= read_custom(l, document, ret);
    if (ret->title.len == 0) ok = TC_COMPLAIN(l, document, "no title: add 'title: ...'");
    const tc_yaml *id = tc_yaml_get(document, TC_LIT("id"), NULL);
    tc_quoted q;
    if (ret->id.len > 0 && !is_uuid(ret->id))
        TC_WARN(l, id, "the id %s is no UUID", tc_quote(&q, ret->id));
    return ok;
}

bool tc_logsource_read(tc_loader *l, const tc_yaml *document, tc_rule *ret)
{
    const tc_yaml *map = tc_yaml_get(document, TC_LIT("logsource"), NULL);
    if (!map)
        return TC_COMPLAIN(l, document,
                           "no logsource: add 'logsource:' with category, product or service");
    if (map->kind != TC_YAML_MAP) return TC_COMPLAIN(l, map, "logsource: a map is wanted");
    if (!read_text(l, map, TC_LIT("category"), &ret->category) ||
        !read_text(l, map, TC_LIT("product"), &ret->product) ||
        !read_text(l, map, TC_LIT("service"), &ret->service))
        return false;
    if (ret->category.len > 0 || ret->product.len > 0 || ret->service.len > 0) return true;
    return TC_COMPLAIN(l, map, "the logsource names no category, product or service");
}

bool tc_rule_read(tc_loader *l, const tc_yaml *document, tc_draft *ret)
{
    const tc_yaml *detection = tc_yaml_get(document, TC_LIT("detection"), NULL);
    bool ok = tc_head_read(l, document, &ret->rule);
    ret->rule.kind = TC_RULE_DETECTION;
    ret->column = document->column;
    ok &= tc_logsource_read(l, document, &ret->rule);
    if (!detection) return TC_COMPLAIN(l, document, "no detection: a rule needs 'detection:'");
    return tc_detection_read(l, detection, false, &ret->root) && ok &&
           (!l->keeps_wording || tc_wording_read(l, detection, &ret->rule));
}

bool tc_filter_read(tc_loader *l, const tc_yaml *document, tc_filter *ret)
{
    const tc_yaml *section = tc_yaml_get(document, TC_LIT("filter"), NULL);
    bool ok = tc_head_read(l, document, &ret->head);
    ok &= tc_logsource_read(l, document, &ret->head);
    if (!section || section->kind != TC_YAML_MAP)
        return TC_COMPLAIN(l, section ? section : document, "filter: a map is wanted");
    const tc_yaml *rules = tc_yaml_get(section, TC_LIT("rules"), NULL);
    if (!rules)
        return TC_COMPLAIN(l, section, "the filter names no rules: add 'rules: [...]' or 'any'");
    ok &= tc_references_read(l, rules, &ret->rules, &ret->rule_count);
    ret->any = ret->rule_count == 0 ||
               (rules->kind == TC_YAML_SCALAR && tc_slice_equal_ascii(rules->text, TC_LIT("any")));
    return tc_detection_read(l, section, true, &ret->root) && ok;
}
