/*
 * binxml_read: the tokens of binary XML and what stands behind them (binxml.h, evtx_plan.h).
 *
 * Reads from a place in a chunk, and never beyond the end of that place; only names and templates
 * are reached by an offset that counts from the chunk's beginning. What does not fit is refused.
 */
#ifndef TC_WINDOWS_BINXML_READ_H
#define TC_WINDOWS_BINXML_READ_H

#include "parsers/base/slice.h"

#define TC_BINXML_MORE 0x40     /* bit of a token: attributes or more of the same follow */
#define TC_BINXML_DEFINITION 24 /* bytes before the body of a template: next, GUID, size */

enum tc_binxml_token {
    TC_BINXML_END_OF_STREAM = 0x00,
    TC_BINXML_OPEN_START = 0x01,
    TC_BINXML_CLOSE_START = 0x02,
    TC_BINXML_CLOSE_EMPTY = 0x03,
    TC_BINXML_END_ELEMENT = 0x04,
    TC_BINXML_VALUE = 0x05,
    TC_BINXML_ATTRIBUTE = 0x06,
    TC_BINXML_CDATA = 0x07,
    TC_BINXML_CHARACTER = 0x08,
    TC_BINXML_ENTITY = 0x09,
    TC_BINXML_PI_TARGET = 0x0A,
    TC_BINXML_PI_DATA = 0x0B,
    TC_BINXML_TEMPLATE = 0x0C,
    TC_BINXML_SUBSTITUTION = 0x0D,
    TC_BINXML_OPTIONAL = 0x0E,
    TC_BINXML_FRAGMENT = 0x0F
};

/* A place in the chunk, and the end of what it may read. */
typedef struct tc_binxml_place {
    size_t at, end;
} tc_binxml_place;

bool tc_binxml_take(tc_slice chunk, tc_binxml_place *p, size_t length, tc_slice *ret) TC_MUST_USE;
/* Little-endian, of at most four bytes. */
bool tc_binxml_take_number(tc_slice chunk, tc_binxml_place *p, size_t bytes,
                           uint32_t *ret) TC_MUST_USE;
/* The token there, which is not taken; -1 at the end. */
static inline int tc_binxml_peek(tc_slice chunk, const tc_binxml_place *p)
{
    return p->at < p->end ? chunk.ptr[p->at] : -1;
}
/* A text in UTF-16 that is preceded by the number of its units. */
bool tc_binxml_take_text(tc_slice chunk, tc_binxml_place *p, tc_slice *ret) TC_MUST_USE;
/* A value in place: its type, and a text, which is the only type that has a length. */
bool tc_binxml_take_literal(tc_slice chunk, tc_binxml_place *p, tc_slice *ret) TC_MUST_USE;
/* A name by its offset; where it stands for the first time, it stands here. */
bool tc_binxml_take_name(tc_slice chunk, tc_binxml_place *p, tc_slice *ret) TC_MUST_USE;
/* Whether it can stand in a tag: markup in a name would be markup in the text. */
bool tc_binxml_is_name(tc_slice utf16);
/* The length of an element and its name, which can stand in a tag. */
bool tc_binxml_take_element(tc_slice chunk, tc_binxml_place *p, tc_slice *ret_name) TC_MUST_USE;
/* Which template an instance is of, by its offset; its definition is *ret, without what stands
 * before the body. Where it is used for the first time, it stands here. */
bool tc_binxml_take_template(tc_slice chunk, tc_binxml_place *p, uint32_t *ret_offset,
                             tc_binxml_place *ret) TC_MUST_USE;

#endif
