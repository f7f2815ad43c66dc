/*
 * kept_settings: the command line of the run that keeps a state, and the folder that it was given
 * in.
 *
 * Kept with the state, so that somebody who asks what the same journal would tell under other
 * settings begins with those that the run has; its configuration is read as it is now. Texts of the
 * state are hostile.
 */
#ifndef TC_LIVE_KEPT_SETTINGS_H
#define TC_LIVE_KEPT_SETTINGS_H

#include "detector/settings/options_reading.h"
#include "detector/store/store.h"
#include "parsers/base/arena.h"

#define TC_SETTINGS_KEY "settings"

/* A command line that is too long is not kept. */
TC_STATUS tc_kept_settings_put(tc_store *store, const tc_options *options, tc_error *reterr);

typedef struct tc_kept_settings {
    tc_arena *arena;
    tc_options options;
    tc_config *config;
} tc_kept_settings;

/* Reads the value as a run would; goes into its folder for that, if names in it begin there.
 * tc_kept_settings_done also after a failure. */
TC_STATUS tc_kept_settings_read(tc_slice value, tc_time now, tc_kept_settings *ret,
                                tc_error *reterr);
void tc_kept_settings_done(tc_kept_settings *settings);

#endif
