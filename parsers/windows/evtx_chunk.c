#include "parsers/windows/evtx_chunk.h"

#define MAGIC TC_LIT("ElfChnk\0")
#define SIGNATURE TC_LIT("**\0\0")
#define RECORD_MIN (TC_EVTX_RECORD_HEAD + 8)
/* In the chunk's head: the number of its first record, where its last one lies, and where free
 * space begins. */
#define FIRST_NUMBER_AT 24
#define LAST_RECORD_AT 44
#define FREE_SPACE_AT 48
#define NUMBER_AT 8 /* in a record's head */

static bool is_signed(tc_slice s, size_t at)
{
    return tc_slice_starts(tc_slice_sub(s, at, s.len), SIGNATURE);
}

/* The length of the whole record at `at`; 0 if none lies there before `end`. */
static size_t record_at(tc_slice s, size_t at, size_t end)
{
    if (end - at < RECORD_MIN || !is_signed(s, at)) return 0;
    size_t length = (size_t)tc_slice_little(s, at + 4, 4);
    if (length < RECORD_MIN || length > end - at) return 0;
    return tc_slice_little(s, at + length - 4, 4) == length ? length : 0;
}

size_t tc_evtx_find(tc_slice s, size_t from, size_t end)
{
    while (from < end) {
        size_t found = tc_slice_search(tc_slice_sub(s, from, end - from), SIGNATURE);
        if (found == TC_NPOS) break;
        from += found;
        if (record_at(s, from, end) > 0) return from;
        from++;
    }
    return TC_NPOS;
}

bool tc_evtx_written(tc_slice s, size_t at, tc_time *ret)
{
    return at + TC_EVTX_RECORD_HEAD <= s.len &&
           tc_time_from_filetime(tc_slice_little(s, at + 16, 8), ret);
}

static bool is_empty(tc_slice s, size_t from)
{
    for (size_t i = from; i < s.len; i++)
        if (s.ptr[i] != 0) return false;
    return true;
}

/* The number that a record behind those before `end` would have. */
static uint64_t next_number(tc_slice s, size_t end)
{
    uint64_t next = tc_slice_little(s, FIRST_NUMBER_AT, 8);
    for (size_t at = tc_evtx_find(s, TC_EVTX_CHUNK_HEAD, end); at != TC_NPOS;) {
        next = tc_slice_little(s, at + NUMBER_AT, 8) + 1;
        at += record_at(s, at, end);
        if (at < end && record_at(s, at, end) == 0) at = tc_evtx_find(s, at, end);
        if (at >= end) break;
    }
    return next;
}

/* Where free space begins indeed. The head may be older than the records, or somebody has changed
 * it: what goes on in their numbering behind that place are no remains of an older round, which
 * have lower numbers. Does the head name a last record that still lies behind, all is searched. */
static size_t end_of(tc_slice s, size_t end)
{
    size_t last = (size_t)tc_slice_little(s, LAST_RECORD_AT, 4);
    if (record_at(s, end, s.len) > 0) {
        uint64_t next = next_number(s, end);
        size_t length;
        while ((length = record_at(s, end, s.len)) > 0 &&
               tc_slice_little(s, end + NUMBER_AT, 8) == next) {
            end += length;
            next++;
        }
    }
    return last >= end && record_at(s, TC_MIN(last, s.len), s.len) > 0 ? s.len : end;
}

tc_evtx_chunk tc_evtx_chunk_of(tc_slice bytes)
{
    tc_evtx_chunk chunk = {bytes, 0, bytes.len};
    if (!tc_slice_starts(bytes, MAGIC)) {
        if (is_empty(bytes, 0)) chunk.end = 0;
        return chunk;
    }
    if (bytes.len < TC_EVTX_CHUNK_HEAD) return chunk;
    size_t end = (size_t)tc_slice_little(bytes, FREE_SPACE_AT, 4);
    if (end >= TC_EVTX_CHUNK_HEAD && end <= TC_EVTX_CHUNK)
        chunk.end = end_of(bytes, TC_MIN(end, bytes.len));
    return chunk;
}

/* What is no record from here on, up to the next one. */
static tc_evtx_item damage(const tc_evtx_chunk *chunk)
{
    tc_slice s = chunk->bytes;
    size_t next = tc_evtx_find(s, chunk->at + 1, chunk->end);
    tc_evtx_item item = {.kind = TC_EVTX_DAMAGE, .at = chunk->at, .reason = TC_REASON_BAD_BINARY};
    item.length = (next == TC_NPOS ? chunk->end : next) - chunk->at;
    bool cut = next == TC_NPOS && chunk->end == s.len && s.len < TC_EVTX_CHUNK;
    if (cut && is_signed(s, chunk->at)) item.reason = TC_REASON_TRUNCATED;
    if (next == TC_NPOS && chunk->end == s.len && is_empty(s, chunk->at)) item.kind = TC_EVTX_FREE;
    return item;
}

bool tc_evtx_next(tc_evtx_chunk *chunk, tc_evtx_item *ret)
{
    tc_slice s = chunk->bytes;
    *ret = (tc_evtx_item){.at = chunk->at, .written = TC_TIME_NONE};
    if (chunk->at == s.len) return false;
    size_t length = record_at(s, chunk->at, TC_MAX(chunk->end, chunk->at));
    if (chunk->at == 0 && chunk->end > 0 && tc_slice_starts(s, MAGIC)) {
        ret->kind = TC_EVTX_HEAD;
        ret->length = TC_MIN((size_t)TC_EVTX_CHUNK_HEAD, s.len);
    } else if (chunk->at >= chunk->end) {
        ret->kind = TC_EVTX_FREE;
        ret->length = s.len - chunk->at;
    } else if (length > 0) {
        ret->kind = TC_EVTX_RECORD;
        ret->length = length;
        if (!tc_evtx_written(s, chunk->at, &ret->written)) ret->written = TC_TIME_NONE;
    } else {
        *ret = damage(chunk);
    }
    chunk->at += ret->length;
    return true;
}
