/*
 * mark: drops a byte order mark, whose length was seen before.
 */
#ifndef TC_INPUT_MARK_H
#define TC_INPUT_MARK_H

#include "detector/input/bytes.h"

typedef struct tc_mark {
    tc_bytes below;
    size_t left; /* bytes of the mark still to be dropped */
} tc_mark;

tc_bytes tc_mark_start(tc_mark *mark, tc_bytes below, size_t length);

#endif
