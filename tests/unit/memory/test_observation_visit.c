#include "detector/memory/observation_visit.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

/* Saved and loaded; false if it was refused. */
static bool carry(const tc_observation *o, tc_order *ret)
{
    tc_references references = {0};
    tc_observations *batch = tc_observations_new(64 << 10);
    cr_assert_not_null(batch);
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    cr_assert(tc_visit_begin(v, "observation", 1));
    tc_observation_save(v, &references, o, TC_EMPTY_SLICE);
    tc_visit_end(v);
    cr_assert_not(tc_visit_failed(v));
    tc_visit_free(v);
    v = tape_loader(t);
    cr_assert(tc_visit_begin(v, "observation", 1));
    bool loaded = tc_observation_load(v, &references, batch);
    if (loaded) *ret = tc_observations_at(batch, 0)->order;
    tc_visit_free(v);
    tape_free(t);
    tc_observations_free(batch);
    return loaded;
}

static tc_observation account(uint16_t flags, uint32_t rank)
{
    tc_observation o = {.kind = TC_OBS_ACCOUNT, .flags = flags, .count = 1};
    o.order = (tc_order){.time = TC_SECOND, .rank = rank, .record_hash = 7};
    o.last = o.order.time;
    return o;
}

Test(observation_visit, accounts_that_were_made_before_a_reset_are_so_in_older_states)
{
    const uint32_t plain = tc_observation_rank(TC_OBS_ACCOUNT, 0);
    static const struct {
        const char *what;
        uint16_t flags;
        int32_t rank; /* from that of account events on */
        bool loads;
        int32_t then;
    } rows[] = {
        {"a reset", TC_OBS_FLAG_RESET, 0, true, 0},
        {"made", TC_OBS_FLAG_CREATED, -1, true, -1},
        {"made, saved by an older version", TC_OBS_FLAG_CREATED, 0, true, -1},
        {"a reset in the place of a making", TC_OBS_FLAG_RESET, -1, false, 0},
        {"made in the place of another", TC_OBS_FLAG_CREATED, 1, false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_order order = {0};
        tc_observation o = account(rows[i].flags, plain + (uint32_t)rows[i].rank);
        cr_expect_eq(carry(&o, &order), rows[i].loads, "%s", rows[i].what);
        if (!rows[i].loads) continue;
        cr_expect_eq(order.rank, plain + (uint32_t)rows[i].then, "%s", rows[i].what);
    }
}
