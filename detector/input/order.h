/*
 * order: in which order the sources of an input stand.
 *
 * By first time, key and path, so that nothing depends on the order of arguments or of folders.
 * What is read forward stays together where its earliest stands: logs of one archive, as they stand
 * in it, and captures of one ring (chain.h), by the times of their first packets.
 */
#ifndef TC_INPUT_ORDER_H
#define TC_INPUT_ORDER_H

#include "detector/input/state.h"

/* Once all were found. TC_ENOMEM. */
TC_STATUS tc_put_in_order(tc_input *input);

#endif
