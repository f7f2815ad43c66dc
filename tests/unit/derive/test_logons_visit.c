#include "detector/derive/logons.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

typedef struct bench {
    tc_logons *logons;
    tc_observations *batch;
    tc_references references;
} bench;

static void renew(void *object)
{
    bench *b = object;
    tc_logons_free(b->logons);
    b->logons = tc_logons_new();
    cr_assert_not_null(b->logons);
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
    tc_logons_free(b->logons);
    tc_observations_free(b->batch);
    tc_free(b);
}

static void visit(void *object, tc_visit *v)
{
    bench *b = object;
    tc_logons_visit(b->logons, v, &b->references);
}

static void set_text(bench *b, tc_observation *o, tc_obs_text which, const char *text)
{
    cr_assert(!tc_failed(tc_observations_text(b->batch, tc_slice_of(text), &o->text[which])));
}

/* One of a few addresses and agents; texts of any length, some that do not fit. */
static tc_observation *page(bench *b, size_t n, tc_observation_kind kind, tc_time time)
{
    char text[600];
    tc_observation *o;
    tc_observations_clear(b->batch);
    cr_assert(!tc_failed(tc_observations_add(b->batch, &o)));
    o->kind = (uint16_t)kind;
    o->last = time;
    o->order = (tc_order){.time = time,
                          .rank = tc_observation_rank(kind, 0),
                          .record_hash = n,
                          .source_key = 7,
                          .position = 100 * n};
    o->at = (tc_locator){stateful_roll(n, 10, 3), 90, 100 * n, n + 1};
    o->ip.bytes[15] = (uint8_t)stateful_roll(n, 11, 4);
    o->asn = stateful_roll(n, 12, 70000);
    memcpy(o->country, stateful_roll(n, 13, 2) ? "NL" : "\0", 2);
    o->address_class = (uint8_t)stateful_roll(n, 14, TC_ADDRESS_CLASS_COUNT);
    snprintf(text, sizeof(text), "agent %" PRIu32, stateful_roll(n, 15, 3));
    set_text(b, o, TC_OBS_TEXT_AGENT, text);
    for (unsigned which = 0; which < TC_OBS_TEXT_COUNT; which++) {
        if (which == TC_OBS_TEXT_AGENT) continue;
        snprintf(text, sizeof(text), "%0*zu", (int)stateful_roll(n, 20 + which, 590), n);
        set_text(b, o, (tc_obs_text)which, text);
    }
    snprintf(text, sizeof(text), "%0*zu", (int)stateful_roll(n, 16, 80), n);
    cr_assert(!tc_failed(tc_observations_text(b->batch, tc_slice_of(text), &o->as_org)));
    return o;
}

static void tell(tc_str *log, const char *what, const tc_logon *p)
{
    static const tc_obs_text texts[] = {TC_OBS_TEXT_USER, TC_OBS_TEXT_AGENT, TC_OBS_TEXT_HOST,
                                        TC_OBS_TEXT_RAW};
    const tc_observation *o = &p->request.o;
    tc_slice heap = tc_kept_heap(&p->request);
    char ip[TC_IP_TEXT];
    tc_str_addf(log, "%s %" PRId64 " %" PRIu64 " %" PRIu32 ":%" PRIu64 " %s %" PRIu32 " %s %u ",
                what, o->order.time, o->order.position, o->at.source, o->at.line,
                tc_ip_format(o->ip, ip), o->asn, o->country, o->address_class);
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++)
        tc_str_add(log, tc_kept_text(&p->request, texts[i]));
    tc_str_add(log, tc_slice_sub(heap, o->as_org.offset, o->as_org.length));
    tc_str_add_byte(log, '\n');
}

static void wait_or_answer(bench *b, size_t n, tc_time now, uint32_t waits_in_ten, tc_str *log)
{
    bool waits = stateful_roll(n, 1, 10) < waits_in_ten;
    const tc_observation *o = page(b, n, waits ? TC_OBS_WEB_LOGON : TC_OBS_WEB_LANDING, now);
    tc_slice heap = tc_observations_heap(b->batch);
    tc_logon ended;
    while (tc_logons_end(b->logons, now, &ended))
        tell(log, "ended", &ended);
    if (waits) {
        tc_logons_wait(b->logons, o, heap);
        return;
    }
    const tc_logon *answered = tc_logons_answer(b->logons, o, heap);
    if (answered)
        tell(log, "answered", answered);
    else
        tc_str_add(log, TC_LIT("nobody asked\n"));
}

static void step(void *object, size_t n, tc_str *log)
{
    wait_or_answer(object, n, (tc_time)n * 500000000 + 1, 6, log);
}

/* All that fit within ten seconds, and more. */
static void step_of_spray(void *object, size_t n, tc_str *log)
{
    const bench *b = object;
    tc_bounds bounds = {.count = 0};
    wait_or_answer(object, n, (tc_time)n * 1000000, 8, log);
    tc_logons_bounds(b->logons, &bounds);
    if (bounds.count) tc_str_addf(log, "given up %" PRIu64 "\n", bounds.items[0].given_up);
}

static const stateful logons = {make, drop, renew, visit, step};
static const stateful sprayed = {make, drop, renew, visit, step_of_spray};

STATEFUL_TESTS(logons_visit, logons, 2000, 1, 8, 30, 3000, 30);

Test(logons_visit, goes_on_in_a_spray)
{
    stateful_goes_on(&sprayed, 20000, 1999);
    bench *b = make();
    tc_bounds bounds = {.count = 0};
    tc_str log;
    tc_str_init(&log, (size_t)64 << 20);
    for (size_t n = 0; n < 9000; n++)
        step_of_spray(b, n, &log);
    tape *t = stateful_save(&sprayed, b);
    cr_assert_eq(stateful_load(&sprayed, b, t), TC_OK);
    tape_free(t);
    tc_logons_bounds(b->logons, &bounds);
    cr_assert_eq(bounds.count, 1, "some were given up, and that is not forgotten");
    drop(b);
    tc_str_done(&log);
}

static uint32_t other_source(void *context, uint32_t source, bool loading)
{
    uint32_t *number = context;
    if (!loading) return source + 100;
    return *number ? source - 100 + *number : UINT32_MAX;
}

Test(logons_visit, sources_may_be_others_in_the_next_run)
{
    uint32_t moved = 5;
    bench *b = make();
    b->references = (tc_references){.context = &moved, .source = other_source};
    tc_observation *o = page(b, 1, TC_OBS_WEB_LOGON, TC_SECOND);
    o->at.source = 2;
    tc_logons_wait(b->logons, o, tc_observations_heap(b->batch));
    tape *t = stateful_save(&logons, b);
    cr_assert_eq(stateful_load(&logons, b, t), TC_OK);
    tc_logon ended;
    cr_assert(tc_logons_end(b->logons, TC_DAY, &ended));
    cr_expect_eq(ended.request.o.at.source, 7);
    moved = 0;
    cr_expect_eq(stateful_load(&logons, b, t), TC_ESYNTAX, "a source that nobody lists");
    tape_free(t);
    drop(b);
}
