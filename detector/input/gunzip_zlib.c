#include "detector/input/gunzip.h"

#include "parsers/base/alloc.h"

#include <zlib.h>

#define PIECE_MAX (1u << 30)
#define GZIP_ONLY (16 + MAX_WBITS)

typedef struct gunzip {
    z_stream stream;
    int error;
} gunzip;

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

void *tc_gunzip_new(void)
{
    gunzip *g = tc_alloc(1, sizeof *g);
    if (!g) return NULL;
    g->stream.zalloc = zlib_alloc;
    g->stream.zfree = zlib_free;
    if (inflateInit2(&g->stream, GZIP_ONLY) != Z_OK) {
        tc_free(g);
        return NULL;
    }
    return g;
}

void tc_gunzip_free(void *decoder)
{
    gunzip *g = decoder;
    if (g) (void)inflateEnd(&g->stream);
    tc_free(g);
}

void tc_gunzip_begin(void *decoder)
{
    gunzip *g = decoder;
    g->error = inflateReset(&g->stream);
}

tc_unpacked tc_gunzip_step(void *decoder, tc_slice *in, uint8_t *out, size_t room, size_t *ret_got)
{
    gunzip *g = decoder;
    z_stream *stream = &g->stream;
    /* zlib reads through a pointer to plain bytes and does not write there. */
    stream->next_in = (Bytef *)(uintptr_t)in->ptr;
    stream->avail_in = (uInt)TC_MIN(in->len, PIECE_MAX);
    stream->next_out = out;
    stream->avail_out = (uInt)TC_MIN(room, PIECE_MAX);

    uInt offered = stream->avail_in;
    uInt asked = stream->avail_out;
    g->error = inflate(stream, Z_NO_FLUSH);
    *in = tc_slice_sub(*in, offered - stream->avail_in, SIZE_MAX);
    *ret_got = asked - stream->avail_out;
    if (g->error == Z_STREAM_END) return TC_UNPACKED_MEMBER;
    /* Z_BUF_ERROR only says that there was nothing to do. */
    if (g->error == Z_OK || g->error == Z_BUF_ERROR) return TC_UNPACKED_SOME;
    return g->error == Z_MEM_ERROR ? TC_UNPACKED_NO_MEMORY : TC_UNPACKED_DAMAGED;
}

const char *tc_gunzip_problem(const void *decoder)
{
    (void)decoder;
    return "the compressed data are damaged";
}

void tc_gunzip_library(tc_str *out)
{
    tc_str_addf(out, "zlib %s", zlibVersion());
}
