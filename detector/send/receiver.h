/*
 * receiver: who is told, how to reach him, and what he can read.
 *
 * Settings are what a configuration says, every field of its own and most of them absent; a
 * receiver is what they come to: the target taken apart, the profile's values where nothing else
 * was said, secrets read, contradictions refused in words. It owns all that it points to, is not
 * changed afterwards, and may be read by any thread.
 *
 * Targets: udp://HOST[:514], tcp://HOST[:601], tls://HOST[:6514] (each also as syslog+tcp:// and so
 * on), unix:///dev/log, journald:, file:///PATH, http(s)://..., hook:///PATH.
 */
#ifndef TC_SEND_RECEIVER_H
#define TC_SEND_RECEIVER_H

#include "detector/alert.h"
#include "detector/send/profile.h"
#include "detector/send/transport.h"
#include "parsers/base/arena.h"
#include "parsers/base/str.h"

/* NULL, 0 and the first of an enum: not said. Texts are borrowed until tc_receiver_new returns. */
typedef struct tc_receiver_settings {
    const char *name;   /* what it is called in words, counters and the outbox; needed */
    const char *target; /* needed */
    const char *profile;
    tc_form form;
    tc_header header;
    tc_framing framing;
    tc_names names;
    uint32_t size_max;   /* bytes of a message, its header included */
    uint32_t enterprise; /* of the structured data's id: name@enterprise */
    int facility;        /* 1 to 23 */
    uint32_t timeout_ms; /* without any progress */
    const char *whole;   /* where the whole alert is found when one was cut: words or a path */
    const char *ca_file; /* of a private authority; absent: those of the system */
    const char *certificate_file, *key_file;
    const char *tls_name;    /* the name in its certificate; absent: the target's host */
    const char *hmac_secret; /* of a webhook: file:PATH, env:NAME or credential:NAME */
    const char *bearer;      /* of a webhook, the same */
    const char *escalate_to; /* the name of another receiver */
    int64_t escalate_after;  /* 0: TC_ESCALATION_AFTER */
    tc_level min_level;
    bool ungated;     /* is told everything, also what a storm holds from the others; files are */
    bool no_alerts;   /* hears of escalations and of the program itself only */
    bool out_of_band; /* "no" was written: it may stand in a watched domain */
} tc_receiver_settings;

/* What a receiver may not be part of, and what stands in headers. */
typedef struct tc_receiver_site {
    const char *host; /* HOSTNAME */
    const char *version;
    uint32_t process_id;
    const char *const *domains; /* mail domains and tenants that are watched */
    size_t domain_count;
} tc_receiver_site;

typedef struct tc_receiver {
    const char *name, *target;
    const tc_profile *profile;
    const tc_transport *transport;
    const char *host, *path; /* of the target; empty where it has none */
    uint16_t port;
    tc_form form;
    tc_header header;
    tc_framing framing;
    tc_names names;
    uint32_t size_max, enterprise, timeout_ms, process_id;
    int facility;
    const char *whole, *ca_file, *certificate_file, *key_file, *tls_name;
    const char *own_host, *version;
    const char *escalate_to; /* NULL: nobody */
    int64_t escalate_after;  /* 0: the usual time */
    tc_slice hmac_secret, bearer;
    tc_level min_level;
    bool ungated;
    bool no_alerts;
    bool in_watched_domain; /* and allowed to be: the page says so */
    struct tc_hook *hook;   /* of a hook: NULL until it is started */
    tc_arena *owned;        /* what the texts point into */
} tc_receiver;

/* The receiver, or why not, in words that name it, the setting and the way out. */
TC_STATUS tc_receiver_new(const tc_receiver_settings *settings, const tc_receiver_site *site,
                          tc_receiver **ret, tc_error *reterr);
/* Secrets are wiped, a hook's helper ended. */
void tc_receiver_free(tc_receiver *receiver);
/* Of a hook: starts its helper (hook.h), while the program is one thread and may still do anything.
 * Of others it does nothing. */
TC_STATUS tc_receiver_start_hook(tc_receiver *receiver, tc_error *reterr);

/* All of them together: names are not given twice, escalation names another one that is there. */
TC_STATUS tc_receivers_check(const tc_receiver *const *receivers, size_t count, tc_error *reterr);
/* Appends lines of what works and will not do well: CEF to Sentinel in the facility of plain
 * syslog, UDP where alerts are critical, a webhook without TLS or signature. */
void tc_receivers_warnings(const tc_receiver *const *receivers, size_t count, tc_str *out);
/* Appends the receiver's settings in force, a line "key: value" each; secrets as "(set)". */
void tc_receiver_show(const tc_receiver *receiver, tc_str *out);

#endif
