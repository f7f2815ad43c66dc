/*
 * evtx_maker: what the making of a plan reads, and where it puts it (for evtx_plan.c).
 *
 * Takes tokens of a template's body (binxml_read.h) and keeps names, literals and steps in the room
 * of the set. False, from any of these: no plan can be made of the template.
 */
#ifndef TC_WINDOWS_EVTX_MAKER_H
#define TC_WINDOWS_EVTX_MAKER_H

#include "parsers/windows/evtx_plan.h"

/* The making of one plan. */
typedef struct tc_evtx_maker {
    tc_evtx_plans *set;
    tc_evtx_plan *plan;
    tc_slice chunk;
    unsigned depth, tokens;
    uint16_t elements;
    bool full; /* no room is left */
    uint8_t uses[TC_EVTX_VALUES];
    uint64_t plain[TC_EVTX_VALUES / 64];  /* values that are used where no template may stand */
    uint64_t single[TC_EVTX_VALUES / 64]; /* ... and where no array may be */
} tc_evtx_maker;

/* What an attribute or an element has in it. */
typedef struct tc_evtx_content {
    tc_evtx_source source;
    uint16_t index;
    tc_slice text;
    bool children; /* elements: it is no leaf */
} tc_evtx_content;

/* An element whose start tag was taken. */
typedef struct tc_evtx_element {
    tc_slice name;
    uint16_t number;
    bool empty;   /* nothing follows */
    size_t first; /* of the steps for its attributes */
    size_t tag;   /* bytes that its tags have at most; 0: their length hangs on values */
    bool sure;    /* it has an attribute in any case */
    bool maybe;   /* ... or if a value is there */
    bool named;
    tc_slice called; /* its attribute Name */
} tc_evtx_element;

/* Whose names the columns are of. */
typedef enum tc_evtx_whose {
    TC_EVTX_OF_SYSTEM,
    TC_EVTX_OF_SYSTEM_ATTRIBUTE,
    TC_EVTX_OF_DATA,
    TC_EVTX_OF_DATA_ATTRIBUTE
} tc_evtx_whose;

/* "OUTER_INNER" */
bool tc_evtx_keep_joined(tc_evtx_maker *m, tc_slice outer, tc_slice inner, tc_slice *ret);
/* A step for that content, with no columns; NULL if there is no room. */
tc_evtx_step *tc_evtx_new_step(tc_evtx_maker *m, tc_evtx_deed deed, const tc_evtx_content *c);
/* One that sets columns by a name. Without any, if nobody lists what is left, and if nothing hangs
 * on whether the value is there, nothing is to be done. */
bool tc_evtx_add_named(tc_evtx_maker *m, tc_evtx_deed deed, const tc_evtx_content *c,
                       tc_evtx_whose whose, tc_slice name, bool listed, size_t tag);

/* The next token; -1 at the end, and where it has been too many. */
int tc_evtx_take_token(tc_evtx_maker *m, tc_binxml_place *p);
/* Whether it is a text or a value. */
bool tc_evtx_is_piece(int token);
/* Takes one whose token was taken. */
bool tc_evtx_take_piece(tc_evtx_maker *m, tc_binxml_place *p, int token, tc_evtx_content *ret);
/* The value is used as nothing but a single text. */
void tc_evtx_use_single(tc_evtx_maker *m, const tc_evtx_content *c);
/* A template may stand in it there. */
void tc_evtx_use_nested(tc_evtx_maker *m, const tc_evtx_content *c);

typedef bool tc_evtx_attribute(tc_evtx_maker *m, tc_evtx_element *e, tc_slice name,
                               const tc_evtx_content *c);
/* Takes a start tag whose token was taken, its attributes by `take`. */
bool tc_evtx_take_start(tc_evtx_maker *m, tc_binxml_place *p, int token, tc_evtx_attribute *take,
                        tc_evtx_element *ret);
/* Takes what it is followed by up to its end tag: one text at most. */
bool tc_evtx_take_leaf(tc_evtx_maker *m, tc_binxml_place *p, const tc_evtx_element *e,
                       tc_evtx_content *ret);

#endif
