#include "detector/app/interrupt.h"

#include <unistd.h>

static void end_by(int number)
{
    sigset_t one;
    signal(number, SIG_DFL);
    sigemptyset(&one);
    sigaddset(&one, number);
    (void)pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    raise(number);
    _exit(128 + number); /* the first process of a system is spared by raise */
}

static void *watch(void *context)
{
    const tc_interrupt *i = context;
    int number = 0, before;
    char how_far[160];
    if (sigwait(&i->signals, &number) != 0) return NULL;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    flockfile(stderr); /* and never given back: nobody writes behind the last word */
    tc_progress_clear(i->progress);
    fprintf(stderr,
            "tocsin: broken off %s; there is no verdict, and nothing that was told is one\n",
            tc_progress_how_far(i->progress, how_far, sizeof(how_far)));
    fflush(stderr);
    end_by(number);
    return NULL;
}

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void tc_interrupt_watch(tc_interrupt *i, tc_progress *progress)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    i->progress = progress;
    sigemptyset(&i->signals);
    for (size_t k = 0; k < TC_COUNT_OF(numbers); k++)
        if (!is_ignored(numbers[k])) sigaddset(&i->signals, numbers[k]);
    if (pthread_sigmask(SIG_BLOCK, &i->signals, &i->before) != 0) return;
    i->watching = pthread_create(&i->thread, NULL, watch, i) == 0;
    if (!i->watching) (void)pthread_sigmask(SIG_SETMASK, &i->before, NULL);
}

void tc_interrupt_end(tc_interrupt *i)
{
    if (!i->watching) return;
    i->watching = false;
    (void)pthread_cancel(i->thread);
    (void)pthread_join(i->thread, NULL);
    (void)pthread_sigmask(SIG_SETMASK, &i->before, NULL);
}
