/*
 * settings: a receiver as one line of text, as an option or a configuration gives it.
 *
 *     tls://siem.lan:6514 profile=sentinel ca=/etc/tocsin/ca.pem size=4000
 *
 * The target, then words KEY=VALUE apart by blanks; each key once. Keys: name, profile, form,
 * header, framing, names, size (bytes), enterprise, facility, timeout (20s), whole, ca,
 * certificate, key, tls-name, hmac, bearer, escalate-to, min-level, gate (no), out-of-band (no).
 * What they mean stands in receiver.h. Without a name the target is made one. Secrets are named,
 * never written out.
 */
#ifndef TC_SEND_SETTINGS_H
#define TC_SEND_SETTINGS_H

#include "detector/send/receiver.h"

#define TC_SETTINGS_TEXT 8192

/* The settings point into the room: not to be copied. */
typedef struct tc_settings_text {
    char room[TC_SETTINGS_TEXT];
    char name[65];
    bool has_level;
    tc_receiver_settings settings;
} tc_settings_text;

/* TC_ESYNTAX: what is wrong, with the word that is. */
TC_STATUS tc_settings_read(const char *text, tc_settings_text *ret, tc_error *reterr);

#endif
