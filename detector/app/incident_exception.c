/*
 * The narrowest exception that would have left an incident out, for the configuration.
 *
 * Made of what is kept of an incident. Where that has been cut nothing is called common to all: an
 * exception that is too narrow costs an alert, one that is too wide an intrusion.
 */
#include "detector/app/incident_kept.h"
#include "detector/settings/config_yaml.h"
#include "parsers/base/utf8.h"

#define LASTS (90 * TC_DAY)
#define RULES_MAX 8

typedef struct narrow {
    const tc_incident_page *page;
    tc_slice user, agent; /* empty: none is common to all */
    tc_cidr network;
    bool has_network, one_address;
} narrow;

/* -- what is common ------------------------------------------------------------------------- */

static bool same_agent(const tc_incident_page *p)
{
    for (size_t i = 0; i < p->source_count; i++)
        if (!tc_slice_equal(p->sources[i].agent, p->sources[0].agent)) return false;
    return p->source_count > 0 && p->sources[0].agent.len > 0;
}

static bool within(const tc_incident_page *p, tc_cidr network)
{
    for (size_t i = 0; i < p->source_count; i++)
        if (!tc_cidr_contains(network, p->sources[i].ip)) return false;
    return p->source_count > 0;
}

static narrow narrow_of(const tc_incident_page *p)
{
    char text[TC_IP_TEXT];
    bool beside;
    narrow n = {.page = p};
    if (p->cut) return n;
    if (p->mailbox_count == 1) n.user = p->mailboxes[0];
    /* What stands in a list may have been cut: then it is not the whole name. */
    if (same_agent(p) && p->sources[0].agent.len < 128) n.agent = p->sources[0].agent;
    if (p->source_count == 0) return n;
    n.network = tc_ip_site(p->sources[0].ip);
    n.has_network = within(p, n.network);
    tc_cidr one;
    (void)tc_ip_format(p->sources[0].ip, text);
    n.one_address = tc_cidr_parse(tc_slice_of(text), &one, &beside) && within(p, one);
    if (n.one_address) n.network = one;
    return n;
}

/* -- what it hides -------------------------------------------------------------------------- */

static bool has_rule(const tc_incident_page *p, tc_slice rule)
{
    for (size_t i = 0; i < p->rule_count; i++)
        if (tc_slice_equal(p->rules[i], rule)) return true;
    return false;
}

static bool fits_people(const narrow *n, const tc_incident_page *p)
{
    for (size_t i = 0; n->user.len && i < p->mailbox_count; i++)
        if (!tc_slice_equal_ascii(p->mailboxes[i], n->user)) return false;
    return n->user.len == 0 || p->mailbox_count > 0;
}

static bool fits_sources(const narrow *n, const tc_incident_page *p)
{
    if (n->has_network && !within(p, n->network)) return false;
    for (size_t i = 0; n->agent.len && i < p->source_count; i++)
        if (!tc_slice_equal_ascii(p->sources[i].agent, n->agent)) return false;
    return n->agent.len == 0 || p->source_count > 0;
}

static bool hides(const narrow *n, const tc_kept_incident *other)
{
    const tc_incident_page *p = &other->page;
    if (!other->paged || p->cut) return false;
    for (size_t i = 0; i < p->rule_count; i++)
        if (!has_rule(n->page, p->rules[i])) return false;
    return p->rule_count > 0 && fits_people(n, p) && fits_sources(n, p);
}

bool tc_incident_would_hide(const tc_kept_incident *by, const tc_kept_incident *other)
{
    narrow n = narrow_of(&by->page);
    return hides(&n, other);
}

/* -- the exception -------------------------------------------------------------------------- */

static void add_key(tc_str *out, const char *key, tc_slice text)
{
    if (text.len == 0) return;
    tc_str_addf(out, "    %s: ", key);
    tc_config_yaml_text(text, out);
    tc_str_add_byte(out, '\n');
}

static void add_rule(const narrow *n, tc_slice rule, const char *reason, tc_time now, tc_str *out)
{
    char network[TC_IP_TEXT], until[TC_TIME_TEXT];
    tc_str_addf(out, "  - rule: ");
    tc_config_yaml_text(rule, out);
    tc_str_add_byte(out, '\n');
    add_key(out, "user", n->user);
    if (n->one_address)
        add_key(out, "address", tc_slice_of(tc_ip_format(n->page->sources[0].ip, network)));
    else if (n->has_network)
        add_key(out, "network", tc_slice_of(tc_cidr_format(n->network, network)));
    add_key(out, "agent", n->agent);
    add_key(out, "reason", tc_slice_of(reason));
    tc_str_addf(out, "    until: %.10s\n", tc_time_format(tc_time_add(now, LASTS), until));
}

bool tc_incident_exception(const tc_kept_incident *i, const char *reason, tc_time now, tc_str *out)
{
    char usual[80];
    narrow n = narrow_of(&i->page);
    bool some = n.user.len || n.agent.len || n.has_network;
    snprintf(usual, sizeof(usual), "incident %.8s was none", i->row.id);
    if (!i->paged || !some || i->page.rule_count == 0 || i->page.rule_count > RULES_MAX) {
        tc_str_addf(out, "No exception is proposed: %s.\n",
                    i->paged ? "its mailboxes, addresses and clients have nothing in common that "
                               "would keep it narrow"
                             : "no page of it is kept");
        return false;
    }
    tc_str_addf(out, "exceptions:\n");
    for (size_t r = 0; r < i->page.rule_count; r++)
        add_rule(&n, i->page.rules[r], reason ? reason : usual, now, out);
    return true;
}
