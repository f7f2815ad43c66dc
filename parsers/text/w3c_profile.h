/*
 * w3c_profile: which fields a column of many rows may be.
 *
 * A profile counts what the values of one column look like. The answer is a set: every field whose
 * usual values the column's do not contradict. It leans towards too many rather than too few: what
 * is left out is never considered again, what is in too many can still be told apart by the other
 * columns (w3c_assign.h), or is refused. A few rows of scanners' rubbish do not contradict.
 */
#ifndef TC_TEXT_W3C_PROFILE_H
#define TC_TEXT_W3C_PROFILE_H

#include "parsers/text/w3c_columns.h"
#include "parsers/text/w3c_token.h"

#define TC_W3C_WIDTH_MAX 64    /* of rows whose columns are learned */
#define TC_W3C_DISTINCT_MAX 32 /* different values that are told apart */

/* Rows of one width: width cells for each. */
typedef struct tc_w3c_table {
    const tc_cell *cells;
    size_t rows, width;
} tc_w3c_table;

/* One bit for each tc_w3c_field. */
typedef uint32_t tc_w3c_fields;
#define TC_W3C_BIT(field) (UINT32_C(1) << TC_W3C_FIELD_##field)

typedef struct tc_w3c_profile {
    uint32_t rows, filled; /* filled: not '-' and not empty */
    uint32_t marks[TC_W3C_MARK_COUNT];
    uint32_t distinct; /* at most TC_W3C_DISTINCT_MAX */
    uint64_t hashes[TC_W3C_DISTINCT_MAX];
    uint32_t failing; /* not zero, in a row that `status` says went well */
    tc_w3c_fields may;
} tc_w3c_profile;

/* Profiles of the table's columns (width of them), with what each may be. */
void tc_w3c_profile_all(const tc_w3c_table *table, tc_w3c_profile *profiles);

/* Kinds of columns that can be told apart in any order. */
bool tc_w3c_profile_is_address(const tc_w3c_profile *profile);
bool tc_w3c_profile_is_number(const tc_w3c_profile *profile);
/* All its values are ports that web servers listen on, or statuses that they answer with. */
bool tc_w3c_profile_is_port(const tc_w3c_profile *profile);
bool tc_w3c_profile_is_status(const tc_w3c_profile *profile);

#endif
