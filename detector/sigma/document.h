/*
 * document: one YAML document of a rule file, read into a draft of a rule or a filter.
 *
 * Drafts live in the ruleset's arena; references among them stay names until everything is loaded
 * (resolve.c).
 */
#ifndef TC_SIGMA_DOCUMENT_H
#define TC_SIGMA_DOCUMENT_H

#include "detector/sigma/loader.h"

/* A rule named by its id or name, and where. */
typedef struct tc_reference {
    tc_slice text;
    uint32_t line, column;
} tc_reference;

/* alias: {rule: field}, one per rule. */
typedef struct tc_alias {
    tc_slice name;
    const tc_reference *rules;
    const tc_slice *fields;
    size_t count;
} tc_alias;

typedef struct tc_correlation_draft {
    tc_correlation is; /* all but what needs the referenced rules */
    const tc_reference *rules;
    size_t rule_count;
    const tc_alias *aliases;
    size_t alias_count;
    uint32_t line, column; /* of the key correlation */
} tc_correlation_draft;

/* Where a key of a document stands: a template hands on its keys, and they keep their place. */
typedef struct tc_place_of_key {
    uint32_t line, column; /* 0 = it is not there */
} tc_place_of_key;

typedef struct tc_draft {
    tc_rule rule;
    tc_place_of_key id, name;
    uint32_t same_id, same_name; /* the rule before with that id or name of one template + 1 */
    bool bad;                    /* wrong in what only all rules together can say */
    uint32_t file;               /* ordinal */
    uint32_t column;
    bool settled;                      /* the fingerprint says everything */
    uint64_t filters;                  /* sum of the fingerprints of those folded in */
    tc_node root;                      /* detection */
    tc_correlation_draft *correlation; /* correlation */
} tc_draft;

typedef struct tc_filter {
    tc_rule head; /* title, file, line, logsource */
    uint32_t file;
    bool any; /* for every rule of its logsource */
    const tc_reference *rules;
    size_t rule_count;
    tc_node root;
} tc_filter;

/* What every document has: title, id, tags... False after an error; goes on past one. */
bool tc_head_read(tc_loader *l, const tc_yaml *document, tc_rule *ret) TC_MUST_USE;
bool tc_logsource_read(tc_loader *l, const tc_yaml *document, tc_rule *ret) TC_MUST_USE;
bool tc_rule_read(tc_loader *l, const tc_yaml *document, tc_draft *ret) TC_MUST_USE;
bool tc_filter_read(tc_loader *l, const tc_yaml *document, tc_filter *ret) TC_MUST_USE;
bool tc_correlation_read(tc_loader *l, const tc_yaml *document, tc_draft *ret) TC_MUST_USE;

/* The boolean condition of a temporal correlation; names its rules itself if `rules` does not. */
bool tc_correlation_expression_read(tc_loader *l, const tc_yaml *condition,
                                    tc_correlation_draft *draft) TC_MUST_USE;

/* A text, or a list of texts, as references; NULL node = none. */
bool tc_references_read(tc_loader *l, const tc_yaml *node, const tc_reference **ret,
                        size_t *ret_count) TC_MUST_USE;
/* A list of texts, or one text. */
bool tc_texts_read(tc_loader *l, const tc_yaml *node, const tc_slice **ret,
                   size_t *ret_count) TC_MUST_USE;

/* The documents of a stream with the legacy `action` collections carried out: the template of
 * `global` laid under later rules, `repeat` laid over the rule before. */
bool tc_collection_expand(tc_loader *l, tc_arena *scratch, const tc_yaml_documents *documents,
                          tc_yaml_documents *ret) TC_MUST_USE;

#endif
