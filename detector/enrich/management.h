/*
 * management: what a cmdlet of MSExchange Management does, to whose mailbox, by whom.
 *
 * Reads the fields that the parser took apart (parsers/windows/windows_cmdlet.h). Who the caller
 * says to be is never a reason to pass something over. Texts point into the event or its arena.
 */
#ifndef TC_ENRICH_MANAGEMENT_H
#define TC_ENRICH_MANAGEMENT_H

#include "detector/enrich/worker.h"

typedef struct tc_deed {
    tc_slice cmdlet;
    tc_slice mailbox; /* acted upon, as written, without folder or rule behind it; may be empty */
    tc_slice actor;   /* SID of the caller; his name where he has none that tells him apart */
    tc_slice caller;  /* name of the caller, without what stands before it */
} tc_deed;

/* Where mail is sent on to. */
typedef struct tc_forward {
    tc_slice to;   /* the first address outside, else the first, else the text; empty: nowhere */
    bool judged;   /* it could be told whether that is outside */
    bool external; /* it is in no domain of the organisation */
} tc_forward;

void tc_management_read(const tc_event *event, tc_deed *ret);
/* Own domains are those declared with --domain; where none are, those of the mailbox and of the
 * caller, with what lies above and below them. */
void tc_management_forward(const tc_enrich_worker *w, const tc_event *event, const tc_deed *deed,
                           tc_forward *ret);

#endif
