/*
 * live_tell: what a run that goes on tells its receivers: rows for their outboxes.
 *
 * Every alert becomes one row for each receiver that wants it, put into the store with the commit
 * that it belongs to. A row is known by the receiver, the id and a number made of what the alert
 * says; so the same alert, made again by a replay, is the same row. A storm is held back by the
 * gate, for all but files, and told in counts. Alerts of what happened before the first start are
 * `historic`: files get them, and everybody else one notice when the history was read.
 *
 * What of incidents people have silenced or closed is held likewise (board.h); a critical one that
 * nobody has acknowledged goes to whom a receiver escalates.
 *
 * Borrows the receivers and the store. What the gate, the board and the counts remember is saved.
 */
#ifndef TC_LIVE_LIVE_TELL_H
#define TC_LIVE_LIVE_TELL_H

#include "detector/live/request.h"

struct tc_heartbeat;
struct tc_notice;
struct tc_receiver;
struct tc_store;

typedef struct tc_live_tell tc_live_tell;

tc_live_tell *tc_live_tell_new(struct tc_receiver *const *receivers, size_t count,
                               struct tc_store *store, bool redact) TC_MUST_USE;
void tc_live_tell_free(tc_live_tell *tell);
/* From the beginning: nothing was told. TC_ENOMEM. */
TC_STATUS tc_live_tell_reset(tc_live_tell *tell);
/* `now`: of the step that it belongs to. */
TC_STATUS tc_live_tell_alert(tc_live_tell *tell, const tc_alert *alert, tc_time now);
/* The same of one that is told before its turn, at which it is neither counted nor told again.
 * `about` is what else is not told early until then. */
TC_STATUS tc_live_tell_early(tc_live_tell *tell, const tc_alert *alert, uint64_t about,
                             tc_time now);
/* All that is older had its turn. */
void tc_live_tell_turned(tc_live_tell *tell, tc_time before);
/* Whether counts of what was held are due. */
bool tc_live_tell_is_due(const tc_live_tell *tell, tc_time now);
TC_STATUS tc_live_tell_due(tc_live_tell *tell, tc_time now);
/* The history was read: tells what was found in it, once; nothing if nothing was. */
TC_STATUS tc_live_tell_history(tc_live_tell *tell, tc_time now);
/* That the run lives, to everybody but files: by the way that an alarm would take. */
TC_STATUS tc_live_tell_heartbeat(tc_live_tell *tell, const struct tc_heartbeat *beat);
/* What the run says of its own health, to everybody but `except` (NULL: to all). */
TC_STATUS tc_live_tell_health(tc_live_tell *tell, const struct tc_notice *notice,
                              const char *except);
/* What people have said of an incident takes effect; `incident` is its whole id. */
void tc_live_tell_say(tc_live_tell *tell, const tc_request *request);
/* What was told of incidents; borrowed, another one after a reset. */
tc_board *tc_live_tell_board(const tc_live_tell *tell);
/* Alerts that nobody but files was told of, because people had said so. */
uint64_t tc_live_tell_silenced(const tc_live_tell *tell);
/* Alerts that were told before their turn. */
uint64_t tc_live_tell_early_count(const tc_live_tell *tell);
/* How many alerts were told, and a hash of those whose turn it was, in their order. */
uint64_t tc_live_tell_count(const tc_live_tell *tell);
uint64_t tc_live_tell_hash(const tc_live_tell *tell);
void tc_live_tell_visit(tc_live_tell *tell, tc_visit *visit);

#endif
