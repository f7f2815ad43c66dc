/*
 * options_known: which commands know an option, for the program and for completion alike.
 *
 * A command knows what its row in options.def names. Those that ask a scan know, besides, what a
 * scan takes that says what logs mean and how they are judged. A pure function of bits.
 */
#ifndef TC_SETTINGS_OPTIONS_KNOWN_H
#define TC_SETTINGS_OPTIONS_KNOWN_H

#include <stdbool.h>

/* `commands` of the row; `judging`: its class is W or O; `scan` and `asking`: the bits of those. */
static inline bool tc_option_is_known(unsigned commands, bool judging, unsigned command,
                                      unsigned scan, unsigned asking)
{
    if (commands & command) return true;
    return judging && (command & asking) != 0 && (commands & scan) != 0;
}

#endif
