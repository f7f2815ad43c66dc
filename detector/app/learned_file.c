#include "detector/app/learned_file.h"

#include "detector/settings/config_yaml.h"

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void add_head(const tc_learned *l, tc_str *out)
{
    char first[TC_TIME_TEXT], last[TC_TIME_TEXT];
    tc_str_addf(out,
                "# Learned from the logs of %s to %s UTC.\n"
                "# Correct it, take the '#' away where something is true, and scan with\n"
                "# --config and the name of this file.\n",
                tc_time_format_human(l->first, first), tc_time_format_human(l->last, last));
}

/* -- languages ------------------------------------------------------------------------------ */

static void add_language(const tc_learned *l, const tc_learned_language *one, const char *before,
                         tc_str *out)
{
    double share = l->speakers ? 100.0 * one->mailboxes / (double)l->speakers : 0;
    tc_str_addf(out, "%s", before);
    tc_config_yaml_text(tc_slice_of(one->tag), out);
    tc_str_addf(out, "  # %" PRIu32 " mailbox%s, %.1f %%\n", one->mailboxes,
                one->mailboxes == 1 ? "" : "es", share);
}

static void add_languages(const tc_learned *l, tc_str *out)
{
    size_t own = 0;
    while (own < l->language_count && l->languages[own].own)
        own++;
    tc_str_addf(out,
                "\n# Languages of the organisation, of %" PRIu64
                " mailbox%s whose language is known: never foreign.\n",
                l->speakers, l->speakers == 1 ? "" : "es");
    tc_str_add(out, own ? TC_LIT("languages:\n") : TC_LIT("languages: []\n"));
    for (size_t i = 0; i < own; i++)
        add_language(l, &l->languages[i], "  - ", out);
    if (own == l->language_count) return;
    tc_str_add(out, TC_LIT("# Foreign so far, for few use them; one that is yours belongs above\n"
                           "# (or --language TAG):\n"));
    for (size_t i = own; i < l->language_count; i++)
        add_language(l, &l->languages[i], "#   - ", out);
}

/* -- hints ---------------------------------------------------------------------------------- */

static void add_doors(const tc_learned *l, tc_str *out)
{
    char ip[TC_IP_TEXT];
    if (l->door_count == 0) return;
    tc_str_add(out, TC_LIT("\n# Addresses that many come through as a matter of course. Own VPN or "
                           "proxy?\n# networks:\n#   exits:\n"));
    for (size_t i = 0; i < l->door_count; i++) {
        const tc_door *door = l->doors[i];
        bool more = door->people_count == TC_DOOR_PEOPLE;
        tc_str_addf(out,
                    "#     - \"%s\"  # %" PRIu32 "%s people, %" PRIu64 " session%s, %" PRIu32
                    " day%s\n",
                    tc_ip_format(door->ip, ip), door->people_count, more ? " or more" : "",
                    door->sessions, plural(door->sessions), door->days, plural(door->days));
    }
}

static void add_resetters(const tc_learned *l, bool connectors, const char *key, tc_str *out)
{
    bool any = false;
    for (size_t i = 0; i < l->resetter_count; i++) {
        const tc_resetter *one = l->resetters[i];
        if (one->connector != connectors) continue;
        if (!any) tc_str_addf(out, "#   %s:\n", key);
        any = true;
        tc_str_add(out, TC_LIT("#     - "));
        tc_config_yaml_text(tc_slice_of(one->name), out);
        tc_str_addf(out,
                    "  # %" PRIu32 " reset%s on %" PRIu32 " days, %" PRIu32 " on the busiest\n",
                    one->resets, plural(one->resets), one->days, one->most);
    }
}

static void add_accounts(const tc_learned *l, bool redact, tc_str *out)
{
    if (l->resetter_count == 0) return;
    tc_str_addf(out, "\n# Accounts that set passwords of others, on several days. Help desk?%s\n",
                redact ? " (names left out)" : "");
    if (redact) return;
    tc_str_add(out, TC_LIT("# accounts:\n"));
    add_resetters(l, false, "helpdesk", out);
    add_resetters(l, true, "service", out);
}

static void add_passwords(const tc_learned *l, tc_str *out)
{
    if (l->password_days == 0) return;
    tc_str_addf(out,
                "\n# Passwords are changed at about this age.\npasswords:\n"
                "  expire_days: %" PRIu32 "  # %" PRIu32 " change%s\n",
                l->password_days, l->password_changes, plural(l->password_changes));
}

static void add_places(const tc_learned *l, tc_str *out)
{
    if (l->place_count == 0) return;
    tc_str_add(out, TC_LIT("\n# Countries that mailboxes are used from, as they learn themselves; "
                           "nothing to set.\n"));
    for (size_t i = 0; i < l->place_count; i++)
        tc_str_addf(out, "#   %s: %" PRIu32 " mailbox%s\n", l->places[i].country,
                    l->places[i].mailboxes, l->places[i].mailboxes == 1 ? "" : "es");
}

void tc_learned_write(const tc_learned *l, bool redact, tc_str *out)
{
    add_head(l, out);
    add_languages(l, out);
    add_passwords(l, out);
    add_doors(l, out);
    add_accounts(l, redact, out);
    add_places(l, out);
}
