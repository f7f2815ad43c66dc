/*
 * w3c_sample: the rows at the head of a W3C extended log that no header describes.
 *
 * They are kept apart by their width, as they lie there. A row counts if it shows a date or a clock
 * somewhere, and no header in force has as many columns or fewer: the rest are not rows, or are the
 * business of their header. A last line without an end does not count unless it is the last of all.
 */
#ifndef TC_TEXT_W3C_SAMPLE_H
#define TC_TEXT_W3C_SAMPLE_H

#include "parsers/text/w3c_profile.h"

#define TC_W3C_SAMPLE_ROWS 256 /* of one width */
#define TC_W3C_SAMPLE_WIDTHS 8

typedef struct tc_w3c_sample {
    struct {
        tc_w3c_table table;
        tc_cell *room;              /* TC_W3C_SAMPLE_ROWS rows */
        uint64_t counted;           /* rows of that width, those beyond the table too */
    } widths[TC_W3C_SAMPLE_WIDTHS]; /* the most frequent first */
    size_t count;
    uint64_t rows; /* of any width */
    bool headed;   /* there is a usable header */
} tc_w3c_sample;

/* Takes the sample; its cells point into head, its tables are the arena's. */
TC_STATUS tc_w3c_sample_take(tc_slice head, bool whole, tc_arena *arena, tc_w3c_sample *ret);

/* Whether the line has the values that a row of a web log has, in whatever order. */
bool tc_w3c_sample_looks(tc_slice line);

#endif
