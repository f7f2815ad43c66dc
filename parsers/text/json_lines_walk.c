#include "parsers/text/json_lines_walk.h"

#include "parsers/base/hash.h"

#define WORTH_A_TABLE 32768 /* bytes of a block that pays for a table of its members */

enum { RANK_PATH = 1, RANK_KEY };

bool tc_json_walk_init(tc_json_walk *walk, const tc_parse_options *options, const tc_schema *schema,
                       tc_arena *arena, size_t block_length)
{
    walk->options = options;
    walk->schema = schema;
    walk->have_prefixes = false;
    walk->members = NULL;
    if (block_length >= WORTH_A_TABLE) walk->members = tc_members_new(arena);
    return tc_row_init(&walk->row, arena, schema->column_count, options->all);
}

/* -- names ----------------------------------------------------------------------------------- */

static uint16_t column_of(const tc_json_walk *walk, tc_slice name)
{
    int column = tc_schema_column(walk->schema, tc_names_find(walk->options->names, name));
    return column < 0 ? TC_ROW_NONE : (uint16_t)column;
}

/* The column of a member of the outermost object, whose name is as written. */
static uint16_t column_of_key(tc_json_walk *walk, tc_slice key)
{
    bool known = false;
    tc_member fresh;
    tc_member *member = walk->members ? tc_members_at(walk->members, 0, key, &known) : &fresh;
    if (!known) {
        tc_slice name;
        if (!tc_json_decode(walk->row.arena, key, &name)) name = key;
        member->column = column_of(walk, name);
    }
    return member->column;
}

static inline void prefix_bit(tc_slice prefix, size_t *ret_word, uint64_t *ret_bit)
{
    uint64_t hash = tc_content_hash(prefix);
    *ret_word = hash >> 6 & 63;
    *ret_bit = UINT64_C(1) << (hash & 63);
}

static void note_prefixes(tc_json_walk *walk)
{
    memset(walk->prefixes, 0, sizeof walk->prefixes);
    for (size_t i = 0; i < walk->schema->column_count; i++) {
        tc_slice name = walk->schema->names[i];
        for (size_t at = 0; at < name.len; at++) {
            if (name.ptr[at] != '.') continue;
            size_t word;
            uint64_t bit;
            prefix_bit(tc_slice_sub(name, 0, at + 1), &word, &bit);
            walk->prefixes[word] |= bit;
        }
    }
    walk->have_prefixes = true;
}

/* Whether a name may lead into the object at the path that ends with a dot. */
static bool leads_on(tc_json_walk *walk, tc_slice path)
{
    if (walk->row.all) return true;
    if (!walk->have_prefixes) note_prefixes(walk);
    size_t word;
    uint64_t bit;
    prefix_bit(path, &word, &bit);
    return (walk->prefixes[word] & bit) != 0;
}

/* Appends a member's name to the path of the object around it; false if that is too long. */
static bool add_name(tc_json_walk *walk, tc_slice key, size_t *ret_length)
{
    tc_slice name;
    if (!tc_json_decode(walk->row.arena, key, &name)) name = key;
    size_t room = sizeof walk->name - 1 - walk->name_length;
    if (name.len > room) return false;
    if (name.len) memcpy(walk->name + walk->name_length, name.ptr, name.len);
    *ret_length = walk->name_length + name.len;
    return true;
}

/* -- members --------------------------------------------------------------------------------- */

static void note_time(tc_json_walk *walk, tc_cell cell)
{
    tc_value value = tc_cell_value(cell, walk->row.arena);
    double seconds;
    if (value.kind != TC_KIND_STRING && value.kind != TC_KIND_NUMBER) return;
    if (tc_time_parse_iso(value.text, &walk->time, NULL) ||
        tc_time_parse_epoch(value.text, &walk->time))
        return;
    walk->time = TC_TIME_NONE;
    if (value.kind == TC_KIND_NUMBER && tc_slice_to_double(value.text, &seconds) &&
        seconds > -9e9 && seconds < 9e9)
        walk->time = (tc_time)(seconds * 1e9);
}

static bool walk_members(tc_json_walk *walk);

/* The object at the reader, whose path without a last dot is `length` bytes of walk->name. */
static bool take_object(tc_json_walk *walk, uint16_t column, uint8_t rank, size_t length)
{
    if (column != TC_ROW_NONE) {
        tc_json whole = walk->r;
        tc_slice text;
        if (!tc_json_skip(&whole, &text)) return tc_json_skip(&walk->r, NULL);
        tc_row_set(&walk->row, column, (tc_cell){text.ptr, (uint32_t)text.len, TC_FORM_JSON}, rank);
    }
    walk->name[length] = '.';
    if (!leads_on(walk, tc_slice_make(walk->name, length + 1))) return tc_json_skip(&walk->r, NULL);
    tc_json_value value;
    if (!tc_json_value_next(&walk->r, &value)) return false;
    size_t outer = walk->name_length;
    walk->name_length = length + 1;
    bool taken = walk_members(walk);
    walk->name_length = outer;
    return taken;
}

/* The value at the reader, listed by the path of that length. */
static bool take_extra(tc_json_walk *walk, size_t length)
{
    tc_cell cell;
    tc_slice name;
    if (!tc_json_take_cell(&walk->r, walk->row.arena, &cell)) return false;
    if (tc_arena_copy(walk->row.arena, tc_slice_make(walk->name, length), &name))
        tc_row_extra(&walk->row, name, cell);
    return true;
}

/* The value at the reader, which is that of a column or of none. */
static bool take_value(tc_json_walk *walk, tc_slice key, uint16_t column, uint8_t rank)
{
    bool object = tc_json_peek(&walk->r) == '{';
    if (!object && column != TC_ROW_NONE) {
        tc_cell cell;
        if (!tc_json_take_cell(&walk->r, walk->row.arena, &cell)) return false;
        tc_row_set(&walk->row, column, cell, rank);
        return true;
    }
    size_t length;
    if (!object && !walk->row.all) return tc_json_skip(&walk->r, NULL);
    if (!add_name(walk, key, &length)) return tc_json_skip(&walk->r, NULL);
    return object ? take_object(walk, column, rank, length) : take_extra(walk, length);
}

static bool take_timestamp(tc_json_walk *walk, uint16_t column)
{
    tc_cell cell;
    if (!tc_json_take_cell(&walk->r, walk->row.arena, &cell)) return false;
    if (walk->time == TC_TIME_NONE) note_time(walk, cell);
    tc_row_set(&walk->row, column, cell, RANK_KEY);
    return true;
}

/* A member of the outermost object. */
static bool take_key(tc_json_walk *walk, tc_slice key)
{
    if (tc_slice_equal(key, TC_LIT("_logsource"))) return tc_json_skip(&walk->r, NULL);
    uint16_t column = column_of_key(walk, key);
    if (tc_slice_equal(key, TC_LIT("@timestamp")) && tc_json_peek(&walk->r) != '{')
        return take_timestamp(walk, column);
    return take_value(walk, key, column, RANK_KEY);
}

/* A member of an inner object. */
static bool take_path(tc_json_walk *walk, tc_slice key)
{
    size_t length;
    if (!add_name(walk, key, &length)) return tc_json_skip(&walk->r, NULL);
    return take_value(walk, key, column_of(walk, tc_slice_make(walk->name, length)), RANK_PATH);
}

static bool walk_members(tc_json_walk *walk)
{
    tc_slice key;
    while (tc_json_key_next(&walk->r, &key))
        if (!(walk->name_length == 0 ? take_key(walk, key) : take_path(walk, key))) return false;
    return !tc_json_failed(&walk->r);
}

tc_reason tc_json_walk_line(tc_json_walk *walk, tc_slice text)
{
    tc_row_clear(&walk->row);
    walk->time = TC_TIME_NONE;
    walk->name_length = 0;
    tc_json_init(&walk->r, text);
    tc_json_value value;
    uint8_t first = tc_json_peek(&walk->r);
    if (first != '{') {
        bool other = tc_json_skip(&walk->r, NULL) && tc_json_at_end(&walk->r);
        return other ? TC_REASON_NOT_EVENT : TC_REASON_BAD_JSON;
    }
    bool whole =
        tc_json_value_next(&walk->r, &value) && walk_members(walk) && tc_json_at_end(&walk->r);
    return whole ? TC_REASON_COUNT : TC_REASON_BAD_JSON;
}
