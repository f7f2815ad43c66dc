/*
 * words_change: a transition of an incident as one line: who, and what is new.
 *
 * Told while a scan runs and in the timeline. Raw text.
 */
#ifndef TC_OUTPUT_WORDS_CHANGE_H
#define TC_OUTPUT_WORDS_CHANGE_H

#include "detector/output/incident_words.h"

void tc_words_change(const tc_facts *facts, tc_str *out);

#endif
