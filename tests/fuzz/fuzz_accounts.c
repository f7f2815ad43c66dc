/*
 * fuzz_accounts: any bytes as --accounts.
 *
 * Checked besides what the sanitizers see: what is refused has a place and words for a terminal;
 * the same file gives the same table a second time, and nothing new when it is loaded on top of
 * itself; every name that is found is found at a root that can be shown. (Its label need not be
 * found itself: "a%2540b" is decoded once, and would be once more.)
 */
#include "detector/enrich/identity.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/take.h"

#define SMALL ((size_t)64 << 10)
#define LARGE ((size_t)16 << 20)

static bool load(tc_identity *table, tc_slice csv)
{
    tc_error error = {0};
    tc_status status = tc_identity_load_accounts(table, TC_LIT("accounts.csv"), csv, &error);
    if (!tc_failed(status)) return true;
    TC_ASSERT(status.code == TC_ESYNTAX && error.text[0] != '\0');
    for (const char *c = error.text; *c; c++)
        TC_ASSERT((unsigned char)*c >= 0x20 && *c != 0x7f);
    return false;
}

/* Each piece of the file that could be a cell, looked up in both tables. */
static void compare(tc_identity *a, tc_identity *b, tc_slice csv)
{
    for (size_t begin = 0, at = 0; at <= csv.len; at++) {
        if (at < csv.len && strchr(",;\t\"\r\n", csv.ptr[at]) == NULL) continue;
        tc_slice piece = tc_slice_sub(csv, begin, at - begin);
        tc_entity entity = tc_identity_find(a, piece);
        begin = at + 1;
        TC_ASSERT(entity == tc_identity_find(b, piece));
        if (entity == 0) continue;
        tc_slice label = tc_identity_label(a, entity);
        TC_ASSERT(entity == tc_identity_root(a, entity));
        TC_ASSERT(tc_slice_equal(label, tc_identity_label(b, entity)));
        TC_ASSERT(label.len > 0 && label.len < TC_NAME_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tc_slice csv = {data, size};
    size_t bytes = take_byte(&csv) % 4 == 0 ? SMALL : LARGE;
    tc_identity *a = tc_identity_new(&(tc_identity_options){.max_bytes = bytes}),
                *b = tc_identity_new(&(tc_identity_options){.max_bytes = bytes});
    TC_ASSERT(a && b);
    bool loaded = load(a, csv);
    TC_ASSERT(loaded == load(b, csv));
    size_t count = tc_identity_count(a);
    TC_ASSERT(count == tc_identity_count(b));
    TC_ASSERT(tc_identity_refused(a) == tc_identity_refused(b));
    compare(a, b, csv);
    if (loaded && tc_identity_refused(a) == 0) {
        TC_ASSERT(load(b, csv));
        TC_ASSERT(count == tc_identity_count(b));
        compare(a, b, csv);
    }
    tc_identity_free(a);
    tc_identity_free(b);
    return 0;
}
