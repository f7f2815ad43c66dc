/* Horde 3 to 5 with IMP. */
#include "parsers/mail/mail_server.h"

#define ROW(pattern, deed)                                                                         \
    {                                                                                              \
        NULL, pattern, deed, TC_MAIL_PROGRAM, "webmail"                                            \
    }

static const tc_mail_row rows[] = {
    ROW("*] failed login for {account:last} [{client}](forwarded for [{forwarded}]) to ",
        TC_MAIL_DEED_REFUSED),
    ROW("*] failed login for {account:last} [{client}]", TC_MAIL_DEED_REFUSED),
    ROW("*] failed login for {account:last} to *({client})", TC_MAIL_DEED_REFUSED),
    ROW("*] failed login for {account:last} to *[{client}]", TC_MAIL_DEED_REFUSED),
    ROW("*] login success for {account} [{client}](forwarded for [{forwarded}]) to ",
        TC_MAIL_DEED_WEBMAIL_LOGON),
    ROW("*] login success for {account} [{client}]", TC_MAIL_DEED_WEBMAIL_LOGON),
    ROW("*] login success for {account} to *({client})", TC_MAIL_DEED_WEBMAIL_LOGON),
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

const tc_mail_server tc_mail_server_horde = {
    .name = "horde",
    .home = TC_MAIL_HOME_WEBMAIL,
    .programs = {"horde"},
    .rows = rows,
};
