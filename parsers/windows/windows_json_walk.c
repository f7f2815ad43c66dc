#include "parsers/windows/windows_json_walk.h"

#include "parsers/windows/windows_data_text.h"
#include "parsers/windows/windows_message.h"
#include "parsers/windows/windows_outcome.h"

#define TAG_NAME_MAX 128 /* longest Tag_Attribute that is looked up */

bool tc_windows_walk_init(tc_windows_walk *walk, const tc_parse_options *options,
                          const tc_windows_schemas *schemas, tc_arena *arena)
{
    walk->options = options;
    walk->schema = schemas->of;
    walk->members = tc_members_new(arena);
    walk->path.depth = 0;
    walk->path_from = 0;
    return walk->members &&
           tc_row_init(&walk->row, arena, walk->schema->column_count, options->all);
}

static void set_cell(tc_windows_walk *walk, const tc_member *member, tc_cell cell)
{
    tc_row_set(&walk->row, member->column, cell, member->rank);
    tc_row_set(&walk->row, member->second, cell, member->rank);
}

/* What to do with a member, whose name is as written. */
static tc_member member_of(tc_windows_walk *walk, tc_windows_scope scope, tc_slice name)
{
    bool known;
    tc_member *place = tc_members_at(walk->members, (uint16_t)scope, name, &known);
    if (!known) {
        tc_slice decoded;
        if (!tc_json_decode(walk->row.arena, name, &decoded)) decoded = name;
        tc_windows_json_member(walk->options, walk->schema, scope, decoded, place);
    }
    return *place;
}

/* The value at the reader; Elasticsearch's `fields` are lists, mostly of one. */
static bool take_cell(tc_windows_walk *walk, tc_cell *ret)
{
    if (!tc_json_take_cell(&walk->r, walk->row.arena, ret)) return false;
    if (walk->listed && ret->form == TC_FORM_LIST && ret->len == 1)
        *ret = *(const tc_cell *)(const void *)ret->ptr;
    return true;
}

/* Skips a value that nobody asked for, or lists it. */
static bool take_unknown(tc_windows_walk *walk, tc_slice name)
{
    if (!walk->row.all) return tc_json_skip(&walk->r, NULL);
    tc_json_path_push(&walk->path, name);
    bool taken = tc_json_take_extra(&walk->r, &walk->row, &walk->path, walk->path_from);
    tc_json_path_pop(&walk->path);
    return taken;
}

/* -- time ------------------------------------------------------------------------------------ */

#define SURE                                                                                       \
    16 /* so much higher ranks a time whose zone is known than one that may be off by hours */

static void note_time(tc_windows_walk *walk, const tc_member *member, tc_cell cell)
{
    if (cell.form == TC_FORM_NULL || member->rank + SURE <= walk->time_rank) return;
    tc_value value = tc_cell_value(cell, walk->row.arena);
    tc_time time;
    bool zoned;
    bool readable = (value.kind == TC_KIND_STRING || value.kind == TC_KIND_NUMBER) &&
                    tc_windows_time(value.text, &time, &zoned);
    bool local = readable && !zoned && member->action == TC_WINDOWS_LOCAL_TIME;
    if (local) readable = !__builtin_sub_overflow(time, walk->options->zone_offset_ns, &time);
    /* Of a server whose zone was given, local times are as good as any. */
    bool sure = !local || walk->options->zone_offset_ns != 0;
    uint8_t rank = (uint8_t)(member->rank + (sure ? SURE : 0));
    if (!readable || time == TC_TIME_NONE) {
        walk->bad_time = true;
    } else if (rank > walk->time_rank) {
        walk->time = time;
        walk->time_rank = rank;
    }
}

static inline bool is_time(const tc_member *member)
{
    return member->action == TC_WINDOWS_TIME || member->action == TC_WINDOWS_LOCAL_TIME;
}

static inline bool is_unwanted(const tc_member *member)
{
    return member->column == TC_ROW_NONE && member->second == TC_ROW_NONE && !is_time(member);
}

/* A cell, and the event's time if it is one. */
static void set_value(tc_windows_walk *walk, const tc_member *member, tc_cell cell)
{
    set_cell(walk, member, cell);
    if (is_time(member)) note_time(walk, member, cell);
}

/* -- XML written as JSON --------------------------------------------------------------------- */

/* How converters call the text of an element that has attributes as well. */
static bool is_text_name(tc_slice name)
{
    return tc_slice_equal(name, TC_LIT("#text")) || tc_slice_equal_ascii(name, TC_LIT("Value")) ||
           tc_slice_equal(name, TC_LIT("#value"));
}

static tc_slice without_at(tc_slice name)
{
    return tc_slice_starts(name, TC_LIT("@")) ? tc_slice_sub(name, 1, name.len) : name;
}

/* The attribute of a System tag at the reader: the field Tag_Attribute. */
static bool take_attribute(tc_windows_walk *walk, tc_slice tag, const tc_member *member,
                           tc_slice name)
{
    tc_cell cell;
    if (!tc_json_take_cell(&walk->r, walk->row.arena, &cell)) return false;
    name = without_at(name);
    if (is_time(member) && tc_slice_equal(name, TC_LIT("SystemTime")))
        set_value(walk, member, cell);
    uint8_t text[TAG_NAME_MAX];
    if (tag.len + 1 + name.len > sizeof text) return true;
    memcpy(text, tag.ptr, tag.len);
    text[tag.len] = '_';
    if (name.len) memcpy(text + tag.len + 1, name.ptr, name.len);
    tc_slice joined = tc_slice_make(text, tag.len + 1 + name.len);
    tc_member columns;
    if (tc_members_columns(walk->options, walk->schema, joined, &columns)) {
        columns.rank = TC_WINDOWS_RANK_SYSTEM;
        set_cell(walk, &columns, cell);
    } else if (walk->row.all && tc_arena_copy(walk->row.arena, joined, &joined)) {
        tc_row_extra(&walk->row, joined, cell);
    }
    return true;
}

/* The object at the reader that stands for a System tag: its text and attributes. */
static bool walk_tag(tc_windows_walk *walk, tc_slice tag, const tc_member *member)
{
    tc_json_value value;
    tc_slice name;
    if (!tc_json_value_next(&walk->r, &value)) return false;
    while (tc_json_key_next(&walk->r, &name)) {
        bool taken;
        tc_cell cell;
        if (is_text_name(name)) {
            taken = tc_json_take_cell(&walk->r, walk->row.arena, &cell);
            if (taken) set_value(walk, member, cell);
        } else if (tc_json_peek(&walk->r) == '{') {
            taken = tc_slice_equal(name, TC_LIT("#attributes")) ? walk_tag(walk, tag, member)
                                                                : tc_json_skip(&walk->r, NULL);
        } else {
            taken = take_attribute(walk, tag, member, name);
        }
        if (!taken) return false;
    }
    return !tc_json_failed(&walk->r);
}

/* A System tag, or "Tag_attributes" with its attributes alone. */
static bool take_tag(tc_windows_walk *walk, tc_slice name, const tc_member *member)
{
    tc_cell cell;
    if (tc_json_peek(&walk->r) == '{') {
        tc_slice suffix = TC_LIT("_attributes");
        if (tc_slice_ends(name, suffix)) {
            name = tc_slice_sub(name, 0, name.len - suffix.len);
            tc_member tag = member_of(walk, TC_WINDOWS_SYSTEM, name);
            return walk_tag(walk, name, &tag);
        }
        return walk_tag(walk, name, member);
    }
    if (is_unwanted(member)) return take_unknown(walk, name);
    if (!take_cell(walk, &cell)) return false;
    set_value(walk, member, cell);
    return true;
}

/* What an object says that stands for a Data element: text, and perhaps a name. The reader is a
 * copy; errors show when the object itself is skipped. */
static void look_into(tc_json r, tc_arena *arena, tc_cell *ret_text, tc_slice *ret_name)
{
    tc_json_value value;
    tc_slice name;
    if (!tc_json_value_next(&r, &value)) return;
    while (tc_json_key_next(&r, &name)) {
        bool text = is_text_name(name);
        bool called = tc_slice_equal(without_at(name), TC_LIT("Name"));
        uint8_t first = tc_json_peek(&r);
        tc_slice ignored;
        if (first == '{' && tc_slice_equal(name, TC_LIT("#attributes")))
            look_into(r, arena, ret_text, ret_name);
        /* Where the value is itself an object (a SID by PowerShell), what it is is below it. */
        else if (first == '{' && text)
            look_into(r, arena, ret_text, &ignored);
        if ((text && first != '{') || (called && first == '"')) {
            tc_cell cell;
            if (!tc_json_take_cell(&r, arena, &cell)) return;
            if (text) *ret_text = cell;
            if (called) *ret_name = tc_slice_make(cell.ptr, cell.len);
        } else if (!tc_json_skip(&r, NULL)) {
            return;
        }
    }
}

/* -- EventData ------------------------------------------------------------------------------- */

/* A named value of EventData, or of UserData. */
static bool take_named(tc_windows_walk *walk, const tc_member *member)
{
    tc_cell cell;
    if (tc_json_peek(&walk->r) != '{') {
        if (!take_cell(walk, &cell)) return false;
        set_cell(walk, member, cell);
        return true;
    }
    tc_cell text = {NULL, 0, TC_FORM_MISSING};
    tc_slice name = TC_EMPTY_SLICE;
    look_into(walk->r, walk->row.arena, &text, &name);
    if (!tc_json_take_cell(&walk->r, walk->row.arena, &cell)) return false;
    set_cell(walk, member, text.form == TC_FORM_MISSING ? cell : text);
    return true;
}

static void add_unnamed(tc_windows_walk *walk, tc_cell cell)
{
    if (cell.form != TC_FORM_LIST) {
        (void)tc_row_list_add(walk->row.arena, &walk->data, cell);
        return;
    }
    const tc_cell *items = (const tc_cell *)(const void *)cell.ptr;
    for (size_t i = 0; i < cell.len; i++)
        (void)tc_row_list_add(walk->row.arena, &walk->data, items[i]);
}

static bool enter(tc_windows_walk *walk, tc_slice name, tc_windows_scope scope);

/* One Data element, or an object of all that have names. */
static bool take_data(tc_windows_walk *walk)
{
    tc_cell cell;
    if (tc_json_peek(&walk->r) != '{') {
        if (!tc_json_take_cell(&walk->r, walk->row.arena, &cell)) return false;
        add_unnamed(walk, cell);
        return true;
    }
    tc_cell text = {NULL, 0, TC_FORM_MISSING};
    tc_slice name = TC_EMPTY_SLICE;
    look_into(walk->r, walk->row.arena, &text, &name);
    if (text.form == TC_FORM_MISSING && name.len == 0)
        return enter(walk, TC_LIT("Data"), TC_WINDOWS_DATA);
    if (text.form == TC_FORM_MISSING) text = tc_cell_text(TC_LIT(""));
    if (!tc_json_skip(&walk->r, NULL)) return false;
    if (name.len == 0) {
        add_unnamed(walk, text);
        return true;
    }
    tc_member member = member_of(walk, TC_WINDOWS_DATA, name);
    if (member.action == TC_WINDOWS_CELL)
        set_cell(walk, &member, text);
    else if (walk->row.all)
        tc_row_extra(&walk->row, name, text);
    return true;
}

static bool take_all_data(tc_windows_walk *walk)
{
    if (tc_json_peek(&walk->r) != '[') return take_data(walk);
    tc_json_value value;
    if (!tc_json_value_next(&walk->r, &value)) return false;
    while (tc_json_element_next(&walk->r))
        if (!take_data(walk)) return false;
    return !tc_json_failed(&walk->r);
}

/* A value that the shipper numbered: part of the list, and perhaps a field of that name. */
static bool take_param(tc_windows_walk *walk, const tc_member *member)
{
    tc_cell cell;
    if (!tc_json_take_cell(&walk->r, walk->row.arena, &cell)) return false;
    set_cell(walk, member, cell);
    uint64_t bit = UINT64_C(1) << (member->argument - 1);
    if (!(walk->param_set & bit)) walk->params[member->argument - 1] = cell;
    walk->param_set |= bit;
    return true;
}

static void set_data(tc_windows_walk *walk)
{
    if (walk->data.count == 0) {
        for (uint64_t left = walk->param_set; left; left &= left - 1)
            add_unnamed(walk, walk->params[__builtin_ctzll(left)]);
    }
    if (walk->data.count > 0) {
        /* Get-EventLog's Data are bytes; the values stand elsewhere. */
        tc_row_set(&walk->row, tc_windows_column(TC_FIELD_WE_DATA), tc_row_list_cell(&walk->data),
                   TC_WINDOWS_RANK_SYSTEM);
    }
}

/* -- objects --------------------------------------------------------------------------------- */

static bool walk_members(tc_windows_walk *walk, tc_windows_scope scope);

/* The object at the reader, as one of that scope. */
static bool enter(tc_windows_walk *walk, tc_slice name, tc_windows_scope scope)
{
    tc_json_value value;
    if (!tc_json_value_next(&walk->r, &value)) return false;
    size_t from = walk->path_from;
    tc_json_path_push(&walk->path, name);
    bool own_names = scope == TC_WINDOWS_DATA || scope == TC_WINDOWS_SYSTEM ||
                     scope == TC_WINDOWS_USER_DATA || scope == TC_WINDOWS_ROOT ||
                     scope == TC_WINDOWS_WAZUH_SYSTEM || scope == TC_WINDOWS_WAZUH_DATA;
    if (own_names) walk->path_from = walk->path.depth;
    walk->windows = walk->windows || scope == TC_WINDOWS_WINLOG || scope == TC_WINDOWS_DATA ||
                    scope == TC_WINDOWS_SYSTEM || scope == TC_WINDOWS_WAZUH_SYSTEM;
    bool listed = walk->listed;
    walk->listed = listed || tc_slice_equal(name, TC_LIT("fields"));
    bool taken = walk_members(walk, scope);
    walk->listed = listed;
    tc_json_path_pop(&walk->path);
    walk->path_from = from;
    return taken;
}

/* The members of the object that a text is. What is wrong in it costs what stands behind. Its names
 * begin anew: it may be as deep as the object around it. */
static void walk_text(tc_windows_walk *walk, tc_slice text, tc_windows_scope scope)
{
    const tc_json outer = walk->r;
    const tc_json_path path = walk->path;
    const size_t from = walk->path_from;
    tc_json_value value;
    walk->path.depth = 0;
    walk->path_from = 0;
    tc_json_init(&walk->r, text);
    if (tc_json_value_next(&walk->r, &value)) (void)walk_members(walk, scope);
    walk->r = outer;
    walk->path = path;
    walk->path_from = from;
}

/* A text that is itself an object: its members. */
static bool take_text(tc_windows_walk *walk, const tc_member *member)
{
    tc_cell cell;
    if (!tc_json_take_cell(&walk->r, walk->row.arena, &cell)) return false;
    set_cell(walk, member, cell);
    tc_value said = tc_cell_value(cell, walk->row.arena);
    if (said.kind == TC_KIND_STRING && tc_slice_starts(said.text, TC_LIT("{")))
        walk_text(walk, said.text, TC_WINDOWS_ROOT);
    return true;
}

/* Who takes the values of a text: those without a name once, though two texts may have them. */
typedef struct xml_values {
    tc_windows_walk *walk;
    bool unnamed;
} xml_values;

static void take_xml_value(void *context, tc_slice name, tc_cell cell)
{
    const xml_values *values = context;
    tc_windows_walk *walk = values->walk;
    if (name.len == 0) {
        if (values->unnamed) add_unnamed(walk, cell);
        return;
    }
    tc_member member;
    tc_windows_json_member(walk->options, walk->schema, TC_WINDOWS_DATA, name, &member);
    if (member.action == TC_WINDOWS_CELL)
        set_cell(walk, &member, cell);
    else if (walk->row.all)
        tc_row_extra(&walk->row, name, cell);
}

/* EventData that was made a text, of JSON or XML. */
static bool take_data_text(tc_windows_walk *walk, tc_slice name)
{
    tc_cell cell;
    tc_json ahead = walk->r;
    if (tc_json_peek(&walk->r) == '"' && tc_json_take_cell(&ahead, walk->row.arena, &cell)) {
        tc_slice text = tc_slice_trim(tc_cell_value(cell, walk->row.arena).text);
        bool object = tc_slice_starts(text, TC_LIT("{")), xml = tc_slice_starts(text, TC_LIT("<"));
        walk->windows = walk->windows || object || xml;
        if (object) walk_text(walk, text, TC_WINDOWS_DATA);
        xml_values values = {walk, walk->data.count == 0};
        if (xml) tc_windows_read_data_text(text, walk->row.arena, take_xml_value, &values);
    }
    return take_unknown(walk, name);
}

/* A value that Elastic's modules named anew. It is listed as what it is called now. */
static bool take_renamed(tc_windows_walk *walk, tc_slice name, const tc_member *member)
{
    tc_cell cell;
    tc_json before = walk->r;
    if (!take_cell(walk, &cell)) return false;
    tc_windows_renamed_note(&walk->renamed, (tc_windows_renamed_name)member->argument, cell);
    if (!walk->row.all) return true;
    walk->r = before;
    return take_unknown(walk, name);
}

/* The member at the reader, if it is not a plain value of a field. */
static bool take_member(tc_windows_walk *walk, tc_windows_scope scope, tc_slice name,
                        const tc_member *member, bool object)
{
    switch ((tc_windows_action)member->action) {
    case TC_WINDOWS_ENTER:
        if (object) return enter(walk, name, (tc_windows_scope)member->argument);
        if (member->column != TC_ROW_NONE) return take_named(walk, member);
        if (member->argument == TC_WINDOWS_DATA) return take_data_text(walk, name);
        break;
    case TC_WINDOWS_TIME:
    case TC_WINDOWS_LOCAL_TIME:
    case TC_WINDOWS_TAG:
        return take_tag(walk, name, member);
    case TC_WINDOWS_UNNAMED:
        return take_all_data(walk);
    case TC_WINDOWS_PARAM:
        return take_param(walk, member);
    case TC_WINDOWS_TEXT:
        return take_text(walk, member);
    case TC_WINDOWS_DATA_TEXT:
        return take_data_text(walk, name);
    case TC_WINDOWS_RENAMED:
        return take_renamed(walk, name, member);
    case TC_WINDOWS_CELL:
        if (scope == TC_WINDOWS_USER_DATA && object) return enter(walk, name, scope);
        return take_named(walk, member);
    case TC_WINDOWS_SKIP:
        if (scope == TC_WINDOWS_USER_DATA && object) return enter(walk, name, scope);
        break;
    }
    return take_unknown(walk, name);
}

static bool walk_members(tc_windows_walk *walk, tc_windows_scope scope)
{
    tc_slice name;
    while (tc_json_key_next(&walk->r, &name)) {
        tc_member member = member_of(walk, scope, name);
        uint8_t first = tc_json_peek(&walk->r);
        if (member.action == TC_WINDOWS_CELL && first != '{' && first != '[') {
            tc_json_value value;
            if (!tc_json_value_next(&walk->r, &value)) return false;
            set_cell(walk, &member, tc_json_scalar(&value));
        } else if (!take_member(walk, scope, name, &member, first == '{')) {
            return false;
        }
    }
    return !tc_json_failed(&walk->r);
}

bool tc_windows_walk_is_event(const tc_windows_walk *walk)
{
    if (!tc_windows_has_number(&walk->row)) return false;
    uint16_t number = tc_windows_column(TC_FIELD_WE_EVENT_ID);
    uint16_t channel = tc_windows_column(TC_FIELD_WE_CHANNEL);
    return walk->row.ranks[number] > TC_WINDOWS_RANK_HINT || walk->windows ||
           walk->row.ranks[channel] > 0;
}

tc_windows_verdict tc_windows_walk_object(tc_windows_walk *walk, tc_slice text, size_t *ret_length)
{
    tc_row_clear(&walk->row);
    walk->time = TC_TIME_NONE;
    walk->time_rank = 0;
    walk->bad_time = false;
    walk->windows = false;
    walk->listed = false;
    walk->renamed = (tc_windows_renamed){0};
    walk->data = (tc_row_list){NULL, 0, 0};
    walk->param_set = 0;
    walk->path.depth = 0;
    walk->path_from = 0;

    tc_json_value value;
    tc_json_init(&walk->r, text);
    if (!tc_json_value_next(&walk->r, &value) || value.type != TC_JSON_OBJECT ||
        !walk_members(walk, TC_WINDOWS_ROOT))
        return TC_WINDOWS_WALK_NO_JSON;
    *ret_length = tc_json_offset(&walk->r);
    set_data(walk);
    if (tc_windows_place(&walk->row)) walk->windows = true;
    tc_windows_read_outcome(&walk->row, tc_windows_renamed_fill(&walk->renamed, &walk->row));
    if (!tc_windows_walk_is_event(walk)) return TC_WINDOWS_WALK_NO_EVENT;
    bool bad = walk->time_rank == 0 && walk->bad_time;
    return bad ? TC_WINDOWS_WALK_NO_TIME : TC_WINDOWS_WALK_EVENT;
}
