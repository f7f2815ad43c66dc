/*
 * interrupt: a long run that is broken off (Ctrl-C) says how far it came before it ends.
 *
 * Signals that end the program are taken by a thread that does nothing else, so that it answers at
 * once whatever the others are at, and so that no handler runs between them. It clears the line of
 * the progress, says that there is no verdict, and lets the signal end the program as it would
 * have: whoever started it sees 130 and the like. Nothing has to be undone: output stands in no
 * file before it is certain, temporary files have no name, and a state is replaced as a whole.
 * Signals that were ignored at the start (nohup) stay so.
 */
#ifndef TC_APP_INTERRUPT_H
#define TC_APP_INTERRUPT_H

#include "detector/app/progress.h"

#include <pthread.h>
#include <signal.h>

typedef struct tc_interrupt {
    tc_progress *progress;
    pthread_t thread;
    sigset_t signals, before;
    bool watching;
} tc_interrupt;

/* From now on until the end; before the first thread of the run is started. Where no thread can be
 * had, signals do what they always did. */
void tc_interrupt_watch(tc_interrupt *interrupt, tc_progress *progress);
/* There is a verdict, or words why not: signals end the program without any more. May be called
 * again. */
void tc_interrupt_end(tc_interrupt *interrupt);

#endif
