#include "parsers/base/visit.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define CHUNK ((size_t)64 * 1024)
#define NAME_MAX_BYTES 30
#define MARK 0x54435331u /* "TCS1": every section begins with it */

struct tc_visit {
    tc_visit_write write;
    tc_visit_read read;
    void *context;
    tc_status status;
    const char *problem;
    const char *section; /* "" outside of all */
    uint64_t chain;      /* hash of the section's name and of all chunks before this one */
    bool last;           /* loading: this chunk is the section's last */
    size_t at, filled;
    size_t passed_over;
    uint8_t chunk[CHUNK];
    uint8_t text[TC_VISIT_TEXT_MAX];
};

static tc_visit *make(tc_visit_write write, tc_visit_read read, void *context)
{
    tc_visit *v = tc_alloc(1, sizeof(*v));
    if (v == NULL) return NULL;
    v->write = write;
    v->read = read;
    v->context = context;
    v->section = "";
    return v;
}

tc_visit *tc_visit_saver(tc_visit_write write, void *context)
{
    return make(write, NULL, context);
}

tc_visit *tc_visit_loader(tc_visit_read read, void *context)
{
    return make(NULL, read, context);
}

void tc_visit_free(tc_visit *v)
{
    tc_free(v);
}

bool tc_visit_loads(const tc_visit *v)
{
    return v->read != NULL;
}

TC_STATUS tc_visit_status(const tc_visit *v)
{
    return v->status;
}

const char *tc_visit_problem(const tc_visit *v)
{
    return v->problem ? v->problem : "nothing";
}

const char *tc_visit_where(const tc_visit *v)
{
    return v->section;
}

void tc_visit_fail(tc_visit *v, tc_code code, const char *problem)
{
    if (tc_visit_failed(v)) return;
    v->status = (tc_status){code};
    v->problem = problem;
    v->at = v->filled = 0;
    v->last = true;
}

size_t tc_visit_passed_over(const tc_visit *v)
{
    return v->passed_over;
}

/* -- bytes outside of chunks ---------------------------------------------------------------- */

static void put_raw(tc_visit *v, const uint8_t *bytes, size_t length)
{
    if (tc_visit_failed(v)) return;
    tc_status status = v->write(v->context, tc_slice_make(bytes, length));
    if (tc_failed(status)) tc_visit_fail(v, status.code, "it could not be written");
}

static bool get_raw(tc_visit *v, uint8_t *out, size_t length)
{
    for (size_t got = 0; length > 0 && !tc_visit_failed(v); out += got, length -= got) {
        tc_status status = v->read(v->context, out, length, &got);
        if (tc_failed(status))
            tc_visit_fail(v, status.code, "it could not be read");
        else if (got == 0)
            tc_visit_refuse(v, "it ends in the middle");
    }
    return !tc_visit_failed(v);
}

static void put_le(uint8_t *out, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_le(const uint8_t *in, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++)
        value |= (uint64_t)in[i] << (8 * i);
    return value;
}

/* -- chunks --------------------------------------------------------------------------------- */

/* A chunk's head: its length with the top bit saying that it is the last, and the chain with it. */
#define HEAD 12
#define LAST_CHUNK 0x80000000u

static uint64_t chain_with(const tc_visit *v, uint32_t length)
{
    uint8_t bytes[4];
    put_le(bytes, length, 4);
    uint64_t chain = tc_content_hash_add(v->chain, tc_slice_make(bytes, sizeof(bytes)));
    return tc_content_hash_add(chain, tc_slice_make(v->chunk, v->filled));
}

static void put_chunk(tc_visit *v, bool last)
{
    uint8_t head[HEAD];
    uint32_t length = (uint32_t)v->filled | (last ? LAST_CHUNK : 0);
    v->chain = chain_with(v, length);
    put_le(head, length, 4);
    put_le(head + 4, v->chain, 8);
    put_raw(v, head, sizeof(head));
    put_raw(v, v->chunk, v->filled);
    v->filled = 0;
}

static bool get_chunk(tc_visit *v)
{
    uint8_t head[HEAD];
    v->at = v->filled = 0;
    if (!get_raw(v, head, sizeof(head))) return false;
    uint32_t length = (uint32_t)get_le(head, 4), size = length & ~LAST_CHUNK;
    if (size > CHUNK) tc_visit_refuse(v, "it is damaged: a chunk is too long");
    if (!get_raw(v, v->chunk, size)) return false;
    v->filled = size;
    v->chain = chain_with(v, length);
    if (v->chain != get_le(head + 4, 8)) tc_visit_refuse(v, "it is damaged: a checksum is wrong");
    if (tc_visit_failed(v)) return false;
    v->last = (length & LAST_CHUNK) != 0;
    return true;
}

static void put_byte(tc_visit *v, uint8_t byte)
{
    if (tc_visit_failed(v)) return;
    if (v->filled == CHUNK) put_chunk(v, false);
    v->chunk[v->filled++] = byte;
}

static uint8_t get_byte(tc_visit *v)
{
    while (v->at == v->filled) {
        if (v->last) tc_visit_refuse(v, "a section is shorter than what it should hold");
        if (tc_visit_failed(v) || !get_chunk(v)) return 0;
    }
    return v->chunk[v->at++];
}

static void put_bytes(tc_visit *v, const uint8_t *from, size_t length)
{
    while (length > 0 && !tc_visit_failed(v)) {
        if (v->filled == CHUNK) put_chunk(v, false);
        size_t part = TC_MIN(length, CHUNK - v->filled);
        memcpy(v->chunk + v->filled, from, part);
        v->filled += part;
        from += part;
        length -= part;
    }
}

/* Zeros where it fails. */
static void get_bytes(tc_visit *v, uint8_t *to, size_t length)
{
    while (length > 0) {
        size_t part = TC_MIN(length, v->filled - v->at);
        if (part > 0)
            memcpy(to, v->chunk + v->at, part);
        else
            *to = get_byte(v);
        v->at += part;
        part = TC_MAX(part, (size_t)1);
        to += part;
        length -= part;
    }
}

/* -- sections ------------------------------------------------------------------------------- */

/* Mark, version, length of the name, name (zeros behind it). */
#define SECTION (4 + 4 + 1 + NAME_MAX_BYTES)

static void section_head(uint8_t out[SECTION], const char *name, uint32_t version)
{
    size_t length = strlen(name);
    TC_ASSERT(length > 0 && length <= NAME_MAX_BYTES);
    memset(out, 0, SECTION);
    put_le(out, MARK, 4);
    put_le(out + 4, version, 4);
    out[8] = (uint8_t)length;
    memcpy(out + 9, name, length);
}

static void pass_over(tc_visit *v)
{
    while (!v->last && get_chunk(v))
        ;
    v->at = v->filled = 0;
    if (tc_visit_failed(v)) return;
    v->passed_over++;
    v->section = "";
}

/* Whether the section that follows is the wanted one and of its version. */
static bool open_section(tc_visit *v, const uint8_t wanted[SECTION])
{
    uint8_t found[SECTION];
    if (!get_raw(v, found, sizeof(found))) return false;
    if (get_le(found, 4) != MARK || memcmp(found + 8, wanted + 8, SECTION - 8) != 0) {
        tc_visit_refuse(v, "another section was expected here");
        return false;
    }
    v->chain = tc_content_hash(tc_slice_make(found, sizeof(found)));
    v->last = false;
    v->at = v->filled = 0;
    return get_le(found + 4, 4) == get_le(wanted + 4, 4);
}

bool tc_visit_begin(tc_visit *v, const char *name, uint32_t version)
{
    uint8_t head[SECTION];
    if (tc_visit_failed(v)) return false;
    TC_ASSERT(v->section[0] == '\0');
    section_head(head, name, version);
    v->section = name;
    if (!tc_visit_loads(v)) {
        put_raw(v, head, sizeof(head));
        v->chain = tc_content_hash(tc_slice_make(head, sizeof(head)));
        v->filled = 0;
    } else if (!open_section(v, head)) {
        if (!tc_visit_failed(v)) pass_over(v);
        return false;
    }
    return !tc_visit_failed(v);
}

void tc_visit_end(tc_visit *v)
{
    if (tc_visit_failed(v)) return;
    TC_ASSERT(v->section[0] != '\0');
    if (!tc_visit_loads(v)) put_chunk(v, true);
    while (tc_visit_loads(v) && v->at == v->filled && !v->last)
        if (!get_chunk(v)) return;
    if (v->at != v->filled && tc_visit_loads(v))
        tc_visit_refuse(v, "a section is longer than what it should hold");
    if (!tc_visit_failed(v)) v->section = "";
}

/* -- values --------------------------------------------------------------------------------- */

#define NUMBER_MAX 10 /* bytes */

/* Nearly all of saved state are numbers, and nearly always there is room for a whole one. */
static void put_number(tc_visit *v, uint64_t value)
{
    if (CHUNK - v->filled >= NUMBER_MAX && !tc_visit_failed(v)) {
        for (; value >= 0x80; value >>= 7)
            v->chunk[v->filled++] = (uint8_t)(value | 0x80);
        v->chunk[v->filled++] = (uint8_t)value;
        return;
    }
    for (; value >= 0x80; value >>= 7)
        put_byte(v, (uint8_t)(value | 0x80));
    put_byte(v, (uint8_t)value);
}

static uint64_t get_number(tc_visit *v, uint64_t max)
{
    uint64_t value = 0;
    bool whole = v->filled - v->at >= NUMBER_MAX;
    for (unsigned shift = 0; shift < 7 * NUMBER_MAX; shift += 7) {
        uint8_t byte = whole ? v->chunk[v->at++] : get_byte(v);
        if (!whole && tc_visit_failed(v)) return 0;
        uint64_t part = byte & 0x7F;
        if (shift == 63 && part > 1) break;
        value |= part << shift;
        if (byte < 0x80) {
            if (value <= max) return value;
            break;
        }
    }
    tc_visit_refuse(v, "a number is too large");
    return 0;
}

/* Most numbers are of one byte. */
static uint64_t number(tc_visit *v, uint64_t value, uint64_t max)
{
    if (v->read != NULL && v->at < v->filled && v->chunk[v->at] < 0x80 && v->chunk[v->at] <= max)
        return v->chunk[v->at++];
    TC_ASSERT(v->section[0] != '\0' || tc_visit_failed(v));
    if (tc_visit_loads(v)) return get_number(v, max);
    put_number(v, value);
    return value;
}

void tc_visit_bool(tc_visit *v, bool *value)
{
    *value = number(v, *value, 1) != 0;
}

void tc_visit_u8(tc_visit *v, uint8_t *value)
{
    *value = (uint8_t)number(v, *value, UINT8_MAX);
}

void tc_visit_u16(tc_visit *v, uint16_t *value)
{
    *value = (uint16_t)number(v, *value, UINT16_MAX);
}

void tc_visit_u32(tc_visit *v, uint32_t *value)
{
    *value = (uint32_t)number(v, *value, UINT32_MAX);
}

void tc_visit_u64(tc_visit *v, uint64_t *value)
{
    *value = number(v, *value, UINT64_MAX);
}

/* Small numbers of both signs become small numbers. */
static uint64_t zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t value)
{
    return (int64_t)((value >> 1) ^ (value & 1 ? UINT64_MAX : 0));
}

void tc_visit_i64(tc_visit *v, int64_t *value)
{
    *value = unzigzag(number(v, zigzag(*value), UINT64_MAX));
}

void tc_visit_i32(tc_visit *v, int32_t *value)
{
    *value = (int32_t)unzigzag(number(v, zigzag(*value), UINT32_MAX));
}

void tc_visit_time(tc_visit *v, tc_time *value)
{
    tc_visit_i64(v, value);
}

void tc_visit_double(tc_visit *v, double *value)
{
    uint64_t bits;
    uint8_t bytes[8];
    memcpy(&bits, value, sizeof(bits));
    put_le(bytes, bits, sizeof(bytes));
    tc_visit_bytes(v, bytes, sizeof(bytes));
    bits = get_le(bytes, sizeof(bytes));
    memcpy(value, &bits, sizeof(bits));
}

void tc_visit_ip(tc_visit *v, tc_ip *value)
{
    tc_visit_bytes(v, value->bytes, sizeof(value->bytes));
}

void tc_visit_bytes(tc_visit *v, void *bytes, size_t length)
{
    TC_ASSERT(v->section[0] != '\0' || tc_visit_failed(v));
    if (tc_visit_loads(v))
        get_bytes(v, bytes, length);
    else
        put_bytes(v, bytes, length);
}

void tc_visit_below(tc_visit *v, uint32_t *value, uint32_t bound)
{
    TC_ASSERT(tc_visit_loads(v) || *value < bound || tc_visit_failed(v));
    tc_visit_u32(v, value);
    if (*value < bound) return;
    tc_visit_refuse(v, "a number points behind the end");
    *value = 0;
}

void tc_visit_count(tc_visit *v, size_t *count, size_t max)
{
    uint64_t wide = *count;
    TC_ASSERT(tc_visit_loads(v) || *count <= max || tc_visit_failed(v));
    tc_visit_u64(v, &wide);
    if (wide > max) {
        tc_visit_refuse(v, "there is more than can be kept");
        wide = 0;
    }
    *count = tc_visit_failed(v) ? 0 : (size_t)wide;
}

void tc_visit_text(tc_visit *v, tc_slice *text, size_t max)
{
    size_t length = text->len;
    tc_visit_count(v, &length, TC_MIN(max, TC_VISIT_TEXT_MAX));
    if (tc_visit_loads(v)) {
        tc_visit_bytes(v, v->text, length);
        *text = tc_visit_failed(v) ? TC_EMPTY_SLICE : tc_slice_make(v->text, length);
    } else {
        put_bytes(v, text->ptr, length);
    }
}

void tc_visit_cstr(tc_visit *v, char *room, size_t size)
{
    tc_slice text = tc_visit_loads(v) ? TC_EMPTY_SLICE : tc_slice_of(room);
    tc_visit_text(v, &text, size - 1);
    if (!tc_visit_loads(v)) return;
    if (tc_slice_find(text, '\0') != TC_NPOS) tc_visit_refuse(v, "a text holds a zero");
    if (tc_visit_failed(v)) text = TC_EMPTY_SLICE;
    if (text.len) memcpy(room, text.ptr, text.len);
    memset(room + text.len, 0, size - text.len);
}
