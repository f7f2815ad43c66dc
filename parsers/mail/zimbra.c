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
static const tc_mail_server context = {.pairs = context_pairs, .separator = ';'};

static const tc_mail_row rows[] = {
    {"security", "cmd=Auth; account={account}; *lockout due to{reason}", TC_MAIL_DEED_LOCKED,
     TC_MAIL_PROGRAM, "zimbra"},
    {"security", "cmd=Auth; {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_REASON, "zimbra"},
    {"security", "cmd=Auth; {pairs}", TC_MAIL_DEED_LOGON, TC_MAIL_PROGRAM, "zimbra"},
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

/* "WARN  [thread] [name=ana;oip=1.2.3.4;] security - ". */
static bool open_message(tc_mail_reading *r, bool own)
{
    static const char *const levels[] = {"INFO", "WARN", "ERROR", "DEBUG", "FATAL", "TRACE"};
    tc_slice s = r->message, thread, inside, rest;
    (void)own;
    tc_slice level = tc_slice_split(s, ' ', &s);
    bool known = false;
    for (size_t i = 0; i < TC_COUNT_OF(levels); i++)
        known = known || tc_slice_equal(level, tc_slice_of(levels[i]));
    s = tc_slice_trim(s);
    if (!known || !take_square(&s, &thread) || !take_square(&s, &inside)) return false;
    r->part = tc_slice_split(s, ' ', &rest);
    if (!tc_slice_starts(rest, TC_LIT("- "))) return false;
    r->message = tc_slice_sub(rest, 2, TC_NPOS);
    tc_mail_pairs(&context, inside, r->field);
    settle_client(r);
    /* The context names whom a request is of; the message, whom it is about. */
    bool names = tc_slice_search(r->message, TC_LIT("; account=")) != TC_NPOS;
    if (names && tc_slice_starts(r->message, TC_LIT("cmd=Auth")))
        r->field[TC_MAIL_ACCOUNT] = TC_EMPTY_SLICE;
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
