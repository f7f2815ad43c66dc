/* Files that do not begin with what they are: holes, and characters of four bytes. */
#include "detector/input/evidence.h"

#include "parsers/base/alloc.h"
#include "tests/unit/input/packed.h"
#include "tests/unit/input/real.h"

#include <criterion/criterion.h>

TestSuite(lead, .init = init_real, .fini = done_real);

#define HEADER                                                                                     \
    "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time c-ip\r\n"
#define W3C_RECORDS HEADER "2021-03-01 06:00:00 198.51.100.7\r\n"
#define OTHER_RECORDS HEADER "2021-03-02 06:00:00 198.51.100.9\r\n"

static tc_str hole_before(size_t nuls, tc_slice text)
{
    tc_str bytes;
    tc_str_init(&bytes, 1 << 20);
    for (size_t i = 0; i < nuls; i++)
        tc_str_add_byte(&bytes, 0);
    tc_str_add(&bytes, text);
    return bytes;
}

/* What a name ends in when logs are turned says nothing; neither does where the hole ends. */
Test(lead, judges_a_file_that_begins_with_a_hole_by_what_stands_behind)
{
    static const size_t holes[] = {3, 4000, 4096, 5000, 32768, 65530, 65536, 65537, 200000};
    const tc_slice wide = TC_LIT("#\0F\0i\0e\0l\0d\0s\0:\0 \0d\0a\0t\0e\0\n\0");
    for (size_t i = 0; i < TC_COUNT_OF(holes); i++) {
        const struct {
            const char *name;
            tc_slice text;
            tc_source_state state; /* IRRELEVANT: it is not listed */
        } rows[] = {
            {"u_ex210301.log.1", TC_LIT(W3C_RECORDS), TC_SOURCE_READABLE},
            {"access-20210301", TC_LIT(OTHER_RECORDS), TC_SOURCE_READABLE},
            {"turned.1", TC_LIT("#Fields: date\r2021-03-01\r2021-03-01\r"), TC_SOURCE_UNREAD},
            {"wide.1", wide, TC_SOURCE_UNREAD},
            {"daemon.1",
             TC_LIT("2021-03-01 06:00:00 a\n2021-03-01 06:00:01 b\n2021-03-01 06:00:02 c\n"),
             TC_SOURCE_UNREAD},
            {"letter.1", TC_LIT("Dear Anna,\nsee you soon.\nBert\n"), TC_SOURCE_IRRELEVANT},
            {"picture.1", TC_LIT("\1\2\3\4\5\6\7"), TC_SOURCE_IRRELEVANT},
        };
        for (size_t k = 0; k < TC_COUNT_OF(rows); k++) {
            tc_str bytes = hole_before(holes[i], rows[k].text);
            put_bytes(rows[k].name, tc_str_view(&bytes));
            tc_str_done(&bytes);
        }
        tc_input *input = open_real("");
        for (size_t k = 0; k < TC_COUNT_OF(rows); k++) {
            const tc_source *source = source_named(input, rows[k].name);
            tc_source_state state = source ? source->state : TC_SOURCE_IRRELEVANT;
            cr_expect_eq(state, rows[k].state, "%s behind %zu: %d", rows[k].name, holes[i],
                         (int)state);
        }
        tc_input_free(input);
    }
}

Test(lead, knows_logs_behind_different_holes_apart)
{
    tc_str one = hole_before(100000, TC_LIT(W3C_RECORDS));
    tc_str two = hole_before(100000, TC_LIT(W3C_RECORDS "2021-03-01 06:00:01 198.51.100.8\r\n"));
    put_bytes("one.log", tc_str_view(&one));
    put_bytes("two.log", tc_str_view(&two));
    tc_str_done(&one);
    tc_str_done(&two);
    tc_input *input = open_real("");
    const tc_source *a = source_named(input, "one.log"), *b = source_named(input, "two.log");
    cr_assert(a && b && a->state == TC_SOURCE_READABLE && b->state == TC_SOURCE_READABLE);
    cr_expect_neq(a->key, b->key);
    cr_expect(a->first == b->first && a->first != TC_TIME_NONE);
    tc_input_free(input);
}

Test(lead, names_a_log_of_which_nothing_but_its_hole_is_left)
{
    tc_str hole = hole_before(100000, TC_EMPTY_SLICE);
    put_bytes("access.log.1", tc_str_view(&hole));
    put_bytes("maillog-20210301", tc_str_view(&hole));
    put_bytes("disk.img", tc_str_view(&hole));
    tc_str_done(&hole);
    tc_input *input = open_real("");
    static const char *const lost[] = {"access.log.1", "maillog-20210301"};
    for (size_t i = 0; i < TC_COUNT_OF(lost); i++) {
        const tc_source *source = source_named(input, lost[i]);
        cr_assert(source && source->state == TC_SOURCE_UNREAD, "%s", lost[i]);
        cr_expect(strstr(source->looks_like, "begins farther on"), "%s", source->looks_like);
    }
    cr_expect_null(source_named(input, "disk.img"));
    tc_input_free(input);
}

Test(lead, names_text_in_utf32_without_a_mark)
{
    static const char text[] = "#Fields: date time c-ip\n";
    uint8_t little[4 * (sizeof text - 1)] = {0}, big[sizeof little] = {0}, numbers[sizeof little];
    for (size_t i = 0; i < sizeof text - 1; i++)
        little[4 * i] = big[4 * i + 3] = (uint8_t)text[i];
    for (size_t i = 0; i < sizeof numbers; i++)
        numbers[i] = i % 4 < 2 ? (uint8_t)(i + 1) : 0;
    put_bytes("little.dat", tc_slice_make(little, sizeof little));
    put_bytes("big.dat", tc_slice_make(big, sizeof big));
    put_bytes("numbers.dat", tc_slice_make(numbers, sizeof numbers));
    tc_input *input = open_real("");
    static const char *const wide[] = {"little.dat", "big.dat"};
    for (size_t i = 0; i < TC_COUNT_OF(wide); i++) {
        const tc_source *source = source_named(input, wide[i]);
        cr_assert(source && source->state == TC_SOURCE_UNREAD, "%s", wide[i]);
        cr_expect(strstr(source->looks_like, "UTF-32") && strstr(source->mend, "iconv"));
    }
    cr_expect_null(source_named(input, "numbers.dat"));
    tc_input_free(input);
}
