/* The input side with the real registry of parsers. */
#include "tests/unit/input/packed.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>

TestSuite(formats, .init = init_files, .fini = done_files);

static tc_names *names;
static tc_schemas *schemas;

static void make_names(void)
{
    names = tc_names_new();
    cr_assert(names != NULL);
    tc_names_freeze(names);
    schemas = tc_schemas_new(names, 1000);
    cr_assert(schemas != NULL);
}

static void free_names(void)
{
    tc_schemas_free(schemas);
    tc_names_free(names);
}

static void add_iis(tc_str *out, int days, int per_day)
{
    for (int day = 1; day <= days; day++) {
        tc_str_addf(out,
                    "#Software: Microsoft Internet Information Services 7.5\r\n#Version: 1.0\r\n"
                    "#Date: 2011-03-%02d 00:00:01\r\n"
                    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username "
                    "c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\r\n",
                    day);
        for (int i = 0; i < per_day; i++) {
            int second = (int)((int64_t)i * 86400 / per_day);
            tc_str_addf(out,
                        "2011-03-%02d %02d:%02d:%02d 10.0.0.5 GET /owa/ - 443 EX\\caf\xC3\xA9%d "
                        "198.51.100.%d Mozilla/4.0 200 0 0 %d\r\n",
                        day, second / 3600, second / 60 % 60, second % 60, i % 50, i % 200, i);
        }
    }
}

static void expect_equal(const outcome *a, const outcome *b, bool offsets, const char *what)
{
    cr_expect(tc_slice_equal(tc_str_view(&a->data), tc_str_view(&b->data)), "%s: data", what);
    cr_expect(memcmp(&a->ledger, &b->ledger, sizeof a->ledger) == 0, "%s: ledger", what);
    if (!offsets) return;
    cr_expect(tc_slice_equal(tc_str_view(&a->events), tc_str_view(&b->events)), "%s: events", what);
}

Test(formats, reads_an_iis_log_alike_in_every_wrapping_and_block_size)
{
    tc_str text, gz, wide;
    tc_str_init(&text, 1 << 24);
    tc_str_init(&gz, 1 << 24);
    tc_str_init(&wide, 1 << 24);
    add_iis(&text, 3, 2000);
    add_gzip(&gz, tc_str_view(&text));
    add_utf16(&wide, tc_str_cstr(&text), false);
    put_bytes("a.log", tc_str_view(&text));
    put_bytes("b.log.gz", tc_str_view(&gz));
    put_bytes("c.log", tc_str_view(&wide));
    make_names();
    tc_input_options options = {.names = names, .schemas = schemas};
    tc_input *input = open_with(&options, "");
    cr_assert(tc_input_count(input) == 3);
    const tc_source *plain = source_named(input, "/a.log");
    const tc_source *packed = source_named(input, "/b.log.gz");
    const tc_source *wider = source_named(input, "/c.log");
    cr_assert_str_eq(plain->parser->name, "iis-w3c");
    cr_expect(packed->state == TC_SOURCE_DUPLICATE && packed->twin == plain->index);
    cr_expect(wider->state == TC_SOURCE_DUPLICATE && wider->twin == plain->index);

    static const size_t sizes[] = {300, 4096, 65536, 1 << 20};
    outcome first;
    read_source(input, plain->index, 100000, &first);
    cr_expect(first.ledger.records.accepted == 6000 && tc_ledger_rejected(&first.ledger) == 0);
    cr_expect(first.ledger.bytes.read == text.len);
    for (size_t i = 0; i < TC_COUNT_OF(sizes); i++) {
        outcome other;
        read_source(input, plain->index, sizes[i], &other);
        expect_equal(&first, &other, true, "plain");
        done_outcome(&other);
        read_source(input, packed->index, sizes[i], &other);
        expect_equal(&first, &other, true, "packed");
        done_outcome(&other);
        read_source(input, wider->index, sizes[i], &other);
        expect_equal(&first, &other, false, "wide");
        done_outcome(&other);
    }
    done_outcome(&first);
    tc_input_free(input);
    free_names();
    tc_str_done(&text);
    tc_str_done(&gz);
    tc_str_done(&wide);
}

Test(formats, knows_the_span_of_a_big_iis_log_to_its_last_record)
{
    tc_str text;
    tc_time day = 0;
    cr_assert(tc_time_from_civil(2011, 3, 1, 0, 0, 0, &day));
    tc_str_init(&text, 1 << 26);
    add_iis(&text, 10, 10000);
    put_bytes("a.log", tc_str_view(&text));
    make_names();
    tc_input_options options = {.names = names, .schemas = schemas};
    tc_input *input = open_with(&options, "");
    const tc_source *source = tc_input_source(input, 0);
    cr_expect(source->first == day);
    size_t last = text.len - 1;
    while (text.data[last - 1] != '\n')
        last--;
    tc_time end = TC_TIME_NONE;
    cr_assert(tc_time_parse_iso(tc_slice_sub(tc_str_view(&text), last, 19), &end, NULL));
    cr_expect(source->last == end, "%" PRId64 " %" PRId64, source->last, end);
    tc_input_free(input);
    free_names();
    tc_str_done(&text);
}
