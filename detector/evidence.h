/*
 * evidence: where something stood, in what order it counts, and whom it is about.
 *
 * The order of everything is total and made of content: event time in whole milliseconds, what is
 * said (kind and rule), the identity of the record (parsers/event/record_id.h); where all of that
 * is equal it is the same thing said twice, and a key derived from the source's content and the
 * position in it only tell the two apart. So the order is equal for the same records under any
 * names, in any order of arguments or of lines, cut anyhow, compressed or not. Source, position,
 * paths and line numbers never take part in an id or in what is remembered.
 */
#ifndef TC_DETECTOR_EVIDENCE_H
#define TC_DETECTOR_EVIDENCE_H

#include "parsers/base/ip.h"
#include "parsers/base/time.h"

/* A rule may capture at most so many fields; more are refused when it is loaded. */
#define TC_CAPTURES_MAX 64

typedef struct tc_order {
    tc_time time;         /* whole milliseconds */
    uint32_t rank;        /* kind of the statement and the rule, never a running count */
    uint32_t sub;         /* which of the events derived from one statement */
    uint64_t record_hash; /* what the record is, however it was carried */
    uint64_t source_key;
    uint64_t position; /* offset of the record in the decoded source */
} tc_order;

/* <0, 0, >0 over time, rank, record, source, position and what was derived of it. */
static inline int tc_order_compare(const tc_order *a, const tc_order *b)
{
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->record_hash != b->record_hash) return a->record_hash < b->record_hash ? -1 : 1;
    if (a->source_key != b->source_key) return a->source_key < b->source_key ? -1 : 1;
    if (a->position != b->position) return a->position < b->position ? -1 : 1;
    if (a->sub != b->sub) return a->sub < b->sub ? -1 : 1;
    return 0;
}

typedef struct tc_locator {
    uint32_t source; /* index in the run's table of sources */
    uint32_t length; /* bytes of the record in the file, without its line end */
    uint64_t offset; /* of the record in the file as it lies there (UTF-16 counted as such) */
    uint64_t line;   /* or what else the source is counted in, from 1 */
} tc_locator;

#define TC_EVIDENCE_TEXT_MAX 512
typedef struct tc_evidence {
    tc_order order;
    tc_locator at;
    tc_slice text; /* the raw record, at most TC_EVIDENCE_TEXT_MAX bytes, unescaped */
} tc_evidence;

/* Whether a network is one that people come to with devices of their own. */
typedef enum tc_settled {
    TC_SETTLED_NOT,
    TC_SETTLED_LIKELY, /* many strangers there, or a few who use it in ordinary life */
    TC_SETTLED_SURE,   /* several kinds of devices that were known to their mailboxes before */
    TC_SETTLED_COUNT
} tc_settled;

/* Whom and what a hit is about: what incidents are joined on and stories are told with. Empty and
 * zero = unknown. Slices are borrowed; whoever keeps a subject copies or interns them. */
typedef struct tc_subject {
    tc_slice mailbox; /* canonical, as it was called at that time */
    uint32_t entity;  /* tc_entity of the mailbox at that time; 0 = not known */
    tc_slice actor;
    tc_slice target;
    tc_slice user; /* account as written */
    tc_slice agent;
    tc_slice host;
    tc_slice language;
    tc_slice previous; /* language before */
    tc_slice country;  /* ISO 3166-1 alpha-2 */
    tc_slice as_org;
    uint32_t asn;
    tc_ip ip;
    uint64_t campaign; /* content key of the campaign that it is held to be of; 0 = none */
    /* The mailbox is seen on its first day and no server of the organisation has named it: it may
     * be invented, and must not push out what others are remembered by. */
    bool newcomer;
    /* The source is new to the mailbox; of what has no source: it had a session from one lately. */
    bool novel;
    bool new_block; /* the mailbox never used this /24 or /48 before */
    bool own;       /* with a kind of client that the mailbox had used before */
    uint8_t place;  /* tc_settled: whether people come to this /24 or /48 with devices of theirs */
    bool remote;    /* the source is neither internal nor private nor a declared exit */
} tc_subject;

#endif
