#include "tests/unit/input/packed.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <unistd.h>

TestSuite(duplicates, .init = init_files, .fini = done_files);

static tc_str text;

static void put_part(const char *name, size_t from, size_t length, bool packed)
{
    tc_slice part = tc_slice_sub(tc_str_view(&text), from, length);
    if (!packed) {
        put_bytes(name, part);
        return;
    }
    tc_str gz;
    tc_str_init(&gz, 1u << 30);
    add_gzip(&gz, part);
    put_bytes(name, tc_str_view(&gz));
    tc_str_done(&gz);
}

static void fresh(size_t records)
{
    tc_str_init(&text, 1u << 30);
    add_records(&text, 1000 * TC_SECOND, records);
}

/* `twin` NULL: stands for itself. */
static void expect_twin(const tc_input *input, const char *name, const char *twin)
{
    const tc_source *source = source_named(input, name);
    cr_assert(source != NULL, "%s", name);
    cr_expect((source->state == TC_SOURCE_DUPLICATE) == (twin != NULL), "%s is %d", name,
              (int)source->state);
    if (!twin || source->state != TC_SOURCE_DUPLICATE) return;
    const tc_source *other = tc_input_source(input, source->twin);
    cr_expect(tc_slice_ends(other->path, tc_slice_of(twin)), "%s is a copy of %.*s", name,
              (int)other->path.len, (const char *)other->path.ptr);
}

Test(duplicates, keeps_the_plain_copy_then_the_first_path)
{
    fresh(5000);
    put_part("a.gz", 0, SIZE_MAX, true);
    put_part("b", 0, SIZE_MAX, false);
    put_part("c", 0, SIZE_MAX, false);
    put_part("d.gz", 0, SIZE_MAX, true);
    tc_input *input = open_files("");
    expect_twin(input, "/b", NULL);
    expect_twin(input, "/a.gz", "/b");
    expect_twin(input, "/c", "/b");
    expect_twin(input, "/d.gz", "/b");
    tc_input_free(input);
    tc_str_done(&text);
}

Test(duplicates, marks_a_beginning_of_a_longer_file)
{
    fresh(20000);
    put_part("whole.gz", 0, SIZE_MAX, true);
    put_part("most", 0, 300000, false);
    put_part("half.gz", 0, 100000, true);
    put_part("small", 0, 5000, false);
    put_part("tiny", 0, 80, false);
    size_t line_end = tc_slice_find(tc_slice_sub(tc_str_view(&text), 300000, SIZE_MAX), '\n');
    put_part("end", 300000 + line_end + 1, SIZE_MAX, false);
    tc_input *input = open_files("");
    expect_twin(input, "/whole.gz", NULL);
    expect_twin(input, "/most", "/whole.gz");
    expect_twin(input, "/half.gz", "/whole.gz");
    expect_twin(input, "/small", "/whole.gz");
    expect_twin(input, "/tiny", "/whole.gz");
    expect_twin(input, "/end", NULL);
    tc_input_free(input);
    tc_str_done(&text);
}

Test(duplicates, tells_files_apart_that_differ_behind_equal_heads)
{
    fresh(20000);
    put_part("one", 0, SIZE_MAX, false);
    text.data[400000] ^= 1;
    put_part("two", 0, SIZE_MAX, false);
    put_part("three", 0, 400000, false);
    text.data[70000] ^= 1;
    put_part("four.gz", 0, 400000, true);
    tc_input *input = open_files("");
    expect_twin(input, "/one", NULL);
    expect_twin(input, "/two", NULL);
    expect_twin(input, "/four.gz", NULL);
    const tc_source *three = source_named(input, "/three");
    cr_expect(three->state == TC_SOURCE_DUPLICATE);
    tc_input_free(input);
    tc_str_done(&text);
}

Test(duplicates, sees_through_links_and_chains_of_copies)
{
    fresh(100);
    put_part("a", 0, 1000, false);
    put_part("b", 0, 2000, false);
    put_part("c", 0, SIZE_MAX, false);
    cr_assert(symlink("b", in_files("z")) == 0);
    tc_input *input = open_files("");
    expect_twin(input, "/c", NULL);
    expect_twin(input, "/a", "/c");
    expect_twin(input, "/b", "/c");
    expect_twin(input, "/z", "/c");
    tc_input_free(input);
    tc_str_done(&text);
}

Test(duplicates, lets_a_damaged_copy_count_as_a_beginning)
{
    fresh(20000);
    tc_str gz;
    tc_str_init(&gz, 1u << 30);
    add_gzip(&gz, tc_str_view(&text));
    put_bytes("cut.gz", tc_slice_sub(tc_str_view(&gz), 0, gz.len / 2));
    put_part("whole", 0, SIZE_MAX, false);
    tc_input *input = open_files("");
    expect_twin(input, "/whole", NULL);
    expect_twin(input, "/cut.gz", "/whole");
    tc_input_free(input);
    tc_str_done(&gz);
    tc_str_done(&text);
}

Test(duplicates, takes_no_time_over_many_small_files_with_one_beginning)
{
    char name[32], line[128];
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "f%04d", i);
        snprintf(line, sizeof line, "#fake a header that all these files share, record\n@%d x\n",
                 1000 + i);
        put_text(name, line);
    }
    tc_input *input = open_files("");
    cr_expect(tc_input_count(input) == 500);
    for (size_t i = 0; i < tc_input_count(input); i++)
        cr_expect(tc_input_source(input, i)->state == TC_SOURCE_READABLE);
    tc_input_free(input);
}
