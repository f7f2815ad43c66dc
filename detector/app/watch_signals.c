#include "detector/app/watch_signals.h"

void tc_watch_signals_block(tc_watch_signals *s)
{
    static const int taken[] = {SIGHUP, SIGTERM, SIGINT};
    sigemptyset(&s->set);
    for (size_t i = 0; i < TC_COUNT_OF(taken); i++)
        sigaddset(&s->set, taken[i]);
    s->blocked = sigprocmask(SIG_BLOCK, &s->set, NULL) == 0;
}

void tc_watch_signals_take(const tc_watch_signals *s, bool *reload, bool *end)
{
    static const struct timespec at_once = {0, 0};
    int number;
    while (s->blocked && (number = sigtimedwait(&s->set, NULL, &at_once)) > 0) {
        if (number == SIGHUP)
            *reload = true;
        else
            *end = true;
    }
}
