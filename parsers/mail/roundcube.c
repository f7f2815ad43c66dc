/* Roundcube 0.5 to 1.6: errors.log, userlogins.log, password.log, syslog, or standard output, where
 * the name of the log stands before the message: "userlogins: <session> ...". */
#include "parsers/mail/mail_server.h"
#include "parsers/mail/mail_stamp.h"

#define ROW(pattern, deed)                                                                         \
    {                                                                                              \
        NULL, pattern, deed, TC_MAIL_PROGRAM, "webmail"                                            \
    }

/* "1.2.3.4(X-Real-IP: ...,X-Forwarded-For: ...) in session", either of them or both. Both are as
 * they were sent, so the last that is called so counts, up to the last bracket before what
 * Roundcube says next. */
#define FORWARDED "{client}({any:last}X-Forwarded-For: "
#define REAL "{client}(X-Real-IP: "
#define BEHIND(pattern, header, deed)                                                              \
    ROW(pattern header "{forwarded:last}) in session ", deed),                                     \
        ROW(pattern header "{forwarded:last}). ", deed), ROW(pattern header "{forwarded})*", deed)
#define PROXIED(pattern, deed) BEHIND(pattern, FORWARDED, deed), BEHIND(pattern, REAL, deed)

static const tc_mail_row rows[] = {
    PROXIED("*login failed for {account:typed} against {server:any} from ", TC_MAIL_DEED_REFUSED),
    PROXIED("*login failed for {account:typed} from ", TC_MAIL_DEED_REFUSED),
    PROXIED("failed login for {account:typed} from ", TC_MAIL_DEED_REFUSED),
    ROW("*login failed for {account:typed} against {server:any} from {client}",
        TC_MAIL_DEED_REFUSED),
    ROW("*login failed for {account:typed} from {client}", TC_MAIL_DEED_REFUSED),
    ROW("failed login for {account:typed} from {client} in session {session} ",
        TC_MAIL_DEED_REFUSED),
    ROW("failed login for {account:typed} from {client}", TC_MAIL_DEED_REFUSED),
    PROXIED("successful login for {account} (id{reason}) from ", TC_MAIL_DEED_WEBMAIL_LOGON),
    ROW("successful login for {account} (id{reason}) from {client} in session {session}",
        TC_MAIL_DEED_WEBMAIL_LOGON),
    ROW("successful login for {account} (id{reason}) from {client}", TC_MAIL_DEED_WEBMAIL_LOGON),
    ROW("password changed for user {account} (id{reason}) from " FORWARDED "{forwarded:last})",
        TC_MAIL_DEED_CHANGE),
    ROW("password changed for user {account} (id{reason}) from " REAL "{forwarded:last})",
        TC_MAIL_DEED_CHANGE),
    ROW("password changed for user {account} (id{reason}) from {client}", TC_MAIL_DEED_CHANGE),
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

/* "userlogins: " at the beginning is taken off; false if no log's name is there. */
static bool take_log(tc_slice *s)
{
    static const char *const logs[] = {
        "userlogins: ", "errors: ", "password: ", "sendmail: ", "session: "};
    for (size_t i = 0; i < TC_COUNT_OF(logs); i++) {
        tc_slice log = tc_slice_of(logs[i]);
        if (!tc_slice_starts(*s, log)) continue;
        *s = tc_slice_sub(*s, log.len, TC_NPOS);
        return true;
    }
    return false;
}

/* "<session> " stands before the message. */
static bool open_message(tc_mail_reading *r, bool own)
{
    bool named = take_log(&r->message);
    if (own && r->form != TC_MAIL_STAMP_SQUARE && !named) return false;
    tc_slice s = r->message;
    size_t end = s.len > 0 && s.ptr[0] == '<' ? tc_slice_search(s, TC_LIT("> ")) : TC_NPOS;
    if (end == TC_NPOS) return true;
    r->field[TC_MAIL_SESSION] = tc_slice_sub(s, 1, end - 1);
    r->message = tc_slice_sub(s, end + 2, TC_NPOS);
    return true;
}

const tc_mail_server tc_mail_server_roundcube = {
    .name = "roundcube",
    .home = TC_MAIL_HOME_WEBMAIL,
    .programs = {"roundcube"},
    .rows = rows,
    .open = open_message,
    .own = TC_MAIL_STAMP_SQUARE | TC_MAIL_STAMP_ISO,
};
