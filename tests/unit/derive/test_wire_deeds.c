/* A deed that a capture and a log both tell of counts once. */
#include "detector/derive/wire_deeds.h"
#include "parsers/base/alloc.h"
#include "tests/support/derive_bench.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

static tc_derive_bench desk;

static void setup(void)
{
    tc_derive_bench_start(&desk);
}

static void teardown(void)
{
    tc_derive_bench_stop(&desk);
}

TestSuite(wire_deeds, .init = setup, .fini = teardown);

static void reset(int second, const char *actor, const char *target, unsigned more)
{
    tc_observation *o =
        tc_derive_bench_begin(&desk, TC_OBS_ACCOUNT, tc_derive_bench_at(20, 8, 0, second));
    o->status = TC_ACCOUNT_RESET;
    o->flags = (uint16_t)(TC_OBS_FLAG_RESET | more);
    tc_derive_bench_set_text(&desk, o, TC_OBS_TEXT_USER, actor);
    tc_derive_bench_set_text(&desk, o, TC_OBS_TEXT_TARGET, target);
    tc_derive_bench_feed(&desk, o);
}

static size_t resets(void)
{
    return tc_derive_bench_count(&desk, "password_reset ");
}

Test(wire_deeds, a_reset_on_the_wire_and_in_the_log_is_one)
{
    reset(0, "CORP\\desk", "CORP\\anna", TC_OBS_FLAG_WIRE);
    reset(1, "CORP\\desk", "CORP\\anna", 0);
    cr_expect_eq(resets(), 1, "%s", tc_str_cstr(&desk.log));
    /* In whatever order, and where the wire knows no domain or no actor. */
    reset(10, "CORP\\desk", "CORP\\bert", 0);
    reset(12, "desk", "bert", TC_OBS_FLAG_WIRE);
    reset(20, "CORP\\desk", "CORP\\cara", 0);
    reset(25, "", "Cara", TC_OBS_FLAG_WIRE);
    cr_expect_eq(resets(), 3, "%s", tc_str_cstr(&desk.log));
}

Test(wire_deeds, what_differs_is_told_twice)
{
    reset(0, "CORP\\desk", "CORP\\anna", TC_OBS_FLAG_WIRE);
    reset(1, "CORP\\desk", "CORP\\anna", TC_OBS_FLAG_WIRE); /* the same side */
    reset(2, "CORP\\other", "CORP\\anna", 0);
    reset(2, "CORP\\desk", "CORP\\bert", 0);
    reset(3, "CORP\\desk", "CORP\\anna", TC_OBS_FLAG_FAILED);
    reset(9, "CORP\\desk", "CORP\\anna", 0); /* too late */
    cr_expect_eq(resets(), 6, "%s", tc_str_cstr(&desk.log));
}

Test(wire_deeds, one_is_paired_with_one)
{
    reset(0, "CORP\\desk", "CORP\\anna", TC_OBS_FLAG_WIRE);
    reset(1, "CORP\\desk", "CORP\\anna", 0);
    reset(2, "CORP\\desk", "CORP\\anna", 0);
    reset(3, "CORP\\desk", "CORP\\anna", TC_OBS_FLAG_WIRE);
    cr_expect_eq(resets(), 2, "%s", tc_str_cstr(&desk.log));
}

/* -- saved state ---------------------------------------------------------------------------- */

STATEFUL_BENCH(wire_deeds);

static void step(void *object, size_t n, tc_str *log)
{
    tc_wire_deeds *all = ((bench *)object)->of;
    char heap[16];
    int length = snprintf(heap, sizeof heap, "user%u", (unsigned)stateful_roll(n, 0, 7));
    tc_observation o = {
        .kind = TC_OBS_ACCOUNT, .status = TC_ACCOUNT_RESET, .flags = TC_OBS_FLAG_RESET};
    if (stateful_roll(n, 1, 2) == 1) o.flags |= TC_OBS_FLAG_WIRE;
    o.order.time = (tc_time)n * TC_SECOND / 3;
    o.text[TC_OBS_TEXT_TARGET].length = (uint32_t)length;
    bool told = tc_wire_deeds_told(all, &o, tc_slice_make(heap, (size_t)length));
    tc_str_addf(log, "%d\n", told);
}

static const stateful wire_deeds_state = {make, drop, renew, visit, step};

STATEFUL_TESTS(wire_deeds, wire_deeds_state, 4000, 3, 300, 300, 3000, 300);
