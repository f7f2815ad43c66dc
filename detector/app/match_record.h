/*
 * match_record: an event that rules match, on its way through the order of time.
 *
 * Packed into one text with what is told of it and what correlations need of it: where it stands,
 * which rules, their captures, and the event itself as one line of JSON.
 */
#ifndef TC_APP_MATCH_RECORD_H
#define TC_APP_MATCH_RECORD_H

#include "detector/sigma/matcher.h"
#include "parsers/base/str.h"

typedef struct tc_match_record {
    tc_locator at;
    uint64_t event; /* ordinal in its source, from 0 */
    size_t rule_count;
    tc_slice rules; /* packed: see tc_match_next_rule */
    tc_slice json;  /* the event */
} tc_match_record;

/* Begins a record; then its rules, each with the captures that rule->capture_count counts, then its
 * JSON. */
void tc_match_pack(const tc_locator *at, uint64_t event, size_t rule_count, tc_str *out);
void tc_match_pack_rule(uint32_t rule, const tc_capture *captures, size_t count, tc_str *out);
/* What tc_match_pack and its like have made, taken apart; texts stay where they are. */
void tc_match_unpack(const tc_ruleset *rules, tc_slice text, tc_match_record *ret);
/* Takes the next rule off record->rules, with room for its captures. */
uint32_t tc_match_next_rule(const tc_ruleset *rules, tc_match_record *record, tc_capture *captures);

#endif
