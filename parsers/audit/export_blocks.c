#include "parsers/audit/export_blocks.h"

#include "parsers/audit/export_dates.h"

#define SCRATCH_MAX (1u << 23)

struct carry {
    tc_export_schemas schemas;
    tc_framing framing;
};

static const tc_export_blocks *format_of(const tc_parser *self)
{
    return self->data;
}

void tc_export_blocks_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){.framing = {0}};
    tc_export_schemas_init(&own->schemas, options, self->name);
}

void tc_export_blocks_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                            tc_visit *visit)
{
    (void)self;
    (void)options;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_framing_visit(&own->framing, visit);
}

int tc_export_blocks_probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)name;
    return format_of(self)->probe(head);
}

/* -- frame ----------------------------------------------------------------------------------- */

static tc_framing_answer ends(const void *context, tc_slice bytes, size_t feed, bool last)
{
    const tc_export_blocks *format = context;
    tc_slice rest = tc_slice_sub(bytes, feed + 1, TC_EXPORT_BLOCK_AHEAD);
    bool end = last && bytes.len - feed - 1 <= TC_EXPORT_BLOCK_AHEAD;
    if (rest.len == 0) return last ? TC_FRAMING_YES : TC_FRAMING_UNKNOWN;
    return format->begins(rest, end || rest.len == TC_EXPORT_BLOCK_AHEAD);
}

static bool is_header(const void *context, tc_slice line)
{
    (void)context;
    (void)line;
    return false;
}

static TC_STATUS take_header(const void *context, tc_carry *carry, const tc_parse_options *options,
                             tc_slice line)
{
    (void)context;
    (void)carry;
    (void)options;
    (void)line;
    return TC_SUCCESS;
}

TC_STATUS tc_export_blocks_frame(const tc_parser *self, tc_carry *carry,
                                 const tc_parse_options *options, tc_slice bytes, bool last,
                                 tc_frame *ret)
{
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    const tc_framing_rules rules = {
        .ends = ends, .is_header = is_header, .header = take_header, .context = format_of(self)};
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (own->schemas.failed != TC_OK) return (tc_status){own->schemas.failed};
    return tc_framing_next(&rules, &own->framing, carry, options, bytes, last, ret);
}

/* -- parse ----------------------------------------------------------------------------------- */

typedef struct walk {
    const tc_export_blocks *format;
    tc_export_walk *events;
    tc_export_record *record;
    tc_arena *arena;
} walk;

static bool walk_init(walk *w, const tc_parser *self, const struct carry *own,
                      const tc_parse_options *options, tc_arena *arena, size_t length)
{
    *w = (walk){.format = format_of(self), .arena = arena};
    w->events = tc_arena_get(arena, 1, sizeof *w->events);
    w->record = tc_arena_get(arena, 1, sizeof *w->record);
    return w->events && w->record &&
           tc_export_walk_init(w->events, options, &own->schemas, arena, length);
}

/* The length of the unit that begins the block, with its line end. */
static size_t unit_length(const tc_export_blocks *format, tc_slice block)
{
    for (size_t at = 0; at < block.len;) {
        size_t feed = tc_slice_find(tc_slice_sub(block, at, block.len), '\n');
        if (feed == TC_NPOS) break;
        at += feed + 1;
        if (ends(format, block, at - 1, true) == TC_FRAMING_YES) return at;
    }
    return block.len;
}

static tc_slice without_end(tc_slice text)
{
    while (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text;
}

/* TC_REASON_COUNT if the text is a record; *ret_structure: it is none, but what stands around. */
static tc_reason understand(walk *w, tc_slice text, bool *ret_structure)
{
    w->record->count = 0;
    tc_export_block block = w->format->read(text, w->arena, w->record);
    *ret_structure = block == TC_EXPORT_BLOCK_STRUCTURE;
    if (block != TC_EXPORT_BLOCK_RECORD) return TC_REASON_NOT_EVENT;
    return w->format->kind ? tc_export_read_event(w->events, w->format->kind, w->record)
                           : tc_export_walk_record(w->events, w->record);
}

static TC_STATUS take(walk *w, tc_units *units)
{
    tc_slice rest = tc_slice_sub(units->block, units->at, units->block.len);
    size_t length = unit_length(w->format, rest);
    tc_slice text = without_end(tc_slice_sub(rest, 0, length));
    bool structure;
    tc_reason reason = understand(w, text, &structure);
    if (reason == TC_REASON_COUNT) {
        tc_place place = {units->at, text.len, units->record};
        units->ledger->bytes.parsed += length;
        units->ledger->records.accepted++;
        units->at += length;
        units->record++;
        return tc_export_deliver(w->events, place, text, units->sink);
    }
    if (!structure) {
        tc_units_reject(units, reason, text.len, length);
        return TC_SUCCESS;
    }
    units->ledger->bytes.header += length;
    units->ledger->records.header++;
    units->at += length;
    units->record++;
    return TC_SUCCESS;
}

TC_STATUS tc_export_blocks_parse(const tc_parser *self, const tc_carry *carry,
                                 const tc_parse_options *options, tc_slice block, tc_arena *arena,
                                 tc_ledger *ledger, const tc_sink *sink)
{
    walk w;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (!walk_init(&w, self, own, options, arena, block.len)) return (tc_status){TC_ENOMEM};
    tc_units units = {.block = block, .ledger = ledger, .sink = sink};
    tc_arena_mark mark = tc_arena_save(arena);
    while (tc_units_record(&units)) {
        TC_TRY(take(&w, &units));
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

bool tc_export_blocks_sample_time(const tc_parser *self, const tc_carry *carry,
                                  const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    walk w;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return false;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    bool found = false;
    if (arena && walk_init(&w, self, own, options, arena, 0)) {
        tc_arena_mark mark = tc_arena_save(arena);
        size_t at = unit_length(w.format, bytes); /* the first one may be a piece */
        while (!found && at < bytes.len) {
            tc_slice rest = tc_slice_sub(bytes, at, bytes.len);
            size_t length = unit_length(w.format, rest);
            bool structure;
            found = understand(&w, without_end(tc_slice_sub(rest, 0, length)), &structure) ==
                    TC_REASON_COUNT;
            if (found) *ret = w.events->time;
            at += length;
            tc_arena_rewind(arena, mark);
        }
    }
    tc_arena_free(arena);
    return found;
}

/* -- whether day or month comes first --------------------------------------------------------- */

static void note_record(tc_export_dates *dates, const tc_export_blocks *format,
                        const tc_export_record *record, tc_arena *arena)
{
    const tc_export *kind = format->kind ? format->kind : tc_export_kind_of(record);
    for (size_t i = 0; kind && i < record->count; i++)
        if (tc_export_is_time(kind, record->names[i]))
            tc_export_dates_note(dates, tc_slice_trim(tc_cell_value(record->cells[i], arena).text));
}

static void note_records(tc_export_dates *dates, const tc_export_blocks *format, tc_slice text,
                         tc_export_record *record, tc_arena *arena)
{
    tc_arena_mark mark = tc_arena_save(arena);
    while (text.len > 0) {
        size_t length = unit_length(format, text);
        record->count = 0;
        if (format->read(without_end(tc_slice_sub(text, 0, length)), arena, record) ==
            TC_EXPORT_BLOCK_RECORD)
            note_record(dates, format, record, arena);
        tc_arena_rewind(arena, mark);
        text = tc_slice_sub(text, length, text.len);
    }
}

static TC_STATUS learn_writing(const tc_parser *self, tc_slice head, tc_slice tail, tc_slice name,
                               tc_columns *ret)
{
    tc_export_dates dates = {.count = 0};
    (void)name;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    tc_export_record *record = arena ? tc_arena_get(arena, 1, sizeof *record) : NULL;
    if (record) {
        note_records(&dates, format_of(self), head, record, arena);
        note_records(&dates, format_of(self), tail, record, arena);
        tc_export_dates_told(&dates, ret);
    }
    tc_arena_free(arena);
    return record ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

const tc_column_reader tc_export_blocks_column_reader = {.learn_writing = learn_writing};
