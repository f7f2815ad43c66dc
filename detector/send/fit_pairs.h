/*
 * fit_pairs: a body of names and values taken apart and put together. For fit.c.
 */
#ifndef TC_SEND_FIT_PAIRS_H
#define TC_SEND_FIT_PAIRS_H

#include "detector/send/profile.h"
#include "parsers/base/str.h"

#define TC_PAIRS_MAX 96

typedef struct tc_pair {
    tc_slice key;
    tc_slice before; /* what stands before the value: separator, label, key, quote */
    tc_slice value;  /* as it is written: guarded for its medium */
    bool is_kept;
    bool is_first;    /* nothing separates it from the head */
    size_t kept_size; /* of the value */
} tc_pair;

typedef struct tc_pairs {
    tc_form form;
    tc_slice head;     /* stands before all pairs */
    tc_slice sentence; /* of syslog; elsewhere it is a pair */
    tc_pair pairs[TC_PAIRS_MAX];
    size_t count;
    bool has_more; /* than there is room for */
    bool is_cut;   /* when it was told: it says so */
} tc_pairs;

/* Takes the body apart; false if it is not of that form. */
bool tc_pairs_parse(tc_form form, tc_slice body, tc_pairs *ret) TC_MUST_USE;
/* The longest start of a value of at most `max` bytes that can be read; between items of a list
 * where there is one that fits. */
size_t tc_pairs_cut(tc_form form, tc_slice value, size_t max, bool list);
/* Whether a key is that name, whatever its dots are. */
bool tc_pairs_is(tc_slice key, const char *flat);
/* A header of CEF or LEEF with its fields cut to what a small message can bear. */
void tc_pairs_add_head(const tc_pairs *pairs, size_t field_max, tc_str *out);
/* What behind the value closes a pair. */
tc_slice tc_pairs_end(tc_form form);

#endif
