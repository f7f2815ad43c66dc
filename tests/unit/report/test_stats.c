/* Whether what could not be understood of a source is too much of it. */
#include "detector/report/stats.h"

#include <criterion/criterion.h>

/* A thousand records of 100 bytes, and what was lost beside them. */
static tc_source_progress with_lost(uint64_t records, uint64_t bytes, uint64_t lines, uint64_t nuls)
{
    tc_source_progress p = {0};
    p.ledger.records.accepted = 1000;
    p.ledger.bytes.parsed = 100000;
    p.ledger.records.rejected[TC_REASON_BAD_JSON] = records;
    p.ledger.bytes.rejected = bytes;
    p.ledger.bytes.read = p.ledger.bytes.parsed + bytes;
    p.ledger.within.feeds = lines;
    p.ledger.within.nuls = nuls;
    return p;
}

static const tc_parser parser = {.name = "fake"};

Test(stats, many_lines_in_few_records_make_a_source_incomplete)
{
    static const struct {
        const char *what;
        uint64_t records, bytes, lines, nuls;
        bool incomplete;
    } rows[] = {
        {"nothing", 0, 0, 0, 0, false},
        {"a last line that was cut", 1, 60, 0, 0, false},
        {"damaged lines here and there", 9, 900, 9, 0, false},
        {"one huge line", 1, 900000, 1, 0, false},
        {"a record of many lines", 1, 900, 40, 0, false},
        {"a hole", 1, 900000, 0, 900000, false},
        {"a hole and a few lines", 9, 900900, 9, 900000, false},
        {"a hole and damaged lines of less than 1 %", 9, 900990, 30, 900000, false},
        {"another log that goes on in it", 1, 1100, 20, 0, true},
        {"the same, and a hole", 2, 901100, 20, 900000, true},
        {"half of it", 1, 100000, 1000, 0, true},
        {"more than 1 % of its records", 11, 1100, 11, 0, true},
        {"more than 1 % and 1 MiB", 1, 1100000, 1, 0, true},
    };
    const tc_source source = {.state = TC_SOURCE_READABLE, .parser = &parser};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_source_progress p =
            with_lost(rows[i].records, rows[i].bytes, rows[i].lines, rows[i].nuls);
        cr_expect_eq(tc_stats_source_incomplete(&source, &p), rows[i].incomplete, "%s",
                     rows[i].what);
    }
}

Test(stats, lines_that_end_in_carriage_returns_are_lines)
{
    const tc_source source = {.state = TC_SOURCE_READABLE, .parser = &parser};
    tc_source_progress p = with_lost(1, 50000, 0, 0);
    cr_expect_not(tc_stats_lost_much(&source, &p));
    p.ledger.within.returns = 600;
    cr_expect(tc_stats_lost_much(&source, &p));
}

/* Bytes of another encoding, read as UTF-16, have no line ends that could be counted. */
Test(stats, in_utf16_bytes_alone_count)
{
    tc_source source = {.state = TC_SOURCE_READABLE, .parser = &parser, .utf16 = true};
    tc_source_progress p = with_lost(1, 50000, 0, 0);
    cr_expect(tc_stats_source_incomplete(&source, &p));
    p = with_lost(1, 300, 0, 0);
    cr_expect_not(tc_stats_source_incomplete(&source, &p));
}
