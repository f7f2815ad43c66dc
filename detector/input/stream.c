#include "detector/input/stream.h"

#include "detector/input/file.h"
#include "detector/input/mark.h"
#include "detector/input/peek.h"
#include "detector/input/unpack.h"
#include "detector/input/wide.h"
#include "parsers/base/alloc.h"

#include <poll.h>

struct tc_stream {
    tc_bytes top;
    tc_file file;
    size_t depth; /* unpackers that stand there */
    tc_unpack unpacks[TC_CAP_DEPTH];
    tc_cap caps[TC_CAP_DEPTH];
    size_t peeked;
    tc_peek peeks[TC_CAP_DEPTH + 1];
    tc_mark mark;
    tc_wide wide;
};

tc_stream *tc_stream_new(void)
{
    tc_stream *stream = tc_alloc(1, sizeof *stream);
    if (stream) stream->file.fd = -1;
    return stream;
}

static void done_level(tc_stream *stream, size_t at)
{
    tc_unpack_done(&stream->unpacks[at]);
    tc_cap_done(&stream->caps[at]);
}

void tc_stream_free(tc_stream *stream)
{
    if (!stream) return;
    tc_stream_stop(stream);
    for (size_t i = 0; i < TC_CAP_DEPTH; i++)
        done_level(stream, i);
    tc_wide_done(&stream->wide);
    tc_free(stream);
}

void tc_stream_start(tc_stream *stream, int fd, uint64_t least)
{
    tc_stream_stop(stream);
    stream->depth = stream->peeked = 0;
    stream->top = tc_file_start(&stream->file, fd, least);
}

void tc_stream_start_on(tc_stream *stream, tc_bytes below)
{
    tc_stream_stop(stream);
    stream->depth = stream->peeked = 0;
    stream->file.fd = -1;
    stream->top = below;
}

void tc_stream_stop(tc_stream *stream)
{
    tc_bytes_close(stream->top);
    stream->top = (tc_bytes){0};
}

int tc_stream_fd(const tc_stream *stream)
{
    return stream->file.fd;
}

/* Until the descriptor has more, or fails: the next read will tell. */
static void wait_for_more(const tc_stream *stream)
{
    struct pollfd wait = {.fd = stream->file.fd, .events = POLLIN};
    (void)poll(&wait, 1, -1);
}

tc_slice tc_stream_peek(tc_stream *stream, bool *ret_whole)
{
    TC_ASSERT(stream->peeked < TC_COUNT_OF(stream->peeks));
    tc_peek *peek = &stream->peeks[stream->peeked++];
    stream->top = tc_peek_start(peek, stream->top);
    tc_bytes_result result;
    while ((result = tc_peek_look(peek)) == TC_BYTES_IDLE)
        wait_for_more(stream);
    *ret_whole = result == TC_BYTES_END;
    return tc_peek_head(peek);
}

TC_STATUS tc_stream_unpack(tc_stream *stream, const tc_packing *packing, tc_error *reterr)
{
    TC_ASSERT(stream->depth < TC_CAP_DEPTH);
    size_t at = stream->depth;
    tc_unpack *unpack = &stream->unpacks[at];
    const tc_packing *inside = at > 0 ? stream->unpacks[at - 1].packing : NULL;
    const uint64_t *used = &stream->unpacks[0].used;
    tc_bytes *top = &stream->top;
    if (tc_failed(tc_unpack_start(unpack, *top, packing, inside, top)) ||
        tc_failed(tc_cap_start(&stream->caps[at], *top, unpack->name, used, top))) {
        return tc_fail(reterr, TC_ENOMEM, "no memory to decompress");
    }
    stream->depth++;
    return TC_SUCCESS;
}

TC_STATUS tc_stream_decode(tc_stream *stream, tc_encoding encoding, uint32_t mark, tc_error *reterr)
{
    bool big_endian = encoding == TC_ENCODING_UTF16BE;
    if (mark > 0) stream->top = tc_mark_start(&stream->mark, stream->top, mark);
    if (encoding == TC_ENCODING_UTF8 ||
        !tc_failed(tc_wide_start(&stream->wide, stream->top, big_endian, &stream->top))) {
        return TC_SUCCESS;
    }
    return tc_fail(reterr, TC_ENOMEM, "no memory to read");
}

TC_STATUS tc_stream_add(tc_stream *stream, const tc_layers *layers, tc_error *reterr)
{
    for (size_t i = 0; i < TC_CAP_DEPTH && layers->packings[i]; i++) {
        TC_TRY(tc_stream_unpack(stream, layers->packings[i], reterr));
    }
    return tc_stream_decode(stream, layers->encoding, layers->mark, reterr);
}

void tc_stream_join(tc_stream *stream, struct tc_chain *chain)
{
    for (size_t i = 0; i < stream->depth; i++)
        tc_unpack_join(&stream->unpacks[i], chain);
}

TC_STATUS tc_stream_fill(tc_stream *stream, uint8_t *out, size_t room, size_t *ret_got,
                         bool *ret_end, tc_error *reterr)
{
    tc_error error;
    tc_bytes_result result;
    while ((result = tc_bytes_read(stream->top, out, room, ret_got, &error)) == TC_BYTES_IDLE)
        wait_for_more(stream);
    *ret_end = result == TC_BYTES_END;
    if (result != TC_BYTES_FAILED) return TC_SUCCESS;
    if (reterr) *reterr = error;
    return (tc_status){error.code};
}

bool tc_stream_damaged(const tc_stream *stream)
{
    bool damaged = false;
    for (size_t i = 0; i < stream->depth; i++)
        damaged = damaged || stream->unpacks[i].damaged;
    return damaged;
}
