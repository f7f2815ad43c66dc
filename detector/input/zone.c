#include "detector/input/zone.h"

#include "detector/input/tzif.h"
#include "parsers/base/alloc.h"

#include <fcntl.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 64 };

/* ±hh, ±hhmm or ±hh:mm. */
static bool read_fixed(tc_slice text, int64_t *ret)
{
    tc_cursor c = tc_cursor_on(text);
    uint32_t hours = 0, minutes = 0;
    bool negative = tc_cursor_byte(&c, '-');
    if (!negative && !tc_cursor_byte(&c, '+')) return false;
    if (!tc_cursor_fixed(&c, 2, &hours)) return false;
    if (!tc_cursor_at_end(&c)) {
        (void)tc_cursor_byte(&c, ':');
        if (!tc_cursor_fixed(&c, 2, &minutes) || !tc_cursor_at_end(&c)) return false;
    }
    if (hours > 18 || minutes > 59) return false;
    int64_t ns = hours * TC_HOUR + minutes * TC_MINUTE;
    *ret = negative ? -ns : ns;
    return true;
}

static bool is_zone_byte(uint8_t byte)
{
    return (uint8_t)((byte | 0x20) - 'a') < 26 || (uint8_t)(byte - '0') < 10 || byte == '_' ||
           byte == '-' || byte == '+' || byte == '/';
}

/* Letters, digits, _ - + and single inner slashes: no dot, so never "..". */
static bool is_name(tc_slice text)
{
    if (text.len == 0 || text.len > NAME_MAX_BYTES) return false;
    if (text.ptr[0] == '/' || text.ptr[text.len - 1] == '/') return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_zone_byte(text.ptr[i])) return false;
    }
    return tc_slice_search(text, TC_LIT("//")) == TC_NPOS;
}

static bool read_zone_file(const char *path, uint8_t *bytes, tc_slice *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return false;
    size_t got = 0;
    ssize_t n = 1;
    while (n > 0 && got < TC_TZIF_MAX) {
        n = read(fd, bytes + got, TC_TZIF_MAX - got);
        if (n > 0) got += (size_t)n;
    }
    (void)close(fd);
    int32_t offset;
    *ret = tc_slice_make(bytes, got);
    return n == 0 && tc_tzif_offset(*ret, 0, &offset);
}

/* Reads the zone of that name into the arena; an empty file if there is none. */
static TC_STATUS find_zone(tc_slice name, const char *folder, tc_arena *arena, tc_slice *ret)
{
    char path[512];
    int length =
        snprintf(path, sizeof path, "%s/%.*s", folder, (int)name.len, (const char *)name.ptr);
    if (length < 0 || (size_t)length >= sizeof path) return TC_SUCCESS;

    uint8_t *bytes = tc_alloc(TC_TZIF_MAX, 1);
    if (!bytes) return (tc_status){TC_ENOMEM};
    tc_status status = TC_SUCCESS;
    tc_slice file;
    if (read_zone_file(path, bytes, &file) && !tc_arena_copy(arena, file, ret)) {
        status = (tc_status){TC_ENOMEM};
    }
    tc_free(bytes);
    return status;
}

TC_STATUS tc_zone_read(tc_slice text, const char *folder, tc_arena *arena, tc_zone *ret,
                       tc_error *reterr)
{
    *ret = (tc_zone){0};
    if (tc_slice_equal_ascii(text, TC_LIT("Z")) || tc_slice_equal_ascii(text, TC_LIT("UTC"))) {
        return TC_SUCCESS;
    }
    if (read_fixed(text, &ret->fixed_ns)) return TC_SUCCESS;
    if (is_name(text)) {
        if (tc_failed(find_zone(text, folder, arena, &ret->file))) {
            return tc_fail_at(reterr, TC_ENOMEM, "--tz", 0, 0, "no memory to read a time zone");
        }
        if (ret->file.len > 0) return TC_SUCCESS;
    }
    return tc_fail_at(reterr, TC_ESYNTAX, "--tz", 0, 0,
                      "\"%.*s\" is no time zone; write Z, +02:00 or a name such as Europe/Brussels",
                      (int)TC_MIN(text.len, (size_t)NAME_MAX_BYTES), (const char *)text.ptr);
}

static int64_t offset_at(const tc_zone *zone, int64_t utc)
{
    int32_t seconds = 0;
    return tc_tzif_offset(zone->file, utc, &seconds) ? seconds : 0;
}

int64_t tc_zone_offset_ns(const tc_zone *zone, tc_time local)
{
    if (zone->file.len == 0) return zone->fixed_ns;
    int64_t seconds = local / TC_SECOND;
    int64_t guess = offset_at(zone, seconds);
    return offset_at(zone, seconds - guess) * TC_SECOND;
}
