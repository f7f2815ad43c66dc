/* A set of rows of the option table holds what was put into it and nothing else, for every row. */
#include "detector/settings/option_set.h"

#include <criterion/criterion.h>

#include <signal.h>

Test(option_set, begins_empty)
{
    tc_option_set set = {{0}};
    for (size_t row = 0; row < TC_OPTION_ROW_COUNT; row++)
        cr_expect_not(tc_option_set_has(&set, row), "row %zu", row);
}

Test(option_set, each_row_has_a_bit_of_its_own)
{
    for (size_t added = 0; added < TC_OPTION_ROW_COUNT; added++) {
        tc_option_set set = {{0}};
        tc_option_set_add(&set, added);
        tc_option_set_add(&set, added);
        for (size_t row = 0; row < TC_OPTION_ROW_COUNT; row++)
            cr_expect_eq(tc_option_set_has(&set, row), row == added, "row %zu, added %zu", row,
                         added);
    }
}

Test(option_set, what_was_there_stays)
{
    tc_option_set set = {{0}};
    for (size_t row = 0; row < TC_OPTION_ROW_COUNT; row += 2)
        tc_option_set_add(&set, row);
    for (size_t row = 0; row < TC_OPTION_ROW_COUNT; row++)
        cr_expect_eq(tc_option_set_has(&set, row), row % 2 == 0, "row %zu", row);
}

Test(option_set, beyond_the_table_is_an_error_of_the_program, .signal = SIGABRT)
{
    tc_option_set set = {{0}};
    tc_option_set_add(&set, TC_OPTION_ROW_COUNT);
}
