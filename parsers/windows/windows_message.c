#include "parsers/windows/windows_message.h"

#include "parsers/windows/windows_event.h"

#define LABELS_MAX 64
#define TEXT_MAX (1u << 16) /* of a message that is looked at */
#define RANK_MESSAGE 1

static const struct template
{
    unsigned number;
    const char *entries;
}
messages[] = {
#define TC_WINDOWS_MESSAGE(number, opening, labels) {number, labels},
#include "parsers/windows/windows_templates.def"
};

static const struct {
    unsigned number;
    const char *opening;
} openings[] = {
#define TC_WINDOWS_MESSAGE(number, opening, labels) {number, opening},
#define TC_WINDOWS_OPENING(number, opening) {number, opening},
#include "parsers/windows/windows_templates.def"
};

static const struct {
    unsigned number;
    const char *fields;
} values[] = {
#define TC_WINDOWS_VALUES(number, fields) {number, fields},
#include "parsers/windows/windows_templates.def"
};

/* Where values go. */
typedef struct target {
    tc_row *row;
    const tc_schema *schema;
    const tc_names *names;
} target;

static bool names_sid(tc_slice field)
{
    return tc_slice_ends(field, TC_LIT("Sid"));
}

static void set_field(const target *t, tc_slice name, tc_slice value)
{
    value = tc_slice_trim(value);
    if (name.len == 0 || value.len == 0) return;
    if (names_sid(name) && !tc_slice_starts(value, TC_LIT("S-1-"))) return;
    tc_field field = tc_names_find(t->names, name);
    int column = field == TC_FIELD_NONE ? -1 : tc_schema_column(t->schema, field);
    if (column >= 0)
        tc_row_set(t->row, (uint16_t)column, tc_cell_text(value), RANK_MESSAGE);
    else if (t->row->all)
        tc_row_extra(t->row, name, tc_cell_text(value));
}

/* -- values without names -------------------------------------------------------------------- */

static tc_slice text_of(const tc_row *row, tc_cell cell)
{
    tc_value value = tc_cell_value(cell, row->arena);
    bool plain = value.kind == TC_KIND_STRING || value.kind == TC_KIND_NUMBER;
    return plain ? value.text : TC_EMPTY_SLICE;
}

static void read_values(const target *t, const char *fields, const tc_value *list)
{
    tc_slice rest = tc_slice_of(fields);
    for (size_t i = 0; i < list->item_count && rest.ptr; i++) {
        tc_slice name = tc_slice_split(rest, '|', &rest);
        set_field(t, name, text_of(t->row, list->items[i]));
    }
}

/* -- messages by their labels ---------------------------------------------------------------- */

typedef struct entry {
    tc_slice label, field;
    size_t begin, end; /* of the label in the message; equal: it is not there */
} entry;

static size_t read_entries(const char *text, entry *entries)
{
    tc_slice rest = tc_slice_of(text);
    size_t count = 0;
    while (rest.ptr && count < LABELS_MAX) {
        entry *e = &entries[count++];
        *e = (entry){.field = TC_EMPTY_SLICE};
        e->label = tc_slice_split(tc_slice_split(rest, '|', &rest), '=', &e->field);
    }
    return count;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The label with its colon from `from` on, at the beginning of a word. */
static bool find_label(tc_slice text, size_t from, entry *e)
{
    for (;;) {
        size_t found = tc_slice_search(tc_slice_sub(text, from, text.len), e->label);
        if (found == TC_NPOS) return false;
        size_t at = from + found, end = at + e->label.len;
        bool whole = at == 0 || is_space(text.ptr[at - 1]);
        if (whole && end < text.len && text.ptr[end] == ':') {
            e->begin = at;
            e->end = end + 1;
            return true;
        }
        from = at + 1;
    }
}

/* Up to the next label, and no farther than its own line or the blanks that stand for line ends. */
static tc_slice value_of(tc_slice text, size_t begin, size_t end)
{
    tc_slice value = tc_slice_trim(tc_slice_sub(text, begin, end - begin));
    for (size_t i = 0; i < value.len; i++) {
        bool gap = value.ptr[i] == '\n' || value.ptr[i] == '\r' || value.ptr[i] == '\t' ||
                   (value.ptr[i] == ' ' && i + 1 < value.len && value.ptr[i + 1] == ' ');
        if (gap) return tc_slice_sub(value, 0, i);
    }
    return value;
}

/* English: false if too few of the labels are there. */
static bool read_labels(const target *t, tc_slice text, entry *entries, size_t count)
{
    size_t at = 0, found = 0;
    for (size_t i = 0; i < count; i++) {
        if (!find_label(text, at, &entries[i])) continue;
        at = entries[i].end;
        found++;
    }
    if (2 * found <= count) return false;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].end == entries[i].begin) continue;
        size_t next = i + 1;
        while (next < count && entries[next].end == entries[next].begin)
            next++;
        size_t end = next < count ? entries[next].begin : text.len;
        set_field(t, entries[i].field, value_of(text, entries[i].end, end));
    }
    return true;
}

/* -- messages by the order of labels --------------------------------------------------------- */

/* The next piece: what stands between line ends, tabs and runs of blanks. */
static bool next_piece(tc_slice *rest, tc_slice *ret)
{
    size_t at = 0;
    while (at < rest->len && is_space(rest->ptr[at]))
        at++;
    size_t end = at;
    while (end < rest->len) {
        uint8_t c = rest->ptr[end];
        if (c == '\t' || c == '\r' || c == '\n') break;
        if (c == ' ' && end + 1 < rest->len && is_space(rest->ptr[end + 1])) break;
        end++;
    }
    *ret = tc_slice_sub(*rest, at, end - at);
    *rest = tc_slice_sub(*rest, end, rest->len);
    return ret->len > 0;
}

static bool is_label(tc_slice piece)
{
    return tc_slice_ends(piece, TC_LIT(":")) || tc_slice_ends(piece, TC_LIT("\xEF\xBC\x9A"));
}

/* The values behind the labels, in order, those of headings empty; how many labels there are. */
static size_t collect(tc_slice text, tc_slice found[LABELS_MAX])
{
    tc_slice piece;
    size_t count = 0;
    bool open = false;
    while (next_piece(&text, &piece) && count < LABELS_MAX) {
        if (is_label(piece)) {
            found[count++] = TC_EMPTY_SLICE;
            open = true;
        } else if (open) {
            found[count - 1] = piece;
            open = false;
        }
    }
    return count;
}

static void read_order(const target *t, const tc_slice *found, const entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        set_field(t, entries[i].field, found[i]);
}

static void read_text(const target *t, unsigned number, tc_slice text)
{
    entry entries[LABELS_MAX], best[LABELS_MAX];
    tc_slice found[LABELS_MAX];
    text = tc_slice_sub(text, 0, TEXT_MAX);
    size_t labels = collect(text, found), best_count = 0;
    for (size_t i = 0; i < TC_COUNT_OF(messages); i++) {
        if (messages[i].number != number) continue;
        size_t count = read_entries(messages[i].entries, entries);
        if (read_labels(t, text, entries, count)) return;
        if (count > labels || count <= best_count) continue;
        memcpy(best, entries, count * sizeof *best);
        best_count = count;
    }
    /* What explains the event behind its values may hold a colon; more than that is another
     * layout. */
    if (best_count > 0 && labels <= best_count + 2) read_order(t, found, best, best_count);
}

/* -- the event ------------------------------------------------------------------------------- */

static bool has(const tc_row *row, tc_field_static field)
{
    return row->ranks[tc_windows_column(field)] > 0;
}

void tc_windows_read_message(tc_row *row, const tc_schema *schema, const tc_names *names,
                             tc_slice number)
{
    const target t = {row, schema, names};
    uint64_t event;
    if (has(row, TC_FIELD_WE_TARGET_USER_NAME) || has(row, TC_FIELD_WE_SUBJECT_USER_NAME) ||
        !tc_slice_to_u64(number, &event))
        return;
    tc_value data;
    /* All events that are known here have several: one is all of them in one text. */
    if (tc_windows_values(row, &data) && data.item_count > 1) {
        for (size_t i = 0; i < TC_COUNT_OF(values); i++)
            if (values[i].number == event) read_values(&t, values[i].fields, &data);
        return;
    }
    if (!has(row, TC_FIELD_WE_MESSAGE)) return;
    read_text(&t, (unsigned)event,
              text_of(row, row->cells[tc_windows_column(TC_FIELD_WE_MESSAGE)]));
}

unsigned tc_windows_message_number(tc_slice message)
{
    message = tc_slice_trim(message);
    for (size_t i = 0; i < TC_COUNT_OF(openings); i++)
        if (tc_slice_starts(message, tc_slice_of(openings[i].opening))) return openings[i].number;
    return 0;
}

static bool has_values_of(const tc_row *row, uint64_t number)
{
    if (!has(row, TC_FIELD_WE_TARGET_USER_NAME) ||
        text_of(row, row->cells[tc_windows_column(TC_FIELD_WE_TARGET_USER_NAME)]).len == 0)
        return false;
    for (size_t i = 0; i < TC_COUNT_OF(values); i++)
        if (values[i].number == number) return true;
    return false;
}

bool tc_windows_place(tc_row *row)
{
    uint64_t number;
    if (has(row, TC_FIELD_WE_CHANNEL) || has(row, TC_FIELD_WE_PROVIDER_NAME) ||
        !tc_slice_to_u64(tc_windows_number(row), &number))
        return false;
    bool said = has(row, TC_FIELD_WE_MESSAGE) &&
                tc_windows_message_number(
                    text_of(row, row->cells[tc_windows_column(TC_FIELD_WE_MESSAGE)])) == number;
    if (!said && !has_values_of(row, number)) return false;
    tc_row_set(row, tc_windows_column(TC_FIELD_WE_PROVIDER_NAME),
               tc_cell_text(TC_LIT("Microsoft-Windows-Security-Auditing")), RANK_MESSAGE);
    return true;
}
