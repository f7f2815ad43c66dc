/*
 * json_frame: a stream of JSON objects, cut into its objects.
 *
 * One grammar for JSON lines, pretty-printed objects one after the other, arrays of objects, and
 * arrays inside an object that exports wrap them in: between objects there is structure (blanks,
 * commas, brackets, what json_wrapper.h knows), and everything else is garbage. An object reaches
 * to its last bracket, unless first
 *   - a line begins with a '{' that stands no farther right than the object's own, or
 *   - it becomes longer than record_max, or the input ends:
 * then it is damaged, and costs the bytes up to the next place where an object can begin. That is a
 * '{' at the beginning of a line, not farther right than the damaged one, or, for garbage and for
 * objects that follow one another on one line, a '{' behind "},". Whether what stands between the
 * brackets is valid JSON decides nothing here; a '{' in the first column of a line is always an
 * object's beginning, and so a place where the stream can be cut without looking at the rest.
 *
 * tc_json_frame is the `frame` of such a format, tc_json_records the walk of its `parse`; both see
 * the same objects however the stream is cut.
 */
#ifndef TC_OPEN_JSON_FRAME_H
#define TC_OPEN_JSON_FRAME_H

#include "parsers/parser.h"

#define TC_JSON_PROGRESS_COUNT 3

/* What the reading of one block leaves to the next; begins zeroed. Part of a carry. */
typedef struct tc_json_state {
    uint32_t column; /* of the next byte in its line, from 0 */
    bool inlined;    /* something else than blanks stands before it in its line */
    uint32_t clear;  /* so many bytes are known to hold no line that begins with '{' */
    /* Inside a damaged object, in search of the next: */
    bool skipping;
    bool lead;        /* only blanks, commas and brackets before it in its line */
    bool behind_any;  /* "},{" counts as well */
    uint8_t progress; /* how much of "},{" is there: less than TC_JSON_PROGRESS_COUNT */
    uint8_t reason;
    uint32_t limit; /* the last column where a '{' counts */
} tc_json_state;

void tc_json_frame(tc_json_state *state, tc_slice bytes, bool last, size_t record_max,
                   tc_frame *ret);

void tc_json_state_visit(tc_json_state *state, tc_visit *visit);

/* A walk over the objects of one block, booking everything that is none. */
typedef struct tc_json_records {
    tc_slice block;
    size_t record_max;
    size_t at;
    size_t counted; /* column and inlined are those of this offset */
    uint32_t column;
    bool inlined;
    bool exact;
    tc_slice text; /* the current object: from its '{' up to where it must have ended */
    uint64_t record;
    tc_ledger *ledger;
    const tc_sink *sink; /* NULL: nobody is told */
} tc_json_records;

void tc_json_records_init(tc_json_records *records, const tc_json_state *state, tc_slice block,
                          size_t record_max, tc_ledger *ledger, const tc_sink *sink);
/* Goes to the next object, whose bytes are at the beginning of records->text; false at the end of
 * the block. The caller reads it as JSON, and then says exactly one of the following. */
bool tc_json_records_next(tc_json_records *records);
/* It is whole, `length` bytes long, and a record: counts it and gives its place. */
tc_place tc_json_records_accept(tc_json_records *records, size_t length);
/* It is whole, `length` bytes long, but refused. */
void tc_json_records_reject(tc_json_records *records, tc_reason reason, size_t length);
/* It is not JSON. */
void tc_json_records_broken(tc_json_records *records);

#endif
