/*
 * at_once: ways on which a message that was taken has arrived, or never will: datagrams, requests.
 */
#ifndef TC_SEND_AT_ONCE_H
#define TC_SEND_AT_ONCE_H

#include "detector/send/receiver.h"

/* The begin of the state of such a transport. */
typedef struct tc_at_once {
    const tc_receiver *receiver;
    tc_patience *patience;
    size_t taken; /* and not yet told as settled */
    int fd;       /* -1: none */
} tc_at_once;

void tc_at_once_init(tc_at_once *way, const tc_receiver *receiver, tc_patience *patience);
/* The functions of tc_transport for a state that begins with it: all taken are settled; nothing to
 * watch; no good-bye. tc_at_once_close closes the descriptor and frees the state. */
bool tc_at_once_settle(void *state, size_t *ret_more, tc_error *reterr);
int tc_at_once_watch(void *state);
void tc_at_once_finish(void *state);
void tc_at_once_close(void *state);
/* Closes the descriptor, so that the next message opens it anew. */
void tc_at_once_drop(tc_at_once *way);
/* A state that is nothing but this: its open. */
TC_STATUS tc_at_once_open(const tc_receiver *receiver, tc_patience *patience, void **ret_state,
                          tc_error *reterr);

#endif
