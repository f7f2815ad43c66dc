#include "detector/input/stream.h"

#include "detector/input/gunzip.h"
#include "detector/input/utf16.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum {
    PACKED_SIZE = 256 * 1024, /* compressed bytes read at once */
    WIDE_SIZE = 64 * 1024,    /* UTF-16 bytes decoded at once; also holds the sniffed head */
    SNIFF_SIZE = 4096,
};

struct tc_stream {
    int fd;
    tc_stream_kind kind;
    tc_encoding encoding;
    tc_gunzip *gunzip; /* made for the first gzip and kept */
    uint8_t *packed;   /* likewise */
    tc_slice packed_left;
    uint64_t packed_read;
    uint64_t file_read; /* bytes that read() gave */
    uint64_t least;     /* that it must give */
    uint64_t unpacked;
    bool between_members;
    bool file_ended;   /* read() gave 0 */
    bool bytes_ended;  /* no byte will follow those in wide[] */
    tc_status failure; /* sticks */
    bool damaged;      /* it is the compressed data's own */
    tc_error error;
    size_t wide_at;
    size_t wide_end;
    uint8_t wide[WIDE_SIZE];
};

tc_stream *tc_stream_new(void)
{
    tc_stream *stream = tc_alloc(1, sizeof *stream);
    if (stream) stream->fd = -1;
    return stream;
}

void tc_stream_free(tc_stream *stream)
{
    if (!stream) return;
    tc_stream_stop(stream);
    tc_gunzip_free(stream->gunzip);
    tc_free(stream->packed);
    tc_free(stream);
}

void tc_stream_stop(tc_stream *stream)
{
    if (stream->fd >= 0) (void)close(stream->fd);
    stream->fd = -1;
}

tc_stream_kind tc_stream_kind_of(const tc_stream *stream)
{
    return stream->kind;
}

int tc_stream_fd(const tc_stream *stream)
{
    return stream->fd;
}

/* Notes a failure, to be told when everything before it has been delivered. */
#define FAIL(stream, code, ...) ((stream)->failure = tc_fail(&(stream)->error, (code), __VA_ARGS__))

static TC_STATUS tell_failure(const tc_stream *s, tc_error *reterr)
{
    if (reterr) *reterr = s->error;
    return s->failure;
}

/* Reads until room is full, the end, or a failure, which is noted. */
static size_t read_file(tc_stream *s, uint8_t *out, size_t room)
{
    size_t got = 0;
    while (got < room && !s->file_ended && !tc_failed(s->failure)) {
        ssize_t n = read(s->fd, out + got, room - got);
        if (n > 0) {
            got += (size_t)n;
            s->file_read += (uint64_t)n;
        } else if (n == 0 && s->file_read < s->least) {
            (void)FAIL(s, TC_EIO,
                       "shrank while it was read: %" PRIu64 " of %" PRIu64 " bytes were there",
                       s->file_read, s->least);
        } else if (n == 0) {
            s->file_ended = true;
        } else if (errno == EAGAIN) {
            /* Standard input may have been made non-blocking by whoever shares it. */
            struct pollfd wait = {.fd = s->fd, .events = POLLIN};
            (void)poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            s->failure = tc_fail_sys(&s->error, errno, NULL, "cannot read");
        }
    }
    return got;
}

static bool refill_packed(tc_stream *s)
{
    size_t kept = s->packed_left.len;
    if (kept > 0) memmove(s->packed, s->packed_left.ptr, kept);
    size_t got = read_file(s, s->packed + kept, PACKED_SIZE - kept);
    s->packed_read += got;
    s->packed_left = tc_slice_make(s->packed, kept + got);
    return got > 0;
}

static bool only_zeros(tc_slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != 0) return false;
    }
    return true;
}

/* Behind a member: the next one, padding, the end or rubbish. */
static void enter_member(tc_stream *s)
{
    if (s->packed_left.len < 2) (void)refill_packed(s);
    while (s->packed_left.len > 0 && only_zeros(s->packed_left)) {
        s->packed_left = TC_EMPTY_SLICE;
        (void)refill_packed(s);
    }
    if (tc_failed(s->failure)) return;
    if (s->packed_left.len == 0) {
        s->bytes_ended = true;
    } else if (tc_slice_starts(s->packed_left, TC_LIT("\x1F\x8B"))) {
        tc_gunzip_reset(s->gunzip);
        s->between_members = false;
    } else {
        s->damaged = true;
        (void)FAIL(s, TC_EIO,
                   "damaged gzip: other data follow the compressed data at byte %" PRIu64
                   "; what stands before them was read",
                   s->packed_read - s->packed_left.len);
    }
}

static void check_swelling(tc_stream *s)
{
    uint64_t used = s->packed_read - s->packed_left.len;
    if (s->unpacked > TC_STREAM_RATIO_FROM && s->unpacked / TC_STREAM_RATIO > used) {
        (void)FAIL(s, TC_ELIMIT,
                   "gzip holds more than %u times its own size; unpack it if you trust it",
                   TC_STREAM_RATIO);
    } else if (s->unpacked > TC_STREAM_OUTPUT_MAX) {
        (void)FAIL(s, TC_ELIMIT, "gzip holds more than %" PRIu64 " GiB; unpack it if you trust it",
                   TC_STREAM_OUTPUT_MAX >> 30);
    }
}

/* One step of decompression. */
static size_t unpack_some(tc_stream *s, uint8_t *out, size_t room)
{
    if (s->packed_left.len == 0) (void)refill_packed(s);
    if (tc_failed(s->failure)) return 0;

    bool starved = s->packed_left.len == 0;
    size_t got = 0;
    tc_gunzip_result result = tc_gunzip_step(s->gunzip, &s->packed_left, out, room, &got);
    s->unpacked += got;
    if (result == TC_GUNZIP_NO_MEMORY) {
        (void)FAIL(s, TC_ENOMEM, "no memory to decompress");
    } else if (result == TC_GUNZIP_DAMAGED) {
        s->damaged = true;
        (void)FAIL(s, TC_EIO, "damaged gzip near byte %" PRIu64 ": %s; what stands before was read",
                   s->packed_read - s->packed_left.len, tc_gunzip_problem(s->gunzip));
    } else if (result == TC_GUNZIP_END) {
        s->between_members = true;
    } else if (starved && got == 0) {
        s->damaged = true;
        (void)FAIL(s, TC_EIO,
                   "damaged gzip: it ends inside the compressed data, at byte %" PRIu64
                   "; what stands before was read",
                   s->packed_read);
    }
    if (!tc_failed(s->failure)) check_swelling(s);
    return got;
}

static size_t unpack(tc_stream *s, uint8_t *out, size_t room)
{
    size_t got = 0;
    while (got < room && !s->bytes_ended && !tc_failed(s->failure)) {
        if (s->between_members) {
            enter_member(s);
        } else {
            got += unpack_some(s, out + got, room - got);
        }
    }
    return got;
}

/* Bytes as they stand in the decompressed file. */
static size_t read_bytes(tc_stream *s, uint8_t *out, size_t room)
{
    if (s->kind.compressed) return unpack(s, out, room);
    size_t got = read_file(s, out, room);
    s->bytes_ended = s->file_ended;
    return got;
}

static TC_STATUS start_gzip(tc_stream *s)
{
    if (!s->packed) s->packed = tc_alloc(PACKED_SIZE, 1);
    if (!s->gunzip) s->gunzip = tc_gunzip_new();
    if (!s->packed || !s->gunzip) return FAIL(s, TC_ENOMEM, "no memory to decompress");
    memcpy(s->packed, s->wide, s->wide_end);
    s->packed_left = tc_slice_make(s->packed, s->wide_end);
    s->packed_read = s->wide_end;
    s->kind.compressed = true;
    tc_gunzip_reset(s->gunzip);
    s->wide_end = unpack(s, s->wide, SNIFF_SIZE);
    return TC_SUCCESS;
}

static void reset(tc_stream *stream, int fd, uint64_t least)
{
    tc_stream_stop(stream);
    stream->fd = fd;
    stream->least = least;
    stream->file_read = 0;
    stream->damaged = false;
    stream->kind = (tc_stream_kind){0};
    stream->packed_left = TC_EMPTY_SLICE;
    stream->packed_read = stream->unpacked = 0;
    stream->between_members = stream->file_ended = stream->bytes_ended = false;
    stream->failure = TC_SUCCESS;
    stream->error = (tc_error){0};
    stream->wide_at = 0;
}

TC_STATUS tc_stream_start(tc_stream *stream, int fd, uint64_t least, tc_error *reterr)
{
    reset(stream, fd, least);
    stream->wide_end = read_file(stream, stream->wide, SNIFF_SIZE);
    stream->bytes_ended = stream->file_ended;
    if (tc_failed(stream->failure)) return tell_failure(stream, reterr);
    tc_slice head = tc_slice_make(stream->wide, stream->wide_end);
    if (tc_slice_starts(head, TC_LIT("\x1F\x8B\x08"))) {
        stream->bytes_ended = false;
        if (tc_failed(start_gzip(stream))) return tell_failure(stream, reterr);
        head.len = stream->wide_end;
    }
    memcpy(stream->kind.magic, head.ptr, TC_MIN(head.len, (size_t)TC_STREAM_MAGIC));
    size_t bom = 0;
    stream->encoding = tc_encoding_detect(head, &bom);
    stream->kind.utf16 = stream->encoding != TC_ENCODING_UTF8;
    stream->kind.bom = (uint32_t)bom;
    stream->wide_at = bom;
    return TC_SUCCESS;
}

void tc_stream_undecoded(tc_stream *stream)
{
    stream->encoding = TC_ENCODING_UTF8;
    stream->kind.utf16 = false;
    stream->kind.bom = 0;
    stream->wide_at = 0;
}

static size_t take_sniffed(tc_stream *s, uint8_t *out, size_t room)
{
    size_t n = TC_MIN(s->wide_end - s->wide_at, room);
    memcpy(out, s->wide + s->wide_at, n);
    s->wide_at += n;
    return n;
}

static bool can_go_on(const tc_stream *s)
{
    return !s->bytes_ended && !tc_failed(s->failure);
}

static size_t fill_utf8(tc_stream *s, uint8_t *out, size_t room)
{
    size_t got = take_sniffed(s, out, room);
    /* Decompressors are slow in giving little at a time. */
    while (s->kind.compressed && got < room && room - got < WIDE_SIZE && can_go_on(s)) {
        s->wide_at = 0;
        s->wide_end = read_bytes(s, s->wide, WIDE_SIZE);
        got += take_sniffed(s, out + got, room - got);
    }
    if (got < room && can_go_on(s)) got += read_bytes(s, out + got, room - got);
    return got;
}

static size_t fill_utf16(tc_stream *s, uint8_t *out, size_t room)
{
    size_t got = 0;
    while (room - got >= 4) {
        bool last = s->bytes_ended || tc_failed(s->failure);
        tc_slice in = tc_slice_make(s->wide + s->wide_at, s->wide_end - s->wide_at);
        got +=
            tc_utf16_decode(&in, s->encoding == TC_ENCODING_UTF16BE, last, out + got, room - got);
        s->wide_at = s->wide_end - in.len;
        if (room - got < 4 || last) break;
        memmove(s->wide, s->wide + s->wide_at, in.len);
        s->wide_at = 0;
        s->wide_end = in.len + read_bytes(s, s->wide + in.len, WIDE_SIZE - in.len);
    }
    return got;
}

TC_STATUS tc_stream_fill(tc_stream *stream, uint8_t *out, size_t room, size_t *ret_got,
                         bool *ret_end, tc_error *reterr)
{
    TC_ASSERT(room >= 4);
    size_t got = stream->kind.utf16 ? fill_utf16(stream, out, room) : fill_utf8(stream, out, room);
    *ret_got = got;
    *ret_end = false;
    if (got == 0 && tc_failed(stream->failure)) return tell_failure(stream, reterr);
    *ret_end = stream->bytes_ended && stream->wide_at == stream->wide_end;
    return TC_SUCCESS;
}

bool tc_stream_damaged(const tc_stream *stream)
{
    return stream->damaged;
}
