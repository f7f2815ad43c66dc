/*
 * sigma_support: rules and events of tests, from text.
 *
 * Each call stands alone and frees what it made.
 */
#ifndef TC_TEST_SIGMA_SUPPORT_H
#define TC_TEST_SIGMA_SUPPORT_H

#include "detector/sigma/matcher.h"
#include "tests/unit/sigma/json_event.h"

/* A ruleset from one stream, compiled; what was reported is in the texts. */
typedef struct loaded {
    tc_ruleset *rules;
    tc_names *names;
    tc_matcher *matcher; /* NULL if loading failed */
    char errors[4096];   /* one per line: file:line:column: text */
    char warnings[4096];
} loaded;

void load(loaded *l, const char *yaml);
/* The same in two steps, for several streams. */
void load_begin(loaded *l);
TC_STATUS load_add(loaded *l, const char *file, const char *yaml);
void load_end(loaded *l);
void load_free(loaded *l);

void event_make(json_event *e, const tc_names *names, const char *json);
void event_free(json_event *e);

/* "0 2 3": the rules that match, each of them a candidate. */
const char *match_all(loaded *l, const char *json, char out[256]);

/* Does a rule with this detection section match the event? Fails the test if it does not load. */
bool matches(const char *detection, const char *json);
/* The errors (or warnings) of a rule with this detection section; "" if it loads. */
const char *errors_of(const char *detection, char out[4096]);
const char *warnings_of(const char *detection, char out[4096]);

#endif
