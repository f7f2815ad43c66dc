#include "parsers/event/schema.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

#define LIMIT 8

static const tc_logsource labels[] = {{"webserver", NULL, NULL}, {NULL, "windows", "iis"}};

static tc_names *names;
static tc_schemas *schemas;

static void open_schemas(void)
{
    names = tc_names_new();
    cr_assert_not_null(names);
    schemas = tc_schemas_new(names, LIMIT);
    cr_assert_not_null(schemas);
}

static void close_schemas(void)
{
    tc_schemas_free(schemas);
    tc_names_free(names);
}

TestSuite(schema, .init = open_schemas, .fini = close_schemas);

static TC_STATUS get(const char *format, const tc_slice *columns, size_t count,
                     const tc_schema **ret)
{
    return tc_schemas_get(schemas, format, labels, TC_COUNT_OF(labels), columns, count, ret);
}

Test(schema, maps_columns_to_fields_and_back)
{
    const tc_slice columns[] = {TC_LIT("date"), TC_LIT("nobody-asked"), TC_LIT("cs-user-agent"),
                                TC_LIT("")};
    const tc_schema *s;
    cr_assert_not(tc_failed(get("iis-w3c", columns, 4, &s)));
    cr_expect_str_eq(s->format, "iis-w3c");
    cr_expect_eq(s->labels, labels);
    cr_expect_eq(s->label_count, 2);
    cr_expect_eq(s->column_count, 4);
    cr_expect_eq(s->slot_count, TC_FIELD_STATIC_COUNT);
    cr_expect_eq(s->fields[0], TC_FIELD_W3C_DATE);
    cr_expect_eq(s->fields[1], TC_FIELD_NONE);
    cr_expect_eq(s->fields[2], TC_FIELD_CS_USER_AGENT);
    cr_expect_eq(s->fields[3], TC_FIELD_NONE);
    for (size_t i = 0; i < 4; i++)
        cr_expect(tc_slice_equal(s->names[i], columns[i]), "%zu", i);
    cr_expect_eq(tc_schema_column(s, TC_FIELD_W3C_DATE), 0);
    cr_expect_eq(tc_schema_column(s, TC_FIELD_CS_USER_AGENT), 2);
    cr_expect_eq(tc_schema_column(s, TC_FIELD_NONE), -1);
    cr_expect_eq(tc_schema_column(s, TC_FIELD_C_IP), -1);
    cr_expect_eq(tc_schema_column(s, TC_FIELD_STATIC_COUNT), -1);
    cr_expect_eq(tc_schema_column(s, UINT16_MAX), -1);
    cr_expect_eq(tc_schemas_names(schemas), names);
}

Test(schema, names_are_copied)
{
    char text[] = "c-ip";
    const tc_slice column = tc_slice_of(text);
    const tc_schema *s;
    cr_assert_not(tc_failed(get("f", &column, 1, &s)));
    memset(text, 'x', sizeof text - 1);
    cr_expect(tc_slice_equal(s->names[0], TC_LIT("c-ip")));
}

Test(schema, one_header_is_one_schema)
{
    const tc_slice one[] = {TC_LIT("a"), TC_LIT("b")};
    const tc_slice same[] = {TC_LIT("a"), TC_LIT("b")};
    const tc_schema *first;
    const tc_schema *second;
    cr_assert_not(tc_failed(get("f", one, 2, &first)));
    for (int i = 0; i < 3 * LIMIT; i++) {
        cr_assert_not(tc_failed(get("f", same, 2, &second)));
        cr_assert_eq(second, first);
    }
}

Test(schema, headers_that_look_alike_are_told_apart)
{
    const tc_slice rows[][3] = {{TC_LIT("ab"), TC_LIT("c"), TC_EMPTY_SLICE},
                                {TC_LIT("a"), TC_LIT("bc"), TC_EMPTY_SLICE},
                                {TC_LIT("abc"), TC_EMPTY_SLICE, TC_EMPTY_SLICE},
                                {TC_LIT("b"), TC_LIT("ac"), TC_EMPTY_SLICE},
                                {TC_LIT("ab\0001:c"), TC_EMPTY_SLICE, TC_EMPTY_SLICE}};
    static const size_t counts[] = {2, 2, 1, 2, 1};
    const tc_schema *made[6];
    for (size_t i = 0; i < 5; i++)
        cr_assert_not(tc_failed(get("f", rows[i], counts[i], &made[i])));
    cr_assert_not(tc_failed(get("g", rows[0], 2, &made[5])));
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(made[i], made[j], "%zu %zu", i, j);
}

Test(schema, the_first_of_two_columns_with_one_name_wins)
{
    const tc_slice columns[] = {TC_LIT("x"), TC_LIT("c-ip"), TC_LIT("cs-referer"), TC_LIT("c-ip"),
                                TC_LIT("cs(Referer)")};
    const tc_schema *s;
    cr_assert_not(tc_failed(get("f", columns, 5, &s)));
    cr_expect_eq(tc_schema_column(s, TC_FIELD_C_IP), 1);
    cr_expect_eq(tc_schema_column(s, TC_FIELD_CS_REFERER), 2);
    cr_expect_eq(s->fields[3], TC_FIELD_C_IP);
}

Test(schema, no_columns_are_a_schema_too)
{
    const tc_schema *s;
    cr_assert_not(tc_failed(get("f", NULL, 0, &s)));
    cr_expect_eq(s->column_count, 0);
    cr_expect_eq(tc_schema_column(s, TC_FIELD_C_IP), -1);
}

Test(schema, other_labels_are_another_schema)
{
    static const tc_logsource system[] = {{NULL, "windows", "system"}};
    static const tc_logsource moved[] = {{NULL, "windowss", "ystem"}};
    const tc_slice columns[] = {TC_LIT("EventID")};
    const tc_schema *one, *other, *third, *again;
    cr_assert_not(tc_failed(tc_schemas_get(schemas, "x", labels, 2, columns, 1, &one)));
    cr_assert_not(tc_failed(tc_schemas_get(schemas, "x", system, 1, columns, 1, &other)));
    cr_assert_not(tc_failed(tc_schemas_get(schemas, "x", moved, 1, columns, 1, &third)));
    cr_assert_not(tc_failed(tc_schemas_get(schemas, "x", labels, 2, columns, 1, &again)));
    cr_expect_neq(one, other);
    cr_expect_neq(other, third);
    cr_expect_eq(one, again);
    cr_expect_str_eq(other->labels[0].service, "system");
}

Test(schema, an_open_one_has_a_column_per_field)
{
    tc_field added;
    for (size_t i = 0; i < TC_SCHEMA_MAX_COLUMNS; i++) {
        char name[32];
        snprintf(name, sizeof name, "field-%zu", i);
        cr_assert_not(tc_failed(tc_names_add(names, tc_slice_of(name), &added)));
    }
    const tc_schema *all, *native, *again;
    cr_assert_not(tc_failed(tc_schemas_get_open(schemas, "x", labels, 2, 1, &all)));
    cr_assert_not(
        tc_failed(tc_schemas_get_open(schemas, "x", labels, 2, TC_FIELD_ECS_END, &native)));
    cr_assert_not(tc_failed(tc_schemas_get_open(schemas, "x", labels, 2, 1, &again)));
    cr_expect_eq(all, again);
    cr_expect_neq(all, native);
    cr_expect_eq(all->column_count, tc_names_count(names) - 1);
    cr_expect_eq(tc_schema_column(all, TC_FIELD_SOURCE_IP), TC_FIELD_SOURCE_IP - 1);
    cr_expect_eq(tc_schema_column(native, TC_FIELD_SOURCE_IP), -1);
    cr_expect_eq(tc_schema_column(native, added), added - TC_FIELD_ECS_END);
    cr_expect(tc_slice_equal(native->names[0], tc_names_text(names, TC_FIELD_ECS_END)));
}

Test(schema, slots_are_sized_when_the_schema_is_made)
{
    const tc_slice columns[] = {TC_LIT("CommandLine")};
    const tc_schema *before;
    const tc_schema *after;
    tc_field field;
    cr_assert_not(tc_failed(get("f", columns, 1, &before)));
    cr_assert_not(tc_failed(tc_names_add(names, columns[0], &field)));
    cr_assert_not(tc_failed(get("g", columns, 1, &after)));
    cr_expect_eq(tc_schema_column(before, field), -1);
    cr_expect_eq(after->slot_count, before->slot_count + 1);
    cr_expect_eq(tc_schema_column(after, field), 0);
}

Test(schema, the_widest_record_has_its_maximum_of_columns)
{
    static tc_slice columns[TC_SCHEMA_MAX_COLUMNS + 1];
    static char texts[TC_SCHEMA_MAX_COLUMNS + 1][8];
    for (size_t i = 0; i < TC_COUNT_OF(columns); i++) {
        snprintf(texts[i], sizeof texts[i], "c%zu", i);
        columns[i] = tc_slice_of(texts[i]);
    }
    columns[TC_SCHEMA_MAX_COLUMNS - 1] = TC_LIT("EventID");
    const tc_schema *s;
    cr_expect_eq(get("f", columns, TC_SCHEMA_MAX_COLUMNS + 1, &s).code, TC_ELIMIT);
    cr_assert_not(tc_failed(get("f", columns, TC_SCHEMA_MAX_COLUMNS, &s)));
    cr_expect_eq(tc_schema_column(s, TC_FIELD_WE_EVENT_ID), TC_SCHEMA_MAX_COLUMNS - 1);
}

Test(schema, beyond_the_limit_the_known_ones_stay)
{
    const tc_schema *made[LIMIT];
    char text[] = "0";
    const tc_slice column = tc_slice_of(text);
    for (size_t i = 0; i < LIMIT; i++, text[0]++)
        cr_assert_not(tc_failed(get("f", &column, 1, &made[i])));
    const tc_schema *s;
    cr_expect_eq(get("f", &column, 1, &s).code, TC_ELIMIT);
    text[0] = '3';
    cr_assert_not(tc_failed(get("f", &column, 1, &s)));
    cr_expect_eq(s, made[3]);
}

Test(schema, huge_headers_are_refused_before_memory_is)
{
    tc_schemas *many = tc_schemas_new(names, 100000);
    cr_assert_not_null(many);
    static uint8_t text[1 << 20];
    memset(text, 'a', sizeof text);
    const tc_slice column = tc_slice_make(text, sizeof text);
    const tc_schema *s;
    size_t made = 0;
    tc_status status = TC_SUCCESS;
    for (; made < 100 && !tc_failed(status); made++) {
        text[0] = (uint8_t)made;
        status = tc_schemas_get(many, "f", NULL, 0, &column, 1, &s);
    }
    cr_expect_eq(status.code, TC_ELIMIT);
    cr_expect_gt(made, 5);
    const tc_slice small = TC_LIT("c-ip");
    for (unsigned i = 0; i < 100; i++) {
        text[0] = (uint8_t)(200 + i % 3);
        cr_expect_eq(tc_schemas_get(many, "f", NULL, 0, &column, 1, &s).code, TC_ELIMIT);
    }
    cr_expect_not(tc_failed(tc_schemas_get(many, "f", NULL, 0, &small, 1, &s)),
                  "what was refused takes no room");
    tc_schemas_free(many);
}

/* A header of its own for each number. */
static TC_STATUS get_numbered(tc_schemas *from, unsigned number, const tc_schema **ret)
{
    char text[16];
    snprintf(text, sizeof text, "column-%u", number);
    const tc_slice column = tc_slice_of(text);
    return tc_schemas_get(from, "f", NULL, 0, &column, 1, ret);
}

Test(schema, a_source_has_its_own_and_finds_the_known_ones)
{
    const tc_slice columns[] = {TC_LIT("c-ip"), TC_LIT("date")};
    const tc_schema *known, *found, *own, *again, *other;
    cr_assert_not(tc_failed(get("f", columns, 2, &known)));
    tc_schemas *one = tc_schemas_new_source(schemas);
    tc_schemas *two = tc_schemas_new_source(schemas);
    cr_assert(one && two);
    cr_assert_not(
        tc_failed(tc_schemas_get(one, "f", labels, TC_COUNT_OF(labels), columns, 2, &found)));
    cr_expect_eq(found, known);
    cr_assert_not(tc_failed(get_numbered(one, 1, &own)));
    cr_assert_not(tc_failed(get_numbered(one, 1, &again)));
    cr_assert_not(tc_failed(get_numbered(two, 1, &other)));
    cr_expect_eq(own, again);
    cr_expect_neq(own, other);
    cr_expect(own->serial != other->serial && own->serial != known->serial);
    cr_expect_eq(tc_schemas_names(two), names);
    tc_schemas_free(one);
    tc_schemas_free(two);
}

Test(schema, no_number_of_sources_takes_anything_from_another)
{
    const tc_schema *s;
    for (unsigned source = 0; source < 3000; source++) {
        tc_schemas *hostile = tc_schemas_new_source(schemas);
        cr_assert_not_null(hostile);
        for (unsigned i = 0; i < TC_SCHEMAS_OF_SOURCE; i++)
            cr_assert_not(tc_failed(get_numbered(hostile, i, &s)), "%u %u", source, i);
        cr_assert_eq(tc_schemas_refused(hostile), 0);
        cr_assert_eq(get_numbered(hostile, 1000, &s).code, TC_ELIMIT);
        cr_assert_not(tc_failed(get_numbered(hostile, 3, &s)));
        cr_assert_eq(tc_schemas_refused(hostile), 1);
        tc_schemas_free(hostile);
    }
    cr_expect_not(tc_failed(get_numbered(schemas, 1, &s)));
}

Test(schema, a_source_is_bounded_in_bytes)
{
    static uint8_t text[60000];
    memset(text, 'a', sizeof text);
    const tc_slice column = tc_slice_make(text, sizeof text);
    tc_schemas *source = tc_schemas_new_source(schemas);
    cr_assert_not_null(source);
    const tc_schema *s;
    unsigned made = 0;
    for (; made < TC_SCHEMAS_OF_SOURCE; made++) {
        text[0] = (uint8_t)made;
        if (tc_failed(tc_schemas_get(source, "f", NULL, 0, &column, 1, &s))) break;
    }
    cr_expect(made >= 1 && made < 5, "%u", made);
    cr_expect_eq(tc_schemas_refused(source), 1);
    cr_expect_not(tc_failed(get_numbered(source, 1, &s)), "small ones still find room");
    tc_schemas_free(source);
}

Test(schema, those_of_a_source_live_as_long_as_somebody_holds_them)
{
    const tc_schema *s;
    tc_schemas *source = tc_schemas_new_source(schemas);
    cr_assert_not_null(source);
    cr_assert_not(tc_failed(get_numbered(source, 7, &s)));
    tc_schemas *held = tc_schemas_hold(source);
    tc_schemas_free(source);
    cr_expect(tc_slice_equal(s->names[0], TC_LIT("column-7")));
    tc_schemas_free(held); /* leaks are found by the sanitizer */
    cr_expect_null(tc_schemas_hold(NULL));
}

Test(schema, every_allocation_may_fail)
{
    const tc_slice columns[] = {TC_LIT("c-ip"), TC_LIT("date")};
    uint64_t n = 1;
    for (;; n++) {
        const tc_schema *s = NULL;
        bool made = false;
        tc_alloc_fail_after(n);
        tc_schemas *cache = tc_schemas_new(names, LIMIT);
        if (cache) {
            tc_status status = tc_schemas_get(cache, "f", labels, 1, columns, 2, &s);
            tc_alloc_fail_after(0);
            made = !tc_failed(status);
            if (!made) {
                cr_expect_eq(status.code, TC_ENOMEM);
                cr_expect_not(tc_failed(tc_schemas_get(cache, "f", labels, 1, columns, 2, &s)));
            }
            cr_expect_eq(tc_schema_column(s, TC_FIELD_W3C_DATE), 1);
        }
        tc_alloc_fail_after(0);
        tc_schemas_free(cache);
        if (made) break;
        cr_assert_lt(n, 1000);
    }
    cr_expect_gt(n, 4);
}

Test(schema, records_of_one_format_may_count_as_different_logs)
{
    static const tc_logsource some[] = {{NULL, "windows", "security"}, {NULL, "windows", "system"}};
    static const tc_logsource_set sets[] = {{some, 1}, {some + 1, 1}, {some, 2}};
    const tc_schema *s, *again, *single;
    cr_assert_not(
        tc_failed(tc_schemas_get_open_set(schemas, "evtx", sets, 3, TC_FIELD_ECS_END, &s)));
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(s[i].labels, sets[i].labels);
        cr_expect_eq(s[i].label_count, sets[i].count);
        cr_expect_eq(s[i].slots, s[0].slots);
        cr_expect(i == 0 || s[i].serial != s[i - 1].serial);
    }
    cr_assert_not(
        tc_failed(tc_schemas_get_open_set(schemas, "evtx", sets, 3, TC_FIELD_ECS_END, &again)));
    cr_expect_eq(s, again);
    cr_assert_not(
        tc_failed(tc_schemas_get_open(schemas, "evtx", some, 1, TC_FIELD_ECS_END, &single)));
    cr_expect_neq(s, single);
    cr_expect_eq(single->column_count, s->column_count);
}
