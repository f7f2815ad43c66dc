/*
 * mail_log: formats whose records are lines of mail servers' logs, and what they share with those
 * of the journal.
 *
 * The formats differ in what they are evidence of: a format is whichever most lines of a file's
 * head are at home in, and of a line that is at home elsewhere the event says so (`shipped`), as
 * it does of records in an envelope. All of them read every server. What no server is known by
 * is an event of no server; inside an envelope it is refused, because there it may be anything.
 */
#ifndef TC_MAIL_MAIL_LOG_H
#define TC_MAIL_MAIL_LOG_H

#include "parsers/mail/mail_line.h"
#include "parsers/registered.h"
#include "parsers/windows/windows_event.h"

/* What a carry holds. */
typedef struct tc_mail_carry {
    const tc_schema *schemas[TC_MAIL_SERVERS + 1]; /* the last: of no server */
    tc_windows_schemas windows;                    /* of Windows */
    tc_mail_calendar calendar;
    tc_code failed; /* why there are none */
    bool skipping;  /* inside a record that is too long */
    bool inside;    /* an envelope */
} tc_mail_carry;

void tc_mail_log_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options);
void tc_mail_carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                         tc_visit *visit);
/* Of one record under whatever name its file and its year have: the host's first label, program,
 * text and second. */
uint64_t tc_mail_identity(const tc_parser *self, const tc_event *event);

/* A record of some server, ready to be told. */
typedef struct tc_mail_record {
    const tc_parser *self;
    const tc_mail_carry *carry;
    const tc_parse_options *options;
    tc_arena *arena;
    size_t server;
    tc_mail_reading *reading;
    tc_time time;
    tc_place place;
    tc_slice raw;
} tc_mail_record;
TC_STATUS tc_mail_deliver(const tc_mail_record *record, const tc_sink *sink);
const tc_parser *tc_mail_home_parser(tc_mail_home home);

#define TC_MAIL_GIVES_LOGONS "logons over IMAP, POP3 and SMTP"

#endif
