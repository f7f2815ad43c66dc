/*
 * take: values made of the bytes of a fuzz input, one after the other.
 *
 * Behind the end everything is zero or empty, so every input means something and a shorter one
 * means less. Texts point into the input.
 */
#ifndef TC_TESTS_FUZZ_TAKE_H
#define TC_TESTS_FUZZ_TAKE_H

#include "parsers/base/slice.h"

static inline uint8_t take_byte(tc_slice *from)
{
    if (from->len == 0) return 0;
    uint8_t byte = from->ptr[0];
    *from = tc_slice_sub(*from, 1, TC_NPOS);
    return byte;
}

static inline uint64_t take_number(tc_slice *from, unsigned bytes)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < bytes; i++)
        number = number << 8 | take_byte(from);
    return number;
}

/* 0 .. below-1 */
static inline size_t take_below(tc_slice *from, size_t below)
{
    return take_byte(from) % below;
}

/* A length of one byte (255: of two more), then so many bytes, or what is left of them. */
static inline tc_slice take_text(tc_slice *from)
{
    size_t length = take_byte(from);
    if (length == 255) length = (size_t)take_number(from, 2);
    length = TC_MIN(length, from->len);
    tc_slice text = tc_slice_sub(*from, 0, length);
    *from = tc_slice_sub(*from, length, TC_NPOS);
    return text;
}

#endif
