/*
 * windows_outcome: whether what was audited succeeded, where nothing says it in Windows' own way.
 *
 * The keywords of an event do (0x8010000000000000 failed, 0x8020000000000000 succeeded), as number
 * or as English words. Collectors translate the words, number the kinds of entries as
 * EventLogEntryType does (16, 8), put that number into the level (Log Analytics) or leave the
 * keywords out and say it in a word of their own.
 */
#ifndef TC_WINDOWS_OUTCOME_H
#define TC_WINDOWS_OUTCOME_H

#include "parsers/open/row.h"

/* Makes the keywords of the event in the row Windows' own, if anything says what they are. `word`
 * is what a collector says of it, success or failure; it may be empty, and counts least. */
void tc_windows_read_outcome(tc_row *row, tc_slice word);

#endif
