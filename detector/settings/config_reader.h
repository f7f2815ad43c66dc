/*
 * config_reader: what the parts of the reader of a configuration share. Internal to config*.c.
 *
 * Each reads one node of the tree and notes every error that it finds there; false if there was
 * one. What stays is copied into the configuration's arena.
 */
#ifndef TC_SETTINGS_CONFIG_READER_H
#define TC_SETTINGS_CONFIG_READER_H

#include "detector/settings/config.h"
#include "detector/sigma/diagnostics.h"
#include "detector/sigma/scalar.h"

typedef struct tc_config_reader {
    tc_config *config;
    tc_options *options;
    tc_diagnostics *d;
    tc_slice folder; /* of the file, with the slash behind; empty: here */
    tc_time now;
} tc_config_reader;

#define TC_CONFIG_COMPLAIN(reader, node, ...)                                                      \
    tc_diagnostics_error((reader)->d, (node)->line, (node)->column, __VA_ARGS__)

typedef bool tc_config_own_reader(tc_config_reader *r, const tc_yaml *node);

/* A key of config_keys.def. */
typedef struct tc_config_key {
    const char *section; /* NULL: at the top */
    const char *name;
    const char *option; /* NULL: `read` */
    bool path;
    tc_config_own_reader *read;
} tc_config_key;

extern const tc_config_key tc_config_keys[];
size_t tc_config_key_count(void);

/* The option that a key stands for: of a scan, else of a run that goes on. */
static inline const struct tc_option_row *tc_config_row(const tc_config_key *key)
{
    const struct tc_option_row *row = tc_options_row(TC_COMMAND_SCAN, key->option);
    return row ? row : tc_options_row(TC_COMMAND_WATCH, key->option);
}

/* "section.key", or "key". */
static inline const char *tc_config_key_text(const tc_config_key *key, char out[64])
{
    snprintf(out, 64, "%s%s%s", key->section ? key->section : "", key->section ? "." : "",
             key->name);
    return out;
}

/* -- values (config_value.c) ----------------------------------------------------------------- */

/* A text that is not empty, kept. `what` is the key. */
bool tc_config_text(tc_config_reader *r, const tc_yaml *node, const char *what,
                    tc_slice *ret) TC_MUST_USE;
bool tc_config_time(tc_config_reader *r, const tc_yaml *node, const char *what,
                    tc_time *ret) TC_MUST_USE;
/* A date means its end. */
bool tc_config_end(tc_config_reader *r, const tc_yaml *node, const char *what,
                   tc_time *ret) TC_MUST_USE;
bool tc_config_network(tc_config_reader *r, const tc_yaml *node, const char *what,
                       tc_cidr *ret) TC_MUST_USE;
/* A list of at most TC_CONFIG_ITEMS_MAX; *ret is the node itself. */
bool tc_config_list(tc_config_reader *r, const tc_yaml *node, const char *what) TC_MUST_USE;
/* A map whose keys are all among those known; each that is not is an error. */
bool tc_config_map(tc_config_reader *r, const tc_yaml *node, const char *what,
                   const char *const *known, size_t count) TC_MUST_USE;
/* Room for so many in the configuration's arena; NULL after an error. */
void *tc_config_room(tc_config_reader *r, size_t count, size_t size) TC_MUST_USE;
/* Reads what stands for an option. */
bool tc_config_option(tc_config_reader *r, const tc_config_key *key,
                      const tc_yaml *node) TC_MUST_USE;

/* -- what no option says (config_people.c, config_exceptions.c, config_rules.c) --------------- */

tc_config_own_reader tc_config_read_service, tc_config_read_helpdesk, tc_config_read_vip,
    tc_config_read_foreign, tc_config_read_password_days, tc_config_read_windows,
    tc_config_read_thresholds, tc_config_read_exceptions;

#endif
