/*
 * ring: captures that go on from file to file, as a program leaves them that begins a new file now
 * and then (tcpdump -C, -W, -G; dumpcap -b).
 *
 * All files of a ring share one table of connections (parsers/packet/carrier.h): what begins in one
 * file goes on in the next. Each file is a layer that gives the exchanges that its packets
 * completed. Files may take turns; who reads them, reads the eldest first.
 *
 * A ring is not saved: it is made again by reading back. A file's place holds from where its bytes
 * are wanted again (at most TC_RING_BACK bytes of all files before the last packet that was told)
 * and how many of them were told: those are read anew for what they say of connections that are
 * open, and what comes out of them is dropped. Damage among them costs what it hides of
 * connections, and is told; what follows is read from its first packet on. A connection that is
 * older than that goes on as one whose beginning was not seen, and is counted so.
 *
 * One thread. Memory: the carrier's bounds for each ring; for a file what it read ahead, an
 * incomplete packet, and some 32 bytes for a MiB.
 */
#ifndef TC_INPUT_RING_H
#define TC_INPUT_RING_H

#include "detector/input/bytes.h"
#include "parsers/base/str.h"
#include "parsers/base/time.h"
#include "parsers/base/visit.h"

#define TC_RING_BACK ((uint64_t)64 << 20)

typedef struct tc_ring tc_ring;
typedef struct tc_ring_file tc_ring_file;

/* Whether a file that begins so is a capture that is followed as one. */
bool tc_ring_begins(tc_slice head);
/* The time of its first packet; TC_TIME_NONE: none stands there. */
tc_time tc_ring_first_time(tc_slice head);
/* What the layer of a new file gives first, about: by that it is known what it is. */
tc_slice tc_ring_head(void);
/* The ring that a file belongs to, by its path: the folder, and the name without its digits. */
void tc_ring_name(tc_slice path, tc_str *out);

/* `ends`: its connections end with the last file that is there, out of which comes what that
 * tells; else they wait for the next one. */
tc_ring *tc_ring_new(bool ends) TC_MUST_USE;
/* When the last file was closed. */
void tc_ring_free(tc_ring *ring);
/* All connections end; what that tells comes out of the file that was read last, or another one if
 * it is gone: it is returned. No byte that was read is wanted again. NULL: no file is there that
 * could tell it, and the connections go on. */
tc_ring_file *tc_ring_end(tc_ring *ring);
/* Bytes of all files that were read. */
uint64_t tc_ring_read(const tc_ring *ring);
/* Connections whose beginning was not seen. */
uint64_t tc_ring_middle(const tc_ring *ring);

/* A file, whose bytes from `base` on come from `raw` and are counted from there; closing the layer
 * closes both, not the file. TC_ENOMEM. */
TC_STATUS tc_ring_add(tc_ring *ring, tc_bytes raw, uint64_t base, void *owner, tc_ring_file **ret);
/* Takes it out of its ring. NULL is fine. */
void tc_ring_remove(tc_ring_file *file);
/* Exchanges; behind the magic of a new file, or where a loaded one stood. */
tc_bytes tc_ring_bytes(tc_ring_file *file);
void *tc_ring_owner(const tc_ring_file *file);
tc_ring *tc_ring_of(const tc_ring_file *file);
/* The time of the packet that was read last. */
tc_time tc_ring_time(const tc_ring_file *file);

/* The place behind so many bytes of exchanges, never fewer than before: where its bytes are wanted
 * from, and within the caller's section what else must be remembered. */
uint64_t tc_ring_place(tc_ring_file *file, uint64_t given);
/* The last place wants bytes again that were told. */
bool tc_ring_wants_back(const tc_ring_file *file);
/* Saves what the last tc_ring_place found, or loads it into a file of which nothing was read. */
void tc_ring_visit(tc_ring_file *file, tc_visit *visit);
/* A file whose last place wants bytes again that nobody needs any more: its place is to be noted
 * anew; NULL: there is none. `but`: not this one. */
tc_ring_file *tc_ring_outdated(tc_ring *ring, const tc_ring_file *but);

#endif
