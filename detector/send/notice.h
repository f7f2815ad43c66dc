/*
 * notice: what the program says of itself: it lives, this is a test, so many were held back.
 *
 * A notice is told in every form that alerts are told in, by the same way, so that whoever hears
 * the heartbeat would hear the alarm. Its kind stands where the kind of an alert stands.
 */
#ifndef TC_SEND_NOTICE_H
#define TC_SEND_NOTICE_H

#include "detector/alert.h"

#define TC_HEARTBEAT_MS 300000

typedef struct tc_notice_fact {
    const char *name; /* letters, digits and '_', a letter first */
    tc_slice text;
    bool number;
} tc_notice_fact;

typedef struct tc_notice {
    const char *kind; /* "heartbeat", "test", "held", "health" */
    char id[33];
    tc_time time;
    tc_level level;
    tc_slice message;
    const tc_notice_fact *facts;
    size_t fact_count;
} tc_notice;

/* The id of a notice is made of its kind, its time and what it is about. */
void tc_notice_identify(tc_notice *notice, tc_slice about);

/* What a heartbeat says: figures since the start. */
typedef struct tc_heartbeat {
    tc_time time, newest; /* of the newest record judged; TC_TIME_NONE: none yet */
    uint64_t events, alerts, pending, dead, held;
    uint64_t number; /* counts up: a gap is a heartbeat that was lost */
} tc_heartbeat;

typedef void (*tc_notice_take)(void *context, const tc_notice *notice);

/* Each words one notice and hands it out. */
void tc_notice_heartbeat(const tc_heartbeat *beat, tc_notice_take take, void *context);
/* A critical one that says in every field that it is a test. */
void tc_notice_test(tc_time time, tc_slice receiver, tc_notice_take take, void *context);

#endif
