/* Lines of a timeline come out in the order of time, whatever came late and however many. */
#include "detector/app/moments.h"

#include <criterion/criterion.h>

typedef struct reader {
    tc_time last;
    size_t lines, wrong;
    char incident[33];
    tc_slice name;
} reader;

static bool wants(void *context, const char *incident, tc_slice names)
{
    const reader *r = context;
    tc_slice name;
    if (r->incident[0] && strcmp(incident, r->incident) != 0) return false;
    if (r->name.len == 0) return true;
    while (tc_moments_name(&names, &name))
        if (tc_slice_equal(name, r->name)) return true;
    return false;
}

static TC_STATUS write_line(void *context, tc_slice line, tc_error *reterr)
{
    reader *r = context;
    uint64_t time = 0;
    (void)reterr;
    cr_assert_eq(line.ptr[line.len - 1], '\n');
    cr_assert(tc_slice_to_u64(tc_slice_sub(line, 0, line.len - 1), &time));
    r->wrong += (tc_time)time < r->last;
    r->last = (tc_time)time;
    r->lines++;
    return TC_SUCCESS;
}

static void add(tc_moments *m, tc_time time, const char *name, bool late)
{
    char line[32];
    tc_error error = {0};
    tc_alert_mailbox who[2] = {{.name = tc_slice_of(name)}, {.name = TC_LIT("second")}};
    tc_moment moment = {.time = time, .who = who, .who_count = 2};
    snprintf(moment.incident, sizeof(moment.incident), "%032d", (int)(time % 7));
    snprintf(line, sizeof(line), "%" PRId64 "\n", time);
    cr_assert_eq(tc_moments_add(m, &moment, tc_slice_of(line), late, &error).code, TC_OK);
}

static reader read_all(tc_moments *m, const char *incident, const char *name)
{
    reader r = {.last = 0, .name = tc_slice_of(name)};
    tc_error error = {0};
    snprintf(r.incident, sizeof(r.incident), "%s", incident);
    tc_moments_choice choice = {&r, wants, write_line};
    cr_assert_eq(tc_moments_write(m, &choice, &error).code, TC_OK, "%s", error.text);
    return r;
}

static void fill(tc_moments *m, size_t count)
{
    for (size_t i = 0; i < count; i++)
        /* Every tenth comes up to 500 lines behind its time. */
        add(m, (tc_time)(1000 + (i % 10 ? i : i - i % 500)), i % 3 ? "anna" : "bob", false);
    for (size_t i = 0; i < count / 100; i++)
        add(m, (tc_time)(1000 + (i * 7919) % (count + 50)), "late", true);
}

Test(moments, they_come_out_by_time)
{
    tc_moments *m = tc_moments_new("/tmp");
    fill(m, 300000); /* beyond what stays in memory */
    reader r = read_all(m, "", "");
    cr_assert_eq(r.lines, 303000u);
    cr_assert_eq(r.wrong, 0u);
    cr_assert_eq(read_all(m, "", "").lines, 0u, "written once");
    tc_moments_free(m);
}

Test(moments, what_is_void_does_not_come)
{
    tc_moments *m = tc_moments_new("/tmp");
    fill(m, 1000);
    tc_moments_clear(m);
    add(m, 5, "anna", false);
    cr_assert_eq(read_all(m, "", "").lines, 1u);
    tc_moments_free(m);
}

Test(moments, they_are_chosen_by_what_they_bear)
{
    tc_moments *m = tc_moments_new("/tmp");
    fill(m, 3000);
    cr_assert_eq(read_all(m, "", "late").lines, 30u);
    fill(m, 3000);
    cr_assert_eq(read_all(m, "", "second").lines, 3030u);
    fill(m, 3000);
    reader r = read_all(m, "00000000000000000000000000000003", "bob");
    cr_assert_gt(r.lines, 100u);
    cr_assert_lt(r.lines, 200u);
    tc_moments_free(m);
}
