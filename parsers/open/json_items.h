/*
 * json_items: what a stream of JSON objects consists of (for open/json_frame.c, json_records.c).
 *
 * The grammar that json_frame.h describes, read one item at a time. Says what stands at an offset
 * of the bytes in sight and where that ends, or that more bytes are needed to tell; what it says
 * once holds for any number of further bytes.
 */
#ifndef TC_OPEN_JSON_ITEMS_H
#define TC_OPEN_JSON_ITEMS_H

#include "parsers/open/json_frame.h"

typedef enum tc_json_item_kind {
    TC_JSON_ITEM_END,    /* no more bytes */
    TC_JSON_ITEM_MORE,   /* an object whose end is not in sight */
    TC_JSON_ITEM_BLANK,  /* structure */
    TC_JSON_ITEM_OBJECT, /* from its '{' to its last bracket */
    TC_JSON_ITEM_DAMAGE, /* up to where the next object can begin */
    TC_JSON_ITEM_TAIL    /* damage, and no such place is in sight: see the skip state */
} tc_json_item_kind;

typedef struct tc_json_item {
    tc_json_item_kind kind;
    size_t from;
    size_t end;
    tc_reason reason;
    tc_json_state skip;
} tc_json_item;

/* The reading of a run of bytes; `column` and `inlined` are those of the offset `counted`. */
typedef struct tc_json_items {
    tc_slice bytes;
    bool last; /* nothing follows these bytes, or only what begins a line with '{' */
    size_t record_max;
    size_t counted;
    uint32_t column;
    bool inlined;
} tc_json_items;

/* Brings column and inlined forward to the offset `to`. */
void tc_json_items_count(tc_json_items *x, size_t to);
/* What stands at the offset `at`, if it is not an object. False: it is one, or would be one. */
bool tc_json_items_between(tc_json_items *x, size_t at, tc_json_item *ret);
/* The object that begins at `from`, to which x has counted. */
void tc_json_items_object(const tc_json_items *x, size_t from, tc_json_item *ret);

/* The first '{' in s, from its second byte on, that begins a line no farther right than `limit`;
 * TC_NPOS if there is none. */
size_t tc_json_leading_brace(tc_slice s, uint32_t limit);
/* In a damaged record: where the next object can begin, from `from` on; TC_NPOS if that is not in
 * sight. The state is then that of the last byte, which is not yet counted. */
size_t tc_json_skip_damage(tc_json_state *skip, tc_slice bytes, size_t from);

#endif
