/*
 * request: what is asked of a run that goes on, over its control socket.
 *
 * On the way it is one line: the word, then fields apart by tabs, "key=value". What changes the run
 * becomes a row of its journal, in the form of tc_request_visit. A line is anybody's who may open
 * the socket: unknown words and keys, times that are none and texts that are too long are refused.
 */
#ifndef TC_LIVE_REQUEST_H
#define TC_LIVE_REQUEST_H

#include "detector/bound.h"
#include "detector/live/board.h"
#include "parsers/base/str.h"

#define TC_REQUEST_MAX 4096 /* bytes of a line */

typedef enum tc_request_kind {
    TC_REQUEST_ACK = 0,
    TC_REQUEST_CLOSE,
    TC_REQUEST_SILENCE,
    TC_REQUEST_RESPONSE,
    TC_REQUEST_WINDOW,
    TC_REQUEST_CHANGES, /* those before change the run */
    TC_REQUEST_METRICS = TC_REQUEST_CHANGES,
    TC_REQUEST_KINDS
} tc_request_kind;

typedef struct tc_request {
    tc_request_kind kind;
    char incident[33]; /* its id or the beginning */
    char by[TC_BOARD_NAME], note[TC_BOARD_NOTE];
    bool is_true, says_true; /* close; whether that was said */
    tc_indicator what;
    tc_time from, until; /* TC_TIME_NONE: not said */
    tc_time now;         /* when it was taken; not on the line */
} tc_request;

TC_STATUS tc_request_read(tc_slice line, tc_request *ret, tc_error *reterr);
/* Appends the line, with its end. */
void tc_request_write(const tc_request *request, tc_str *out);
/* Within the caller's section. */
void tc_request_visit(tc_request *request, tc_visit *visit);

#endif
