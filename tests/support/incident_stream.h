/*
 * incident_stream: random sessions, findings, episodes, unions and forgotten entities for an
 * incident module, and all that it told.
 *
 * The stream is a function of its seed alone, never of the module, so that a copy of the struct
 * with another module goes on from the same place. The rules are a ruleset of their own, which
 * stands in for that of detector/sigma.
 */
#ifndef TC_TEST_INCIDENT_STREAM_H
#define TC_TEST_INCIDENT_STREAM_H

#include "detector/incident/incident.h"
#include "parsers/base/str.h"

enum { INCIDENT_STREAM_ENTITIES = 40, INCIDENT_STREAM_RULES = 6 };

struct tc_ruleset {
    tc_rule rules[INCIDENT_STREAM_RULES];
    size_t count;
};

typedef struct incident_stream {
    tc_incidents *all;
    tc_ruleset rules;
    size_t state_bytes; /* 0 = the default */
    uint64_t dice;
    uint32_t roots[INCIDENT_STREAM_ENTITIES]; /* who an entity has become */
    tc_time time;
    uint32_t position;
    tc_str log;
    size_t transitions, degraded;
    void (*look)(const tc_alert *alert); /* at each; may be NULL */
    char label[40];
} incident_stream;

/* Without a module yet. */
void incident_stream_init(incident_stream *stream, uint64_t seed, size_t state_bytes);
/* A fresh module that tells this stream, which must not move. */
tc_incidents *incident_stream_module(incident_stream *stream);
/* As `from` now stands, with a fresh module and an empty log. */
void incident_stream_branch(incident_stream *stream, const incident_stream *from);
void incident_stream_done(incident_stream *stream);
TC_STATUS incident_stream_step(incident_stream *stream);
TC_STATUS incident_stream_finish(incident_stream *stream);

#endif
