#include "detector/live/request.h"

#include <criterion/criterion.h>

#define LINE_MAX_BYTES ((size_t)TC_REQUEST_MAX)

static bool reads(const char *line, tc_request *ret)
{
    tc_error error;
    return !tc_failed(tc_request_read(tc_slice_of(line), ret, &error));
}

Test(request, a_line_comes_back_as_it_was_written)
{
    tc_str line;
    tc_request loaded, r = {.kind = TC_REQUEST_SILENCE,
                            .incident = "0123abcd",
                            .by = "ann",
                            .note = "one\ttwo\nthree",
                            .from = TC_TIME_NONE,
                            .until = INT64_C(1300000000) * TC_SECOND};
    tc_str_init(&line, LINE_MAX_BYTES);
    tc_request_write(&r, &line);
    cr_assert_eq(line.data[line.len - 1], '\n');
    tc_error error;
    tc_slice text = tc_slice_make(line.data, line.len - 1);
    cr_assert(!tc_failed(tc_request_read(text, &loaded, &error)));
    cr_expect_eq(loaded.kind, TC_REQUEST_SILENCE);
    cr_expect_str_eq(loaded.incident, "0123abcd");
    cr_expect_str_eq(loaded.note, "one two three");
    cr_expect_eq(loaded.until, r.until);
    cr_expect_eq(loaded.from, TC_TIME_NONE);
    tc_str_done(&line);
}

Test(request, what_is_no_request_is_refused)
{
    static const char *const lines[] = {"",
                                        "acknowledge",
                                        "ack",
                                        "ack\tincident=abc",
                                        "ack\tincident=0123456789012345678901234567890123",
                                        "ack\tincident=abcd\tincident",
                                        "close\tincident=abcd",
                                        "close\tincident=abcd\tas=maybe",
                                        "silence\tincident=abcd",
                                        "silence\tincident=abcd\tuntil=tomorrow",
                                        "response",
                                        "window\tfrom=2011-03-01",
                                        "window\tfrom=2011-03-02\tuntil=2011-03-01",
                                        "window\tfrom=2011-03-01\tuntil=2011-03-02\twhat=webmail"};
    tc_request r;
    for (size_t i = 0; i < TC_COUNT_OF(lines); i++)
        cr_expect(!reads(lines[i], &r), "%s", lines[i]);
    cr_expect(reads("window\tfrom=2011-03-01\tuntil=2011-03-02\twhat=language", &r));
    cr_expect_eq(r.what, TC_INDICATOR_LANGUAGE);
    cr_expect(reads("close\tincident=abcd\tas=false", &r));
    cr_expect(!r.is_true);
    cr_expect(reads("metrics", &r));
}
