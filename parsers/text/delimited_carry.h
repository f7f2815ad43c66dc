/*
 * delimited_carry: what the files of the delimited core share: the carry, and how a width becomes a
 * layout. Private to them, and to formats that keep something beside it.
 */
#ifndef TC_TEXT_DELIMITED_CARRY_H
#define TC_TEXT_DELIMITED_CARRY_H

#include "parsers/text/delimited.h"
#include "parsers/text/framing.h"

typedef struct tc_delimited_carry {
    tc_framing framing;
    bool no_memory;                       /* begin could not make the schemas */
    bool limited;                         /* the header in force could not be made a schema */
    uint16_t time;                        /* column of the header in force */
    uint16_t times[TC_DELIMITED_LAYOUTS]; /* of the layouts */
    const tc_schema *header;
    const tc_schema *layouts[TC_DELIMITED_LAYOUTS];
} tc_delimited_carry;

static inline const tc_delimited *tc_delimited_of(const tc_parser *self)
{
    return self->data;
}

/* What names the columns of a row of that width, and which of them is the time; NULL if nothing
 * does. */
static inline const tc_schema *tc_delimited_schema(const tc_delimited_carry *state, size_t width,
                                                   uint16_t *ret_time)
{
    *ret_time = state->time;
    if (TC_LIKELY(state->header && state->header->column_count == width)) return state->header;
    for (size_t i = 0; i < TC_DELIMITED_LAYOUTS && state->layouts[i]; i++) {
        *ret_time = state->times[i];
        if (state->layouts[i]->column_count == width) return state->layouts[i];
    }
    return NULL;
}

#endif
