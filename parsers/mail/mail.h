/*
 * mail: what servers of mail other than Exchange write, one message at a time.
 *
 * A server is data: which programs it consists of, and a table of rows that say how its messages
 * read and what each tells (mail_server, servers.def). A message is read the same wherever it
 * stands: in a line of syslog, in a file of the server's own, or in the journal. Who carries it
 * (mail_line.h, journal_export.c, journal_json.c) knows when, on which host and by which program it
 * was written; what is said is told here.
 *
 * Patterns (mail_template.h) are matched in order; the first row that fits counts. A message that
 * no row fits is an event all the same, without a deed. Texts point into the message.
 */
#ifndef TC_MAIL_MAIL_H
#define TC_MAIL_MAIL_H

#include "parsers/base/slice.h"

/* What a message can tell, each a column of the events. */
typedef enum tc_mail_field {
#define TC_MAIL_FIELD(constant, name, key) TC_MAIL_##constant,
#include "parsers/mail/mail_fields.def"
#undef TC_MAIL_FIELD
    TC_MAIL_FIELDS
} tc_mail_field;

/* What happened. The words stand in the events (mail_server.c). */
typedef enum tc_mail_deed {
    TC_MAIL_DEED_NOTHING,
    TC_MAIL_DEED_LOGON,         /* a name and its password were accepted */
    TC_MAIL_DEED_WEBMAIL_LOGON, /* ... of somebody in a browser */
    TC_MAIL_DEED_REFUSED,
    TC_MAIL_DEED_ACCESS, /* somebody who was let in uses webmail */
    TC_MAIL_DEED_CHANGE, /* a password, by its owner */
    TC_MAIL_DEED_RESET,  /* ... by somebody else: ACCOUNT acts upon TARGET */
    TC_MAIL_DEED_LOCKED,
    TC_MAIL_DEED_CREATED,
    TC_MAIL_DEED_AUTO_REPLY,
    TC_MAIL_DEED_REPORT,  /* a delivery report was made */
    TC_MAIL_DEED_FORWARD, /* mail was sent on by a rule */
    TC_MAIL_DEED_SUBJECT, /* a subject passed by */
    TC_MAIL_DEED_DELIVERY,
    TC_MAIL_DEED_CLIENT, /* a message was taken from a client */
    TC_MAIL_DEED_REJECT, /* ... or not */
    TC_MAIL_DEED_DISCONNECT,
    TC_MAIL_DEED_COUNT
} tc_mail_deed;

/* A pattern and what a message that fits it tells. A row without a pattern ends a table. */
typedef struct tc_mail_row {
    const char *part; /* of the server, as its program or message says; NULL: any */
    const char *pattern;
    tc_mail_deed deed;
    tc_mail_field needs; /* which must then have been told, TC_MAIL_PROGRAM: none */
    const char *service; /* for TC_MAIL_SERVICE where the message does not say it; NULL: the part */
} tc_mail_row;

/* Names in lists of pairs, "rip=1.2.3.4, ". A pair without a name ends a table. */
typedef struct tc_mail_pair {
    const char *name;
    tc_mail_field field;
} tc_mail_pair;

/* A message under way. */
typedef struct tc_mail_reading {
    tc_slice part;    /* which part of the server speaks */
    tc_slice message; /* what it says */
    unsigned form;    /* of its stamp (tc_mail_stamp_form), where no program is known; 0: one is */
    tc_slice field[TC_MAIL_FIELDS];
    tc_mail_deed deed;
} tc_mail_reading;

/* A file that a format reads, and so what it is evidence of (mail_log.c). */
typedef enum tc_mail_home {
    TC_MAIL_HOME_LOG,     /* logons over IMAP, POP3 and SMTP */
    TC_MAIL_HOME_WEBMAIL, /* ... and webmail */
    TC_MAIL_HOME_ZIMBRA,  /* ... and passwords */
    TC_MAIL_HOME_SYSTEM,  /* passwords of the system's own accounts */
    TC_MAIL_HOME_WINDOWS, /* Windows events */
    TC_MAIL_HOMES
} tc_mail_home;

typedef struct tc_mail_server {
    const char *name;
    tc_mail_home home;
    /* Programs, by the beginning of what they call themselves, as far as the first sign that is no
     * letter and no digit; NULL behind the last. */
    const char *programs[8];
    const tc_mail_row *rows;
    const tc_mail_pair *pairs;
    char separator; /* between pairs */
    /* Takes part and context off the front of r->message; NULL: the program's last word is the part
     * and nothing is taken off. `own`: no program is known, a line of a file of the server's own.
     * False: the message is not of this server. */
    bool (*open)(tc_mail_reading *r, bool own);
    const char *nobody; /* an account of that name is none; NULL: there is no such name */
    unsigned own; /* forms of time stamps that its own files have, bits of tc_mail_stamp_form */
} tc_mail_server;

#endif
