#include "parsers/envelope/opening.h"

#define LOWEST_BID 20

/* What shippers leave in and put around is taken off. */
static void clean(tc_unwrapped *ret)
{
    tc_slice *payload = &ret->payload;
    if (tc_slice_starts(*payload, TC_LIT("\xEF\xBB\xBF")))
        *payload = tc_slice_sub(*payload, 3, SIZE_MAX);
    while (payload->len > 0 &&
           (payload->ptr[payload->len - 1] == '\n' || payload->ptr[payload->len - 1] == '\r'))
        payload->len--;
    bool known = ret->host.len <= TC_SHIP_KEY_MAX && ret->path.len <= TC_SHIP_KEY_MAX;
    if (!known) ret->host = ret->path = TC_EMPTY_SLICE;
}

static tc_unwrapping open_text(const tc_parser *self, tc_slice text, tc_arena *arena,
                               tc_unwrapped *ret)
{
    const tc_envelope *envelope = tc_envelope_of(self);
    if (!envelope->unwrap) return TC_UNWRAP_BROKEN;
    tc_unwrapping answer = envelope->unwrap(envelope, text, arena, ret);
    if (answer == TC_UNWRAPPED) clean(ret);
    return answer;
}

tc_unwrapping tc_envelope_open(const tc_parser *self, const tc_units *unit, tc_arena *arena,
                               tc_unwrapped *ret)
{
    if (!tc_envelope_of(self)->table) return open_text(self, unit->text, arena, ret);
    tc_rows_open(&unit->rows, unit->cells, arena, ret);
    clean(ret);
    return TC_UNWRAPPED;
}

bool tc_envelope_may_be(const tc_parser *parser, tc_slice payload)
{
    uint8_t byte = payload.len > 0 ? payload.ptr[0] : 0;
    if (parser->first) return byte != 0 && strchr(parser->first, byte) != NULL;
    return byte != '{' && byte != '[' && (byte != '<' || parser->envelope);
}

bool tc_envelope_open_inner(const tc_unwrapped *outer, size_t *cursor, tc_arena *arena,
                            tc_unwrapped *ret)
{
    while (tc_parsers[*cursor]) {
        const tc_parser *parser = tc_parsers[(*cursor)++];
        if (!parser->envelope || !tc_envelope_may_be(parser, outer->payload)) continue;
        if (open_text(parser, outer->payload, arena, ret) != TC_UNWRAPPED) continue;
        if (ret->host.len == 0) ret->host = outer->host;
        if (ret->path.len == 0) ret->path = outer->path;
        return true;
    }
    return false;
}

static bool begins_header(tc_slice payload)
{
    return payload.len > 0 && payload.ptr[0] == '#';
}

static bool has_sign(tc_slice line)
{
    return tc_slice_find(line, '#') != TC_NPOS ||
           (tc_slice_find(line, '\\') != TC_NPOS &&
            tc_slice_search(line, TC_ENVELOPE_ESCAPED_SIGN) != TC_NPOS);
}

bool tc_envelope_is_header(tc_slice line, tc_unwrapped *opened, tc_arena *arena)
{
    tc_unwrapped inner;
    size_t cursor = 0;
    if (!has_sign(line)) return false;
    if (begins_header(opened->payload)) return true;
    while (tc_envelope_open_inner(opened, &cursor, arena, &inner)) {
        if (!begins_header(inner.payload)) continue;
        *opened = inner;
        return true;
    }
    return false;
}

bool tc_envelope_is_mixed(tc_slice payload)
{
    tc_slice rest = payload;
    while (rest.len > 0) {
        tc_slice line = tc_slice_split(rest, '\n', &rest);
        if (line.len > 0 && line.ptr[0] != '#' && tc_slice_trim(line).len > 0) return true;
    }
    return false;
}

TC_STATUS tc_envelope_probe_inner(tc_slice text, const tc_parser **ret)
{
    int highest = LOWEST_BID - 1;
    *ret = NULL;
    for (const tc_parser *const *p = tc_parsers; *p; p++) {
        if (!tc_ship_may_carry(*p)) continue;
        int bid = (*p)->probe(*p, text, TC_EMPTY_SLICE);
        if (bid == TC_PROBE_NO_MEMORY) return (tc_status){TC_ENOMEM};
        if (bid < highest || bid < LOWEST_BID) continue;
        *ret = bid > highest ? *p : NULL;
        highest = bid;
    }
    return TC_SUCCESS;
}
