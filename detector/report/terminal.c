#include "detector/report/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_LEAST = 60, WIDTH_USUAL = 80, WIDTH_MOST = 200 };

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != 0;
}

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return term != NULL && strcmp(term, "dumb") == 0;
}

static bool is_forced(void)
{
    return is_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0") != 0;
}

bool tc_terminal_color(tc_color_when when, int descriptor)
{
    if (when != TC_COLOR_AUTO) return when == TC_COLOR_ALWAYS;
    if (is_set("NO_COLOR")) return false;
    return is_forced() || tc_terminal_rewrites(descriptor);
}

uint32_t tc_terminal_width(int descriptor)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    uint64_t n = WIDTH_USUAL;
    if (columns == NULL || !tc_slice_to_u64(tc_slice_of(columns), &n))
        if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col) n = size.ws_col;
    return (uint32_t)TC_MAX((uint64_t)WIDTH_LEAST, TC_MIN(n, (uint64_t)WIDTH_MOST));
}

uint32_t tc_terminal_height(int descriptor)
{
    struct winsize size;
    const char *lines = getenv("LINES");
    uint64_t n = 0;
    if (lines && tc_slice_to_u64(tc_slice_of(lines), &n)) return (uint32_t)TC_MIN(n, 1000);
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

bool tc_terminal_rewrites(int descriptor)
{
    return isatty(descriptor) && !is_dumb();
}
