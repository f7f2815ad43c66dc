#include "detector/settings/file.h"

#include "parsers/base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* *ret_sys is the errno of a read that failed. */
static TC_STATUS read_to_end(int descriptor, tc_str *text, int *ret_sys)
{
    uint8_t buffer[65536];
    ssize_t n;
    *ret_sys = 0;
    while ((n = read(descriptor, buffer, sizeof(buffer))) != 0) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            *ret_sys = errno;
            return (tc_status){TC_EIO};
        }
        tc_str_add(text, tc_slice_make(buffer, (size_t)n));
        TC_TRY(tc_str_status(text));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_read_file(const char *path, size_t max, uint8_t **ret, size_t *ret_length,
                       tc_error *reterr)
{
    tc_str text;
    int sys;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return tc_fail_sys(reterr, errno, path, "cannot read");
    tc_str_init(&text, max);
    tc_status status = read_to_end(descriptor, &text, &sys);
    close(descriptor);
    if (status.code == TC_EIO)
        status = tc_fail_sys(reterr, sys, path, "cannot read");
    else if (status.code == TC_ELIMIT)
        status = tc_fail_at(reterr, TC_ELIMIT, path, 0, 0, "longer than %zu bytes", max);
    else if (tc_failed(status))
        status = tc_fail_at(reterr, status.code, path, 0, 0, "no memory to read it");
    if (tc_failed(status)) {
        tc_str_done(&text);
        return status;
    }
    *ret = text.data;
    *ret_length = text.len;
    return TC_SUCCESS;
}
