/* Ways of telling statements, and what comes of them. */
#include "tests/unit/pipeline/statements.h"

#include "detector/memory/sorter.h"
#include "parsers/base/alloc.h"
#include "parsers/base/poison.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

#define BATCH_BYTES ((size_t)1 << 30)
#define MILLISECOND (TC_SECOND / 1000)
#define STRETCH ((size_t)128)
#ifdef TC_WITH_ASAN
#define DENSE_EVERY                                                                                \
    40 /* which is several times as slow; TOCSIN_SLOW=1 saves after every statement */
#else
#define DENSE_EVERY 4
#endif

/* A statement as it is going to be told; its texts lie in `heap`. */
typedef struct item {
    tc_observation o;
    tc_slice heap;
    size_t batch; /* that the worker had it in */
    bool piece;   /* not the first of its span: the record is made up */
} item;

typedef struct list {
    item *items;
    size_t count, capacity;
    uint64_t random;
} list;

/* SplitMix64. */
static uint64_t draw(list *l)
{
    uint64_t z = l->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Whole milliseconds of [from, to]. */
static tc_time draw_time(list *l, tc_time from, tc_time to)
{
    uint64_t choices = (uint64_t)tc_time_between(from, to) / MILLISECOND + 1;
    return tc_time_add(from, (int64_t)(draw(l) % choices) * MILLISECOND);
}

/* -- what is told --------------------------------------------------------------------------- */

static item *add(list *l, const item *like)
{
    tc_status status = tc_grow(&l->items, &l->capacity, l->count + 1, sizeof(item), SIZE_MAX);
    cr_assert_eq(status.code, TC_OK);
    l->items[l->count] = *like;
    return &l->items[l->count++];
}

/* The requests of the span in [first, last] without its first one. */
static void add_piece(list *l, const item *whole, tc_time first, tc_time last)
{
    item *i = add(l, whole);
    i->piece = true;
    i->o.order.time = first;
    i->o.last = last;
    i->o.order.record_hash = draw(l);
    i->o.order.source_key = draw(l);
    i->o.order.position = draw(l) >> 16;
    i->o.at = (tc_locator){.source = whole->o.at.source, .offset = 77777777, .line = 777777};
    i->o.status = 299;
    i->o.flags ^= TC_OBS_FLAG_REDIRECT;
    i->o.count = (uint32_t)draw(l);
}

/* Where a piece may begin that goes on with a session heard of until `end`: often as late as can
 * be. Only the first piece begins when the span does. */
static tc_time draw_begin(list *l, const tc_observation *o, tc_time end)
{
    tc_time latest = TC_MIN(tc_time_add(end, TC_SESSION_IDLE), o->last);
    return draw(l) % 3 == 0 ? latest
                            : draw_time(l, tc_time_add(o->order.time, MILLISECOND), latest);
}

static void add_cut(list *l, const item *whole)
{
    const tc_observation *o = &whole->o;
    item *head = add(l, whole);
    tc_time end = draw_time(l, o->order.time, o->last);
    head->o.last = end;
    head->o.count = (uint32_t)draw(l);
    if (draw(l) % 2 == 0) {
        tc_time begin = draw_begin(l, o, end), until = draw_time(l, begin, o->last);
        add_piece(l, whole, begin, until);
        end = TC_MAX(end, until);
    }
    add_piece(l, whole, draw_begin(l, o, end), o->last);
}

/* What another record says later; of use, in the same period. */
static void add_later(list *l, const item *fact)
{
    tc_time time = fact->o.order.time;
    tc_time end = tc_time_add(tc_use_begun(time), TC_USE_PERIOD - MILLISECOND);
    item *i = add(l, fact);
    i->piece = true;
    if (fact->o.kind == TC_OBS_WEB_USE)
        i->o.order.time = draw_time(l, time, end);
    else
        i->o.order.time = tc_time_add(time, (int64_t)(draw(l) % 3000) * TC_MINUTE);
    i->o.order.position = draw(l) >> 16;
    i->o.last = i->o.order.time;
}

static void add_ways(list *l, const item *statement, const telling *how)
{
    const tc_observation *o = &statement->o;
    size_t before = l->count;
    if (how->cut && o->kind == TC_OBS_WEB_SPAN && o->last > o->order.time)
        add_cut(l, statement);
    else
        add(l, statement);
    if (how->again_later && (o->kind == TC_OBS_ALIAS || o->kind == TC_OBS_WEB_USE))
        add_later(l, statement);
    if (how->again != TOLD_TWICE_RUNNING) return;
    for (size_t i = before, end = l->count; i < end; i++) {
        item same = l->items[i];
        add(l, &same);
    }
}

static void add_all(list *l, const statements *s, const telling *how)
{
    for (size_t b = 0; b < s->batch_count; b++) {
        tc_slice heap = tc_observations_heap(s->batches[b]);
        for (size_t i = 0; i < tc_observations_count(s->batches[b]); i++) {
            item statement = {*tc_observations_at(s->batches[b], i), heap, b, false};
            add_ways(l, &statement, how);
        }
    }
    if (how->again != TOLD_TWICE_APART) return;
    for (size_t i = 0, end = l->count; i < end; i++) {
        item same = l->items[i];
        same.batch += s->batch_count;
        add(l, &same);
    }
}

/* -- telling it ----------------------------------------------------------------------------- */

static tc_text_ref copy_text(tc_observations *to, tc_slice text)
{
    tc_text_ref ref;
    cr_assert_eq(tc_observations_text(to, text, &ref).code, TC_OK);
    return ref;
}

static void copy_item(tc_observations *to, const item *i)
{
    tc_observation *o;
    cr_assert_eq(tc_observations_add(to, &o).code, TC_OK);
    *o = i->o;
    for (int t = 0; t < TC_OBS_TEXT_COUNT; t++)
        o->text[t] = copy_text(to, tc_observation_text(&i->o, i->heap, (tc_obs_text)t));
    o->as_org = copy_text(to, tc_slice_sub(i->heap, i->o.as_org.offset, i->o.as_org.length));
    if (!i->piece) return;
    o->text[TC_OBS_TEXT_RAW] = copy_text(to, TC_LIT("no record at all"));
    o->text[TC_OBS_TEXT_HOST] = copy_text(to, TC_LIT("NOHOST"));
}

/* Items [from, to), sorted as workers sort them. */
static tc_observations *batch_of(const list *l, size_t from, size_t to)
{
    tc_observations *batch = tc_observations_new(BATCH_BYTES);
    cr_assert(batch != NULL);
    for (size_t i = from; i < to; i++)
        copy_item(batch, &l->items[i]);
    tc_observations_sort(batch);
    return batch;
}

/* After every statement in one stretch of so many, seldom in the others. */
static size_t stretch_end(const list *l, size_t from)
{
    size_t to = from / STRETCH % DENSE_EVERY == 0 ? from + 1 : (from / STRETCH + 1) * STRETCH;
    return TC_MIN(to, l->count);
}

static size_t batch_end(const list *l, size_t from, size_t size)
{
    size_t to = from;
    if (size == TOLD_IN_STRETCHES) return stretch_end(l, from);
    if (size != 0) return TC_MIN(from + size, l->count);
    while (to < l->count && l->items[to].batch == l->items[from].batch)
        to++;
    return to;
}

static int by_time(const void *a, const void *b)
{
    const item *x = a, *y = b;
    return (x->o.order.time > y->o.order.time) - (x->o.order.time < y->o.order.time);
}

/* In `count`, which nobody looks at, stands which item it is. */
typedef struct turns {
    const list *from;
    item *to;
    size_t count;
} turns;

static TC_STATUS note_turn(void *context, const tc_observation *o, tc_slice heap)
{
    turns *t = context;
    (void)heap;
    t->to[t->count++] = t->from->items[o->count];
    return TC_SUCCESS;
}

static void put_in_total_order(list *l, const char *folder)
{
    turns t = {l, tc_alloc(l->count, sizeof(item)), 0};
    tc_sorter *sorter = tc_sorter_new((size_t)1 << 30, folder, 0);
    uint64_t late = 0;
    cr_assert(t.to != NULL && sorter != NULL && l->count <= UINT32_MAX);
    for (size_t i = 0; i < l->count; i++)
        l->items[i].o.count = (uint32_t)i;
    cr_assert_eq(tc_sorter_add(sorter, batch_of(l, 0, l->count), &late).code, TC_OK);
    cr_assert_eq(tc_sorter_release(sorter, TC_TIME_MAX, note_turn, &t).code, TC_OK);
    cr_assert_eq(t.count, l->count);
    tc_sorter_free(sorter);
    tc_free(l->items);
    l->items = t.to;
    l->capacity = l->count;
}

static void arrange(list *l, const telling *how, const char *folder)
{
    for (size_t i = l->count; how->shuffled && i > 1; i--) {
        size_t other = (size_t)(draw(l) % i);
        item moved = l->items[i - 1];
        l->items[i - 1] = l->items[other];
        l->items[other] = moved;
    }
    if (how->by_time) qsort(l->items, l->count, sizeof(item), by_time);
    if (how->saved) put_in_total_order(l, folder);
}

/* What the stage is made with, and what of it belongs to a run and not to the state. */
typedef struct stage {
    tc_ordered_options options;
    tc_ordered *ordered;
    uint64_t *copies; /* by source, of stages that were saved and freed */
    uint64_t spilled;
} stage;

static void open_stage(stage *s)
{
    tc_error error = {0};
    cr_assert_eq(tc_ordered_new(&s->options, &s->ordered, &error).code, TC_OK, "%s", error.text);
}

static void close_stage(stage *s)
{
    for (uint32_t i = 0; i < tc_input_count(s->options.run->input); i++)
        s->copies[i] += tc_ordered_duplicates(s->ordered, i);
    s->spilled += tc_ordered_statistics(s->ordered).spilled_bytes;
    tc_ordered_free(s->ordered);
}

static tape *save_stage(stage *s, tc_references *references)
{
    tape *t = tape_new();
    cr_assert_eq(tc_ordered_settle(s->ordered).code, TC_OK);
    tc_visit *saver = tape_saver(t);
    tc_ordered_visit(s->ordered, saver, references);
    cr_assert_eq(tc_visit_status(saver).code, TC_OK, "%s", tc_visit_problem(saver));
    tc_visit_free(saver);
    return t;
}

/* Another stage takes the place of this one, knowing nothing but what was saved. */
static void save_and_load(stage *s)
{
    tc_references references = {.rules = s->options.run->rules};
    tape *t = save_stage(s, &references);
    close_stage(s);
    open_stage(s);
    tc_visit *loader = tape_loader(t);
    tc_ordered_visit(s->ordered, loader, &references);
    cr_assert_eq(tc_visit_status(loader).code, TC_OK, "%s in %s", tc_visit_problem(loader),
                 tc_visit_where(loader));
    cr_assert_eq(references.rules_lost, 0);
    tc_visit_free(loader);
    tape_free(t);
}

static void tell_batches(const list *l, const telling *how, stage *st)
{
    for (size_t from = 0, to; from < l->count; from = to) {
        uint64_t late = 0;
        to = batch_end(l, from, how->batch);
        cr_assert_eq(tc_ordered_add(st->ordered, batch_of(l, from, to), &late).code, TC_OK);
        cr_assert_eq(late, 0);
        if (how->saved) save_and_load(st);
        if (!how->by_time || to == l->count) continue;
        cr_assert_eq(tc_ordered_release(st->ordered, l->items[to].o.order.time).code, TC_OK);
    }
    cr_assert_eq(tc_ordered_finish(st->ordered).code, TC_OK);
}

/* -- what comes of it ----------------------------------------------------------------------- */

typedef struct writing {
    tc_output *output;
    tc_str *out;
} writing;

static TC_STATUS write_alert(void *context, const tc_alert *alert)
{
    writing *w = context;
    tc_output_alert(w->output, alert, TC_TIME_NONE, w->out);
    return tc_str_status(w->out);
}

static void write_coverage(const tc_ordered *ordered, tc_str *out)
{
    tc_derive_coverage c = {0};
    tc_ordered_coverage(ordered, &c);
    const uint64_t numbers[] = {c.mailboxes_seen,
                                c.mailboxes_joined,
                                c.mailboxes_assumed,
                                c.mailboxes_judged,
                                c.sessions,
                                c.remote_sessions,
                                c.internal_sessions,
                                c.logons_succeeded,
                                c.logons_failed,
                                c.system_messages,
                                c.unreadable_messages,
                                c.blank_subjects,
                                c.garbled_messages,
                                c.password_resets,
                                c.password_changes,
                                c.forwarded_ignored,
                                c.web_records_without_address,
                                c.mailboxes_forgotten,
                                c.unvouched_messages,
                                c.nat_blind,
                                c.nat_address_count};
    const tc_time times[] = {c.first_web,    c.last_web,      c.first_message,
                             c.last_message, c.first_account, c.last_account};
    tc_str_addf(out, "coverage");
    for (size_t i = 0; i < TC_COUNT_OF(numbers); i++)
        tc_str_addf(out, " %" PRIu64, numbers[i]);
    for (size_t i = 0; i < TC_COUNT_OF(times); i++)
        tc_str_addf(out, " %" PRId64, times[i]);
    tc_str_addf(out, " %.9g\n", c.nat_share);
}

/* Ends the stage. */
static void write_rest(const statements *s, stage *st, tc_str *out)
{
    tc_bounds bounds = {.count = 0};
    write_coverage(st->ordered, out);
    tc_ordered_bounds(st->ordered, &bounds);
    for (size_t i = 0; i < bounds.count; i++)
        tc_str_addf(out, "%s: %" PRIu64 "\n", bounds.items[i].what, bounds.items[i].given_up);
    close_stage(st);
    for (uint32_t i = 0; i < tc_input_count(s->run.input); i++)
        if (st->copies[i])
            tc_str_addf(out, "copies in source %" PRIu32 ": %" PRIu64 "\n", i, st->copies[i]);
}

uint64_t tell(const statements *s, const telling *how, tc_str *out)
{
    tc_output_options written = {
        .format = &tc_output_json, .min_level = TC_LEVEL_INFORMATIONAL, .version = "0"};
    writing w = {.output = tc_output_new(&written), .out = out};
    tc_alert_sink sink = {&w, write_alert};
    stage st = {
        .options = {.run = &s->run, .sink = &sink, .spill_folder = s->options.paths.items[0]},
        .copies = tc_alloc(tc_input_count(s->run.input), sizeof(uint64_t))};
    list l = {.random = how->seed};
    cr_assert(w.output != NULL && st.copies != NULL);
    open_stage(&st);
    add_all(&l, s, how);
    arrange(&l, how, st.options.spill_folder);
    tell_batches(&l, how, &st);
    write_rest(s, &st, out);
    tc_free(l.items);
    tc_free(st.copies);
    tc_output_free(w.output);
    cr_assert_eq(tc_str_status(out).code, TC_OK);
    return st.spilled;
}

/* -- state that somebody has changed -------------------------------------------------------- */

static TC_STATUS hear_alert(void *context, const tc_alert *alert)
{
    *(size_t *)context += alert->mailbox_count;
    return TC_SUCCESS;
}

static tape *save_at(const list *l, stage *s, tc_time until)
{
    tc_references references = {.rules = s->options.run->rules};
    tape *t = tape_new();
    uint64_t late = 0;
    tc_ordered_save save = {tape_saver(t), &references, until};
    open_stage(s);
    cr_assert_eq(tc_ordered_add(s->ordered, batch_of(l, 0, l->count), &late).code, TC_OK);
    cr_assert_eq(tc_ordered_finish_saving(s->ordered, &save).code, TC_OK);
    cr_assert_eq(tc_visit_status(save.visit).code, TC_OK, "%s", tc_visit_problem(save.visit));
    tc_visit_free(save.visit);
    close_stage(s);
    return t;
}

/* Whether the state was taken. */
static bool go_on_from(const list *l, stage *s, tape *t, tc_time until)
{
    tc_references references = {.rules = s->options.run->rules};
    uint64_t late = 0;
    open_stage(s);
    tc_visit *v = tape_loader(t);
    cr_assert_eq(tc_ordered_start_at(s->ordered, until).code, TC_OK);
    cr_assert_eq(tc_ordered_load(s->ordered, v, &references, until).code, TC_OK);
    bool taken = !tc_visit_failed(v);
    tc_visit_free(v);
    if (taken) {
        cr_assert_eq(tc_ordered_add(s->ordered, batch_of(l, 0, l->count), &late).code, TC_OK);
        cr_assert_eq(tc_ordered_finish(s->ordered).code, TC_OK);
    }
    close_stage(s);
    return taken;
}

size_t tell_after_damage(const statements *s, size_t rounds)
{
    static const telling plainly = {.by_time = true};
    size_t heard = 0, taken = 0;
    tc_alert_sink sink = {&heard, hear_alert};
    stage st = {
        .options = {.run = &s->run, .sink = &sink, .spill_folder = s->options.paths.items[0]},
        .copies = tc_alloc(tc_input_count(s->run.input), sizeof(uint64_t))};
    list l = {.random = 99};
    add_all(&l, s, &plainly);
    arrange(&l, &plainly, st.options.spill_folder);
    tc_time until = l.items[l.count / 2].o.order.time;
    tape *t = save_at(&l, &st, until);
    cr_assert(go_on_from(&l, &st, t, until), "what was not changed is taken");
    for (size_t i = 0; i < rounds; i++) {
        tape *damaged = tape_copy(t);
        tape_damage(damaged, draw(&l));
        taken += go_on_from(&l, &st, damaged, until);
        tape_free(damaged);
    }
    tape_free(t);
    tc_free(l.items);
    tc_free(st.copies);
    return taken;
}

/* -- who only looks ------------------------------------------------------------------------- */

bool looks_leave_no_trace(const statements *s)
{
    static const telling plainly = {.by_time = true};
    size_t heard = 0, met = 0;
    uint64_t late = 0;
    tc_alert_sink sink = {&heard, hear_alert};
    tc_references references = {.rules = s->run.rules};
    stage st = {
        .options = {.run = &s->run, .sink = &sink, .spill_folder = s->options.paths.items[0]},
        .copies = tc_alloc(tc_input_count(s->run.input), sizeof(uint64_t))};
    list l = {.random = 7};
    add_all(&l, s, &plainly);
    arrange(&l, &plainly, st.options.spill_folder);
    open_stage(&st);
    cr_assert_eq(tc_ordered_add(st.ordered, batch_of(&l, 0, l.count), &late).code, TC_OK);
    tape *before = save_stage(&st, &references);
    for (size_t i = 0; i < l.count; i++) {
        tc_slice user = tc_observation_text(&l.items[i].o, l.items[i].heap, TC_OBS_TEXT_USER);
        met += tc_identity_find(tc_ordered_identity(st.ordered), user) != 0;
    }
    tape *after = save_stage(&st, &references);
    bool same = tape_equal(before, after);
    cr_assert_gt(met, 0);
    tape_free(before);
    tape_free(after);
    close_stage(&st);
    tc_free(l.items);
    tc_free(st.copies);
    return same;
}
