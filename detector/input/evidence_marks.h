/*
 * evidence_marks: what lines of logs are told by, whatever their form: times, and the words of
 * servers of mail. For evidence*.c alone.
 *
 * Pure, and bounded by the length of the text.
 */
#ifndef TC_INPUT_EVIDENCE_MARKS_H
#define TC_INPUT_EVIDENCE_MARKS_H

#include "parsers/base/slice.h"

/* How much of the text is of that form: 0 for a digit, 'a' for a letter, '?' for a digit or a
 * blank, 'T' for T or a blank (a tab, too), anything else for itself. */
bool tc_mark_has_form(tc_slice text, const char *form);
/* Where in the line a time begins, at the start of a word; TC_NPOS if there is none. */
size_t tc_mark_time(tc_slice line);
/* The line holds what only a server of mail, or of the web in front of one, writes: a request for
 * a door of Exchange, a logon to a mailbox; and an address or a time of day beside it. */
bool tc_mark_server(tc_slice line);

#endif
