#include "parsers/event/event.h"

#include <criterion/criterion.h>
#include <signal.h>

static tc_names *names;
static tc_schemas *schemas;
static tc_arena *arena;
static tc_cell cells[4];
static tc_overlay overlay;
static tc_event event;

static void open_event(void)
{
    static const tc_slice columns[] = {{(const uint8_t *)"c-ip", 4},
                                       {(const uint8_t *)"cs(User-Agent)", 14},
                                       {(const uint8_t *)"user.name", 9},
                                       {(const uint8_t *)"Data", 4}};
    names = tc_names_new();
    schemas = tc_schemas_new(names, 4);
    arena = tc_arena_new(4096);
    cr_assert(names && schemas && arena);
    const tc_schema *schema;
    cr_assert_not(tc_failed(tc_schemas_get(schemas, "f", NULL, 0, columns, 4, &schema)));
    cells[0] = tc_cell_text(TC_LIT("10.0.0.1"));
    cells[1] = (tc_cell){(const uint8_t *)"a\"\"b", 4, TC_FORM_CSV};
    cells[2] = tc_cell_text(TC_LIT("native"));
    cells[3] = (tc_cell){(const uint8_t *)cells, 2, TC_FORM_LIST};
    tc_overlay_clear(&overlay);
    event = (tc_event){.schema = schema, .cells = cells, .time = TC_TIME_NONE, .arena = arena};
}

static void close_event(void)
{
    tc_arena_free(arena);
    tc_schemas_free(schemas);
    tc_names_free(names);
}

TestSuite(event, .init = open_event, .fini = close_event);

static bool is(tc_slice s, const char *text)
{
    return tc_slice_equal(s, tc_slice_of(text));
}

Test(event, native_columns_are_found_and_decoded)
{
    cr_expect(is(tc_event_text(&event, TC_FIELD_C_IP), "10.0.0.1"));
    cr_expect(is(tc_event_text(&event, TC_FIELD_CS_USER_AGENT), "a\"b"));
    cr_expect_eq(tc_event_cell(&event, TC_FIELD_CS_USER_AGENT).form, TC_FORM_CSV);
    tc_value list = tc_event_value(&event, TC_FIELD_WE_DATA);
    cr_expect(list.kind == TC_KIND_LIST && list.item_count == 2 && list.items == cells);
    cr_expect_eq(tc_event_text(&event, TC_FIELD_WE_DATA).len, 0);
}

Test(event, what_no_column_has_is_missing)
{
    static const tc_field fields[] = {TC_FIELD_NONE, TC_FIELD_MAILBOX, TC_FIELD_S_PORT,
                                      TC_FIELD_STATIC_COUNT, UINT16_MAX};
    for (int with = 0; with < 2; with++) {
        event.overlay = with ? &overlay : NULL;
        for (size_t i = 0; i < TC_COUNT_OF(fields); i++) {
            cr_expect_eq(tc_event_value(&event, fields[i]).kind, TC_KIND_MISSING, "%zu", i);
            cr_expect_eq(tc_event_text(&event, fields[i]).len, 0, "%zu", i);
            cr_expect_eq(tc_event_cell(&event, fields[i]).form, TC_FORM_MISSING, "%zu", i);
        }
    }
}

Test(event, the_overlay_comes_before_the_column)
{
    event.overlay = &overlay;
    cr_expect(is(tc_event_text(&event, TC_FIELD_USER_NAME), "native"));
    tc_overlay_set_text(&overlay, TC_FIELD_USER_NAME, TC_LIT("enriched"));
    cr_expect(is(tc_event_text(&event, TC_FIELD_USER_NAME), "enriched"));
    cr_expect_eq(tc_event_value(&event, TC_FIELD_USER_NAME).kind, TC_KIND_STRING);
    tc_overlay_set_text(&overlay, TC_FIELD_USER_NAME, TC_EMPTY_SLICE);
    cr_expect_eq(tc_event_value(&event, TC_FIELD_USER_NAME).kind, TC_KIND_STRING);
    cr_expect_eq(tc_event_text(&event, TC_FIELD_USER_NAME).len, 0);
    tc_overlay_clear(&overlay);
    cr_expect(is(tc_event_text(&event, TC_FIELD_USER_NAME), "native"));
}

Test(event, the_overlay_holds_typed_values)
{
    event.overlay = &overlay;
    tc_overlay_set_number(&overlay, TC_FIELD_SOURCE_PORT, TC_LIT("443"));
    tc_overlay_set_bool(&overlay, TC_FIELD_ROUTINE, true);
    tc_overlay_set_bool(&overlay, TC_FIELD_SOURCE_NOVEL, false);
    tc_value port = tc_event_value(&event, TC_FIELD_SOURCE_PORT);
    tc_value routine = tc_event_value(&event, TC_FIELD_ROUTINE);
    tc_value novel = tc_event_value(&event, TC_FIELD_SOURCE_NOVEL);
    cr_expect(port.kind == TC_KIND_NUMBER && is(port.text, "443") && !port.items);
    cr_expect(routine.kind == TC_KIND_BOOL && is(routine.text, "true"));
    cr_expect(novel.kind == TC_KIND_BOOL && is(novel.text, "false"));
}

Test(event, setting_one_field_sets_no_other)
{
    for (unsigned field = 1; field < TC_FIELD_ECS_END; field++) {
        tc_overlay_clear(&overlay);
        tc_overlay_set_text(&overlay, (tc_field)field, TC_LIT("x"));
        for (unsigned other = 0; other <= TC_FIELD_ECS_END; other++)
            cr_assert_eq(tc_overlay_has(&overlay, (tc_field)other), other == field, "%u %u", field,
                         other);
    }
    tc_overlay_clear(&overlay);
    cr_assert_not(tc_overlay_has(&overlay, TC_FIELD_ECS_END - 1));
}

Test(event, aborts_on_a_native_field_in_the_overlay, .signal = SIGABRT)
{
    tc_overlay_set_text(&overlay, TC_FIELD_C_IP, TC_LIT("x"));
}

Test(event, aborts_on_no_field_in_the_overlay, .signal = SIGABRT)
{
    tc_overlay_set_bool(&overlay, TC_FIELD_NONE, true);
}
