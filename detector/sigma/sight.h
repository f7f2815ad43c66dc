/*
 * sight: what of the rules the events that were read could ever match.
 *
 * A rule can match nothing if no event counts as its logsource, or if it asks for fields that no
 * such event has. Noted event by event, one sight a thread, added up at the end; whether a field
 * that enrichment sets is there is not judged, since it is set only where somebody asks. The answer
 * depends on the events alone, not on who noted which. Fields still to be seen are looked for at
 * each event, others are not; rules before the first one that is watched cost nothing.
 */
#ifndef TC_SIGMA_SIGHT_H
#define TC_SIGMA_SIGHT_H

#include "detector/sigma/ruleset.h"
#include "parsers/event/event.h"

typedef struct tc_sight tc_sight;

typedef enum tc_sight_answer {
    TC_SIGHT_POSSIBLE,
    TC_SIGHT_NO_LOG,  /* no event of its logsource was read */
    TC_SIGHT_NO_FIELD /* it cannot match without fields that none of them has */
} tc_sight_answer;

#define TC_SIGHT_FIELDS 3

/* Watches the rules from index `first` on. NULL without memory. */
tc_sight *tc_sight_new(const tc_ruleset *rules, size_t first) TC_MUST_USE;
void tc_sight_free(tc_sight *sight);
void tc_sight_note(tc_sight *sight, const tc_event *event);
/* What the other has seen, this has seen. */
void tc_sight_add(tc_sight *sight, const tc_sight *other);
/* Of a watched detection rule; of TC_SIGHT_NO_FIELD the first such fields, too. */
tc_sight_answer tc_sight_judge(const tc_sight *sight, const tc_rule *rule,
                               tc_slice ret_fields[TC_SIGHT_FIELDS], size_t *ret_count);

#endif
