/*
 * spray_table: of each place, who failed to log on there and who succeeded.
 *
 * A place is an address, a network, an agent, a mailbox: a 64-bit key; its members are 64-bit
 * hashes of the names (or addresses) that were tried. Whoever succeeds at a place is no failure of
 * it any more, then or later: people mistype, and a place where those who fail come in afterwards
 * is nobody's spray. Of a place up to 64 failing members are kept and the first 16 that succeeded;
 * beyond that the figures stay where they are, which no threshold comes near.
 *
 * The figures are sets over whole seconds: telling a thing again changes nothing. At its bound of
 * places or members the table gives up the place that was told longest ago, one without a crowd
 * of failures sooner; that is counted. Places untold for 28 days are forgotten.
 */
#ifndef TC_DERIVE_SPRAY_TABLE_H
#define TC_DERIVE_SPRAY_TABLE_H

#include "detector/bound.h"
#include "parsers/base/visit.h"

typedef struct tc_spray_figures {
    uint32_t failed_recent; /* members that failed within ten minutes and did not succeed */
    uint32_t failed;        /* ... within 24 hours */
    uint32_t failures;      /* their failures within 24 hours, those without a name too */
    uint32_t peak;          /* the most that `failed` was at once within 7 days */
    uint32_t succeeded;     /* members that succeeded within 28 days, at most 16 */
    uint32_t settled;       /* of these: first more than 7 days ago */
} tc_spray_figures;

typedef enum tc_spray_growth {
    TC_SPRAY_KNOWN, /* the member failed there within 24 hours already, or has succeeded there */
    TC_SPRAY_GROWN, /* one more member */
    TC_SPRAY_NEW    /* ... of a place that was not known */
} tc_spray_growth;

typedef struct tc_spray_table tc_spray_table;

/* NULL without memory. */
tc_spray_table *tc_spray_table_new(size_t places_max) TC_MUST_USE;
void tc_spray_table_free(tc_spray_table *table);
/* A failure of the member; 0: of a name that is not known, which is a failure and no member. */
tc_spray_growth tc_spray_table_failed(tc_spray_table *table, uint64_t place, uint64_t member,
                                      tc_time now);
/* Somebody who succeeded. */
typedef struct tc_spray_guest {
    uint64_t member;
    uint32_t entity; /* for its owner: whose it was then */
    bool novel;      /* the first time, from a source new to it */
} tc_spray_guest;

#define TC_SPRAY_GUESTS 16
/* A success. Of a place that is not known it is kept only if `make`. */
void tc_spray_table_succeeded(tc_spray_table *table, uint64_t place, const tc_spray_guest *guest,
                              tc_time now, bool make);
/* Those who came first, from a source new to them, within 7 days; how many. */
size_t tc_spray_table_strangers(const tc_spray_table *table, uint64_t place, tc_time now,
                                tc_spray_guest ret[TC_SPRAY_GUESTS]);
/* All zero of a place that is not known. */
tc_spray_figures tc_spray_table_figures(const tc_spray_table *table, uint64_t place, tc_time now);
/* `what` and `section` are constants. */
void tc_spray_table_bounds(const tc_spray_table *table, const char *what, tc_bounds *bounds);
void tc_spray_table_visit(tc_spray_table *table, const char *section, tc_visit *visit);

#endif
