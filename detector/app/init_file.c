#include "detector/app/init_file.h"

#include "detector/app/learned_file.h"
#include "detector/settings/config_yaml.h"
#include "parsers/base/utf8.h"

/* -- domains -------------------------------------------------------------------------------- */

#define COUNTED_MAX 4096
#define DOMAIN_MAX 253

typedef struct counting {
    tc_identity *identity;
    tc_arena *arena;
    tc_init_domain *all;
    size_t count;
} counting;

static void count_name(void *context, tc_slice name, tc_entity entity)
{
    counting *c = context;
    size_t at = tc_slice_rfind(name, '@');
    if (at == TC_NPOS || tc_identity_rank(c->identity, entity) < TC_RANK_KNOWN) return;
    tc_slice domain = tc_slice_sub(name, at + 1, name.len);
    if (domain.len == 0 || domain.len > DOMAIN_MAX || tc_slice_find(domain, '.') == TC_NPOS) return;
    for (size_t i = 0; i < c->count; i++) {
        if (!tc_slice_equal_ascii(c->all[i].name, domain)) continue;
        c->all[i].addresses++;
        return;
    }
    if (c->count == COUNTED_MAX) return;
    tc_init_domain *new_one = &c->all[c->count];
    if (tc_arena_copy(c->arena, domain, &new_one->name)) c->all[c->count++].addresses = 1;
}

static int by_addresses(const void *left, const void *right)
{
    const tc_init_domain *a = left, *b = right;
    if (a->addresses != b->addresses) return a->addresses > b->addresses ? -1 : 1;
    return tc_slice_compare(a->name, b->name);
}

void tc_init_domains(tc_ordered *ordered, tc_arena *arena, tc_init_facts *facts)
{
    counting c = {.identity = tc_ordered_identity(ordered), .arena = arena};
    c.all = tc_arena_get(arena, COUNTED_MAX, sizeof(*c.all));
    if (c.all == NULL) return;
    tc_identity_each(c.identity, &c, count_name);
    qsort(c.all, c.count, sizeof(*c.all), by_addresses);
    facts->domain_count = TC_MIN(c.count, (size_t)TC_INIT_DOMAINS);
    memcpy(facts->domains, c.all, facts->domain_count * sizeof(*c.all));
}

/* -- what is there -------------------------------------------------------------------------- */

static void add_comment(tc_str *out, const char *before, tc_slice text)
{
    tc_str_addf(out, "%s", before);
    tc_escape_text(out, text);
    tc_str_add_byte(out, '\n');
}

static void add_head(const tc_init_facts *f, tc_str *out)
{
    tc_str_addf(out, "# The first configuration for the logs below ");
    tc_escape_text(out, tc_slice_of(f->folder));
    tc_str_addf(out, ", as they are now.\n"
                     "# Read it, correct it, and take the '#' away where something is true. Then:\n"
                     "#   tocsin config check THIS-FILE\n"
                     "#   tocsin watch --config THIS-FILE --state /var/lib/tocsin ");
    tc_escape_text(out, tc_slice_of(f->folder));
    tc_str_addf(out, "\n\n");
}

static void add_logs(const tc_summary *s, tc_str *out)
{
    char first[TC_TIME_TEXT], last[TC_TIME_TEXT];
    bool nameless = false;
    tc_str_addf(out, "# LOGS: server, format, files, from when to when\n");
    for (size_t i = 0; i < s->inventory_count; i++) {
        const tc_inventory_row *row = &s->inventory[i];
        tc_str_addf(out, "#   ");
        tc_escape_text(out, row->host.len ? row->host : TC_LIT("(not known)"));
        nameless |= row->host.len == 0;
        tc_str_addf(out, ", %s, %" PRIu64 ", %.16s to %.16s\n", row->format, row->files,
                    tc_time_format_human(row->first, first), tc_time_format_human(row->last, last));
    }
    tc_str_addf(out,
                "# Files in local time, and not in UTC as IIS and Exchange write them%s:\n"
                "# logs:\n#   zones:\n#     - '*/ex01/*=Europe/Brussels'\n",
                nameless ? "; servers that\n# no log names" : "");
    if (nameless) tc_str_addf(out, "#   hosts:\n#     - '*/ex01/*=EX01'\n");
    tc_str_add_byte(out, '\n');
}

static void add_gaps(const tc_summary *s, tc_str *out)
{
    bool any = s->missing_count > 0 || s->problem_count > 0;
    for (size_t i = 0; i < s->coverage_count; i++)
        any |= s->coverage[i].state != TC_WATCHED;
    if (!any) return;
    tc_str_addf(out, "# MISSING, and how to get it\n");
    for (size_t i = 0; i < s->missing_count; i++)
        add_comment(out, "#   no ", s->missing[i]);
    for (size_t i = 0; i < s->coverage_count; i++) {
        const tc_coverage_row *row = &s->coverage[i];
        if (row->state == TC_WATCHED) continue;
        tc_str_addf(out, "#   %s (%s): ", row->indicator, tc_watch_state_name(row->state));
        tc_escape_text(out, row->why);
        tc_str_add_byte(out, '\n');
        if (row->fix.len) add_comment(out, "#     to mend it: ", row->fix);
    }
    for (size_t i = 0; i < s->problem_count; i++) {
        tc_str_addf(out, "#   not read: ");
        tc_escape_text(out, s->problems[i].file);
        add_comment(out, ": ", s->problems[i].text);
    }
    tc_str_add_byte(out, '\n');
}

/* -- what it says --------------------------------------------------------------------------- */

/* One that has a tenth of the addresses of the first is no stranger's. */
static void add_domains(const tc_init_facts *f, tc_str *out)
{
    tc_str_addf(out, "# Own mail domains, by the mailboxes that servers name.\n");
    if (f->domain_count == 0) {
        tc_str_addf(out, "# No address of a mailbox was seen.\n# domains: [example.org]\n\n");
        return;
    }
    tc_str_addf(out, "domains:\n");
    for (size_t i = 0; i < f->domain_count; i++) {
        const tc_init_domain *d = &f->domains[i];
        bool own = d->addresses * 10 >= f->domains[0].addresses;
        tc_str_addf(out, "%s  - ", own ? "" : "#");
        tc_config_yaml_text(d->name, out);
        tc_str_addf(out, "  # %zu address%s\n", d->addresses, d->addresses == 1 ? "" : "es");
    }
    tc_str_add_byte(out, '\n');
}

static void add_networks(const tc_derive_coverage *seen, tc_str *out)
{
    char ip[TC_IP_TEXT];
    tc_str_addf(out, "# Networks: inside; balancers whose X-Forwarded-For is believed.\n");
    if (seen->nat_blind)
        tc_str_addf(out,
                    "# %.0f %% of the sessions come from the addresses below: a balancer hides the "
                    "clients.\n# X-Forwarded-For is %s.\n",
                    100 * seen->nat_share,
                    seen->forwarded_ignored ? "logged, and believed once it is named"
                                            : "not logged: add it to the columns of IIS");
    tc_str_addf(out, "# networks:\n#   internal: [\"10.0.0.0/8\"]\n#   proxies: [");
    for (size_t i = 0; i < seen->nat_address_count; i++)
        tc_str_addf(out, "%s\"%s\"", i ? ", " : "", tc_ip_format(seen->nat_address[i], ip));
    tc_str_addf(out, "]\n\n");
}

static void add_receivers(tc_str *out)
{
    tc_str_addf(out,
                "# Whom tocsin watch tells (docs/output.md). No mailbox of this organisation: who "
                "reads\n# its mail reads the warning, too.\n"
                "# receivers:\n"
                "#   - tls://siem.example.net name=siem profile=generic escalate-to=oncall\n"
                "#   - hook:///usr/local/bin/page-me name=oncall alerts=no\n\n");
}

void tc_init_write(const tc_init_facts *f, tc_str *out)
{
    add_head(f, out);
    add_logs(f->summary, out);
    add_gaps(f->summary, out);
    add_domains(f, out);
    add_networks(f->seen, out);
    add_receivers(out);
    tc_learned_write(f->learned, false, out);
}
