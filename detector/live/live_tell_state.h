/*
 * live_tell_state: what telling is made of. For live_tell*.c alone.
 */
#ifndef TC_LIVE_LIVE_TELL_STATE_H
#define TC_LIVE_LIVE_TELL_STATE_H

#include "detector/live/live_tell.h"
#include "detector/live/told_early.h"
#include "detector/send/escalation.h"
#include "detector/send/gate.h"
#include "detector/send/message.h"
#include "detector/store/store.h"

/* What was found in the history. */
typedef struct tc_found {
    uint64_t incidents, alerts;
    uint32_t gravest; /* level that an incident came to */
} tc_found;

struct tc_live_tell {
    tc_receiver *const *receivers;
    tc_teller **tellers;
    tc_escalation **escalations; /* by receiver; NULL where it escalates to nobody */
    size_t count;
    bool redact;
    tc_store *store;
    tc_gate *gate;
    tc_board *board;
    tc_told_early *early;
    tc_found history;
    bool history_told;
    uint64_t told, hash;
    uint64_t early_told;
    uint64_t silenced; /* alerts that nobody was told of because people had said so */
    tc_str payload;
    tc_status failed;   /* in telling a notice */
    bool is_for_files;  /* the notice is */
    bool is_for_people; /* and for those who hear no alerts */
    const char *except; /* the receiver that it does not go to; NULL: it goes to all */
    const char *only;   /* the one that it goes to; NULL: to all */
};

/* Puts the payload for that receiver, if there is one. */
TC_STATUS tc_live_put_told(tc_live_tell *tell, size_t receiver, const char *id, uint32_t ordinal,
                           tc_level level, tc_time time);

/* live_tell_escalation.c: hands out a notice of each that is due, for `only`; and when the next
 * will be. */
TC_STATUS tc_live_tell_escalations(tc_live_tell *tell, tc_time now, tc_notice_take take);
tc_time tc_live_next_escalation(const tc_live_tell *tell);
/* New ones, for the receivers that escalate. TC_ENOMEM. */
TC_STATUS tc_live_new_escalations(tc_live_tell *tell);
void tc_live_free_escalations(tc_live_tell *tell);
void tc_live_visit_escalations(tc_live_tell *tell, tc_visit *visit);
#endif
