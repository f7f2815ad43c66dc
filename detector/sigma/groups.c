/* Predicates sorted into groups by field, and the tables of each group's pass. */
#include "detector/sigma/regex_literal.h"
#include "detector/sigma/ruleset_data.h"
#include "parsers/base/alloc.h"
#include "parsers/base/utf8.h"

/* What one group gathers before its tables are built. */
typedef struct gathering {
    tc_use *uses;
    tc_automaton_word *words; /* one per use of a piece */
    tc_slice *whole;          /* the text of each use of a whole value; empty ptr = a piece */
    size_t use_count, use_room, word_count, word_room, whole_room;
    uint32_t *numbers; /* predicates */
    size_t number_count, number_room;
} gathering;

typedef struct builder {
    tc_ruleset *rules;
    tc_names *names;
    tc_error *error;
    gathering *gathered; /* per group */
} builder;

static TC_STATUS no_memory(builder *b)
{
    return tc_fail(b->error, TC_ENOMEM, "no memory to compile the rules");
}

/* -- groups ---------------------------------------------------------------------------------- */

static TC_STATUS find_group(builder *b, uint32_t *group_of_field, tc_slice name, uint32_t *ret)
{
    tc_ruleset *rules = b->rules;
    tc_field field = TC_FIELD_NONE;
    if (name.len > 0) {
        tc_status status = tc_names_add(b->names, name, &field);
        if (status.code == TC_ELIMIT)
            return tc_fail(b->error, TC_ELIMIT, "the rules name more than %d fields", TC_FIELD_MAX);
        if (tc_failed(status)) return no_memory(b);
    }
    if (group_of_field[field] == 0) {
        rules->groups[rules->group_count] = (tc_field_group){.name = name, .field = field};
        group_of_field[field] = (uint32_t)++rules->group_count;
    }
    *ret = group_of_field[field] - 1;
    return TC_SUCCESS;
}

/* Keywords get group 0, so that it is found without a search. */
static TC_STATUS assign_groups(builder *b)
{
    tc_ruleset *rules = b->rules;
    size_t count = rules->predicates.count;
    uint32_t *group_of_field = tc_alloc(TC_FIELD_MAX + 1, sizeof *group_of_field);
    rules->groups = tc_alloc(TC_MIN(2 * count, (size_t)TC_FIELD_MAX) + 1, sizeof *rules->groups);
    tc_status status = group_of_field && rules->groups ? TC_SUCCESS : no_memory(b);
    for (int keywords = 1; keywords >= 0; keywords--)
        for (size_t i = 0; !tc_failed(status) && i < count; i++) {
            tc_predicate *p = &rules->predicates.list[i];
            if ((p->field.len == 0) != (keywords == 1)) continue;
            status = find_group(b, group_of_field, p->field, &p->group);
            if (!tc_failed(status) && p->kind == TC_PREDICATE_SAME)
                status = find_group(b, group_of_field, p->text, &p->other_group);
        }
    tc_free(group_of_field);
    return status;
}

/* -- gathering ------------------------------------------------------------------------------- */

static TC_STATUS add_use(builder *b, uint32_t predicate, tc_slice text, bool whole,
                         tc_use_place place)
{
    gathering *g = &b->gathered[b->rules->predicates.list[predicate].group];
    size_t needed = g->use_count + 1;
    if (tc_failed(
            tc_grow((void *)&g->uses, &g->use_room, needed, sizeof *g->uses, SIZE_MAX / 64)) ||
        tc_failed(
            tc_grow((void *)&g->whole, &g->whole_room, needed, sizeof *g->whole, SIZE_MAX / 64)))
        return no_memory(b);
    g->uses[g->use_count] =
        (tc_use){.predicate = predicate, .length = (uint32_t)text.len, .place = place};
    g->whole[g->use_count] = whole ? text : TC_EMPTY_SLICE;
    uint32_t use = (uint32_t)g->use_count++;
    if (whole) return TC_SUCCESS;
    if (tc_failed(tc_grow((void *)&g->words, &g->word_room, g->word_count + 1, sizeof *g->words,
                          SIZE_MAX / 64)))
        return no_memory(b);
    g->words[g->word_count++] =
        (tc_automaton_word){text, use, place == TC_USE_FRONT, place == TC_USE_BACK};
    return TC_SUCCESS;
}

/* text, text*, *text and *text* are decided by the pass; other patterns by their longest text. */
static TC_STATUS gather_pattern(builder *b, uint32_t number, const tc_predicate *p)
{
    tc_asking *asking = &b->rules->answers[number];
    tc_pattern f = p->folded;
    tc_slice text;
    asking->answer = p->cased ? TC_ANSWER_CONFIRM : TC_ANSWER_PASS;
    if (tc_pattern_plain(f, &text)) {
        if (!text.ptr) text = TC_LIT("");
        return add_use(b, number, text, true, TC_USE_ANYWHERE);
    }
    text = tc_pattern_longest(f);
    if (text.len == 0) {
        asking->answer = TC_ANSWER_DIRECT;
        return TC_SUCCESS;
    }
    bool front = f.pieces[0].kind == TC_PATTERN_ANY;
    bool back = f.pieces[f.count - 1].kind == TC_PATTERN_ANY;
    if (f.count == 3 && front && back && f.pieces[1].kind == TC_PATTERN_TEXT)
        return add_use(b, number, text, false, TC_USE_ANYWHERE);
    if (f.count == 2 && front && f.pieces[1].kind == TC_PATTERN_TEXT)
        return add_use(b, number, text, false, TC_USE_BACK);
    if (f.count == 2 && back && f.pieces[0].kind == TC_PATTERN_TEXT)
        return add_use(b, number, text, false, TC_USE_FRONT);
    asking->answer = TC_ANSWER_CONFIRM;
    return add_use(b, number, text, false, TC_USE_ANYWHERE);
}

static TC_STATUS gather_regex(builder *b, uint32_t number, const tc_predicate *p)
{
    tc_regex_literals literals = {.count = 0};
    uint8_t *room = tc_arena_get(b->rules->arena, p->text.len, 1);
    if (!room) return no_memory(b);
    tc_regex_literals_find(p->text, room, &literals);
    if (literals.count > 0) b->rules->answers[number].answer = TC_ANSWER_CONFIRM;
    for (size_t i = 0; i < literals.count; i++)
        TC_TRY(add_use(b, number, literals.text[i], false, TC_USE_ANYWHERE));
    return TC_SUCCESS;
}

static TC_STATUS gather_number(builder *b, uint32_t number, const tc_predicate *p)
{
    gathering *g = &b->gathered[p->group];
    if (p->compare != TC_EQ || !p->number.integer) return TC_SUCCESS;
    if (tc_failed(tc_grow((void *)&g->numbers, &g->number_room, g->number_count + 1,
                          sizeof *g->numbers, SIZE_MAX / 64)))
        return no_memory(b);
    g->numbers[g->number_count++] = number;
    b->rules->answers[number].answer = TC_ANSWER_PASS;
    return TC_SUCCESS;
}

/* Does the answer depend on where a value begins or ends? */
static bool is_anchored(const tc_predicate *p)
{
    if (p->kind != TC_PREDICATE_PATTERN) return true;
    tc_pattern f = p->pattern;
    return f.count == 0 || f.pieces[0].kind != TC_PATTERN_ANY ||
           f.pieces[f.count - 1].kind != TC_PATTERN_ANY;
}

static TC_STATUS gather(builder *b)
{
    tc_ruleset *rules = b->rules;
    rules->answers = tc_alloc(rules->predicates.count, sizeof *rules->answers);
    b->gathered = tc_alloc(rules->group_count, sizeof *b->gathered);
    if (!rules->answers || !b->gathered) return no_memory(b);
    for (uint32_t i = 0; i < rules->predicates.count; i++) {
        const tc_predicate *p = &rules->predicates.list[i];
        rules->groups[p->group].anchored |= is_anchored(p);
        rules->answers[i] = (tc_asking){p->group, TC_ANSWER_DIRECT};
        if (p->kind == TC_PREDICATE_PATTERN)
            TC_TRY(gather_pattern(b, i, p));
        else if (p->kind == TC_PREDICATE_REGEX)
            TC_TRY(gather_regex(b, i, p));
        else if (p->kind == TC_PREDICATE_NUMBER)
            TC_TRY(gather_number(b, i, p));
    }
    return TC_SUCCESS;
}

/* -- tables ---------------------------------------------------------------------------------- */

static TC_STATUS build_whole(builder *b, tc_field_group *group, const gathering *g)
{
    for (size_t i = 0; i < g->use_count; i++) {
        if (!g->whole[i].ptr) continue;
        if (!group->whole && !(group->whole = tc_map_new(TC_PREDICATES_MAX))) return no_memory(b);
        uint64_t *first;
        if (tc_failed(tc_map_put(group->whole, g->whole[i], &first, NULL))) return no_memory(b);
        group->whole_lengths |= UINT64_C(1) << (g->whole[i].len & 63);
        group->uses[i].next = (uint32_t)*first;
        *first = i + 1;
    }
    return TC_SUCCESS;
}

static TC_STATUS build_numbers(builder *b, tc_field_group *group, const gathering *g)
{
    size_t size = 4;
    while (size < 2 * g->number_count)
        size *= 2;
    group->numbers = tc_alloc(size, sizeof *group->numbers);
    if (!group->numbers) return no_memory(b);
    group->number_mask = size - 1;
    for (size_t i = 0; i < g->number_count; i++) {
        int64_t number = b->rules->predicates.list[g->numbers[i]].number.whole;
        size_t at = tc_number_hash(number, group->number_mask);
        while (group->numbers[at].predicate)
            at = (at + 1) & group->number_mask;
        group->numbers[at] = (tc_number_slot){number, g->numbers[i] + 1};
    }
    return TC_SUCCESS;
}

static TC_STATUS build_tables(builder *b)
{
    for (size_t i = 0; i < b->rules->group_count; i++) {
        tc_field_group *group = &b->rules->groups[i];
        gathering *g = &b->gathered[i];
        group->uses = g->uses;
        group->use_count = g->use_count;
        g->uses = NULL;
        group->has_pass = group->use_count > 0 || g->number_count > 0;
        TC_TRY(build_whole(b, group, g));
        if (g->number_count > 0) TC_TRY(build_numbers(b, group, g));
        if (g->word_count == 0) continue;
        group->pieces = tc_search_new(g->words, g->word_count);
        if (!group->pieces) return no_memory(b);
    }
    return TC_SUCCESS;
}

TC_STATUS tc_ruleset_build_groups(tc_ruleset *rules, tc_names *names, tc_error *reterr)
{
    builder b = {.rules = rules, .names = names, .error = reterr};
    tc_status status = assign_groups(&b);
    if (!tc_failed(status)) status = gather(&b);
    if (!tc_failed(status)) status = build_tables(&b);
    for (size_t i = 0; b.gathered && i < rules->group_count; i++) {
        tc_free(b.gathered[i].uses);
        tc_free(b.gathered[i].words);
        tc_free(b.gathered[i].whole);
        tc_free(b.gathered[i].numbers);
    }
    tc_free(b.gathered);
    return status;
}

void tc_groups_free(tc_ruleset *rules)
{
    for (size_t i = 0; rules->groups && i < rules->group_count; i++) {
        tc_field_group *group = &rules->groups[i];
        tc_map_free(group->whole);
        tc_search_free(group->pieces);
        tc_free(group->uses);
        tc_free(group->numbers);
    }
    tc_free(rules->groups);
    tc_free(rules->answers);
}
