/*
 * proof_parts: cells and members of a raw line that may be cut anywhere.
 *
 * Values are decoded into room of the caller's and cut to it. A value that the end of the line cuts
 * is told as far as it goes.
 */
#ifndef TC_OUTPUT_PROOF_PARTS_H
#define TC_OUTPUT_PROOF_PARTS_H

#include "parsers/base/slice.h"

/* The columns of a row, quotes taken off; at most `max`, returns how many. */
size_t tc_proof_csv(tc_slice row, tc_slice *cells, size_t max, char *room, size_t size);
/* The value of a member of JSON ("name": "value"), or of an element or attribute of a Windows event
 * in XML (<name>value</name>, Name="name">value</); the first that has one. Empty: none has. */
tc_slice tc_proof_member(tc_slice line, const char *name, char *room, size_t size);

#endif
