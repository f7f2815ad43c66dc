/*
 * tsv: the tables of rules/tables.
 *
 * UTF-8, one row a line, cells between tabs. Lines that are empty or begin with '#' say nothing;
 * the first other line names the columns. A caller names the columns that it needs; the table may
 * have more, in any order. Cells are slices of the file, which is held whole (at most TC_TSV_MAX
 * bytes). What is wrong in a table is said with file, line and column.
 */
#ifndef TC_ENRICH_TSV_H
#define TC_ENRICH_TSV_H

#include "parsers/base/slice.h"

#define TC_TSV_MAX ((size_t)4 << 20)
#define TC_TSV_COLUMNS 8

typedef struct tc_tsv {
    char path[1024];
    uint8_t *bytes;
    tc_slice rest;
    uint32_t line; /* of the row read last */
    size_t wanted;
    size_t place[TC_TSV_COLUMNS];   /* column of the file, per wanted column */
    uint32_t start[TC_TSV_COLUMNS]; /* where the cells of the row begin in the line, from 1 */
    size_t header_cells;
} tc_tsv;

/* Reads folder/file; `columns` are the names wanted, at most TC_TSV_COLUMNS. */
TC_STATUS tc_tsv_open(tc_tsv *t, const char *folder, const char *file, const char *const *columns,
                      size_t count, tc_error *reterr);
void tc_tsv_close(tc_tsv *t);
/* The next row's wanted cells (missing ones at a row's end are empty); *ret_more is false at the
 * end. */
TC_STATUS tc_tsv_next(tc_tsv *t, tc_slice *ret_cells, bool *ret_more, tc_error *reterr);
/* Says what is wrong with the wanted column `which` of the row read last. */
TC_STATUS tc_tsv_wrong(const tc_tsv *t, size_t which, tc_error *reterr, const char *what,
                       tc_slice token);

#endif
