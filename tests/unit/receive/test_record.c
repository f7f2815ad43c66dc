/* What a record that was sent says of itself. */
#include "detector/receive/record.h"

#include <criterion/criterion.h>

TestSuite(record, .timeout = 30);

static tc_record of(const char *text, tc_arena *arena)
{
    tc_record r;
    tc_record_of_json(tc_slice_of(text), arena, &r);
    return r;
}

#define BEAT(log, message)                                                                         \
    "{\"agent\":{\"name\":\"EX01\"},\"log\":" log ",\"message\":\"" message "\"}"
#define FILE_AT(offset)                                                                            \
    "{\"file\":{\"path\":\"C:\\\\logs\\\\W3SVC1\\\\u.log\"},\"offset\":" offset "}"

Test(record, whose_it_is)
{
    static const struct {
        const char *text;
        tc_record_kind kind;
        const char *host, *log;
        bool known;
    } rows[] = {
        {BEAT(FILE_AT("7"), "a"), TC_RECORD_SHIPPED, "EX01", "C:\\logs\\W3SVC1", true},
        {BEAT(FILE_AT("7"), "#Fields: a"), TC_RECORD_SHIPPED, "EX01", "C:\\logs\\W3SVC1", false},
        {BEAT("{\"file\":{\"path\":\"/a/b\"}}", "a"), TC_RECORD_SHIPPED, "EX01", "/a", false},
        {"{\"host.name\":\"h\",\"log.file.path\":\"/a/b\",\"log.offset\":0,\"message\":\"m\"}",
         TC_RECORD_SHIPPED, "h", "/a", true},
        {"{\"beat\":{\"hostname\":\"h\"},\"source\":\"/a/b\",\"offset\":9,\"message\":\"m\"}",
         TC_RECORD_SHIPPED, "h", "/a", true},
        {"{\"host\":\"h\",\"message\":\"m\"}", TC_RECORD_SHIPPED, "h", "", false},
        {"{\"agent\":{\"name\":\"DC\"},\"winlog\":{\"channel\":\"Security\",\"record_id\":5},"
         "\"message\":\"m\"}",
         TC_RECORD_WINDOWS, "DC", "Security", true},
        {"{\"winlog\":{\"channel\":\"Security\"}}", TC_RECORD_WINDOWS, "", "Security", false},
        {"{\"log\":{\"file\":{\"path\":{\"path\":\"/x/y\"}}}}", TC_RECORD_OTHER, "", "", false},
        {"{\"agent\":", TC_RECORD_OTHER, "", "", false},
        {"[1]", TC_RECORD_OTHER, "", "", false},
        {"\xff", TC_RECORD_OTHER, "", "", false},
    };
    tc_arena *arena = tc_arena_new(1 << 16);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_record r = of(rows[i].text, arena);
        cr_expect_eq(r.kind, rows[i].kind, "row %zu", i);
        cr_expect(tc_slice_equal(r.host, tc_slice_of(rows[i].host)), "row %zu: host", i);
        cr_expect(tc_slice_equal(r.log, tc_slice_of(rows[i].log)), "row %zu: log", i);
        cr_expect_eq(r.identity != 0, rows[i].known, "row %zu: identity", i);
    }
    tc_arena_free(arena);
}

Test(record, which_it_is)
{
    static const char *const texts[] = {
        BEAT(FILE_AT("7"), "a"),
        BEAT(FILE_AT("8"), "a"),
        BEAT(FILE_AT("7"), "b"),
        BEAT("{\"file\":{\"path\":\"C:\\\\logs\\\\W3SVC1\\\\u.log\",\"inode\":\"5\"},\"offset\":7}",
             "a"),
        "{\"agent\":{\"name\":\"EX02\"},\"log\":" FILE_AT("7") ",\"message\":\"a\"}",
        "{\"winlog\":{\"channel\":\"Security\",\"record_id\":5,\"computer_name\":\"a\"},\"@"
        "timestamp\":\"1\"}",
        "{\"winlog\":{\"channel\":\"Security\",\"record_id\":5,\"computer_name\":\"b\"},\"@"
        "timestamp\":\"1\"}",
        "{\"winlog\":{\"channel\":\"Security\",\"record_id\":5,\"computer_name\":\"a\"},\"@"
        "timestamp\":\"2\"}",
        "{\"winlog\":{\"channel\":\"System\",\"record_id\":5,\"computer_name\":\"a\"},\"@"
        "timestamp\":\"1\"}",
    };
    tc_arena *arena = tc_arena_new(1 << 16);
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++)
        for (size_t k = 0; k < TC_COUNT_OF(texts); k++)
            cr_expect_eq(of(texts[i], arena).identity == of(texts[k], arena).identity, i == k,
                         "%zu and %zu", i, k);
    /* Whatever else an agent says of it each time. */
    cr_expect_eq(of(BEAT(FILE_AT("7"), "a"), arena).identity,
                 of("{\"@timestamp\":\"now\",\"message\":\"a\",\"log\":" FILE_AT(
                        "7") ",\"agent\":{\"id\":\"x\",\"name\":\"EX01\"}}",
                    arena)
                     .identity);
    tc_arena_free(arena);
}

Test(record, hosts_of_syslog)
{
    static const struct {
        const char *text, *host, *log;
    } rows[] = {
        {"<134>Apr  1 06:00:00 ex01 tag: a", "ex01", "rfc3164"},
        {"<134>1 2011-04-01T06:00:00Z ex01 app - - - a", "ex01", "rfc5424"},
        {"2011-04-01T06:00:00.1+02:00 ex01 tag: a", "ex01", "rfc3164"},
        {"Apr 11 06:00:00 ex01 tag: a", "ex01", "rfc3164"},
        {"<134", "", "rfc3164"},
        {"", "", "rfc3164"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_record r;
        tc_record_of_syslog(tc_slice_of(rows[i].text), &r);
        cr_expect(tc_slice_equal(r.host, tc_slice_of(rows[i].host)), "row %zu: %.*s", i,
                  (int)r.host.len, (const char *)r.host.ptr);
        cr_expect(tc_slice_equal(r.log, tc_slice_of(rows[i].log)), "row %zu", i);
    }
}
