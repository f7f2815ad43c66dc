/*
 * config_yaml: parts of a configuration written as YAML. Internal to config*.c.
 *
 * Texts are quoted and escaped so that they read back as they were and act on no terminal. Each
 * writer ends its last line. `everything`: also when there is nothing to say.
 */
#ifndef TC_SETTINGS_CONFIG_YAML_H
#define TC_SETTINGS_CONFIG_YAML_H

#include "detector/settings/config.h"

void tc_config_yaml_text(tc_slice text, tc_str *out);
/* "  # FILE:LINE" and the line's end. */
void tc_config_yaml_place(const tc_config *config, uint32_t line, tc_str *out);
void tc_config_yaml_windows(const tc_config *config, bool everything, tc_str *out);
void tc_config_yaml_exceptions(const tc_config *config, tc_time now, bool everything, tc_str *out);
/* `everything`: of every rule that has one. */
void tc_config_yaml_thresholds(const tc_config *config, const tc_ruleset *rules, bool everything,
                               tc_str *out);
#endif
