#include "detector/input/stretches.h"

#include "parsers/base/alloc.h"

#include <unistd.h>

enum {
    END_OF_ZIP = 22,   /* the record that ends a zip file */
    END_OF_ZIP64 = 56, /* another, before it */
    LOCATOR = 20,      /* between both */
    COMMENT = 65535,   /* bytes that may follow */
    WINDOW = COMMENT + END_OF_ZIP + LOCATOR + END_OF_ZIP64,
    PROGRAM = 512 * 1024, /* bytes of a program before the archive in it */
    TRIES = 64,           /* records in one window that are no end after all */
};

#define SHORTEST_ENTRY 76 /* of a file: in the directory and before its bytes */
#define SEVEN_ZIP "7z\xBC\xAF\x27\x1C"

/* The bytes from there on, as many as there are. */
static tc_slice look(int fd, uint8_t *room, size_t size, uint64_t at)
{
    size_t got = 0;
    ssize_t n = 1;
    while (got < size && n > 0) {
        n = pread(fd, room + got, size - got, (off_t)(at + got));
        got += n > 0 ? (size_t)n : 0;
    }
    return tc_slice_make(room, got);
}

static bool stands(int fd, uint64_t at, tc_slice bytes)
{
    uint8_t room[8];
    TC_ASSERT(bytes.len <= sizeof room);
    return tc_slice_equal(look(fd, room, bytes.len, at), bytes);
}

/* A zip file's directory, as its end speaks of it. */
typedef struct directory {
    uint64_t end; /* in the file */
    uint64_t size, offset;
} directory;

/* The record at `at` of the window, which itself stands at `from` in the file. */
static directory read_end(tc_slice window, size_t at, uint64_t from)
{
    directory d = {from + at, tc_slice_little(window, at + 12, 4),
                   tc_slice_little(window, at + 16, 4)};
    bool wide = d.size == UINT32_MAX || d.offset == UINT32_MAX ||
                tc_slice_little(window, at + 10, 2) == UINT16_MAX;
    size_t back = LOCATOR + END_OF_ZIP64;
    if (!wide || at < back) return d;
    tc_slice other = tc_slice_sub(window, at - back, back);
    if (!tc_slice_starts(other, TC_LIT("PK\6\6"))) return d;
    return (directory){from + at - back, tc_slice_little(other, 40, 8),
                       tc_slice_little(other, 48, 8)};
}

/* Where the zip file whose last byte stands before `end` begins. False: there is none. */
static bool find_start(int fd, uint8_t *room, uint64_t end, uint64_t *ret)
{
    uint64_t from = end > WINDOW ? end - WINDOW : 0;
    tc_slice window = look(fd, room, (size_t)(end - from), from);
    size_t tries = 0;
    for (size_t at = window.len; at-- > 0 && tries < TRIES;) {
        if (!tc_slice_starts(tc_slice_sub(window, at, 4), TC_LIT("PK\5\6"))) continue;
        if (at + END_OF_ZIP > window.len) continue;
        tries++;
        directory d = read_end(window, at, from);
        if (d.size > d.end || d.offset > d.end - d.size) continue;
        *ret = d.end - d.size - d.offset;
        if (d.size > 0 && !stands(fd, d.end - d.size, TC_LIT("PK\1\2"))) continue;
        if (*ret == 0 || d.size == 0 || stands(fd, *ret, TC_LIT("PK\3\4"))) return true;
    }
    return false;
}

static void put(tc_stretches *s, uint64_t start, uint64_t end)
{
    s->starts[s->count] = start;
    s->ends[s->count++] = end;
}

/* The zip files that stand before `end`, the last one first. */
static void find_zips(int fd, uint8_t *room, uint64_t end, tc_stretches *s)
{
    uint64_t start;
    while (end > 0 && s->count < TC_STRETCHES_MAX && find_start(fd, room, end, &start)) {
        put(s, start, end);
        end = start;
    }
    if (end == 0 || s->count == 0) return;
    s->more = s->count == TC_STRETCHES_MAX;
    /* One that was cut off, and whole ones behind it. */
    if (!s->more && stands(fd, 0, TC_LIT("PK\3\4"))) put(s, 0, end);
}

/* Its header says where the directory lies, which must be in the file. */
static bool find_seven_zip(int fd, uint8_t *room, uint64_t size, tc_stretches *s)
{
    tc_slice program = look(fd, room, PROGRAM, 0);
    size_t at = tc_slice_search(program, TC_LIT(SEVEN_ZIP));
    if (at == TC_NPOS || tc_slice_little(program, at + 6, 1) != 0) return false;
    uint64_t offset = tc_slice_little(program, at + 12, 8);
    if (offset > size || tc_slice_little(program, at + 20, 8) > size - offset) return false;
    put(s, at, size);
    return true;
}

TC_STATUS tc_stretches_of(int fd, uint64_t size, tc_stretches *ret)
{
    tc_stretches *s = ret;
    *s = (tc_stretches){0};
    bool zip = stands(fd, 0, TC_LIT("PK"));
    s->program = stands(fd, 0, TC_LIT("MZ"));
    if (zip || s->program) {
        uint8_t *room = tc_alloc(PROGRAM, 1);
        if (!room) return (tc_status){TC_ENOMEM};
        find_zips(fd, room, size, s);
        if (s->count == 0 && s->program) (void)find_seven_zip(fd, room, size, s);
        tc_free(room);
    }
    s->program = s->program && s->count > 0;
    if (s->count == 0) put(s, 0, size);
    return TC_SUCCESS;
}

bool tc_stretches_in_program(int fd, uint64_t size)
{
    tc_stretches s;
    return !tc_failed(tc_stretches_of(fd, size, &s)) && s.program;
}

uint64_t tc_stretches_entries(int fd, uint64_t from, uint64_t to)
{
    uint64_t most = 0;
    uint64_t start = to - from > WINDOW ? to - WINDOW : from;
    uint8_t *room = tc_alloc(WINDOW, 1);
    if (!room) return UINT64_MAX;
    tc_slice window = look(fd, room, (size_t)(to - start), start);
    for (size_t at = 0; at + END_OF_ZIP <= window.len; at++) {
        if (!tc_slice_starts(tc_slice_sub(window, at, 4), TC_LIT("PK\5\6"))) continue;
        uint64_t said = tc_slice_little(window, at + 10, 2);
        most = TC_MAX(most, said < UINT16_MAX ? said : (to - from) / SHORTEST_ENTRY);
    }
    tc_free(room);
    return most;
}
