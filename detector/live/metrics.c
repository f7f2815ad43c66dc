#include "detector/live/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_MAX ((size_t)1 << 20)
#define PATH_MAX_BYTES ((size_t)4096)

static double tc_metric_seconds(tc_time time)
{
    return time == TC_TIME_NONE ? 0 : (double)(time / TC_SECOND);
}

static void add_head(const char *name, const char *type, const char *help, tc_str *out)
{
    tc_str_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_run(const tc_figures *f, tc_str *out)
{
    const struct {
        const char *name, *type, *help;
        double value;
    } rows[] = {
#define TC_METRIC(name, type, help, value) {name, type, help, value},
#define TC_METRIC_RECEIVER(name, type, help, value)
#include "detector/live/metrics.def"
#undef TC_METRIC
#undef TC_METRIC_RECEIVER
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        add_head(rows[i].name, rows[i].type, rows[i].help, out);
        tc_str_addf(out, "%s %.15g\n", rows[i].name, rows[i].value);
    }
}

typedef double (*receiver_value)(const tc_receiver_figures *r);

/* One function for each metric of a receiver. */
#define TC_METRIC(name, type, help, value)
#define TC_METRIC_RECEIVER(name, type, help, value) TC_METRIC_FUNCTION(__LINE__, value)
#define TC_METRIC_FUNCTION(line, value) TC_METRIC_FUNCTION_AT(line, value)
#define TC_METRIC_FUNCTION_AT(line, value)                                                         \
    static double receiver_##line(const tc_receiver_figures *r)                                    \
    {                                                                                              \
        return value;                                                                              \
    }
#include "detector/live/metrics.def"
#undef TC_METRIC_RECEIVER

static void add_receivers(const tc_figures *f, tc_str *out)
{
    static const struct {
        const char *name, *type, *help;
        receiver_value value;
    } rows[] = {
#define TC_METRIC_RECEIVER(name, type, help, value) TC_METRIC_ROW(__LINE__, name, type, help)
#define TC_METRIC_ROW(line, name, type, help) TC_METRIC_ROW_AT(line, name, type, help)
#define TC_METRIC_ROW_AT(line, name, type, help) {name, type, help, receiver_##line},
#include "detector/live/metrics.def"
#undef TC_METRIC_RECEIVER
    };
    /* A receiver's name is letters, digits, '_', '.' and '-': nothing of it need be escaped. */
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        add_head(rows[i].name, rows[i].type, rows[i].help, out);
        for (size_t k = 0; k < f->receiver_count; k++)
            tc_str_addf(out, "%s{receiver=\"%s\"} %.15g\n", rows[i].name, f->receivers[k].name,
                        rows[i].value(&f->receivers[k]));
    }
}

void tc_metrics_write(const tc_figures *figures, tc_str *out)
{
    add_run(figures, out);
    add_receivers(figures, out);
}

/* -- the file ------------------------------------------------------------------------------- */

static TC_STATUS write_all(int fd, tc_slice text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.ptr, text.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return (tc_status){TC_EIO};
        text = tc_slice_sub(text, (size_t)n, text.len);
    }
    return TC_SUCCESS;
}

static TC_STATUS replace(const char *path, const char *beside, tc_slice text, tc_error *reterr)
{
    (void)unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) return tc_fail_sys(reterr, errno, beside, "cannot be made");
    /* An exporter of another user reads it. */
    bool written = fchmod(fd, 0644) == 0 && !tc_failed(write_all(fd, text));
    int why = errno;
    bool closed = close(fd) == 0;
    if (written && closed && rename(beside, path) == 0) return TC_SUCCESS;
    if (written) why = errno;
    (void)unlink(beside);
    return tc_fail_sys(reterr, why, path, "metrics cannot be written");
}

TC_STATUS tc_metrics_write_file(const char *path, const tc_figures *figures, tc_error *reterr)
{
    char beside[PATH_MAX_BYTES];
    tc_str page;
    int n = snprintf(beside, sizeof(beside), "%s.new", path);
    if (n <= 0 || (size_t)n >= sizeof(beside))
        return tc_fail(reterr, TC_ESYNTAX, "--metrics: the path is too long");
    tc_str_init(&page, PAGE_MAX);
    tc_metrics_write(figures, &page);
    tc_status status = tc_str_status(&page);
    if (!tc_failed(status)) status = replace(path, beside, tc_str_view(&page), reterr);
    tc_str_done(&page);
    return status;
}
