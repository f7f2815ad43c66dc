/* Courier: IMAP, POP3, webmail and mail transport. */
#include "parsers/mail/mail_server.h"

static const tc_mail_pair pairs[] = {
    {"user", TC_MAIL_ACCOUNT},     {"ip", TC_MAIL_CLIENT},  {"method", TC_MAIL_MECHANISM},
    {"protocol", TC_MAIL_SERVICE}, {NULL, TC_MAIL_PROGRAM},
};

static const tc_mail_row rows[] = {
    {NULL, "LOGIN FAILED, {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {NULL, "LOGIN, {pairs}", TC_MAIL_DEED_LOGON, TC_MAIL_ACCOUNT, NULL},
    {NULL, "LOGOUT, {pairs}", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {NULL, "DISCONNECTED, {pairs}", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {NULL, "TIMEOUT, {pairs}", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {NULL, "Connection, {pairs}", TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
    {NULL, "error,relay={client},*535 {reason}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, "smtp"},
    {NULL, "error,relay={client},from=<{sender}>,to=<{recipient}>: {reason}", TC_MAIL_DEED_REJECT,
     TC_MAIL_PROGRAM, "smtp"},
    {NULL, "error,relay={client},{reason}", TC_MAIL_DEED_REJECT, TC_MAIL_PROGRAM, "smtp"},
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

const tc_mail_server tc_mail_server_courier = {
    .name = "courier",
    .home = TC_MAIL_HOME_LOG,
    .programs = {"imapd", "pop3d", "courier", "courierpop3login", "courierimaplogin",
                 "courieresmtpd", "esmtpd"},
    .rows = rows,
    .pairs = pairs,
    .separator = ',',
};
