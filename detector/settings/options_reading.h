/*
 * options_reading: the settings of a command: what the configuration says, and over it the command
 * line; and once more, when they may have changed.
 */
#ifndef TC_SETTINGS_OPTIONS_READING_H
#define TC_SETTINGS_OPTIONS_READING_H

#include "detector/settings/config.h"
#include "detector/settings/options.h"

/* *config is what the options point into, besides argv; NULL without a configuration. Both are the
 * caller's to end, also after a failure. */
TC_STATUS tc_options_read_all(tc_options *options, tc_config **config, tc_command command, int argc,
                              char **argv, tc_time now, tc_error *reterr);
/* The same command line and its configuration, as it is now. */
TC_STATUS tc_options_read_again(const tc_options *before, tc_options *options, tc_config **config,
                                tc_time now, tc_error *reterr);

#endif
