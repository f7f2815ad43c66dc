/*
 * ordered_early: a match of a grave rule on a raw event, told before its turn.
 *
 * What the ordered stage will tell of a record is certain at once where it hangs on the record
 * alone. So a match of level high or above is told as soon as it was read: under the id that it
 * will have at its turn (the id is the record's), in the same words, with the names that are known
 * by now, and without its incident, which is not known yet. Told at their turn only are:
 *   what the site may have left out: an exception or a service account of which it is not certain
 *   that it means somebody else, a change window, a declared response;
 *   what may belong to an incident that people have silenced or closed;
 *   what is like something told within a day.
 * Changes nothing of the stage.
 */
#ifndef TC_PIPELINE_ORDERED_EARLY_H
#define TC_PIPELINE_ORDERED_EARLY_H

#include "detector/pipeline/ordered.h"

#define TC_EARLY_LEVEL TC_LEVEL_HIGH

typedef struct tc_early_sink {
    void *context;
    /* Whether nobody is told of what is of that level and of that incident. */
    bool (*is_silenced)(void *context, const char incident[33], tc_level level);
    /* `about`: a hash of the rule and whom it names. */
    TC_STATUS (*alert)(void *context, const tc_alert *alert, uint64_t about);
} tc_early_sink;

/* Whether it is a match that may be told early. */
bool tc_ordered_may_be_early(const tc_ordered *ordered, const tc_observation *observation);
/* Tells it, or leaves it to its turn. */
TC_STATUS tc_ordered_tell_early(tc_ordered *ordered, const tc_observation *hit, tc_slice heap,
                                const tc_early_sink *sink);

#endif
