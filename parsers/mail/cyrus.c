/* Cyrus IMAP 2 and 3, and the saslauthd that asks for it. */
#include "parsers/mail/mail_server.h"

static const tc_mail_row rows[] = {
    {NULL, "badlogin: {client_name}[{client}] plaintext {account} SASL{reason}",
     TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {NULL, "badlogin: {client_name}[{client}] plaintext {account} [{reason}", TC_MAIL_DEED_REFUSED,
     TC_MAIL_PROGRAM, NULL},
    {NULL, "badlogin: {client_name}[{client}] {mechanism} ({account}) [{reason}",
     TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {NULL, "badlogin: {client_name}[{client}] {mechanism} [{reason}", TC_MAIL_DEED_REFUSED,
     TC_MAIL_PROGRAM, NULL},
    {NULL, "badlogin: {client_name}[{client}] {mechanism} {account} {reason}", TC_MAIL_DEED_REFUSED,
     TC_MAIL_PROGRAM, NULL},
    {NULL, "badlogin: {client_name}[{client}] {mechanism}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM,
     NULL},
    {NULL,
     "login: {client_name}[{client}] {account} {mechanism} user logged in*SESSIONID=<{session}>",
     TC_MAIL_DEED_LOGON, TC_MAIL_PROGRAM, NULL},
    {NULL, "login: {client_name}[{client}] {account} {mechanism} user logged in",
     TC_MAIL_DEED_LOGON, TC_MAIL_PROGRAM, NULL},
    {NULL, "login: {client_name}[{client}] {account} {mechanism}", TC_MAIL_DEED_LOGON,
     TC_MAIL_PROGRAM, NULL},
    {NULL, "do_auth*: auth failure: [user={account}] [service={service}] *[reason={reason}]",
     TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

/* "imap" alone is what Cyrus calls itself where nothing else was configured. */
const tc_mail_server tc_mail_server_cyrus = {
    .name = "cyrus",
    .home = TC_MAIL_HOME_LOG,
    .programs = {"cyrus", "imap", "imaps", "pop3", "pop3s", "sieve", "saslauthd"},
    .rows = rows,
};
