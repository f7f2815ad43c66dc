/*
 * lost_people: mailboxes of which the delivered logs hold nothing, as --lose-mailboxes wants it.
 *
 * Which ones is drawn by mailbox, in a stream of its own. A line that names one of them, as mail
 * address, user principal name or account, is to be lost; a name inside a longer word is none.
 */
#ifndef TC_SIMULATE_LOST_PEOPLE_H
#define TC_SIMULATE_LOST_PEOPLE_H

#include "tests/simulate/organisation/people.h"

typedef struct lost_people lost_people;

/* NULL if nobody is to be lost. */
lost_people *lost_people_new(const org *o);
void lost_people_free(lost_people *lost);
/* Whether the line names one of them; `lost` may be NULL. */
bool lost_people_named(const lost_people *lost, tc_slice line);
uint32_t lost_people_count(const lost_people *lost);

#endif
