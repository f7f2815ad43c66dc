/*
 * ship_table: what headers said of the paths of one source, version by version.
 *
 * Written by the thread that frames, read by workers: entries are appended and never changed, and
 * a carry says how many of them are in force, so that a block is read as its place in the source
 * demands however far the framer has gone on. The memory is the source's (tc_schemas_keep) and so
 * are the bounds: TC_SHIP_PATHS_MAX paths and TC_SHIP_VERSIONS_MAX entries.
 *
 * From a copy of a carry one may go on again, when nobody reads blocks of the first way any more:
 * what that appended is then forgotten.
 */
#ifndef TC_ENVELOPE_SHIP_TABLE_H
#define TC_ENVELOPE_SHIP_TABLE_H

#include "parsers/parser.h"

#define TC_SHIP_PATHS_MAX 4096
#define TC_SHIP_VERSIONS_MAX 65536
#define TC_SHIP_KEY_MAX 4096 /* of host and path each; longer ones are of nobody */
#define TC_SHIP_HEADER_MAX 16384

typedef struct tc_ship_entry {
    tc_slice host, path;
    uint64_t hash;
    const tc_parser *parser; /* of the records below; NULL: the header does not tell (yet) */
    tc_slice header;         /* its lines so far, while it does not */
    tc_carry carry;          /* of that parser */
    uint32_t before;         /* the framer's: number + 1 of the next older in its chain */
} tc_ship_entry;

/* A format as it is without any header: anywhere, or, if a host or folder is named, there. */
typedef struct tc_ship_format {
    const tc_parser *parser;
    uint64_t bit;
    tc_slice host, folder;
    tc_carry carry;
} tc_ship_format;

/* Files of one folder of one host have the same columns, however they are called. */
tc_slice tc_ship_folder(tc_slice path);
#define TC_SHIP_FOLDERS_MAX 16

typedef struct tc_ship_table tc_ship_table;

/* The formats that may stand inside; NULL without memory. options->schemas must be there. */
tc_ship_table *tc_ship_table_new(const tc_parse_options *options) TC_MUST_USE;
const tc_ship_format *tc_ship_table_formats(const tc_ship_table *table, size_t *ret_count);
/* The format that the source's head showed in the folder of that path; NULL: none. */
const tc_ship_format *tc_ship_table_folder(const tc_ship_table *table, tc_slice host,
                                           tc_slice path);
/* The options that parsers inside begin with, by whom no columns were learned. */
tc_parse_options tc_ship_inside_options(const tc_parse_options *options);
bool tc_ship_may_carry(const tc_parser *parser);

uint64_t tc_ship_hash(tc_slice host, tc_slice path);
/* The entry of that number, which is less than some carry's count. */
const tc_ship_entry *tc_ship_table_entry(const tc_ship_table *table, uint32_t number);
/* The newest of the first `count` entries for that path; NULL: none. The framer's alone. */
const tc_ship_entry *tc_ship_table_find(const tc_ship_table *table, uint32_t count, tc_slice host,
                                        tc_slice path);
/* Appends behind the first *count entries; the texts are copied. TC_ELIMIT beyond the bounds:
 * *ret_path says whether it is one path too many. */
TC_STATUS tc_ship_table_add(tc_ship_table *table, uint32_t *count, const tc_ship_entry *entry,
                            bool *ret_path);

#endif
