/*
 * accounts: whose account a handle of SAMR is.
 *
 * A server says of a handle only that it is one: which domain or account was opened with it stands
 * in the call that opened it, and there the account is a number (RID) whose name was looked up
 * before. All of that is kept in one bounded memory of the capture (wire.h): what is not known any
 * more leaves a number without a name.
 *
 * A domain is called by its SID, or, where its opening was not seen, by its handle; an account by
 * its domain and its number.
 */
#ifndef TC_PACKET_ACCOUNTS_H
#define TC_PACKET_ACCOUNTS_H

#include "parsers/packet/dialogue.h"

#define TC_SAMR_HANDLE 20 /* bytes */

typedef struct tc_account {
    char name[TC_WIRE_NAME + 1];   /* "RID-1126" if only its number is known */
    char domain[TC_WIRE_NAME + 1]; /* may be empty */
    char sid[TC_WIRE_NAME + 1];    /* may be empty */
} tc_account;

/* What a handle was opened for, as text. */
void tc_accounts_opened(tc_dialogue *d, tc_slice handle, const char *what);
/* The text of a domain's handle; also of one whose opening was not seen. */
void tc_accounts_domain(tc_dialogue *d, tc_slice handle, char *out, size_t size);
/* The text of an account in a domain. */
void tc_accounts_member(const char *domain, uint32_t rid, char *out, size_t size);
/* The account of a user's handle; false if its opening was not seen. */
bool tc_accounts_of(tc_dialogue *d, tc_slice handle, tc_account *ret);
/* A name was learned: of an account's text, or of a domain's SID. */
void tc_accounts_name(tc_dialogue *d, const char *what, tc_slice name);
/* Where the server is not heard, all there is to go by is what a client did last: it looked up
 * names (one alone is sure), opened an account by its number, or made one. */
void tc_accounts_looked_up(tc_dialogue *d, tc_slice name, size_t count);
void tc_accounts_opens(tc_dialogue *d, uint32_t rid);
void tc_accounts_makes(tc_dialogue *d, tc_slice name);
/* False: nothing was opened, or the server is heard. */
bool tc_accounts_last(tc_dialogue *d, tc_account *ret);

#endif
