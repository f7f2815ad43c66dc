#include "tests/support/scan_run.h"

#include "detector/app/command.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Behind whatever a log may say. */
#define NOW (INT64_C(1893456000) * TC_SECOND)

bool scan_run_open(scan_run *run)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(run->folder, sizeof(run->folder), "%s/tocsin-scan-XXXXXX", base);
    run->output = memfd_create("output", MFD_CLOEXEC);
    snprintf(run->output_path, sizeof(run->output_path), "/proc/self/fd/%d", run->output);
    return run->output >= 0 && mkdtemp(run->folder) != NULL;
}

void scan_run_close(scan_run *run)
{
    (void)close(run->output);
    (void)rmdir(run->folder);
}

static const char *path_of(const scan_run *run, const char *name, char path[512])
{
    snprintf(path, 512, "%s/%s", run->folder, name);
    return path;
}

bool scan_run_put(const scan_run *run, const char *name, tc_slice bytes)
{
    char path[512];
    FILE *file = fopen(path_of(run, name, path), "wb");
    if (file == NULL) return false;
    bool written = bytes.len == 0 || fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len;
    return fclose(file) == 0 && written;
}

void scan_run_remove(const scan_run *run, const char *name)
{
    char path[512];
    (void)unlink(path_of(run, name, path));
}

static void read_output(int descriptor, tc_str *out)
{
    uint8_t piece[65536];
    ssize_t length;
    off_t at = 0;
    while ((length = pread(descriptor, piece, sizeof(piece), at)) > 0) {
        tc_str_add(out, tc_slice_make(piece, (size_t)length));
        at += length;
    }
}

int scan_run_scan(const scan_run *run, const scan_how *how, tc_str *out)
{
    char jobs[16], block_size[24];
    snprintf(jobs, sizeof(jobs), "%" PRIu32, how->jobs);
    snprintf(block_size, sizeof(block_size), "%zu", how->block_size);
    const char *words[] = {"scan",     "--quiet",      "--format", how->format,      "--jobs",
                           jobs,       "--block-size", block_size, "--internal",     "10.0.0.0/8",
                           "--domain", "example.org",  "--output", run->output_path, "--sandbox",
                           "no",       run->folder,    NULL};
    char *argv[TC_COUNT_OF(words)] = {NULL};
    tc_options options;
    tc_error error = {0};
    for (size_t i = 0; words[i]; i++)
        argv[i] = (char *)(uintptr_t)words[i];
    tc_status status =
        tc_options_read(&options, TC_COMMAND_SCAN, (int)TC_COUNT_OF(words) - 1, argv, NOW, &error);
    int exit_status =
        tc_failed(status) ? tc_command_failed(status, &error) : tc_command_scan(&options, NOW);
    tc_options_done(&options);
    read_output(run->output, out);
    return exit_status;
}
