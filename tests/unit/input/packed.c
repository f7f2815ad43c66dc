#include "tests/unit/input/packed.h"

#include <criterion/criterion.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

/* -- pieces --------------------------------------------------------------------------------- */

/* What is packed next, and where the packed bytes go. */
typedef struct work {
    tc_str *out;
    size_t from; /* length of *out before this member */
    tc_slice left;
    size_t done, piece;
    packed_mark *marks;
    size_t *count;
} work;

static tc_slice next_piece(work *w, bool *ret_last)
{
    tc_slice piece = tc_slice_sub(w->left, 0, w->piece ? w->piece : SIZE_MAX);
    w->left = tc_slice_sub(w->left, piece.len, SIZE_MAX);
    w->done += piece.len;
    *ret_last = w->left.len == 0;
    return piece;
}

static void note_mark(work *w)
{
    if (!w->marks) return;
    cr_assert(*w->count < PACKED_MARKS);
    w->marks[(*w->count)++] = (packed_mark){w->out->len - w->from, w->done};
}

static work start_work(tc_str *out, tc_slice bytes, size_t piece, packed_mark *marks, size_t *count)
{
    return (work){out, out->len, bytes, 0, piece, marks, count};
}

/* -- the kinds ------------------------------------------------------------------------------ */

static void pack_gzip(tc_str *out, tc_slice bytes, size_t piece, packed_mark *marks, size_t *count)
{
    work w = start_work(out, bytes, piece, marks, count);
    z_stream z = {0};
    static uint8_t room[65536];
    bool last = false;
    cr_assert(deflateInit2(&z, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    while (!last) {
        tc_slice part = next_piece(&w, &last);
        z.next_in = (Bytef *)(uintptr_t)part.ptr;
        z.avail_in = (uInt)part.len;
        do {
            z.next_out = room;
            z.avail_out = sizeof room;
            cr_assert(deflate(&z, last ? Z_FINISH : Z_SYNC_FLUSH) >= Z_OK || z.avail_out > 0);
            tc_str_add(out, tc_slice_make(room, sizeof room - z.avail_out));
        } while (z.avail_out == 0);
        note_mark(&w);
    }
    cr_assert(deflateEnd(&z) == Z_OK);
}

static void pack_zstd(tc_str *out, tc_slice bytes, size_t piece, packed_mark *marks, size_t *count)
{
    work w = start_work(out, bytes, piece, marks, count);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    static uint8_t room[65536];
    bool last = false;
    cr_assert(context && !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)));
    while (!last) {
        tc_slice part = next_piece(&w, &last);
        ZSTD_inBuffer in = {part.ptr, part.len, 0};
        size_t rest;
        do {
            ZSTD_outBuffer to = {room, sizeof room, 0};
            rest = ZSTD_compressStream2(context, &to, &in, last ? ZSTD_e_end : ZSTD_e_flush);
            cr_assert(!ZSTD_isError(rest));
            tc_str_add(out, tc_slice_make(room, to.pos));
        } while (rest > 0);
        note_mark(&w);
    }
    ZSTD_freeCCtx(context);
}

static void pack_xz(tc_str *out, tc_slice bytes, size_t piece, packed_mark *marks, size_t *count)
{
    work w = start_work(out, bytes, piece, marks, count);
    lzma_stream stream = LZMA_STREAM_INIT;
    static uint8_t room[65536];
    bool last = false;
    cr_assert(lzma_easy_encoder(&stream, 1, LZMA_CHECK_CRC64) == LZMA_OK);
    while (!last) {
        tc_slice part = next_piece(&w, &last);
        stream.next_in = part.ptr;
        stream.avail_in = part.len;
        lzma_ret result;
        do {
            stream.next_out = room;
            stream.avail_out = sizeof room;
            result = lzma_code(&stream, last ? LZMA_FINISH : LZMA_SYNC_FLUSH);
            cr_assert(result == LZMA_OK || result == LZMA_STREAM_END);
            tc_str_add(out, tc_slice_make(room, sizeof room - stream.avail_out));
        } while (result == LZMA_OK);
        note_mark(&w);
    }
    lzma_end(&stream);
}

const packer packers[PACKERS] = {
    {&tc_packing_gzip, pack_gzip},
    {&tc_packing_zstd, pack_zstd},
    {&tc_packing_xz, pack_xz},
};

void add_packed(tc_str *out, const packer *with, tc_slice bytes)
{
    with->add(out, bytes, 0, NULL, NULL);
}

void add_gzip(tc_str *out, tc_slice bytes)
{
    pack_gzip(out, bytes, 0, NULL, NULL);
}

/* -- windows -------------------------------------------------------------------------------- */

void add_zstd_of_wide_window(tc_str *out)
{
    size_t from = out->len;
    /* Data in pieces: their size is not known at the start, so the header says a window. */
    packed_mark marks[PACKED_MARKS];
    size_t count = 0;
    pack_zstd(out, TC_LIT("some text, in pieces"), 5, marks, &count);
    cr_assert((out->data[from + 4] & 0x20) == 0);
    out->data[from + 5] = (28 - 10) << 3;
}

void add_xz_of_wide_window(tc_str *out)
{
    size_t from = out->len;
    pack_xz(out, TC_LIT("some text"), 0, NULL, NULL);
    uint8_t *block = (uint8_t *)out->data + from + 12;
    cr_assert(block[0] == 2 && block[2] == 0x21);
    block[4] = 32; /* 2 << (32 / 2 + 11) bytes */
    uint32_t sum = lzma_crc32(block, 8, 0);
    for (size_t i = 0; i < 4; i++)
        block[8 + i] = (uint8_t)(sum >> 8 * i);
}
