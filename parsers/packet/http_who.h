/*
 * http_who: whose a request is: of Authorization, of a session's cookie, of a logon's form.
 *
 * Only the name is taken of what is shown to it, of a cookie only a hash.
 */
#ifndef TC_PACKET_HTTP_WHO_H
#define TC_PACKET_HTTP_WHO_H

#include "parsers/packet/http_message.h"

/* The scheme, if it is one that is known (anything else may be the secret itself), and the user. */
void tc_http_read_authorization(tc_slice value, tc_http_request *request);
/* The session in a line of cookies, beside that of the lines before: the cookie that a logon sets
 * (cadata) counts before one that a browser keeps over several logons (sessionid). */
void tc_http_read_session(tc_slice cookies, tc_http_session *session);

#endif
