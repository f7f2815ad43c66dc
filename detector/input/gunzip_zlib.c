#include "detector/input/gunzip.h"

#include "parsers/base/alloc.h"

#include <zlib.h>

#define PIECE_MAX (1u << 30)
#define GZIP_ONLY (16 + MAX_WBITS)

struct tc_gunzip {
    z_stream stream;
    int error;
};

/* zlib's memory comes from the same place as everybody's. */
static voidpf zlib_alloc(voidpf context, uInt count, uInt size)
{
    (void)context;
    return tc_alloc(count, size);
}

static void zlib_free(voidpf context, voidpf memory)
{
    (void)context;
    tc_free(memory);
}

tc_gunzip *tc_gunzip_new(void)
{
    tc_gunzip *gunzip = tc_alloc(1, sizeof *gunzip);
    if (!gunzip) return NULL;
    gunzip->stream.zalloc = zlib_alloc;
    gunzip->stream.zfree = zlib_free;
    if (inflateInit2(&gunzip->stream, GZIP_ONLY) != Z_OK) {
        tc_free(gunzip);
        return NULL;
    }
    return gunzip;
}

void tc_gunzip_free(tc_gunzip *gunzip)
{
    if (gunzip) (void)inflateEnd(&gunzip->stream);
    tc_free(gunzip);
}

void tc_gunzip_reset(tc_gunzip *gunzip)
{
    gunzip->error = inflateReset(&gunzip->stream);
}

tc_gunzip_result tc_gunzip_step(tc_gunzip *gunzip, tc_slice *in, uint8_t *out, size_t room,
                                size_t *ret_got)
{
    z_stream *stream = &gunzip->stream;
    /* zlib reads through a pointer to plain bytes and does not write there. */
    stream->next_in = (Bytef *)(uintptr_t)in->ptr;
    stream->avail_in = (uInt)TC_MIN(in->len, PIECE_MAX);
    stream->next_out = out;
    stream->avail_out = (uInt)TC_MIN(room, PIECE_MAX);

    uInt offered = stream->avail_in;
    uInt asked = stream->avail_out;
    gunzip->error = inflate(stream, Z_NO_FLUSH);
    *in = tc_slice_sub(*in, offered - stream->avail_in, SIZE_MAX);
    *ret_got = asked - stream->avail_out;
    if (gunzip->error == Z_STREAM_END) return TC_GUNZIP_END;
    /* Z_BUF_ERROR only says that there was nothing to do. */
    if (gunzip->error == Z_OK || gunzip->error == Z_BUF_ERROR) return TC_GUNZIP_OK;
    return gunzip->error == Z_MEM_ERROR ? TC_GUNZIP_NO_MEMORY : TC_GUNZIP_DAMAGED;
}

const char *tc_gunzip_problem(const tc_gunzip *gunzip)
{
    (void)gunzip;
    return "the compressed data are damaged";
}
