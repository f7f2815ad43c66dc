#include "detector/enrich/mmdb_data.h"

#define STEPS_MAX 4096
#define DEPTH_MAX 64

enum {
    TYPE_EXTENDED = 0,
    TYPE_POINTER = 1,
    TYPE_STRING = 2,
    TYPE_UINT16 = 5,
    TYPE_UINT32 = 6,
    TYPE_MAP = 7,
    TYPE_UINT64 = 9,
    TYPE_ARRAY = 11,
    TYPE_BOOLEAN = 14
};

typedef struct field {
    unsigned type;
    size_t size;    /* of scalars in bytes, of containers in members; pointers: where to */
    size_t payload; /* offset behind the control bytes */
    size_t next;    /* offset behind the value; for containers behind the control bytes */
} field;

static bool read_bytes(tc_slice data, size_t offset, size_t count, size_t *ret)
{
    if (offset > data.len || count > data.len - offset) return false;
    size_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | data.ptr[offset + i];
    *ret = value;
    return true;
}

static bool read_pointer(tc_slice data, size_t offset, size_t control, field *ret)
{
    static const size_t bases[] = {0, 2048, 526336, 0};
    size_t extra = (control >> 3 & 3) + 1, low = 0;
    if (!read_bytes(data, offset, extra, &low)) return false;
    size_t high = extra == 4 ? 0 : (control & 7) << (8 * extra);
    ret->size = high + low + bases[extra - 1];
    ret->payload = offset;
    ret->next = offset + extra;
    return ret->size < data.len;
}

static bool read_field(tc_slice data, size_t offset, field *ret)
{
    size_t control = 0, extended = 0, more = 0;
    if (!read_bytes(data, offset++, 1, &control)) return false;
    ret->type = (unsigned)(control >> 5);
    if (ret->type == TYPE_POINTER) return read_pointer(data, offset, control, ret);
    if (ret->type == TYPE_EXTENDED) {
        if (!read_bytes(data, offset++, 1, &extended)) return false;
        ret->type = (unsigned)extended + 7;
    }
    ret->size = control & 31;
    if (ret->size >= 29) {
        static const size_t bases[] = {29, 285, 65821};
        size_t count = ret->size - 28;
        if (!read_bytes(data, offset, count, &more)) return false;
        ret->size = bases[count - 1] + more;
        offset += count;
    }
    ret->payload = ret->next = offset;
    /* A boolean's value stands in its size. */
    if (ret->type == TYPE_MAP || ret->type == TYPE_ARRAY || ret->type == TYPE_BOOLEAN) return true;
    if (ret->size > data.len - offset) return false;
    ret->next += ret->size;
    return true;
}

/* The field at offset, behind at most one pointer; *ret_next is behind the pointer then. */
static bool resolve(tc_slice data, size_t offset, field *ret, size_t *ret_next)
{
    if (!read_field(data, offset, ret)) return false;
    *ret_next = ret->next;
    if (ret->type != TYPE_POINTER) return true;
    return read_field(data, ret->size, ret) && ret->type != TYPE_POINTER;
}

/* Moves *offset behind the value there, containers with all they hold. */
static bool skip(tc_slice data, size_t *offset, unsigned *steps)
{
    for (size_t pending = 1; pending > 0; pending--) {
        field f;
        if (*steps == 0 || !read_field(data, *offset, &f)) return false;
        --*steps;
        *offset = f.next;
        if (f.type == TYPE_MAP) pending += 2 * f.size;
        if (f.type == TYPE_ARRAY) pending += f.size;
    }
    return true;
}

static bool take_value(tc_slice data, const field *f, tc_mmdb_value *ret)
{
    size_t number = 0;
    *ret = (tc_mmdb_value){.kind = TC_MMDB_NONE};
    switch (f->type) {
    case TYPE_STRING:
        ret->kind = TC_MMDB_STRING;
        ret->text = tc_slice_sub(data, f->payload, f->size);
        return true;
    case TYPE_UINT16:
    case TYPE_UINT32:
    case TYPE_UINT64:
        if (f->size > 8 || !read_bytes(data, f->payload, f->size, &number)) return false;
        ret->kind = TC_MMDB_NUMBER;
        ret->number = number;
        return true;
    default:
        return true;
    }
}

bool tc_mmdb_member(tc_slice data, size_t offset, tc_slice name, tc_mmdb_value *ret,
                    bool *ret_broken)
{
    unsigned steps = STEPS_MAX;
    field map, key, value;
    size_t at;
    if (!resolve(data, offset, &map, &at)) goto broken;
    if (map.type != TYPE_MAP) return false;
    at = map.next;
    for (size_t i = 0; i < map.size; i++) {
        if (steps-- == 0 || !resolve(data, at, &key, &at) || key.type != TYPE_STRING) goto broken;
        if (!tc_slice_equal(tc_slice_sub(data, key.payload, key.size), name)) {
            if (!skip(data, &at, &steps)) goto broken;
            continue;
        }
        size_t here = at;
        if (!resolve(data, at, &value, &at) || !take_value(data, &value, ret)) goto broken;
        if (value.type == TYPE_MAP) *ret = (tc_mmdb_value){.kind = TC_MMDB_MAP, .offset = here};
        return true;
    }
    return false;
broken:
    *ret_broken = true;
    return false;
}

bool tc_mmdb_is_shallow(tc_slice data, size_t depth)
{
    size_t left[DEPTH_MAX];
    size_t level = 0, offset = 0;
    TC_ASSERT(depth < DEPTH_MAX);
    left[0] = 1;
    while (left[0] > 0 || level > 0) {
        field f;
        if (left[level] == 0) {
            level--;
            continue;
        }
        left[level]--;
        if (!read_field(data, offset, &f)) return false;
        offset = f.next;
        if (f.type != TYPE_MAP && f.type != TYPE_ARRAY) continue;
        if (level == depth) return false;
        left[++level] = f.type == TYPE_MAP ? 2 * f.size : f.size;
    }
    return true;
}
