#include "parsers/event/names.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>
#include <signal.h>

static tc_names *names;

static void open_names(void)
{
    names = tc_names_new();
    cr_assert_not_null(names);
}

static void close_names(void)
{
    tc_names_free(names);
}

TestSuite(names, .init = open_names, .fini = close_names);

static bool is(tc_slice s, const char *text)
{
    return tc_slice_equal(s, tc_slice_of(text));
}

Test(names, static_names_keep_their_constants)
{
    static const struct {
        const char *name;
        tc_field field;
        bool ecs;
    } rows[] = {
        {"event.action", TC_FIELD_EVENT_ACTION, true},
        {"source.ip", TC_FIELD_SOURCE_IP, true},
        {"distinct", TC_FIELD_DISTINCT, true},
        {"date", TC_FIELD_W3C_DATE, false},
        {"cs(User-Agent)", TC_FIELD_CS_USER_AGENT, false},
        {"TargetUserName", TC_FIELD_WE_TARGET_USER_NAME, false},
        {"Hostname", TC_FIELD_WE_HOSTNAME, false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_eq(tc_names_find(names, tc_slice_of(rows[i].name)), rows[i].field, "%s",
                     rows[i].name);
        cr_expect(is(tc_names_text(names, rows[i].field), rows[i].name), "%s", rows[i].name);
        cr_expect_eq(tc_field_is_ecs(rows[i].field), rows[i].ecs, "%s", rows[i].name);
    }
    cr_expect_not(tc_field_is_ecs(TC_FIELD_NONE));
}

Test(names, every_field_has_a_name_that_leads_back)
{
    cr_assert_eq(tc_names_count(names), TC_FIELD_STATIC_COUNT);
    for (size_t field = 1; field < tc_names_count(names); field++) {
        tc_slice text = tc_names_text(names, (tc_field)field);
        cr_expect_gt(text.len, 0, "%zu", field);
        cr_expect_eq(tc_names_find(names, text), field, "%zu", field);
    }
}

Test(names, an_alias_is_a_second_name_of_the_same_field)
{
    cr_expect_eq(tc_names_find(names, TC_LIT("cs-user-agent")), TC_FIELD_CS_USER_AGENT);
    cr_expect_eq(tc_names_find(names, TC_LIT("c-useragent")), TC_FIELD_CS_USER_AGENT);
    cr_expect_eq(tc_names_find(names, TC_LIT("TimeTakenMS")), TC_FIELD_TIME_TAKEN);
    cr_expect(is(tc_names_text(names, TC_FIELD_TIME_TAKEN), "time-taken"));
    tc_field field;
    cr_expect_not(tc_failed(tc_names_add(names, TC_LIT("cs-referer"), &field)));
    cr_expect_eq(field, TC_FIELD_CS_REFERER);
    cr_expect_eq(tc_names_count(names), TC_FIELD_STATIC_COUNT);
}

Test(names, names_are_compared_byte_by_byte)
{
    cr_expect_eq(tc_names_find(names, TC_LIT("eventid")), TC_FIELD_NONE);
    cr_expect_eq(tc_names_find(names, TC_LIT("EventID ")), TC_FIELD_NONE);
    cr_expect_eq(tc_names_find(names, TC_LIT("EventI")), TC_FIELD_NONE);
    cr_expect_eq(tc_names_find(names, TC_EMPTY_SLICE), TC_FIELD_NONE);
    cr_expect_eq(tc_names_text(names, TC_FIELD_NONE).len, 0);
    cr_expect_eq(tc_names_text(names, TC_FIELD_STATIC_COUNT).len, 0);
}

Test(names, added_names_are_numbered_behind_and_copied)
{
    char text[] = "CommandLine";
    tc_field first;
    tc_field second;
    tc_field again;
    cr_assert_not(tc_failed(tc_names_add(names, tc_slice_of(text), &first)));
    memset(text, 'x', sizeof text - 1);
    cr_assert_not(tc_failed(tc_names_add(names, TC_LIT("Image"), &second)));
    cr_assert_not(tc_failed(tc_names_add(names, TC_LIT("CommandLine"), &again)));
    cr_expect_eq(first, TC_FIELD_STATIC_COUNT);
    cr_expect_eq(second, TC_FIELD_STATIC_COUNT + 1);
    cr_expect_eq(again, first);
    cr_expect_eq(tc_names_count(names), TC_FIELD_STATIC_COUNT + 2);
    tc_names_freeze(names);
    cr_expect_eq(tc_names_find(names, TC_LIT("CommandLine")), first);
    cr_expect(is(tc_names_text(names, first), "CommandLine"));
    cr_expect(is(tc_names_text(names, second), "Image"));
    cr_expect_not(tc_field_is_ecs(first));
}

Test(names, the_table_ends_at_its_limit)
{
    char text[16];
    tc_field field = 0;
    size_t count = tc_names_count(names);
    for (; count < TC_FIELD_MAX; count++) {
        snprintf(text, sizeof text, "f%zu", count);
        cr_assert_not(tc_failed(tc_names_add(names, tc_slice_of(text), &field)), "%zu", count);
        cr_assert_eq(field, count);
    }
    cr_expect_eq(tc_names_add(names, TC_LIT("one more"), &field).code, TC_ELIMIT);
    cr_expect_eq(tc_names_find(names, TC_LIT("one more")), TC_FIELD_NONE);
    cr_expect_eq(tc_names_count(names), TC_FIELD_MAX);
    cr_expect_not(tc_failed(tc_names_add(names, TC_LIT("f5000"), &field)));
    cr_expect_eq(field, 5000);
    cr_expect_eq(tc_names_find(names, TC_LIT("EventID")), TC_FIELD_WE_EVENT_ID);
}

Test(names, a_flood_of_long_names_is_refused)
{
    static uint8_t text[1 << 20];
    memset(text, 'a', sizeof text);
    tc_field field;
    tc_status status = TC_SUCCESS;
    size_t count = 0;
    for (; count < 64 && !tc_failed(status); count++) {
        text[0] = (uint8_t)('A' + count);
        status = tc_names_add(names, tc_slice_make(text, sizeof text), &field);
    }
    cr_expect_eq(status.code, TC_ENOMEM);
    cr_expect_lt(count, 20);
    text[0] = 'A';
    cr_expect_eq(tc_names_find(names, tc_slice_make(text, sizeof text)), TC_FIELD_STATIC_COUNT);
}

Test(names, aborts_on_a_name_added_after_freezing, .signal = SIGABRT)
{
    tc_field field;
    tc_names_freeze(names);
    (void)tc_failed(tc_names_add(names, TC_LIT("late"), &field));
}

Test(names, every_allocation_may_fail)
{
    uint64_t n = 1;
    for (;; n++) {
        tc_alloc_fail_after(n);
        tc_names *table = tc_names_new();
        tc_alloc_fail_after(0);
        tc_names_free(table);
        if (table) break;
        cr_assert_lt(n, 100000);
    }
    cr_expect_gt(n, 3);
}

Test(names, a_name_that_finds_no_memory_leaves_no_trace)
{
    size_t failures = 0;
    for (unsigned i = 0; i < 2000; i++) {
        char text[64];
        snprintf(text, sizeof text, "a name that rules mention, and not a short one %u", i);
        tc_field field = 0;
        size_t before = tc_names_count(names);
        tc_alloc_fail_after(1);
        tc_status status = tc_names_add(names, tc_slice_of(text), &field);
        tc_alloc_fail_after(0);
        if (tc_failed(status)) {
            failures++;
            cr_assert_eq(status.code, TC_ENOMEM);
            cr_assert_eq(tc_names_count(names), before);
            cr_assert_eq(tc_names_find(names, tc_slice_of(text)), TC_FIELD_NONE);
            cr_assert_not(tc_failed(tc_names_add(names, tc_slice_of(text), &field)));
        }
        cr_assert_eq(field, before);
        cr_assert(is(tc_names_text(names, field), text));
    }
    cr_expect_gt(failures, 3);
}
