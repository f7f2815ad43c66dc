/* The packing xz (tukaani.org/xz/xz-file-format.txt). */
#include "detector/input/cap.h"
#include "detector/input/packing.h"
#include "parsers/base/alloc.h"

#include <lzma.h>

/* What the decoder needs beside the window. */
#define BESIDE (UINT64_C(4) << 20)

typedef struct unxz {
    lzma_stream stream;
    lzma_allocator allocator;
    lzma_ret result;
} unxz;

/* liblzma's memory comes from the same place as everybody's. */
static void *give(void *context, size_t count, size_t size)
{
    (void)context;
    return tc_alloc(count, size);
}

static void take(void *context, void *memory)
{
    (void)context;
    tc_free(memory);
}

static void *create(void)
{
    unxz *x = tc_alloc(1, sizeof *x);
    if (!x) return NULL;
    x->stream = (lzma_stream)LZMA_STREAM_INIT;
    x->allocator = (lzma_allocator){.alloc = give, .free = take};
    x->stream.allocator = &x->allocator;
    return x;
}

static void destroy(void *decoder)
{
    unxz *x = decoder;
    lzma_end(&x->stream);
    tc_free(x);
}

static void begin(void *decoder)
{
    unxz *x = decoder;
    /* A check that cannot be made must not pass for one that was. */
    x->result =
        lzma_stream_decoder(&x->stream, TC_CAP_WINDOW + BESIDE, LZMA_TELL_UNSUPPORTED_CHECK);
}

static tc_unpacked judge(lzma_ret result)
{
    switch ((int)result) {
    case LZMA_OK:
    case LZMA_BUF_ERROR: /* only says that there was nothing to do */
        return TC_UNPACKED_SOME;
    case LZMA_STREAM_END:
        return TC_UNPACKED_MEMBER;
    case LZMA_MEMLIMIT_ERROR:
        return TC_UNPACKED_OVER_MEMORY;
    case LZMA_MEM_ERROR:
        return TC_UNPACKED_NO_MEMORY;
    default:
        return TC_UNPACKED_DAMAGED;
    }
}

static tc_unpacked step(void *decoder, tc_slice *in, uint8_t *out, size_t room, size_t *ret_got)
{
    unxz *x = decoder;
    lzma_stream *stream = &x->stream;
    if (judge(x->result) != TC_UNPACKED_SOME) return judge(x->result);
    stream->next_in = in->ptr;
    stream->avail_in = in->len;
    stream->next_out = out;
    stream->avail_out = room;
    x->result = lzma_code(stream, LZMA_RUN);
    *in = tc_slice_make(stream->next_in, stream->avail_in);
    *ret_got = room - stream->avail_out;
    return judge(x->result);
}

static const char *problem(const void *decoder)
{
    const unxz *x = decoder;
    switch ((int)x->result) {
    case LZMA_OPTIONS_ERROR:
        return "a filter that is not known";
    case LZMA_UNSUPPORTED_CHECK:
        return "a checksum of a kind that is not known";
    default:
        return "the compressed data are damaged";
    }
}

static void library(tc_str *out)
{
    tc_str_addf(out, "liblzma %s", lzma_version_string());
}

const tc_packing tc_packing_xz = {
    .name = "xz",
    .suffix = ".xz",
    .magic = {6, 0xFF, {0xFD, '7', 'z', 'X', 'Z', 0x00}},
    .padding = 4, /* "Stream Padding" */
    .create = create,
    .destroy = destroy,
    .begin = begin,
    .step = step,
    .problem = problem,
    .library = library,
};
