/*
 * stateful: what everything that can be saved must hold to, tried on a module.
 *
 * A module is driven by numbered steps, each of which does the same to equal modules and writes
 * down what came of it. Whatever a module's state refers to (an identity) is part of what `make`
 * gives and stays when `renew` puts a fresh module in the place of the old one.
 */
#ifndef TC_TEST_STATEFUL_H
#define TC_TEST_STATEFUL_H

#include "parsers/base/str.h"
#include "tests/support/tape.h"

typedef struct stateful {
    void *(*make)(void);
    void (*drop)(void *object);
    void (*renew)(void *object);
    void (*visit)(void *object, tc_visit *visit);
    void (*step)(void *object, size_t number, tc_str *log);
} stateful;

/* The state of the object; the caller frees the tape. */
tape *stateful_save(const stateful *module, void *object);
/* Renews the object and loads. */
tc_code stateful_load(const stateful *module, void *object, tape *t);

/* With a break after every `every` steps all is told as without one, and the state is the same. */
void stateful_goes_on(const stateful *module, size_t steps, size_t every);
/* Saved after `steps`: every beginning of the state that is not all of it is refused. */
void stateful_refuses_torn(const stateful *module, size_t steps);
/* Saved after `steps` and damaged in so many ways: refused, or good for as many steps again. */
void stateful_bears_damage(const stateful *module, size_t steps, size_t times);
/* Each allocation of a load and each write of a save may fail. */
void stateful_tells_failures(const stateful *module, size_t steps);

/* The four of them as tests of a suite, for a module that all of it is told of: `steps` with a
 * break after every `every`; saved after `torn`, `damaged` and `failing` steps for the other three.
 * The test file includes criterion.h. */
#define STATEFUL_TESTS(suite, module, steps, every, torn, damaged, times, failing)                 \
    Test(suite, goes_on_as_without_a_break)                                                        \
    {                                                                                              \
        stateful_goes_on(&(module), steps, every);                                                 \
    }                                                                                              \
    Test(suite, what_is_not_all_of_it_is_refused)                                                  \
    {                                                                                              \
        stateful_refuses_torn(&(module), torn);                                                    \
    }                                                                                              \
    Test(suite, damage_is_borne)                                                                   \
    {                                                                                              \
        stateful_bears_damage(&(module), damaged, times);                                          \
    }                                                                                              \
    Test(suite, failures_are_told)                                                                 \
    {                                                                                              \
        stateful_tells_failures(&(module), failing);                                               \
    }                                                                                              \
    _Static_assert(true, "takes the semicolon")

/* `make`, `drop`, `renew` and `visit` of a module that is one object and refers to nothing: type
 * tc_NAME with tc_NAME_new (given what stands behind the name), _free and _visit. `bench` holds it
 * as `of`. The test file includes criterion.h. */
#define STATEFUL_BENCH(name, ...)                                                                  \
    typedef struct bench {                                                                         \
        tc_##name *of;                                                                             \
    } bench;                                                                                       \
    static void renew(void *object)                                                                \
    {                                                                                              \
        bench *b = object;                                                                         \
        tc_##name##_free(b->of);                                                                   \
        b->of = tc_##name##_new(__VA_ARGS__);                                                      \
        cr_assert_not_null(b->of);                                                                 \
    }                                                                                              \
    static void *make(void)                                                                        \
    {                                                                                              \
        bench *b = tc_alloc(1, sizeof(*b));                                                        \
        cr_assert_not_null(b);                                                                     \
        renew(b);                                                                                  \
        return b;                                                                                  \
    }                                                                                              \
    static void drop(void *object)                                                                 \
    {                                                                                              \
        tc_##name##_free(((bench *)object)->of);                                                   \
        tc_free(object);                                                                           \
    }                                                                                              \
    static void visit(void *object, tc_visit *v)                                                   \
    {                                                                                              \
        tc_##name##_visit(((bench *)object)->of, v);                                               \
    }                                                                                              \
    _Static_assert(true, "takes the semicolon")

/* Random numbers that depend on the step and the place only. */
uint32_t stateful_roll(size_t step, uint32_t place, uint32_t sides);

#endif
