#include "detector/live/blob.h"

#include <criterion/criterion.h>

static void save(tc_str *out, uint64_t number)
{
    tc_blob blob;
    tc_str_init(out, 4096);
    if (tc_blob_save(&blob, out, "thing", 1)) tc_visit_u64(blob.visit, &number);
    cr_assert(!tc_failed(tc_blob_end(&blob, NULL)));
    cr_assert(out->len > 0);
}

Test(blob, gives_back_what_was_saved)
{
    tc_str out;
    tc_blob blob;
    uint64_t number = 0;
    save(&out, 4711);
    if (tc_blob_load(&blob, tc_str_view(&out), "thing", 1)) tc_visit_u64(blob.visit, &number);
    cr_expect(!tc_failed(tc_blob_end(&blob, NULL)));
    cr_expect_eq(number, 4711);
    tc_str_done(&out);
}

Test(blob, refuses_what_is_not_that_section)
{
    tc_str out;
    tc_error error = {0};
    save(&out, 1);
    for (size_t at = 0; at <= out.len; at++) {
        tc_blob blob;
        uint64_t number = 0;
        bool whole = at == out.len;
        if (!whole) out.data[at] ^= 0x40;
        if (tc_blob_load(&blob, tc_str_view(&out), "thing", 1)) tc_visit_u64(blob.visit, &number);
        bool failed = tc_failed(tc_blob_end(&blob, &error));
        cr_expect(failed != whole, "byte %zu", at);
        if (!whole) out.data[at] ^= 0x40;
    }
    tc_blob blob;
    cr_expect(!tc_blob_load(&blob, tc_str_view(&out), "thing", 2));
    cr_expect(tc_failed(tc_blob_end(&blob, &error)));
    cr_expect(strlen(error.text) > 10);
    cr_expect(!tc_blob_load(&blob, TC_EMPTY_SLICE, "thing", 1));
    cr_expect(tc_failed(tc_blob_end(&blob, &error)));
    tc_str_done(&out);
}

Test(blob, does_not_fit_into_a_room_that_is_too_small)
{
    tc_str out;
    tc_blob blob;
    tc_error error = {0};
    tc_slice text = TC_LIT("a text that is longer than the room");
    tc_str_init(&out, 16);
    if (tc_blob_save(&blob, &out, "thing", 1)) tc_visit_text(blob.visit, &text, 100);
    cr_expect(tc_failed(tc_blob_end(&blob, &error)));
    tc_str_done(&out);
}
