/*
 * bell: wakes a thread that sleeps with a descriptor. Private to detector/follow.
 */
#ifndef TC_FOLLOW_BELL_H
#define TC_FOLLOW_BELL_H

#include "parsers/base/prelude.h"

/* -1, with errno, if there is none to be had. */
int tc_bell_new(void);
void tc_bell_ring(int bell);
/* Sleeps until the bell rings, the other descriptor (-1: none) has something to read, or so many
 * milliseconds went by; false for the latter. *ret_other: the other one has. The bell is still
 * afterwards. */
bool tc_bell_wait(int bell, int other, uint32_t ms, bool *ret_other);

#endif
