/*
 * loader: what the readers of rule documents share, inside this folder.
 */
#ifndef TC_SIGMA_LOADER_H
#define TC_SIGMA_LOADER_H

#include "detector/sigma/modifier.h"

/* A named list that the modifier expand puts in place of %name%. */
typedef struct tc_placeholder {
    tc_slice name;
    const tc_slice *values;
    size_t count;
} tc_placeholder;

typedef struct tc_loader {
    tc_arena *arena; /* of the ruleset: what stays */
    tc_predicates *predicates;
    tc_diagnostics *d;
    const tc_placeholder *placeholders;
    size_t placeholder_count;
    bool keeps_wording;
    uint64_t lists; /* sum of the fingerprints of those put into the document at hand */
} tc_loader;

/* A reader's error at a node. */
#define TC_COMPLAIN(loader, node, ...)                                                             \
    tc_diagnostics_error((loader)->d, (node)->line, (node)->column, __VA_ARGS__)
#define TC_WARN(loader, node, ...)                                                                 \
    tc_diagnostics_warn((loader)->d, (node)->line, (node)->column, __VA_ARGS__)

/* One item of a detection: "field|modifiers" and its value or list of values. All these are false
 * after an error, which has been noted. */
bool tc_item_read(tc_loader *l, const tc_yaml *key, const tc_yaml *value, tc_node *ret) TC_MUST_USE;
/* A keyword. */
bool tc_keyword_read(tc_loader *l, const tc_yaml *value, tc_node *ret) TC_MUST_USE;

/* The node's text with %name% put in: every combination, at most TC_EXPANSIONS_MAX. */
#define TC_EXPANSIONS_MAX 100000
bool tc_expand(tc_loader *l, const tc_yaml *node, bool regex, tc_slice **ret,
               size_t *ret_count) TC_MUST_USE;

/* A search identifier of a detection. */
typedef struct tc_identifier {
    tc_slice name;
    tc_node node;
    bool used;
} tc_identifier;

/* The condition's tree over the identifiers. Marks those used. */
bool tc_condition_read(tc_loader *l, const tc_yaml *condition, tc_identifier *identifiers,
                       size_t count, tc_node *ret) TC_MUST_USE;
/* A detection section, or a filter section (whose key `rules` is then no identifier). */
bool tc_detection_read(tc_loader *l, const tc_yaml *section, bool filter, tc_node *ret) TC_MUST_USE;

/* The wording of a detection, or of a correlation's condition and aliases, into the rule. */
bool tc_wording_read(tc_loader *l, const tc_yaml *section, tc_rule *ret) TC_MUST_USE;
bool tc_wording_read_correlation(tc_loader *l, const tc_yaml *section, tc_rule *ret) TC_MUST_USE;

#endif
