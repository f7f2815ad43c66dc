/*
 * proof_command: a line of evidence that shows a cmdlet, and where its parameters send mail.
 *
 * "Cmdlet by CALLER: NAME PARAMETERS", as parsers/windows/windows_event.h words it. Pure functions
 * of a text that may be hostile and may be cut anywhere; what they give points into it.
 */
#ifndef TC_OUTPUT_PROOF_COMMAND_H
#define TC_OUTPUT_PROOF_COMMAND_H

#include "parsers/base/slice.h"

/* What was done by whom: "by CALLER: NAME PARAMETERS", or without the caller; empty: no cmdlet. */
tc_slice tc_proof_command(tc_slice line);
/* The addresses that a cmdlet sends mail on to, at most `max`; how many. */
size_t tc_proof_forwards(tc_slice line, tc_slice *addresses, size_t max);

#endif
