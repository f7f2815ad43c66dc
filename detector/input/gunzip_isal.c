#include "detector/input/gunzip.h"

#include "parsers/base/alloc.h"

#include <isa-l/igzip_lib.h>

/* isa-l counts in 32 bits; pieces are kept well below. */
#define PIECE_MAX (1u << 30)

typedef struct gunzip {
    struct inflate_state state;
    int error;
} gunzip;

void *tc_gunzip_new(void)
{
    gunzip *g = tc_alloc(1, sizeof *g);
    if (g) tc_gunzip_begin(g);
    return g;
}

void tc_gunzip_free(void *decoder)
{
    tc_free(decoder);
}

void tc_gunzip_begin(void *decoder)
{
    gunzip *g = decoder;
    isal_inflate_init(&g->state);
    g->state.crc_flag = ISAL_GZIP;
    g->error = ISAL_DECOMP_OK;
}

/* On an error isa-l leaves what it decoded before, and had no room for, in its own buffer. */
static size_t take_held(struct inflate_state *state, uint8_t *out, size_t room)
{
    size_t held = (size_t)(state->tmp_out_valid - state->tmp_out_processed);
    size_t n = TC_MIN(held, room);
    memcpy(out, state->tmp_out_buffer + state->tmp_out_processed, n);
    state->tmp_out_processed += (int)n;
    return n;
}

/* As long as there was no error. */
static size_t inflate_some(gunzip *g, tc_slice *in, uint8_t *out, size_t room)
{
    struct inflate_state *state = &g->state;
    /* isa-l reads through a pointer to plain bytes and does not write there. */
    state->next_in = (uint8_t *)(uintptr_t)in->ptr;
    state->avail_in = (uint32_t)TC_MIN(in->len, PIECE_MAX);
    state->next_out = out;
    state->avail_out = (uint32_t)TC_MIN(room, PIECE_MAX);

    uint32_t offered = state->avail_in;
    uint32_t asked = state->avail_out;
    g->error = isal_inflate(state);
    *in = tc_slice_sub(*in, offered - state->avail_in, SIZE_MAX);
    return asked - state->avail_out;
}

tc_unpacked tc_gunzip_step(void *decoder, tc_slice *in, uint8_t *out, size_t room, size_t *ret_got)
{
    gunzip *g = decoder;
    *ret_got = g->error < 0 ? 0 : inflate_some(g, in, out, room);
    if (g->error < 0) {
        *ret_got += take_held(&g->state, out + *ret_got, room - *ret_got);
        return *ret_got == room ? TC_UNPACKED_SOME : TC_UNPACKED_DAMAGED;
    }
    return g->state.block_state == ISAL_BLOCK_FINISH ? TC_UNPACKED_MEMBER : TC_UNPACKED_SOME;
}

const char *tc_gunzip_problem(const void *decoder)
{
    const gunzip *g = decoder;
    switch (g->error) {
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

/* isa-l has no function that says its version: that of its package when this was built. */
void tc_gunzip_library(tc_str *out)
{
    tc_str_add(out, TC_LIT("isa-l " TC_ISAL_VERSION));
}
