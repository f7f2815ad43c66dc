/*
 * wide: UTF-16 below, UTF-8 above (utf16.h says what becomes of what is no character).
 *
 * A unit that is cut off by an end or a failure becomes U+FFFD before either is told. The mark is
 * dropped by another layer (mark.h).
 */
#ifndef TC_INPUT_WIDE_H
#define TC_INPUT_WIDE_H

#include "detector/input/bytes.h"

typedef struct tc_wide {
    tc_bytes below;
    bool big_endian;
    tc_bytes_result said; /* by the layer below when it was last asked */
    uint8_t *units;       /* kept for the next use */
    tc_slice left;        /* of units[], not decoded yet */
    uint8_t spill[4];     /* a character for which there was no room */
    size_t spilled;
} tc_wide;

/* TC_ENOMEM leaves nothing to close, but the layer below. */
TC_STATUS tc_wide_start(tc_wide *wide, tc_bytes below, bool big_endian, tc_bytes *ret);
void tc_wide_done(tc_wide *wide);

#endif
