/* The condition and the selections of a rule, put as a person reads them. */
#include "detector/sigma/loader.h"
#include "parsers/base/alloc.h"

#define LINES_MAX 200 /* of one selection */
#define VALUES_MAX 12 /* of one list */
#define LINE_BYTES 4096

typedef struct wording {
    tc_loader *l;
    tc_slice *lines;
    size_t count, room;
    tc_str line;
} wording;

static bool end_line(wording *w)
{
    if (w->count >= LINES_MAX) return true; /* the first of them say enough */
    bool grown =
        !tc_failed(tc_grow((void *)&w->lines, &w->room, w->count + 1, sizeof *w->lines, LINES_MAX));
    if (!grown || tc_str_status(&w->line).code == TC_ENOMEM ||
        !tc_arena_copy(w->l->arena, tc_str_view(&w->line), &w->lines[w->count]))
        return tc_diagnostics_no_memory(w->l->d);
    w->count++;
    return true;
}

static void begin_line(wording *w, unsigned depth, bool bullet)
{
    tc_str_clear(&w->line);
    for (unsigned i = 0; i < depth; i++)
        tc_str_add(&w->line, TC_LIT("  "));
    if (bullet) tc_str_add(&w->line, TC_LIT("- "));
}

/* How the modifiers read between field and value. */
static const char *const verbs[][2] = {
    {"contains", "contains"},
    {"startswith", "begins with"},
    {"endswith", "ends with"},
    {"re", "matches"},
    {"cidr", "lies in"},
    {"lt", "<"},
    {"lte", "<="},
    {"gt", ">"},
    {"gte", ">="},
    {"fieldref", "equals the field"},
    {"exists", "is there:"},
    {"minute", "has minute"},
    {"hour", "has hour"},
    {"day", "has day"},
    {"week", "has week"},
    {"month", "has month"},
    {"year", "has year"},
};

static const char *verb_of(tc_slice modifier)
{
    for (size_t i = 0; i < TC_COUNT_OF(verbs); i++)
        if (tc_slice_equal(modifier, tc_slice_of(verbs[i][0]))) return verbs[i][1];
    return NULL;
}

/* "field contains ", with what has no verb of its own behind it in brackets. */
static void add_key(wording *w, tc_slice key, bool *ret_all)
{
    tc_slice rest, field = tc_slice_split(key, '|', &rest);
    const char *verb = NULL;
    bool negated = false;
    tc_str others;
    tc_str_init(&others, LINE_BYTES);
    *ret_all = false;
    while (rest.ptr) {
        tc_slice modifier = tc_slice_split(rest, '|', &rest);
        const char *known = verb_of(modifier);
        *ret_all |= tc_slice_equal(modifier, TC_LIT("all"));
        negated |= tc_slice_equal(modifier, TC_LIT("neq"));
        if (known) verb = known;
        if (known || tc_slice_equal(modifier, TC_LIT("all")) ||
            tc_slice_equal(modifier, TC_LIT("neq")))
            continue;
        tc_str_add(&others, others.len ? TC_LIT(", ") : TC_LIT(" ("));
        tc_str_add(&others, modifier);
    }
    tc_str_add(&w->line, field.len ? field : TC_LIT("any text"));
    if (negated) tc_str_add(&w->line, verb ? TC_LIT(" not") : TC_LIT(" is not"));
    if (verb) tc_str_addf(&w->line, " %s", verb);
    if (!verb && !negated) tc_str_add(&w->line, TC_LIT(" is"));
    if (others.len) tc_str_addf(&w->line, "%.*s)", (int)others.len, (const char *)others.data);
    tc_str_done(&others);
}

static void add_scalar(wording *w, const tc_yaml *node)
{
    tc_scalar s = tc_scalar_of(node);
    if (s.kind == TC_SCALAR_NULL)
        tc_str_add(&w->line, TC_LIT("missing"));
    else if (s.kind == TC_SCALAR_TEXT)
        tc_str_addf(&w->line, "'%.*s'", (int)TC_MIN(node->text.len, (size_t)LINE_BYTES),
                    (const char *)node->text.ptr);
    else
        tc_str_add(&w->line, node->text);
}

static void add_values(wording *w, const tc_yaml *value, bool all)
{
    size_t shown = TC_MIN(value->count, (size_t)VALUES_MAX);
    for (size_t i = 0; i < shown; i++) {
        bool last = i + 1 == shown && shown == value->count;
        if (i) tc_str_add(&w->line, !last ? TC_LIT(", ") : all ? TC_LIT(" and ") : TC_LIT(" or "));
        if (value->items[i]->kind == TC_YAML_SCALAR) add_scalar(w, value->items[i]);
    }
    if (shown < value->count) tc_str_addf(&w->line, " and %zu more", value->count - shown);
}

static bool put_items(wording *w, const tc_yaml *map, unsigned depth, bool bullet)
{
    bool ok = true;
    for (size_t i = 0; ok && i < map->count; i++) {
        const tc_yaml *value = map->items[i];
        bool all;
        begin_line(w, depth, bullet && i == 0);
        add_key(w, map->keys[i]->text, &all);
        tc_str_add_byte(&w->line, ' ');
        if (value->kind == TC_YAML_LIST)
            add_values(w, value, all);
        else
            add_scalar(w, value);
        ok = end_line(w);
        if (bullet && i == 0) depth++; /* what belongs to the bullet stands below its text */
    }
    return ok;
}

static bool put_keyword(wording *w, const tc_yaml *node, unsigned depth)
{
    begin_line(w, depth, false);
    tc_str_add(&w->line, TC_LIT("any text contains "));
    add_scalar(w, node);
    return end_line(w);
}

/* As deep as the loader lets a selection be. */
static bool put_shape(wording *w, const tc_yaml *node, unsigned depth, bool bullet)
{
    if (node->kind == TC_YAML_MAP) return put_items(w, node, depth, bullet);
    if (node->kind == TC_YAML_SCALAR) return put_keyword(w, node, depth);
    bool ok = true;
    for (size_t i = 0; ok && i < node->count; i++)
        ok = put_shape(w, node->items[i], depth, node->count > 1);
    return ok;
}

static bool put_selection(wording *w, const tc_yaml *value)
{
    return put_shape(w, value, 0, false);
}

/* An alias: the field of each rule that it stands for. */
static bool put_alias(wording *w, const tc_yaml *value)
{
    bool ok = true;
    for (size_t i = 0; ok && i < value->count; i++) {
        tc_str_clear(&w->line);
        tc_str_add(&w->line, value->items[i]->text);
        tc_str_add(&w->line, TC_LIT(" of "));
        tc_str_add(&w->line, value->keys[i]->text);
        ok = end_line(w);
    }
    return ok;
}

typedef bool putter(wording *w, const tc_yaml *value);

static bool read_selection(tc_loader *l, const tc_yaml *key, const tc_yaml *value, putter *put,
                           tc_selection *ret)
{
    wording w = {.l = l};
    tc_str_init(&w.line, LINE_BYTES);
    bool ok = put(&w, value);
    tc_slice *lines = ok ? tc_arena_get(l->arena, w.count, sizeof *lines) : NULL;
    ok = lines && tc_arena_copy(l->arena, key->text, &ret->name);
    if (ok && w.count) memcpy(lines, w.lines, w.count * sizeof *lines);
    ret->lines = lines;
    ret->line_count = w.count;
    tc_free(w.lines);
    tc_str_done(&w.line);
    return ok || tc_diagnostics_no_memory(l->d);
}

/* One condition or a flat list of them; the loader has refused what is neither. */
static bool read_conditions(tc_loader *l, const tc_yaml *node, tc_rule *ret)
{
    bool list = node && node->kind == TC_YAML_LIST;
    size_t count = list ? node->count : node != NULL;
    tc_slice *texts = tc_arena_get(l->arena, count, sizeof *texts);
    if (!texts) return tc_diagnostics_no_memory(l->d);
    for (size_t i = 0; i < count; i++)
        if (!tc_arena_copy(l->arena, list ? node->items[i]->text : node->text, &texts[i]))
            return tc_diagnostics_no_memory(l->d);
    ret->conditions = texts;
    ret->condition_count = count;
    return true;
}

bool tc_wording_read(tc_loader *l, const tc_yaml *section, tc_rule *ret)
{
    const tc_yaml *condition = tc_yaml_get(section, TC_LIT("condition"), NULL);
    tc_selection *selections = tc_arena_zero(l->arena, section->count, sizeof *selections);
    if (!selections) return tc_diagnostics_no_memory(l->d);
    if (!read_conditions(l, condition, ret)) return false;
    for (size_t i = 0; i < section->count; i++) {
        tc_slice key = section->keys[i]->text;
        if (tc_slice_equal(key, TC_LIT("condition")) || tc_slice_equal(key, TC_LIT("timeframe")))
            continue;
        if (!read_selection(l, section->keys[i], section->items[i], put_selection,
                            &selections[ret->selection_count++]))
            return false;
    }
    ret->selections = selections;
    return true;
}

bool tc_wording_read_correlation(tc_loader *l, const tc_yaml *section, tc_rule *ret)
{
    const tc_yaml *condition = tc_yaml_get(section, TC_LIT("condition"), NULL);
    const tc_yaml *aliases = tc_yaml_get(section, TC_LIT("aliases"), NULL);
    if (condition && condition->kind == TC_YAML_SCALAR && !read_conditions(l, condition, ret))
        return false;
    if (!aliases || aliases->kind != TC_YAML_MAP) return true;
    tc_selection *selections = tc_arena_zero(l->arena, aliases->count, sizeof *selections);
    if (!selections) return tc_diagnostics_no_memory(l->d);
    for (size_t i = 0; i < aliases->count; i++)
        if (!read_selection(l, aliases->keys[i], aliases->items[i], put_alias,
                            &selections[ret->selection_count++]))
            return false;
    ret->selections = selections;
    return true;
}
