/*
 * m365_record: what all records of Microsoft 365's audit log have, whatever they tell of.
 *
 * For the families of such records (m365.c, management.c). Texts point into the event or its arena.
 */
#ifndef TC_ENRICH_M365_RECORD_H
#define TC_ENRICH_M365_RECORD_H

#include "detector/enrich/ecs.h"

/* The client's address as written, without the name that some records put before it. */
tc_slice tc_m365_address(const tc_event *event);
/* Client, type of record and server that wrote it. */
void tc_m365_set_ecs(const tc_ecs *e);

#endif
