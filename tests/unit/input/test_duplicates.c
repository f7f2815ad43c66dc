#include "tests/unit/input/packed.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <unistd.h>

TestSuite(duplicates, .init = init_files, .fini = done_files);

static tc_str text;

/* Packed as its name says, or plain. */
static void put_part(const char *name, size_t from, size_t length)
{
    tc_slice part = tc_slice_sub(tc_str_view(&text), from, length);
    const tc_packing *packing = tc_packing_of_name(tc_slice_of(name));
    if (!packing) put_bytes(name, part);
    for (size_t k = 0; packing && k < PACKERS; k++) {
        if (packers[k].packing != packing) continue;
        tc_str packed;
        tc_str_init(&packed, 1u << 30);
        add_packed(&packed, &packers[k], part);
        put_bytes(name, tc_str_view(&packed));
        tc_str_done(&packed);
    }
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
    put_part("a.gz", 0, SIZE_MAX);
    put_part("b", 0, SIZE_MAX);
    put_part("c", 0, SIZE_MAX);
    put_part("d.zst", 0, SIZE_MAX);
    put_part("e.xz", 0, SIZE_MAX);
    tc_input *input = open_files("");
    expect_twin(input, "/b", NULL);
    expect_twin(input, "/a.gz", "/b");
    expect_twin(input, "/c", "/b");
    expect_twin(input, "/d.zst", "/b");
    expect_twin(input, "/e.xz", "/b");
    tc_input_free(input);
    tc_str_done(&text);
}

Test(duplicates, marks_a_beginning_of_a_longer_file)
{
    fresh(20000);
    put_part("whole.xz", 0, SIZE_MAX);
    put_part("most", 0, 300000);
    put_part("half.zst", 0, 100000);
    put_part("small", 0, 5000);
    put_part("tiny", 0, 80);
    size_t line_end = tc_slice_find(tc_slice_sub(tc_str_view(&text), 300000, SIZE_MAX), '\n');
    put_part("end", 300000 + line_end + 1, SIZE_MAX);
    tc_input *input = open_files("");
    expect_twin(input, "/whole.xz", NULL);
    expect_twin(input, "/most", "/whole.xz");
    expect_twin(input, "/half.zst", "/whole.xz");
    expect_twin(input, "/small", "/whole.xz");
    expect_twin(input, "/tiny", "/whole.xz");
    expect_twin(input, "/end", NULL);
    tc_input_free(input);
    tc_str_done(&text);
}

Test(duplicates, tells_files_apart_that_differ_behind_equal_heads)
{
    fresh(20000);
    put_part("one", 0, SIZE_MAX);
    text.data[400000] ^= 1;
    put_part("two", 0, SIZE_MAX);
    put_part("three", 0, 400000);
    text.data[70000] ^= 1;
    put_part("four.gz", 0, 400000);
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
    put_part("a", 0, 1000);
    put_part("b", 0, 2000);
    put_part("c", 0, SIZE_MAX);
    cr_assert(symlink("b", in_files("z")) == 0);
    tc_input_options options = {.follow_links = true};
    tc_input *input = open_with(&options, "");
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
    put_part("whole", 0, SIZE_MAX);
    for (size_t k = 0; k < PACKERS; k++) {
        tc_str packed;
        tc_str_init(&packed, 1u << 30);
        add_packed(&packed, &packers[k], tc_str_view(&text));
        put_bytes("cut", tc_slice_sub(tc_str_view(&packed), 0, packed.len * 2 / 3));
        tc_input *input = open_files("");
        expect_twin(input, "/whole", NULL);
        expect_twin(input, "/cut", "/whole");
        tc_input_free(input);
        tc_str_done(&packed);
    }
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
