/*
 * lumberjack: frames of version 2 taken apart, as Beats send them to a Logstash.
 *
 * A window frame says how many events follow; each is one JSON text in a data frame, plain or in
 * compressed frames (zlib). Everything is cut anywhere: bytes are taken as they come, and what is
 * handed out is one event at a time, so memory is bounded by one event and zlib's own window, and
 * who hands events on can stop after any of them. An event that is too long is passed over by its
 * length. What breaks the protocol ends it: there is no place to go on from.
 *
 * Pure but for memory; one thread.
 */
#ifndef TC_RECEIVE_LUMBERJACK_H
#define TC_RECEIVE_LUMBERJACK_H

#include "parsers/base/str.h"

#define TC_JACK_EVENT_MAX ((size_t)1 << 20)     /* longer ones are passed over */
#define TC_JACK_SKIP_MAX ((uint32_t)64 << 20)   /* and those are none */
#define TC_JACK_WINDOW_MAX ((uint32_t)1 << 20)  /* events */
#define TC_JACK_PLAIN_MAX ((uint64_t)256 << 20) /* that one compressed frame may hold */

typedef struct tc_jack tc_jack;

typedef enum tc_jack_result {
    TC_JACK_MORE,  /* all bytes were taken, and more are wanted */
    TC_JACK_EVENT, /* one event */
    TC_JACK_LONG,  /* one that was passed over */
    TC_JACK_BROKEN /* no such protocol: words in tc_jack_why */
} tc_jack_result;

/* NULL without memory. */
tc_jack *tc_jack_new(void) TC_MUST_USE;
void tc_jack_free(tc_jack *jack);
/* Takes bytes off *bytes up to the end of the next event. */
TC_MUST_USE tc_jack_result tc_jack_next(tc_jack *jack, tc_slice *bytes);
/* The event; until the next call. */
tc_slice tc_jack_event(const tc_jack *jack);
/* Its number as the peer gave it, and whether it was the last of its window. */
uint32_t tc_jack_sequence(const tc_jack *jack, bool *ret_last);
/* Nothing is half: neither a frame nor a window. */
bool tc_jack_is_at_rest(const tc_jack *jack);
const char *tc_jack_why(const tc_jack *jack);

/* What says that all up to an event is safe (0: that the peer shall wait on). */
#define TC_JACK_ACK 6
void tc_jack_ack(uint32_t sequence, uint8_t out[TC_JACK_ACK]);

#endif
