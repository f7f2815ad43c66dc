/* A family is one row: the first whose label fits is the schema's, whatever else the log is called.
 */
#include "detector/enrich/family.h"

#include <criterion/criterion.h>

static const tc_family *family_of(const tc_family *const *table, const tc_logsource *labels,
                                  size_t count)
{
    tc_schema schema = {.labels = labels, .label_count = count};
    return tc_family_of(table, &schema);
}

Test(family, labels_choose_it)
{
    static const struct {
        tc_logsource labels[2];
        size_t count;
        const tc_family *wanted;
    } rows[] = {
        {{{"webserver", NULL, NULL}, {NULL, "windows", "iis"}}, 2, &tc_family_web},
        {{{NULL, "windows", "iis"}, {"webserver", NULL, NULL}}, 2, &tc_family_web},
        {{{NULL, "exchange", "messagetracking"}}, 1, &tc_family_message},
        {{{"webserver", "exchange", "httpproxy"}}, 1, &tc_family_web},
        {{{NULL, "exchange", "smtp"}}, 1, &tc_family_exchange},
        {{{NULL, "m365", "audit"}}, 1, &tc_family_m365},
        {{{NULL, "azure", "signinlogs"}, {NULL, "m365", "audit"}}, 2, &tc_family_m365},
        {{{NULL, "m365", "exchange"}, {NULL, "windows", "msexchange-management"}},
         2,
         &tc_family_management},
        {{{NULL, "windows", "security"}}, 1, &tc_family_security},
        {{{NULL, "windows", "system"}}, 1, &tc_family_windows},
        {{{NULL, "windows", NULL}}, 1, &tc_family_windows},
        {{{NULL, "linux", "security"}}, 1, &tc_family_none},
        {{{NULL, NULL, NULL}}, 1, &tc_family_none},
        {{{NULL, NULL, NULL}}, 0, &tc_family_none},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const tc_family *family = family_of(tc_families, rows[i].labels, rows[i].count);
        cr_expect_eq(family, rows[i].wanted, "row %zu: %s", i, family->name);
    }
}

Test(family, one_more_is_one_more_row)
{
    static const tc_family vpn = {.name = "vpn", .label = {.category = "vpn"}};
    static const tc_family *const table[] = {&vpn, &tc_family_windows, NULL};
    static const tc_logsource own = {"vpn", "windows", NULL}, other = {NULL, "windows", NULL};
    static const tc_logsource none = {"webserver", NULL, NULL};
    cr_expect_eq(family_of(table, &own, 1), &vpn);
    cr_expect_eq(family_of(table, &other, 1), &tc_family_windows);
    cr_expect_eq(family_of(table, &none, 1), &tc_family_none);
}

Test(family, every_row_can_be_told_from_the_others)
{
    for (size_t i = 0; tc_families[i] != NULL; i++) {
        const tc_family *f = tc_families[i];
        cr_expect_eq(family_of(tc_families, &f->label, 1), f, "%s stands behind one that takes all",
                     f->name);
        cr_expect_leq(f->column_count, (size_t)TC_FAMILY_COLUMNS_MAX, "%s", f->name);
        cr_expect(f->host != TC_FIELD_NONE || f->host_of, "%s does not say who wrote it", f->name);
        cr_expect_not_null(f->describe, "%s: a match would name nobody", f->name);
    }
}
