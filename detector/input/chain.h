/*
 * chain: captures of one ring, read one behind the other with the same connections.
 *
 * A program that captures for long begins a new file now and then (tcpdump -C, -W, -G; dumpcap -b),
 * and what was being said then goes on in the next one. Files are of a ring by their names
 * (tc_chain_name) and by the times of their packets: a file that begins within half an hour of the
 * last packet of the one before it has its connections; one that begins later, but within a day,
 * still knows what was learned (whose a session is); else everything begins anew. A file whose
 * packets began before the other's had ended is no continuation of it.
 *
 * What a file gives so depends on the files before it and on nothing else: they are read in their
 * order, on one thread.
 */
#ifndef TC_INPUT_CHAIN_H
#define TC_INPUT_CHAIN_H

#include "parsers/base/str.h"
#include "parsers/packet/carrier.h"

typedef struct tc_chain {
    tc_carrier *carrier; /* of the files that were read; NULL: none yet */
    tc_slice ring;       /* of the present file; the caller's */
    tc_time next; /* when the one behind it in its ring begins; TC_TIME_NONE: there is none */
} tc_chain;

/* Zeroed before. */
void tc_chain_done(tc_chain *chain);
/* The ring that a file belongs to, by its path, into an empty text: the folder, and the name
 * without its digits, but for those of an interface before others (eth0_00001), and without what
 * promises a packing. */
void tc_chain_name(tc_slice path, tc_str *out);
/* The next file to be read is of that ring and begins at `first`, the one behind it in its ring at
 * `next`. TC_ENOMEM. */
TC_STATUS tc_chain_enter(tc_chain *chain, tc_slice ring, tc_time first, tc_time next);
/* Nothing more comes of the present file. */
void tc_chain_finish(tc_chain *chain);

#endif
