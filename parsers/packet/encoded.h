/*
 * encoded: what names are wrapped in on their way: base64, percent signs, NTLM's messages, UTF-16.
 *
 * All write at most `size` bytes, a NUL among them, and are safe on anything.
 */
#ifndef TC_PACKET_ENCODED_H
#define TC_PACKET_ENCODED_H

#include "parsers/base/slice.h"

/* A text of a fixed size; longer ones are cut. */
void tc_copy_text(char *out, size_t size, tc_slice text);
/* The bytes; 0 if it is no base64 or too long. Padding may be missing. */
size_t tc_base64(tc_slice text, uint8_t *out, size_t size);
/* With percent signs and '+' undone. */
void tc_form_text(tc_slice text, char *out, size_t size);
/* UTF-16LE as UTF-8; a lone surrogate becomes U+FFFD. */
void tc_utf16le_text(tc_slice bytes, char *out, size_t size);

/* DOMAIN\user, or the user alone, of NTLM's third message (MS-NLMP 2.2.1.3). False if it is none,
 * or anonymous. `workstation` may be NULL. */
bool tc_ntlm_user(tc_slice message, char *out, size_t size, char *workstation, size_t room);
/* NTLM's message somewhere in the bytes (raw, or inside SPNEGO). */
tc_slice tc_ntlm_find(tc_slice bytes);

#endif
