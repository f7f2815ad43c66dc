/* Legacy collections: the key `action` of the early Sigma format. */
#include "detector/sigma/document.h"

/* A copy of the map without the key. */
static const tc_yaml *without(tc_arena *arena, const tc_yaml *map, tc_slice key)
{
    tc_yaml *copy = tc_arena_get(arena, 1, sizeof *copy);
    const tc_yaml **keys = tc_arena_get(arena, map->count, sizeof *keys);
    const tc_yaml **items = tc_arena_get(arena, map->count, sizeof *items);
    if (!copy || !keys || !items) return NULL;
    *copy = *map;
    copy->keys = keys;
    copy->items = items;
    copy->count = 0;
    for (size_t i = 0; i < map->count; i++) {
        if (tc_slice_equal(map->keys[i]->text, key)) continue;
        keys[copy->count] = map->keys[i];
        items[copy->count++] = map->items[i];
    }
    return copy;
}

/* Keys of both; what both have as maps is merged, of the rest the upper one counts. */
static const tc_yaml *merge(tc_arena *arena, const tc_yaml *under, const tc_yaml *over)
{
    if (under->kind != TC_YAML_MAP || over->kind != TC_YAML_MAP) return over;
    size_t room = under->count + over->count;
    tc_yaml *copy = tc_arena_get(arena, 1, sizeof *copy);
    const tc_yaml **keys = tc_arena_get(arena, room, sizeof *keys);
    const tc_yaml **items = tc_arena_get(arena, room, sizeof *items);
    if (!copy || !keys || !items) return NULL;
    *copy = *over;
    copy->keys = keys;
    copy->items = items;
    copy->count = 0;
    for (size_t i = 0; i < under->count; i++) {
        const tc_yaml *upper = tc_yaml_get(over, under->keys[i]->text, NULL);
        keys[copy->count] = under->keys[i];
        const tc_yaml *item = upper ? merge(arena, under->items[i], upper) : under->items[i];
        if (!item) return NULL;
        items[copy->count++] = item;
    }
    for (size_t i = 0; i < over->count; i++) {
        if (tc_yaml_get(under, over->keys[i]->text, NULL)) continue;
        keys[copy->count] = over->keys[i];
        items[copy->count++] = over->items[i];
    }
    return copy;
}

typedef struct expander {
    tc_loader *l;
    tc_arena *scratch;
    const tc_yaml *global;   /* the template in force, or NULL */
    const tc_yaml *previous; /* what `repeat` repeats: the rule or template before, or NULL */
    tc_yaml_documents out;
} expander;

static bool emit(expander *e, const tc_yaml *document)
{
    bool rule = !tc_yaml_get(document, TC_LIT("correlation"), NULL) &&
                !tc_yaml_get(document, TC_LIT("filter"), NULL);
    if (rule && e->global) document = merge(e->scratch, e->global, document);
    if (!document) return tc_diagnostics_no_memory(e->l->d);
    if (rule) e->previous = document;
    e->out.roots[e->out.count++] = document;
    return true;
}

static bool act(expander *e, const tc_yaml *document, const tc_yaml *action)
{
    static const char *const known[] = {"global", "reset", "repeat"};
    const tc_yaml *rest = without(e->scratch, document, TC_LIT("action"));
    if (!rest) return tc_diagnostics_no_memory(e->l->d);
    if (tc_slice_equal(action->text, TC_LIT("global"))) {
        e->global = e->previous = rest;
        return true;
    }
    if (tc_slice_equal(action->text, TC_LIT("reset"))) {
        e->global = NULL;
        return true;
    }
    tc_quoted q;
    tc_quoted s;
    if (!tc_slice_equal(action->text, TC_LIT("repeat")))
        return TC_COMPLAIN(e->l, action, "unknown action %s%s", tc_quote(&q, action->text),
                           tc_suggest(&s, action->text, known, TC_COUNT_OF(known)));
    if (!e->previous) return TC_COMPLAIN(e->l, action, "nothing stands before to repeat");
    rest = merge(e->scratch, e->previous, rest);
    return rest ? emit(e, rest) : tc_diagnostics_no_memory(e->l->d);
}

bool tc_collection_expand(tc_loader *l, tc_arena *scratch, const tc_yaml_documents *documents,
                          tc_yaml_documents *ret)
{
    expander e = {.l = l, .scratch = scratch};
    e.out.roots = tc_arena_get(scratch, documents->count, sizeof *e.out.roots);
    if (!e.out.roots) return tc_diagnostics_no_memory(l->d);
    bool ok = true;
    for (size_t i = 0; i < documents->count; i++) {
        const tc_yaml *document = documents->roots[i];
        const tc_yaml *action = tc_yaml_get(document, TC_LIT("action"), NULL);
        if (document->kind != TC_YAML_MAP)
            ok = TC_COMPLAIN(l, document, "a rule is a map: 'title: ...', 'detection: ...'");
        else
            ok &= action ? act(&e, document, action) : emit(&e, document);
    }
    *ret = e.out;
    return ok;
}
