/* Sendmail 8.12 to 8.18 (sm-mta): who was let in, who was not, and what became of the mail. */
#include "parsers/mail/mail_server.h"

#define ROW(pattern, deed)                                                                         \
    {                                                                                              \
        NULL, pattern, deed, TC_MAIL_PROGRAM, "smtp"                                               \
    }

/* The client stands as "name [address]" or "[address]"; its name is what DNS says of the address.
 */
#define FROM(before, behind, deed)                                                                 \
    ROW(before "[{client}]" behind, deed), ROW(before "{client_name} [{client}]" behind, deed)

/* Each begins with what Sendmail says itself: no name or address that was sent can be another row.
 */
static const tc_mail_row rows[] = {
    FROM("AUTH=server, relay=", "*, authid={account:last}, mech={mechanism}, ", TC_MAIL_DEED_LOGON),
    FROM("AUTH=server, relay=", "*, authid={account}", TC_MAIL_DEED_LOGON),
    /* The name is what was typed; behind the last "relay=" stands the server's own word. */
    FROM("AUTH failure ({mechanism}): {reason}, user={account:last}, relay=", "",
         TC_MAIL_DEED_REFUSED),
    FROM("AUTH failure ({mechanism}): {reason:last}, relay=", "", TC_MAIL_DEED_REFUSED),
    ROW("AUTH failure ({mechanism}): {reason}, user={account}", TC_MAIL_DEED_REFUSED),
    ROW("AUTH failure{reason}", TC_MAIL_DEED_REFUSED),
    FROM("from={sender}, *, relay=", "", TC_MAIL_DEED_CLIENT),
    ROW("from={sender}", TC_MAIL_DEED_NOTHING),
    ROW("to={recipient}, *stat={status}", TC_MAIL_DEED_DELIVERY),
    FROM("ruleset={method}, *, relay=", "*, reject={reason}", TC_MAIL_DEED_REJECT),
    ROW("ruleset={reason}", TC_MAIL_DEED_NOTHING),
    ROW("<{reason}", TC_MAIL_DEED_NOTHING),
    FROM("", "*: possible SMTP attack: command=AUTH, count={attempts}", TC_MAIL_DEED_REFUSED),
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

static bool is_queue_byte(uint8_t c)
{
    return (uint8_t)(c - '0') <= 9 || (uint8_t)((c | 0x20) - 'a') < 26;
}

/* "v0ABCDEF012345: " stands before what is about a message. */
static bool open_message(tc_mail_reading *r, bool own)
{
    tc_slice s = r->message;
    size_t n = 0;
    while (n < s.len && is_queue_byte(s.ptr[n]))
        n++;
    r->part = TC_EMPTY_SLICE;
    if (n < 8 || n > 24 || !tc_slice_starts(tc_slice_sub(s, n, TC_NPOS), TC_LIT(": "))) return !own;
    r->field[TC_MAIL_QUEUE] = tc_slice_sub(s, 0, n);
    r->message = tc_slice_sub(s, n + 2, TC_NPOS);
    return !own;
}

const tc_mail_server tc_mail_server_sendmail = {
    .name = "sendmail",
    .home = TC_MAIL_HOME_LOG,
    .programs = {"sendmail", "sm-mta", "sm-acceptingconnections", "sm-msp-queue"},
    .rows = rows,
    .open = open_message,
};
