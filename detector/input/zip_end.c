#include "detector/input/zip_end.h"

enum { SIGNATURE = 4, HEADER_MAX = 46 };

/* A record: its fixed part, and what of that says how much follows. */
typedef struct record {
    char signature[SIGNATURE];
    uint8_t length;
    struct {
        uint8_t at, bytes;
    } more[3];
} record;

static const record records[] = {
    {"PK\1\2", 46, {{28, 2}, {30, 2}, {32, 2}}}, /* of a member */
    {"PK\5\5", 6, {{4, 2}}},                     /* a signature */
    {"PK\6\6", 12, {{4, 8}}},                    /* the end, for large ones, and where that is */
    {"PK\6\7", 20, {{0, 0}}},
    {"PK\5\6", 22, {{20, 2}}}, /* the end */
};

/* Without room for them they are gone over. False: there are not so many. */
static bool take(tc_below *b, uint8_t *out, uint64_t bytes)
{
    const uint8_t *piece;
    while (bytes > 0) {
        int64_t n = tc_below_read(b, &piece);
        if (n <= 0) return false;
        size_t used = (size_t)TC_MIN((uint64_t)n, bytes);
        if (out) memcpy(out, piece, used);
        if (out) out += used;
        b->again = (size_t)n - used;
        bytes -= used;
    }
    return true;
}

static const record *record_of(const uint8_t *signature)
{
    for (size_t i = 0; i < TC_COUNT_OF(records); i++)
        if (memcmp(records[i].signature, signature, SIGNATURE) == 0) return &records[i];
    return NULL;
}

/* The next four bytes that are a record's. */
static const record *find_first(tc_below *b, uint8_t *header)
{
    if (!take(b, header, SIGNATURE)) return NULL;
    for (;;) {
        const record *first = record_of(header);
        if (first) return first;
        memmove(header, header + 1, SIGNATURE - 1);
        if (!take(b, header + SIGNATURE - 1, 1)) return NULL;
    }
}

/* How many bytes follow the fixed part. */
static uint64_t rest_of(const record *r, const uint8_t *header)
{
    tc_slice fixed = tc_slice_make(header, HEADER_MAX);
    uint64_t rest = 0;
    for (size_t i = 0; i < TC_COUNT_OF(r->more); i++) {
        uint64_t n = tc_slice_little(fixed, r->more[i].at, r->more[i].bytes);
        rest = n > UINT64_MAX - rest ? UINT64_MAX : rest + n;
    }
    return rest;
}

bool tc_zip_end_skip(tc_below *below, uint64_t *ret_entries)
{
    uint8_t header[HEADER_MAX];
    *ret_entries = 0;
    for (const record *r = find_first(below, header); r; r = record_of(header)) {
        uint64_t fixed = (uint64_t)r->length - SIGNATURE;
        if (!take(below, header + SIGNATURE, fixed)) return false;
        if (!take(below, NULL, rest_of(r, header))) return false;
        if (r == &records[0]) ++*ret_entries;
        if (r == &records[TC_COUNT_OF(records) - 1]) return true;
        if (!take(below, header, SIGNATURE)) return false;
    }
    return false;
}
