/*
 * culture: what Exchange writes in each language, and the language that each mailbox has when.
 *
 * Texts are those of the servers. A mailbox begins with its owner's culture; marks say from when on
 * it is another and who made it so (a campaign, or nobody bad).
 */
#ifndef TC_SIMULATE_CULTURE_H
#define TC_SIMULATE_CULTURE_H

#include "tests/simulate/organisation/org.h"

typedef struct culture {
    const char *tag, *country, *folder; /* folder of webmail's resources */
    const char *away, *accepted, *declined, *tentative, *read, *full;
    const char *zone; /* Windows time zone */
    bool european;
    double share; /* of mailboxes */
} culture;

extern const culture cultures[];
extern const uint32_t culture_count;

const culture *culture_of(const char *tag);
/* An own culture by the shares. */
const culture *culture_draw(rng *r);

typedef struct mark {
    uint32_t mailbox;
    tc_time from;
    const culture *now;
    int campaign; /* that made it so; -1 nobody bad */
} mark;

typedef struct marks marks;
marks *marks_new(void);
void marks_free(marks *m);
void marks_set(org *o, uint32_t mailbox, tc_time from, const culture *now, int campaign);
/* The mark in force at that time; NULL: still the owner's own. */
const mark *marks_at(const org *o, uint32_t mailbox, tc_time t);
const culture *marks_culture(const org *o, uint32_t mailbox, tc_time t);

#endif
