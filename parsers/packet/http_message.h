/*
 * http_message: one request, one answer, and the exchange that both make.
 *
 * Of a cookie only a hash is kept, of a form of a logon only the name, of Authorization only whose
 * it is.
 */
#ifndef TC_PACKET_HTTP_MESSAGE_H
#define TC_PACKET_HTTP_MESSAGE_H

#include "parsers/packet/dialogue.h"

#define TC_HTTP_STEM 1024
#define TC_HTTP_QUERY 2048
#define TC_HTTP_TEXT 512

/* Whose a request is: a hash of the cookie. */
typedef struct tc_http_session {
    uint64_t hash; /* 0: none */
    bool firm;     /* of a cookie that is new with every logon */
} tc_http_session;

typedef struct tc_http_request {
    struct tc_http_request *next;
    tc_time time;
    bool form;     /* a logon's: the name is in the body */
    bool head;     /* HEAD: the answer has no body */
    bool tunnels;  /* CONNECT */
    bool upgrades; /* HTTP/2 from here on */
    bool unsure;   /* which answer is its own is not known (http_queue.h) */
    tc_http_session session;
    char method[16];
    char version[16];
    char stem[TC_HTTP_STEM];
    char query[TC_HTTP_QUERY];
    char host[256];
    char agent[TC_HTTP_TEXT];
    char referrer[TC_HTTP_TEXT];
    char language[TC_HTTP_TEXT];
    char forwarded[TC_HTTP_TEXT];
    char user[256];
    char scheme[16]; /* of Authorization */
} tc_http_request;

typedef struct tc_http_body {
    bool sized;
    bool chunked;
    uint64_t length;
} tc_http_body;

typedef struct tc_http_answer {
    unsigned status;
    tc_http_body body;
    tc_http_session session; /* that is set */
    bool refuses;            /* sent back to the page of logons */
} tc_http_answer;

/* Whether it begins with a method that is known: so few bytes tell it. */
bool tc_http_has_method(tc_slice bytes);
/* Whether it begins like a request: with a known method, or, in a first line that is there whole,
 * any method, a target and the version. */
bool tc_http_is_request(tc_slice bytes);
/* HTTP/2 that begins without being asked for (RFC 9113, 3.4). */
bool tc_http_is_preface(tc_slice bytes);
/* False if it is none. */
bool tc_http_read_request(tc_dialogue *d, tc_slice head, tc_http_request *ret, tc_http_body *body);
bool tc_http_read_answer(tc_slice head, tc_http_answer *ret);
/* The name in a form of a logon. */
void tc_http_read_form(tc_slice form, tc_http_request *request);
/* Tells of both; NULL: the answer was not seen. */
void tc_http_tell(tc_dialogue *d, tc_http_request *request, const tc_http_answer *answer);

#endif
