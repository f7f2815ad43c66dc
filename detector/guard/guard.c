#include "detector/guard/guard.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITISED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITISED true
#endif
#endif
#ifndef SANITISED
#define SANITISED false
#endif

/* Keeps of an administrator's powers at most these. */
static void keep_powers(uint32_t kept)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &header, sets) != 0) return;
    for (size_t i = 0; i < TC_COUNT_OF(sets); i++) {
        sets[i].effective &= i == 0 ? kept : 0;
        sets[i].permitted &= i == 0 ? kept : 0;
        sets[i].inheritable = 0;
    }
    /* Fewer are always granted. */
    (void)syscall(SYS_capset, &header, sets);
}

void tc_guard_drop_powers(void)
{
    keep_powers(0);
}

void tc_guard_close(const tc_guard_options *options, tc_guard_result *ret)
{
    *ret = (tc_guard_result){.files = false};
    if (SANITISED) {
        ret->sanitised = true;
        (void)tc_fail(&ret->why, TC_EIO, "this build is watched by a sanitizer");
        return;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        (void)tc_fail_sys(&ret->why, errno, NULL, "no_new_privs");
        return;
    }
    keep_powers(1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH); /* of files */
    ret->files = !tc_failed(tc_guard_files(options, &ret->why));
    ret->calls = !tc_failed(tc_guard_calls(options->network, &ret->why));
}
