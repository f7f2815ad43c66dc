/* SOGo 2 to 5: sogo.log. Its requests name the mailbox in their path. */
#include "parsers/mail/mail_server.h"

#define ROW(pattern, deed)                                                                         \
    {                                                                                              \
        NULL, pattern, deed, TC_MAIL_PROGRAM, "webmail"                                            \
    }

/* The client is a list as it was sent, up to its last address, so as much as possible is it that
 * ends in one: whoever types what follows it for a name moves nothing but the name. */
static const tc_mail_row rows[] = {
    ROW("*login from '{client:list}' for user '{account:typed}' might not have worked",
        TC_MAIL_DEED_REFUSED),
    ROW("*successful login from '{client:list}' for user '{account:typed}'",
        TC_MAIL_DEED_WEBMAIL_LOGON),
    ROW("{client:last} \"{method} /SOGo/so/{account}/{url} HTTP/*\" {status:success} ",
        TC_MAIL_DEED_ACCESS),
    {NULL, "{client:last} \"{method} /SOGo/dav/{account}/{url} HTTP/*\" {status:success} ",
     TC_MAIL_DEED_LOGON, TC_MAIL_PROGRAM, "dav"},
    ROW("{client:last} \"{method} {url} HTTP/*\" {status} ", TC_MAIL_DEED_NOTHING),
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

const tc_mail_server tc_mail_server_sogo = {
    .name = "sogo",
    .home = TC_MAIL_HOME_WEBMAIL,
    .programs = {"sogod", "sogo"},
    .rows = rows,
};
