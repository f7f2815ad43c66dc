/*
 * cap: how much may come out of what is packed. All such bounds stand here.
 *
 * A cap sits on every unpacker and lets its bytes through. Beyond TC_CAP_RATIO_FROM bytes a file
 * may not give more than TC_CAP_RATIO times what was taken of the file itself (however often it is
 * packed), and never more than TC_CAP_OUTPUT. A decoder may use TC_CAP_WINDOW bytes for what it
 * must remember; one that would need more says so before it takes them. What is over a bound fails
 * with TC_ELIMIT and a way out, after everything up to it was delivered.
 *
 * Where a file is stopped must not depend on who reads it in which pieces. So the unpacker is
 * always asked for pieces of the same sizes, and measured behind each of them; what the layer above
 * has no room for is kept. That is quicker, too: decoders are slow in giving little at a time.
 */
#ifndef TC_INPUT_CAP_H
#define TC_INPUT_CAP_H

#include "detector/input/bytes.h"

/* Logs compress by 5 to 40; those of nothing but health probes by 90 with zstd -19. */
#define TC_CAP_RATIO 200u
#define TC_CAP_RATIO_FROM (UINT64_C(10) << 20)
#define TC_CAP_OUTPUT (UINT64_C(64) << 30)
/* As much as zstd and xz take by themselves: zstd --ultra and --long, xz -9 (64 MiB). */
#define TC_CAP_WINDOW_LOG 27
#define TC_CAP_WINDOW (UINT64_C(1) << TC_CAP_WINDOW_LOG)
/* So many kinds of packing in one another are undone. */
#define TC_CAP_DEPTH 2

typedef struct tc_cap {
    tc_bytes below;
    const char *name;     /* of the packing */
    const uint64_t *used; /* bytes of the file that the lowest unpacker has used */
    uint64_t out;
    uint8_t *piece; /* kept for the next use */
    tc_slice left;  /* of piece[], not handed on yet */
    tc_error failure;
} tc_cap;

/* Zeroed before its first use. TC_ENOMEM leaves nothing to close, but the layer below. */
TC_STATUS tc_cap_start(tc_cap *cap, tc_bytes below, const char *name, const uint64_t *used,
                       tc_bytes *ret);
/* Frees what is kept. */
void tc_cap_done(tc_cap *cap);

/* The failure of a decoder that would need more than TC_CAP_WINDOW. */
void tc_cap_refuse_window(const char *name, tc_error *reterr);

#endif
