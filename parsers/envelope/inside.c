#include "parsers/envelope/inside.h"

#include "parsers/text/carried.h"

/* -- which entry is a path's ----------------------------------------------------------------- */

static bool is_path_of(const tc_ship_entry *entry, uint64_t hash, const tc_unwrapped *opened)
{
    return entry->hash == hash && tc_slice_equal(entry->path, opened->path) &&
           tc_slice_equal(entry->host, opened->host);
}

/* Where the newest entry of a path stands, or belongs. */
static uint32_t *newest_at(const tc_inside *x, uint64_t hash, const tc_unwrapped *opened)
{
    size_t at = (size_t)hash & (x->newest_size - 1);
    while (x->newest[at] != 0 &&
           !is_path_of(tc_ship_table_entry(x->carry->table, x->newest[at] - 1), hash, opened))
        at = (at + 1) & (x->newest_size - 1);
    return &x->newest[at];
}

static bool note_entries(tc_inside *x)
{
    x->newest_size = 4;
    while (x->newest_size < 2 * (size_t)x->carry->count)
        x->newest_size *= 2;
    x->newest = tc_arena_zero(x->arena, x->newest_size, sizeof *x->newest);
    if (!x->newest) return false;
    for (uint32_t i = 0; i < x->carry->count; i++) {
        const tc_ship_entry *entry = tc_ship_table_entry(x->carry->table, i);
        const tc_unwrapped key = {.host = entry->host, .path = entry->path};
        *newest_at(x, entry->hash, &key) = i + 1;
    }
    return true;
}

bool tc_inside_init(tc_inside *inside, const tc_parser *outer, const tc_ship_carry *carry,
                    const tc_parse_options *options, tc_arena *arena, const tc_sink *sink)
{
    *inside = (tc_inside){
        .options = options, .arena = arena, .sink = sink, .outer = outer, .carry = carry};
    inside->formats = tc_ship_table_formats(carry->table, &inside->format_count);
    return note_entries(inside);
}

static const tc_ship_entry *entry_of(const tc_inside *x, const tc_unwrapped *opened)
{
    if (x->carry->count == 0) return NULL;
    uint32_t number = *newest_at(x, tc_ship_hash(opened->host, opened->path), opened);
    return number > 0 ? tc_ship_table_entry(x->carry->table, number - 1) : NULL;
}

/* -- one format's try ------------------------------------------------------------------------ */

typedef struct attempt {
    tc_inside *inside;
    tc_inside_found found;
    bool refused;
} attempt;

static TC_STATUS take_event(void *context, tc_event *event)
{
    attempt *a = context;
    tc_inside *x = a->inside;
    tc_shipped shipped = x->shipped;
    shipped.offset += event->place.offset;
    if (event->shipped) { /* the format knows better which one the record is at home in */
        shipped.parser = event->shipped->parser;
        shipped.format = event->shipped->format;
    }
    event->shipped = &shipped;
    event->place = x->place;
    return x->sink->event(x->sink->context, event);
}

static void take_reject(void *context, tc_reason reason, tc_place place, tc_slice raw)
{
    attempt *a = context;
    (void)place;
    (void)raw;
    if (!a->refused) a->found.reason = reason;
    a->refused = true;
}

/* Shows a text, which ends with a line end, to a format; true if it is of it. */
static TC_STATUS try_format(tc_inside *x, const tc_parser *parser, const tc_carry *carry,
                            tc_slice text, tc_inside_found *ret, bool *ret_taken)
{
    attempt a = {.inside = x, .found.reason = TC_REASON_NOT_EVENT};
    tc_sink sink = {&a, take_event, take_reject};
    tc_arena_mark mark = tc_arena_save(x->arena);
    x->shipped.parser = parser;
    TC_TRY(parser->parse(parser, carry, x->options, text, x->arena, &a.found.ledger, &sink));
    tc_arena_rewind(x->arena, mark);
    *ret = a.found;
    *ret_taken = a.found.ledger.records.accepted > 0 || tc_ledger_rejected(&a.found.ledger) == 0;
    return TC_SUCCESS;
}

/* -- which format ---------------------------------------------------------------------------- */

static tc_inside_found refusal(tc_reason reason)
{
    tc_inside_found found = {.reason = reason};
    found.ledger.records.rejected[reason] = 1;
    return found;
}

static tc_inside_found header_line(void)
{
    tc_inside_found found = {.reason = TC_REASON_COUNT};
    found.ledger.records.header = 1;
    return found;
}

/* Tries every format whose records can begin so, but one; the first refusal is kept. `telling`:
 * only those that say how they begin. */
static TC_STATUS try_formats(tc_inside *x, tc_slice text, const tc_parser *but, bool telling,
                             tc_inside_found *ret, bool *ret_taken)
{
    bool refused = but != NULL;
    for (size_t i = 0; i < x->format_count && !*ret_taken; i++) {
        const tc_ship_format *format = &x->formats[i];
        tc_inside_found found;
        if (format->parser == but || !tc_envelope_may_be(format->parser, text)) continue;
        if (telling && !format->parser->first) continue;
        x->shipped.format = format->bit;
        TC_TRY(try_format(x, format->parser, &format->carry, text, &found, ret_taken));
        if (*ret_taken || !refused) *ret = found;
        refused = true;
    }
    if (!refused) *ret = refusal(TC_REASON_NOT_EVENT);
    return TC_SUCCESS;
}

static TC_STATUS try_all(tc_inside *x, tc_slice text, const tc_parser *but, tc_inside_found *ret,
                         bool *ret_taken)
{
    return try_formats(x, text, but, false, ret, ret_taken);
}

static void set_origin(tc_inside *x, const tc_unwrapped *opened)
{
    x->shipped = (tc_shipped){.host = opened->host,
                              .path = opened->path,
                              .offset = opened->offset,
                              .placed = opened->placed};
}

/* The text with a line end behind it, as a format expects it; empty at the arena's limit. */
static tc_slice with_line_end(tc_inside *x, tc_slice text)
{
    uint8_t *copy = tc_arena_get(x->arena, text.len + 1, 1);
    if (!copy) return TC_EMPTY_SLICE;
    if (text.len) memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\n';
    return tc_slice_make(copy, text.len + 1);
}

/* A header was met whose columns no format takes: what stands below it is not read by its shape. */
static bool is_strange(const tc_ship_entry *entry)
{
    return entry && !entry->parser &&
           tc_slice_search_ascii(entry->header, TC_LIT("#fields:")) != TC_NPOS;
}

/* A payload, by its path and then by its shape. */
static TC_STATUS take_payload(tc_inside *x, const tc_unwrapped *opened, const tc_ship_entry *entry,
                              tc_inside_found *ret, bool *ret_taken)
{
    const tc_parser *known = entry ? entry->parser : NULL;
    const tc_carry *carry = entry ? &entry->carry : NULL;
    *ret_taken = false;
    if (is_strange(entry) || (!entry && x->carry->limited)) {
        *ret = refusal(entry ? TC_REASON_NO_HEADER : TC_REASON_LIMIT);
        *ret_taken = true;
        return TC_SUCCESS;
    }
    const tc_ship_format *folder =
        entry ? NULL : tc_ship_table_folder(x->carry->table, opened->host, opened->path);
    if (folder) {
        known = folder->parser;
        carry = &folder->carry;
    }
    tc_slice text = with_line_end(x, opened->payload);
    if (text.len == 0) return (tc_status){TC_ENOMEM};
    set_origin(x, opened);
    if (known && tc_envelope_may_be(known, text)) {
        x->shipped.format = tc_parser_bit(known);
        TC_TRY(try_format(x, known, carry, text, ret, ret_taken));
        if (*ret_taken) return TC_SUCCESS;
    } else {
        known = NULL;
    }
    return try_all(x, text, known, ret, ret_taken);
}

/* Header lines with records behind them: the framer has made a block of this line, and of its
 * header the next entry. */
static TC_STATUS take_mixed(tc_inside *x, const tc_unwrapped *opened, tc_inside_found *ret)
{
    bool taken;
    if (x->anywhere || x->place.offset != 0) {
        *ret = header_line();
        return TC_SUCCESS;
    }
    const tc_ship_entry *entry = tc_ship_table_entry(x->carry->table, x->carry->count);
    return take_payload(x, opened, entry, ret, &taken);
}

static TC_STATUS take_header(tc_inside *x, const tc_unwrapped *opened, tc_inside_found *ret)
{
    if (tc_envelope_is_mixed(opened->payload)) return take_mixed(x, opened, ret);
    *ret = header_line();
    return TC_SUCCESS;
}

/* The line itself as an event of a JSON format, or as a line of a mail server's log. */
static TC_STATUS take_self(tc_inside *x, const tc_unwrapped *opened, tc_slice line,
                           tc_inside_found *ret, bool *ret_taken)
{
    tc_inside_found found;
    tc_unwrapped self = opened ? *opened : (tc_unwrapped){.placed = false};
    self.placed = false;
    tc_slice text = with_line_end(x, line);
    if (text.len == 0) return (tc_status){TC_ENOMEM};
    set_origin(x, &self);
    TC_TRY(try_formats(x, text, NULL, !tc_envelope_of(x->outer)->json, &found, ret_taken));
    if (*ret_taken || !opened) *ret = found;
    return TC_SUCCESS;
}

/* One more envelope, in which the same holds; a third is refused. */
static TC_STATUS take_nested(tc_inside *x, const tc_unwrapped *outer, tc_inside_found *ret)
{
    tc_unwrapped inner, deeper;
    size_t cursor = 0;
    bool taken = false, nested = false;
    while (!taken && tc_envelope_open_inner(outer, &cursor, x->arena, &inner)) {
        tc_inside_found found;
        size_t further = 0;
        TC_TRY(take_payload(x, &inner, entry_of(x, &inner), &found, &taken));
        if (taken) *ret = found;
        nested = nested || (!taken && tc_envelope_open_inner(&inner, &further, x->arena, &deeper));
    }
    if (nested && !taken) *ret = refusal(TC_REASON_NESTED);
    return TC_SUCCESS;
}

/* A line of syslog that nobody knows is some other program's: a record all the same, of no server.
 */
static TC_STATUS take_stranger(tc_inside *x, const tc_unwrapped *opened, tc_slice line,
                               tc_inside_found *ret)
{
    const tc_parse_options *options = x->options;
    tc_parse_options open = *options;
    tc_slice text = with_line_end(x, line);
    bool taken = false;
    if (text.len == 0) return (tc_status){TC_ENOMEM};
    open.strangers = true;
    set_origin(x, opened);
    for (size_t i = 0; i < x->format_count && !taken; i++) {
        const tc_ship_format *format = &x->formats[i];
        tc_inside_found found;
        if (!format->parser->takes_strangers) continue;
        x->options = &open;
        tc_status status = try_format(x, format->parser, &format->carry, text, &found, &taken);
        x->options = options;
        TC_TRY(status);
        if (taken) *ret = found;
    }
    return TC_SUCCESS;
}

/* Refused by its shape, and not for what is wrong with a record. */
static bool is_unknown(const tc_inside_found *found)
{
    return found->ledger.records.accepted == 0 &&
           (found->reason == TC_REASON_NOT_EVENT || found->reason == TC_REASON_NO_HEADER ||
            found->reason == TC_REASON_BAD_JSON);
}

/* What nobody took. */
static TC_STATUS take_rest(tc_inside *x, const tc_unwrapped *opened, tc_slice line,
                           tc_inside_found *ret)
{
    TC_TRY(take_nested(x, opened, ret));
    bool nobodys = tc_envelope_of(x->outer)->text && is_unknown(ret);
    if (!nobodys || tc_looks_carried(opened->payload)) return TC_SUCCESS;
    return take_stranger(x, opened, line, ret);
}

static TC_STATUS take_opened(tc_inside *x, const tc_unwrapped *opened, tc_slice line,
                             tc_inside_found *ret)
{
    bool taken = false;
    bool itself = tc_envelope_of(x->outer)->json || tc_envelope_of(x->outer)->text;
    *ret = refusal(TC_REASON_NOT_EVENT);
    if (opened) {
        tc_unwrapped header = *opened;
        if (tc_slice_trim(opened->payload).len == 0) {
            *ret = (tc_inside_found){.reason = TC_REASON_COUNT};
            return TC_SUCCESS;
        }
        if (tc_envelope_is_header(line, &header, x->arena)) return take_header(x, &header, ret);
        TC_TRY(take_payload(x, opened, entry_of(x, opened), ret, &taken));
    }
    bool line_of_file = opened && opened->placed;
    if (!taken && itself && !line_of_file) TC_TRY(take_self(x, opened, line, ret, &taken));
    if (!taken && opened) return take_rest(x, opened, line, ret);
    return TC_SUCCESS;
}

TC_STATUS tc_inside_take(tc_inside *x, const tc_unwrapped *opened, tc_slice line,
                         tc_inside_found *ret)
{
    const tc_parse_options *options = x->options;
    tc_parse_options told = *options;
    told.sent = opened ? opened->sent : 0;
    told.sent_at_once = tc_envelope_of(x->outer)->text;
    x->options = &told;
    tc_status status = take_opened(x, opened, line, ret);
    x->options = options;
    return status;
}
