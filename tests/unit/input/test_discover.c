#include "detector/input/discover.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

TestSuite(discover, .init = init_files, .fini = done_files);

static tc_str list;

/* "kind path-below-the-folder" per line. */
static TC_STATUS note(void *context, const tc_found *found)
{
    static const char kinds[] = {'f', 's', '!', 'l', 'x'};
    (void)context;
    size_t skip = strlen(in_files("")) + 1;
    tc_slice shown = tc_slice_sub(found->path, TC_MIN(skip, found->path.len), SIZE_MAX);
    cr_expect(found->path.ptr[found->path.len] == '\0');
    tc_str_addf(&list, "%c%s %.*s\n", kinds[found->kind], found->named ? "n" : "", (int)shown.len,
                (const char *)shown.ptr);
    return TC_SUCCESS;
}

static bool follow;

static TC_STATUS discover(const char *const *names, size_t count, tc_error *reterr)
{
    const char *paths[8];
    cr_assert(count <= TC_COUNT_OF(paths));
    for (size_t i = 0; i < count; i++)
        paths[i] = in_files(names[i]);
    tc_found_sink sink = {.found = note};
    tc_str_done(&list);
    tc_str_init(&list, 1 << 20);
    return tc_discover(paths, count, follow, &sink, reterr);
}

static void expect_found(const char *const *names, size_t count, const char *wanted)
{
    tc_error error;
    tc_status status = discover(names, count, &error);
    cr_expect(!tc_failed(status), "%s: %s", error.source, error.text);
    cr_expect_str_eq(tc_str_cstr(&list), wanted);
    tc_str_done(&list);
}

static const char *const everything[] = {""};

static void link_to(const char *target, const char *name)
{
    cr_assert(symlink(target, in_files(name)) == 0);
}

Test(discover, walks_in_byte_order_whatever_the_order_of_arguments)
{
    put_folder("b");
    put_text("b/z", "");
    put_text("b/a", "");
    put_text("c", "");
    put_text("B", "");
    expect_found(everything, 1, "f B\nf b/a\nf b/z\nf c\n");
    static const char *const one[] = {"c", "b", "B"};
    static const char *const two[] = {"B", "b/", "c", "c"};
    expect_found(one, 3, "fn B\nf b/a\nf b/z\nfn c\n");
    expect_found(two, 4, "fn B\nf b/a\nf b/z\nfn c\n");
}

Test(discover, reports_a_file_once_that_is_named_and_lies_in_a_named_folder)
{
    put_folder("b");
    put_text("b/z", "");
    static const char *const both[] = {"b", "b/z"};
    static const char *const again[] = {"", "b"};
    expect_found(both, 2, "fn b/z\n");
    expect_found(again, 2, "f b/z\n");
}

Test(discover, follows_links_but_enters_no_folder_twice)
{
    put_folder("a");
    put_folder("a/deep");
    put_text("a/deep/log", "");
    link_to("..", "a/deep/loop");
    link_to("../..", "a/deep/wide");
    link_to("a", "b");
    link_to("a/deep/log", "link");
    follow = true;
    expect_found(everything, 1, "f a/deep/log\nf link\n");
}

Test(discover, a_link_below_a_folder_is_told_and_not_followed)
{
    put_folder("a");
    put_folder("else");
    put_text("else/log", "");
    link_to("../else", "a/folder");
    link_to("../else/log", "a/file");
    link_to("nowhere", "a/dangling");
    static const char *const below[] = {"a"};
    expect_found(below, 1, "l a/dangling\nl a/file\nl a/folder\n");
    /* What is named itself is what it points at. */
    static const char *const named[] = {"a/folder", "a/file"};
    expect_found(named, 2, "fn a/file\nf a/folder/log\n");
}

Test(discover, never_opens_pipes_sockets_or_devices_below_a_folder)
{
    put_folder("a");
    cr_assert(mkfifo(in_files("a/pipe"), 0600) == 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", in_files("a/s"));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(bind(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    link_to("pipe", "a/way");
    /* Opening the pipe would wait for a writer for ever: the walk just goes on. */
    tc_input *input = open_files("a");
    cr_expect(tc_input_count(input) == 0);
    const tc_irrelevant *groups;
    cr_assert(tc_input_irrelevant(input, &groups) == 1);
    cr_expect(groups[0].files == 2 && groups[0].bytes == 0);
    tc_input_free(input);
    follow = true;
    expect_found(everything, 1, "! a/pipe\n! a/s\n! a/way\n");
    close(fd);
}

Test(discover, refuses_an_argument_that_does_not_exist_and_names_it)
{
    static const char *const missing[] = {"no\nsuch"};
    put_text("file", "");
    static const char *const below[] = {"file/below"};
    tc_error error;
    cr_expect(discover(missing, 1, &error).code == TC_EIO);
    char text[1024];
    cr_expect_eq(error.sys, ENOENT);
    cr_expect(strstr(tc_error_format(&error, text, sizeof text), "/no\\x0asuch") != NULL, "%s",
              text);
    cr_expect(discover(below, 1, &error).code == TC_EIO);
    cr_expect(error.sys == ENOTDIR, "%d", error.sys);
    tc_str_done(&list);
}

Test(discover, reports_what_it_cannot_look_at)
{
    put_folder("a");
    link_to("nowhere", "a/dangling");
    link_to("self", "a/self");
    put_text("a/z", "");
    follow = true;
    expect_found(everything, 1, "x a/dangling\nx a/self\nf a/z\n");
}

Test(discover, stops_at_a_depth_and_says_so)
{
    char path[1024] = "d";
    for (int i = 0; i < 80; i++) {
        put_folder(path);
        size_t length = strlen(path);
        snprintf(path + length, sizeof path - length, "/d");
    }
    tc_error error;
    cr_assert(!tc_failed(discover(everything, 1, &error)));
    cr_expect(tc_slice_starts(tc_str_view(&list), TC_LIT("x d/d/")));
    cr_expect(tc_slice_find(tc_str_view(&list), '\n') == list.len - 1, "told once");
    tc_str_done(&list);
}
