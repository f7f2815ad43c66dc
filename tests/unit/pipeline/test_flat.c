/* What the ordered stage holds does not grow with time: people who do every hour what they always
 * do, and strangers who fail every hour, cost nothing more once all of them are known. */
#include "detector/pipeline/ordered.h"
#include "parsers/base/alloc.h"
#include "parsers/base/poison.h"
#include "tests/unit/input/support.h"
#include "tests/unit/pipeline/statements.h"

#include <criterion/criterion.h>
#include <malloc.h>

#ifdef TC_WITH_ASAN
size_t __sanitizer_get_current_allocated_bytes(void); /* the headers of gcc do not have it */
#endif

TestSuite(flat, .init = init_files, .fini = done_files);

#define PEOPLE 200
#define STRANGERS 40
#define WARM 72 /* hours */
#define HOURS 240
#define ROOM ((size_t)16 << 10) /* a table that grows late, by a step */
#define BATCH_BYTES ((size_t)1 << 26)

static size_t bytes_in_use(void)
{
#ifdef TC_WITH_ASAN
    return __sanitizer_get_current_allocated_bytes();
#else
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

/* An hour of a webmail server's log. */
static void put_hour(void)
{
    tc_str text;
    tc_str_init(&text, (size_t)1 << 24);
    tc_str_add(&text, TC_LIT("#Software: Microsoft Internet Information Services 10.0\n"
                             "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port "
                             "cs-username c-ip cs(User-Agent) sc-status sc-substatus "
                             "sc-win32-status time-taken\n"));
    for (unsigned second = 0; second < 3600; second++) {
        unsigned one = second % PEOPLE, other = second % STRANGERS;
        tc_str_addf(&text,
                    "2011-03-01 08:%02u:%02u 10.0.0.5 POST /owa/service.svc action=FindItem 443 "
                    "EX\\user%u 10.0.1.%u Mozilla/5.0+(Windows+NT+%u) 200 0 0 15\n",
                    second / 60, second % 60, one, one, one % 5);
        if (second % 9 == 0)
            tc_str_addf(&text,
                        "2011-03-01 08:%02u:%02u 10.0.0.5 POST /owa/auth.owa - 443 EX\\nobody%u "
                        "198.51.100.%u Mozilla/5.0+(stranger) 401 1 1326 9\n",
                        second / 60, second % 60, other, other);
    }
    put_folder("logs");
    put_bytes("logs/u_ex.log", tc_str_view(&text));
    tc_str_done(&text);
}

static tc_text_ref copy_text(tc_observations *to, tc_slice text)
{
    tc_text_ref ref;
    cr_assert_eq(tc_observations_text(to, text, &ref).code, TC_OK);
    return ref;
}

/* The same, so much later. */
static tc_observations *later(tc_observations *from, int64_t by)
{
    tc_slice heap = tc_observations_heap(from);
    tc_observations *to = tc_observations_new(BATCH_BYTES);
    cr_assert(to != NULL);
    for (size_t i = 0; i < tc_observations_count(from); i++) {
        const tc_observation *old = tc_observations_at(from, i);
        tc_observation *o;
        cr_assert_eq(tc_observations_add(to, &o).code, TC_OK);
        *o = *old;
        o->order.time = tc_time_add(old->order.time, by);
        o->last = tc_time_add(old->last, by);
        for (int t = 0; t < TC_OBS_TEXT_COUNT; t++)
            o->text[t] = copy_text(to, tc_observation_text(old, heap, (tc_obs_text)t));
        o->as_org = copy_text(to, tc_slice_sub(heap, old->as_org.offset, old->as_org.length));
    }
    return to;
}

static void tell_hour(tc_ordered *o, const statements *s, unsigned hour)
{
    int64_t by = (int64_t)hour * TC_HOUR;
    tc_time first = TC_TIME_MAX;
    for (size_t b = 0; b < s->batch_count; b++) {
        uint64_t late;
        tc_observations *batch = later(s->batches[b], by);
        if (tc_observations_count(batch) > 0)
            first = TC_MIN(first, tc_observations_at(batch, 0)->order.time);
        cr_assert_eq(tc_ordered_add(o, batch, &late).code, TC_OK);
        cr_assert_eq(late, 0);
    }
    cr_assert_eq(tc_ordered_release(o, tc_time_add(first, TC_HOUR)).code, TC_OK);
}

static TC_STATUS hear(void *context, const tc_alert *alert)
{
    (void)alert;
    ++*(size_t *)context;
    return TC_SUCCESS;
}

Test(flat, the_same_people_cost_the_same_for_days, .timeout = 300)
{
    static char logs[1024];
    const char *words[] = {"scan", "--internal", "10.0.0.0/8", logs, NULL};
    statements s;
    size_t heard = 0, warm = 0;
    tc_alert_sink sink = {&heard, hear};
    tc_ordered *o;
    tc_error error = {0};
    put_hour();
    snprintf(logs, sizeof(logs), "%s", in_files("logs"));
    read_statements(&s, words, (size_t)1 << 20);
    cr_assert_gt(s.batch_count, 0);
    tc_ordered_options options = {.run = &s.run, .sink = &sink, .spill_folder = logs};
    cr_assert_eq(tc_ordered_new(&options, &o, &error).code, TC_OK, "%s", error.text);
    cr_assert_eq(tc_ordered_begin(o, &error).code, TC_OK);
    for (unsigned hour = 0; hour < HOURS; hour++) {
        if (hour == WARM) warm = bytes_in_use();
        tell_hour(o, &s, hour);
    }
    size_t end = bytes_in_use();
    cr_assert_gt(warm, (size_t)1 << 20, "it is measured at all");
    cr_expect_leq(end, warm + ROOM, "%zu bytes after %d hours, %zu after %d", warm, WARM, end,
                  HOURS);
    tc_ordered_free(o);
    done_statements(&s);
}
