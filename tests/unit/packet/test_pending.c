/* Commands without a reply: in their order, and never more than there is room for. */
#include "parsers/packet/pending.h"

#include <criterion/criterion.h>

enum { FIRST = 1, OTHER, LAST };

Test(pending, keeps_the_order_and_forgets_the_oldest_of_a_full_one)
{
    tc_pending p = {.count = 0};
    cr_expect_eq(tc_pending_first(&p), 0);
    cr_expect_eq(tc_pending_last(&p), 0);
    tc_pending_answered(&p); /* of none: nothing */
    tc_pending_add(&p, FIRST);
    for (size_t i = 1; i < TC_PENDING_MAX; i++) {
        cr_expect(!tc_pending_full(&p));
        tc_pending_add(&p, OTHER);
    }
    cr_expect(tc_pending_full(&p));
    cr_expect_eq(tc_pending_first(&p), FIRST);
    tc_pending_add(&p, LAST);
    cr_expect(tc_pending_full(&p) && !tc_pending_has(&p, FIRST));
    cr_expect_eq(tc_pending_last(&p), LAST);
    for (size_t i = 1; i < TC_PENDING_MAX; i++)
        tc_pending_answered(&p);
    cr_expect_eq(tc_pending_first(&p), LAST);
    cr_expect_eq(p.count, 1);
}

Test(pending, keeps_one_end_or_renames)
{
    tc_pending p = {.oldest = TC_PENDING_MAX - 1};
    tc_pending_add(&p, FIRST);
    tc_pending_add(&p, OTHER);
    tc_pending_add(&p, LAST);
    tc_pending copy = p;
    tc_pending_keep_last(&copy);
    cr_expect(copy.count == 1 && tc_pending_first(&copy) == LAST);
    copy = p;
    tc_pending_keep_first(&copy);
    cr_expect(copy.count == 1 && tc_pending_last(&copy) == FIRST);
    tc_pending_rename(&p, OTHER, LAST);
    cr_expect(p.count == 3 && !tc_pending_has(&p, OTHER) && tc_pending_has(&p, FIRST));
    tc_pending_clear(&p);
    cr_expect_eq(tc_pending_last(&p), 0);
}
