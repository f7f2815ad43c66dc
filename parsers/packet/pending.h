/*
 * pending: commands that have no reply yet, in the order in which they will get one.
 *
 * Bounded: who has room for no more commands shows the caller's client no further (TC_PENDING_MAX),
 * as long as there is a server that answers. A command is a number of the caller's, not 0.
 */
#ifndef TC_PACKET_PENDING_H
#define TC_PACKET_PENDING_H

#include "parsers/base/slice.h"

#define TC_PENDING_MAX 128

typedef struct tc_pending {
    uint8_t commands[TC_PENDING_MAX]; /* a ring */
    size_t oldest, count;
} tc_pending;

bool tc_pending_full(const tc_pending *p);
/* Of a full one the oldest is forgotten. */
void tc_pending_add(tc_pending *p, uint8_t command);
/* The one that the next reply answers, and the last; 0: there is none. */
uint8_t tc_pending_first(const tc_pending *p);
uint8_t tc_pending_last(const tc_pending *p);
bool tc_pending_has(const tc_pending *p, uint8_t command);
/* The first has its reply. */
void tc_pending_answered(tc_pending *p);
/* Nothing before the last will be answered any more; nothing behind the first is a command. */
void tc_pending_keep_last(tc_pending *p);
void tc_pending_keep_first(tc_pending *p);
/* What was one command is taken for another. */
void tc_pending_rename(tc_pending *p, uint8_t from, uint8_t to);
void tc_pending_clear(tc_pending *p);

#endif
