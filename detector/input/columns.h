/*
 * columns: what the columns of a file's rows are where no header says so.
 *
 * The user's word (--fields) counts, held against the file; else the format tells them by the
 * file's head. What is learned is the source's for the whole run: its parser is handed it with the
 * options, so that reading it again gives the same. Private to detector/input.
 */
#ifndef TC_INPUT_COLUMNS_H
#define TC_INPUT_COLUMNS_H

#include "detector/input/evidence.h"
#include "detector/input/state.h"

/* Takes over the GLOB=NAMES of --fields; TC_ESYNTAX naming what is wrong with one. */
TC_STATUS tc_columns_rules(tc_input *input, const tc_input_options *options, tc_error *reterr);
/* The names that --fields gives the file of that path; empty if none. */
tc_slice tc_columns_given(const tc_input *input, tc_slice path);
/* A file that is looked at. */
typedef struct tc_columns_file {
    tc_slice path;
    tc_slice head;
    bool whole; /* nothing follows the head */
    int fd;     /* of a plain file of `size` bytes; else -1 */
    uint64_t size;
} tc_columns_file;

/* What is known of the columns of a file with this head; its texts live as long as the input. */
TC_STATUS tc_columns_learn(tc_input *input, const tc_parser *parser, const tc_columns_file *file,
                           tc_arena *scratch, tc_columns *ret);
/* Words for a log that cannot be read for a doubt about its columns, and how to settle it. */
TC_STATUS tc_columns_doubt(tc_input *input, const tc_columns *columns, tc_likeness *ret);

#endif
