#include "detector/derive/campaign_score.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

typedef struct bench {
    tc_strangers *strangers;
    tc_habits *habits;
    tc_observations *batch;
    tc_references references;
} bench;

static void renew(void *object)
{
    bench *b = object;
    tc_strangers_free(b->strangers);
    tc_habits_free(b->habits);
    b->strangers = tc_strangers_new();
    b->habits = tc_habits_new(24);
    cr_assert(b->strangers != NULL && b->habits != NULL);
}

static void *make(void)
{
    bench *b = tc_alloc(1, sizeof(*b));
    cr_assert_not_null(b);
    b->batch = tc_observations_new(65536);
    cr_assert_not_null(b->batch);
    renew(b);
    return b;
}

static void drop(void *object)
{
    bench *b = object;
    tc_strangers_free(b->strangers);
    tc_habits_free(b->habits);
    tc_observations_free(b->batch);
    tc_free(b);
}

static void visit(void *object, tc_visit *v)
{
    bench *b = object;
    tc_habits_visit(b->habits, v);
    tc_strangers_visit(b->strangers, v, &b->references);
}

static void add(bench *b, size_t n, const uint64_t keys[TC_STRANGER_KEYS])
{
    char text[300];
    tc_observation *o = NULL;
    tc_observations_clear(b->batch);
    cr_assert(!tc_failed(tc_observations_add(b->batch, &o)));
    o->kind = n % 2 ? TC_OBS_WEB_SPAN : TC_OBS_WEB_USE;
    o->order = (tc_order){.time = (tc_time)n * TC_HOUR, .rank = tc_observation_rank(o->kind, 0)};
    o->last = o->order.time;
    memset(text, 'x', sizeof(text));
    text[stateful_roll(n, 5, sizeof(text))] = 0;
    cr_assert(
        !tc_failed(tc_observations_text(b->batch, tc_slice_of(text), &o->text[TC_OBS_TEXT_AGENT])));
    (void)tc_strangers_add(b->strangers, keys, (uint32_t)keys[TC_STRANGER_MAILBOX], o,
                           tc_observations_heap(b->batch));
}

static void step(void *object, size_t n, tc_str *log)
{
    bench *b = object;
    tc_campaign c;
    const uint64_t keys[] = {1 + stateful_roll(n, 1, 8), stateful_roll(n, 2, 8),
                             1 + stateful_roll(n, 3, 8), 1 + stateful_roll(n, 4, 12)};
    tc_strangers_expire(b->strangers, (tc_time)n * TC_HOUR);
    tc_habits_note(b->habits, TC_TRAIT_AGENT, stateful_roll(n, 6, 40));
    if (n % 7 == 0) tc_habits_person(b->habits);
    if (n % 5 == 0) add(b, n, keys);
    if (n % 97 == 0) tc_strangers_unite(b->strangers, keys[3], 1 + keys[3] % 12, 1);
    if (n % 89 == 0) tc_strangers_forget(b->strangers, keys[3]);
    tc_campaign_judge(b->strangers, b->habits, TC_STRANGER_AGENT, keys[0], &c);
    tc_str_addf(log, "%d %u %zu %u\n", c.score, c.mailboxes, c.count, c.addresses);
    for (size_t i = 0; i < c.count; i++)
        tc_str_addf(log, " %" PRIu64 "/%u/%u", c.members[i]->keys[TC_STRANGER_MAILBOX],
                    c.members[i]->session.o.text[TC_OBS_TEXT_AGENT].length, c.members[i]->entity);
}

static const stateful campaigns = {make, drop, renew, visit, step};

STATEFUL_TESTS(campaign_visit, campaigns, 1500, 1, 100, 60, 2000, 60);
