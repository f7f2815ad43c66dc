/* A break anywhere: what is saved, loaded into a fresh module and gone on with says the same as if
 * there had been none. And state that is hostile. */
#include "parsers/base/alloc.h"
#include "tests/support/incident_stream.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

enum { SHORT = 300, OFTEN = 500, LONG = 1500, SMALL_BYTES = 24 << 10, MIDDLE_BYTES = 200 << 10 };

static const char *problem; /* of the last visit */

static tc_code visit(tc_incidents *all, tc_visit *v, tc_references *r)
{
    tc_incidents_visit(all, v, r);
    tc_code code = tc_visit_status(v).code;
    problem = tc_visit_problem(v);
    tc_visit_free(v);
    return code;
}

static void save(incident_stream *s, tape *t)
{
    tc_references r = {.rules = &s->rules};
    cr_assert_eq(visit(s->all, tape_saver(t), &r), TC_OK);
}

static tc_code load(incident_stream *s, tape *t)
{
    tc_references r = {.rules = &s->rules};
    tc_code code = visit(s->all, tape_loader(t), &r);
    cr_expect_eq(r.rules_lost, 0);
    return code;
}

static void step(incident_stream *s)
{
    cr_assert(!tc_failed(incident_stream_step(s)));
}

static void start(incident_stream *s, uint64_t seed, size_t state_bytes, uint32_t steps)
{
    incident_stream_init(s, seed, state_bytes);
    s->all = incident_stream_module(s);
    for (uint32_t n = 0; n < steps; n++)
        step(s);
}

/* What was told in a run without a break, and how much of it before each step. */
typedef struct whole {
    incident_stream stream;
    size_t before[LONG];
} whole;

static void run_whole(whole *w, uint64_t seed, size_t state_bytes, uint32_t steps)
{
    start(&w->stream, seed, state_bytes, 0);
    for (uint32_t n = 0; n < steps; n++) {
        w->before[n] = tc_str_view(&w->stream.log).len;
        step(&w->stream);
    }
    cr_assert(!tc_failed(incident_stream_finish(&w->stream)));
}

static void expect_rest(const whole *w, uint32_t k, const incident_stream *s, const char *which)
{
    tc_slice all = tc_str_view(&w->stream.log);
    cr_expect(tc_slice_equal(tc_slice_sub(all, w->before[k], all.len), tc_str_view(&s->log)),
              "after a break before step %u the rest of %s is told differently", k, which);
}

/* The stream goes on to its end with what the tape holds. */
static void go_on(const whole *w, const incident_stream *from, tape *t, uint32_t k, uint32_t steps)
{
    incident_stream s;
    tape *again = tape_new();
    incident_stream_branch(&s, from);
    cr_assert_eq(load(&s, t), TC_OK, "%s", problem);
    save(&s, again);
    cr_expect(tape_equal(t, again), "before step %u", k);
    for (uint32_t n = k; n < steps; n++)
        step(&s);
    cr_assert(!tc_failed(incident_stream_finish(&s)));
    expect_rest(w, k, &s, "what was loaded");
    incident_stream_done(&s);
    tape_free(again);
}

static void break_at(uint64_t seed, size_t state_bytes, uint32_t steps, uint32_t every)
{
    whole w;
    incident_stream s;
    tape *t = tape_new();
    run_whole(&w, seed, state_bytes, steps);
    cr_expect_gt(w.stream.transitions, 2);
    start(&s, seed, state_bytes, 0);
    for (uint32_t k = 0; k < steps; k++) {
        if (k % every == 0) {
            save(&s, t);
            go_on(&w, &s, t, k, steps);
        }
        step(&s);
    }
    cr_assert(!tc_failed(incident_stream_finish(&s)));
    expect_rest(&w, 0, &s, "what was saved");
    incident_stream_done(&s);
    incident_stream_done(&w.stream);
    tape_free(t);
}

Test(incident_visit, a_break_before_any_step_of_a_short_stream)
{
    for (uint64_t seed = 1; seed <= 2; seed++) {
        break_at(seed, SMALL_BYTES, SHORT, 1);
        break_at(seed, 0, SHORT, 7);
    }
}

Test(incident_visit, a_break_here_and_there_in_a_long_one)
{
    for (uint64_t seed = 11; seed <= 14; seed++) {
        break_at(seed, SMALL_BYTES, LONG, 53);
        break_at(seed, MIDDLE_BYTES, LONG, 67);
    }
}

/* Breaks add up to nothing. */
Test(incident_visit, a_break_after_every_step)
{
    for (uint64_t seed = 21; seed <= 22; seed++) {
        whole w;
        incident_stream s;
        tape *t = tape_new();
        run_whole(&w, seed, SMALL_BYTES, OFTEN);
        start(&s, seed, SMALL_BYTES, 0);
        for (uint32_t n = 0; n < OFTEN; n++) {
            step(&s);
            save(&s, t);
            tc_incidents_free(s.all);
            s.all = incident_stream_module(&s);
            cr_assert_eq(load(&s, t), TC_OK, "%s", problem);
        }
        cr_assert(!tc_failed(incident_stream_finish(&s)));
        expect_rest(&w, 0, &s, "it");
        cr_expect_eq(tc_incidents_work(s.all), tc_incidents_work(w.stream.all));
        incident_stream_done(&s);
        incident_stream_done(&w.stream);
        tape_free(t);
    }
}

static void expect_same_bounds(const tc_incidents *a, const tc_incidents *b)
{
    tc_bounds x = {0}, y = {0};
    tc_incidents_bounds(a, &x);
    tc_incidents_bounds(b, &y);
    cr_assert_eq(x.count, y.count);
    for (size_t i = 0; i < x.count; i++)
        cr_expect_eq(x.items[i].given_up, y.items[i].given_up, "%s", x.items[i].what);
}

Test(incident_visit, what_was_given_up_is_not_forgotten)
{
    incident_stream s, loaded;
    tape *t = tape_new();
    tc_bounds bounds = {0};
    start(&s, 3, SMALL_BYTES, LONG);
    save(&s, t);
    incident_stream_branch(&loaded, &s);
    cr_assert_eq(load(&loaded, t), TC_OK);
    tc_incidents_bounds(s.all, &bounds);
    cr_expect_geq(bounds.count, 6, "the stream fills them");
    expect_same_bounds(s.all, loaded.all);
    incident_stream_done(&loaded);
    incident_stream_done(&s);
    tape_free(t);
}

/* -- other rules ---------------------------------------------------------------------------- */

static void find(incident_stream *s, size_t rule, const char *mailbox, const tc_alert_sink *sink)
{
    tc_subject subject = {.mailbox = tc_slice_of(mailbox)};
    tc_finding f = {.rule = &s->rules.rules[rule],
                    .order = {.time = s->time},
                    .start = s->time,
                    .entity = subject.mailbox,
                    .subjects = &subject,
                    .subject_count = 1,
                    .count = 7};
    cr_assert(!tc_failed(tc_incidents_find(s->all, &f, sink)));
    cr_assert(!tc_failed(tc_incidents_advance(s->all, TC_TIME_MAX, sink)));
}

static TC_STATUS ignore(void *context, const tc_alert *a)
{
    (void)context;
    (void)a;
    return TC_SUCCESS;
}

static TC_STATUS remember(void *context, const tc_alert *a)
{
    tc_str_add(context, a->rule_title);
    tc_str_addf(context, " %s %zu;", tc_level_name(a->level), a->alert_count);
    return tc_str_status(context);
}

/* One incident of three rules, the gravest of which came in between, and one of that alone. */
static void start_with_rules(incident_stream *s, tape *t)
{
    const tc_alert_sink sink = {NULL, ignore};
    incident_stream_init(s, 1, 0);
    s->all = incident_stream_module(s);
    s->time = 11 * TC_HOUR;
    find(s, 3, "a@x", &sink);
    find(s, 4, "a@x", &sink);
    find(s, 1, "a@x", &sink);
    s->time += TC_HOUR;
    find(s, 4, "b@x", &sink);
    save(s, t);
}

static void load_without(const incident_stream *from, tape *t, uint32_t gone, const char *expected,
                         uint64_t lost)
{
    incident_stream s;
    tc_str told;
    const tc_alert_sink sink = {&told, remember};
    tc_str_init(&told, 1000);
    incident_stream_branch(&s, from);
    for (uint32_t i = 0; i < INCIDENT_STREAM_RULES; i++)
        if (gone >> i & 1) s.rules.rules[i].fingerprint++;
    tc_references r = {.rules = &s.rules};
    cr_assert_eq(visit(s.all, tape_loader(t), &r), TC_OK);
    cr_expect_eq(r.rules_lost > 0, gone != 0);
    cr_expect_eq(tc_incidents_lost(s.all), lost);
    cr_assert(!tc_failed(tc_incidents_finish(s.all, &sink)));
    cr_expect_str_eq(tc_str_cstr(&told), expected);
    tc_str_done(&told);
    /* Nobody is at home in what is gone. */
    find(&s, 4, "a@x", &(tc_alert_sink){NULL, ignore});
    find(&s, 4, "b@x", &(tc_alert_sink){NULL, ignore});
    cr_expect_eq(tc_incidents_count(s.all, TC_LEVEL_INFORMATIONAL), 2);
    incident_stream_done(&s);
}

Test(incident_visit, an_incident_stays_with_the_rules_that_are_left)
{
    incident_stream s;
    tape *t = tape_new();
    start_with_rules(&s, t);
    load_without(&s, t, 0, "fifth critical 3;fifth critical 1;", 0);
    load_without(&s, t, 1u << 1, "fifth critical 3;fifth critical 1;", 0);
    load_without(&s, t, 1u << 4, "fourth critical 3;", 1);
    load_without(&s, t, 1u << 4 | 1u << 3, "second critical 3;", 1);
    load_without(&s, t, 1u << 4 | 1u << 3 | 1u << 1, "", 2);
    incident_stream_done(&s);
    tape_free(t);
}

/* -- sources -------------------------------------------------------------------------------- */

/* In the state a source is called by ten more; in the next run they come the other way round. */
static uint32_t rename_source(void *context, uint32_t source, bool loading)
{
    (void)context;
    if (!loading) return source + 10;
    return source >= 10 && source < 13 ? 12 - source : UINT32_MAX;
}

Test(incident_visit, evidence_follows_its_source)
{
    incident_stream s, loaded;
    tape *t = tape_new();
    start(&s, 5, 0, 200);
    tc_references r = {.rules = &s.rules, .source = rename_source};
    cr_assert_eq(visit(s.all, tape_saver(t), &r), TC_OK);
    incident_stream_branch(&loaded, &s);
    cr_assert_eq(visit(loaded.all, tape_loader(t), &r), TC_OK);
    tc_str_clear(&s.log);
    cr_assert(!tc_failed(incident_stream_finish(&s)));
    cr_assert(!tc_failed(incident_stream_finish(&loaded)));
    tc_slice x = tc_str_view(&s.log), y = tc_str_view(&loaded.log);
    size_t moved = 0;
    cr_assert_eq(x.len, y.len);
    for (size_t i = 0; i < x.len; i++) {
        if (x.ptr[i] == y.ptr[i]) continue;
        cr_expect_eq(x.ptr[i] + y.ptr[i], 'a' + 'c');
        moved++;
    }
    cr_expect_gt(moved, 0);
    incident_stream_done(&loaded);
    incident_stream_done(&s);
    tape_free(t);
}

/* -- bounds, memory, damage ----------------------------------------------------------------- */

Test(incident_visit, state_that_does_not_fit_is_refused)
{
    incident_stream s, loaded;
    tape *t = tape_new();
    start(&s, 2, 0, LONG);
    save(&s, t);
    s.state_bytes = SMALL_BYTES;
    incident_stream_branch(&loaded, &s);
    cr_expect_eq(load(&loaded, t), TC_ESYNTAX);
    incident_stream_done(&loaded);
    incident_stream_done(&s);
    tape_free(t);
}

/* The code of a visit whose n-th allocation fails; *ret_done: there were not so many. */
static tc_code visit_failing(incident_stream *s, tc_visit *v, uint64_t n, bool *ret_done)
{
    tc_references r = {.rules = &s->rules};
    tc_alloc_fail_once(n);
    tc_code code = visit(s->all, v, &r);
    *ret_done = tc_alloc_left() != 0;
    tc_alloc_fail_once(0);
    return code;
}

static bool expect_loaded_without(const incident_stream *from, tape *t, uint64_t n)
{
    bool done;
    incident_stream s;
    tape *again = tape_new();
    incident_stream_branch(&s, from);
    tc_code code = visit_failing(&s, tape_loader(t), n, &done);
    cr_expect(code == TC_OK || (!done && code == TC_ENOMEM), "allocation %d", (int)n);
    if (code == TC_OK) {
        save(&s, again);
        cr_expect(tape_equal(t, again), "what could do without lacks nothing");
    }
    incident_stream_done(&s);
    tape_free(again);
    return done;
}

static bool expect_saved_without(incident_stream *s, tape *t, uint64_t n)
{
    bool done;
    tape *other = tape_new();
    tc_code code = visit_failing(s, tape_saver(other), n, &done);
    cr_expect_eq(code, done ? TC_OK : TC_ENOMEM, "allocation %d", (int)n);
    if (done) cr_expect(tape_equal(t, other), "what failed has changed nothing");
    tape_free(other);
    return done;
}

Test(incident_visit, lack_of_memory_is_said)
{
    incident_stream s;
    uint64_t n = 1;
    tape *t = tape_new();
    start(&s, 2, MIDDLE_BYTES, SHORT);
    save(&s, t);
    while (!expect_loaded_without(&s, t, n))
        n++;
    cr_expect_gt(n, 20);
    for (n = 1; !expect_saved_without(&s, t, n);)
        n++;
    cr_expect_gt(n, 3);
    incident_stream_done(&s);
    tape_free(t);
}

Test(incident_visit, a_torn_end_is_refused)
{
    incident_stream s, loaded;
    tape *t = tape_new();
    start(&s, 6, SMALL_BYTES, 60);
    save(&s, t);
    size_t length = t->length;
    for (t->length = 0; t->length < length; t->length++) {
        incident_stream_branch(&loaded, &s);
        cr_expect_eq(load(&loaded, t), TC_ESYNTAX, "%zu bytes", t->length);
        incident_stream_done(&loaded);
    }
    incident_stream_done(&s);
    tape_free(t);
}

/* What gets through is gone on with: whatever is told then, nothing breaks. */
static bool survives(const incident_stream *from, const tape *good, uint64_t dice)
{
    incident_stream s;
    tape *t = tape_copy(good);
    tc_references r = {.rules = &from->rules};
    incident_stream_branch(&s, from);
    for (uint64_t i = 0; i <= dice % 3; i++)
        tape_damage(t, dice >> (8 * i));
    bool loaded = visit(s.all, tape_loader(t), &r) == TC_OK;
    for (uint32_t n = 0; loaded && n < 60; n++)
        step(&s);
    if (loaded) cr_assert(!tc_failed(incident_stream_finish(&s)));
    incident_stream_done(&s);
    tape_free(t);
    return loaded;
}

Test(incident_visit, hostile_values_break_nothing)
{
    size_t loaded = 0, refused = 0;
    for (uint64_t seed = 31; seed <= 33; seed++) {
        incident_stream s;
        tape *t = tape_new();
        start(&s, seed, SMALL_BYTES, 200);
        save(&s, t);
        for (uint64_t n = 1; n <= 800; n++) {
            bool through = survives(&s, t, n * UINT64_C(0x9E3779B97F4A7C15));
            loaded += through;
            refused += !through;
        }
        incident_stream_done(&s);
        tape_free(t);
    }
    cr_expect_gt(loaded, 300, "%zu", loaded);
    cr_expect_gt(refused, 300, "%zu", refused);
}
