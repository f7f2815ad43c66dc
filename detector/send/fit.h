/*
 * fit: a body cut to a size, in a defined order, never in the middle of what belongs together.
 *
 * What says who, what and how grave stays to the last: the id, the kind, level, times, the account,
 * the address, and the sentence, cut to a part of the room. The others follow in the order of
 * their weight; the first that has no room is cut where it can be cut (between items of a list,
 * between characters), everything behind it is left out. A body that was cut says so
 * ("truncated") and where the whole of it is found. Bodies that fit are not touched.
 *
 * Pure. The bodies are our own (output.h); of others nothing is promised but the size.
 */
#ifndef TC_SEND_FIT_H
#define TC_SEND_FIT_H

#include "detector/send/profile.h"
#include "parsers/base/str.h"

/* Smaller than this no message can say what it must. */
#define TC_FIT_MIN ((size_t)400)

/* Appends the body in at most `max` bytes; `whole` (may be empty) is where all of it stands.
 * Returns whether it was cut. */
bool tc_fit(tc_form form, tc_names names, tc_slice body, tc_slice whole, size_t max, tc_str *out);

#endif
