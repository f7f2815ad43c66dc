/* tocsin init: looks at the logs that are there, and writes a first configuration. */
#include "detector/app/command.h"
#include "detector/app/init_file.h"
#include "detector/app/inquiry.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define NAME "tocsin.yml"
#define PAGE_MAX ((size_t)4 << 20)

static TC_STATUS told(void *context, const tc_alert *alert)
{
    (void)context;
    (void)alert;
    return TC_SUCCESS;
}

static TC_STATUS again(void *context)
{
    (void)context;
    return TC_SUCCESS;
}

static TC_STATUS word(tc_inquiry *q, const char *folder, tc_str *page)
{
    tc_learned learned;
    tc_derive_coverage seen;
    tc_init_facts facts = {
        .folder = folder, .summary = &q->summary, .learned = &learned, .seen = &seen};
    tc_ordered_learned(q->read.ordered, &learned);
    tc_ordered_coverage(q->read.ordered, &seen);
    tc_init_domains(q->read.ordered, q->arena, &facts);
    tc_init_write(&facts, page);
    tc_status status = tc_str_status(page);
    return tc_failed(status) ? tc_fail(&q->error, status.code, "out of memory") : status;
}

/* A file that is there is somebody's work. */
static TC_STATUS write_new(const char *path, tc_slice text, tc_error *reterr)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0 && errno == EEXIST)
        return tc_fail(reterr, TC_ESYNTAX,
                       "%.400s is there already, and is not written over: move it, or name another "
                       "with --output",
                       path);
    if (fd < 0) return tc_fail_sys(reterr, errno, path, "cannot be made");
    bool written = true;
    while (written && text.len > 0) {
        ssize_t n = write(fd, text.ptr, text.len);
        written = n > 0 || (n < 0 && errno == EINTR);
        if (n > 0) text = tc_slice_sub(text, (size_t)n, text.len);
    }
    int why = errno;
    if (close(fd) == 0 && written) return TC_SUCCESS;
    (void)unlink(path);
    return tc_fail_sys(reterr, why, path, "cannot be written");
}

static TC_STATUS look(tc_inquiry *q, const tc_options *o, tc_time now, tc_str *page)
{
    tc_inquiry_hooks hooks = {NULL, told, again, NULL};
    if (o->paths.count != 1)
        return tc_fail(&q->error, TC_ESYNTAX, "init: say which folder: tocsin init FOLDER");
    TC_TRY(tc_inquiry_open(q, o, now));
    TC_TRY(tc_inquiry_read(q, &hooks));
    return word(q, o->paths.items[0], page);
}

int tc_command_init(const tc_options *options, tc_time now)
{
    tc_inquiry q = {.json = false};
    tc_options o = *options;
    const char *path = options->output ? options->output : NAME;
    bool shown = strcmp(path, "-") == 0;
    tc_str page;
    o.output = NULL;
    tc_str_init(&page, PAGE_MAX);
    tc_status status = TC_SUCCESS;
    if (!shown && access(path, F_OK) == 0)
        status = write_new(path, TC_EMPTY_SLICE, &q.error); /* before the work is done */
    if (!tc_failed(status)) status = look(&q, &o, now, &page);
    if (!tc_failed(status) && !shown) status = write_new(path, tc_str_view(&page), &q.error);
    int exit_status = tc_failed(status) ? tc_command_failed(status, &q.error) : TC_EXIT_NOTHING;
    tc_inquiry_close(&q);
    if (tc_failed(status)) {
        tc_str_done(&page);
        return exit_status;
    }
    if (shown) return tc_command_print(&page);
    tc_str_done(&page);
    if (!o.quiet) fprintf(stderr, "tocsin: %s was written: read it and correct it\n", path);
    return exit_status;
}
