/*
 * fixture: an enricher over the shipped tables with a worker, and events made of text.
 *
 * Sites, networks and domains are set before fixture_open. Every event gets a place of its own; raw
 * text is the row as given.
 */
#ifndef TC_TESTS_ENRICH_FIXTURE_H
#define TC_TESTS_ENRICH_FIXTURE_H

#include "detector/enrich/enricher.h"

#define FIXTURE_COLUMNS 32

typedef struct fixture {
    tc_site site;
    tc_cidr internal[4], egress[4], proxies[4];
    tc_slice domains[4];
    tc_names *names;
    tc_schemas *schemas;
    tc_enricher *enricher;
    tc_enrich_worker *worker;
    tc_observations *batch;
    const tc_parser *parser; /* of the source; may be NULL */
    size_t batch_bytes;      /* 0 = 8 MiB */
    bool nameless;           /* the source has no host: records say it */
    tc_arena *arena;
    tc_overlay overlay;
    uint64_t record;
    tc_event event;
    tc_cell cells[FIXTURE_COLUMNS];
    char raw[4096];
    tc_reason filtered;
} fixture;

typedef struct pair {
    const char *name, *value;
} pair;

void fixture_network(tc_cidr *list, size_t *count, const char *cidr);
void fixture_open(fixture *f);
/* Zeroed, then opened for a front end: 10.0.0.0/8 inside, 192.0.2.0/24 the way out, a proxy at
 * 10.1.1.1. */
void fixture_open_front_end(fixture *f);
void fixture_close(fixture *f);
/* A fresh worker, and a fresh batch with a block begun. */
void fixture_worker(fixture *f);
void fixture_block(fixture *f);

/* Sets f->event. A web row is "METHOD stem query port user c-ip agent status win32 forwarded
 * computer", blank separated, '-' for null, missing ones null. */
void fixture_web(fixture *f, const char *time, const char *row);
/* Pairs end with a NULL name. */
void fixture_tracking(fixture *f, const char *time, const pair *pairs);
void fixture_windows(fixture *f, const char *time, const char *service, const pair *pairs);
/* Shows f->event; the reason goes to f->filtered. */
TC_STATUS fixture_observe(fixture *f);
/* Sets a web row, shows it, fails the test if it cannot be taken, and gives the reason. */
tc_reason fixture_show(fixture *f, const char *time, const char *row);

size_t fixture_count(const fixture *f, tc_observation_kind kind);
/* The nth observation of that kind; fails the test if there is none. */
tc_observation *fixture_at(fixture *f, tc_observation_kind kind, size_t nth);
/* A text of it as a C string in static storage of the nth of four buffers. */
const char *fixture_text(fixture *f, const tc_observation *o, tc_obs_text which);
/* An ECS field that tc_enrich_ecs set for f->event; "" if it did not. */
const char *fixture_ecs(fixture *f, const char *field);

#endif
