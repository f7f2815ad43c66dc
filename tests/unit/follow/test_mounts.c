#include "detector/follow/mounts.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <unistd.h>

static void table(char path[32], const char *text)
{
    memcpy(path, "/tmp/mounts-XXXXXX", sizeof "/tmp/mounts-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

Test(mounts, a_path_belongs_to_the_deepest_mount_above_it)
{
    char path[32];
    table(path, "22 1 0:21 / / rw - ext4 /dev/sda1 rw\n"
                "23 22 0:22 / /mnt/logs rw,relatime shared:1 - nfs4 srv:/logs rw\n"
                "24 23 0:23 / /mnt/logs/EX01 rw - cifs //ex01/logs rw\n"
                "25 22 0:24 / /mnt/two\\040words rw - cifs //x rw\n"
                "a line that is none\n\n");
    tc_mounts mounts;
    tc_mounts_read(&mounts, path);
    unlink(path);
    static const char *const rows[][2] = {
        {"/var/log/x", "/"},
        {"/mnt/logs", "/mnt/logs"},
        {"/mnt/logs/a/b", "/mnt/logs"},
        {"/mnt/logsX/a", "/"},
        {"/mnt/logs/EX01/u_ex.log", "/mnt/logs/EX01"},
        {"/mnt/two words/a", "/mnt/two words"},
        {"/", "/"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice mount = tc_mounts_of(&mounts, tc_slice_of(rows[i][0]));
        cr_expect(tc_slice_equal(mount, tc_slice_of(rows[i][1])), "%s", rows[i][0]);
    }
    cr_expect(tc_mounts_has(&mounts, TC_LIT("/mnt/logs")));
    cr_expect_not(tc_mounts_has(&mounts, TC_LIT("/mnt")));
    cr_expect(tc_mounts_is_remote(&mounts, TC_LIT("/mnt/logs")));
    cr_expect_not(tc_mounts_is_remote(&mounts, TC_LIT("/")));
    tc_mounts_done(&mounts);
}

Test(mounts, without_a_table_all_is_one)
{
    tc_mounts mounts;
    tc_mounts_read(&mounts, "/nowhere/at/all");
    cr_expect(tc_slice_equal(tc_mounts_of(&mounts, TC_LIT("/a/b")), TC_LIT("/")));
    tc_mounts_done(&mounts);
}
