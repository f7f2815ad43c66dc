#include "detector/input/tzif.h"

#include "parsers/base/cursor.h"

enum { HEADER_SIZE = 44, TYPE_SIZE = 6, OFFSET_MAX = 26 * 3600 };

/* One data block, RFC 9636 section 3.2: its tables as slices. */
typedef struct block {
    tc_slice times;
    tc_slice kinds;
    tc_slice types;
    uint32_t time_count;
    size_t time_size; /* 4 or 8 bytes */
} block;

static bool read_header(tc_cursor *c, uint8_t *ret_version, uint32_t count[6])
{
    tc_slice reserved;
    if (!tc_cursor_text(c, TC_LIT("TZif")) || !tc_cursor_u8(c, ret_version)) return false;
    if (!tc_cursor_take(c, 15, &reserved)) return false;
    for (size_t i = 0; i < 6; i++) {
        if (!tc_cursor_u32be(c, &count[i]) || count[i] > TC_TZIF_MAX) return false;
    }
    return true;
}

/* The counts stand in the order isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt. */
static bool read_block(tc_cursor *c, size_t time_size, const uint32_t count[6], block *ret)
{
    size_t rest = (size_t)count[5] + count[2] * (time_size + 4) + count[1] + count[0];
    tc_slice skipped;
    ret->time_count = count[3];
    ret->time_size = time_size;
    return tc_cursor_take(c, count[3] * time_size, &ret->times) &&
           tc_cursor_take(c, count[3], &ret->kinds) &&
           tc_cursor_take(c, (size_t)count[4] * TYPE_SIZE, &ret->types) &&
           tc_cursor_take(c, rest, &skipped);
}

static int64_t time_at(const block *b, size_t index)
{
    tc_cursor c = tc_cursor_on(tc_slice_sub(b->times, index * b->time_size, b->time_size));
    uint32_t high = 0, low = 0;
    if (!tc_cursor_u32be(&c, &high)) return 0;
    if (b->time_size == 4) return (int32_t)high;
    if (!tc_cursor_u32be(&c, &low)) return 0;
    return (int64_t)((uint64_t)high << 32 | low);
}

static bool offset_of_type(const block *b, size_t type, int32_t *ret)
{
    tc_cursor c = tc_cursor_on(tc_slice_sub(b->types, type * TYPE_SIZE, TYPE_SIZE));
    uint32_t offset;
    if (!tc_cursor_u32be(&c, &offset)) return false;
    *ret = (int32_t)offset;
    return *ret > -OFFSET_MAX && *ret < OFFSET_MAX;
}

/* How many transitions happened up to that instant. */
static size_t transitions_until(const block *b, int64_t utc)
{
    size_t low = 0, high = b->time_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (time_at(b, middle) <= utc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool tc_tzif_offset(tc_slice file, int64_t utc, int32_t *ret)
{
    tc_cursor c = tc_cursor_on(file);
    uint8_t version;
    uint32_t count[6];
    block b = {0};
    tc_slice footer = TC_EMPTY_SLICE;
    if (!read_header(&c, &version, count) || !read_block(&c, 4, count, &b)) return false;
    if (version >= '2') {
        if (!read_header(&c, &version, count) || !read_block(&c, 8, count, &b)) return false;
        if (!tc_cursor_byte(&c, '\n') || !tc_cursor_until(&c, '\n', 256, &footer)) return false;
    }
    size_t passed = transitions_until(&b, utc);
    if (passed == b.time_count && footer.len > 0) return tc_posix_tz_offset(footer, utc, ret);
    /* Before the first transition the first type holds (section 3.2). */
    return offset_of_type(&b, passed == 0 ? 0 : b.kinds.ptr[passed - 1], ret);
}
