/*
 * incident_words: an incident in words: what happened, why it is believed, what to do.
 *
 * Sentences are made of the incident's own figures (story_facts.h); where none can be made, the
 * rule's description speaks. All formats that tell them have them from here. Which steps a kind of
 * incident asks for is one table (incident_steps.def). Texts are raw: whoever prints them escapes.
 */
#ifndef TC_OUTPUT_INCIDENT_WORDS_H
#define TC_OUTPUT_INCIDENT_WORDS_H

#include "detector/output/story_facts.h"

/* What of the scan an incident's words need besides itself. */
typedef struct tc_words_site {
    tc_slice logs; /* "IIS and tracking logs of EX01, HUB01": to be preserved; empty: not known */
} tc_words_site;

/* Who reads whose mail, or what else happened, in one sentence without a full stop. */
void tc_words_headline(const tc_facts *facts, tc_str *out);
/* A few sentences. */
void tc_words_why(const tc_facts *facts, tc_str *out);
/* Hands out each step in order: preserve, scope, contain, verify. Lines behind the first are
 * commands. */
typedef void (*tc_words_step)(void *context, tc_slice step);
void tc_words_do(const tc_facts *facts, const tc_words_site *site, tc_words_step told,
                 void *context);

#endif
