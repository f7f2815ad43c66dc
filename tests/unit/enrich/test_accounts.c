#include "detector/enrich/identity.h"

#include <criterion/criterion.h>

static tc_identity *load(const char *csv)
{
    tc_identity *t = tc_identity_new(&(tc_identity_options){.max_bytes = 4 << 20});
    tc_error error = {0};
    tc_status status =
        tc_identity_load_accounts(t, TC_LIT("accounts.csv"), tc_slice_of(csv), &error);
    cr_assert(!tc_failed(status), "%s", error.text);
    return t;
}

static tc_entity find(tc_identity *t, const char *name)
{
    return tc_identity_find(t, tc_slice_of(name));
}

Test(accounts, a_header_names_the_columns_freely)
{
    tc_identity *t = load("DisplayName,SamAccountName,PrimarySmtpAddress,Department,Manager\r\n"
                          "Jane Doe,jdoe,jane.doe@example.org,Sales,boss@example.org\r\n"
                          "Bob Roe,broe,bob.roe@example.org,Sales,boss@example.org\r\n");
    cr_expect_neq(find(t, "jdoe"), 0);
    cr_expect_eq(find(t, "jdoe"), find(t, "jane.doe@example.org"));
    cr_expect_eq(find(t, "broe"), find(t, "bob.roe@example.org"));
    cr_expect_neq(find(t, "jdoe"), find(t, "broe"), "a shared department joins nobody");
    cr_expect_eq(find(t, "Sales"), 0);
    cr_expect_eq(find(t, "boss@example.org"), 0, "a manager is somebody else");
    bool assumed = true;
    cr_expect(tc_identity_joined(t, find(t, "jdoe"), &assumed));
    cr_expect_not(assumed);
    tc_identity_free(t);
}

Test(accounts, a_header_is_not_needed)
{
    tc_identity *t = load("jdoe,EXAMPLE\\jdoe,jane.doe@example.org,staff\n"
                          "broe,EXAMPLE\\broe,bob.roe@example.org,staff");
    cr_expect_eq(find(t, "EXAMPLE\\jdoe"), find(t, "jane.doe@example.org"));
    cr_expect_eq(find(t, "jdoe"), find(t, "jane.doe@example.org"));
    cr_expect_neq(find(t, "jdoe"), find(t, "broe"));
    cr_expect_eq(find(t, "staff"), 0, "a word of several rows is nobody's name");
    tc_identity_free(t);
}

Test(accounts, separators_quotes_lists_and_a_byte_order_mark)
{
    tc_identity *t = load("\xEF\xBB\xBF\"Alias\";\"Addresses\";\"ExchangeGuid\"\n"
                          "\"jdoe\";\"SMTP:jane.doe@example.org,smtp:jd@example.org\";"
                          "\"0aa89cf8-aa07-4103-8a1d-ca9e619f223e\"\n"
                          "\"broe\";\"a \"\"quoted\"\"\nline;break\";\"\"\n"
                          "\"last\";\"last@example.org\";\n");
    tc_entity jane = find(t, "jane.doe@example.org");
    cr_expect_neq(jane, 0);
    cr_expect_eq(find(t, "jd@example.org"), jane);
    cr_expect_eq(find(t, "jdoe"), jane);
    cr_expect_eq(find(t, "0AA89CF8-AA07-4103-8A1D-CA9E619F223E"), jane);
    cr_expect_eq(find(t, "last"), find(t, "last@example.org"));
    cr_expect_neq(find(t, "last"), 0);
    tc_identity_free(t);
    t = load("user\taddress\njdoe\tjane.doe@example.org\n");
    cr_expect_eq(find(t, "jdoe"), find(t, "jane.doe@example.org"));
    cr_expect_neq(find(t, "jdoe"), 0);
    tc_identity_free(t);
}

Test(accounts, listed_mailboxes_are_never_forgotten)
{
    tc_identity *t =
        load("Alias,PrimarySmtpAddress\njdoe,jane.doe@example.org\n,only@example.org\n");
    tc_identity_begin(t);
    cr_expect_not(tc_identity_evict(t));
    cr_expect_eq(tc_identity_rank(t, find(t, "jdoe")), TC_RANK_PINNED);
    cr_expect_eq(tc_identity_rank(t, find(t, "only@example.org")), TC_RANK_PINNED);
    tc_identity_free(t);
}

typedef struct bad_row {
    const char *csv;
    uint32_t line, column;
    const char *says;
} bad_row;

Test(accounts, errors_have_line_and_column)
{
    static const bad_row rows[] = {
        {"user,mail\njdoe,\"open\n\nmore\n", 2, 6, "never closed"},
        {"user,mail\njdoe,\"x\"y\n", 2, 9, "closing quote"},
        {"user,mail\n\"a\nb\",c@example.org\n\"d\"e,f\n", 4, 4, "closing quote"},
        {"user,mail\njdoe,j@example.org,more\n", 2, 1, "3 cells"},
        {"\xFF\xFEu\0s", 1, 1, "UTF-16"},
        {"just,words\nand,more\n", 0, 0, "names no account"},
        {"", 0, 0, "names no account"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_identity *t = tc_identity_new(&(tc_identity_options){.max_bytes = 1 << 20});
        tc_error error = {0};
        tc_status status =
            tc_identity_load_accounts(t, TC_LIT("accounts.csv"), tc_slice_of(rows[i].csv), &error);
        cr_expect_eq(status.code, TC_ESYNTAX, "row %zu", i);
        cr_expect_str_eq(error.source, "accounts.csv");
        cr_expect_eq(error.line, rows[i].line, "row %zu: line %u", i, error.line);
        cr_expect_eq(error.column, rows[i].column, "row %zu: column %u", i, error.column);
        cr_expect_not_null(strstr(error.text, rows[i].says), "row %zu: %s", i, error.text);
        tc_identity_free(t);
    }
}

Test(accounts, any_bytes_are_survived)
{
    uint32_t seed = 99;
    static const char favourites[] = "\",;\n\r\t@\\a1";
    uint8_t bytes[200];
    for (int round = 0; round < 3000; round++) {
        for (size_t i = 0; i < sizeof(bytes); i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (uint8_t)favourites[(seed >> 24) % (sizeof(favourites) - 1)];
        }
        tc_identity *t = tc_identity_new(&(tc_identity_options){.max_bytes = 1 << 20});
        tc_error error = {0};
        tc_status status = tc_identity_load_accounts(
            t, TC_LIT("x"), tc_slice_make(bytes, seed % sizeof(bytes)), &error);
        cr_assert(status.code == TC_OK || status.code == TC_ESYNTAX);
        tc_identity_free(t);
    }
}
