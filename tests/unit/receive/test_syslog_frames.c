/* Streams of syslog: octet counting and lines, cut at every byte, and what is neither. */
#include "detector/receive/syslog_frames.h"

#include <criterion/criterion.h>

TestSuite(syslog_frames, .timeout = 60);

static void hear(tc_syslog_frames *f, tc_slice some, bool ends, char out[512])
{
    size_t used = strlen(out);
    for (;;) {
        bool over = ends && some.len == 0;
        tc_syslog_result r = over ? tc_syslog_frames_end(f) : tc_syslog_frames_next(f, &some);
        if (r == TC_SYSLOG_MORE && !over && ends) continue;
        if (r == TC_SYSLOG_MORE) return;
        tc_slice m = tc_syslog_frames_message(f);
        used += (size_t)snprintf(out + used, 512 - used, "[%.*s]",
                                 r == TC_SYSLOG_MESSAGE ? (int)m.len : 1,
                                 r == TC_SYSLOG_BROKEN ? "!"
                                 : r == TC_SYSLOG_LONG ? "+"
                                                       : (const char *)m.ptr);
        if (r == TC_SYSLOG_BROKEN) return;
    }
}

Test(syslog_frames, streams_are_the_same_wherever_they_are_cut)
{
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"<13>a\n<13>b\r\n<13>c", "[<13>a][<13>b][<13>c]"},
        {"<13>a\n\n<13>b\n", "[<13>a][][<13>b]"},
        {"plain\n", "[plain]"},
        {"5 <13>a6 <13>b\n3 x\ny", "[<13>a][<13>b][x\ny]"},
        {"5 <13>a\n5 <13>b\n", "[<13>a][<13>b]"},
        {"7 <13>", "[!]"},
        {"0 ", "[!]"},
        {"12x", "[!]"},
        {"123456789 ", "[!]"},
        {"", ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        size_t length = strlen(rows[i].text);
        for (size_t cut = 0; cut <= length; cut++) {
            char out[512] = "";
            tc_syslog_frames f;
            tc_syslog_frames_init(&f);
            hear(&f, tc_slice_make(rows[i].text, cut), false, out);
            if (strchr(out, '!') == NULL)
                hear(&f, tc_slice_make(rows[i].text + cut, length - cut), true, out);
            cr_expect_str_eq(out, rows[i].wanted, "row %zu cut at %zu: %s", i, cut, out);
            tc_syslog_frames_done(&f);
        }
    }
}

Test(syslog_frames, what_is_too_long_is_passed_over)
{
    static uint8_t many[TC_SYSLOG_MESSAGE_MAX + 1];
    char out[512] = "", counted[64];
    tc_syslog_frames f;
    memset(many, 'x', sizeof(many));
    tc_syslog_frames_init(&f);
    hear(&f, tc_slice_make(many, sizeof(many)), false, out);
    hear(&f, TC_LIT("\nshort\n"), false, out);
    cr_expect_str_eq(out, "[+][short]");
    tc_syslog_frames_done(&f);
    tc_syslog_frames_init(&f);
    out[0] = 0;
    snprintf(counted, sizeof(counted), "%zu ", sizeof(many));
    hear(&f, tc_slice_of(counted), false, out);
    hear(&f, tc_slice_make(many, sizeof(many)), false, out);
    hear(&f, TC_LIT("5 short"), false, out);
    cr_expect_str_eq(out, "[+][short]");
    cr_expect(tc_syslog_frames_are_at_rest(&f));
    tc_syslog_frames_done(&f);
}

Test(syslog_frames, ends_are_trimmed)
{
    cr_expect(tc_slice_equal(tc_syslog_trim(TC_LIT("a\r\n\0")), TC_LIT("a")));
    cr_expect(tc_slice_equal(tc_syslog_trim(TC_LIT("\n\n")), TC_EMPTY_SLICE));
}
