/*
 * script: a run that is always the same, and whether what a store holds after it, or after a part
 * of it, is what it was told.
 *
 * Commit i puts one point of five, one row of the journal (its kind is i), one alert, and every
 * tenth a value. Every third takes an alert out of the outbox, every twentieth takes a snapshot,
 * with all that is older pruned.
 */
#ifndef TC_TEST_FAULT_SCRIPT_H
#define TC_TEST_FAULT_SCRIPT_H

#include "detector/store/outbox.h"
#include "detector/store/store.h"

typedef struct script_progress {
    unsigned attempted, acknowledged; /* commits */
    unsigned marked;                  /* alerts that were sent and marked */
    unsigned opened;                  /* the store was open */
    unsigned failures;                /* calls of the store that failed, in words */
    unsigned mute;                    /* without any */
    unsigned set_aside, lost;         /* things that were told */
    unsigned troubles, recoveries;
} script_progress;

/* Runs it in an empty folder. A failure is tried again after half a minute of the script's clock,
 * `patience` times; then it ends. False: it did not come to its end. `noted` hears of every commit
 * that is acknowledged. */
bool script_run(const char *folder, unsigned commits, unsigned patience, script_progress *progress,
                void (*noted)(void *context), void *context);

typedef struct script_verdict {
    bool opened;
    unsigned commits;  /* that the state holds */
    bool told;         /* that something was set aside or lost */
    char problem[512]; /* empty: none */
} script_verdict;

/* Opens what is there; it must hold `least` commits and at most `most`, each wholly, in order, no
 * alert of them forgotten but the first `marked`, which may be (`marks_last`: must be) gone; and
 * one more commit must work. */
void script_check(const char *folder, unsigned least, unsigned most, unsigned marked,
                  bool marks_last, script_verdict *ret);
/* The same where files were damaged: what is there must belong together, and be all of `commits` or
 * be told to be less; alerts may be gone then. */
void script_check_damaged(const char *folder, unsigned commits, script_verdict *ret);

#endif
