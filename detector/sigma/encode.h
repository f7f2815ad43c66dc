/*
 * encode: the modifiers that turn a text into what an encoder would have made of it.
 */
#ifndef TC_SIGMA_ENCODE_H
#define TC_SIGMA_ENCODE_H

#include "parsers/base/arena.h"

/* RFC 4648 section 4, with padding. All of these are false at the arena's limit. */
bool tc_encode_base64(tc_arena *arena, tc_slice bytes, tc_slice *ret) TC_MUST_USE;
/* The part of the base64 text that does not depend on what surrounds the bytes, for each of the
 * three ways in which they can lie in the encoded text. A short text can leave nothing of one. */
bool tc_encode_base64_offsets(tc_arena *arena, tc_slice bytes, tc_slice ret[3]) TC_MUST_USE;

typedef enum tc_utf16 { TC_UTF16_LE, TC_UTF16_BE, TC_UTF16_BOM /* FF FE, then LE */ } tc_utf16;
bool tc_encode_utf16(tc_arena *arena, tc_slice text, tc_utf16 form, tc_slice *ret) TC_MUST_USE;

#endif
