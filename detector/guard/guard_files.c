#include "detector/guard/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Younger than some headers. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define READS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define CHANGES (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)
#define MAKES                                                                                      \
    (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |                              \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |    \
     LANDLOCK_ACCESS_FS_REFER)
/* Of what nobody gets. */
#define NEVER                                                                                      \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK |   \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM)
/* What means something for a file that is no folder. */
#define OF_FILES (LANDLOCK_ACCESS_FS_READ_FILE | CHANGES)

static const uint64_t rights_of[] = {[TC_GUARD_READ] = READS,
                                     [TC_GUARD_WRITE] = READS | CHANGES | MAKES,
                                     [TC_GUARD_DEVICE] = READS | CHANGES};

/* What the libraries read whenever they like: names, zones, certificates, modules. */
static const tc_guard_place usual[] = {{"/etc", TC_GUARD_READ},  {"/usr", TC_GUARD_READ},
                                       {"/lib", TC_GUARD_READ},  {"/lib64", TC_GUARD_READ},
                                       {"/proc", TC_GUARD_READ}, {"/sys", TC_GUARD_READ},
                                       {"/run", TC_GUARD_READ},  {"/dev", TC_GUARD_DEVICE}};

/* The rights that this kernel knows; 0: it has no Landlock, or it is not switched on. */
static uint64_t known(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    uint64_t all = READS | CHANGES | MAKES | NEVER;
    if (version < 1) return 0;
    if (version < 2) all &= ~(uint64_t)LANDLOCK_ACCESS_FS_REFER;
    if (version < 3) all &= ~(uint64_t)LANDLOCK_ACCESS_FS_TRUNCATE;
    return all;
}

static TC_STATUS allow(int rules, const tc_guard_place *place, uint64_t handled, tc_error *reterr)
{
    struct stat st;
    int fd = open(place->path, O_PATH | O_CLOEXEC);
    if (fd < 0) return TC_SUCCESS;
    uint64_t rights = rights_of[place->access] & handled;
    if (fstat(fd, &st) != 0) {
        int sys = errno;
        (void)close(fd);
        return tc_fail_sys(reterr, sys, place->path, "cannot look at it");
    }
    if (!S_ISDIR(st.st_mode)) rights &= OF_FILES;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    /* Pipes and the like, which belong to no file system that one can look into, are free. */
    bool added = rights == 0 ||
                 syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ||
                 errno == EBADFD;
    int sys = errno;
    (void)close(fd);
    return added ? TC_SUCCESS : tc_fail_sys(reterr, sys, place->path, "Landlock");
}

static TC_STATUS allow_all(int rules, const tc_guard_place *places, size_t count, uint64_t handled,
                           tc_error *reterr)
{
    for (size_t i = 0; i < count; i++)
        TC_TRY(allow(rules, &places[i], handled, reterr));
    return TC_SUCCESS;
}

TC_STATUS tc_guard_files(const tc_guard_options *options, tc_error *reterr)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs = known()};
    if (attr.handled_access_fs == 0)
        return tc_fail(reterr, TC_EIO, "the kernel has no Landlock, or it is not switched on");
    if (options->reads_anything) attr.handled_access_fs &= ~(uint64_t)READS;
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
    if (rules < 0) return tc_fail_sys(reterr, errno, NULL, "Landlock");
    tc_status status = allow_all(rules, usual, TC_COUNT_OF(usual), attr.handled_access_fs, reterr);
    if (!tc_failed(status))
        status =
            allow_all(rules, options->places, options->place_count, attr.handled_access_fs, reterr);
    if (!tc_failed(status) && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
        status = tc_fail_sys(reterr, errno, NULL, "Landlock");
    (void)close(rules);
    return status;
}
