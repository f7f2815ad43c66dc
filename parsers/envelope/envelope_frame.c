#include "parsers/envelope/opening.h"

#include "parsers/base/str.h"

#define SCRATCH_MAX ((size_t)32 << 20)

/* The look for header lines in the units that were taken. */
typedef struct search {
    const tc_parser *self;
    tc_ship_carry *own;
    const tc_units_state *before; /* as it stood before the bytes */
    const tc_parse_options *options;
    tc_parse_options inside; /* for the formats inside */
    tc_slice bytes;
    size_t hash; /* the next '#' that is known of */
    tc_arena *arena;
    tc_ship_entry pending; /* the header under way, not in the table yet */
    bool have, forced;
} search;

/* -- what a header says ---------------------------------------------------------------------- */

/* Shows a parser header lines of a path. */
static TC_STATUS feed(const tc_parse_options *options, tc_ship_entry *entry, tc_slice lines)
{
    while (lines.len > 0) {
        tc_frame frame = {0};
        TC_TRY(entry->parser->frame(entry->parser, &entry->carry, options, lines, true, &frame));
        if (frame.length == 0) break;
        lines = tc_slice_sub(lines, frame.length, SIZE_MAX);
    }
    return TC_SUCCESS;
}

/* One more payload of a header whose format is not known yet. */
static TC_STATUS add_lines(search *s, tc_slice lines)
{
    tc_ship_entry *entry = &s->pending;
    size_t length = entry->header.len + lines.len;
    if (length > TC_SHIP_HEADER_MAX) return TC_SUCCESS;
    uint8_t *text = tc_arena_get(s->arena, length, 1);
    if (!text) return (tc_status){TC_ENOMEM};
    if (entry->header.len) memcpy(text, entry->header.ptr, entry->header.len);
    memcpy(text + entry->header.len, lines.ptr, lines.len);
    entry->header = tc_slice_make(text, length);
    TC_TRY(tc_envelope_probe_inner(entry->header, &entry->parser));
    if (!entry->parser) return TC_SUCCESS;
    entry->parser->begin(entry->parser, &entry->carry, &s->inside);
    tc_slice header = entry->header;
    entry->header = TC_EMPTY_SLICE;
    return feed(&s->inside, entry, header);
}

static TC_STATUS flush(search *s)
{
    bool path = false;
    if (!s->have) return TC_SUCCESS;
    tc_ship_carry *own = s->own;
    const tc_ship_entry *entry = &s->pending;
    const tc_ship_entry *before =
        tc_ship_table_find(own->table, own->count, entry->host, entry->path);
    bool changed = !before || before->parser != entry->parser ||
                   !tc_slice_equal(before->header, entry->header) ||
                   memcmp(&before->carry, &entry->carry, sizeof entry->carry) != 0;
    bool forced = s->forced;
    s->have = s->forced = false;
    if (!changed && !forced) return TC_SUCCESS;
    tc_status status = tc_ship_table_add(own->table, &own->count, entry, &path);
    if (status.code != TC_ELIMIT || !path || forced) return status;
    own->limited = true;
    return TC_SUCCESS;
}

static bool is_pending(const search *s, const tc_unwrapped *opened)
{
    return s->have && tc_slice_equal(s->pending.host, opened->host) &&
           tc_slice_equal(s->pending.path, opened->path);
}

/* Takes header lines over into what is known of their path. */
static TC_STATUS take_header(search *s, const tc_unwrapped *opened)
{
    if (!is_pending(s, opened)) {
        TC_TRY(flush(s));
        const tc_ship_entry *known =
            tc_ship_table_find(s->own->table, s->own->count, opened->host, opened->path);
        memset(&s->pending, 0, sizeof s->pending);
        if (known) s->pending = *known;
        s->pending.host = opened->host;
        s->pending.path = opened->path;
        s->have = true;
    }
    uint8_t *lines = tc_arena_get(s->arena, opened->payload.len + 1, 1);
    if (!lines) return (tc_status){TC_ENOMEM};
    memcpy(lines, opened->payload.ptr, opened->payload.len);
    lines[opened->payload.len] = '\n';
    tc_slice text = tc_slice_make(lines, opened->payload.len + 1);
    return s->pending.parser ? feed(&s->inside, &s->pending, text) : add_lines(s, text);
}

/* -- where they stand ------------------------------------------------------------------------ */

/* Where a '#' stands, written in either way, from `at` on; TC_NPOS if nowhere. */
static size_t next_sign(search *s, size_t at)
{
    if (s->hash < at || s->hash == TC_NPOS) {
        size_t found = tc_slice_find(tc_slice_sub(s->bytes, at, SIZE_MAX), '#');
        s->hash = found == TC_NPOS ? s->bytes.len : at + found;
    }
    tc_slice between = tc_slice_sub(s->bytes, at, s->hash - at);
    size_t escaped = tc_slice_search(between, TC_ENVELOPE_ESCAPED_SIGN);
    if (escaped != TC_NPOS) return at + escaped;
    return s->hash < s->bytes.len ? s->hash : TC_NPOS;
}

static bool open_header(search *s, const tc_units *unit, tc_unwrapped *ret)
{
    if (unit->kind != TC_UNITS_ONE || unit->text.len > s->options->record_max) return false;
    return tc_envelope_open(s->self, unit, s->arena, ret) == TC_UNWRAPPED &&
           tc_envelope_is_header(unit->text, ret, s->arena);
}

static void begin_walk(const search *s, tc_units *ret)
{
    tc_units_init(ret, tc_envelope_of(s->self), s->before, s->bytes, s->options->record_max,
                  s->arena);
}

/* Where the first header line begins; the end of the bytes if there is none. Damage before it is
 * where a block ends, too: why an object is damaged can depend on what stands behind it. */
static size_t find_header(search *s, tc_units *units)
{
    size_t sign = next_sign(s, 0);
    begin_walk(s, units);
    while (sign != TC_NPOS) {
        tc_units_seek(units, sign);
        if (!tc_units_next(units)) break;
        if (units->kind == TC_UNITS_DAMAGE && units->envelope->json) return units->at;
        if (units->next <= sign) continue;
        tc_unwrapped opened;
        tc_arena_mark mark = tc_arena_save(s->arena);
        bool header = open_header(s, units, &opened);
        tc_arena_rewind(s->arena, mark);
        if (header) return units->at;
        sign = next_sign(s, units->next);
    }
    return s->bytes.len;
}

/* The run of header lines that the bytes begin with: its length, and what it says. Lines with
 * records behind the header are a run of their own. */
static TC_STATUS take_run(search *s, size_t *ret_length)
{
    tc_units units;
    *ret_length = 0;
    begin_walk(s, &units);
    while (tc_units_next(&units)) {
        tc_unwrapped opened;
        if (units.kind == TC_UNITS_BETWEEN) continue;
        if (!open_header(s, &units, &opened)) break;
        bool mixed = tc_envelope_is_mixed(opened.payload);
        if (mixed && *ret_length > 0) break;
        TC_TRY(take_header(s, &opened));
        *ret_length = units.next;
        s->forced = mixed;
        if (mixed) break;
    }
    return flush(s);
}

static TC_STATUS cut_at_header(search *s, tc_frame *ret)
{
    tc_units units;
    size_t header = find_header(s, &units);
    if (header > 0) {
        ret->length = header;
        return TC_SUCCESS;
    }
    if (units.kind == TC_UNITS_DAMAGE) {
        *ret = (tc_frame){units.next, true, true, units.reason, 0};
        return TC_SUCCESS;
    }
    return take_run(s, &ret->length);
}

TC_STATUS tc_envelope_frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                            tc_slice bytes, bool last, tc_frame *ret)
{
    tc_ship_carry *own = TC_CARRY_OF(tc_ship_carry, carry);
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (own->failed != TC_OK) return (tc_status){own->failed};
    const tc_units_state before = own->units;
    TC_TRY(tc_units_frame(self, &own->units, options, bytes, last, ret));
    if (ret->length == 0 || ret->rejected) return TC_SUCCESS;
    search s = {.self = self,
                .own = own,
                .before = &before,
                .options = options,
                .inside = tc_ship_inside_options(options),
                .bytes = tc_slice_sub(bytes, 0, ret->length),
                .hash = TC_NPOS};
    if (next_sign(&s, 0) == TC_NPOS) return TC_SUCCESS;
    s.arena = tc_arena_new(SCRATCH_MAX);
    if (!s.arena) return (tc_status){TC_ENOMEM};
    tc_status status = cut_at_header(&s, ret);
    tc_arena_free(s.arena);
    if (ret->length < s.bytes.len)
        tc_units_back(tc_envelope_of(self), &own->units, &before,
                      tc_slice_sub(bytes, 0, ret->length));
    return status;
}
