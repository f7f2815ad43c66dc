/* Horde 3 to 6 with IMP: "FAILED LOGIN for ana [1.2.3.4] (forwarded for [5.6.7.8]) to {server}",
 * since IMP 5 with the address in parentheses. Horde's own logons name the server first. In syslog,
 * or in a file of its own: "2011-03-09T07:00:01+01:00 NOTICE: HORDE [imp] ...". */
#include "parsers/base/ip.h"
#include "parsers/mail/mail_server.h"
#include "parsers/mail/mail_stamp.h"

#define ROW_OF(part, pattern, deed)                                                                \
    {                                                                                              \
        part, pattern, deed, TC_MAIL_PROGRAM, "webmail"                                            \
    }
#define ROW(pattern, deed) ROW_OF(NULL, pattern, deed)

#define FORWARDED TC_LIT("(forwarded for [")
#define BARE "bare" /* a part: the address, if it is known, is taken off the message */

/* Beside the mailbox's user stands whoever is logged on to Horde, where that is another. */
#define SAID(before)                                                                               \
    ROW_OF(BARE, before "failed login for {account} (Horde user ", TC_MAIL_DEED_REFUSED),          \
        ROW_OF(BARE, before "failed login for {account:last} to horde", TC_MAIL_DEED_REFUSED),     \
        ROW_OF(BARE, before "failed login for {account}", TC_MAIL_DEED_REFUSED),                   \
        ROW_OF(BARE, before "login success for {account} (Horde user ",                            \
               TC_MAIL_DEED_WEBMAIL_LOGON),                                                        \
        ROW_OF(BARE, before "login success for {account} to horde", TC_MAIL_DEED_WEBMAIL_LOGON),   \
        ROW_OF(BARE, before "login success for {account}", TC_MAIL_DEED_WEBMAIL_LOGON),            \
        ROW(before "failed login for {account:last} [{client}]", TC_MAIL_DEED_REFUSED),            \
        ROW(before "failed login for {account:last} to *({client})", TC_MAIL_DEED_REFUSED),        \
        ROW(before "failed login for {account:last} to *[{client}]", TC_MAIL_DEED_REFUSED),        \
        ROW(before "login success for {account} [{client}]", TC_MAIL_DEED_WEBMAIL_LOGON),          \
        ROW(before "login success for {account} to *({client})", TC_MAIL_DEED_WEBMAIL_LOGON)

/* Some name no application before it. That comes first: what is typed may say anything. */
static const tc_mail_row rows[] = {
    SAID(""),
    SAID("*] "),
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

/* What stands before the last place where the text is; all of s if it is nowhere. */
static tc_slice before_last(tc_slice s, tc_slice text)
{
    size_t end = s.len;
    for (size_t at = 0, found; at < s.len; at = found + 1) {
        found = tc_slice_search(tc_slice_sub(s, at, TC_NPOS), text);
        if (found == TC_NPOS) break;
        found += at;
        end = found;
    }
    return tc_slice_sub(s, 0, end);
}

static bool has_failed(tc_slice s)
{
    if (tc_slice_starts_ascii(s, TC_LIT("failed login for "))) return true;
    return tc_slice_search_ascii(s, TC_LIT("] failed login for ")) <
           tc_slice_search_ascii(s, TC_LIT("] login success for "));
}

/* X-Forwarded-For at the end is taken off. It is as it was sent, and so is the name of somebody who
 * was not let in: where both could have opened the parenthesis, false, because nobody can tell
 * which address Horde has written. */
static bool take_forwarded(tc_mail_reading *r, tc_slice *s)
{
    tc_slice said = *s;
    size_t at = tc_slice_search(said, FORWARDED);
    if (at == TC_NPOS || !tc_slice_ends(said, TC_LIT("])"))) return true;
    tc_slice list = tc_slice_sub(said, at + FORWARDED.len, said.len - 2 - at - FORWARDED.len);
    r->field[TC_MAIL_FORWARDED] = list;
    *s = tc_slice_trim(tc_slice_sub(said, 0, at));
    return !has_failed(said) || tc_slice_search(list, FORWARDED) == TC_NPOS;
}

/* " (1.2.3.4)" or " [1.2.3.4]" at the end is taken off; false if there is none. */
static bool take_client(tc_slice *s, tc_slice *ret)
{
    size_t blank = tc_slice_rfind(*s, ' ');
    tc_slice word = tc_slice_sub(*s, blank == TC_NPOS ? 0 : blank + 1, TC_NPOS);
    tc_ip ip;
    if (word.len < 3 || (word.ptr[0] != '(' && word.ptr[0] != '[')) return false;
    *ret = tc_slice_sub(word, 1, word.len - 2);
    if (!tc_ip_parse(*ret, &ip)) return false;
    *s = tc_slice_trim(tc_slice_sub(*s, 0, s->len - word.len));
    return true;
}

/* "NOTICE: HORDE " at the beginning is taken off; false if it is not there. */
static bool take_level(tc_slice *s)
{
    static const char *const levels[] = {"EMERG", "ALERT",   "CRIT",   "ERR",  "ERROR",
                                         "WARN",  "WARNING", "NOTICE", "INFO", "DEBUG"};
    tc_slice rest, level = tc_slice_split(*s, ':', &rest);
    bool known = false;
    for (size_t i = 0; i < TC_COUNT_OF(levels); i++)
        known = known || tc_slice_equal(level, tc_slice_of(levels[i]));
    if (!known || !tc_slice_starts(rest, TC_LIT(" HORDE "))) return false;
    *s = tc_slice_trim(tc_slice_sub(rest, 7, TC_NPOS));
    return true;
}

/* What Horde says last, to which server and where in its source, is cut off. */
static bool open_message(tc_mail_reading *r, bool own)
{
    tc_slice s, client;
    if (own && !take_level(&r->message)) return false;
    s = before_last(before_last(r->message, TC_LIT(" [pid ")), TC_LIT(" [on line "));
    s = before_last(s, TC_LIT(" to {"));
    r->part = TC_EMPTY_SLICE;
    bool sure = take_forwarded(r, &s);
    if (!take_client(&s, &client)) return true;
    if (sure) r->field[TC_MAIL_CLIENT] = client;
    r->message = s;
    r->part = TC_LIT(BARE);
    return true;
}

const tc_mail_server tc_mail_server_horde = {
    .name = "horde",
    .home = TC_MAIL_HOME_WEBMAIL,
    .programs = {"horde"},
    .rows = rows,
    .open = open_message,
    .own = TC_MAIL_STAMP_ISO,
};
