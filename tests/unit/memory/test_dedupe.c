#include "detector/memory/dedupe.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static tc_observation record(tc_time time, uint64_t hash, uint32_t source, uint64_t position)
{
    return (tc_observation){.order = {.time = time, .record_hash = hash, .position = position},
                            .at = {.source = source},
                            .kind = TC_OBS_WEB_LOGON};
}

static bool is_copy(tc_dedupe *d, tc_time time, uint64_t hash, uint32_t source)
{
    tc_observation o = record(time, hash, source, hash);
    return tc_dedupe_is_copy(d, &o);
}

Test(dedupe, drops_the_same_record_of_another_source)
{
    tc_dedupe *d = tc_dedupe_new(3);
    cr_expect_not(is_copy(d, 10, 1, 0));
    cr_expect(is_copy(d, 10, 1, 1));
    cr_expect(is_copy(d, 10, 1, 2));
    cr_expect_not(is_copy(d, 10, 2, 1)); /* another record */
    cr_expect_not(is_copy(d, 11, 1, 1)); /* another time */
    cr_expect(is_copy(d, 11, 1, 0));
    cr_expect_not(is_copy(d, 10 + TC_SECOND, 1, 0));
    cr_expect_eq(tc_dedupe_copies(d, 0), 1);
    cr_expect_eq(tc_dedupe_copies(d, 1), 1);
    cr_expect_eq(tc_dedupe_copies(d, 2), 1);
    cr_expect_eq(tc_dedupe_copies(d, 3), 0);
    tc_dedupe_free(d);
}

Test(dedupe, counts_identical_records_of_one_source_by_their_number)
{
    /* 0 has the record three times, 1 twice, 2 four times: four are delivered. */
    tc_dedupe *d = tc_dedupe_new(3);
    static const size_t times[] = {3, 2, 4};
    size_t delivered = 0;
    for (uint32_t source = 0; source < 3; source++) {
        for (size_t i = 0; i < times[source]; i++) {
            tc_observation o = record(5, 77, source, i);
            delivered += tc_dedupe_is_copy(d, &o) ? 0 : 1;
        }
    }
    cr_expect_eq(delivered, 4);
    cr_expect_eq(tc_dedupe_copies(d, 0), 0);
    cr_expect_eq(tc_dedupe_copies(d, 1), 2);
    cr_expect_eq(tc_dedupe_copies(d, 2), 3);
    tc_dedupe_free(d);
}

Test(dedupe, what_has_an_id_of_its_own_counts_once_in_one_source)
{
    tc_dedupe *d = tc_dedupe_new(2);
    for (uint32_t i = 0; i < 4; i++) {
        tc_observation o = record(5, 77, i % 2, i);
        o.once = true;
        cr_expect_eq(tc_dedupe_is_copy(d, &o), i != 0);
    }
    cr_expect_eq(tc_dedupe_copies(d, 0) + tc_dedupe_copies(d, 1), 3);
    tc_dedupe_free(d);
}

Test(dedupe, does_not_depend_on_how_sources_interleave)
{
    for (unsigned pattern = 0; pattern < 64; pattern++) {
        tc_dedupe *d = tc_dedupe_new(2);
        size_t delivered = 0, of[2] = {0, 0};
        for (unsigned i = 0; i < 6; i++) {
            uint32_t source = pattern >> i & 1;
            tc_observation o = record(5, 77, source, of[source]++);
            delivered += tc_dedupe_is_copy(d, &o) ? 0 : 1;
        }
        cr_expect_eq(delivered, TC_MAX(of[0], of[1]), "pattern %u", pattern);
        tc_dedupe_free(d);
    }
}

Test(dedupe, tells_kinds_and_parts_of_a_record_apart)
{
    tc_dedupe *d = tc_dedupe_new(2);
    tc_observation o = record(1, 1, 0, 0);
    cr_expect_not(tc_dedupe_is_copy(d, &o));
    o.at.source = 1;
    o.order.rank++;
    cr_expect_not(tc_dedupe_is_copy(d, &o));
    o.order.rank--;
    cr_expect(tc_dedupe_is_copy(d, &o));
    tc_dedupe_free(d);
}

Test(dedupe, counts_a_record_once_whatever_it_gave_rise_to)
{
    tc_dedupe *d = tc_dedupe_new(2);
    for (uint32_t source = 0; source < 2; source++) {
        for (uint64_t position = 0; position < 3; position++) {
            for (uint32_t rank = 0; rank < 4; rank++) {
                tc_observation o = record(1, position, source, position);
                o.order.rank = rank;
                cr_expect_eq(tc_dedupe_is_copy(d, &o), source == 1);
            }
        }
    }
    cr_expect_eq(tc_dedupe_copies(d, 1), 3);
    tc_dedupe_free(d);
}

Test(dedupe, drops_a_statement_told_twice_and_counts_no_copy)
{
    tc_dedupe *d = tc_dedupe_new(1);
    tc_observation o = record(1, 1, 0, 0);
    cr_expect_not(tc_dedupe_is_copy(d, &o));
    cr_expect(tc_dedupe_is_copy(d, &o));
    o.order.position = 9;
    cr_expect_not(tc_dedupe_is_copy(d, &o), "an equal record elsewhere in the source is another");
    cr_expect(tc_dedupe_is_copy(d, &o));
    cr_expect_eq(tc_dedupe_copies(d, 0), 0);
    tc_dedupe_free(d);
}

Test(dedupe, leaves_spans_and_aliases_alone)
{
    tc_dedupe *d = tc_dedupe_new(2);
    static const tc_observation_kind kinds[] = {TC_OBS_WEB_SPAN, TC_OBS_WEB_USE, TC_OBS_ALIAS};
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++) {
        for (uint32_t source = 0; source < 2; source++) {
            tc_observation o = record(1, 1, source, 0);
            o.kind = (uint16_t)kinds[i];
            cr_expect_not(tc_dedupe_is_copy(d, &o));
        }
    }
    tc_dedupe_free(d);
}

Test(dedupe, judges_a_busy_instant_and_stops_at_its_bound)
{
    tc_dedupe *d = tc_dedupe_new(2);
    /* Each takes up to four places: delivered, seen in either source, counted as a copy. */
    uint64_t count = TC_DEDUPE_MAX / 4 - 1;
    for (uint64_t hash = 0; hash < count; hash++)
        cr_assert_not(is_copy(d, 1, hash << 40, 0));
    for (uint64_t hash = 0; hash < count; hash++)
        cr_assert(is_copy(d, 1, hash << 40, 1), "record %" PRIu64, hash);
    cr_expect_eq(tc_dedupe_copies(d, 1), count);
    cr_expect_eq(tc_dedupe_unjudged(d), 0);
    for (uint64_t hash = 1; hash <= TC_DEDUPE_MAX; hash++)
        cr_assert_not(is_copy(d, 1, hash, 0));
    cr_expect_gt(tc_dedupe_unjudged(d), TC_DEDUPE_MAX / 2);
    /* The next instant is judged again. */
    cr_expect_not(is_copy(d, 2, 1, 0));
    cr_expect(is_copy(d, 2, 1, 1));
    tc_dedupe_free(d);
}

Test(dedupe, goes_on_without_memory)
{
    for (uint64_t n = 1; n <= 4; n++) {
        tc_alloc_fail_after(n);
        cr_expect_null(tc_dedupe_new(2), "allocation %d", (int)n);
        tc_alloc_fail_after(0);
    }
    tc_dedupe *d = tc_dedupe_new(2);
    tc_alloc_fail_after(1);
    for (uint64_t hash = 0; hash < 1000; hash++)
        cr_expect_not(is_copy(d, 1, hash, 0));
    tc_alloc_fail_after(0);
    cr_expect_gt(tc_dedupe_unjudged(d), 0);
    tc_dedupe_free(d);
}
