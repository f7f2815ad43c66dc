/*
 * deed: what protocols of all kinds tell alike: a logon, a password that was set, a message.
 */
#ifndef TC_PACKET_DEED_H
#define TC_PACKET_DEED_H

#include "parsers/packet/dialogue.h"
#include "parsers/packet/mail.h"

typedef enum tc_outcome { TC_OUTCOME_UNKNOWN, TC_OUTCOME_SUCCESS, TC_OUTCOME_FAILURE } tc_outcome;

/* A logon by a name and how it ended; an empty name is not told. */
void tc_deed_logon(tc_dialogue *d, const char *protocol, const char *mechanism, tc_slice user,
                   tc_outcome outcome);
/* A password that was changed by its owner (`actor` empty or the same) or set by somebody else. */
void tc_deed_password(tc_dialogue *d, const char *protocol, const char *mechanism, bool reset,
                      tc_slice actor, tc_slice target, tc_outcome outcome);
/* What happened to an account, as the Security log numbers it; empty parts are left out. */
typedef struct tc_deed_account {
    unsigned event;
    const char *protocol, *mechanism;
    tc_slice actor, target; /* DOMAIN\\user */
    tc_slice domain, sid;   /* of the target, where its name does not say it */
    tc_slice workstation;
    tc_outcome outcome;
    uint32_t status;    /* NTSTATUS; 0: not known, or success */
    bool network_logon; /* of type 3 */
    bool sealed;        /* the parameters and the outcome could not be read */
} tc_deed_account;
void tc_deed_account_tell(tc_dialogue *d, const tc_deed_account *deed);
/* Begins what is told of a connection of which no more is seen: the caller adds to the exchange,
 * and ends it. */
void tc_deed_flow_begin(tc_dialogue *d);
/* What goes on in a connection cannot be read, and how that is: "tls", "smb3". */
void tc_deed_sealed(tc_dialogue *d, const char *how);
/* A message on its way. */
typedef struct tc_deed_message {
    const char *source; /* "SMTP", "IMAP", "POP3" */
    const char *event;  /* "RECEIVE", "FETCH" */
    tc_slice return_path;
    bool has_return_path;
    tc_slice recipients;
} tc_deed_message;
void tc_deed_mail(tc_dialogue *d, const tc_deed_message *message, const tc_mail *mail);

/* What a client's next SASL message says of who logs on (PLAIN, LOGIN's name, CRAM-MD5, DIGEST-MD5,
 * SCRAM, XOAUTH2, NTLM). Only the first may name somebody, or a later one of NTLM: the second of
 * LOGIN is the password. `user` stays as it is where there is nothing to learn; "*" takes the try
 * back, and nobody is named. */
typedef struct tc_sasl {
    unsigned messages;
    char mechanism[32];
    char user[256];
} tc_sasl;
void tc_sasl_begin(tc_sasl *sasl, tc_slice mechanism);
void tc_sasl_take(tc_sasl *sasl, tc_slice base64);
/* What the server asks for: behind LOGIN's question for the password no answer is a name. */
void tc_sasl_prompt(tc_sasl *sasl, tc_slice base64);
/* What comes next may not be of whom it seems: nobody is named any more. */
void tc_sasl_anonymous(tc_sasl *sasl);
/* What a reply says in brackets at its front (RFC 2449, 8; RFC 9051, 7.1), or nothing. */
tc_slice tc_deed_response_code(tc_slice text);

#endif
