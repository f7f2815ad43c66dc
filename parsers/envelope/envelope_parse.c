#include "parsers/envelope/inside.h"
#include "parsers/open/json_sample.h"

#define SCRATCH_MAX ((size_t)32 << 20)

/* A walk over the units of a block; a line is what they are called, whatever they are. */
typedef struct walk {
    const tc_parser *self;
    tc_inside inside;
    tc_ledger *ledger;
    const tc_sink *sink;
    tc_units line;
    uint64_t record;
} walk;

static tc_place place_of(const walk *w)
{
    return (tc_place){w->line.at, w->line.text.len, w->record};
}

static tc_slice whole_line(const walk *w)
{
    return tc_slice_sub(w->line.block, w->line.at, w->line.next - w->line.at);
}

static TC_STATUS refuse(walk *w, tc_reason reason)
{
    w->ledger->records.rejected[reason]++;
    tc_ledger_reject(w->ledger, whole_line(w));
    if (w->sink->reject) w->sink->reject(w->sink->context, reason, place_of(w), w->line.text);
    return TC_SUCCESS;
}

/* Books a line by what was found inside: the whole line is the record's, but for what the format
 * refused of a payload of several. */
static TC_STATUS book(walk *w, const tc_inside_found *found)
{
    const tc_ledger *inner = &found->ledger;
    uint64_t length = w->line.next - w->line.at, rejected = tc_ledger_rejected(inner);
    if (inner->records.accepted == 0 && rejected == 0) {
        bool header = inner->records.header > 0;
        *(header ? &w->ledger->records.header : &w->ledger->records.blank) += 1;
        *(header ? &w->ledger->bytes.header : &w->ledger->bytes.blank) += length;
        return TC_SUCCESS;
    }
    w->ledger->records.accepted += inner->records.accepted;
    for (int r = 0; r < TC_REASON_COUNT; r++)
        w->ledger->records.rejected[r] += inner->records.rejected[r];
    if (inner->records.accepted == 0) {
        tc_ledger_reject(w->ledger, whole_line(w));
    } else {
        w->ledger->bytes.rejected += inner->bytes.rejected;
        w->ledger->bytes.parsed += length - inner->bytes.rejected;
    }
    if (rejected > 0 && w->sink->reject)
        w->sink->reject(w->sink->context, found->reason, place_of(w), w->line.text);
    return TC_SUCCESS;
}

static TC_STATUS take_line(walk *w)
{
    tc_slice text = w->line.text;
    tc_unwrapped opened;
    tc_inside_found found;
    if (w->line.kind == TC_UNITS_DAMAGE) return refuse(w, w->line.reason);
    if (text.len > w->inside.options->record_max) return refuse(w, TC_REASON_OVERSIZE);
    if (tc_slice_trim(text).len == 0) {
        w->ledger->records.blank++;
        w->ledger->bytes.blank += w->line.next - w->line.at;
        return TC_SUCCESS;
    }
    if (text.ptr[0] == 0) return refuse(w, TC_REASON_NUL_BYTES);
    tc_unwrapping how = tc_envelope_open(w->self, &w->line, w->inside.arena, &opened);
    if (how == TC_UNWRAP_BROKEN) {
        bool json = tc_envelope_of(w->self)->json;
        return refuse(w, json ? TC_REASON_BAD_JSON : TC_REASON_NOT_EVENT);
    }
    w->inside.place = place_of(w);
    TC_TRY(tc_inside_take(&w->inside, how == TC_UNWRAPPED ? &opened : NULL, text, &found));
    return book(w, &found);
}

static TC_STATUS take_lines(walk *w, const tc_ship_carry *own, tc_slice block)
{
    tc_arena_mark mark = tc_arena_save(w->inside.arena);
    tc_units_init(&w->line, tc_envelope_of(w->self), &own->units, block,
                  w->inside.options->record_max, w->inside.arena);
    while (tc_units_next(&w->line)) {
        if (w->line.kind == TC_UNITS_BETWEEN) {
            w->ledger->bytes.blank += w->line.next - w->line.at;
            continue;
        }
        if (w->line.kind == TC_UNITS_NAMES) {
            w->ledger->records.header++;
            w->ledger->bytes.header += w->line.next - w->line.at;
            mark = tc_arena_save(w->inside.arena); /* the names are kept */
        } else {
            TC_TRY(take_line(w));
            tc_arena_rewind(w->inside.arena, mark);
        }
        w->record++;
    }
    return TC_SUCCESS;
}

TC_STATUS tc_envelope_parse(const tc_parser *self, const tc_carry *carry,
                            const tc_parse_options *options, tc_slice block, tc_arena *arena,
                            tc_ledger *ledger, const tc_sink *sink)
{
    const tc_ship_carry *own = TC_CARRY_OF(tc_ship_carry, carry);
    walk w = {.self = self, .ledger = ledger, .sink = sink};
    if (own->failed != TC_OK) return (tc_status){own->failed};
    if (!tc_inside_init(&w.inside, self, own, options, arena, sink)) return (tc_status){TC_ENOMEM};
    return take_lines(&w, own, block);
}

/* -- samples --------------------------------------------------------------------------------- */

static TC_STATUS note_time(void *context, tc_event *event)
{
    tc_time *time = context;
    if (event->time == TC_TIME_NONE) return TC_SUCCESS;
    *time = event->time;
    return (tc_status){TC_ELIMIT}; /* enough */
}

bool tc_envelope_sample_time(const tc_parser *self, const tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    const tc_ship_carry *own = TC_CARRY_OF(tc_ship_carry, carry);
    tc_ledger nobody_asks = {0};
    tc_time time = TC_TIME_NONE;
    tc_sink sink = {&time, note_time, NULL};
    walk w = {.self = self, .ledger = &nobody_asks, .sink = &sink};
    tc_ship_carry anywhere = *own;
    anywhere.units.json = TC_JSON_ANYWHERE;
    tc_arena *arena = own->failed == TC_OK ? tc_arena_new(SCRATCH_MAX) : NULL;
    if (arena && tc_inside_init(&w.inside, self, own, options, arena, &sink)) {
        w.inside.anywhere = true;
        (void)take_lines(&w, &anywhere, bytes).code;
    }
    tc_arena_free(arena);
    if (time != TC_TIME_NONE) *ret = time;
    return time != TC_TIME_NONE;
}

uint64_t tc_envelope_identity(const tc_parser *self, const tc_event *event)
{
    (void)self;
    return tc_record_id(event->shipped ? event->shipped->parser : NULL, event);
}
