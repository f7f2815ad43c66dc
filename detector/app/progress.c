#include "detector/app/progress.h"

#include "detector/app/terminal.h"

#include <unistd.h>

static double now_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void tc_progress_start(tc_progress *p, bool quiet)
{
    p->quiet = quiet;
    p->terminal = tc_terminal_rewrites(STDERR_FILENO);
    p->shown = false;
    p->started = p->again = p->last = now_seconds();
}

double tc_progress_seconds(const tc_progress *p)
{
    return now_seconds() - p->started;
}

void tc_progress_again(tc_progress *p)
{
    p->again = now_seconds();
}

bool tc_progress_tells(const tc_progress *p)
{
    return !p->quiet && tc_progress_seconds(p) >= 1.0;
}

static void time_left(double seconds, char *out, size_t size)
{
    if (seconds < 90)
        snprintf(out, size, "%.0f s", seconds);
    else if (seconds < 5400)
        snprintf(out, size, "%.0f min", seconds / 60);
    else
        snprintf(out, size, "%.1f h", seconds / 3600);
}

void tc_progress_show(tc_progress *p, uint64_t done, uint64_t total)
{
    double now = now_seconds(), elapsed = now - p->again;
    double every = p->terminal ? 0.2 : 10.0;
    if (!tc_progress_tells(p) || elapsed < 0.1 || now - p->last < every) return;
    p->last = now;
    double rate = (double)done / elapsed, share = total ? (double)done / (double)total : 0;
    char left[32] = "unknown";
    if (rate > 0 && total >= done) time_left((double)(total - done) / rate, left, sizeof(left));
    fprintf(stderr, "%s%5.1f %%  %.2f of %.2f GB  %.0f MB/s  %s left%s", p->terminal ? "\r" : "",
            100 * TC_MIN(share, 1.0), (double)done / 1e9, (double)total / 1e9, rate / 1e6, left,
            p->terminal ? "   " : "\n");
    fflush(stderr);
    p->shown = p->terminal;
}

void tc_progress_clear(tc_progress *p)
{
    if (!p->shown) return;
    fprintf(stderr, "\r%70s\r", "");
    fflush(stderr);
    p->shown = false;
}
