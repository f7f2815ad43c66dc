/*
 * ruleset: Sigma documents loaded, checked, resolved and compiled.
 *
 * Load in two steps: add every file, then compile once, which resolves references over all
 * documents, numbers fields in the names table (before it is frozen) and builds the shared
 * predicates. A compiled ruleset is immutable and used by any number of matchers at once. A
 * document with an error is never silently skipped: every error is reported with file:line:column,
 * the token and a way out, and compiling fails, or, where that was asked for (tc_ruleset_skip_bad),
 * the document is left out and counted. Sigma: specification 2.1.0; the open points are
 * decided in docs/rule-language.md.
 */
#ifndef TC_SIGMA_RULESET_H
#define TC_SIGMA_RULESET_H

#include "detector/sigma/rule.h"

typedef struct tc_ruleset tc_ruleset;

/* Told of each error (warning = false) and each doubtful thing, in order of file and line. */
typedef struct tc_rule_reporter {
    void *context;
    void (*report)(void *context, const tc_error *error, bool warning);
} tc_rule_reporter;

tc_ruleset *tc_ruleset_new(void) TC_MUST_USE;
void tc_ruleset_free(tc_ruleset *rules);

/* Defines the values (at least one, as rules write them) that the modifier expand puts in place of
 * %name%, for rules added after. */
TC_STATUS tc_ruleset_define(tc_ruleset *rules, tc_slice name, const tc_slice *values, size_t count);
/* From now on the wording of conditions and selections is kept, for those who show rules. */
void tc_ruleset_keep_wording(tc_ruleset *rules);
/* From now on a document that is wrong is left out, and with it every correlation that rests on it:
 * each is told to the reporter and counted, and the others hold. */
void tc_ruleset_skip_bad(tc_ruleset *rules);
/* Adds the documents of one YAML stream; `file` is the name to show. TC_ESYNTAX if any is wrong
 * (all are reported). */
TC_STATUS tc_ruleset_add_text(tc_ruleset *rules, tc_slice file, tc_slice yaml,
                              const tc_rule_reporter *reporter);
/* Adds a file, or every *.yml and *.yaml below a folder in byte order of their paths. */
TC_STATUS tc_ruleset_add_path(tc_ruleset *rules, const char *path,
                              const tc_rule_reporter *reporter);
/* What a site sets in place of a correlation's own figures. */
typedef struct tc_adjustment {
    bool has_threshold;
    double threshold;
    int64_t timespan_ns; /* 0: as it is */
} tc_adjustment;
/* Sets the figures of a rule that is there, before compiling. TC_ESYNTAX for a rule without a
 * correlation, and for a threshold where there are several or none. Another figure gives the rule
 * another fingerprint. */
TC_STATUS tc_ruleset_adjust(tc_ruleset *rules, tc_slice id_or_name, const tc_adjustment *to,
                            tc_error *reterr);
/* The one threshold of a rule; false if it has none or several. Compiled rulesets only. */
bool tc_rule_threshold(const tc_rule *rule, double *ret);
/* Resolves and compiles. `names` gets the field names that rules mention. */
TC_STATUS tc_ruleset_compile(tc_ruleset *rules, tc_names *names, const tc_rule_reporter *reporter);

/* A document that was left out, or a whole file that is no YAML. */
typedef struct tc_rule_left_out {
    tc_slice file, title; /* the title may be empty */
    uint32_t line;
    tc_slice why; /* the first of its errors, with its place: "12:5: ..." */
} tc_rule_left_out;
#define TC_LEFT_OUT_KEPT 1000
/* How many were left out; the first TC_LEFT_OUT_KEPT of them are kept. */
size_t tc_ruleset_left_out(const tc_ruleset *rules);
const tc_rule_left_out *tc_ruleset_left_out_at(const tc_ruleset *rules, size_t index);

/* Rules and filters added so far: a file of exceptions alone holds something, too. */
size_t tc_ruleset_documents(const tc_ruleset *rules);
size_t tc_ruleset_count(const tc_ruleset *rules);
const tc_rule *tc_ruleset_rule(const tc_ruleset *rules, size_t index);
/* By id or name; NULL if there is none. Of several that have an id of one template, the last. */
const tc_rule *tc_ruleset_find(const tc_ruleset *rules, tc_slice id_or_name);
/* True if some detection rule could match events that carry one of these labels. */
bool tc_ruleset_concerns(const tc_ruleset *rules, const tc_logsource *labels, size_t label_count);
/* Sets a bit for each field that the detection rules concerned look at, as far as there is room in
 * `words` words; all bits if one searches keywords. */
void tc_ruleset_asked_fields(const tc_ruleset *rules, const tc_logsource *labels,
                             size_t label_count, uint64_t *ret_bits, size_t words);
/* True if a rule searches keywords: then parsers of open-ended formats must list the members that
 * nobody named (tc_parse_options.all), or the search would not see them. Compiled rulesets only. */
bool tc_ruleset_has_keywords(const tc_ruleset *rules);

#endif
