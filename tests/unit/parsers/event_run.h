/*
 * event_run: one parser over one text, with what the chunker does not set: names that rules add,
 * a zone, everything listed, few bytes of arena. Events are written down as memory_sink does, each
 * followed by "[product/service]".
 */
#ifndef TC_TESTS_EVENT_RUN_H
#define TC_TESTS_EVENT_RUN_H

#include "parsers/base/str.h"
#include "parsers/parser.h"

typedef struct tc_event_run {
    const tc_parser *parser;
    const char *const *names; /* ended by NULL; may be NULL */
    int64_t zone_offset_ns;
    bool all;
    size_t arena_max; /* 0 = plenty */
    uint64_t stop_at; /* the sink refuses this event, from 1 */
    /* results */
    tc_status status;
    tc_str text;
    uint64_t events;
    uint64_t last_record;
    tc_ledger ledger;
    bool has_sample;
    tc_time sample; /* of the whole text */
} tc_event_run;

void tc_event_run_text(tc_event_run *run, tc_slice text);
void tc_event_run_done(tc_event_run *run);
/* Whether an event was written down with this piece of text. */
bool tc_event_run_has(const tc_event_run *run, const char *piece);

#endif
