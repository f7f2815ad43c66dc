/*
 * windows_renamed: values of an event that Elastic's modules for the Security log took out of its
 * EventData and named as the Elastic Common Schema does.
 *
 * What they mean depends on the event: `user` is who logs on (4624 and its like), or who acts upon
 * `user.target` (4720 and its like). So they are kept until the event's number is known. They count
 * less than whatever the event itself still says.
 */
#ifndef TC_WINDOWS_RENAMED_H
#define TC_WINDOWS_RENAMED_H

#include "parsers/open/row.h"

typedef enum tc_windows_renamed_name {
    TC_WINDOWS_USER_NAME,
    TC_WINDOWS_USER_DOMAIN,
    TC_WINDOWS_USER_ID,
    TC_WINDOWS_USER_TARGET_NAME,
    TC_WINDOWS_USER_TARGET_DOMAIN,
    TC_WINDOWS_USER_TARGET_ID,
    TC_WINDOWS_SOURCE_IP,
    TC_WINDOWS_SOURCE_PORT,
    TC_WINDOWS_SOURCE_DOMAIN,
    TC_WINDOWS_EXECUTABLE,
    TC_WINDOWS_SAID_OUTCOME,
    TC_WINDOWS_RENAMED_COUNT
} tc_windows_renamed_name;

/* Of one event; all zero: nothing was said. */
typedef struct tc_windows_renamed {
    tc_cell cells[TC_WINDOWS_RENAMED_COUNT];
} tc_windows_renamed;

/* Of a name that is told twice the first counts. */
void tc_windows_renamed_note(tc_windows_renamed *renamed, tc_windows_renamed_name name,
                             tc_cell cell);
/* Sets the fields of the event in the row that have nothing else; the word for its outcome, which
 * may be empty. */
tc_slice tc_windows_renamed_fill(const tc_windows_renamed *renamed, tc_row *row);

#endif
