/*
 * incident_commons: what the organisation uses in ordinary life, so that nobody is suspected for
 * sharing it.
 *
 * Addresses, networks, systems and agents, by digest. A mailbox is a user of one if its first
 * session with it was ordinary, and a stranger to it if that session was new to the mailbox; it
 * stays what it was first. What three mailboxes use is common: it joins nothing and draws nobody
 * in. What five strangers came by within four weeks becomes no more common in that time, so that a
 * campaign that goes on does not turn its own client into everybody's. A mailbox that is united
 * with another may count for two, which makes things common a little sooner.
 *
 * A place (a network that people come to with devices of their own) is common from when that is
 * sure.
 *
 * Besides, how many mailboxes ever had a session with it is estimated, in any way: what very many
 * come by is a place or a service, whoever is new there.
 *
 * Bounded: at the bound what is not common makes room first. Without memory nothing new is learned.
 * Internal to incident*.c.
 */
#ifndef TC_INCIDENT_INCIDENT_COMMONS_H
#define TC_INCIDENT_INCIDENT_COMMONS_H

#include "detector/evidence.h"
#include "detector/memory/keymap.h"
#include "parsers/base/visit.h"

enum { TC_COMMON_USERS = 3, TC_COMMON_STRANGERS = 5 };

typedef struct tc_common {
    uint64_t digest;
    tc_time strange; /* the last stranger's session */
    uint32_t users[TC_COMMON_USERS];
    uint32_t strangers[TC_COMMON_STRANGERS];
    uint8_t user_count, stranger_count;
    uint8_t place;    /* tc_settled */
    uint64_t seen[2]; /* a bit for each mailbox, by its hash: linear counting */
} tc_common;

typedef struct tc_commons {
    tc_common *items;
    size_t count, capacity, max;
    size_t hand;  /* where room is looked for */
    tc_keymap at; /* digest -> place + 1 */
    uint64_t given_up;
} tc_commons;

void tc_commons_init(tc_commons *commons, size_t max_bytes);
void tc_commons_done(tc_commons *commons);
/* A session of the mailbox, by a hash of its, with what has that digest. */
void tc_commons_note(tc_commons *commons, uint64_t digest, uint64_t mailbox, bool ordinary,
                     tc_time time);
/* It is a place from now on, at least so surely. */
void tc_commons_settle(tc_commons *commons, uint64_t digest, tc_settled place);
tc_settled tc_commons_place(const tc_commons *commons, uint64_t digest);
/* Three mailboxes use it, or it is a place. Nothing is common that has no digest. */
bool tc_commons_has(const tc_commons *commons, uint64_t digest);
/* How many use it, as far as is kept: at most TC_COMMON_USERS. */
uint32_t tc_commons_users(const tc_commons *commons, uint64_t digest);
/* More than so many mailboxes came by, as far as can be told; more than 512 always are. */
bool tc_commons_is_crowded(const tc_commons *commons, uint64_t digest, size_t most);
/* Into commons that know nothing. */
void tc_commons_visit(tc_commons *commons, tc_visit *visit);

#endif
