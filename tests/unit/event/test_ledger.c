#include "parsers/event/ledger.h"

#include <criterion/criterion.h>
#include <signal.h>

/* Two rejected, one filtered; every counter of its own size. */
static tc_ledger sample(void)
{
    tc_ledger l = {0};
    l.bytes.read = 1000 + 100 + 10 + 50 + 7;
    l.bytes.parsed = 1000;
    l.bytes.header = 100;
    l.bytes.blank = 10;
    l.bytes.rejected = 50;
    l.bytes.pending = 7;
    l.records.accepted = 20;
    l.records.header = 4;
    l.records.blank = 5;
    l.records.rejected[TC_REASON_COLUMN_COUNT] = 2;
    l.records.rejected[TC_REASON_LIMIT] = 1;
    l.events.delivered = 13;
    l.events.duplicate = 3;
    l.events.late = 2;
    l.events.filtered[TC_REASON_BACK_END] = 1;
    l.events.filtered[TC_REASON_OUT_OF_RANGE] = 1;
    return l;
}

Test(ledger, the_books_of_nothing_balance)
{
    tc_ledger empty = {0};
    cr_assert(tc_ledger_balanced(&empty));
    cr_assert_eq(tc_ledger_rejected(&empty), 0);
    cr_assert_eq(tc_ledger_filtered(&empty), 0);
}

Test(ledger, sums_over_the_reasons)
{
    tc_ledger l = sample();
    cr_assert(tc_ledger_balanced(&l));
    cr_assert_eq(tc_ledger_rejected(&l), 3);
    cr_assert_eq(tc_ledger_filtered(&l), 2);
}

Test(ledger, tells_lines_and_holes_within_what_is_rejected_however_it_is_cut)
{
    tc_slice bytes = TC_LIT("one\r\ntwo\rthree\n\0\0\0");
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        tc_ledger l = {0};
        tc_ledger_reject(&l, tc_slice_sub(bytes, 0, cut));
        tc_ledger_reject(&l, tc_slice_sub(bytes, cut, bytes.len));
        cr_expect_eq(l.bytes.rejected, 18, "%zu", cut);
        cr_expect(l.within.feeds == 2 && l.within.returns == 2 && l.within.nuls == 3, "%zu", cut);
    }
}

Test(ledger, a_book_that_is_off_by_one_does_not_balance)
{
    static const size_t counters[] = {
        offsetof(tc_ledger, bytes.read),       offsetof(tc_ledger, bytes.parsed),
        offsetof(tc_ledger, bytes.header),     offsetof(tc_ledger, bytes.blank),
        offsetof(tc_ledger, bytes.rejected),   offsetof(tc_ledger, bytes.pending),
        offsetof(tc_ledger, records.accepted), offsetof(tc_ledger, events.delivered),
        offsetof(tc_ledger, events.duplicate), offsetof(tc_ledger, events.late),
    };
    for (size_t i = 0; i < TC_COUNT_OF(counters); i++) {
        for (int step = -1; step <= 1; step += 2) {
            tc_ledger l = sample();
            uint64_t count;
            memcpy(&count, (char *)&l + counters[i], sizeof count);
            count += (uint64_t)(int64_t)step;
            memcpy((char *)&l + counters[i], &count, sizeof count);
            cr_expect_not(tc_ledger_balanced(&l), "counter %zu, %+d", i, step);
        }
    }
    for (size_t i = 0; i < TC_REASON_COUNT; i++) {
        tc_ledger l = sample();
        l.events.filtered[i]++;
        cr_expect_not(tc_ledger_balanced(&l), "filtered %zu", i);
    }
}

Test(ledger, records_without_bytes_do_not_balance)
{
    tc_ledger l = sample();
    l.records.header = l.bytes.header + 1;
    cr_expect_not(tc_ledger_balanced(&l), "header");
    l = sample();
    l.records.blank = l.bytes.blank + 1;
    cr_expect_not(tc_ledger_balanced(&l), "blank");
    l = sample();
    l.records.accepted = l.bytes.parsed + 1;
    l.events.delivered += l.records.accepted - 20;
    cr_expect_not(tc_ledger_balanced(&l), "accepted");
    for (size_t i = 0; i < TC_REASON_COUNT; i++) {
        l = sample();
        l.records.rejected[i] += l.bytes.rejected;
        cr_expect_not(tc_ledger_balanced(&l), "rejected %zu", i);
    }
}

Test(ledger, adding_adds_every_counter)
{
    /* A ledger is counters and nothing else: filled with 1, 2, 3... and doubled. */
    uint64_t counts[sizeof(tc_ledger) / sizeof(uint64_t)];
    for (size_t i = 0; i < TC_COUNT_OF(counts); i++)
        counts[i] = i + 1;
    tc_ledger part;
    memcpy(&part, counts, sizeof part);
    tc_ledger sum = part;
    tc_ledger_add(&sum, &part);
    memcpy(counts, &sum, sizeof sum);
    for (size_t i = 0; i < TC_COUNT_OF(counts); i++)
        cr_expect_eq(counts[i], 2 * (i + 1), "counter %zu", i);
}

Test(ledger, balanced_parts_have_a_balanced_sum)
{
    tc_ledger sum = {0};
    tc_ledger part = sample();
    for (int i = 0; i < 3; i++)
        tc_ledger_add(&sum, &part);
    cr_assert(tc_ledger_balanced(&sum));
    cr_assert_eq(tc_ledger_rejected(&sum), 9);
}

Test(ledger, every_reason_has_a_key_of_its_own_and_a_text)
{
    for (unsigned i = 0; i < TC_REASON_COUNT; i++) {
        const char *key = tc_reason_key((tc_reason)i);
        cr_assert(key && key[0], "%u", i);
        cr_assert(strspn(key, "abcdefghijklmnopqrstuvwxyz_") == strlen(key), "%s", key);
        cr_assert(strlen(tc_reason_text((tc_reason)i)) > 0, "%u", i);
        for (unsigned j = 0; j < i; j++)
            cr_assert_str_neq(key, tc_reason_key((tc_reason)j));
    }
    cr_assert_str_eq(tc_reason_key(TC_REASON_BAD_QUOTE), "bad_quote");
    cr_assert_str_eq(tc_reason_text(TC_REASON_BAD_QUOTE), "a quote that never closes");
}

Test(ledger, aborts_on_a_reason_there_is_not, .signal = SIGABRT)
{
    (void)tc_reason_key(TC_REASON_COUNT);
}
