/* What is left out of what is found: exceptions, and times of the organisation's own changes. */
#include "detector/settings/config_reader.h"

/* -- exceptions ----------------------------------------------------------------------------- */

typedef bool part_reader(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e);

static bool read_rule(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e)
{
    e->line = node->line;
    e->column = node->column;
    return tc_config_text(r, node, "rule", &e->rule);
}

static bool read_user(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e)
{
    return tc_config_text(r, node, "user", &e->user);
}

static bool read_place(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e)
{
    if (e->has_network)
        return TC_CONFIG_COMPLAIN(r, node, "address and network in one exception: write two");
    e->has_network = true;
    return tc_config_network(r, node, "address or network", &e->network);
}

static bool read_agent(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e)
{
    return tc_config_text(r, node, "agent", &e->agent);
}

static bool read_language(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e)
{
    return tc_config_text(r, node, "language", &e->language);
}

static bool read_reason(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e)
{
    return tc_config_text(r, node, "reason", &e->reason);
}

static bool read_until(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e)
{
    return tc_config_end(r, node, "until", &e->until);
}

static const char *const part_names[] = {"rule",  "user",     "address", "network",
                                         "agent", "language", "reason",  "until"};
static part_reader *const part_readers[] = {read_rule,  read_user,     read_place,  read_place,
                                            read_agent, read_language, read_reason, read_until};

static bool is_whole(tc_config_reader *r, const tc_yaml *node, const tc_config_exception *e)
{
    if (e->reason.len == 0)
        return TC_CONFIG_COMPLAIN(r, node, "an exception without a reason: add 'reason: why'");
    if (e->until == TC_TIME_NONE)
        return TC_CONFIG_COMPLAIN(r, node,
                                  "an exception without an end: add 'until: 2027-01-31' or another "
                                  "date, when somebody has to look at it again");
    if (e->user.len == 0 && e->agent.len == 0 && e->language.len == 0 && !e->has_network)
        return TC_CONFIG_COMPLAIN(r, node,
                                  "an exception for everybody: add user, address, network, agent "
                                  "or language");
    return true;
}

static bool read_exception(tc_config_reader *r, const tc_yaml *node, tc_config_exception *e)
{
    *e = (tc_config_exception){.until = TC_TIME_NONE, .line = node->line, .column = node->column};
    if (!tc_config_map(r, node, "an exception", part_names, TC_COUNT_OF(part_names))) return false;
    bool ok = true;
    for (size_t i = 0; i < TC_COUNT_OF(part_names); i++) {
        const tc_yaml *part = tc_yaml_get(node, tc_slice_of(part_names[i]), NULL);
        if (part != NULL) ok &= part_readers[i](r, part, e);
    }
    return ok && is_whole(r, node, e);
}

bool tc_config_read_exceptions(tc_config_reader *r, const tc_yaml *node)
{
    bool ok = true;
    if (!tc_config_list(r, node, "exceptions")) return false;
    tc_config_exception *all = tc_config_room(r, node->count, sizeof(*all));
    if (all == NULL) return false;
    for (size_t i = 0; i < node->count; i++)
        ok &= read_exception(r, node->items[i], &all[i]);
    r->config->exceptions = all;
    r->config->exception_count = node->count;
    return ok;
}

/* -- change windows ------------------------------------------------------------------------- */

static bool read_what(tc_config_reader *r, const tc_yaml *node, tc_indicator *ret)
{
    static const char *const known[] = {"resets", "language"};
    tc_slice text;
    tc_quoted q, s;
    if (!tc_config_text(r, node, "what", &text)) return false;
    bool named = tc_indicator_parse(text, ret);
    if (named && (*ret == TC_INDICATOR_PASSWORDS || *ret == TC_INDICATOR_LANGUAGE)) return true;
    return TC_CONFIG_COMPLAIN(r, node, "what is resets or language, not %s%s", tc_quote(&q, text),
                              tc_suggest(&s, text, known, TC_COUNT_OF(known)));
}

static bool read_window(tc_config_reader *r, const tc_yaml *node, tc_config_window *w)
{
    static const char *const known[] = {"what", "from", "to", "reason"};
    const tc_yaml *parts[TC_COUNT_OF(known)];
    *w = (tc_config_window){.line = node->line};
    if (!tc_config_map(r, node, "a change window", known, TC_COUNT_OF(known))) return false;
    for (size_t i = 0; i < TC_COUNT_OF(known); i++) {
        parts[i] = tc_yaml_get(node, tc_slice_of(known[i]), NULL);
        if (parts[i] == NULL)
            return TC_CONFIG_COMPLAIN(r, node,
                                      "a change window without '%s': it wants what, from, "
                                      "to and reason",
                                      known[i]);
    }
    bool ok = read_what(r, parts[0], &w->what);
    ok &= tc_config_time(r, parts[1], "from", &w->from);
    ok &= tc_config_end(r, parts[2], "to", &w->until);
    ok &= tc_config_text(r, parts[3], "reason", &w->reason);
    if (ok && w->until <= w->from)
        return TC_CONFIG_COMPLAIN(r, parts[2], "the window ends before it begins");
    return ok;
}

bool tc_config_read_windows(tc_config_reader *r, const tc_yaml *node)
{
    bool ok = true;
    if (!tc_config_list(r, node, "change_windows")) return false;
    tc_config_window *all = tc_config_room(r, node->count, sizeof(*all));
    if (all == NULL) return false;
    for (size_t i = 0; i < node->count; i++)
        ok &= read_window(r, node->items[i], &all[i]);
    r->config->windows = all;
    r->config->window_count = node->count;
    return ok;
}
