#include "tests/support/stateful.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

#define LOG_MAX ((size_t)8 << 20)

uint32_t stateful_roll(size_t step, uint32_t place, uint32_t sides)
{
    uint64_t x = ((uint64_t)step << 16) + place + 1;
    x *= UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((x ^ x >> 31) >> 32) % sides;
}

tape *stateful_save(const stateful *m, void *object)
{
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    m->visit(object, v);
    cr_assert_eq(tc_visit_status(v).code, TC_OK, "%s", tc_visit_problem(v));
    tc_visit_free(v);
    return t;
}

tc_code stateful_load(const stateful *m, void *object, tape *t)
{
    tc_visit *v = tape_loader(t);
    m->renew(object);
    m->visit(object, v);
    tc_code code = tc_visit_status(v).code;
    tc_visit_free(v);
    return code;
}

static void take_steps(const stateful *m, void *object, size_t from, size_t to, tc_str *log)
{
    for (size_t i = from; i < to; i++)
        m->step(object, i, log);
}

static void *made_of(const stateful *m, size_t steps)
{
    tc_str log;
    tc_str_init(&log, LOG_MAX);
    void *object = m->make();
    take_steps(m, object, 0, steps, &log);
    tc_str_done(&log);
    return object;
}

/* `whole` was never saved and loaded; `broken` is saved, made anew and loaded. */
static void change_over(const stateful *m, void *whole, void *broken, size_t step)
{
    tape *expected = stateful_save(m, whole), *saved = stateful_save(m, broken);
    cr_assert(tape_equal(expected, saved), "the states differ after step %zu", step);
    cr_assert_eq(stateful_load(m, broken, saved), TC_OK, "step %zu", step);
    tape *again = stateful_save(m, broken);
    cr_assert(tape_equal(saved, again), "step %zu: what was loaded is saved otherwise", step);
    tape_free(expected);
    tape_free(saved);
    tape_free(again);
}

void stateful_goes_on(const stateful *m, size_t steps, size_t every)
{
    tc_str expected, log;
    size_t told = 0;
    tc_str_init(&expected, LOG_MAX);
    tc_str_init(&log, LOG_MAX);
    void *whole = m->make(), *broken = m->make();
    for (size_t i = 0; i < steps; i++) {
        if (i % every == 0) change_over(m, whole, broken, i);
        take_steps(m, whole, i, i + 1, &expected);
        take_steps(m, broken, i, i + 1, &log);
        cr_assert(tc_slice_equal(tc_str_view(&expected), tc_str_view(&log)), "step %zu:\n%s\n%s", i,
                  tc_str_cstr(&expected), tc_str_cstr(&log));
        told += tc_str_view(&log).len;
        tc_str_clear(&expected);
        tc_str_clear(&log);
    }
    change_over(m, whole, broken, steps);
    cr_assert_gt(told, steps, "there is something to compare");
    m->drop(whole);
    m->drop(broken);
    tc_str_done(&expected);
    tc_str_done(&log);
}

void stateful_refuses_torn(const stateful *m, size_t steps)
{
    void *object = made_of(m, steps);
    tape *t = stateful_save(m, object);
    size_t whole = t->length;
    for (t->length = 0; t->length < whole; t->length++)
        cr_assert_eq(stateful_load(m, object, t), TC_ESYNTAX, "%zu of %zu", t->length, whole);
    cr_assert_eq(stateful_load(m, object, t), TC_OK);
    m->drop(object);
    tape_free(t);
}

void stateful_bears_damage(const stateful *m, size_t steps, size_t times)
{
    size_t taken = 0;
    for (size_t i = 0; i < times; i++) {
        tc_str log;
        tc_str_init(&log, LOG_MAX);
        void *object = made_of(m, steps);
        tape *t = stateful_save(m, object);
        tape_damage(t, (uint64_t)stateful_roll(i, 0, UINT32_MAX) << 32 |
                           stateful_roll(i, 1, UINT32_MAX));
        tc_code code = stateful_load(m, object, t);
        if (code == TC_OK) {
            taken++;
            take_steps(m, object, steps, 2 * steps, &log);
            tape_free(stateful_save(m, object));
        } else {
            cr_assert_eq(code, TC_ESYNTAX);
        }
        m->drop(object);
        tape_free(t);
        tc_str_done(&log);
    }
    cr_assert_gt(taken, times / 20, "some damage is not seen: %zu of %zu", taken, times);
    cr_assert_lt(taken, times, "and some is");
}

static void fail_loads(const stateful *m, void *object, tape *t)
{
    bool failed = true;
    for (uint64_t n = 1; failed; n++) {
        tc_visit *v = tape_loader(t);
        m->renew(object);
        tc_alloc_fail_once(n);
        m->visit(object, v);
        failed = tc_alloc_left() == 0;
        tc_alloc_fail_once(0);
        cr_assert_eq(tc_visit_status(v).code, failed ? TC_ENOMEM : TC_OK, "%" PRIu64, n);
        tc_visit_free(v);
    }
}

/* A full disk must not cost what is in memory. */
static void fail_saves(const stateful *m, void *object, const tape *whole)
{
    for (size_t room = 0; room < whole->length; room += 1 + whole->length / 200) {
        tape *t = tape_new();
        t->room = room;
        tc_visit *v = tape_saver(t);
        m->visit(object, v);
        cr_assert_eq(tc_visit_status(v).code, TC_EIO, "%zu", room);
        tc_visit_free(v);
        tape_free(t);
    }
    tape *again = stateful_save(m, object);
    cr_assert(tape_equal(whole, again), "a save that fails changes nothing");
    tape_free(again);
}

void stateful_tells_failures(const stateful *m, size_t steps)
{
    void *object = made_of(m, steps);
    tape *t = stateful_save(m, object);
    fail_saves(m, object, t);
    fail_loads(m, object, t);
    m->drop(object);
    tape_free(t);
}
