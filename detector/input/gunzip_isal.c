#include "detector/input/gunzip.h"

#include "parsers/base/alloc.h"

#include <isa-l/igzip_lib.h>

/* isa-l counts in 32 bits; pieces are kept well below. */
#define PIECE_MAX (1u << 30)

struct tc_gunzip {
    struct inflate_state state;
    int error;
};

tc_gunzip *tc_gunzip_new(void)
{
    tc_gunzip *gunzip = tc_alloc(1, sizeof *gunzip);
    if (gunzip) tc_gunzip_reset(gunzip);
    return gunzip;
}

void tc_gunzip_free(tc_gunzip *gunzip)
{
    tc_free(gunzip);
}

void tc_gunzip_reset(tc_gunzip *gunzip)
{
    isal_inflate_init(&gunzip->state);
    gunzip->state.crc_flag = ISAL_GZIP;
    gunzip->error = ISAL_DECOMP_OK;
}

tc_gunzip_result tc_gunzip_step(tc_gunzip *gunzip, tc_slice *in, uint8_t *out, size_t room,
                                size_t *ret_got)
{
    struct inflate_state *state = &gunzip->state;
    /* isa-l reads through a pointer to plain bytes and does not write there. */
    state->next_in = (uint8_t *)(uintptr_t)in->ptr;
    state->avail_in = (uint32_t)TC_MIN(in->len, PIECE_MAX);
    state->next_out = out;
    state->avail_out = (uint32_t)TC_MIN(room, PIECE_MAX);

    uint32_t offered = state->avail_in;
    uint32_t asked = state->avail_out;
    gunzip->error = isal_inflate(state);
    *in = tc_slice_sub(*in, offered - state->avail_in, SIZE_MAX);
    *ret_got = asked - state->avail_out;
    if (gunzip->error < 0) return TC_GUNZIP_DAMAGED;
    return state->block_state == ISAL_BLOCK_FINISH ? TC_GUNZIP_END : TC_GUNZIP_OK;
}

const char *tc_gunzip_problem(const tc_gunzip *gunzip)
{
    switch (gunzip->error) {
    case ISAL_INCORRECT_CHECKSUM:
        return "the checksum is wrong";
    case ISAL_INVALID_WRAPPER:
        return "the gzip header is damaged";
    case ISAL_UNSUPPORTED_METHOD:
        return "an unknown compression method";
    default:
        return "the compressed data are damaged";
    }
}
