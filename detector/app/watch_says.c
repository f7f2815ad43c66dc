#include "detector/app/watch_says.h"

#include "detector/output/escape.h"
#include "parsers/base/str.h"

#include <stdio.h>
#include <time.h>

tc_time tc_watch_now(void *context)
{
    struct timespec t;
    (void)context;
    clock_gettime(CLOCK_REALTIME, &t);
    return (tc_time)t.tv_sec * TC_SECOND + t.tv_nsec;
}

int64_t tc_watch_steady(void *context)
{
    struct timespec t;
    (void)context;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * TC_SECOND + t.tv_nsec;
}

void tc_watch_say_line(tc_slice sentence)
{
    tc_str line;
    tc_str_init(&line, (size_t)16 << 10);
    tc_escape_text(&line, sentence);
    fprintf(stderr, "tocsin: %s\n", tc_str_cstr(&line));
    tc_str_done(&line);
}

void tc_watch_say(void *context, const char *sentence)
{
    (void)context;
    tc_watch_say_line(tc_slice_of(sentence));
}
