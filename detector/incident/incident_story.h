/*
 * incident_story: what putting findings and incidents into alerts shares. Internal to incident*.c.
 *
 * All texts of an alert lie in the arena of the incidents and live during the call of the sink.
 * Where that has no room the alert is marked degraded. Wording for a medium is the outputs' work.
 */
#ifndef TC_INCIDENT_INCIDENT_STORY_H
#define TC_INCIDENT_INCIDENT_STORY_H

#include "detector/incident/incident_state.h"

enum { TC_STORY_SENTENCE_MAX = 4096, TC_STORY_FACTS_MAX = 11 };

typedef struct tc_story {
    tc_incidents *all;
    tc_alert alert;
    tc_incident_people people;
    bool looks; /* nobody is told: what was told before stays what it is */
    tc_alert_fact facts[TC_STORY_FACTS_MAX];
    tc_alert_evidence evidence[TC_INCIDENT_EVIDENCE_KEPT];
} tc_story;

/* The alert of a rule with its ids, words and advice; nothing else is set. */
void tc_story_begin(tc_story *story, tc_incidents *all, const tc_rule *rule);
/* A copy that lives as long as the alert. */
tc_slice tc_story_keep(tc_story *story, tc_slice text);
/* Takes the text over. */
tc_slice tc_story_take(tc_story *story, tc_str *text);
void tc_story_fact_text(tc_story *story, const char *name, tc_slice text);
void tc_story_fact_number(tc_story *story, const char *name, double number);
void tc_story_line(tc_story *story, tc_locator at, tc_time time, tc_slice text);

#endif
