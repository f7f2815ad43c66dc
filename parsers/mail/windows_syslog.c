/* Windows events that an agent wrote to syslog as text (NXLog's to_syslog_bsd and to_syslog_ietf,
 * evtsys): the provider is the program, the message is what Event Viewer shows, on one line. Only
 * RFC 5424 has room for the event's values; elsewhere even its number is told by the message. */
#include "parsers/mail/windows_syslog.h"

#include "parsers/text/structured_data.h"
#include "parsers/windows/windows_deliver.h"
#include "parsers/windows/windows_json_map.h"
#include "parsers/windows/windows_message.h"

#define SECURITY TC_LIT("Microsoft-Windows-Security-Auditing")

static const tc_mail_row rows[] = {{NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL}};

const tc_mail_server tc_mail_server_windows = {
    .name = "windows",
    .home = TC_MAIL_HOME_WINDOWS,
    .programs = {"microsoft-windows", "security-auditing"},
    .rows = rows,
};

typedef struct walk {
    const tc_mail_record *record;
    const tc_schema *schema;
    tc_row row;
} walk;

static void set(walk *w, tc_field_static field, tc_slice text)
{
    if (text.len)
        tc_row_set(&w->row, tc_windows_column(field), tc_cell_text(text), TC_WINDOWS_RANK_HINT);
}

/* -- values in structured data (RFC 5424, 6.3) ------------------------------------------------- */

/* Behind the priority, the version and five words; empty in the old form. */
static tc_slice structured_data(tc_slice raw)
{
    bool newer;
    tc_slice rest = tc_slice_sub(raw, tc_mail_line_head(raw, &newer), TC_NPOS);
    for (int i = 0; newer && i < 5; i++)
        (void)tc_slice_split(rest, ' ', &rest);
    return newer && rest.len && rest.ptr[0] == '[' ? rest : TC_EMPTY_SLICE;
}

static void set_named(walk *w, tc_slice name, tc_slice value)
{
    tc_member member;
    tc_windows_json_member(w->record->options, w->schema, TC_WINDOWS_ROOT, name, &member);
    bool cell = member.action == TC_WINDOWS_CELL || member.action == TC_WINDOWS_TIME ||
                member.action == TC_WINDOWS_LOCAL_TIME;
    if (!cell || value.len == 0) return;
    tc_row_set(&w->row, member.column, tc_cell_text(value), member.rank);
    tc_row_set(&w->row, member.second, tc_cell_text(value), member.rank);
}

static void take_structured(walk *w, tc_slice elements)
{
    tc_structured_data data = {.rest = elements};
    tc_slice name, value;
    while (tc_structured_next(&data, &name, &value) == TC_STRUCTURED_VALUE)
        set_named(w, name, tc_structured_text(value, w->row.arena));
}

/* -- the message ------------------------------------------------------------------------------ */

/* Line ends and tabs as rsyslog writes them, #015#012#011, made what they were. */
static tc_slice with_line_ends(tc_slice text, tc_arena *arena)
{
    static const struct {
        const char *written;
        uint8_t byte;
    } signs[] = {{"#015", '\r'}, {"#012", '\n'}, {"#011", '\t'}};
    uint8_t *out = NULL;
    size_t length = 0;
    if (tc_slice_search(text, TC_LIT("#01")) == TC_NPOS) return text;
    out = tc_arena_get(arena, text.len, 1);
    if (!out) return text;
    for (size_t at = 0; at < text.len; length++) {
        size_t wide = 1;
        out[length] = text.ptr[at];
        for (size_t i = 0; text.ptr[at] == '#' && i < TC_COUNT_OF(signs); i++) {
            if (!tc_slice_starts(tc_slice_sub(text, at, 4), tc_slice_of(signs[i].written)))
                continue;
            out[length] = signs[i].byte;
            wide = 4;
        }
        at += wide;
    }
    return tc_slice_make(out, length);
}

static void set_outcome(walk *w, bool failed)
{
    set(w, TC_FIELD_WE_KEYWORDS,
        failed ? TC_LIT("0x8010000000000000") : TC_LIT("0x8020000000000000"));
}

/* "4724: AUDIT_SUCCESS " of evtsys, taken off. */
static void take_number(walk *w, tc_slice *message)
{
    tc_slice rest, number = tc_slice_split(*message, ':', &rest);
    uint64_t event;
    if (number.len > 5 || !tc_slice_to_u64(number, &event)) return;
    set(w, TC_FIELD_WE_EVENT_ID, number);
    rest = tc_slice_trim(rest);
    tc_slice after, word = tc_slice_split(rest, ' ', &after);
    bool failed = tc_slice_equal(word, TC_LIT("AUDIT_FAILURE"));
    if (failed || tc_slice_equal(word, TC_LIT("AUDIT_SUCCESS"))) {
        set_outcome(w, failed);
        rest = tc_slice_trim(after);
    }
    *message = rest;
}

/* The event that the message begins like. */
static void tell_number(walk *w, tc_slice message)
{
    unsigned number = tc_windows_message_number(message);
    char text[16];
    tc_slice kept;
    if (number == 0 || tc_windows_has_number(&w->row)) return;
    snprintf(text, sizeof text, "%u", number);
    if (tc_arena_copy(w->row.arena, tc_slice_of(text), &kept)) set(w, TC_FIELD_WE_EVENT_ID, kept);
}

/* NXLog gives audits that failed the severity of an error; of others it says nothing. */
static void tell_outcome(walk *w)
{
    uint64_t priority;
    tc_slice raw = w->record->raw;
    if (!tc_slice_starts(raw, TC_LIT("<"))) return;
    tc_slice digits = tc_slice_sub(raw, 1, tc_slice_find(raw, '>') - 1);
    if (tc_slice_to_u64(digits, &priority) && priority % 8 == 3) set_outcome(w, true);
}

static void fill(walk *w)
{
    const tc_mail_reading *r = w->record->reading;
    tc_slice program = r->field[TC_MAIL_PROGRAM], message = r->field[TC_MAIL_MESSAGE];
    bool security = tc_slice_equal_ascii(program, TC_LIT("Security-Auditing"));
    take_structured(w, structured_data(w->record->raw));
    take_number(w, &message);
    tell_number(w, message);
    tell_outcome(w);
    set(w, TC_FIELD_WE_PROVIDER_NAME, security ? SECURITY : program);
    set(w, TC_FIELD_WE_COMPUTER, r->field[TC_MAIL_HOST]);
    set(w, TC_FIELD_WE_MESSAGE, with_line_ends(message, w->row.arena));
}

/* -- delivery --------------------------------------------------------------------------------- */

typedef struct outlet {
    const tc_sink *sink;
    const tc_shipped *shipped;
} outlet;

static TC_STATUS hand_on(void *context, tc_event *event)
{
    const outlet *o = context;
    event->shipped = o->shipped;
    return o->sink->event(o->sink->context, event);
}

TC_STATUS tc_windows_syslog_deliver(const tc_mail_record *record, const tc_shipped *shipped,
                                    const tc_sink *sink)
{
    const tc_windows_schemas *schemas = &record->carry->windows;
    walk w = {.record = record, .schema = schemas->of};
    outlet out = {sink, shipped};
    const tc_sink through = {&out, hand_on, NULL};
    if (!tc_row_init(&w.row, record->arena, w.schema->column_count, record->options->all))
        return (tc_status){TC_ENOMEM};
    fill(&w);
    return tc_windows_deliver(
        schemas, record->options->names, &w.row,
        (tc_windows_found){.time = record->time, .place = record->place, .raw = record->raw},
        &through);
}
