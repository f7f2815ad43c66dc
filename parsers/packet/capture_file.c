#include "parsers/packet/capture_file.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/octets.h"

enum {
    PCAP_HEAD = 24,
    PCAP_RECORD = 16,
    PATCHED_RECORD = 24, /* an old Linux noted interface, protocol and kind as well */
    BLOCK_HEAD = 8,
    BLOCK_LEAST = 12,
    BLOCK_MAX = 64 << 20,
    SECTION = 0x0A0D0D0A,
    INTERFACE = 1,
    OLD_PACKET = 2,
    SIMPLE_PACKET = 3,
    STATISTICS = 5,
    PACKET = 6,
    OPTION_RESOLUTION = 9,
    OPTION_OFFSET = 14,
    OPTION_DROPPED = 5,       /* isb_ifdrop */
    OPTION_SYSTEM_DROPPED = 7 /* isb_osdrop */
};

void tc_capture_file_init(tc_capture_file *file)
{
    *file = (tc_capture_file){0};
}

void tc_capture_file_done(tc_capture_file *file)
{
    tc_free(file->interfaces);
    *file = (tc_capture_file){0};
}

static uint32_t word(const tc_capture_file *f, const uint8_t *p)
{
    return f->big_endian ? tc_be32(p) : tc_le32(p);
}

static uint16_t half(const tc_capture_file *f, const uint8_t *p)
{
    return f->big_endian ? tc_be16(p) : tc_le16(p);
}

static uint64_t long_word(const tc_capture_file *f, const uint8_t *p)
{
    uint64_t low = word(f, p + (f->big_endian ? 4 : 0));
    uint64_t high = word(f, p + (f->big_endian ? 0 : 4));
    return high << 32 | low;
}

static tc_capture_step broken(tc_capture_file *f)
{
    f->broken = true;
    return TC_CAPTURE_BROKEN;
}

/* -- pcap ----------------------------------------------------------------------------------- */

static bool read_magic(tc_capture_file *f, tc_slice bytes)
{
    static const uint32_t micro = 0xA1B2C3D4, nano = 0xA1B23C4D, patched = 0xA1B2CD34;
    uint32_t big = tc_be32(bytes.ptr), little = tc_le32(bytes.ptr);
    f->big_endian = big == micro || big == nano || big == patched;
    f->nano = big == nano || little == nano;
    f->record_head = big == patched || little == patched ? PATCHED_RECORD : PCAP_RECORD;
    return f->big_endian || little == micro || little == nano || little == patched;
}

static tc_capture_step begin_file(tc_capture_file *f, tc_slice bytes, size_t *ret_used)
{
    if (bytes.len < 4) return TC_CAPTURE_MORE;
    if (tc_be32(bytes.ptr) == SECTION) {
        f->ng = f->begun = true;
        return TC_CAPTURE_PASSED;
    }
    if (!read_magic(f, bytes)) return broken(f);
    if (bytes.len < PCAP_HEAD) return TC_CAPTURE_MORE;
    /* The upper half tells of checksums behind the frames. */
    f->link = (uint16_t)(word(f, bytes.ptr + 20) & 0xFFFF);
    f->begun = true;
    *ret_used = PCAP_HEAD;
    return TC_CAPTURE_PASSED;
}

static tc_capture_step next_pcap(tc_capture_file *f, tc_slice bytes, size_t *ret_used,
                                 tc_packet *ret)
{
    if (bytes.len < f->record_head) return TC_CAPTURE_MORE;
    uint32_t length = word(f, bytes.ptr + 8);
    if (length > TC_CAPTURE_PACKET_MAX) return broken(f);
    if (bytes.len < f->record_head + (size_t)length) return TC_CAPTURE_MORE;
    int64_t fraction = word(f, bytes.ptr + 4);
    ret->time =
        tc_time_add((tc_time)word(f, bytes.ptr) * TC_SECOND, f->nano ? fraction : fraction * 1000);
    ret->wire_length = word(f, bytes.ptr + 12);
    ret->link = f->link;
    ret->bytes = tc_slice_sub(bytes, f->record_head, length);
    *ret_used = f->record_head + (size_t)length;
    return TC_CAPTURE_PACKET;
}

/* -- pcapng --------------------------------------------------------------------------------- */

static void read_options(const tc_capture_file *f, tc_slice rest, tc_capture_interface *i)
{
    while (rest.len >= 4) {
        uint16_t code = half(f, rest.ptr), length = half(f, rest.ptr + 2);
        if (code == 0 || rest.len < 4 + (size_t)length) return;
        const uint8_t *value = rest.ptr + 4;
        if (code == OPTION_RESOLUTION && length == 1) i->resolution = value[0];
        if (code == OPTION_OFFSET && length == 8) i->offset = (int64_t)long_word(f, value);
        rest = tc_octets_from(rest, 4 + ((size_t)length + 3) / 4 * 4);
    }
}

static tc_capture_step add_interface(tc_capture_file *f, tc_slice body)
{
    if (body.len < 8 || f->count == TC_CAPTURE_INTERFACES) return TC_CAPTURE_PASSED;
    tc_status status = tc_grow(&f->interfaces, &f->capacity, f->count + 1, sizeof *f->interfaces,
                               TC_CAPTURE_INTERFACES);
    if (tc_failed(status)) return TC_CAPTURE_NO_MEMORY;
    tc_capture_interface *i = &f->interfaces[f->count++];
    *i = (tc_capture_interface){
        .link = half(f, body.ptr), .snap = word(f, body.ptr + 4), .resolution = 6};
    read_options(f, tc_octets_from(body, 8), i);
    return TC_CAPTURE_PASSED;
}

/* Units of a clock since 1970 as nanoseconds. */
static tc_time stamp_time(const tc_capture_interface *i, uint64_t units)
{
    uint64_t per_second = 1, rest;
    unsigned power = i->resolution & 0x7F;
    bool binary = (i->resolution & 0x80) != 0;
    if (binary ? power > 63 : power > 19) return TC_TIME_NONE;
    for (unsigned n = 0; n < power; n++)
        per_second *= binary ? 2 : 10;
    rest = units % per_second;
    uint64_t seconds = units / per_second;
    if (seconds > (uint64_t)(TC_TIME_MAX / TC_SECOND)) return TC_TIME_NONE;
    int64_t fraction = (int64_t)((double)rest / (double)per_second * 1e9);
    if (per_second <= UINT64_C(1000000000)) fraction = (int64_t)(rest * 1000000000 / per_second);
    if (i->offset > TC_TIME_MAX / TC_SECOND || i->offset < -(TC_TIME_MAX / TC_SECOND))
        return TC_TIME_NONE;
    tc_time time = tc_time_add((tc_time)seconds * TC_SECOND, fraction);
    return tc_time_add(time, i->offset * TC_SECOND);
}

static tc_capture_step packet_of(tc_capture_file *f, tc_slice body, uint32_t interface,
                                 tc_packet *ret)
{
    if (body.len < 20) return broken(f);
    uint32_t kept = word(f, body.ptr + 12);
    uint64_t stamp = (uint64_t)word(f, body.ptr + 4) << 32 | word(f, body.ptr + 8);
    if (kept > body.len - 20) return broken(f);
    *ret = (tc_packet){.bytes = tc_slice_sub(body, 20, kept),
                       .wire_length = word(f, body.ptr + 16),
                       .link = UINT32_MAX,
                       .time = TC_TIME_NONE};
    if (interface < f->count) {
        ret->link = f->interfaces[interface].link;
        ret->time = stamp_time(&f->interfaces[interface], stamp);
    }
    return TC_CAPTURE_PACKET;
}

static tc_capture_step simple_packet(tc_capture_file *f, tc_slice body, tc_packet *ret)
{
    if (body.len < 4) return broken(f);
    uint32_t length = word(f, body.ptr), kept = length;
    if (f->count > 0 && f->interfaces[0].snap > 0) kept = TC_MIN(kept, f->interfaces[0].snap);
    *ret = (tc_packet){.bytes = tc_slice_sub(body, 4, kept),
                       .wire_length = length,
                       .link = f->count > 0 ? f->interfaces[0].link : UINT32_MAX,
                       .time = TC_TIME_NONE};
    return TC_CAPTURE_PACKET;
}

/* They count from the beginning: what is more than before is new. */
static tc_capture_step take_statistics(tc_capture_file *f, tc_slice body)
{
    if (body.len < 12 || word(f, body.ptr) >= f->count) return TC_CAPTURE_PASSED;
    tc_capture_interface *i = &f->interfaces[word(f, body.ptr)];
    uint64_t dropped = 0;
    for (tc_slice rest = tc_octets_from(body, 12); rest.len >= 4;) {
        uint16_t code = half(f, rest.ptr), length = half(f, rest.ptr + 2);
        if (code == 0 || rest.len < 4 + (size_t)length) break;
        if ((code == OPTION_DROPPED || code == OPTION_SYSTEM_DROPPED) && length == 8)
            dropped += TC_MIN(long_word(f, rest.ptr + 4), (uint64_t)UINT32_MAX);
        rest = tc_octets_from(rest, 4 + ((size_t)length + 3) / 4 * 4);
    }
    if (dropped > i->dropped) f->dropped += dropped - i->dropped;
    i->dropped = TC_MAX(i->dropped, dropped);
    return TC_CAPTURE_PASSED;
}

static bool begin_section(tc_capture_file *f, tc_slice bytes)
{
    uint32_t order = tc_be32(bytes.ptr + 8);
    f->big_endian = order == 0x1A2B3C4D;
    f->count = 0;
    f->sections++;
    return f->big_endian || order == 0x4D3C2B1A;
}

static tc_capture_step take_block(tc_capture_file *f, uint32_t type, tc_slice body, tc_packet *ret)
{
    switch (type) {
    case INTERFACE:
        return add_interface(f, body);
    case STATISTICS:
        return take_statistics(f, body);
    case PACKET:
        return packet_of(f, body, body.len >= 4 ? word(f, body.ptr) : 0, ret);
    case OLD_PACKET:
        return packet_of(f, body, body.len >= 4 ? half(f, body.ptr) : 0, ret);
    default:
        return simple_packet(f, body, ret);
    }
}

/* Statistics that are too long are passed over like what is not known. */
static bool is_read(uint32_t type, uint32_t length)
{
    return type == INTERFACE || type == PACKET || type == OLD_PACKET || type == SIMPLE_PACKET ||
           (type == STATISTICS && length <= TC_CAPTURE_RECORD_MAX);
}

static tc_capture_step next_block(tc_capture_file *f, tc_slice bytes, size_t *ret_used,
                                  tc_packet *ret)
{
    if (bytes.len < BLOCK_LEAST) return TC_CAPTURE_MORE;
    bool section = tc_be32(bytes.ptr) == SECTION;
    if (section && !begin_section(f, bytes)) return broken(f);
    uint32_t type = section ? SECTION : word(f, bytes.ptr), length = word(f, bytes.ptr + 4);
    if (length < BLOCK_LEAST || length % 4 != 0 || length > BLOCK_MAX) return broken(f);
    if (!is_read(type, length)) {
        f->skip = length;
        return TC_CAPTURE_PASSED;
    }
    if (length > TC_CAPTURE_RECORD_MAX) return broken(f);
    if (bytes.len < length) return TC_CAPTURE_MORE;
    if (word(f, bytes.ptr + length - 4) != length) return broken(f);
    *ret_used = length;
    return take_block(f, type, tc_slice_sub(bytes, BLOCK_HEAD, length - BLOCK_LEAST), ret);
}

tc_capture_step tc_capture_file_next(tc_capture_file *file, tc_slice bytes, size_t *ret_used,
                                     tc_packet *ret_packet)
{
    *ret_used = 0;
    if (bytes.len == 0) return TC_CAPTURE_MORE;
    if (file->broken) {
        *ret_used = bytes.len;
        return TC_CAPTURE_PASSED;
    }
    if (file->skip > 0) {
        *ret_used = (size_t)TC_MIN((uint64_t)bytes.len, file->skip);
        file->skip -= *ret_used;
        return TC_CAPTURE_PASSED;
    }
    if (!file->begun) return begin_file(file, bytes, ret_used);
    return file->ng ? next_block(file, bytes, ret_used, ret_packet)
                    : next_pcap(file, bytes, ret_used, ret_packet);
}
