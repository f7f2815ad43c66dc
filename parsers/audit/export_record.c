#include "parsers/audit/export_record.h"

#include "parsers/audit/export_rows.h"
#include "parsers/audit/export_splunk.h"
#include "parsers/windows/windows_deliver.h"
#include "parsers/windows/windows_json_map.h"
#include "parsers/windows/windows_message.h"
#include "parsers/windows/windows_outcome.h"

#define RANK_NAMED 2
#define RANK_MADE 1

void tc_export_schemas_init(tc_export_schemas *schemas, const tc_parse_options *options,
                            const char *format)
{
    tc_logsource_set sets[TC_EXPORT_KINDS];
    for (size_t i = 0; i < TC_EXPORT_KINDS; i++)
        sets[i] = (tc_logsource_set){tc_export_kinds[i]->labels, tc_export_kinds[i]->label_count};
    *schemas = (tc_export_schemas){.failed = TC_EUNSUPPORTED};
    if (!options->schemas) return;
    tc_windows_schemas_init(&schemas->windows, options, format);
    tc_audit_schemas_init(&schemas->audit, options, format);
    schemas->failed =
        schemas->windows.failed != TC_OK ? schemas->windows.failed : schemas->audit.failed;
    if (schemas->failed != TC_OK) return;
    schemas->failed = tc_schemas_get_open_set(options->schemas, format, sets, TC_EXPORT_KINDS,
                                              TC_FIELD_ECS_END, &schemas->kinds)
                          .code;
}

void tc_export_record_add(tc_export_record *record, tc_slice name, tc_cell cell)
{
    if (record->count == TC_EXPORT_COLUMNS || name.len == 0) return;
    record->names[record->count] = name;
    record->cells[record->count++] = cell;
}

void tc_export_record_parameter(tc_export_record *record, tc_arena *arena, tc_slice name,
                                tc_cell cell)
{
    const tc_slice prefix = TC_LIT("Parameters.");
    uint8_t *joined = name.len ? tc_arena_get(arena, prefix.len + name.len, 1) : NULL;
    if (!joined) return;
    memcpy(joined, prefix.ptr, prefix.len);
    memcpy(joined + prefix.len, name.ptr, name.len);
    tc_export_record_add(record, tc_slice_make(joined, prefix.len + name.len), cell);
}

bool tc_export_walk_init(tc_export_walk *walk, const tc_parse_options *options,
                         const tc_export_schemas *schemas, tc_arena *arena, size_t block_length)
{
    *walk = (tc_export_walk){.options = options, .schemas = schemas};
    walk->members = tc_members_new(arena);
    walk->audit = tc_arena_get(arena, 1, sizeof *walk->audit);
    return walk->members && walk->audit &&
           tc_row_init(&walk->row, arena, schemas->windows.of->column_count, options->all) &&
           (!schemas->kinds ||
            tc_audit_walk_init(walk->audit, options, &schemas->audit, arena, block_length));
}

/* -- one record ------------------------------------------------------------------------------ */

static tc_member *member_of(tc_export_walk *walk, const tc_export *kind, tc_slice name)
{
    bool known;
    tc_member *member = tc_members_at(walk->members, kind->members, name, &known);
    if (!known && kind->members)
        tc_windows_json_member(walk->options, walk->schemas->windows.of, TC_WINDOWS_ROOT, name,
                               member);
    else if (!known)
        tc_members_columns(walk->options, walk->schemas->windows.of, name, member);
    return member;
}

static void set_value(tc_export_walk *walk, const tc_export *kind, tc_slice name, tc_cell cell,
                      uint8_t rank)
{
    const tc_member *member = member_of(walk, kind, name);
    if (kind->members) rank = member->rank;
    if (kind->members && member->action == TC_WINDOWS_RENAMED)
        tc_windows_renamed_note(&walk->renamed, (tc_windows_renamed_name)member->argument, cell);
    tc_row_set(&walk->row, member->column, cell, rank);
    tc_row_set(&walk->row, member->second, cell, rank);
    if (walk->row.all && member->column == TC_ROW_NONE && member->second == TC_ROW_NONE)
        tc_row_extra(&walk->row, name, cell);
}

static tc_slice text_of(const tc_export_walk *walk, tc_cell cell)
{
    tc_value value = tc_cell_value(cell, walk->row.arena);
    bool plain = value.kind == TC_KIND_STRING || value.kind == TC_KIND_NUMBER;
    return plain ? tc_slice_trim(value.text) : TC_EMPTY_SLICE;
}

static tc_slice named(const tc_export_walk *walk, const tc_export_record *record, const char *name)
{
    for (size_t i = 0; i < record->count; i++)
        if (tc_slice_equal_ascii(record->names[i], tc_slice_of(name)))
            return text_of(walk, record->cells[i]);
    return TC_EMPTY_SLICE;
}

/* What Kibana and others write where there is no value. */
static bool is_missing(tc_cell cell)
{
    tc_slice text = tc_slice_make(cell.ptr, cell.len);
    return cell.form == TC_FORM_TEXT &&
           (text.len == 0 || tc_slice_equal(text, TC_LIT("-")) ||
            tc_slice_equal(text, TC_LIT("(null)")) || tc_slice_equal(text, TC_LIT("null")));
}

static void fill(tc_export_walk *walk, const tc_export *kind, const tc_export_record *record)
{
    tc_row_clear(&walk->row);
    walk->renamed = (tc_windows_renamed){0};
    for (size_t i = 0; i < record->count; i++) {
        if (kind->members && is_missing(record->cells[i])) continue;
        tc_slice field = tc_export_field(kind, record->names[i]);
        /* What was renamed counts less than what has the name of itself. */
        bool own = field.ptr == record->names[i].ptr;
        set_value(walk, kind, field, record->cells[i], own ? RANK_NAMED : RANK_MADE);
    }
}

/* EvtxECmd's, which writes every time as UTC and no zone. */
static bool is_evtxecmd(const tc_export_record *record)
{
    static const char *const own[] = {"MapDescription", "PayloadData1", "ChunkNumber"};
    size_t found = 0;
    for (size_t i = 0; i < record->count; i++)
        if (tc_slice_is_one_of(record->names[i], own, TC_COUNT_OF(own))) found++;
    return found == TC_COUNT_OF(own);
}

/* Of the columns that are times, the one that is most the event's own. */
static tc_reason read_best_time(tc_export_walk *walk, const tc_export *kind,
                                const tc_export_record *record)
{
    uint8_t best = 0;
    const bool utc = is_evtxecmd(record);
    for (size_t i = 0; i < record->count; i++) {
        const tc_member *member = member_of(walk, kind, record->names[i]);
        bool local = member->action == TC_WINDOWS_LOCAL_TIME, zoned;
        tc_time time;
        if (!local && member->action != TC_WINDOWS_TIME) continue;
        tc_slice text = text_of(walk, record->cells[i]);
        if (member->rank <= best || !tc_export_time(text, walk->options->columns, &time, &zoned))
            continue;
        /* Kibana shows the times of its user. */
        local = local || tc_slice_search(text, TC_LIT(" @ ")) != TC_NPOS;
        best = member->rank;
        walk->time =
            local && !zoned && !utc ? tc_time_sub(time, walk->options->zone_offset_ns) : time;
    }
    return best > 0 ? TC_REASON_COUNT : TC_REASON_BAD_TIME;
}

static tc_reason read_time(tc_export_walk *walk, const tc_export *kind,
                           const tc_export_record *record)
{
    bool zoned;
    if (kind->members) return read_best_time(walk, kind, record);
    if (!tc_export_time(named(walk, record, kind->time), walk->options->columns, &walk->time,
                        &zoned))
        return TC_REASON_BAD_TIME;
    if (!zoned && kind->local) walk->time = tc_time_sub(walk->time, walk->options->zone_offset_ns);
    return TC_REASON_COUNT;
}

/* -- Windows events -------------------------------------------------------------------------- */

/* "4,724": a number as Kibana shows it. */
static void mend_number(tc_export_walk *walk)
{
    tc_slice number = tc_windows_number(&walk->row);
    size_t comma = tc_slice_find(number, ',');
    if (comma == TC_NPOS || comma == 0 || number.len - comma != 4) return;
    uint8_t *out = tc_arena_get(walk->row.arena, number.len - 1, 1);
    if (!out) return;
    memcpy(out, number.ptr, comma);
    memcpy(out + comma, number.ptr + comma + 1, 3);
    tc_row_set(&walk->row, tc_windows_column(TC_FIELD_WE_EVENT_ID),
               tc_cell_text(tc_slice_make(out, number.len - 1)), UINT8_MAX);
}

tc_reason tc_export_read_event(tc_export_walk *walk, const tc_export *kind,
                               const tc_export_record *record)
{
    walk->kind = kind;
    fill(walk, kind, record);
    if (kind->members) mend_number(walk);
    if (kind->members) tc_export_read_splunk(&walk->row, record);
    if (!tc_windows_has_number(&walk->row)) return TC_REASON_NOT_EVENT;
    (void)tc_windows_place(&walk->row);
    tc_windows_read_outcome(&walk->row, tc_windows_renamed_fill(&walk->renamed, &walk->row));
    return read_time(walk, kind, record);
}

/* -- any kind -------------------------------------------------------------------------------- */

const tc_export *tc_export_kind_of(const tc_export_record *record)
{
    size_t k = 0;
    while (tc_export_kinds[k] &&
           !tc_export_has_all(tc_export_kinds[k], record->names, record->count))
        k++;
    return tc_export_kinds[k];
}

tc_reason tc_export_walk_record(tc_export_walk *walk, const tc_export_record *record)
{
    const tc_export *kind = tc_export_kind_of(record);
    walk->kind = kind;
    if (!kind) return TC_REASON_NOT_EVENT;
    if (kind->windows) return tc_export_read_event(walk, kind, record);
    if (kind->payload) {
        tc_reason reason = tc_audit_walk_object(walk->audit, named(walk, record, kind->payload));
        walk->time = walk->audit->time;
        return reason;
    }
    fill(walk, kind, record);
    return read_time(walk, kind, record);
}

static const tc_schema *schema_of(const tc_export_walk *walk)
{
    size_t k = 0;
    while (tc_export_kinds[k] != walk->kind)
        k++;
    return &walk->schemas->kinds[k];
}

TC_STATUS tc_export_deliver(tc_export_walk *walk, tc_place place, tc_slice raw, const tc_sink *sink)
{
    if (walk->kind->payload) return tc_audit_deliver(walk->audit, place, raw, sink);
    if (walk->kind->windows)
        return tc_windows_deliver(
            &walk->schemas->windows, walk->options->names, &walk->row,
            (tc_windows_found){.time = walk->time, .place = place, .raw = raw}, sink);
    tc_event event = {.schema = schema_of(walk),
                      .cells = walk->row.cells,
                      .extra = walk->row.extra,
                      .extra_count = walk->row.extra_count,
                      .time = walk->time,
                      .place = place,
                      .raw = raw,
                      .arena = walk->row.arena};
    return sink->event(sink->context, &event);
}

uint64_t tc_export_identity(const tc_parser *self, const tc_event *event)
{
    bool windows = tc_event_text(event, TC_FIELD_WE_EVENT_ID).len > 0;
    return windows ? tc_windows_identity(self, event) : tc_audit_identity(self, event);
}

void tc_export_show(const tc_parser *self, const tc_event *event, tc_str *out)
{
    tc_windows_show(self, event, out);
}
