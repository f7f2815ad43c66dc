/*
 * members: what is done with a member of that name, looked up once and then remembered.
 *
 * Records of one log repeat the same few member names, so the answer of a slow look-up is kept in
 * a small table of the block: (scope, name as written) -> what the parser decided. Two names share
 * a place; a third pushes the older one out: strangers' names cost a slow look-up each and nothing
 * more, and so does a name longer than TC_MEMBERS_NAME. The table keeps its own copy of each name:
 * a parser whose records are text only for a moment (evtx) may use it like one that reads a block.
 */
#ifndef TC_OPEN_MEMBERS_H
#define TC_OPEN_MEMBERS_H

#include "parsers/open/row.h"
#include "parsers/parser.h"

#define TC_MEMBERS_SIZE 256 /* places, a power of two */
#define TC_MEMBERS_NAME 56  /* longest name that is remembered, bytes */

/* What a parser decided; `action` and `argument` are its own business. */
typedef struct tc_member {
    uint8_t action;
    uint8_t argument;
    uint8_t rank;
    uint16_t column; /* TC_ROW_NONE: none */
    uint16_t second; /* another column of the same value, or TC_ROW_NONE */
} tc_member;

typedef struct tc_members_entry {
    uint64_t head; /* first bytes of the name */
    uint64_t tail; /* last bytes of the name */
    uint64_t kind; /* its length and scope; 0 = free */
    tc_member member;
    uint8_t name[TC_MEMBERS_NAME]; /* of a name of more than 16 bytes: all of it */
} tc_members_entry;

typedef struct tc_members {
    tc_members_entry places[TC_MEMBERS_SIZE][2]; /* the newer first */
    tc_member unkept;                            /* of a name that is too long to be remembered */
} tc_members;

/* An empty table; NULL at the arena's limit. */
tc_members *tc_members_new(tc_arena *arena) TC_MUST_USE;
/* What was decided about that name in that scope; if *ret_known is false, the caller decides and
 * writes it there. Valid until the next call. */
tc_member *tc_members_at(tc_members *members, uint16_t scope, tc_slice name, bool *ret_known);

/* The columns that a name stands for: its own and, because Sigma's names have no blanks, that of
 * the name without them. False if there are none. `schema` is open-ended. */
bool tc_members_columns(const tc_parse_options *options, const tc_schema *schema, tc_slice name,
                        tc_member *ret);

#endif
