/*
 * config: what an organisation says of itself, as YAML (--config FILE).
 *
 * Whatever an option of `scan` says can be said here: config_keys.def names the key for it, and the
 * option's own reader reads the value. The command line wins, and its lists add. Besides, what no
 * option says: exceptions, change windows, thresholds of rules, people with a part. Strict: unknown
 * keys, keys that stand twice, wrong types and values out of range are refused, each with file,
 * line, column, the token and a way out, all of them and not only the first. A key that nothing in
 * the program uses does not exist. Relative paths start at the folder of the file. Text that could
 * act on a terminal, and text longer than TC_CONFIG_TEXT_MAX, is refused.
 *
 * A configuration is immutable once it was read, and outlives the options that it filled.
 */
#ifndef TC_SETTINGS_CONFIG_H
#define TC_SETTINGS_CONFIG_H

#include "detector/settings/options.h"
#include "detector/sigma/ruleset.h"
#include "parsers/base/arena.h"

#define TC_CONFIG_BYTES ((size_t)1 << 20)
#define TC_CONFIG_TEXT_MAX 2048
#define TC_CONFIG_ITEMS_MAX 4096 /* of one list */

/* What a finding has to be like to be left out. Empty and unset parts fit everything. */
typedef struct tc_config_exception {
    tc_slice rule; /* id or name; empty: every rule */
    tc_slice user, agent, language;
    tc_cidr network; /* or an address */
    bool has_network;
    tc_slice reason;
    tc_time until;
    uint32_t line, column; /* of the exception; of its rule's name if it has one */
} tc_config_exception;

/* A time in which the organisation itself changes what an indicator looks at. */
typedef struct tc_config_window {
    tc_time from, until;
    tc_indicator what; /* TC_INDICATOR_PASSWORDS or TC_INDICATOR_LANGUAGE */
    tc_slice reason;
    uint32_t line;
} tc_config_window;

/* A correlation's own figures, set by the site. */
typedef struct tc_config_threshold {
    tc_slice rule;
    tc_adjustment to;
    uint32_t line, column;
} tc_config_threshold;

/* Where an option's value stands: one for each item of a list, in their order. */
typedef struct tc_config_origin {
    const struct tc_option_row *row;
    uint32_t line;
} tc_config_origin;

typedef enum tc_config_part {
    TC_CONFIG_SERVICE,  /* accounts of programs that reset passwords or open mailboxes by trade */
    TC_CONFIG_HELPDESK, /* people who reset passwords by trade */
    TC_CONFIG_VIP,      /* whose mailboxes weigh more */
    TC_CONFIG_FOREIGN,  /* languages that are never the organisation's own */
    TC_CONFIG_PART_COUNT
} tc_config_part;

typedef struct tc_config_words {
    const tc_slice *items;
    const uint32_t *lines;
    size_t count;
} tc_config_words;

typedef struct tc_config {
    tc_arena *arena;
    const char *path;
    const tc_config_exception *exceptions;
    size_t exception_count;
    const tc_config_window *windows;
    size_t window_count;
    const tc_config_threshold *thresholds;
    size_t threshold_count;
    tc_config_words words[TC_CONFIG_PART_COUNT];
    uint32_t password_days; /* how old passwords may grow; 0 = not said */
    uint32_t password_days_line;
    tc_config_origin *origins;
    size_t origin_count, origin_room;
} tc_config;

/* Reads the file into *ret and, where a key stands for an option, into `options`. Every error is
 * reported; the status is that of the worst, and *reterr has words for the whole. */
TC_STATUS tc_config_read(const char *path, tc_options *options, tc_time now,
                         const tc_rule_reporter *reporter, tc_config **ret, tc_error *reterr);
/* The same of a text that somebody holds already; `path` names it. */
TC_STATUS tc_config_read_text(const char *path, tc_slice text, tc_options *options, tc_time now,
                              const tc_rule_reporter *reporter, tc_config **ret, tc_error *reterr);
void tc_config_free(tc_config *config);

/* The rules that the configuration names, held against those that are loaded but not compiled yet:
 * thresholds are set, and a name that none has is an error. */
TC_STATUS tc_config_apply_to_rules(const tc_config *config, tc_ruleset *rules,
                                   const tc_rule_reporter *reporter);
/* A hash of what changes findings and is no option; 0 if nothing does. */
uint64_t tc_config_fingerprint(const tc_config *config);

/* All of it as YAML that reads back as the same, with where each value comes from as a comment.
 * `everything`: also what is not set, and the thresholds of all rules. */
void tc_config_show(const tc_options *options, const tc_ruleset *rules, tc_time now,
                    bool everything, tc_str *out);

#endif
