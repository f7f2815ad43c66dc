#include "detector/app/progress.h"

#include "detector/report/terminal.h"

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
    p->shown = p->reading = false;
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

/* True at most five times a second on a terminal, and every ten seconds elsewhere. */
static bool is_time(tc_progress *p, double now)
{
    if (!tc_progress_tells(p) || now - p->last < (p->terminal ? 0.2 : 10.0)) return false;
    p->last = now;
    return true;
}

static void show_line(tc_progress *p, const char *line)
{
    fprintf(stderr, "%s%s%s", p->terminal ? "\r" : "", line, p->terminal ? "   " : "\n");
    fflush(stderr);
    p->shown = p->terminal;
}

/* With a comma between thousands. */
static const char *number_words(uint64_t n, char *out, size_t size)
{
    if (n < 1000)
        snprintf(out, size, "%" PRIu64, n);
    else if (n < 1000000)
        snprintf(out, size, "%" PRIu64 ",%03" PRIu64, n / 1000, n % 1000);
    else
        snprintf(out, size, "%" PRIu64 ",%03" PRIu64 ",%03" PRIu64, n / 1000000, n / 1000 % 1000,
                 n % 1000);
    return out;
}

void tc_progress_look(tc_progress *p, uint64_t files)
{
    char line[64], number[32];
    p->files = files;
    if (!is_time(p, now_seconds())) return;
    snprintf(line, sizeof(line), "looking at files: %s",
             number_words(files, number, sizeof(number)));
    show_line(p, line);
}

void tc_progress_show(tc_progress *p, uint64_t done, uint64_t total)
{
    double now = now_seconds(), elapsed = now - p->again;
    p->reading = true;
    p->done = done;
    p->total = total;
    if (elapsed < 0.1 || !is_time(p, now)) return;
    double rate = (double)done / elapsed, share = total ? (double)done / (double)total : 0;
    char left[32] = "unknown", line[120];
    if (rate > 0 && total >= done) time_left((double)(total - done) / rate, left, sizeof(left));
    snprintf(line, sizeof(line), "%5.1f %%  %.2f of %.2f GB  %.0f MB/s  %s left",
             100 * TC_MIN(share, 1.0), (double)done / 1e9, (double)total / 1e9, rate / 1e6, left);
    show_line(p, line);
}

const char *tc_progress_how_far(const tc_progress *p, char *out, size_t size)
{
    uint64_t done = p->done, total = p->total;
    char number[32];
    bool large = total >= 1000000000;
    double unit = large ? 1e9 : 1e6;
    if (!p->reading)
        snprintf(out, size, "while looking at files, %s so far",
                 number_words(p->files, number, sizeof(number)));
    else if (total == 0)
        snprintf(out, size, "when %.2f MB were read", (double)done / 1e6);
    else
        snprintf(out, size, "at %.0f %% (%.2f of %.2f %s read)",
                 100 * TC_MIN((double)done / (double)total, 1.0), (double)done / unit,
                 (double)total / unit, large ? "GB" : "MB");
    return out;
}

void tc_progress_clear(tc_progress *p)
{
    if (!atomic_exchange(&p->shown, false)) return;
    fprintf(stderr, "\r%78s\r", "");
    fflush(stderr);
}
