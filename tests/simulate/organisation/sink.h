/*
 * sink: the lines of a day, sorted and written where a server would write them.
 *
 * Lines may come in any order within the day and may reach into the next; a line of a day that is
 * already written is refused (the makers must not do that). Outages, wrong clocks and damage are
 * done here, behind the makers' backs, as they happen to real logs.
 */
#ifndef TC_SIMULATE_SINK_H
#define TC_SIMULATE_SINK_H

#include "parsers/base/str.h"
#include "tests/simulate/organisation/org.h"

#define HOSTS_MAX 4

typedef enum log_kind {
    LOG_IIS,
    LOG_TRACKING,
    LOG_SERVER, /* Winlogbeat of a mail server: Security, MSExchange Management, System */
    LOG_CONTROLLER,
    LOG_KINDS
} log_kind;

typedef struct sink sink;

sink *sink_new(const org *o);
void sink_free(sink *s);
/* The text that the next line is added to; sink_end tells its time and log. */
tc_str *sink_begin(sink *s);
/* False: the line is lost, as the options or an outage want it. */
bool sink_end(sink *s, tc_time t, log_kind kind, uint32_t host);
/* Writes every line before that instant. */
bool sink_flush(sink *s, tc_time until);
/* Nothing is written by that log in that time. */
void sink_silence(sink *s, log_kind kind, uint32_t host, tc_time from, tc_time until);
/* The clock of that host is off by so much. */
void sink_skew(sink *s, uint32_t host, tc_time from, tc_time until, tc_time by);
/* Files of that log of that day are there twice: a copy, gzip'd, in another folder. */
void sink_copy(sink *s, log_kind kind, uint32_t host, tc_time day);
uint64_t sink_lines(const sink *s);
/* Of how many mailboxes nothing is written. */
uint32_t sink_lost_people(const sink *s);
/* The files that were written, and those that are missing. */
const struct files *sink_files(const sink *s);

#endif
