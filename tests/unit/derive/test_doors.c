#include "detector/derive/doors.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

static tc_ip ip_of(unsigned number)
{
    char text[32];
    tc_ip ip;
    snprintf(text, sizeof(text), "198.51.%u.%u", number / 256, number % 256);
    cr_assert(tc_ip_parse(tc_slice_of(text), &ip));
    return ip;
}

Test(doors, counts_people_days_and_sessions)
{
    tc_doors *d = tc_doors_new();
    for (int day = 0; day < 3; day++)
        for (uint64_t mailbox = 1; mailbox <= 5; mailbox++)
            tc_doors_note(d, ip_of(7), mailbox, day * TC_DAY);
    cr_assert_eq(tc_doors_count(d), 1u);
    cr_expect_eq(tc_doors_at(d, 0)->people_count, 5u);
    cr_expect_eq(tc_doors_at(d, 0)->days, 3u);
    cr_expect_eq(tc_doors_at(d, 0)->sessions, 15u);
    tc_doors_free(d);
}

Test(doors, what_is_frequent_stays_however_many_come_once)
{
    tc_doors *d = tc_doors_new();
    for (unsigned i = 0; i < 20000; i++) {
        tc_doors_note(d, ip_of(i % 2 ? 1 : 2 + i % 60000), i, (tc_time)i * TC_MINUTE);
    }
    size_t found = 0;
    for (size_t i = 0; i < tc_doors_count(d); i++)
        found += tc_ip_equal(tc_doors_at(d, i)->ip, ip_of(1)) &&
                 tc_doors_at(d, i)->people_count == TC_DOOR_PEOPLE;
    cr_expect_eq(found, 1u);
    cr_expect_eq(tc_doors_count(d), (size_t)TC_DOORS_MAX);
    tc_doors_free(d);
}

/* -- saved state ---------------------------------------------------------------------------- */

STATEFUL_BENCH(doors);

static void step(void *object, size_t n, tc_str *log)
{
    tc_doors *all = ((bench *)object)->of;
    tc_ip ip = ip_of((unsigned)stateful_roll(n, 0, 200));
    tc_doors_note(all, ip, stateful_roll(n, 1, 100), (tc_time)n * TC_HOUR);
    for (size_t i = 0; i < tc_doors_count(all); i++) {
        const tc_door *one = tc_doors_at(all, i);
        if (tc_ip_equal(one->ip, ip))
            tc_str_addf(log, "%" PRIu64 " %u %u\n", one->sessions, one->people_count, one->days);
    }
}

static const stateful doors_state = {make, drop, renew, visit, step};

STATEFUL_TESTS(doors, doors_state, 4000, 3, 300, 300, 3000, 300);
