#include "parsers/envelope/ship_groups.h"

#define LINES_MAX 1024
#define LINES_FIRST 4 /* if none of the first is opened, none is looked at */
#define GROUP_BYTES ((size_t)64 << 10)

static void add_payload(tc_ship_groups *g, const tc_unwrapped *opened)
{
    size_t i = 0;
    tc_slice folder = tc_ship_folder(opened->path);
    while (i < g->count && !(tc_slice_equal(g->groups[i].host, opened->host) &&
                             tc_slice_equal(g->groups[i].folder, folder)))
        i++;
    if (i == TC_SHIP_FOLDERS_MAX) return;
    if (i == g->count) {
        g->groups[g->count++] =
            (tc_ship_group){.host = opened->host, .folder = folder, .path = opened->path};
        tc_str_init(&g->groups[i].text, 2 * GROUP_BYTES);
    }
    tc_str *text = &g->groups[i].text;
    if (text->len + opened->payload.len >= GROUP_BYTES) return;
    tc_str_add(text, opened->payload);
    tc_str_add_byte(text, '\n');
}

/* Takes one line; false if it was not opened. */
static bool take_line(const tc_parser *self, const tc_units *line, bool nested, tc_arena *arena,
                      tc_ship_groups *g)
{
    tc_unwrapped opened, inner;
    size_t cursor = 0;
    if (tc_envelope_open(self, line, arena, &opened) != TC_UNWRAPPED) return false;
    g->tagged += opened.path.len > 0;
    if (!nested)
        add_payload(g, &opened);
    else if (tc_envelope_open_inner(&opened, &cursor, arena, &inner))
        add_payload(g, &inner);
    return true;
}

TC_STATUS tc_ship_groups_take(const tc_parser *self, tc_slice head, bool nested, tc_arena *arena,
                              tc_ship_groups *ret)
{
    const tc_units_state start = {.skipping = false};
    tc_units units;
    tc_units_init(&units, tc_envelope_of(self), &start, head, TC_RECORD_MAX, arena);
    *ret = (tc_ship_groups){.count = 0};
    while (ret->lines < LINES_MAX && tc_units_next(&units)) {
        if (units.kind == TC_UNITS_BETWEEN || units.kind == TC_UNITS_NAMES) continue;
        if (tc_slice_trim(units.text).len == 0) continue;
        if (!units.ended && ret->lines > 0) break; /* a head may end inside a line */
        ret->lines++;
        ret->opened += units.kind == TC_UNITS_ONE && take_line(self, &units, nested, arena, ret);
        if (ret->opened == 0 && ret->lines >= LINES_FIRST) break;
    }
    for (size_t i = 0; i < ret->count; i++)
        TC_TRY(tc_str_status(&ret->groups[i].text));
    return TC_SUCCESS;
}

void tc_ship_groups_done(tc_ship_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++)
        tc_str_done(&groups->groups[i].text);
}
