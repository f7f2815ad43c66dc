/*
 * enricher: what an event means, as far as one record can tell.
 *
 * An enricher is the immutable knowledge of a run (declared networks, domains, geo databases, the
 * language catalogue), shared by all threads; an enrich_worker holds one thread's caches and the
 * open spans of its block. Two services: fill the ECS overlay of an event (for `tocsin parse` and
 * for rules that ask for such fields), and append the event's observations to a batch. What needs
 * order or memory (did a logon succeed, is a source new) is not done here but by
 * detector/derive/derive.h.
 */
#ifndef TC_ENRICH_ENRICHER_H
#define TC_ENRICH_ENRICHER_H

#include "detector/enrich/language_cover.h"
#include "detector/enrich/observation.h"
#include "parsers/base/hash.h"
#include "parsers/parser.h"

typedef struct tc_site {
    const tc_cidr *internal;
    size_t internal_count;
    const tc_cidr *egress;
    size_t egress_count;
    const tc_cidr *proxies; /* whose X-Forwarded-For is believed */
    size_t proxy_count;
    const tc_slice *domains; /* own mail domains; may be empty */
    size_t domain_count;
    const char *const *geo_files; /* .mmdb: country, ASN or both */
    size_t geo_file_count;
    const char *tables_folder; /* rules/tables */
} tc_site;

typedef struct tc_enricher tc_enricher;
typedef struct tc_enrich_worker tc_enrich_worker;

/* Reads tables and databases; errors name the file and, in tables, the line and column. */
TC_STATUS tc_enricher_open(const tc_site *site, const tc_names *names, tc_enricher **ret,
                           tc_error *reterr);
void tc_enricher_free(tc_enricher *enricher);
/* The key that sessions are hashed under, in place of one of this run's own: whoever goes on from
 * what an earlier run remembered of sessions must name them as that did. Before the first worker is
 * made. */
void tc_enricher_use_session_key(tc_enricher *enricher, tc_hash_key key);
/* The classes of languages that a declared tag stands for (language_cover.h): how many, 0 if it is
 * not known. They live as long as the enricher. */
size_t tc_enricher_cover(const tc_enricher *enricher, tc_slice tag,
                         tc_slice ret[TC_LANGUAGE_COVER_MAX]);
bool tc_enricher_has_country(const tc_enricher *enricher);
bool tc_enricher_has_asn(const tc_enricher *enricher);

tc_enrich_worker *tc_enrich_worker_new(const tc_enricher *enricher) TC_MUST_USE;
void tc_enrich_worker_free(tc_enrich_worker *worker);

/* What use of webmail by people says of itself, in records: without a name nobody is watched, and
 * without an address or, where no geo database is, an agent no source can be new. */
typedef struct tc_web_fields {
    uint64_t named, nameless;       /* answered as only somebody who was let in is */
    uint64_t addressed, with_agent; /* of the named */
} tc_web_fields;

static inline void tc_web_fields_add(tc_web_fields *sum, const tc_web_fields *part)
{
    sum->named += part->named;
    sum->nameless += part->nameless;
    sum->addressed += part->addressed;
    sum->with_agent += part->with_agent;
}
/* What the worker has counted since it was asked last; health checks and copies are not in it. */
tc_web_fields tc_enrich_take_web_fields(tc_enrich_worker *worker);

/* Events about one account: those that say which, and those that do not, as of an export that cut
 * its messages. */
typedef struct tc_account_fields {
    uint64_t named, nameless;
} tc_account_fields;

/* So many do not say it that what they tell is not seen. */
static inline bool tc_account_fields_lack(const tc_account_fields *fields)
{
    return (fields->nameless > 0 && fields->named == 0) ||
           (fields->nameless >= 3 && fields->nameless * 20 > fields->nameless + fields->named);
}
/* What the worker has counted since it was asked last. */
tc_account_fields tc_enrich_take_account_fields(tc_enrich_worker *worker);

/* Which ECS fields tc_enrich_ecs need set, one bit per field as in tc_overlay.present; all of them
 * until this is called. */
void tc_enrich_want(tc_enrich_worker *worker, const uint64_t wanted[TC_OVERLAY_WORDS]);
/* Sets the ECS fields that one record can tell in event->overlay (which must be there and clear).
 */
void tc_enrich_ecs(tc_enrich_worker *worker, tc_event *event);

/* What every observation of a block shares; set before the first event of a block. */
typedef struct tc_block_origin {
    const tc_parser *parser; /* of the source; NULL: records are their raw bytes */
    uint32_t source;
    uint64_t source_key;
    tc_slice host; /* which server wrote the file, if known; else empty */
    const void *locate_context;
    /* Turns a place in the block into file offset, line and position. */
    void (*locate)(const void *context, tc_place place, tc_locator *ret, uint64_t *ret_position);
} tc_block_origin;

TC_STATUS tc_enrich_begin_block(tc_enrich_worker *worker, const tc_block_origin *origin,
                                tc_observations *batch);
/* Appends the event's observations. *ret_filtered: TC_REASON_COUNT if the event was judged, else
 * why it was not (back-end copy, health probe). On TC_ELIMIT nothing of the event was added: hand
 * the batch over, begin the block again with a new one and show the event again. */
TC_STATUS tc_enrich_observe(tc_enrich_worker *worker, tc_event *event, tc_reason *ret_filtered);
/* Tells that the event's log was being written at its time (TC_OBS_ALIVE), once in a step; behind
 * tc_enrich_observe, and with the same meaning of TC_ELIMIT. */
TC_STATUS tc_enrich_alive(tc_enrich_worker *worker, const tc_event *event);
/* From now on use by programs is told whole, in spans like any other, and not once a week: for who
 * counts it. Before the first block. */
void tc_enrich_tell_every_use(tc_enrich_worker *worker);
/* Closes the open spans of the block. Call after the last event. */
TC_STATUS tc_enrich_end_block(tc_enrich_worker *worker);
/* Appends a TC_OBS_HIT: rule match on a raw event with its captures (packed length-prefixed,
 * missing = UINT32_MAX). */
TC_STATUS tc_enrich_hit(tc_enrich_worker *worker, const tc_event *event, uint32_t rule,
                        const tc_slice *captures, const bool *present, size_t count);

/* Appends a TC_OBS_HIT of no rule that says whom an event of Windows is about, and who acts in it.
 * Nothing of other logs, whose observations say it. */
TC_STATUS tc_enrich_mention(tc_enrich_worker *worker, const tc_event *event);

/* How often a geo database turned out to be broken at a look-up of this worker. */
uint64_t tc_enrich_geo_errors(const tc_enrich_worker *worker);

/* For the text of captures packed by tc_enrich_hit: the next one; false at the end. */
bool tc_capture_next(tc_slice *packed, tc_slice *ret_text, bool *ret_present);

#endif
