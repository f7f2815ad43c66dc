/*
 * proof_words: a raw line of evidence in words: who did what.
 *
 * Evidence is cut at TC_EVIDENCE_TEXT_MAX bytes and comes without its header, from any place of any
 * source. It is read by what a line of its kind cannot but look like: a request has a method and a
 * path behind it, a tracking row its source and event in the same columns since Exchange 2007, an
 * event its number. What is not sure is left out; a line that is of no kind says nothing. Words are
 * raw, at most a few hundred bytes: whoever prints them escapes.
 */
#ifndef TC_OUTPUT_PROOF_WORDS_H
#define TC_OUTPUT_PROOF_WORDS_H

#include "parsers/base/str.h"
#include "parsers/base/time.h"

typedef enum tc_proof_kind {
    TC_PROOF_NONE = 0,
    TC_PROOF_REQUEST, /* somebody was let in, or asked to be: a request of webmail, a logon */
    TC_PROOF_MESSAGE,
    TC_PROOF_EVENT
} tc_proof_kind;

/* Appends the words; nothing for TC_PROOF_NONE. */
tc_proof_kind tc_proof_words(tc_slice line, tc_str *out);
/* What a line is for: "access" for what somebody asked, else "before" or "after" the first access,
 * "sign" where none is known. */
const char *tc_proof_phase(tc_proof_kind kind, tc_time time, tc_time first_access);

#endif
