/*
 * windows_cmdlet: what an event of the channel MSExchange Management says, as fields.
 *
 * Exchange writes a cmdlet, its parameters as the caller typed them, the caller and more as values
 * without names. Added to the row of such an event are Cmdlet, Parameters (the text), Caller,
 * CallerSid and ClientApplication, and for every parameter Parameters.Name in the spelling of the
 * product's manual, whatever the caller's: without quotes, a list as several values, a switch as
 * true. Shippers that keep the message alone give cmdlet and parameters. Nothing is added where the
 * values do not look like that, and at most 64 parameters are read.
 */
#ifndef TC_WINDOWS_CMDLET_H
#define TC_WINDOWS_CMDLET_H

#include "parsers/windows/windows_event.h"

/* `schema` is that of the row. */
void tc_windows_read_cmdlet(tc_row *row, const tc_schema *schema, const tc_names *names);

/* Adds Parameters.NAME to the row, for other logs that tell of cmdlets. */
void tc_windows_set_parameter(tc_row *row, const tc_schema *schema, const tc_names *names,
                              tc_slice name, tc_cell value);
/* Adds what stands in a text of parameters as somebody typed them. */
void tc_windows_read_parameters(tc_row *row, const tc_schema *schema, const tc_names *names,
                                tc_slice s);

#endif
