/*
 * A whole scan says the same for any number of workers and any size of block, and it finds: what
 * the fuzz target "scan" compares would be worth nothing if both sides were empty. The seeds of
 * that target are the logs.
 */
#include "tests/support/scan_run.h"

#include <criterion/criterion.h>

#define PART_MAX ((size_t)64 << 10)

static scan_run run;
static const char *const parts[] = {"iis.log", "tracking.log", "security.json"};

/* The three logs of the seed, which is one file with lines "===" between them. */
static void put_logs(void)
{
    static uint8_t bytes[PART_MAX];
    FILE *file = fopen(TC_SEEDS "/break-in", "rb");
    cr_assert(file, TC_SEEDS "/break-in cannot be read");
    tc_slice rest = {bytes, fread(bytes, 1, sizeof(bytes), file)};
    fclose(file);
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        size_t cut = TC_MIN(tc_slice_search(rest, TC_LIT("===\n")), rest.len);
        cr_assert_gt(cut, 0);
        cr_assert(scan_run_put(&run, parts[i], tc_slice_sub(rest, 0, cut)));
        rest = tc_slice_sub(rest, cut + 4, TC_NPOS);
    }
}

static void begin(void)
{
    cr_assert(scan_run_open(&run));
    put_logs();
}

static void end(void)
{
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++)
        scan_run_remove(&run, parts[i]);
    scan_run_close(&run);
}

TestSuite(scan, .init = begin, .fini = end, .timeout = 120);

static int scan(uint32_t jobs, size_t block_size, const char *format, tc_str *out)
{
    scan_how how = {jobs, block_size, format};
    tc_str_init(out, (size_t)16 << 20);
    return scan_run_scan(&run, &how, out);
}

Test(scan, finds_a_break_in_over_three_logs)
{
    tc_str out;
    cr_expect_eq(scan(1, (size_t)1 << 20, "json", &out), 1);
    tc_slice text = tc_str_view(&out);
    cr_expect_neq(tc_slice_search(text, TC_LIT("\"level\":\"critical\"")), TC_NPOS);
    cr_expect_neq(tc_slice_search(text, TC_LIT("\"transition\":\"final\"")), TC_NPOS);
    cr_expect_neq(tc_slice_search(text, TC_LIT("\"language_before\":\"en\"")), TC_NPOS);
    cr_expect_neq(tc_slice_search(text, TC_LIT("203.0.113.9")), TC_NPOS);
    cr_expect_neq(tc_slice_search(text, TC_LIT("\"type\":\"summary\"")), TC_NPOS);
    tc_str_done(&out);
}

Test(scan, says_the_same_for_any_number_of_workers_and_any_block)
{
    static const char *const formats[] = {"json", "cef", "leef"};
    static const size_t sizes[] = {4096, 5000, 65536};
    for (size_t f = 0; f < TC_COUNT_OF(formats); f++) {
        tc_str whole, cut;
        int status = scan(1, (size_t)1 << 20, formats[f], &whole);
        for (uint32_t jobs = 1; jobs <= 3; jobs++)
            for (size_t s = 0; s < TC_COUNT_OF(sizes); s++) {
                cr_expect_eq(scan(jobs, sizes[s], formats[f], &cut), status);
                cr_expect(tc_slice_equal(tc_str_view(&whole), tc_str_view(&cut)),
                          "%s: %u jobs, blocks of %zu", formats[f], jobs, sizes[s]);
                tc_str_done(&cut);
            }
        cr_expect_gt(whole.len, 0);
        tc_str_done(&whole);
    }
}
