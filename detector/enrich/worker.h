/*
 * worker: what the files of this folder share of detector/enrich/enricher.h.
 *
 * One event is observed whole or not at all: its observations are counted from a mark, and on a
 * failure (the batch is full) they are taken back, so that the caller can hand the batch over and
 * show the event again. Facts are noted as told, and spans grow, only when nothing can fail any
 * more.
 */
#ifndef TC_ENRICH_WORKER_H
#define TC_ENRICH_WORKER_H

#include "detector/enrich/address.h"
#include "detector/enrich/enricher.h"
#include "detector/enrich/family.h"
#include "detector/enrich/identity.h"
#include "detector/enrich/language.h"
#include "detector/enrich/protocol.h"
#include "detector/enrich/quickhash.h"
#include "detector/enrich/seen.h"

#define TC_PENDING_FACTS 16
#define TC_SPAN_SLOTS 8192 /* a power of two; at most half of them are used */
#define TC_AGENT_SLOTS 256
#define TC_CLIENT_SLOTS 32768
#define TC_ALIVE_SETS 16
#define TC_ALIVE_WAYS 8
#define TC_ROUTINE_ACTORS 32

struct tc_enricher {
    const tc_names *names;
    tc_hash_key key; /* of the run: equal for all its workers */
    tc_networks networks;
    tc_slice *domains; /* own mail domains, in small letters */
    size_t domain_count;
    tc_geo *geo; /* NULL without a database */
    tc_language_catalogue *languages;
    tc_protocols *protocols;
    char routine_actors[TC_ROUTINE_ACTORS][32]; /* beginnings of user names, in small letters */
    size_t routine_actor_count;
};

typedef struct tc_agent_slot {
    uint64_t hash;
    uint32_t asn;
    uint8_t kind;
    bool used;
} tc_agent_slot;

typedef struct tc_open_span {
    uint64_t hash;
    uint32_t index; /* in the batch */
    uint32_t block; /* low bits of the block's number: of another block = the slot is free */
} tc_open_span;

/* A step of a log that is being told of. */
typedef struct tc_alive_slot {
    uint64_t log; /* server and family */
    tc_time from, until;
    uint32_t index, block; /* as of a span */
} tc_alive_slot;

struct tc_enrich_worker {
    const tc_enricher *enricher;
    tc_hash_key key;
    tc_arena *scratch;
    /* the schema of the last event */
    const tc_schema *schema;
    uint64_t schema_serial; /* another one may since have taken its address */
    const tc_family *family;
    int columns[TC_FAMILY_COLUMNS_MAX]; /* of the family, in the schema */
    /* the block */
    tc_observations *batch;
    tc_block_origin origin;
    uint64_t block;
    size_t span_count;
    /* the event */
    const uint8_t *event_raw; /* which one it is: its bytes and its number in the block */
    uint64_t event_record;
    size_t mark; /* observations in the batch before it */
    bool located;
    bool raw_kept;
    tc_locator at;
    tc_order order;
    tc_text_ref raw;
    uint64_t pending[TC_PENDING_FACTS];
    size_t pending_count;
    uint64_t wanted[TC_OVERLAY_WORDS]; /* ECS fields that somebody asks for */
    bool every_use;                    /* tc_enrich_tell_every_use */
    tc_web_fields said;                /* by the present event, and by all */
    tc_web_fields fields;
    tc_account_fields accounts;
    /* caches */
    tc_address_cache addresses;
    tc_agent_slot agents[TC_AGENT_SLOTS];
    uint64_t clients[TC_CLIENT_SLOTS]; /* of web_use.c */
    tc_seen seen;
    tc_open_span spans[TC_SPAN_SLOTS];
    tc_alive_slot alive[TC_ALIVE_SETS * TC_ALIVE_WAYS];
    tc_alive_slot *present; /* the last one that was told of; NULL: none */
};

static inline bool tc_worker_is_other_schema(const tc_enrich_worker *w, const tc_schema *schema)
{
    return schema != w->schema || schema->serial != w->schema_serial;
}
/* Makes `schema` the one in use. */
void tc_worker_use_schema(tc_enrich_worker *w, const tc_schema *schema);
/* Around the work on one event; end hands the status on. */
void tc_worker_begin_event(tc_enrich_worker *w, const tc_event *event);
TC_STATUS tc_worker_end_event(tc_enrich_worker *w, const tc_event *event, tc_status status);

/* The text of a cell, of a boolean "true" or "false"; empty when missing, null or "-". */
static inline tc_slice tc_worker_text(const tc_event *event, tc_cell cell)
{
    tc_slice text = {cell.ptr, cell.len};
    if (TC_UNLIKELY(cell.form != TC_FORM_TEXT)) {
        if (cell.form == TC_FORM_MISSING || cell.form == TC_FORM_NULL) return TC_EMPTY_SLICE;
        tc_value value = tc_cell_value(cell, event->arena);
        text = value.kind == TC_KIND_LIST ? TC_EMPTY_SLICE : value.text;
    }
    return text.len == 1 && text.ptr[0] == '-' ? TC_EMPTY_SLICE : text;
}
static inline tc_slice tc_worker_field(const tc_event *event, tc_field field)
{
    return tc_worker_text(event, tc_event_cell(event, field));
}

/* The fact of that hash was told: it need not be again, unless the event is taken back. */
static inline TC_STATUS tc_worker_told(tc_enrich_worker *w, uint64_t hash)
{
    TC_ASSERT(w->pending_count < TC_PENDING_FACTS);
    w->pending[w->pending_count++] = hash;
    return TC_SUCCESS;
}

/* -- emit.c: observations of the present event ---------------------------------------------- */

/* A new observation with order, place, raw text and host; valid until the next one. */
TC_STATUS tc_emit(tc_enrich_worker *w, const tc_event *event, tc_observation_kind kind,
                  tc_observation **ret);
/* Makes the present event the evidence of an observation: order, place, raw text and host. */
TC_STATUS tc_emit_again(tc_enrich_worker *w, const tc_event *event, tc_observation *o);
TC_STATUS tc_emit_text(tc_enrich_worker *w, tc_observation *o, tc_obs_text which, tc_slice text);
/* A User-Agent, with blanks for the '+' of W3C logs. */
TC_STATUS tc_emit_agent(tc_enrich_worker *w, tc_observation *o, tc_slice agent);
TC_STATUS tc_emit_client(tc_enrich_worker *w, tc_observation *o, const tc_client *client);
/* Finds place and order of the present event, once. */
TC_STATUS tc_emit_locate(tc_enrich_worker *w, const tc_event *event);
/* States that two written names are one mailbox, unless one is nobody's or the worker said so. */
TC_STATUS tc_emit_alias(tc_enrich_worker *w, const tc_event *event, tc_slice a, tc_slice b);
/* ... that a principal name has that object id in the directory. */
TC_STATUS tc_emit_object(tc_enrich_worker *w, const tc_event *event, tc_slice user,
                         tc_slice object);
/* Notes what an audit log says of itself (tc_audit_note), of a mailbox or, without one, of all;
 * `again`: each time, and not only the first. */
TC_STATUS tc_emit_note(tc_enrich_worker *w, const tc_event *event, unsigned note, bool again,
                       tc_slice mailbox);
/* DOMAIN\user from its parts, in out; empty if there is no user. */
tc_slice tc_emit_join(tc_slice domain, tc_slice user, uint8_t out[TC_EVIDENCE_TEXT_MAX]);

/* -- parts of families, each of which is a row in its file (family.h) ------------------------ */

typedef enum tc_event_outcome {
    TC_EVENT_OUTCOME_UNKNOWN,
    TC_EVENT_OUTCOME_SUCCESS,
    TC_EVENT_OUTCOME_FAILURE
} tc_event_outcome;
tc_event_outcome tc_windows_outcome(const tc_event *event);
/* Whether the user part of a name begins like an account that resets passwords as routine. */
bool tc_worker_is_routine_actor(const tc_enrich_worker *w, const tc_name *name);
/* The server that wrote a row of message tracking. */
tc_slice tc_message_host(const tc_event *event);
/* ECS fields; only those wanted. */
void tc_ecs_web(tc_enrich_worker *w, tc_event *event);
void tc_ecs_message(tc_enrich_worker *w, tc_event *event);
void tc_ecs_security(tc_enrich_worker *w, tc_event *event);
void tc_ecs_windows(tc_enrich_worker *w, tc_event *event);

/* Why an event is left out that asks for health; `kind` is of TC_AGENT_HEALTH. */
static inline tc_reason tc_health_reason(unsigned kind)
{
    if (kind & TC_AGENT_PROBE) return TC_REASON_PROBE;
    return kind & TC_AGENT_BALANCER ? TC_REASON_BALANCER : TC_REASON_MONITOR;
}

#endif
