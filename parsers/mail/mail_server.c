#include "parsers/mail/mail_server.h"

#include "parsers/mail/mail_template.h"

const tc_mail_server *const tc_mail_servers[TC_MAIL_SERVERS] = {
#define TC_MAIL_SERVER(x) &tc_mail_server_##x,
#include "parsers/mail/servers.def"
#undef TC_MAIL_SERVER
};

tc_slice tc_mail_deed_name(tc_mail_deed deed)
{
    static const char *const names[TC_MAIL_DEED_COUNT] = {
        [TC_MAIL_DEED_NOTHING] = "",
        [TC_MAIL_DEED_LOGON] = "logon",
        [TC_MAIL_DEED_WEBMAIL_LOGON] = "webmail_logon",
        [TC_MAIL_DEED_REFUSED] = "refused",
        [TC_MAIL_DEED_ACCESS] = "access",
        [TC_MAIL_DEED_CHANGE] = "password_change",
        [TC_MAIL_DEED_RESET] = "password_reset",
        [TC_MAIL_DEED_LOCKED] = "locked",
        [TC_MAIL_DEED_CREATED] = "created",
        [TC_MAIL_DEED_AUTO_REPLY] = "auto_reply",
        [TC_MAIL_DEED_REPORT] = "delivery_report",
        [TC_MAIL_DEED_FORWARD] = "forward",
        [TC_MAIL_DEED_SUBJECT] = "subject",
        [TC_MAIL_DEED_DELIVERY] = "delivery",
        [TC_MAIL_DEED_CLIENT] = "client",
        [TC_MAIL_DEED_REJECT] = "reject",
        [TC_MAIL_DEED_DISCONNECT] = "disconnect",
    };
    return tc_slice_of(names[deed]);
}

/* -- which server ---------------------------------------------------------------------------- */

static bool is_word_byte(uint8_t c)
{
    return (uint8_t)(c - '0') <= 9 || (uint8_t)((c | 0x20) - 'a') < 26;
}

/* "postfix" of postfix-out/smtpd. */
static bool begins_with_word(tc_slice program, tc_slice word)
{
    if (!tc_slice_starts_ascii(program, word)) return false;
    return program.len == word.len || !is_word_byte(program.ptr[word.len]);
}

size_t tc_mail_server_of(tc_slice program)
{
    for (size_t i = 0; program.len > 0 && i < TC_MAIL_SERVERS; i++)
        for (const char *const *p = tc_mail_servers[i]->programs; *p; p++)
            if ((program.ptr[0] | 0x20) == (uint8_t) * *p &&
                begins_with_word(program, tc_slice_of(*p)))
                return i;
    return TC_MAIL_SERVERS;
}

/* -- what it says ---------------------------------------------------------------------------- */

static bool row_fits(const tc_mail_server *server, const tc_mail_row *row, tc_mail_reading *r)
{
    if (row->part && !tc_slice_equal(r->part, tc_slice_of(row->part))) return false;
    if (!tc_mail_template_fits(row->pattern, server, r->message, r->field)) return false;
    return row->needs == TC_MAIL_PROGRAM || r->field[row->needs].len > 0;
}

static void match(const tc_mail_server *server, tc_mail_reading *r)
{
    for (const tc_mail_row *row = server->rows; row->pattern; row++) {
        if (!row_fits(server, row, r)) continue;
        r->deed = row->deed;
        tc_slice *service = &r->field[TC_MAIL_SERVICE];
        if (service->len == 0) *service = row->service ? tc_slice_of(row->service) : r->part;
        return;
    }
}

/* A list of addresses is X-Forwarded-For. Its last was written by the proxy that is nearest. */
static void settle_list(tc_mail_reading *r)
{
    tc_slice *client = &r->field[TC_MAIL_CLIENT];
    tc_slice list = *client;
    while (list.len > 0 && (list.ptr[list.len - 1] == ',' || list.ptr[list.len - 1] == ' '))
        list.len--;
    size_t comma = tc_slice_rfind(list, ',');
    if (comma == TC_NPOS) return;
    if (r->field[TC_MAIL_FORWARDED].len == 0) r->field[TC_MAIL_FORWARDED] = list;
    *client = tc_slice_trim(tc_slice_sub(list, comma + 1, TC_NPOS));
}

/* The name by which a server says that it knows none. */
static void settle_account(const tc_mail_server *server, tc_mail_reading *r)
{
    tc_slice *account = &r->field[TC_MAIL_ACCOUNT];
    if (server->nobody && tc_slice_equal(*account, tc_slice_of(server->nobody)))
        *account = TC_EMPTY_SLICE;
}

static void settle(const tc_mail_server *server, tc_mail_reading *r)
{
    settle_account(server, r);
    settle_list(r);
}

/* The last word of a path, "smtpd" of postfix/submission/smtpd. */
static tc_slice last_word(tc_slice program)
{
    size_t slash = tc_slice_rfind(program, '/');
    return slash == TC_NPOS ? program : tc_slice_sub(program, slash + 1, TC_NPOS);
}

void tc_mail_read(const tc_mail_server *server, tc_slice program, tc_slice message,
                  tc_mail_reading *ret)
{
    *ret = (tc_mail_reading){.part = last_word(program), .message = message};
    if (!server->open || server->open(ret, false)) match(server, ret);
    settle(server, ret);
}

size_t tc_mail_read_own(unsigned form, tc_slice message, tc_mail_reading *ret)
{
    for (size_t i = 0; i < TC_MAIL_SERVERS; i++) {
        const tc_mail_server *server = tc_mail_servers[i];
        if (!(server->own & form)) continue;
        *ret = (tc_mail_reading){.message = message, .form = form};
        if (server->open && !server->open(ret, true)) continue;
        match(server, ret);
        settle(server, ret);
        return i;
    }
    return TC_MAIL_SERVERS;
}
