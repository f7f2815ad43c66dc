/*
 * record: what an event that an agent sent says of itself, before anybody reads what is in it.
 *
 * Whose it is: the agent's or host's name, and the folder of the log (files of one folder are one
 * log, however they are called) or the channel of Windows. And which record it is, if it says so:
 * of a file, its path, whatever tells the file itself (inode, fingerprint), the offset, and the
 * line; of Windows, computer, channel, number and time. A record that is sent again has the same
 * identity; one that does not say where it stood has none. Header lines ('#') have none either:
 * they are no records, and the same ones stand at the head of many files. Pure.
 */
#ifndef TC_RECEIVE_RECORD_H
#define TC_RECEIVE_RECORD_H

#include "parsers/base/arena.h"

typedef enum tc_record_kind {
    TC_RECORD_SHIPPED, /* a line of a file */
    TC_RECORD_WINDOWS, /* an event of Windows */
    TC_RECORD_OTHER,
    TC_RECORD_KINDS
} tc_record_kind;

typedef struct tc_record {
    tc_record_kind kind;
    tc_slice host; /* empty: not said */
    tc_slice log;
    uint64_t identity; /* 0: it has none */
} tc_record;

/* One JSON object. Texts are the line's or the arena's. What is no JSON is of nobody. */
void tc_record_of_json(tc_slice line, tc_arena *arena, tc_record *ret);
/* A message of RFC 3164 or 5424: its host; `log` tells the one from the other. */
void tc_record_of_syslog(tc_slice message, tc_record *ret);

#endif
