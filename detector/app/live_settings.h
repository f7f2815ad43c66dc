/*
 * live_settings: the words that a configuration has of a receiver, as settings.
 */
#ifndef TC_APP_LIVE_SETTINGS_H
#define TC_APP_LIVE_SETTINGS_H

#include "detector/app/config_receiver.h"
#include "parsers/base/status.h"

struct tc_receiver_settings;

/* TC_ESYNTAX: the receiver, the key, and what it may be. Texts are the configuration's. */
TC_STATUS tc_live_settings_of(const char *path, const tc_config_receiver *said,
                              struct tc_receiver_settings *ret, tc_error *reterr);

#endif
