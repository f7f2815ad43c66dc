/*
 * evtx_plan: what a template of a chunk makes of the values of a record, worked out once.
 *
 * Nearly every record of a log is an instance of a template, and in it stands one of another (its
 * EventData): names, columns and which value goes where are the same for each. A plan is the list
 * of these steps. Taking a record by its plans (evtx_take.h) gives what reading its XML would give
 * (windows_xml_walk.h), and tests hold one against the other. What no plan can be made of (values
 * amidst text, elements within values, references, more of anything than there is room for) is read
 * as XML: plans refuse nothing, and nothing depends on them but time.
 *
 * Bounds: a set of plans has a fixed size and is of one chunk; a template is worked out once in a
 * chunk, also one of which no plan can be made, and so is a part of TC_EVTX_PLANS of them; what
 * that looks at is bounded by STEPS_MAX tokens for each.
 */
#ifndef TC_WINDOWS_EVTX_PLAN_H
#define TC_WINDOWS_EVTX_PLAN_H

#include "parsers/windows/binxml_read.h"
#include "parsers/windows/windows_fill.h"

#define TC_EVTX_PLANS 128     /* templates of a chunk */
#define TC_EVTX_STEPS 3072    /* of all of them */
#define TC_EVTX_TEXT 49152    /* names and literals of all of them, bytes */
#define TC_EVTX_VALUES 256    /* of an instance */
#define TC_EVTX_ARRAY_TAG 512 /* of an element that is repeated for each item of a value */
#define TC_EVTX_PLACES 256    /* a power of two, at least twice TC_EVTX_PLANS */
#define TC_EVTX_NAMES 64      /* a power of two */

/* What stands around a template: nothing, an event, or its UserData. */
typedef enum tc_evtx_context { TC_EVTX_WHOLE, TC_EVTX_PART, TC_EVTX_USER_DATA } tc_evtx_context;

typedef enum tc_evtx_deed {
    TC_EVTX_SET,            /* a value by its name */
    TC_EVTX_ATTRIBUTE,      /* the same of an attribute of System */
    TC_EVTX_TIME,           /* ... that says when the event was */
    TC_EVTX_TAG,            /* the text of a tag of System that has attributes */
    TC_EVTX_ADD,            /* a value without a name */
    TC_EVTX_LEAF_ATTRIBUTE, /* of a leaf of UserData */
    TC_EVTX_LEAF,           /* its text */
    TC_EVTX_NESTED_PART,    /* here a part of the event may stand */
    TC_EVTX_NESTED_USER     /* ... or of its UserData */
} tc_evtx_deed;

typedef enum tc_evtx_source {
    TC_EVTX_LITERAL,
    TC_EVTX_VALUE,
    TC_EVTX_OPTIONAL /* a value; without it an attribute is left out */
} tc_evtx_source;

typedef struct tc_evtx_step {
    uint8_t deed, source;
    bool listed;      /* among what nobody asked for */
    uint16_t index;   /* of the value */
    uint16_t element; /* which one it is of, counted within the template */
    uint16_t tag;     /* bytes of the tags that an item of an array repeats; 0: it has none */
    tc_member member;
    tc_slice name, text; /* text: of a literal */
} tc_evtx_step;

typedef struct tc_evtx_plan {
    uint32_t offset; /* of the template in the chunk */
    uint8_t context;
    bool made; /* false: there is none for this template */
    bool has_system;
    uint16_t first, count; /* of its steps */
    uint16_t values;       /* how many there must be at least */
    uint16_t uses;         /* of one value, at most */
    size_t literal;        /* what its XML has around the values: no more bytes than that */
    /* Which values may be nested templates, and which arrays. */
    uint64_t nests[TC_EVTX_VALUES / 64], repeats[TC_EVTX_VALUES / 64];
} tc_evtx_plan;

/* A name of the chunk that stands at an offset. */
typedef struct tc_evtx_name {
    uint32_t offset;  /* 0: none */
    uint32_t literal; /* bytes of XML, at most */
    tc_slice text;    /* without its prefix */
} tc_evtx_name;

/* A value of an instance. */
typedef struct tc_evtx_value {
    const uint8_t *ptr;
    uint16_t length;
    uint8_t type;
} tc_evtx_value;

typedef struct tc_evtx_plans {
    tc_windows_fill *fill;
    tc_members *members; /* columns by names */
    tc_slice chunk;
    size_t count, step_count, text_used;
    uint8_t places[TC_EVTX_PLACES];    /* number of a plan, plus one */
    tc_evtx_name names[TC_EVTX_NAMES]; /* by their offsets; the newest of a place */
    tc_evtx_plan plans[TC_EVTX_PLANS];
    tc_evtx_step steps[TC_EVTX_STEPS];
    uint8_t text[TC_EVTX_TEXT];
    tc_evtx_value values[2][TC_EVTX_VALUES]; /* of an instance, and of one within it */
} tc_evtx_plans;

/* `fill` says which columns there are. False at the arena's limit. */
bool tc_evtx_plans_init(tc_evtx_plans *plans, tc_windows_fill *fill, tc_arena *arena) TC_MUST_USE;
/* All that follows is of this chunk. */
void tc_evtx_plans_begin(tc_evtx_plans *plans, tc_slice chunk);
/* The plan of the template whose body is there; NULL if there is none. */
const tc_evtx_plan *tc_evtx_plan_of(tc_evtx_plans *plans, tc_evtx_context context, uint32_t offset,
                                    tc_binxml_place body);

static inline bool tc_evtx_has_bit(const uint64_t *bits, size_t i)
{
    return (bits[i / 64] >> (i % 64) & 1) != 0;
}

#endif
