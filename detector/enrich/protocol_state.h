/*
 * protocol_state: how the tables of detector/enrich/protocol.h lie in memory: fixed arrays, filled
 * by protocol_tables.c and asked by protocol.c.
 */
#ifndef TC_ENRICH_PROTOCOL_STATE_H
#define TC_ENRICH_PROTOCOL_STATE_H

#include "detector/enrich/protocol.h"

#define PATH_MAX_BYTES 48
#define HEADS_MAX 64
#define RULES_MAX 256
#define AGENTS_MAX 128
#define AGENT_TEXT 64
#define REASONS 64
#define HEALTH_MAX 32
#define NO_RULE UINT16_MAX

/* What stands behind the first component, with its slash: "/ev.owa"; empty = the folder itself. */
typedef struct path_rule {
    uint8_t text[PATH_MAX_BYTES];
    uint64_t first8, mask8; /* its first eight bytes, for a glance */
    uint8_t length;
    bool version; /* ends with <version>, which is not in text */
    tc_protocol protocol;
    uint16_t next; /* in the chain of its head, longer ones first */
    uint8_t token[AGENT_TEXT];
    uint8_t token_length; /* 0 = no query asked for */
    uint8_t value_at;     /* where its value begins */
    bool token_open;      /* the value goes on as it likes */
} path_rule;

/* A first component, "owa". */
typedef struct path_head {
    uint8_t text[PATH_MAX_BYTES];
    uint8_t length;
    uint16_t paths[32]; /* chains of rules without a query, by the letter behind the slash */
    uint16_t general;   /* ... of those that any letter may follow: the folder, <version> */
    uint16_t tokens;    /* chain of rules with a query */
    uint16_t rule_count;
    bool plain;             /* there is but one rule, for the folder */
    tc_protocol protocol;   /* then its class */
    uint32_t token_letters; /* first letters of the tokens asked for */
} path_head;

typedef struct agent_rule {
    uint8_t text[AGENT_TEXT]; /* folded, '+' for blanks */
    uint8_t length;
    bool anywhere;
    uint8_t kind;
    uint32_t asn;
} agent_rule;

typedef enum health_what { HEALTH_PATH, HEALTH_USER, HEALTH_POWERSHELL, HEALTH_COUNT } health_what;

typedef struct health_rule {
    uint8_t text[AGENT_TEXT];
    uint8_t length;
    uint8_t what, kind;
} health_rule;

struct tc_protocols {
    path_head heads[HEADS_MAX];
    size_t head_count;
    uint8_t head_at[256]; /* by length and first letter: head + 1 of a chain by place */
    path_rule rules[RULES_MAX];
    size_t rule_count;
    agent_rule agents[AGENTS_MAX];
    size_t agent_count;
    health_rule health[HEALTH_MAX];
    size_t health_count;
    uint32_t health_letters[HEALTH_COUNT]; /* first letters of users, last ones of paths */
    uint64_t refusals;                     /* reasons that are one, as bits */
};

static inline size_t tc_head_slot(const uint8_t *text, size_t length)
{
    return (length * 7 + (text[0] | 0x20u) + (text[length - 1] | 0x20u) * 2) & 255;
}

#endif
