/*
 * w3c_token: what one value of a W3C extended log looks like, to somebody who sees no header.
 *
 * A value may look like many things at once: marks are independent of each other. They are meant to
 * be counted over the rows of a column (w3c_profile.h), where the odd value of a scanner does not
 * weigh. All marks of a value are about its bytes alone.
 */
#ifndef TC_TEXT_W3C_TOKEN_H
#define TC_TEXT_W3C_TOKEN_H

#include "parsers/event/cell.h"

typedef enum tc_w3c_mark {
    TC_W3C_MARK_DATE = 0,
    TC_W3C_MARK_CLOCK,     /* HH:MM:SS: IIS writes no fractions */
    TC_W3C_MARK_ADDRESS,   /* one or several */
    TC_W3C_MARK_ADDRESSES, /* several */
    TC_W3C_MARK_METHOD,    /* one that is in use */
    TC_W3C_MARK_PATH,
    TC_W3C_MARK_URL,
    TC_W3C_MARK_VERSION,
    TC_W3C_MARK_SITE,
    TC_W3C_MARK_AGENT,     /* begins with a product and its version */
    TC_W3C_MARK_PAIR,      /* holds '=' */
    TC_W3C_MARK_AMPERSAND, /* pairs as queries part them */
    TC_W3C_MARK_SEMICOLON, /* pairs as cookies part them */
    TC_W3C_MARK_ACCOUNT,   /* domain and name */
    TC_W3C_MARK_NAME,      /* nothing that no name holds */
    TC_W3C_MARK_COMPUTER,
    TC_W3C_MARK_HOST,
    TC_W3C_MARK_DOMAIN, /* of these: a name of several parts */
    TC_W3C_MARK_NUMBER,
    TC_W3C_MARK_ZERO,
    TC_W3C_MARK_SMALL, /* 1 to 15: too few for the bytes of a request or an answer */
    TC_W3C_MARK_TINY,  /* 1 to 59: too few for the bytes of an answer with its header lines */
    TC_W3C_MARK_PORT,
    TC_W3C_MARK_WEB_PORT, /* one that web servers listen on */
    TC_W3C_MARK_STATUS,
    TC_W3C_MARK_KNOWN_STATUS,
    TC_W3C_MARK_OK, /* 200 */
    TC_W3C_MARK_SUBSTATUS,
    TC_W3C_MARK_WIN32, /* an error that requests end with */
    TC_W3C_MARK_LARGE, /* beyond what counts in small numbers: 16 and more */
    TC_W3C_MARK_COUNT
} tc_w3c_mark;

/* Bit 1 << mark for each; a cell of just '-' and an empty one have none. *ret_number is the value
 * of a number. */
uint32_t tc_w3c_token_marks(tc_cell cell, uint64_t *ret_number);

#endif
