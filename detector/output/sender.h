/*
 * sender: where finished lines go: a file, a socket.
 *
 * A sender is one const row and knows no alert, format or option: it carries text. It is opened
 * before anything is read, so that what cannot be reached is told at once. It tries as long as it
 * has patience (each says how much), then it fails with words that name the target, and can be
 * asked again: who sends decides what a message that did not get through means. What it accepts it
 * carries once and whole, in the order in which it was given. One thread.
 */
#ifndef TC_OUTPUT_SENDER_H
#define TC_OUTPUT_SENDER_H

#include "parsers/base/slice.h"
#include "parsers/base/status.h"

typedef struct tc_sender {
    /* `target` outlives the sender; NULL is the usual one. The state is the caller's to close. */
    TC_STATUS (*open)(const char *target, void **ret_state, tc_error *reterr);
    /* One message: a line with its line end, or more of them where a format tells a thing in many.
     * `id` is the same whenever the same thing is told, for receivers that take it once; empty: it
     * has none. */
    TC_STATUS (*send)(void *state, tc_slice text, tc_slice id, tc_error *reterr);
    /* What was accepted is under way when it returns. */
    TC_STATUS (*flush)(void *state, tc_error *reterr);
    /* The end of what is sent; the state is gone also when it fails. */
    TC_STATUS (*close)(void *state, tc_error *reterr);
    /* Gives up what was begun, as it stands. */
    void (*abandon)(void *state);
} tc_sender;

#define TC_SYSLOG_SOCKET "/dev/log"
#define TC_SYSLOG_PATIENCE_MS 10000

/* Datagrams to the syslog socket of this machine, one message each, without the line end. While the
 * daemon is gone or its queue is full it waits, for TC_SYSLOG_PATIENCE_MS in all its life; after
 * that it tries each message once. */
extern const tc_sender tc_sender_syslog;

#endif
