#include "detector/sigma/yaml_tree.h"

#include "parsers/base/alloc.h"

#include <yaml.h>

#define MAX_ANCHORS 256

typedef struct builder {
    yaml_parser_t parser;
    tc_arena *arena;
    tc_error *error;
    tc_code failed;
    uint32_t depth;
    size_t nodes; /* aliases written out */
    /* Children whose list or map is not closed yet. */
    const tc_yaml **stack;
    size_t stacked, stack_room;
    struct {
        tc_slice name;
        const tc_yaml *node; /* NULL while it is being built */
    } anchors[MAX_ANCHORS];
    size_t anchor_count;
} builder;

static bool fail_at(builder *b, tc_code code, uint32_t line, uint32_t column, const char *text)
{
    b->failed = code;
    if (b->error) {
        b->error->line = line;
        b->error->column = column;
    }
    (void)tc_fail(b->error, code, "%s", text);
    return false;
}

static uint32_t from_one(size_t n)
{
    return n >= UINT32_MAX ? UINT32_MAX : (uint32_t)n + 1;
}

static bool fail_mark(builder *b, const yaml_mark_t *mark, const char *text)
{
    return fail_at(b, TC_ESYNTAX, from_one(mark->line), from_one(mark->column), text);
}

static bool no_memory(builder *b)
{
    return fail_at(b, TC_ENOMEM, 0, 0, "no memory for the YAML tree");
}

static bool next_event(builder *b, yaml_event_t *event)
{
    if (yaml_parser_parse(&b->parser, event)) return true;
    const yaml_parser_t *p = &b->parser;
    if (p->error == YAML_MEMORY_ERROR) return no_memory(b);
    if (p->error == YAML_READER_ERROR)
        return fail_at(b, TC_ESYNTAX, from_one(p->mark.line), from_one(p->mark.column),
                       "not YAML: bytes that are not UTF-8 text");
    b->failed = TC_ESYNTAX;
    if (b->error) {
        b->error->line = from_one(p->problem_mark.line);
        b->error->column = from_one(p->problem_mark.column);
    }
    (void)tc_fail(b->error, TC_ESYNTAX, "not YAML: %s%s%s", p->problem ? p->problem : "syntax",
                  p->context ? " " : "", p->context ? p->context : "");
    return false;
}

static bool push(builder *b, const tc_yaml *node)
{
    if (tc_failed(tc_grow((void *)&b->stack, &b->stack_room, b->stacked + 1, sizeof *b->stack,
                          TC_YAML_NODES)))
        return no_memory(b);
    b->stack[b->stacked++] = node;
    return true;
}

static bool count_nodes(builder *b, const yaml_mark_t *mark, size_t more)
{
    b->nodes += more;
    if (b->nodes <= TC_YAML_NODES) return true;
    return fail_mark(b, mark, "too many nodes in one YAML stream: split the file, drop aliases");
}

static size_t find_anchor(const builder *b, tc_slice name)
{
    size_t i = b->anchor_count;
    while (i > 0 && !tc_slice_equal(b->anchors[i - 1].name, name))
        i--;
    return i; /* one behind it; 0 = unknown */
}

/* Remembers the anchor while its node is built; *ret = its place + 1, 0 = no anchor. */
static bool open_anchor(builder *b, const yaml_mark_t *mark, const yaml_char_t *name, size_t *ret)
{
    *ret = 0;
    if (!name) return true;
    if (b->anchor_count == MAX_ANCHORS) return fail_mark(b, mark, "too many YAML anchors");
    tc_slice copy;
    if (!tc_arena_copy(b->arena, tc_slice_of((const char *)name), &copy)) return no_memory(b);
    b->anchors[b->anchor_count].name = copy;
    b->anchors[b->anchor_count].node = NULL;
    *ret = ++b->anchor_count;
    return true;
}

static bool tag_known(const yaml_char_t *tag, bool *ret_string)
{
    static const char *const known[] = {"null", "bool", "int", "float", "seq", "map"};
    tc_slice rest = tc_slice_of((const char *)tag);
    tc_slice prefix = TC_LIT("tag:yaml.org,2002:");
    *ret_string = false;
    if (rest.len == 0) return true;
    if (tc_slice_equal(rest, TC_LIT("!"))) return *ret_string = true;
    if (!tc_slice_starts(rest, prefix)) return false;
    rest = tc_slice_sub(rest, prefix.len, rest.len);
    if (tc_slice_equal(rest, TC_LIT("str"))) return *ret_string = true;
    for (size_t i = 0; i < TC_COUNT_OF(known); i++)
        if (tc_slice_equal(rest, tc_slice_of(known[i]))) return true;
    return false;
}

/* A node of that kind; its anchor, if any, is open. */
static tc_yaml *new_node(builder *b, const yaml_mark_t *mark, tc_yaml_kind kind,
                         const yaml_char_t *tag)
{
    bool string;
    if (!tag_known(tag, &string)) {
        (void)fail_mark(b, mark, "a private YAML tag: remove it");
        return NULL;
    }
    if (!count_nodes(b, mark, 1)) return NULL;
    tc_yaml *node = tc_arena_zero(b->arena, 1, sizeof *node);
    if (!node) {
        (void)no_memory(b);
        return NULL;
    }
    node->kind = kind;
    node->plain = !string;
    node->line = from_one(mark->line);
    node->column = from_one(mark->column);
    node->weight = 1;
    return node;
}

static bool read_scalar(builder *b, const yaml_event_t *event)
{
    size_t anchor;
    if (!open_anchor(b, &event->start_mark, event->data.scalar.anchor, &anchor)) return false;
    tc_yaml *node = new_node(b, &event->start_mark, TC_YAML_SCALAR, event->data.scalar.tag);
    if (!node) return false;
    node->plain = node->plain && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    tc_slice text = tc_slice_make(event->data.scalar.value, event->data.scalar.length);
    if (!tc_arena_copy(b->arena, text, &node->text)) return no_memory(b);
    if (anchor) b->anchors[anchor - 1].node = node;
    return push(b, node);
}

static bool read_alias(builder *b, const yaml_event_t *event)
{
    size_t anchor = find_anchor(b, tc_slice_of((const char *)event->data.alias.anchor));
    if (anchor == 0) return fail_mark(b, &event->start_mark, "a YAML alias without its anchor");
    const tc_yaml *node = b->anchors[anchor - 1].node;
    if (!node) return fail_mark(b, &event->start_mark, "a YAML alias inside its own anchor");
    return count_nodes(b, &event->start_mark, node->weight) && push(b, node);
}

static int compare_keys(const void *a, const void *b)
{
    const tc_yaml *x = *(const tc_yaml *const *)a;
    const tc_yaml *y = *(const tc_yaml *const *)b;
    int order = tc_slice_compare(x->text, y->text);
    if (order != 0) return order;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

static bool check_keys(builder *b, const tc_yaml *map)
{
    const tc_yaml **sorted = tc_arena_get(b->arena, map->count, sizeof *sorted);
    if (!sorted) return no_memory(b);
    for (size_t i = 0; i < map->count; i++) {
        const tc_yaml *key = map->keys[i];
        if (key->kind != TC_YAML_SCALAR)
            return fail_at(b, TC_ESYNTAX, key->line, key->column, "a YAML key that is no scalar");
        if (key->plain && tc_slice_equal(key->text, TC_LIT("<<")))
            return fail_at(b, TC_ESYNTAX, key->line, key->column,
                           "the YAML merge key '<<': write the keys out");
        sorted[i] = key;
    }
    qsort(sorted, map->count, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < map->count; i++)
        if (tc_slice_equal(sorted[i - 1]->text, sorted[i]->text)) {
            char shown[48];
            char text[128];
            (void)snprintf(text, sizeof text,
                           "the key '%s' stands twice in one map (first in line %" PRIu32
                           "): only one would count",
                           tc_slice_to_cstr(sorted[i]->text, shown, sizeof shown),
                           sorted[i - 1]->line);
            return fail_at(b, TC_ESYNTAX, sorted[i]->line, sorted[i]->column, text);
        }
    return true;
}

/* Takes the children above `bottom` off the stack into the closed node. */
static bool close_node(builder *b, tc_yaml *node, size_t bottom)
{
    size_t count = b->stacked - bottom;
    size_t step = node->kind == TC_YAML_MAP ? 2 : 1;
    node->count = count / step;
    node->items = tc_arena_get(b->arena, node->count, sizeof *node->items);
    if (!node->items) return no_memory(b);
    if (step == 2) {
        if (node->count > TC_YAML_KEYS)
            return fail_at(b, TC_ESYNTAX, node->line, node->column, "too many keys in one map");
        node->keys = tc_arena_get(b->arena, node->count, sizeof *node->keys);
        if (!node->keys) return no_memory(b);
    }
    for (size_t i = 0; i < node->count; i++) {
        const tc_yaml **children = b->stack + bottom + i * step;
        if (step == 2) node->keys[i] = children[0];
        node->items[i] = children[step - 1];
        node->weight += node->items[i]->weight;
    }
    b->stacked = bottom;
    return step == 1 || check_keys(b, node);
}

static bool read_members(builder *b);

static bool read_collection(builder *b, const yaml_event_t *event)
{
    bool map = event->type == YAML_MAPPING_START_EVENT;
    size_t anchor;
    if (!open_anchor(b, &event->start_mark,
                     map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor,
                     &anchor))
        return false;
    tc_yaml *node = new_node(b, &event->start_mark, map ? TC_YAML_MAP : TC_YAML_LIST,
                             map ? event->data.mapping_start.tag : event->data.sequence_start.tag);
    if (!node) return false;
    if (b->depth == TC_YAML_DEPTH) return fail_mark(b, &event->start_mark, "YAML nested too deep");
    b->depth++;
    size_t bottom = b->stacked;
    if (!read_members(b) || !close_node(b, node, bottom)) return false;
    b->depth--;
    if (anchor) b->anchors[anchor - 1].node = node;
    return push(b, node);
}

/* Pushes nodes until the collection (or the document) that is open ends. */
static bool read_members(builder *b)
{
    for (;;) {
        yaml_event_t event;
        if (!next_event(b, &event)) return false;
        yaml_event_type_t type = event.type;
        bool ok = true;
        if (type == YAML_SCALAR_EVENT)
            ok = read_scalar(b, &event);
        else if (type == YAML_ALIAS_EVENT)
            ok = read_alias(b, &event);
        else if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
            ok = read_collection(b, &event);
        else {
            yaml_event_delete(&event);
            return true;
        }
        yaml_event_delete(&event);
        if (!ok) return false;
    }
}

static bool read_stream(builder *b)
{
    for (;;) {
        yaml_event_t event;
        if (!next_event(b, &event)) return false;
        yaml_event_type_t type = event.type;
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT) return true;
        if (type != YAML_DOCUMENT_START_EVENT) continue;
        b->anchor_count = 0;
        if (!read_members(b)) return false;
        const tc_yaml *root = b->stacked ? b->stack[b->stacked - 1] : NULL;
        if (root && root->kind == TC_YAML_SCALAR && root->plain && root->text.len == 0)
            b->stacked--;
    }
}

TC_STATUS tc_yaml_read(tc_arena *arena, tc_slice text, tc_yaml_documents *ret, tc_error *reterr)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    if (text.len > TC_YAML_BYTES)
        return tc_fail(reterr, TC_ELIMIT, "longer than %u bytes: split the file", TC_YAML_BYTES);
    if (tc_slice_starts(text, tc_slice_make(mark, sizeof mark)))
        text = tc_slice_sub(text, sizeof mark, text.len);
    builder *b = tc_alloc(1, sizeof *b);
    if (!b) return tc_fail(reterr, TC_ENOMEM, "no memory for the YAML tree");
    b->arena = arena;
    b->error = reterr;
    tc_status status = {TC_ENOMEM};
    if (yaml_parser_initialize(&b->parser)) {
        yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&b->parser, text.len ? text.ptr : mark, text.len);
        bool read = read_stream(b);
        yaml_parser_delete(&b->parser);
        ret->count = b->stacked;
        ret->roots = tc_arena_get(arena, b->stacked, sizeof *ret->roots);
        if (read && !ret->roots) read = no_memory(b);
        if (read && b->stacked > 0) memcpy(ret->roots, b->stack, b->stacked * sizeof *ret->roots);
        status = (tc_status){read ? TC_OK : b->failed};
    }
    tc_free(b->stack);
    tc_free(b);
    return status;
}

const tc_yaml *tc_yaml_get(const tc_yaml *map, tc_slice key, const tc_yaml **ret_key)
{
    if (map->kind != TC_YAML_MAP) return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (!tc_slice_equal(map->keys[i]->text, key)) continue;
        if (ret_key) *ret_key = map->keys[i];
        return map->items[i];
    }
    return NULL;
}

void tc_yaml_library(tc_str *out)
{
    tc_str_addf(out, "libyaml %s", yaml_get_version_string());
}
