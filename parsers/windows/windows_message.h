/*
 * windows_message: the values of an event of which only the message is there, as Event Viewer shows
 * it, or a list of values without names.
 *
 * For the events of the Security log that windows_templates.def knows. English messages are read by
 * their labels, wherever line ends and tabs were lost; those in other languages by the order of
 * their labels, which needs them apart by lines, tabs or several blanks. A security id that a
 * program replaced by a name is left out. Nothing is read of an event that names its values.
 */
#ifndef TC_WINDOWS_MESSAGE_H
#define TC_WINDOWS_MESSAGE_H

#include "parsers/event/names.h"
#include "parsers/event/schema.h"
#include "parsers/open/row.h"

/* Sets the fields of the event in the row, of that number, that its Data or Message say. */
void tc_windows_read_message(tc_row *row, const tc_schema *schema, const tc_names *names,
                             tc_slice number);

/* An event that names neither channel nor provider is one of the Security log if its message is
 * what that log says of its number, or if it has an event's values and a number that only that log
 * gives such. True if the row was given that log's provider. */
bool tc_windows_place(tc_row *row);

/* The number of the event that a message begins like, in the languages of the table; 0 if none. */
unsigned tc_windows_message_number(tc_slice message);

#endif
