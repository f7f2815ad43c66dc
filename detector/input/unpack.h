/*
 * unpack: the layer that undoes one packing.
 *
 * Member follows member, with padding between and behind them where the format has any; what is
 * neither is told with its place. Damage, and a file that ends inside a member, are told after
 * everything before them was delivered, with the byte near which they stand. The decoder is one of
 * packing.h; it is kept and used again for the next file that is packed alike.
 */
#ifndef TC_INPUT_UNPACK_H
#define TC_INPUT_UNPACK_H

#include "detector/input/bytes.h"
#include "detector/input/packing.h"

typedef struct tc_unpack {
    tc_bytes below;
    const tc_packing *packing;
    void *decoder;
    const tc_packing *decoder_of; /* what the decoder decodes; NULL if there is none */
    uint8_t *packed;              /* kept, too */
    tc_slice left;                /* of packed[], not decoded yet */
    uint64_t taken;               /* bytes that the layer below gave */
    uint64_t used;                /* of them, decoded */
    uint64_t zeros;               /* padding since the last member */
    bool between;                 /* of members */
    bool damaged; /* it is the packed data's own fault, so every reading ends there */
    bool ended;
    bool finished;  /* the decoder was told that nothing follows */
    char name[40];  /* "gzip", or "gzip inside zstd" */
    tc_error under; /* the failure of the layer below, before it is ours */
    tc_error failure;
} tc_unpack;

/* Zeroed before its first use. `inside`: the packing that the bytes below came out of; NULL if they
 * are the file's. TC_ENOMEM leaves nothing to close, but the layer below. */
TC_STATUS tc_unpack_start(tc_unpack *unpack, tc_bytes below, const tc_packing *packing,
                          const tc_packing *inside, tc_bytes *ret);
/* If what it undoes is a capture, it is the chain's, and so what comes out of it. Started, and
 * nothing read. */
void tc_unpack_join(tc_unpack *unpack, struct tc_chain *chain);
/* Frees what is kept. */
void tc_unpack_done(tc_unpack *unpack);

#endif
