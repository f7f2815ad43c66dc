/* Exim 4: mainlog and rejectlog, or syslog. */
#include "parsers/mail/mail_server.h"
#include "parsers/mail/mail_stamp.h"

#define ROW_OF(part, pattern, deed)                                                                \
    {                                                                                              \
        part, pattern, deed, TC_MAIL_PROGRAM, "smtp"                                               \
    }
#define ROW(pattern, deed) ROW_OF("", pattern, deed)
/* ... of a message in the queue, whose id is taken off. */
#define QUEUED(pattern, deed) ROW_OF("queue", pattern, deed)

/* Whoever calls says what stands in the parentheses of "host (helo) [address]", where an address in
 * square brackets is an ordinary name, and blanks are where helo_accept_junk_hosts is set. What is
 * sent later (name, subject) stands behind, so the first address outside parentheses counts. */
#define FROM_OF(part, before, name, behind, deed)                                                  \
    ROW_OF(part, before name " [{client}]" behind, deed),                                          \
        ROW_OF(part, before "[{client}]" behind, deed)
#define FROM(before, name, behind, deed) FROM_OF("", before, name, behind, deed)
#define QUEUED_FROM(before, name, behind, deed) FROM_OF("queue", before, name, behind, deed)

static const tc_mail_row rows[] = {
    FROM("{mechanism} authenticator failed for ", "{client_name:closed}",
         "*: 535 {reason} (set_id={account})", TC_MAIL_DEED_REFUSED),
    FROM("{mechanism} authenticator failed for ", "{client_name:closed}", "*: 535 {reason}",
         TC_MAIL_DEED_REFUSED),
    QUEUED_FROM("<= {sender} H=", "{client_name:closed}", "* A={mechanism}:{account} ",
                TC_MAIL_DEED_LOGON),
    QUEUED_FROM("<= {sender} H=", "{client_name:closed}", "* A={mechanism}:{account}",
                TC_MAIL_DEED_LOGON),
    QUEUED_FROM("<= {sender} H=", "{client_name:closed}", "", TC_MAIL_DEED_CLIENT),
    QUEUED("<= {sender} ", TC_MAIL_DEED_NOTHING),
    QUEUED("=> {recipient} ", TC_MAIL_DEED_DELIVERY),
    QUEUED("{any:star}{any:star} {recipient} ", TC_MAIL_DEED_REPORT),
    QUEUED_FROM("H=", "{client_name:closed}", "* rejected {method}{reason}", TC_MAIL_DEED_REJECT),
    FROM("H=", "{client_name:closed}", "* rejected {method}{reason}", TC_MAIL_DEED_REJECT),
    FROM("SMTP {reason} from ", "{client_name:closed}", "", TC_MAIL_DEED_DISCONNECT),
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

/* "1pQrSt-000abc-XY " or, since 4.97, "1pQrSt-0000000abcd-XYZ1 ". */
static bool is_queue(tc_slice s)
{
    tc_slice rest, word = tc_slice_split(s, ' ', &rest);
    return rest.ptr && (word.len == 16 || word.len == 23) && word.ptr[6] == '-' &&
           word.ptr[word.len == 16 ? 13 : 18] == '-';
}

/* Whether a line of a file of its own says something that Exim says. */
static bool is_said(tc_slice s)
{
    static const char *const begins[] = {"H=",
                                         "SMTP ",
                                         "Start queue run",
                                         "End queue run",
                                         "exim ",
                                         "no host name found for IP address ",
                                         "no IP address found for host ",
                                         "TLS error on ",
                                         "TLS session: ",
                                         "unexpected disconnection while reading SMTP ",
                                         "ident connection to ",
                                         "rejected EHLO ",
                                         "rejected HELO ",
                                         "refused connection from "};
    for (size_t i = 0; i < TC_COUNT_OF(begins); i++)
        if (tc_slice_starts(s, tc_slice_of(begins[i]))) return true;
    return is_queue(s) || tc_slice_search(tc_slice_sub(s, 0, 128),
                                          TC_LIT(" authenticator failed for ")) != TC_NPOS;
}

/* Of a message that arrives only what Exim says is read: behind its size stand its id and subject,
 * which its sender has written, and might look like a name that was let in. */
static tc_slice without_headers(tc_slice s)
{
    if (!tc_slice_starts(s, TC_LIT("<= "))) return s;
    size_t id = tc_slice_search(s, TC_LIT(" id=")), subject = tc_slice_search(s, TC_LIT(" T=\""));
    return tc_slice_sub(s, 0, TC_MIN(id, subject));
}

/* In syslog Exim says once more when, in local time: who carries the message has said it better. */
static tc_slice without_stamp(tc_slice s)
{
    tc_mail_calendar calendar = tc_mail_calendar_new(0, false);
    tc_mail_stamp stamp;
    bool stamped = tc_mail_stamp_read(s, &calendar, &stamp) && stamp.form == TC_MAIL_STAMP_BLANK;
    return stamped ? tc_slice_sub(s, stamp.length, TC_NPOS) : s;
}

/* "[123] " is the process's number, where it is logged. */
static bool open_message(tc_mail_reading *r, bool own)
{
    tc_slice s = own ? r->message : without_stamp(r->message);
    if (s.len > 0 && s.ptr[0] == '[') {
        tc_slice pid = tc_slice_split(s, ' ', &s);
        r->field[TC_MAIL_PID] = tc_slice_sub(pid, 1, pid.len > 2 ? pid.len - 2 : 0);
    }
    bool queued = is_queue(s), said = is_said(s);
    if (queued) r->field[TC_MAIL_QUEUE] = tc_slice_split(s, ' ', &s);
    r->part = queued ? TC_LIT("queue") : TC_EMPTY_SLICE;
    r->message = queued ? without_headers(s) : s;
    return !own || said;
}

const tc_mail_server tc_mail_server_exim = {
    .name = "exim",
    .home = TC_MAIL_HOME_LOG,
    .programs = {"exim", "exim4"},
    .rows = rows,
    .open = open_message,
    .own = TC_MAIL_STAMP_BLANK,
};
