/*
 * family: kinds of logs, as far as enrichment tells them apart.
 *
 * A family is one const row with which its file ends, and one line of families.def. A schema
 * belongs to the first family of the table that one of its labels fits; to tc_family_none if there
 * is none: its events have no ECS fields, say nothing and can only be matched. A row's functions
 * may be NULL.
 */
#ifndef TC_ENRICH_FAMILY_H
#define TC_ENRICH_FAMILY_H

#include "detector/enrich/enricher.h"

#define TC_FAMILY_COLUMNS_MAX 16

/* A column that is looked up once for each schema: the first of these that the log has. */
#define TC_FAMILY_CHOICES 4
typedef struct tc_family_column {
    tc_field_static fields[TC_FAMILY_CHOICES];
} tc_family_column;

typedef struct tc_family {
    const char *name;
    tc_logsource label; /* what a label must say; NULL: whatever it says */
    /* Found in w->columns under the same index, -1 where the log has none. */
    const tc_family_column *columns;
    size_t column_count;
    tc_field_static host; /* the server that wrote the record */
    /* The same where it depends on the record; NULL: it does not. */
    tc_slice (*host_of)(const tc_event *event);
    /* Ids that a server gives its records, each to one: twice is a copy, in one source too. */
    tc_field_static ids[2];
    bool hearsay; /* names in it are what a client says, and not a server's knowledge */
    /* Tells what the event means; sets a reason for what must not be judged. */
    TC_STATUS (*observe)(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered);
    /* Fills what an observation of a match on the event says about whom. */
    TC_STATUS (*describe)(tc_enrich_worker *w, const tc_event *event, tc_observation *o);
    /* Sets the ECS fields that are wanted. */
    void (*ecs)(tc_enrich_worker *w, tc_event *event);
} tc_family;

#define TC_FAMILY(family) extern const tc_family tc_family_##family;
#include "detector/enrich/families.def"
#undef TC_FAMILY
extern const tc_family tc_family_none;

/* All of them, then NULL. */
extern const tc_family *const tc_families[];
const tc_family *tc_family_of(const tc_family *const *table, const tc_schema *schema);

#endif
