/* The table of what is remembered and the pool of sessions, each alone. */
#include "detector/incident/incident_pool.h"
#include "detector/incident/incident_recall.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static uint64_t digest_of(uint32_t n)
{
    return (n + UINT64_C(1)) * UINT64_C(0x9E3779B97F4A7C15);
}

Test(incident_parts, what_came_again_is_remembered_when_what_came_once_floods)
{
    tc_recalls r;
    bool created;
    tc_recalls_init(&r, 16 << 10);
    for (int i = 0; i < 2; i++)
        for (uint32_t n = 0; n < 10; n++)
            tc_recalls_touch(&r, digest_of(n), true, TC_TIME_MAX, &created)->incident = n + 1;
    for (uint32_t n = 100; n < 5000; n++)
        cr_assert_not_null(tc_recalls_touch(&r, digest_of(n), true, TC_TIME_MAX, &created));
    for (uint32_t n = 0; n < 10; n++) {
        const tc_recall *kept = tc_recalls_find(&r, digest_of(n));
        cr_assert_not_null(kept, "%u", n);
        cr_expect_eq(kept->incident, n + 1);
    }
    cr_expect_null(tc_recalls_find(&r, digest_of(100)), "the oldest of the others goes");
    cr_expect_not_null(tc_recalls_find(&r, digest_of(4999)));
    cr_expect_eq(r.count, r.max);
    cr_expect_eq(r.given_up, 4910 - r.max);
    tc_recalls_done(&r);
}

/* No class of entries can stop another from being learned. */
Test(incident_parts, what_came_again_makes_room_when_all_did)
{
    tc_recalls r;
    bool created;
    tc_recalls_init(&r, 16 << 10);
    for (uint32_t n = 0; n < 1000; n++)
        for (int i = 0; i < 2; i++)
            cr_assert_not_null(tc_recalls_touch(&r, digest_of(n), true, TC_TIME_MAX, &created));
    cr_expect_not_null(tc_recalls_find(&r, digest_of(999)));
    cr_expect_eq(r.given_up, 1000 - r.max);
    tc_recalls_done(&r);
}

Test(incident_parts, a_table_without_memory_lives_with_what_it_has)
{
    tc_recalls r;
    bool created;
    tc_recalls_init(&r, 64 << 10);
    tc_alloc_fail_after(1);
    cr_expect_null(tc_recalls_touch(&r, digest_of(0), true, TC_TIME_MAX, &created));
    tc_alloc_fail_after(0);
    cr_assert_not_null(tc_recalls_touch(&r, digest_of(1), true, TC_TIME_MAX, &created));
    tc_alloc_fail_after(1);
    for (uint32_t n = 2; n < 100; n++)
        cr_assert_not_null(tc_recalls_touch(&r, digest_of(n), true, TC_TIME_MAX, &created));
    tc_alloc_fail_after(0);
    cr_expect_not_null(tc_recalls_find(&r, digest_of(99)));
    cr_expect_gt(r.given_up, 50);
    tc_recalls_done(&r);
}

/* -- the pool ------------------------------------------------------------------------------- */

enum { MAILBOXES = 1000, ADDRESSES = 2000 };

static tc_access access_of(tc_time time, uint32_t mailbox, uint32_t address, const char *agent)
{
    return (tc_access){.time = time,
                       .entity = mailbox,
                       .asn = 64500,
                       .mailbox = TC_LIT("mailbox@example.org"),
                       .country = TC_LIT("CN"),
                       .as_org = TC_LIT("organisation"),
                       .agent = tc_slice_of(agent),
                       .digests = {digest_of(MAILBOXES + mailbox), digest_of(ADDRESSES + address),
                                   digest_of(1), digest_of(2), digest_of(3), digest_of(4)}};
}

static uint32_t count_of(const tc_session_pool *p, uint64_t digest)
{
    tc_piece holder = tc_session_pool_holder(p, digest);
    return holder ? tc_holder_at(p, holder)->count : 0;
}

Test(incident_parts, a_session_is_read_back_as_it_was)
{
    tc_session_pool p;
    tc_access_texts texts;
    tc_access got;
    cr_assert(!tc_failed(tc_session_pool_init(&p, 1 << 20)));
    char agent[200];
    memset(agent, 'y', sizeof(agent) - 1);
    agent[sizeof(agent) - 1] = 0;
    tc_access a = access_of(TC_DAY, 7, 8, agent);
    cr_assert(!tc_failed(tc_session_pool_add(&p, &a)));
    tc_session_pool_read(&p, p.all.oldest, &texts, &got);
    cr_expect_eq(memcmp(got.digests, a.digests, sizeof(a.digests)), 0);
    cr_expect(tc_slice_equal(got.mailbox, a.mailbox) && tc_slice_equal(got.agent, a.agent));
    cr_expect(tc_slice_equal(got.country, a.country) && tc_slice_equal(got.as_org, a.as_org));
    cr_expect(got.time == TC_DAY && got.entity == 7 && got.asn == 64500);
    tc_session_pool_remove(&p, p.all.oldest);
    cr_expect_eq(p.pool.used, 0, "holders go with their last session");
    tc_session_pool_done(&p);
}

Test(incident_parts, the_mailbox_with_the_most_sessions_gives_up_its_oldest)
{
    tc_session_pool p;
    cr_assert(!tc_failed(tc_session_pool_init(&p, 64 << 10)));
    for (uint32_t i = 0; i < 20; i++) {
        tc_access a = access_of(i, i, i, "agent");
        cr_assert(!tc_failed(tc_session_pool_add(&p, &a)));
    }
    for (uint32_t i = 0; i < 2000; i++) {
        tc_access a = access_of(100 + i, 500, 500 + i, "agent");
        cr_assert(!tc_failed(tc_session_pool_add(&p, &a)));
    }
    for (uint32_t i = 0; i < 20; i++)
        cr_expect_eq(count_of(&p, digest_of(MAILBOXES + i)), 1, "%u", i);
    cr_expect_eq(p.given_up, 2020 - p.count);
    cr_expect_gt(p.given_up, 1000);
    cr_expect_eq(count_of(&p, digest_of(ADDRESSES + 500 + 1999)), 1, "the newest is there");
    cr_expect_eq(count_of(&p, digest_of(ADDRESSES + 500)), 0, "the oldest went");
    tc_session_pool_done(&p);
}

Test(incident_parts, what_is_too_old_goes_without_being_counted)
{
    tc_session_pool p;
    cr_assert(!tc_failed(tc_session_pool_init(&p, 1 << 20)));
    for (uint32_t i = 0; i < 10; i++) {
        tc_access a = access_of(i, i % 3, i, "agent");
        cr_assert(!tc_failed(tc_session_pool_add(&p, &a)));
    }
    tc_session_pool_expire(&p, 7);
    cr_expect_eq(p.count, 3);
    cr_expect_eq(p.given_up, 0);
    tc_session_pool_expire(&p, TC_TIME_MAX);
    cr_expect_eq(p.pool.used, 0);
    tc_session_pool_done(&p);
}

Test(incident_parts, a_renamed_mailbox_has_the_sessions_of_both)
{
    for (uint32_t more = 0; more < 2; more++) {
        tc_session_pool p;
        cr_assert(!tc_failed(tc_session_pool_init(&p, 1 << 20)));
        for (uint32_t i = 0; i < 10; i++) {
            tc_access a = access_of(i, i < 3 ? more : 1 - more, i, "agent");
            cr_assert(!tc_failed(tc_session_pool_add(&p, &a)));
        }
        tc_session_pool_rename(&p, digest_of(MAILBOXES), digest_of(MAILBOXES + 1), 1);
        cr_expect_eq(count_of(&p, digest_of(MAILBOXES)), 0);
        cr_expect_eq(count_of(&p, digest_of(MAILBOXES + 1)), 10);
        tc_session_pool_rename(&p, digest_of(MAILBOXES + 1), digest_of(MAILBOXES + 2), 2);
        cr_expect_eq(count_of(&p, digest_of(MAILBOXES + 2)), 10);
        tc_session_pool_rename(&p, digest_of(MAILBOXES + 9), digest_of(MAILBOXES + 2), 2);
        cr_expect_eq(count_of(&p, digest_of(MAILBOXES + 2)), 10, "of nobody");
        tc_session_pool_expire(&p, TC_TIME_MAX);
        cr_expect_eq(p.pool.used, 0);
        tc_session_pool_done(&p);
    }
}
