/*
 * control: the socket by which people talk to a run that goes on.
 *
 * A UNIX stream socket named "control" in the folder of the state, for its owner alone; besides,
 * the peer's user is asked for: the owner or root. A connection is one line (request.h) and one
 * answer: "ok" or "error" on a line, then text to the end. Nothing here waits: tc_control_look
 * takes what is there and gives the rest another turn. Bounded: TC_CONTROL_MAX connections of five
 * seconds, lines of TC_REQUEST_MAX bytes; who comes besides waits outside.
 */
#ifndef TC_LIVE_CONTROL_H
#define TC_LIVE_CONTROL_H

#include "detector/live/request.h"

#define TC_CONTROL_MAX 8
#define TC_CONTROL_NAME "control"
#define TC_CONTROL_ANSWER ((size_t)1 << 20)

typedef struct tc_control tc_control;

/* Appends the answer to a request that could be read; a failure's words go to the peer. */
typedef TC_STATUS (*tc_control_answer)(void *context, const tc_request *request, tc_str *answer,
                                       tc_error *reterr);

/* The folder belongs to this run (store.h), so a socket that is there is a dead one's. */
TC_STATUS tc_control_open(const char *folder, tc_control **ret, tc_error *reterr);
/* Takes the socket away. NULL is fine. */
void tc_control_close(tc_control *control);
/* `now`: any clock that does not stand still. */
void tc_control_look(tc_control *control, tc_time now, tc_control_answer answer, void *context);

/* The other side: sends the request to the run that keeps that folder and appends what it says,
 * waiting a minute at most. *ret_running false: nobody listens there. */
TC_STATUS tc_control_ask(const char *folder, const tc_request *request, tc_str *answer,
                         bool *ret_running, tc_error *reterr);

#endif
