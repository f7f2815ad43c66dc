/* Dovecot 1.0 to 2.4 with Pigeonhole, in syslog or files of its own. */
#include "parsers/base/ip.h"
#include "parsers/mail/mail_server.h"
#include "parsers/mail/mail_stamp.h"

static const tc_mail_pair pairs[] = {
    {"user", TC_MAIL_ACCOUNT}, {"method", TC_MAIL_MECHANISM}, {"rip", TC_MAIL_CLIENT},
    {"lip", TC_MAIL_SERVER},   {"session", TC_MAIL_SESSION},  {"rhost", TC_MAIL_CLIENT},
    {NULL, TC_MAIL_PROGRAM},
};

#define REQUEST "request" /* a part: auth, with name and address in its brackets, since 2.4 */
#define ASKED(pattern)                                                                             \
    {                                                                                              \
        REQUEST, pattern, TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, "auth"                            \
    }

static const tc_mail_row rows[] = {
    {"login", "Login: {pairs}", TC_MAIL_DEED_LOGON, TC_MAIL_ACCOUNT, NULL},
    {"login", "Logged in: {pairs}", TC_MAIL_DEED_LOGON, TC_MAIL_ACCOUNT, NULL}, /* since 2.4 */
    {"login", "Proxy: Started proxying to *: {pairs}", TC_MAIL_DEED_LOGON, TC_MAIL_ACCOUNT, NULL},
    {"login", "proxy(*): started proxying to *: {pairs}", TC_MAIL_DEED_LOGON, TC_MAIL_ACCOUNT,
     NULL},
    {"login", "*(auth failed, {attempts} attempts*: {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM,
     NULL},
    {"login", "*(auth failed*): {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {"login", "*({attempts} authentication attempts): {pairs}", TC_MAIL_DEED_REFUSED,
     TC_MAIL_PROGRAM, NULL},
    {"login", "*(proxy dest auth failed*): {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {"login", "*(tried to use * auth*): {pairs}", TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {"login", "*attempts*): {pairs}", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {"login", "Disconnected*: {pairs}", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {"login", "Aborted login*: {pairs}", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {"login", "Login aborted*: {pairs}", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {"auth", "{mechanism}({account},{client}*): unknown user{reason}", TC_MAIL_DEED_REFUSED,
     TC_MAIL_PROGRAM, NULL},
    {"auth", "{mechanism}({account},{client}*): pam_authenticate() failed: {reason}",
     TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {"auth", "{mechanism}({account},{client}*): password mismatch{reason}", TC_MAIL_DEED_REFUSED,
     TC_MAIL_PROGRAM, NULL},
    {"auth", "{mechanism}({account},{client}*): invalid credentials{reason}", TC_MAIL_DEED_REFUSED,
     TC_MAIL_PROGRAM, NULL},
    {"auth", "{mechanism}({account},{client}*): invalid password{reason}", TC_MAIL_DEED_REFUSED,
     TC_MAIL_PROGRAM, NULL},
    {"auth", "{mechanism}({account},{client}*): requested * scheme, but{reason}",
     TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {"auth", "{mechanism}({account},{client}*): {reason}", TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM,
     NULL},
    {"auth",
     "pam_unix({service}:auth): authentication failure;{reason:last} rhost={client} "
     "*user={account}",
     TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    {"auth", "pam_unix({service}:auth): authentication failure;{reason:last} rhost={client}",
     TC_MAIL_DEED_REFUSED, TC_MAIL_PROGRAM, NULL},
    ASKED("*unknown user{reason}"),
    ASKED("*pam_authenticate() failed: {reason}"),
    ASKED("*password mismatch{reason}"),
    ASKED("*invalid credentials{reason}"),
    ASKED("*invalid password{reason}"),
    ASKED("*requested * scheme, but{reason}"),
    {"user", "*msgid=<{message_id}>: sent vacation response to <{recipient}>",
     TC_MAIL_DEED_AUTO_REPLY, TC_MAIL_PROGRAM, NULL},
    {"user", "*msgid={message_id}: sent vacation response to <{recipient}>",
     TC_MAIL_DEED_AUTO_REPLY, TC_MAIL_PROGRAM, NULL},
    {"user", "*msgid=<{message_id}>: *forwarded to <{recipient}>", TC_MAIL_DEED_FORWARD,
     TC_MAIL_PROGRAM, NULL},
    {"user", "*msgid=<{message_id}>: *stored mail into mailbox*", TC_MAIL_DEED_DELIVERY,
     TC_MAIL_PROGRAM, NULL},
    {"user", "*msgid=<{message_id}>: saved mail to *", TC_MAIL_DEED_DELIVERY, TC_MAIL_PROGRAM,
     NULL},
    {"user", "Disconnected*", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {"user", "Logged out*", TC_MAIL_DEED_DISCONNECT, TC_MAIL_PROGRAM, NULL},
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

/* Processes, and which part of the table is about them. */
static const struct {
    const char *begins, *part;
} processes[] = {
    {"auth", "auth"},           {"dovecot-auth", "auth"}, {"imap", "user"},
    {"pop3", "user"},           {"managesieve", "user"},  {"submission", "user"},
    {"lmtp", "user"},           {"lda", "user"},          {"deliver", "user"},
    {"indexer-worker", "user"}, {"quota-status", "user"}, {"doveadm", "user"},
    {"sieve", "user"},          {"master", "master"},     {"config", "master"},
    {"anvil", "master"},        {"log", "master"},        {"ssl-params", "master"},
    {"stats", "master"},        {"dict", "master"},       {"indexer", "master"},
    {"old-stats", "master"},
};

static const char *part_of(tc_slice process)
{
    if (tc_slice_ends_ascii(process, TC_LIT("-login"))) return "login";
    for (size_t i = 0; i < TC_COUNT_OF(processes); i++)
        if (tc_slice_starts_ascii(process, tc_slice_of(processes[i].begins)))
            return processes[i].part;
    return NULL;
}

static void skip_level(tc_slice *s)
{
    static const char *const levels[] = {
        "Info: ", "Warning: ", "Warn: ", "Error: ", "Fatal: ", "Panic: ", "Debug: "};
    for (size_t i = 0; i < TC_COUNT_OF(levels); i++) {
        tc_slice level = tc_slice_of(levels[i]);
        if (!tc_slice_starts_ascii(*s, level)) continue;
        *s = tc_slice_sub(*s, level.len, TC_NPOS);
        return;
    }
}

/* What stands in brackets behind a process: "imap(ana)<123><session>: ", "auth-worker(123): ",
 * "lmtp(123, ana): ". False if the message does not go on behind it. */
static bool take_brackets(tc_slice *s, tc_slice *ret_inside, tc_slice *ret_session)
{
    while (s->len > 0 && (s->ptr[0] == '(' || s->ptr[0] == '<')) {
        bool round = s->ptr[0] == '(';
        size_t end = tc_slice_find(*s, round ? ')' : '>');
        if (end == TC_NPOS) return false;
        tc_slice inside = tc_slice_sub(*s, 1, end - 1);
        *(round ? ret_inside : ret_session) = inside;
        *s = tc_slice_sub(*s, end + 1, TC_NPOS);
    }
    if (!tc_slice_starts(*s, TC_LIT(": "))) return false;
    *s = tc_slice_sub(*s, 2, TC_NPOS);
    return true;
}

static bool is_number(tc_slice s)
{
    uint64_t number;
    return s.len == 0 || tc_slice_to_u64(s, &number);
}

/* A name, where there is one beside the process's number. */
static tc_slice name_in(tc_slice inside)
{
    tc_slice rest, first = tc_slice_split(inside, ',', &rest);
    if (rest.ptr && is_number(first)) first = tc_slice_trim(rest);
    return is_number(first) ? TC_EMPTY_SLICE : first;
}

/* "ana,203.0.113.4,sasl:plain", of which a name may have commas itself. False: no address is there.
 */
static bool take_request(tc_slice inside, tc_slice field[TC_MAIL_FIELDS])
{
    tc_ip ip;
    size_t comma = tc_slice_rfind(inside, ',');
    tc_slice word = comma == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_sub(inside, comma + 1, TC_NPOS);
    if (tc_slice_starts(word, TC_LIT("sasl:"))) {
        field[TC_MAIL_MECHANISM] = tc_slice_sub(word, 5, TC_NPOS);
        inside.len = comma;
        comma = tc_slice_rfind(inside, ',');
        word = comma == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_sub(inside, comma + 1, TC_NPOS);
    }
    if (!tc_ip_parse_loose(word, &ip)) return false;
    field[TC_MAIL_CLIENT] = word;
    field[TC_MAIL_ACCOUNT] = tc_slice_sub(inside, 0, comma);
    return true;
}

/* "conn unix:auth-worker (pid=1,uid=2): auth-worker<6>: " stands before what matters. */
static void skip_connection(tc_slice *s)
{
    if (!tc_slice_starts(*s, TC_LIT("conn unix:"))) return;
    size_t end = tc_slice_search(*s, TC_LIT(">: "));
    if (end == TC_NPOS) end = tc_slice_search(*s, TC_LIT("): "));
    if (end != TC_NPOS) *s = tc_slice_sub(*s, end + 3, TC_NPOS);
}

/* "imap-login: Info: ", "Info: imap-login: ", "imap(ana)<1><session>: ". */
static bool open_message(tc_mail_reading *r, bool own)
{
    tc_slice s = r->message, inside = TC_EMPTY_SLICE;
    size_t n = 0;
    skip_level(&s);
    if (tc_slice_starts(s, TC_LIT("pam_unix("))) { /* by the library, in the process's name */
        r->message = s;
        r->part = TC_LIT("auth");
        return !own;
    }
    while (n < s.len && s.ptr[n] != ':' && s.ptr[n] != '(' && s.ptr[n] != '<' && s.ptr[n] != ' ')
        n++;
    tc_slice process = tc_slice_sub(s, 0, n);
    const char *part = part_of(process);
    if (part) {
        s = tc_slice_sub(s, n, TC_NPOS);
        if (!take_brackets(&s, &inside, &r->field[TC_MAIL_SESSION])) return false;
    } else { /* a program of its own */
        process = r->part;
        part = part_of(process);
        if (!part) return false;
    }
    skip_level(&s);
    skip_connection(&s);
    r->message = s;
    r->part = tc_slice_of(part);
    if (strcmp(part, "auth") == 0 && take_request(inside, r->field)) r->part = TC_LIT(REQUEST);
    bool login = tc_slice_ends_ascii(process, TC_LIT("-login"));
    if (strcmp(part, "auth") != 0)
        r->field[TC_MAIL_SERVICE] = tc_slice_sub(process, 0, process.len - (login ? 6 : 0));
    if (strcmp(part, "user") == 0) r->field[TC_MAIL_ACCOUNT] = name_in(inside);
    return true;
}

const tc_mail_server tc_mail_server_dovecot = {
    .name = "dovecot",
    .home = TC_MAIL_HOME_LOG,
    .programs = {"dovecot", "imap-login", "pop3-login", "managesieve-login", "submission-login"},
    .rows = rows,
    .pairs = pairs,
    .separator = ',',
    .open = open_message,
    .own = TC_MAIL_STAMP_OLD | TC_MAIL_STAMP_ISO | TC_MAIL_STAMP_BLANK | TC_MAIL_STAMP_TAI,
};
