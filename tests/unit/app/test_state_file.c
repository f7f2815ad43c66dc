#include "detector/app/state_file.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96];

static void make_folder(void)
{
    snprintf(folder, sizeof(folder), "/tmp/tocsin-state-XXXXXX");
    cr_assert(mkdtemp(folder) != NULL);
    snprintf(path, sizeof(path), "%s/s", folder);
}

static void drop_folder(void)
{
    (void)unlink(path);
    cr_expect_eq(rmdir(folder), 0, "something was left behind");
}

TestSuite(state_file, .init = make_folder, .fini = drop_folder);

static tc_state_file *open_file(void)
{
    tc_error error = {0};
    tc_state_file *f = NULL;
    cr_assert_eq(tc_state_file_open(path, &f, &error).code, TC_OK, "%s", error.text);
    return f;
}

static void visit(tc_visit *v, uint64_t *number, size_t filling)
{
    if (!tc_visit_begin(v, "numbers", 1)) return;
    for (size_t i = 0; i <= filling; i++)
        tc_visit_u64(v, number);
    tc_visit_end(v);
}

static void save(uint64_t number, size_t filling, bool commit)
{
    tc_error error = {0};
    tc_visit *v = NULL;
    tc_state_file *f = open_file();
    cr_assert_eq(tc_state_file_write(f, &v, &error).code, TC_OK, "%s", error.text);
    visit(v, &number, filling);
    if (commit) cr_assert_eq(tc_state_file_commit(f, &error).code, TC_OK, "%s", error.text);
    tc_state_file_close(f);
}

static uint64_t load(size_t filling)
{
    tc_error error = {0};
    tc_visit *v = NULL;
    uint64_t number = 0;
    tc_state_file *f = open_file();
    cr_assert_not(tc_state_file_is_new(f));
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(tc_state_file_read(f, &v, &error).code, TC_OK);
        visit(v, &number, filling);
        cr_assert_eq(tc_visit_status(v).code, TC_OK, "%s", tc_visit_problem(v));
    }
    tc_state_file_close(f);
    return number;
}

Test(state_file, is_new_then_replaced_as_a_whole_and_only_the_owners)
{
    struct stat st;
    tc_state_file *f = open_file();
    cr_expect(tc_state_file_is_new(f));
    tc_state_file_close(f);
    save(5, 300000, true);
    cr_expect_eq(load(300000), 5);
    save(6, 0, true);
    cr_expect_eq(load(0), 6);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
}

Test(state_file, stays_as_it_was_without_commit)
{
    save(5, 0, true);
    save(6, 300000, false);
    cr_expect_eq(load(0), 5);
}

Test(state_file, is_one_runs_at_a_time)
{
    tc_error error = {0};
    tc_state_file *second = NULL;
    save(5, 0, true);
    tc_state_file *f = open_file();
    cr_expect_eq(tc_state_file_open(path, &second, &error).code, TC_EIO);
    cr_expect(strstr(error.text, "in use") != NULL, "%s", error.text);
    tc_state_file_close(f);
    tc_state_file_close(open_file());
}

Test(state_file, what_is_no_state_says_so_and_what_to_do)
{
    tc_error error = {0};
    tc_visit *v = NULL;
    uint64_t number = 0;
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    cr_assert(write(file, "2011-03-09 02:00:01 GET /owa/\n", 30) == 30);
    (void)close(file);
    tc_state_file *f = open_file();
    cr_assert_eq(tc_state_file_read(f, &v, &error).code, TC_OK);
    visit(v, &number, 0);
    cr_expect_eq(tc_state_file_failed(f, v, &error).code, TC_ESYNTAX);
    cr_expect(strstr(error.text, "no state") && strstr(error.text, "move it away"), "%s",
              error.text);
    cr_expect_str_eq(error.source, path);
    tc_state_file_close(f);
}

Test(state_file, a_place_that_cannot_be_is_told_at_once)
{
    tc_error error = {0};
    tc_state_file *f = NULL;
    cr_expect_eq(tc_state_file_open(folder, &f, &error).code, TC_ESYNTAX);
    cr_expect_eq(tc_state_file_open("/nowhere/at/all", &f, &error).code, TC_EIO);
    cr_expect_str_eq(error.source, "/nowhere/at/all");
}
