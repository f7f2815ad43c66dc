/*
 * windows_labels: which logs a Windows event counts as (Sigma: logsource), by its channel, or, if
 * it has none, its provider, and by its number.
 *
 * All is data (windows_labels.def). An event of a channel that is not in it is product `windows`
 * and nothing else.
 */
#ifndef TC_WINDOWS_LABELS_H
#define TC_WINDOWS_LABELS_H

#include "parsers/event/names.h"
#include "parsers/event/schema.h"
#include "parsers/open/row.h"

typedef enum tc_windows_log {
    TC_WINDOWS_LOG_OTHER,
#define TC_WINDOWS_LABELS(log, service, category, more) TC_WINDOWS_LOG_##log,
#include "parsers/windows/windows_labels.def"
    TC_WINDOWS_LOG_COUNT
} tc_windows_log;

/* What each of them is, in that order. */
extern const tc_logsource_set tc_windows_label_sets[TC_WINDOWS_LOG_COUNT];

/* The log of an event with that channel, provider, number and EventType, as far as it has them. */
tc_windows_log tc_windows_log_of(tc_slice channel, tc_slice provider, tc_slice number,
                                 tc_slice type);

/* Gives the row the fields that rules for such events know under another name. */
void tc_windows_copy_fields(tc_windows_log log, tc_row *row, const tc_schema *schema,
                            const tc_names *names);

#endif
