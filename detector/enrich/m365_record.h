/*
 * m365_record: what all records of Microsoft 365's audit log have, whatever they tell of.
 *
 * For the families of such records (m365.c, management.c). Texts point into the event or its arena.
 */
#ifndef TC_ENRICH_M365_RECORD_H
#define TC_ENRICH_M365_RECORD_H

#include "detector/enrich/ecs.h"
#include "detector/enrich/management.h"

/* The client's address as written, without the name that some records put before it. */
tc_slice tc_m365_address(const tc_event *event);
/* The name of its type, whether a name or a number was written; empty: it has none. */
tc_slice tc_m365_type(const tc_event *event);
/* A person's name: not a service, a number or a key. */
bool tc_m365_is_person(tc_slice user);
/* States what the record calls one person: names, mailbox, SIDs, object in the directory. */
TC_STATUS tc_m365_names(tc_enrich_worker *w, const tc_event *event);
/* Notes what the record says of the audit itself; `enters`: it is a logon to webmail. */
TC_STATUS tc_m365_note(tc_enrich_worker *w, const tc_event *event, bool enters);
/* ... and of a cmdlet that has succeeded, wherever it was run. */
TC_STATUS tc_m365_note_cmdlet(tc_enrich_worker *w, const tc_event *event, const tc_deed *deed);
/* Client, type of record and server that wrote it. */
void tc_m365_set_ecs(const tc_ecs *e);

#endif
