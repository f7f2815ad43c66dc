/* Several receivers together, and what a person is shown of one. */
#include "detector/send/receiver.h"

#define FACILITY_AUTH 4
#define FACILITY_AUTHPRIV 10

static const tc_receiver *find(const tc_receiver *const *receivers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(receivers[i]->name, name) == 0) return receivers[i];
    return NULL;
}

TC_STATUS tc_receivers_check(const tc_receiver *const *receivers, size_t count, tc_error *reterr)
{
    for (size_t i = 0; i < count; i++) {
        const tc_receiver *r = receivers[i];
        if (find(receivers, i, r->name) != NULL)
            return tc_fail(reterr, TC_ESYNTAX, "two receivers are called '%s'", r->name);
        if (r->escalate_to == NULL && r->escalate_after != 0)
            return tc_fail(reterr, TC_ESYNTAX,
                           "receiver '%s': escalate-after without escalate-to: to whom?", r->name);
        if (r->escalate_to == NULL) continue;
        if (strcmp(r->escalate_to, r->name) == 0)
            return tc_fail(reterr, TC_ESYNTAX, "receiver '%s' escalates to itself", r->name);
        if (find(receivers, count, r->escalate_to) == NULL)
            return tc_fail(reterr, TC_ESYNTAX,
                           "receiver '%s' escalates to '%s', which is no receiver", r->name,
                           r->escalate_to);
    }
    return TC_SUCCESS;
}

/* -- what will not do well ------------------------------------------------------------------- */

static bool is_plain_syslog(const tc_receiver *r)
{
    return (r->form == TC_FORM_SYSLOG || r->form == TC_FORM_LOCAL) &&
           r->transport != &tc_transport_file;
}

static void warn_facility(const tc_receiver *r, const tc_receiver *const *all, size_t count,
                          tc_str *out)
{
    bool shared = r->facility == FACILITY_AUTH || r->facility == FACILITY_AUTHPRIV;
    if (r->form != TC_FORM_CEF || strcmp(r->profile->name, "sentinel") != 0) return;
    for (size_t i = 0; i < count; i++)
        shared = shared || (is_plain_syslog(all[i]) && all[i]->facility == r->facility);
    if (shared)
        tc_str_addf(out,
                    "receiver '%s': CEF in facility %d, which plain syslog uses too: a collection "
                    "rule for each would store every alert twice (facility: 20)\n",
                    r->name, r->facility);
}

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "::1") == 0;
}

static void warn_way(const tc_receiver *r, tc_str *out)
{
    bool is_readable = r->transport == &tc_transport_tcp || r->transport == &tc_transport_udp ||
                       strncmp(r->target, "http:", 5) == 0;
    if (r->transport == &tc_transport_udp)
        tc_str_addf(out, "receiver '%s': what UDP loses is lost, and nobody is told (tls://)\n",
                    r->name);
    if (is_readable && r->host[0] && !is_loopback(r->host))
        tc_str_addf(out, "receiver '%s': names of people travel readable to %s (tls, https)\n",
                    r->name, r->host);
    if (r->transport == &tc_transport_webhook && r->hmac_secret.len == 0)
        tc_str_addf(out, "receiver '%s': whoever knows the address can send it alerts (hmac)\n",
                    r->name);
    if (r->in_watched_domain)
        tc_str_addf(out,
                    "receiver '%s': %s stands in a watched domain: an intruder may read along\n",
                    r->name, r->host);
}

void tc_receivers_warnings(const tc_receiver *const *receivers, size_t count, tc_str *out)
{
    for (size_t i = 0; i < count; i++) {
        warn_facility(receivers[i], receivers, count, out);
        warn_way(receivers[i], out);
    }
}

/* -- settings in force ----------------------------------------------------------------------- */

static void show_text(tc_str *out, const char *key, const char *value)
{
    if (value != NULL && value[0] != 0) tc_str_addf(out, "%s: %s\n", key, value);
}

void tc_receiver_show(const tc_receiver *r, tc_str *out)
{
    show_text(out, "name", r->name);
    show_text(out, "target", r->target);
    show_text(out, "profile", r->profile->name);
    show_text(out, "form", tc_form_name(r->form));
    show_text(out, "header", tc_header_name(r->header));
    show_text(out, "framing", tc_framing_name(r->framing));
    show_text(out, "names", tc_names_name(r->names));
    tc_str_addf(out, "size: %" PRIu32 "\nenterprise: %" PRIu32 "\nfacility: %d\n", r->size_max,
                r->enterprise, r->facility);
    tc_str_addf(out, "timeout: %" PRIu32 "ms\nmin_level: %s\n", r->timeout_ms,
                tc_level_name(r->min_level));
    show_text(out, "whole", r->whole);
    show_text(out, "ca", r->ca_file);
    show_text(out, "certificate", r->certificate_file);
    show_text(out, "key", r->key_file);
    show_text(out, "hmac", r->hmac_secret.len ? "(set)" : NULL);
    show_text(out, "bearer", r->bearer.len ? "(set)" : NULL);
    show_text(out, "escalate_to", r->escalate_to);
    if (r->escalate_after)
        tc_str_addf(out, "escalate_after: %" PRId64 "s\n", r->escalate_after / TC_SECOND);
    if (r->no_alerts) show_text(out, "alerts", "no");
    if (r->in_watched_domain) show_text(out, "out_of_band", "no");
    if (r->ungated) show_text(out, "gate", "no");
}
