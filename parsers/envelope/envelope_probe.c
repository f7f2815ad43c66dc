#include "parsers/base/str.h"
#include "parsers/envelope/opening.h"
#include "parsers/text/lines.h"

#define SCRATCH_MAX ((size_t)8 << 20)
#define LINES_MAX 512
#define LINES_FIRST 4 /* if none of the first is opened, none is looked at */
#define GROUPS 8      /* paths whose lines are looked at */
#define GROUP_BYTES ((size_t)32 << 10)

/* The payloads of one path. */
typedef struct group {
    tc_slice host, path;
    tc_str text;
} group;

typedef struct look {
    const tc_parser *self;
    tc_arena *arena;
    group groups[GROUPS];
    size_t count;
    size_t lines, opened;
} look;

static void add_payload(look *l, const tc_unwrapped *opened)
{
    size_t i = 0;
    while (i < l->count && !(tc_slice_equal(l->groups[i].host, opened->host) &&
                             tc_slice_equal(l->groups[i].path, opened->path)))
        i++;
    if (i == GROUPS) return;
    if (i == l->count) {
        l->groups[l->count++] = (group){.host = opened->host, .path = opened->path};
        tc_str_init(&l->groups[i].text, 2 * GROUP_BYTES);
    }
    tc_str *text = &l->groups[i].text;
    if (text->len + opened->payload.len >= GROUP_BYTES) return;
    tc_str_add(text, opened->payload);
    tc_str_add_byte(text, '\n');
}

/* Opens the lines of a head; with `nested`, what stands in them, too. */
static void look_at_lines(look *l, tc_slice head, bool nested)
{
    tc_lines lines = {.block = head};
    while (l->lines < LINES_MAX && tc_lines_next(&lines)) {
        tc_unwrapped opened, inner;
        size_t cursor = 0;
        if (tc_slice_trim(lines.text).len == 0) continue;
        if (!lines.ended && l->lines > 0) break; /* a head may end inside a line */
        l->lines++;
        if (tc_envelope_open(l->self, lines.text, l->arena, &opened) != TC_UNWRAPPED) {
            if (l->opened == 0 && l->lines >= LINES_FIRST) break;
            continue;
        }
        l->opened++;
        if (!nested)
            add_payload(l, &opened);
        else if (tc_envelope_open_inner(&opened, &cursor, l->arena, &inner))
            add_payload(l, &inner);
    }
}

/* Whether a format takes what stands in one of the groups. */
static TC_STATUS is_known(look *l, bool *ret)
{
    *ret = false;
    for (size_t i = 0; i < l->count && !*ret; i++) {
        const tc_parser *inside;
        TC_TRY(tc_str_status(&l->groups[i].text));
        TC_TRY(tc_envelope_probe_inner(tc_str_view(&l->groups[i].text), &inside));
        *ret = inside != NULL;
    }
    return TC_SUCCESS;
}

static void look_done(look *l)
{
    for (size_t i = 0; i < l->count; i++)
        tc_str_done(&l->groups[i].text);
}

/* The bid of one reading of the head. */
static int bid(const tc_parser *self, tc_slice head, tc_arena *arena, bool nested)
{
    look l = {.self = self, .arena = arena};
    bool known;
    look_at_lines(&l, head, nested);
    tc_status status = is_known(&l, &known);
    look_done(&l);
    if (tc_failed(status)) return TC_PROBE_NO_MEMORY;
    if (!known || 4 * l.opened < l.lines) return 0;
    return tc_envelope_of(self)->bid - (l.opened < l.lines ? 4 : 0);
}

int tc_envelope_probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)name;
    if (!tc_envelope_may_be(self, tc_slice_trim(tc_slice_sub(head, 0, 64)))) return 0;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    if (!arena) return TC_PROBE_NO_MEMORY;
    int answer = bid(self, head, arena, false);
    if (answer == 0) answer = bid(self, head, arena, true);
    tc_arena_free(arena);
    return answer;
}
