/*
 * inventory_look: one file while the inventory looks at it, for inventory*.c alone.
 *
 * inventory.c opens it and finds out what it is packed with and which parser takes it; what becomes
 * of it is then one of a few ways to write it down: as a log (inventory_log.c), or as what no
 * parser takes (inventory_other.c). A file is never left out without a row.
 */
#ifndef TC_INPUT_INVENTORY_LOOK_H
#define TC_INPUT_INVENTORY_LOOK_H

#include "detector/input/columns.h"
#include "detector/input/inventory.h"
#include "detector/input/sample.h"
#include "detector/input/sniff.h"

#include <sys/stat.h>

/* One file while it is being looked at. */
typedef struct tc_look {
    const tc_found *found;
    tc_slice path; /* points into found */
    tc_slice name; /* without ".gz" and its like */
    tc_sniffed sniffed;
    struct stat st;
    tc_slice head;
    bool end; /* the head is everything */
    /* What stands behind NUL bytes that take most of the head; empty if they do not. */
    tc_slice behind;
    bool behind_end; /* it is everything that stands there */
    const tc_parser *parser;
    tc_parse_options options;
    tc_columns columns; /* of rows that no header describes */
    tc_head_scan scan;
    bool zoneless, yearless; /* as of a source */
    tc_status failure;       /* in the middle of the head */
    tc_error error;
} tc_look;

/* As it stands in the folder. */
tc_slice tc_look_file_name(const tc_look *l);
bool tc_look_is_packed(const tc_look *l);
/* Whether its name is one that logs have. */
bool tc_look_keeps_logs(const tc_look *l);
/* By what it is judged: the head, or what stands behind the hole that it is. */
tc_slice tc_look_text(const tc_look *l);
bool tc_look_text_ends(const tc_look *l);
/* Bytes on disk; 0 if that is not known. */
uint64_t tc_look_size(const tc_look *l);

/* What the columns of rows without a header are, as far as --fields and the head tell. */
TC_STATUS tc_look_learn_columns(tc_inventory *inventory, tc_look *l, const tc_parser *parser);

/* Its row is that of a log of its parser's. */
TC_STATUS tc_look_add_log(tc_inventory *inventory, tc_look *l);
/* ... of evidence that is not understood, or of nothing: no parser takes it. */
TC_STATUS tc_look_add_unparsed(tc_inventory *inventory, const tc_look *l);
/* ... of a file that holds no evidence, or no byte. */
TC_STATUS tc_look_add_nothing(tc_inventory *inventory, const tc_look *l);
/* Lack of memory is told, of that file: what it is must not be guessed from what was left. */
TC_STATUS tc_look_add_unknown(tc_inventory *inventory, const tc_look *l);

#endif
