/*
 * fuzz_scan: several files of any bytes through the whole detector, to the last incident.
 *
 * The input is a row of files, divided by lines "===" (at most FILES_MAX); each is recognised by
 * its content. Checked besides what the sanitizers see: with two workers and the smallest blocks
 * the scan says the same, byte for byte, as with one worker and whole files, summary included; and
 * when every record is told a second time by a copy that is no copy of the file (a blank line
 * stands before it), the alerts stay the same but for where their evidence lies.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/support/scan_run.h"

#define FILES_MAX 4
#define OUT_MAX ((size_t)64 << 20)

static scan_run run;
static const char *const names[FILES_MAX] = {"a.log", "b.log", "c.log", "d.log"};
static const char *const copies[FILES_MAX] = {"ya.log", "yb.log", "yc.log", "yd.log"};

static void close_run(void)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        scan_run_remove(&run, names[i]);
        scan_run_remove(&run, copies[i]);
    }
    scan_run_close(&run);
}

static void open_run_once(void)
{
    static bool opened;
    if (opened) return;
    TC_ASSERT(scan_run_open(&run));
    opened = true;
    atexit(close_run);
}

static size_t split(tc_slice bytes, tc_slice files[FILES_MAX])
{
    size_t count = 0;
    while (count < FILES_MAX) {
        size_t cut = tc_slice_search(bytes, TC_LIT("\n===\n"));
        files[count++] = tc_slice_sub(bytes, 0, cut == TC_NPOS ? bytes.len : cut + 1);
        if (cut == TC_NPOS) break;
        bytes = tc_slice_sub(bytes, cut + 5, TC_NPOS);
    }
    return count;
}

static void put_copy(size_t i, tc_slice file)
{
    tc_str text;
    tc_str_init(&text, OUT_MAX);
    tc_str_add_byte(&text, '\n');
    tc_str_add(&text, file);
    TC_ASSERT(scan_run_put(&run, copies[i], tc_str_view(&text)));
    tc_str_done(&text);
}

static int scan(uint32_t jobs, size_t block_size, tc_str *out)
{
    scan_how how = {jobs, block_size, "json"};
    tc_str_init(out, OUT_MAX);
    int status = scan_run_scan(&run, &how, out);
    TC_ASSERT(!tc_failed(tc_str_status(out)) && status >= 0 && status <= 3);
    return status;
}

/* Appends the text up to the next `name`, that too, and not what stands behind it up to `end`. */
static bool mask_one(tc_slice *rest, const char *name, char end, tc_str *out)
{
    size_t at = tc_slice_search(*rest, tc_slice_of(name));
    size_t behind = at == TC_NPOS ? rest->len : at + strlen(name);
    tc_str_add(out, tc_slice_sub(*rest, 0, behind));
    *rest = tc_slice_sub(*rest, behind, TC_NPOS);
    if (at == TC_NPOS) return false;
    *rest = tc_slice_sub(*rest, TC_MIN(tc_slice_find(*rest, (uint8_t)end), rest->len), TC_NPOS);
    return true;
}

/* The alerts alone, without where their evidence lies. Quotes inside of texts are escaped in JSON,
 * so that what is looked for stands nowhere else. */
static void masked(const tc_str *from, tc_str *out)
{
    tc_str_init(out, OUT_MAX);
    for (tc_slice rest = tc_str_view(from); rest.ptr && rest.len;) {
        tc_slice line = tc_slice_split(rest, '\n', &rest);
        if (tc_slice_search(line, TC_LIT("\"type\":\"summary\"")) != TC_NPOS) continue;
        while (mask_one(&line, "\"file\":", ',', out) && mask_one(&line, "\"offset\":", ',', out) &&
               mask_one(&line, "\"line\":", ',', out))
            ;
        tc_str_add_byte(out, '\n');
    }
}

static void expect_same(const tc_str *a, const tc_str *b)
{
    TC_ASSERT(!tc_failed(tc_str_status(a)) && !tc_failed(tc_str_status(b)));
    TC_ASSERT(tc_slice_equal(tc_str_view(a), tc_str_view(b)));
}

static void tell_twice(const tc_slice *files, size_t count, const tc_str *whole)
{
    tc_str twice, a, b;
    for (size_t i = 0; i < count; i++)
        put_copy(i, files[i]);
    (void)scan(2, 4096, &twice);
    for (size_t i = 0; i < count; i++)
        scan_run_remove(&run, copies[i]);
    masked(whole, &a);
    masked(&twice, &b);
    expect_same(&a, &b);
    tc_str_done(&a);
    tc_str_done(&b);
    tc_str_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tc_slice files[FILES_MAX];
    tc_str whole, cut;
    open_run_once();
    size_t count = split((tc_slice){data, size}, files);
    for (size_t i = 0; i < FILES_MAX; i++) {
        scan_run_remove(&run, names[i]);
        if (i < count) TC_ASSERT(scan_run_put(&run, names[i], files[i]));
    }
    int status = scan(1, (size_t)1 << 20, &whole);
    TC_ASSERT(status == scan(2, 4096, &cut));
    expect_same(&whole, &cut);
    tell_twice(files, count, &whole);
    tc_str_done(&cut);
    tc_str_done(&whole);
    return 0;
}
