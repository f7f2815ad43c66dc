#include "parsers/base/alloc.h"
#include "parsers/base/str.h"
#include "parsers/text/iis_w3c.h"
#include "parsers/text/w3c_learn.h"

#include <criterion/criterion.h>

#define ROWS 40

static tc_arena *arena;

static void open_arena(void)
{
    arena = tc_arena_new((size_t)16 << 20);
    cr_assert(arena);
}

static void close_arena(void)
{
    tc_arena_free(arena);
}

TestSuite(w3c_learn, .init = open_arena, .fini = close_arena);

static tc_columns learn(tc_slice head, const char *given)
{
    tc_columns columns;
    tc_status status = tc_w3c_column_reader.learn(&tc_parser_iis_w3c, head, true,
                                                  tc_slice_of(given), arena, &columns);
    cr_assert_not(tc_failed(status));
    return columns;
}

static bool is(tc_slice text, const char *want)
{
    return tc_slice_equal(text, tc_slice_of(want));
}

#define REQUEST "cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
#define MOZILLA "Mozilla/5.0+(X11)"

/* One row is enough where everything stands in a server's order; NULL: refused. */
static const struct {
    const char *row, *names;
} single[] = {
    {"2011-03-09 07:12:03 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 " MOZILLA " - 200 0 0 3",
     "date time s-ip " REQUEST "cs(User-Agent) - sc-status sc-substatus sc-win32-status "
     "time-taken"},
    /* among 15 to 17 columns with the version the columns once were shifted */
    {"2011-03-09 07:12:03 10.0.0.5 GET / - 443 anna 198.51.100.7 HTTP/1.1 " MOZILLA " 200 0 0 3",
     "date time s-ip " REQUEST "cs-version cs(User-Agent) sc-status sc-substatus sc-win32-status "
     "time-taken"},
    {"2011-03-09 07:12:03 ::1 GET / - 443 anna ::2 HTTP/1.1 " MOZILLA " http://a/ 200 0 0 3",
     "date time s-ip " REQUEST "cs-version cs(User-Agent) cs(Referer) sc-status sc-substatus "
     "sc-win32-status time-taken"},
    {"2011-03-09 07:12:03 ::1 GET / - 443 - ::2 HTTP/1.1 " MOZILLA " http://a/ mail.a.b 200 0 0 3",
     "date time s-ip " REQUEST "cs-version cs(User-Agent) cs(Referer) cs-host sc-status "
     "sc-substatus sc-win32-status time-taken"},
    /* all that IIS offers, and a balancer */
    {"2011-03-09 07:12:03 W3SVC1 EX01 ::1 GET / - 80 - ::2 HTTP/1.1 " MOZILLA
     " - - h.example 200 0 0 1437 20 30 192.0.2.7,+10.0.0.9",
     "date time s-sitename s-computername s-ip " REQUEST "cs-version cs(User-Agent) cs(Cookie) "
     "cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken "
     "X-Forwarded-For"},
    {"2011-03-09 07:12:03 ::1 GET / - 80 - ::2 " MOZILLA " - 200 0 0 31 192.0.2.7 5543",
     "date time s-ip " REQUEST "cs(User-Agent) - sc-status sc-substatus sc-win32-status - "
     "X-Forwarded-For -"},
    {"2011-03-09 07:12:03 W3SVC1 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 " MOZILLA " 200 0 0",
     "date time s-sitename s-ip " REQUEST "cs(User-Agent) sc-status sc-substatus "
     "sc-win32-status"},
    /* IIS 5 */
    {"2011-03-09 07:12:03 198.51.100.7 CORP\\anna 10.0.0.5 80 GET /owa/ - 200 0 " MOZILLA,
     "date time c-ip cs-username s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status "
     "sc-win32-status cs(User-Agent)"},
    /* a word that may be the agent or the host that was asked for */
    {"2011-03-09 07:12:03 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 intranet 200 0 0 3", NULL},
    /* nobody, or no query */
    {"2011-03-09 07:12:03 10.0.0.5 GET /owa/ - 198.51.100.7 " MOZILLA " 200 0 0 31", NULL},
    {"2011-03-09 07:12:03 10.0.0.5 GET /owa/ - https anna 198.51.100.7 " MOZILLA " - 200 0 0 3",
     NULL},
    {"2011-03-09 07:12:03 GET 10.0.0.5 /owa/ - 443 anna 198.51.100.7 " MOZILLA " - 200 0 0 3",
     NULL},
    {"07:12:03 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 " MOZILLA " - 200 0 0 31", NULL},
};

Test(w3c_learn, reads_a_single_row_in_a_servers_order)
{
    for (size_t i = 0; i < TC_COUNT_OF(single); i++) {
        tc_columns columns = learn(tc_slice_of(single[i].row), "");
        const char *want = single[i].names ? single[i].names : "";
        cr_expect(is(columns.lists, want), "%s\nread as %.*s", single[i].row,
                  (int)columns.lists.len, columns.lists.ptr);
        cr_expect_eq(columns.doubt.len == 0, single[i].names != NULL, "%s: %.*s", single[i].row,
                     (int)columns.doubt.len, columns.doubt.ptr);
        cr_expect_eq(columns.rows, single[i].names ? 1 : 0);
    }
}

/* ROWS rows of these columns, the values of which change. */
static void add_rows(tc_str *text, bool many_clients)
{
    static const char *const users[] = {"-", "CORP\\anna", "bob@corp.example"};
    static const char *const statuses[] = {"200", "302", "401"};
    for (unsigned i = 0; i < ROWS; i++)
        tc_str_addf(text, "443 %s GET 198.51.100.%u 2011-03-09 /owa/%u 07:12:%02u 10.0.0.5 %s\n",
                    users[i % 3], many_clients ? i + 1 : 9, i % 7, i, statuses[i % 3]);
}

Test(w3c_learn, reads_no_known_order_by_what_values_prove)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    add_rows(&text, true);
    tc_columns columns = learn(tc_str_view(&text), "");
    cr_expect(
        is(columns.lists, "s-port cs-username cs-method c-ip date cs-uri-stem time - sc-status"),
        "%.*s", (int)columns.lists.len, columns.lists.ptr);
    cr_expect_eq(columns.rows, ROWS);

    tc_str_clear(&text);
    add_rows(&text, false);
    columns = learn(tc_str_view(&text), "");
    cr_expect(columns.lists.len == 0, "one client and one server cannot be told apart");
    cr_expect(tc_slice_search(columns.doubt, TC_LIT("column 4 of its 9 can be s-ip or c-ip")) !=
                  TC_NPOS,
              "%.*s", (int)columns.doubt.len, columns.doubt.ptr);
    tc_str_done(&text);
}

static const char header[] =
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n";

Test(w3c_learn, leaves_to_a_header_what_it_describes)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    tc_str_addf(&text, "%s%s\n", header, single[0].row);
    tc_columns columns = learn(tc_str_view(&text), "");
    cr_expect(columns.lists.len == 0 && columns.doubt.len == 0 && columns.rows == 0);
    tc_str_add(&text, TC_LIT("2011-03-09 07:12:03 W3SVC1 10.0.0.5 GET /owa/ - 443 anna "
                             "198.51.100.7 " MOZILLA " 200 0 0\n"));
    columns = learn(tc_str_view(&text), "");
    cr_expect(tc_slice_starts(columns.lists, TC_LIT("date time s-sitename s-ip cs-method")));
    tc_str_add(&text, TC_LIT("2011-03-09 07:12:03 a b c d e f g h\n"));
    columns = learn(tc_str_view(&text), "");
    cr_expect(columns.doubt.len == 0, "rows in doubt are only rejected: the header reads others");
    tc_str_done(&text);
}

Test(w3c_learn, tells_rows_of_several_widths_apart_and_leaves_out_damage)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    for (int i = 0; i < ROWS; i++)
        tc_str_addf(&text, "%s\n", single[i % 3 ? 0 : 6].row);
    tc_str_add(&text, TC_LIT("2011-03-09 07:12:03 10.0.0.5 GET /owa/ - 443 anna 198.5\n"));
    tc_str_add(&text, TC_LIT("2011-03-09 07:12:04 10.0.0.5 GET /o"));
    tc_columns columns;
    cr_assert_not(tc_failed(tc_w3c_column_reader.learn(&tc_parser_iis_w3c, tc_str_view(&text),
                                                       false, TC_EMPTY_SLICE, arena, &columns)));
    cr_expect_eq(columns.rows, ROWS);
    tc_slice rest = columns.lists;
    cr_expect(is(tc_slice_split(rest, '\n', &rest), single[0].names));
    cr_expect(is(rest, single[6].names), "%.*s", (int)rest.len, rest.ptr);
    tc_str_done(&text);
}

/* Lists that a user gives for the first row, and what must be said of them. */
static const struct {
    const char *given, *doubt;
} given[] = {
    {"date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) - "
     "sc-status sc-substatus sc-win32-status time-taken",
     ""},
    {"date time s-ip", "its rows have 15 columns, --fields names 3"},
    {"date time cs-method s-ip cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) - "
     "sc-status sc-substatus sc-win32-status time-taken",
     "column 3 of its rows is no cs-method, as --fields says"},
};

Test(w3c_learn, holds_the_users_list_against_the_rows)
{
    for (size_t i = 0; i < TC_COUNT_OF(given); i++) {
        tc_columns columns = learn(tc_slice_of(single[0].row), given[i].given);
        bool fits = given[i].doubt[0] == 0;
        cr_expect(is(columns.lists, fits ? given[i].given : ""), "%zu", i);
        cr_expect(is(columns.doubt, given[i].doubt), "%.*s", (int)columns.doubt.len,
                  columns.doubt.ptr);
        cr_expect_eq(columns.rows, 0);
    }
}

Test(w3c_learn, knows_which_names_columns_have)
{
    static const struct {
        const char *names, *wrong;
    } lists[] = {
        {"date time cs-uri-stem", NULL},
        {"DATE-local time-local - X-My-Own cs(Accept) sc(Via) TimeTakenMS", NULL},
        {"date time cs-methd", "'cs-methd' is no column of a W3C log"},
        {"date time - - date", "two columns are called 'date'"},
        {"date s-ip", "no column is the time"},
        {"", "no column is the time"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(lists); i++) {
        tc_error error = {0};
        tc_status status =
            tc_w3c_column_reader.check(&tc_parser_iis_w3c, tc_slice_of(lists[i].names), &error);
        cr_expect_eq(tc_failed(status), lists[i].wrong != NULL, "%s", lists[i].names);
        if (lists[i].wrong) cr_expect_str_eq(error.text, lists[i].wrong);
    }
}

Test(w3c_learn, ends_cleanly_whenever_memory_runs_out)
{
    tc_status status = {TC_ENOMEM};
    uint64_t n = 0;
    while (tc_failed(status) && ++n < 100) {
        tc_columns columns;
        tc_arena_free(arena);
        tc_alloc_fail_after(n);
        arena = tc_arena_new((size_t)16 << 20);
        status = arena ? tc_w3c_column_reader.learn(&tc_parser_iis_w3c, tc_slice_of(single[0].row),
                                                    true, TC_EMPTY_SLICE, arena, &columns)
                       : (tc_status){TC_ENOMEM};
        tc_alloc_fail_after(0);
        cr_expect(!tc_failed(status) || status.code == TC_ENOMEM);
    }
    cr_expect(n > 2 && n < 100, "%" PRIu64, n);
}
