#include "parsers/envelope/ship_groups.h"

#define SCRATCH_MAX ((size_t)8 << 20)
/* The bid for lines of syslog in which nothing is known yet: what matters may stand below. */
#define CARRIER 30
#define STRANGE 4 /* so many points less where lines stand among them that are no envelopes */

/* Whether a format takes what stands in one of the groups. */
static TC_STATUS is_known(const tc_ship_groups *groups, bool *ret)
{
    *ret = false;
    for (size_t i = 0; i < groups->count && !*ret; i++) {
        const tc_parser *inside;
        TC_TRY(tc_envelope_probe_inner(tc_str_view(&groups->groups[i].text), &inside));
        *ret = inside != NULL;
    }
    return TC_SUCCESS;
}

/* The bid of one reading of the head. */
static int bid(const tc_parser *self, tc_slice head, tc_arena *arena, bool nested)
{
    tc_ship_groups groups;
    bool known = false;
    tc_status status = tc_ship_groups_take(self, head, nested, arena, &groups);
    if (!tc_failed(status)) status = is_known(&groups, &known);
    tc_ship_groups_done(&groups);
    if (tc_failed(status)) return TC_PROBE_NO_MEMORY;
    if (4 * groups.opened < groups.lines) return 0;
    if (!known) {
        bool carrier =
            tc_envelope_of(self)->text && !nested && 10 * groups.tagged >= 9 * groups.lines;
        return carrier ? CARRIER : 0;
    }
    return tc_envelope_of(self)->bid - (groups.opened < groups.lines ? STRANGE : 0);
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
