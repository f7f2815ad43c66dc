/* Zimbra 7 to 10: audit.log and mailbox.log, and the same by syslog. */
#include "parsers/mail/mail_server.h"
#include "parsers/mail/mail_stamp.h"
#include "parsers/mail/mail_template.h"

static const tc_mail_pair pairs[] = {
    {"account", TC_MAIL_ACCOUNT},  {"name", TC_MAIL_TARGET},         {"error", TC_MAIL_REASON},
    {"protocol", TC_MAIL_SERVICE}, {"userPassword", TC_MAIL_STATUS}, {NULL, TC_MAIL_PROGRAM},
};

/* What stands in brackets before each message. */
static const tc_mail_pair context_pairs[] = {
    {"name", TC_MAIL_ACCOUNT}, {"aname", TC_MAIL_SENDER}, {"ip", TC_MAIL_SERVER},
    {"oip", TC_MAIL_CLIENT},   {"ua", TC_MAIL_AGENT},     {"soapId", TC_MAIL_SESSION},
    {NULL, TC_MAIL_PROGRAM},
};

#define LOGIN_PAGE "login page" /* a part: the page's server asks in a browser's name */

static const tc_mail_row rows[] = {
    {LOGIN_PAGE, "cmd=Auth; {pairs}", TC_MAIL_DEED_WEBMAIL_LOGON, TC_MAIL_ACCOUNT, "zimbra"},
    {"security", "cmd=Auth; account={account}; *lockout due to{reason}", TC_MAIL_DEED_LOCKED,
     TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=Auth; {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_REASON, "zimbra"},
    {"security", "cmd=Auth; {pairs}", TC_MAIL_DEED_LOGON, TC_MAIL_PROGRAM, "zimbra"},
    /* Of somebody whom another system has let in, with a key that the two share. */
    {"security", "cmd=PreAuth; {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_REASON, "zimbra"},
    {"security", "cmd=PreAuth; {pairs}", TC_MAIL_DEED_WEBMAIL_LOGON, TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=AdminAuth; account={account}; *lockout due to{reason}", TC_MAIL_DEED_LOCKED,
     TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=AdminAuth; {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_REASON, "zimbra"},
    {"security", "cmd=AdminAuth; {pairs}", TC_MAIL_DEED_LOGON, TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=SetPassword; name={target};", TC_MAIL_DEED_RESET, TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=SetPassword; account={target};", TC_MAIL_DEED_RESET, TC_MAIL_PROGRAM,
     "zimbra"},
    {"security", "cmd=ModifyAccount; name={target}; *userPassword=", TC_MAIL_DEED_RESET,
     TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=ResetPassword; {pairs}", TC_MAIL_DEED_CHANGE, TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=ChangePassword; {pairs}", TC_MAIL_DEED_CHANGE, TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=CreateAccount; name={target};", TC_MAIL_DEED_CREATED, TC_MAIL_PROGRAM,
     "zimbra"},
    {"security", "cmd={method}; {pairs}", TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, "zimbra"},
    {"imap", "authentication failed for [{account}]{reason}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM,
     "imap"},
    {"pop", "authentication failed for [{account}]{reason}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM,
     "pop3"},
    {"imap", "user {account} authenticated, mechanism={mechanism} ", TC_MAIL_DEED_LOGON,
     TC_MAIL_PROGRAM, "imap"},
    {"imap", "user {account} authenticated, mechanism={mechanism}", TC_MAIL_DEED_LOGON,
     TC_MAIL_PROGRAM, "imap"},
    {"pop", "user {account} authenticated, mechanism={mechanism}", TC_MAIL_DEED_LOGON,
     TC_MAIL_PROGRAM, "pop3"},
    {"soap", "AuthRequest elapsed=", TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
    {"soap", "{method}Request elapsed=", TC_MAIL_DEED_ACCESS, TC_MAIL_ACCOUNT, NULL},
    {NULL, "outofoffice sent dest='{recipient}'", TC_MAIL_DEED_AUTO_REPLY, TC_MAIL_PROGRAM, NULL},
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

/* What stands in brackets at the beginning of *s, which is then behind it. */
static bool take_square(tc_slice *s, tc_slice *ret)
{
    size_t end = s->len > 0 && s->ptr[0] == '[' ? tc_slice_search(*s, TC_LIT("] ")) : TC_NPOS;
    if (end == TC_NPOS) return false;
    *ret = tc_slice_sub(*s, 1, end - 1);
    *s = tc_slice_sub(*s, end + 2, TC_NPOS);
    return true;
}

/* How long a word and " - " are at the beginning; 0 if none is there. */
static size_t part_length(tc_slice s)
{
    tc_slice rest, word = tc_slice_split(s, ' ', &rest);
    bool is_word = word.len > 0 && tc_slice_find(word, ']') == TC_NPOS;
    return is_word && tc_slice_starts(rest, TC_LIT("- ")) ? word.len : 0;
}

/* The same of the context: a user agent stands in it, which may have "] " itself. So the last
 * counts that a part follows; what is typed behind that is no name of an account that there is. */
static bool take_context(tc_slice *s, tc_slice *ret, tc_slice *ret_part)
{
    if (s->len == 0 || s->ptr[0] != '[') return false;
    for (tc_slice left = *s; left.len > 0;) {
        size_t end = tc_slice_rfind(left, ']');
        if (end == TC_NPOS) return false;
        tc_slice rest = tc_slice_sub(*s, end + 2, TC_NPOS);
        size_t part = end + 1 < s->len && s->ptr[end + 1] == ' ' ? part_length(rest) : 0;
        left = tc_slice_sub(*s, 0, end);
        if (part == 0) continue;
        *ret = tc_slice_sub(*s, 1, end - 1);
        *ret_part = tc_slice_sub(rest, 0, part);
        *s = tc_slice_sub(rest, part + 3, TC_NPOS);
        return true;
    }
    return false;
}

/* "name=value;" at the beginning of *text, which is then behind it. A semicolon in a value is
 * doubled. */
static tc_slice take_pair(tc_slice *text)
{
    size_t end = 0;
    while (end < text->len) {
        bool ends = text->ptr[end] == ';';
        if (ends && (end + 1 == text->len || text->ptr[end + 1] != ';')) break;
        end += ends ? 2 : 1;
    }
    tc_slice pair = tc_slice_sub(*text, 0, end);
    *text = tc_slice_sub(*text, end + 1, TC_NPOS);
    return pair;
}

/* What Zimbra says itself stands before the user agent, so the first of two counts. */
static void read_context(tc_slice text, tc_slice field[TC_MAIL_FIELDS])
{
    while (text.len > 0) {
        tc_slice value, name = tc_slice_split(take_pair(&text), '=', &value);
        for (const tc_mail_pair *p = context_pairs; p->name; p++)
            if (tc_slice_equal_ascii(name, tc_slice_of(p->name)) && field[p->field].len == 0)
                field[p->field] = tc_slice_trim(value);
    }
}

/* Behind a proxy ip is the proxy's and oip the client's; without one there is only ip. */
static void settle_client(tc_mail_reading *r)
{
    tc_slice *field = r->field;
    if (field[TC_MAIL_CLIENT].len == 0) {
        field[TC_MAIL_CLIENT] = field[TC_MAIL_SERVER];
        field[TC_MAIL_SERVER] = TC_EMPTY_SLICE;
    }
    /* An administrator in somebody else's account: who acts is named apart. */
    if (field[TC_MAIL_SENDER].len > 0) field[TC_MAIL_ACCOUNT] = field[TC_MAIL_SENDER];
    field[TC_MAIL_SENDER] = TC_EMPTY_SLICE;
}

static bool is_logon(tc_slice message)
{
    return tc_slice_starts(message, TC_LIT("cmd=Auth")) ||
           tc_slice_starts(message, TC_LIT("cmd=PreAuth;")) ||
           tc_slice_starts(message, TC_LIT("cmd=AdminAuth;"));
}

/* Who logs on at the page is let in by the page's server, as a client of its own that names the
 * browser's address (oip). Zimbra's tools have the same agent and no such address. */
static bool is_login_page(const tc_mail_reading *r, bool originating)
{
    return originating && tc_slice_equal(r->part, TC_LIT("security")) &&
           tc_slice_starts_ascii(r->field[TC_MAIL_AGENT], TC_LIT("zclient/")) &&
           tc_slice_starts(r->message, TC_LIT("cmd=Auth; ")) &&
           tc_slice_search(r->message, TC_LIT("; protocol=soap;")) != TC_NPOS &&
           tc_slice_search(r->message, TC_LIT("; error=")) == TC_NPOS;
}

/* "WARN  [thread] [name=ana;oip=1.2.3.4;] security - ". */
static bool open_message(tc_mail_reading *r, bool own)
{
    static const char *const levels[] = {"INFO", "WARN", "ERROR", "DEBUG", "FATAL", "TRACE"};
    tc_slice s = r->message, thread, inside;
    (void)own;
    tc_slice level = tc_slice_split(s, ' ', &s);
    bool known = false;
    for (size_t i = 0; i < TC_COUNT_OF(levels); i++)
        known = known || tc_slice_equal(level, tc_slice_of(levels[i]));
    s = tc_slice_trim(s);
    if (!known || !take_square(&s, &thread) || !take_context(&s, &inside, &r->part)) return false;
    r->message = s;
    read_context(inside, r->field);
    if (is_login_page(r, r->field[TC_MAIL_CLIENT].len > 0)) r->part = TC_LIT(LOGIN_PAGE);
    settle_client(r);
    /* The context names whom a request is of; the message, whom it is about. */
    bool names = tc_slice_search(r->message, TC_LIT("; account=")) != TC_NPOS;
    if (names && is_logon(r->message)) r->field[TC_MAIL_ACCOUNT] = TC_EMPTY_SLICE;
    return true;
}

const tc_mail_server tc_mail_server_zimbra = {
    .name = "zimbra",
    .home = TC_MAIL_HOME_ZIMBRA,
    .programs = {"mailboxd", "zimbra"},
    .rows = rows,
    .pairs = pairs,
    .separator = ';',
    .open = open_message,
    .own = TC_MAIL_STAMP_COMMA,
};
