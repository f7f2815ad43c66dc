/* Passwords of the system's own accounts, which many servers of mail ask by PAM. */
#include "parsers/mail/mail_server.h"

#define ROW(part, pattern, deed)                                                                   \
    {                                                                                              \
        part, pattern, deed, TC_MAIL_PROGRAM, "system"                                             \
    }

static const tc_mail_row rows[] = {
    /* Nobody but root sets passwords in this way. */
    ROW("chpasswd", "pam_unix(*:chauthtok): password changed for {target}", TC_MAIL_DEED_RESET),
    ROW("usermod", "change user '{target}' password", TC_MAIL_DEED_RESET),
    ROW(NULL, "pam_unix(*:chauthtok): password changed for {account}", TC_MAIL_DEED_CHANGE),
    ROW(NULL, "password for '{target}' changed by '{account}'", TC_MAIL_DEED_RESET),
    ROW("poppassd", "*changed password for {account}", TC_MAIL_DEED_CHANGE),
    ROW("poppassd", "*password changed for {account}", TC_MAIL_DEED_CHANGE),
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

const tc_mail_server tc_mail_server_passwords = {
    .name = "passwords",
    .home = TC_MAIL_HOME_SYSTEM,
    .programs = {"passwd", "chpasswd", "poppassd", "usermod"},
    .rows = rows,
};
