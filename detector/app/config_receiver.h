/*
 * config_receiver: a receiver as a configuration words it. What the words mean is known where
 * receivers are made (live_settings.h).
 */
#ifndef TC_APP_CONFIG_RECEIVER_H
#define TC_APP_CONFIG_RECEIVER_H

#include "parsers/base/prelude.h"

struct tc_config;

/* A value, or NULL, for each key; the first is the name, the second the URL, and both are there. */
#define TC_CONFIG_RECEIVER_KEYS 22
typedef struct tc_config_receiver {
    const char *values[TC_CONFIG_RECEIVER_KEYS];
    uint32_t line;
} tc_config_receiver;

extern const char *const tc_config_receiver_keys[TC_CONFIG_RECEIVER_KEYS];

/* Those of the configuration, and where it stands; of none (NULL) there are none. */
const tc_config_receiver *tc_config_receivers(const struct tc_config *config, size_t *ret_count,
                                              const char **ret_path);

#endif
