/*
 * w3c_assign: which columns can be which fields, when each field stands in one column only.
 *
 * Given is what each column may be by itself. Told is what it can be in a reading of the whole row:
 * one in which every column has a field and no field has two columns. OTHER may stand in any number
 * of columns. Both ways of asking take time that is bounded by the width alone.
 */
#ifndef TC_TEXT_W3C_ASSIGN_H
#define TC_TEXT_W3C_ASSIGN_H

#include "parsers/text/w3c_profile.h"

/* An order in which a server writes the fields that are selected; OTHER is the last of them. */
typedef struct tc_w3c_order {
    const char *maker;
    uint8_t fields[TC_W3C_FIELD_COUNT];
} tc_w3c_order;

/* NULL-terminated by an order without a maker. */
extern const tc_w3c_order tc_w3c_orders[];

/* Readings whose fields stand in that order. False if there are none; `can` is then undefined. */
bool tc_w3c_assign_ordered(const tc_w3c_order *order, const tc_w3c_fields *may, size_t width,
                           tc_w3c_fields *can) TC_MUST_USE;
/* Readings in any order, in which OTHER is no column's. */
bool tc_w3c_assign_free(const tc_w3c_fields *may, size_t width, tc_w3c_fields *can) TC_MUST_USE;

#endif
