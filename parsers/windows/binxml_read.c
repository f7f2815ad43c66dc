#include "parsers/windows/binxml_read.h"

#include "parsers/windows/binxml_value.h"

#define NAME_MAX_UNITS 256

bool tc_binxml_take(tc_slice chunk, tc_binxml_place *p, size_t length, tc_slice *ret)
{
    if (length > p->end - p->at) return false;
    *ret = tc_slice_sub(chunk, p->at, length);
    p->at += length;
    return true;
}

bool tc_binxml_take_number(tc_slice chunk, tc_binxml_place *p, size_t bytes, uint32_t *ret)
{
    tc_slice s;
    if (!tc_binxml_take(chunk, p, bytes, &s)) return false;
    *ret = 0;
    while (bytes-- > 0)
        *ret = *ret << 8 | s.ptr[bytes];
    return true;
}

bool tc_binxml_take_text(tc_slice chunk, tc_binxml_place *p, tc_slice *ret)
{
    uint32_t units;
    return tc_binxml_take_number(chunk, p, 2, &units) &&
           tc_binxml_take(chunk, p, 2 * (size_t)units, ret);
}

bool tc_binxml_take_literal(tc_slice chunk, tc_binxml_place *p, tc_slice *ret)
{
    uint32_t type;
    return tc_binxml_take_number(chunk, p, 1, &type) && type == TC_BINXML_STRING &&
           tc_binxml_take_text(chunk, p, ret);
}

bool tc_binxml_take_name(tc_slice chunk, tc_binxml_place *p, tc_slice *ret)
{
    uint32_t offset, ignored;
    if (!tc_binxml_take_number(chunk, p, 4, &offset)) return false;
    tc_binxml_place name = {offset, chunk.len};
    bool here = offset == p->at;
    if (offset > chunk.len || !tc_binxml_take_number(chunk, &name, 4, &ignored) ||
        !tc_binxml_take_number(chunk, &name, 2, &ignored) ||
        !tc_binxml_take_text(chunk, &name, ret) ||
        !tc_binxml_take_number(chunk, &name, 2, &ignored))
        return false;
    if (here && name.at > p->end) return false;
    if (here) p->at = name.at;
    return ret->len > 0 && ret->len <= 2 * (size_t)NAME_MAX_UNITS;
}

bool tc_binxml_is_name(tc_slice utf16)
{
    for (size_t i = 0; i < utf16.len; i += 2) {
        unsigned unit = (unsigned)utf16.ptr[i] | (unsigned)utf16.ptr[i + 1] << 8;
        bool letter = (unit | 0x20) - 'a' < 26 || unit == '_' || unit == ':' || unit >= 0xC0;
        bool inner = unit - '0' < 10 || unit == '-' || unit == '.';
        if (!letter && (i == 0 || !inner)) return false;
    }
    return true;
}

/* In front of the length a number stands that values leave out: with it the length must fit. */
bool tc_binxml_take_element(tc_slice chunk, tc_binxml_place *p, tc_slice *ret_name)
{
    for (size_t before = 2;; before -= 2) {
        tc_binxml_place q = *p;
        uint32_t ignored, length;
        bool fits = (before == 0 || tc_binxml_take_number(chunk, &q, before, &ignored)) &&
                    tc_binxml_take_number(chunk, &q, 4, &length) && length <= q.end - q.at &&
                    tc_binxml_take_name(chunk, &q, ret_name) && tc_binxml_is_name(*ret_name);
        if (fits) *p = q;
        if (fits || before == 0) return fits;
    }
}

bool tc_binxml_take_template(tc_slice chunk, tc_binxml_place *p, uint32_t *ret_offset,
                             tc_binxml_place *ret)
{
    uint32_t ignored, size;
    tc_slice head;
    if (!tc_binxml_take_number(chunk, p, 1, &ignored) ||
        !tc_binxml_take_number(chunk, p, 4, &ignored) ||
        !tc_binxml_take_number(chunk, p, 4, ret_offset) || *ret_offset > chunk.len)
        return false;
    *ret = (tc_binxml_place){*ret_offset, chunk.len};
    if (!tc_binxml_take(chunk, ret, TC_BINXML_DEFINITION - 4, &head) ||
        !tc_binxml_take_number(chunk, ret, 4, &size) || size > ret->end - ret->at)
        return false;
    ret->end = ret->at + size;
    if (*ret_offset != p->at) return true;
    if (ret->end > p->end) return false;
    p->at = ret->end;
    return true;
}
