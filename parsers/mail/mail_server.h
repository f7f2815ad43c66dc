/*
 * mail_server: which server a message is of, and what it says.
 *
 * The table of servers is made of servers.def. Of a program that nobody knows no message is read.
 */
#ifndef TC_MAIL_MAIL_SERVER_H
#define TC_MAIL_MAIL_SERVER_H

#include "parsers/mail/mail.h"

#define TC_MAIL_SERVER(x) extern const tc_mail_server tc_mail_server_##x;
#include "parsers/mail/servers.def"
#undef TC_MAIL_SERVER

/* Their number, and each in the order of servers.def. */
enum {
#define TC_MAIL_SERVER(x) TC_MAIL_SERVER_##x,
#include "parsers/mail/servers.def"
#undef TC_MAIL_SERVER
    TC_MAIL_SERVERS
};
extern const tc_mail_server *const tc_mail_servers[TC_MAIL_SERVERS];

/* The number of the server that the program is of; TC_MAIL_SERVERS if of none. */
size_t tc_mail_server_of(tc_slice program);
/* Reads what a program says; only the fields beside program, pid, host and message are set. */
void tc_mail_read(const tc_mail_server *server, tc_slice program, tc_slice message,
                  tc_mail_reading *ret);
/* The same of a line of a server's own file, whose stamp is of that form (a bit of
 * tc_mail_stamp_form). Returns the server's number, TC_MAIL_SERVERS if it is nobody's. */
size_t tc_mail_read_own(unsigned form, tc_slice message, tc_mail_reading *ret);
/* "logon", "refused"...; empty for nothing. */
tc_slice tc_mail_deed_name(tc_mail_deed deed);

#endif
