#include "detector/derive/familiar.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

enum { CAPACITY = 80, KEYS = 120, MAILBOXES = 9 };

typedef struct bench {
    tc_familiars *familiars;
} bench;

static void renew(void *object)
{
    bench *b = object;
    tc_familiars_free(b->familiars);
    b->familiars = tc_familiars_new(CAPACITY);
    cr_assert_not_null(b->familiars);
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
    tc_familiars_free(b->familiars);
    tc_free(b);
}

static void visit(void *object, tc_visit *v)
{
    tc_familiars_visit(((bench *)object)->familiars, v);
}

/* Some keys are usual and become familiar, the others come and go. */
static void step(void *object, size_t n, tc_str *log)
{
    bench *b = object;
    bool usual = stateful_roll(n, 0, 2) != 0;
    uint64_t key = stateful_roll(n, 1, usual ? CAPACITY / 2 : KEYS);
    tc_time third =
        tc_familiars_note(b->familiars, key, stateful_roll(n, 2, MAILBOXES), (tc_time)n * TC_HOUR);
    tc_bounds bounds = {.count = 0};
    tc_familiars_bounds(b->familiars, "places", 0, &bounds);
    tc_str_addf(log, "%" PRId64 ", given up %" PRIu64 "\n", third,
                bounds.count ? bounds.items[0].given_up : 0);
}

static const stateful familiars = {make, drop, renew, visit, step};

STATEFUL_TESTS(familiar_visit, familiars, 3000, 1, 400, 300, 3000, 400);
