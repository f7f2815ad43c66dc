/*
 * event: the one domain type. One record of a log: a schema plus cells, nothing copied.
 *
 * Lives in its block and the block's arena; whatever is remembered longer is copied out. Native
 * columns are reached through the schema; the ECS and derived fields that enrichment sets stand in
 * an overlay with a presence bit each, so that clearing an event costs two words. Open-ended
 * formats list the members nobody asked for in `extra`, only when the sink wants everything
 * (`tocsin parse`).
 */
#ifndef TC_EVENT_EVENT_H
#define TC_EVENT_EVENT_H

#include "parsers/base/time.h"
#include "parsers/event/cell.h"
#include "parsers/event/schema.h"

typedef struct tc_extra {
    tc_slice name;
    tc_cell cell;
} tc_extra;

/* Where the record stands inside its block (bytes of the decoded stream). */
typedef struct tc_place {
    size_t offset;
    size_t length;   /* without the line end */
    uint64_t record; /* ordinal of the record inside the block, from 0 */
} tc_place;

/* What an envelope says of the record that it carries. */
typedef struct tc_shipped {
    const struct tc_parser *parser; /* of the record: what it is, it is to this one */
    uint64_t format;                /* which that is: a bit of tc_parser_bit (parser.h) */
    tc_slice host;                  /* where the record was written; empty: not said */
    tc_slice path;                  /* in which file, or under which tag; empty: not said */
    uint64_t offset;                /* where in that file, if it is said */
    bool placed;
} tc_shipped;

/* The text of a record that is made only if somebody asks for it. */
typedef struct tc_late_text {
    /* At least its first `max` bytes, if it has so many; empty without memory. What was made lives
     * as long as the event. */
    tc_slice (*make)(void *context, size_t max);
    void *context;
} tc_late_text;

#define TC_OVERLAY_WORDS ((TC_FIELD_ECS_END + 63) / 64)
typedef struct tc_overlay {
    uint64_t present[TC_OVERLAY_WORDS];
    tc_value value[TC_FIELD_ECS_END];
} tc_overlay;

typedef struct tc_event {
    const tc_schema *schema;
    const tc_cell *cells; /* schema->column_count of them */
    const tc_extra *extra;
    size_t extra_count;
    tc_time time; /* TC_TIME_NONE if the record has none */
    tc_place place;
    /* The record as written; of a binary format as a person would read it. Read it by tc_event_raw:
     * with `late` it is empty, and its pointer only tells the record from others. */
    tc_slice raw;
    const tc_late_text *late;
    const tc_shipped *shipped; /* NULL: it stands in its log itself */
    tc_overlay *overlay;       /* may be NULL: no enrichment ran */
    tc_arena *arena;           /* for decoding; reset after the event */
} tc_event;

/* The record as a person would read it; as long as the event. */
static inline tc_slice tc_event_raw(const tc_event *event)
{
    return event->late ? event->late->make(event->late->context, SIZE_MAX) : event->raw;
}
/* Its first bytes, at most `max`: less work than all of it. */
static inline tc_slice tc_event_raw_start(const tc_event *event, size_t max)
{
    tc_slice raw = event->late ? event->late->make(event->late->context, max) : event->raw;
    return tc_slice_sub(raw, 0, max);
}
/* The field's value: from the overlay if it is set there, else from the native column of that name;
 * decoded on the way. */
tc_value tc_event_value(const tc_event *event, tc_field field);
/* The native cell without decoding; TC_FORM_MISSING if there is none. */
static inline tc_cell tc_event_cell(const tc_event *event, tc_field field)
{
    int column = tc_schema_column(event->schema, field);
    return column < 0 ? (tc_cell){NULL, 0, TC_FORM_MISSING} : event->cells[column];
}
/* The cell's text, decoded; the empty slice when missing or null. */
tc_slice tc_event_text(const tc_event *event, tc_field field);

void tc_overlay_clear(tc_overlay *overlay);
void tc_overlay_set_text(tc_overlay *overlay, tc_field field, tc_slice text);
void tc_overlay_set_number(tc_overlay *overlay, tc_field field, tc_slice decimal_text);
void tc_overlay_set_bool(tc_overlay *overlay, tc_field field, bool value);
static inline bool tc_overlay_has(const tc_overlay *overlay, tc_field field)
{
    return field < TC_FIELD_ECS_END && (overlay->present[field / 64] >> (field % 64) & 1) != 0;
}

#endif
