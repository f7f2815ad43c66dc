/*
 * program: what rules are made of once they are read: predicates on one field, and trees of them.
 *
 * Equal predicates of any number of rules are one. Trees may share branches (an identifier used
 * twice, a filter folded into many rules); they are read-only. Everything lives in the ruleset's
 * arena.
 */
#ifndef TC_SIGMA_PROGRAM_H
#define TC_SIGMA_PROGRAM_H

#include "detector/sigma/pattern.h"
#include "detector/sigma/regex.h"
#include "detector/sigma/rule.h"
#include "detector/sigma/scalar.h"
#include "parsers/base/ip.h"
#include "parsers/base/map.h"
#include "parsers/base/str.h"

typedef enum tc_predicate_kind {
    TC_PREDICATE_PATTERN, /* the text matches */
    TC_PREDICATE_NUMBER,  /* compares as a number */
    TC_PREDICATE_TRUTH,   /* is that boolean */
    TC_PREDICATE_NULL,    /* missing or null */
    TC_PREDICATE_EXISTS,  /* there, null or not */
    TC_PREDICATE_REGEX,
    TC_PREDICATE_CIDR,
    TC_PREDICATE_TIME, /* a part of the time compares */
    TC_PREDICATE_SAME, /* equals, or holds, another field's text */
    TC_PREDICATE_KIND_COUNT
} tc_predicate_kind;

typedef enum tc_time_part {
    TC_PART_MINUTE,
    TC_PART_HOUR,
    TC_PART_DAY,
    TC_PART_WEEK,
    TC_PART_MONTH,
    TC_PART_YEAR,
    TC_PART_COUNT
} tc_time_part;

typedef struct tc_predicate {
    tc_predicate_kind kind;
    tc_slice field;     /* empty: any value of the event (a keyword) */
    tc_compare compare; /* NUMBER, TIME */
    tc_time_part part;  /* TIME */
    bool truth;         /* TRUTH */
    bool cased;         /* PATTERN, SAME */
    bool front, back;   /* SAME: anything may stand in front, behind */
    unsigned regex_flags;
    tc_pattern pattern;   /* PATTERN: as written */
    tc_pattern folded;    /* PATTERN: folded */
    tc_number number;     /* NUMBER, TIME */
    tc_cidr cidr;         /* CIDR */
    tc_slice text;        /* REGEX: the expression; SAME: the other field */
    tc_regex *regex;      /* REGEX */
    uint32_t group;       /* set when compiled: the field's group */
    uint32_t other_group; /* SAME */
} tc_predicate;

typedef enum tc_node_kind { TC_NODE_PREDICATE, TC_NODE_AND, TC_NODE_OR, TC_NODE_NOT } tc_node_kind;

typedef struct tc_node {
    tc_node_kind kind;
    bool costly;        /* something in it is dear to look at: asked last */
    uint32_t predicate; /* TC_NODE_PREDICATE */
    uint32_t count;     /* AND, OR; NOT has one child */
    uint32_t leaves;    /* predicates in the whole tree, shared branches counted each time */
    const struct tc_node *children;
} tc_node;

/* The table of all predicates. */
typedef struct tc_predicates {
    tc_predicate *list;
    size_t count, room;
    tc_map *index; /* of serialised predicates */
    tc_str key;    /* scratch */
} tc_predicates;

#define TC_PREDICATES_MAX 1000000
#define TC_LEAVES_MAX 200000 /* of one rule */

bool tc_predicates_init(tc_predicates *table);
void tc_predicates_done(tc_predicates *table);
/* The number of an equal predicate, added when new (its slices must live on). A regular expression
 * is compiled then: TC_ESYNTAX if it is none. */
TC_STATUS tc_predicates_intern(tc_predicates *table, const tc_predicate *predicate, uint32_t *ret,
                               tc_error *reterr);

tc_node tc_node_leaf(uint32_t predicate, tc_predicate_kind kind);
/* AND or OR of the children (copied, cheap ones first); one child is that child itself. False at
 * the arena's limit.
 */
bool tc_node_join(tc_arena *arena, tc_node_kind kind, const tc_node *children, size_t count,
                  tc_node *ret) TC_MUST_USE;
bool tc_node_not(tc_arena *arena, tc_node child, tc_node *ret) TC_MUST_USE;

/* Nodes being gathered, in place while they are few; zeroed at the start, not to be copied. */
#define TC_NODES_FEW 8
typedef struct tc_nodes {
    size_t count, room;
    tc_node *heap;
    tc_node few[TC_NODES_FEW];
} tc_nodes;
bool tc_nodes_add(tc_nodes *nodes, tc_node node) TC_MUST_USE;
static inline tc_node *tc_nodes_list(tc_nodes *nodes)
{
    return nodes->heap ? nodes->heap : nodes->few;
}
void tc_nodes_done(tc_nodes *nodes);

#endif
