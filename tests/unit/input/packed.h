/*
 * packed: packs bytes in every way that tc_input unpacks.
 */
#ifndef TC_TEST_INPUT_PACKED_H
#define TC_TEST_INPUT_PACKED_H

#include "detector/input/packing.h"
#include "parsers/base/str.h"

/* Up to `packed` packed bytes hold at least `text` bytes of what was packed. */
typedef struct packed_mark {
    size_t packed, text;
} packed_mark;

/* One member of the bytes behind whatever `out` holds. Its data are flushed behind every `piece`
 * bytes (0: only at the end); where, goes to marks[], of which *count are used. */
typedef struct packer {
    const tc_packing *packing;
    void (*add)(tc_str *out, tc_slice bytes, size_t piece, packed_mark *marks, size_t *count);
} packer;

enum { PACKERS = 3, PACKED_MARKS = 64 };
extern const packer packers[PACKERS];

void add_packed(tc_str *out, const packer *with, tc_slice bytes);
void add_gzip(tc_str *out, tc_slice bytes);
/* A zstd frame and an xz stream that say they need a window of 256 MiB. */
void add_zstd_of_wide_window(tc_str *out);
void add_xz_of_wide_window(tc_str *out);

#endif
