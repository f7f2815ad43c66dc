#include "detector/sigma/program.h"

#include "parsers/base/alloc.h"

bool tc_predicates_init(tc_predicates *table)
{
    *table = (tc_predicates){.index = tc_map_new(TC_PREDICATES_MAX)};
    tc_str_init(&table->key, TC_YAML_BYTES * 2);
    return table->index != NULL;
}

void tc_predicates_done(tc_predicates *table)
{
    for (size_t i = 0; i < table->count; i++)
        tc_regex_free(table->list[i].regex);
    tc_free(table->list);
    tc_map_free(table->index);
    tc_str_done(&table->key);
}

static void put_bytes(tc_str *key, const void *bytes, size_t size)
{
    tc_str_add(key, tc_slice_make(bytes, size));
}

static void put_text(tc_str *key, tc_slice text)
{
    uint32_t length = (uint32_t)text.len;
    put_bytes(key, &length, sizeof length);
    tc_str_add(key, text);
}

/* Equal predicates and only they have equal keys. */
static void serialise(const tc_predicate *p, tc_str *key)
{
    uint8_t head[] = {
        (uint8_t)p->kind, (uint8_t)p->compare,     (uint8_t)p->part, p->truth, p->cased, p->front,
        p->back,          (uint8_t)p->regex_flags, p->number.integer};
    put_bytes(key, head, sizeof head);
    put_text(key, p->field);
    put_text(key, p->text);
    const tc_pattern *pattern = p->cased ? &p->pattern : &p->folded;
    for (size_t i = 0; i < pattern->count; i++) {
        tc_str_add_byte(key, (uint8_t)pattern->pieces[i].kind);
        put_text(key, pattern->pieces[i].text);
    }
    put_bytes(key, &p->number.whole, sizeof p->number.whole);
    put_bytes(key, &p->number.real, sizeof p->number.real);
    put_bytes(key, p->cidr.network.bytes, sizeof p->cidr.network.bytes);
    tc_str_add_byte(key, p->cidr.bits);
}

static TC_STATUS add_new(tc_predicates *table, const tc_predicate *predicate, tc_error *reterr)
{
    tc_status status = tc_grow((void *)&table->list, &table->room, table->count + 1,
                               sizeof *table->list, TC_PREDICATES_MAX);
    if (tc_failed(status)) return tc_fail(reterr, status.code, "no room for another predicate");
    tc_predicate copy = *predicate;
    if (copy.kind == TC_PREDICATE_REGEX)
        TC_TRY(tc_regex_new(copy.text, copy.regex_flags, &copy.regex, reterr));
    table->list[table->count++] = copy;
    return TC_SUCCESS;
}

TC_STATUS tc_predicates_intern(tc_predicates *table, const tc_predicate *predicate, uint32_t *ret,
                               tc_error *reterr)
{
    tc_str *key = &table->key;
    tc_str_clear(key);
    serialise(predicate, key);
    tc_status status = tc_str_status(key);
    uint64_t *known = tc_failed(status) ? NULL : tc_map_get(table->index, tc_str_view(key));
    if (!tc_failed(status) && !known) {
        status = add_new(table, predicate, reterr);
        if (!tc_failed(status)) status = tc_map_put(table->index, tc_str_view(key), &known, NULL);
        if (!tc_failed(status)) *known = table->count - 1;
    }
    if (tc_failed(status)) {
        if (status.code != TC_ESYNTAX)
            (void)tc_fail(reterr, status.code, "no room for another predicate");
        return status;
    }
    TC_ASSERT(known);
    *ret = (uint32_t)*known;
    return TC_SUCCESS;
}

tc_node tc_node_leaf(uint32_t predicate, tc_predicate_kind kind)
{
    bool costly = kind == TC_PREDICATE_REGEX || kind == TC_PREDICATE_SAME;
    return (tc_node){
        .kind = TC_NODE_PREDICATE, .costly = costly, .predicate = predicate, .leaves = 1};
}

bool tc_node_join(tc_arena *arena, tc_node_kind kind, const tc_node *children, size_t count,
                  tc_node *ret)
{
    TC_ASSERT(count > 0);
    if (count == 1) {
        *ret = children[0];
        return true;
    }
    tc_node *copy = tc_arena_get(arena, count, sizeof *copy);
    if (!copy) return false;
    *ret = (tc_node){.kind = kind, .count = (uint32_t)count, .children = copy};
    size_t filled = 0;
    for (int costly = 0; costly < 2; costly++)
        for (size_t i = 0; i < count; i++)
            if (children[i].costly == (costly == 1)) copy[filled++] = children[i];
    for (size_t i = 0; i < count; i++) {
        ret->costly |= copy[i].costly;
        if (__builtin_add_overflow(ret->leaves, copy[i].leaves, &ret->leaves))
            ret->leaves = UINT32_MAX;
    }
    return true;
}

bool tc_node_not(tc_arena *arena, tc_node child, tc_node *ret)
{
    tc_node *copy = tc_arena_get(arena, 1, sizeof *copy);
    if (!copy) return false;
    *copy = child;
    *ret = (tc_node){.kind = TC_NODE_NOT,
                     .costly = child.costly,
                     .count = 1,
                     .leaves = child.leaves,
                     .children = copy};
    return true;
}

bool tc_nodes_add(tc_nodes *nodes, tc_node node)
{
    if (!nodes->heap && nodes->count < TC_NODES_FEW) {
        nodes->few[nodes->count++] = node;
        return true;
    }
    bool move = !nodes->heap;
    if (tc_failed(tc_grow((void *)&nodes->heap, &nodes->room, nodes->count + 1, sizeof *nodes->heap,
                          TC_YAML_NODES)))
        return false;
    if (move) memcpy(nodes->heap, nodes->few, sizeof nodes->few);
    nodes->heap[nodes->count++] = node;
    return true;
}

void tc_nodes_done(tc_nodes *nodes)
{
    tc_free(nodes->heap);
}
