#include "detector/derive/sessions.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

enum { CAPACITY = 24, HASHES = 40 };

typedef struct bench {
    tc_sessions *sessions;
} bench;

static void renew(void *object)
{
    bench *b = object;
    tc_sessions_free(b->sessions);
    b->sessions = tc_sessions_new(CAPACITY, 30 * TC_MINUTE);
    cr_assert_not_null(b->sessions);
}

static void *make(void)
{
    bench *b = tc_alloc(1, sizeof(*b));
    cr_assert_not_null(b);
    renew(b);
    return b;
}

static void drop(void *object)
{
    bench *b = object;
    tc_sessions_free(b->sessions);
    tc_free(b);
}

static void visit(void *object, tc_visit *v)
{
    tc_sessions_visit(((bench *)object)->sessions, v);
}

static void step(void *object, size_t n, tc_str *log)
{
    bench *b = object;
    tc_time first = (tc_time)n * 2 * TC_MINUTE, last = first + stateful_roll(n, 1, 60) * TC_MINUTE;
    bool begins = tc_sessions_note(b->sessions, stateful_roll(n, 0, HASHES), first, last);
    tc_bounds bounds = {.count = 0};
    tc_sessions_bounds(b->sessions, "sessions", &bounds);
    tc_str_addf(log, "%d, given up %" PRIu64 "\n", begins,
                bounds.count ? bounds.items[0].given_up : 0);
}

static const stateful sessions = {make, drop, renew, visit, step};

STATEFUL_TESTS(sessions_visit, sessions, 3000, 1, 200, 100, 3000, 200);

Test(sessions_visit, more_than_there_is_room_for_is_refused)
{
    bench *b = make();
    tc_str log;
    tc_str_init(&log, 65536);
    for (size_t i = 0; i < 200; i++)
        step(b, i, &log);
    tape *t = stateful_save(&sessions, b);
    tc_sessions *smaller = tc_sessions_new(CAPACITY / 2, 30 * TC_MINUTE);
    tc_visit *v = tape_loader(t);
    tc_sessions_visit(smaller, v);
    cr_expect_eq(tc_visit_status(v).code, TC_ESYNTAX);
    cr_expect_str_eq(tc_visit_where(v), "sessions");
    tc_visit_free(v);
    tc_sessions_free(smaller);
    tape_free(t);
    drop(b);
    tc_str_done(&log);
}
