/*
 * windows_data_text: the values of an event that a collector wrote as XML into one text.
 *
 * Log Analytics has them so, as EventData (<DataItem><EventData><Data Name="..">..) and as
 * ParameterXml (<Param>..</Param>..). Elements Data and Param are values, whatever stands around
 * them; what is malformed costs what stands behind.
 */
#ifndef TC_WINDOWS_DATA_TEXT_H
#define TC_WINDOWS_DATA_TEXT_H

#include "parsers/open/xml_reader.h"

/* One value; without a Name its name is empty. */
typedef void tc_windows_value_fn(void *context, tc_slice name, tc_cell value);

/* Hands over every value in the text, which is UTF-8. Names and values live as long as the text and
 * the arena. */
void tc_windows_read_data_text(tc_slice text, tc_arena *arena, tc_windows_value_fn *take,
                               void *context);

#endif
