/*
 * journal: records of systemd's journal, as `journalctl -o export` and `-o json` print them.
 *
 * A record is a set of named fields, of which a few say who wrote what and when. Like lines of
 * syslog it is some server's message: what a program says counts, not how it got there.
 */
#ifndef TC_MAIL_JOURNAL_H
#define TC_MAIL_JOURNAL_H

#include "parsers/mail/mail_log.h"

/* The fields that are looked at. */
typedef enum tc_journal_field {
    TC_JOURNAL_MESSAGE,
    TC_JOURNAL_IDENTIFIER,
    TC_JOURNAL_COMMAND,
    TC_JOURNAL_HOST,
    TC_JOURNAL_PID,
    TC_JOURNAL_SYSLOG_PID,
    TC_JOURNAL_RECEIVED,
    TC_JOURNAL_WRITTEN,
    TC_JOURNAL_FIELDS
} tc_journal_field;

typedef struct tc_journal_record {
    tc_slice field[TC_JOURNAL_FIELDS];
} tc_journal_record;

/* Notes a field, if it is one of these. */
void tc_journal_set(tc_journal_record *record, tc_slice name, tc_slice value);

/* Where the records of a block go. */
typedef struct tc_journal_walk {
    const tc_parser *self;
    const tc_mail_carry *carry;
    const tc_parse_options *options;
    tc_arena *arena;
    tc_ledger *ledger;
    const tc_sink *sink;
} tc_journal_walk;

/* Delivers a record, or refuses it, and books its bytes, which are `whole`. */
TC_STATUS tc_journal_deliver(tc_journal_walk *walk, const tc_journal_record *record, tc_place place,
                             tc_slice raw, tc_slice whole);
TC_STATUS tc_journal_refuse(tc_journal_walk *walk, tc_reason reason, tc_place place, tc_slice raw,
                            tc_slice whole);
/* When it was written, in UTC; TC_TIME_NONE if it does not say. */
tc_time tc_journal_time(const tc_journal_record *record);
/* Whether a server that is known wrote it. */
bool tc_journal_is_known(const tc_journal_record *record);

#endif
