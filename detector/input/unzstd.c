/* The packing zstd (RFC 8878). Its memory is libc's: the allocators of libzstd are no part of what
 * it promises to keep. */
#include "detector/input/cap.h"
#include "detector/input/packing.h"
#include "parsers/base/alloc.h"

#include <zstd.h>
#include <zstd_errors.h>

#define BLOCK_HEADER 3

typedef struct unzstd {
    ZSTD_DCtx *context;
    size_t wanted; /* input for the next step, as the library sees it */
    bool holding;  /* it may hold output for which there was no room */
    ZSTD_ErrorCode error;
} unzstd;

static void destroy(void *decoder)
{
    unzstd *z = decoder;
    (void)ZSTD_freeDCtx(z->context);
    tc_free(z);
}

static void *create(void)
{
    unzstd *z = tc_alloc(1, sizeof *z);
    if (!z) return NULL;
    z->context = ZSTD_createDCtx();
    if (z->context &&
        !ZSTD_isError(ZSTD_DCtx_setParameter(z->context, ZSTD_d_windowLogMax, TC_CAP_WINDOW_LOG))) {
        return z;
    }
    destroy(z);
    return NULL;
}

static void begin(void *decoder)
{
    unzstd *z = decoder;
    z->wanted = ZSTD_initDStream(z->context);
    z->holding = false;
    z->error = ZSTD_error_no_error;
}

/* The library forgets what it wrote in a call that ends in an error. So a call gets no more than
 * one block: never what it holds back together with new input, and never a block together with the
 * header of the next, which is part of what it asks for. */
static size_t portion(const unzstd *z)
{
    if (z->holding) return 0;
    return z->wanted > BLOCK_HEADER ? z->wanted - BLOCK_HEADER : z->wanted;
}

static tc_unpacked judge(unzstd *z, size_t result)
{
    z->error = ZSTD_getErrorCode(result);
    if (z->error == ZSTD_error_no_error) {
        z->wanted = result;
        return result == 0 ? TC_UNPACKED_MEMBER : TC_UNPACKED_SOME;
    }
    if (z->error == ZSTD_error_frameParameter_windowTooLarge) return TC_UNPACKED_OVER_MEMORY;
    return z->error == ZSTD_error_memory_allocation ? TC_UNPACKED_NO_MEMORY : TC_UNPACKED_DAMAGED;
}

static tc_unpacked step(void *decoder, tc_slice *in, uint8_t *out, size_t room, size_t *ret_got)
{
    unzstd *z = decoder;
    ZSTD_outBuffer to = {out, room, 0};
    tc_unpacked result;
    bool held;
    do {
        held = z->holding;
        ZSTD_inBuffer from = {in->ptr, TC_MIN(portion(z), in->len), 0};
        result = judge(z, ZSTD_decompressStream(z->context, &to, &from));
        *in = tc_slice_sub(*in, from.pos, SIZE_MAX);
        z->holding = to.pos == room;
    } while (held && to.pos == 0 && result == TC_UNPACKED_SOME);
    *ret_got = to.pos;
    return result;
}

static const char *problem(const void *decoder)
{
    const unzstd *z = decoder;
    if (z->error == ZSTD_error_checksum_wrong) return "the checksum is wrong";
    if (z->error == ZSTD_error_dictionary_wrong) return "it was packed with a dictionary";
    return "the compressed data are damaged";
}

static void library(tc_str *out)
{
    tc_str_addf(out, "libzstd %s", ZSTD_versionString());
}

const tc_packing tc_packing_zstd = {
    .name = "zstd",
    .suffix = ".zst",
    .magic = {4, 0xFF, {0x28, 0xB5, 0x2F, 0xFD}},
    .other = {4, 0xF0, {0x50, 0x2A, 0x4D, 0x18}}, /* a frame to be skipped, as pzstd begins with */
    .create = create,
    .destroy = destroy,
    .begin = begin,
    .step = step,
    .problem = problem,
    .library = library,
};
