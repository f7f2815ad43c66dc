/*
 * yaml_tree: a YAML stream as small trees of scalars, lists and maps with their places.
 *
 * Everything lives in the arena given; nodes are immutable. Scalars are not resolved here (see
 * scalar.h): a node only says whether it was written plain. Refused, with line and column: what
 * is not YAML, two equal keys in one map, keys that are not scalars, merge keys, private tags, more
 * than TC_YAML_DEPTH levels, larger maps than TC_YAML_KEYS, and streams whose nodes, aliases
 * written out, exceed TC_YAML_NODES. An alias is a second pointer to the anchored node. The only
 * user of libyaml.
 */
#ifndef TC_SIGMA_YAML_TREE_H
#define TC_SIGMA_YAML_TREE_H

#include "parsers/base/arena.h"
#include "parsers/base/str.h"

#define TC_YAML_DEPTH 32
#define TC_YAML_NODES 500000
#define TC_YAML_KEYS 4096        /* of one map */
#define TC_YAML_BYTES (8u << 20) /* longest stream */

typedef enum tc_yaml_kind { TC_YAML_SCALAR, TC_YAML_LIST, TC_YAML_MAP } tc_yaml_kind;

typedef struct tc_yaml {
    tc_yaml_kind kind;
    bool plain; /* scalar without quotes or block style: may stand for null, a number, a boolean */
    uint32_t line, column;       /* from 1 */
    uint32_t weight;             /* nodes in this tree, aliases written out */
    tc_slice text;               /* scalar */
    size_t count;                /* members of a list or map */
    const struct tc_yaml **keys; /* map: scalars */
    const struct tc_yaml **items;
} tc_yaml;

typedef struct tc_yaml_documents {
    const tc_yaml **roots; /* empty documents are left out */
    size_t count;
} tc_yaml_documents;

/* Reads a whole stream. A byte order mark and CRLF are fine. */
TC_STATUS tc_yaml_read(tc_arena *arena, tc_slice text, tc_yaml_documents *ret, tc_error *reterr);
/* The value of the key in a map; NULL if it is absent or the node is no map. *ret_key (may be NULL)
 * is the key's node. */
const tc_yaml *tc_yaml_get(const tc_yaml *map, tc_slice key, const tc_yaml **ret_key);
/* Adds "libyaml VERSION", of the library as linked. */
void tc_yaml_library(tc_str *out);

#endif
