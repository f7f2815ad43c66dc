#include "detector/settings/config_yaml.h"

#include "parsers/base/utf8.h"

void tc_config_yaml_text(tc_slice text, tc_str *out)
{
    tc_str_add_byte(out, '"');
    while (text.ptr != NULL) {
        size_t quote = tc_slice_find(text, '"');
        tc_escape_text(out, tc_slice_sub(text, 0, quote));
        if (quote == TC_NPOS) break;
        tc_str_add(out, TC_LIT("\\\""));
        text = tc_slice_sub(text, quote + 1, text.len);
    }
    tc_str_add_byte(out, '"');
}

void tc_config_yaml_place(const tc_config *c, uint32_t line, tc_str *out)
{
    tc_str_add(out, TC_LIT("  # "));
    tc_escape_text(out, tc_slice_of(c->path));
    tc_str_addf(out, ":%" PRIu32 "\n", line);
}

static void add_text(const char *before, tc_slice text, tc_str *out)
{
    if (text.len == 0) return;
    tc_str_add(out, tc_slice_of(before));
    tc_config_yaml_text(text, out);
    tc_str_add_byte(out, '\n');
}

static void add_time(const char *before, tc_time time, tc_str *out)
{
    char text[TC_TIME_TEXT];
    tc_str_addf(out, "%s%s\n", before, tc_time_format(time, text));
}

/* -- lists of maps -------------------------------------------------------------------------- */

static bool begin(const char *key, size_t count, bool everything, tc_str *out)
{
    if (count > 0)
        tc_str_addf(out, "%s:\n", key);
    else if (everything)
        tc_str_addf(out, "%s: []  # default\n", key);
    return count > 0;
}

void tc_config_yaml_windows(const tc_config *c, bool everything, tc_str *out)
{
    if (!begin("change_windows", c ? c->window_count : 0, everything, out)) return;
    for (size_t i = 0; i < c->window_count; i++) {
        const tc_config_window *w = &c->windows[i];
        tc_str_addf(out, "  - what: %s", tc_indicator_name(w->what));
        tc_config_yaml_place(c, w->line, out);
        add_time("    from: ", w->from, out);
        add_time("    to: ", w->until, out);
        add_text("    reason: ", w->reason, out);
    }
}

void tc_config_yaml_exceptions(const tc_config *c, tc_time now, bool everything, tc_str *out)
{
    char network[TC_IP_TEXT];
    if (!begin("exceptions", c ? c->exception_count : 0, everything, out)) return;
    for (size_t i = 0; i < c->exception_count; i++) {
        const tc_config_exception *e = &c->exceptions[i];
        tc_str_add(out, TC_LIT("  - reason: "));
        tc_config_yaml_text(e->reason, out);
        tc_config_yaml_place(c, e->line, out);
        add_text("    rule: ", e->rule, out);
        add_text("    user: ", e->user, out);
        if (e->has_network)
            add_text("    network: ", tc_slice_of(tc_cidr_format(e->network, network)), out);
        add_text("    agent: ", e->agent, out);
        add_text("    language: ", e->language, out);
        if (e->until <= now) tc_str_add(out, TC_LIT("    # has ended: not applied any more\n"));
        add_time("    until: ", e->until, out);
    }
}

/* -- thresholds ----------------------------------------------------------------------------- */

static const tc_config_threshold *set_by_site(const tc_config *c, const tc_rule *rule)
{
    for (size_t i = 0; c != NULL && i < c->threshold_count; i++)
        if (tc_slice_equal(c->thresholds[i].rule, rule->name) ||
            tc_slice_equal(c->thresholds[i].rule, rule->id))
            return &c->thresholds[i];
    return NULL;
}

static void add_span(int64_t ns, tc_str *out)
{
    static const struct {
        int64_t length;
        char letter;
    } units[] = {
        {7 * TC_DAY, 'w'}, {TC_DAY, 'd'}, {TC_HOUR, 'h'}, {TC_MINUTE, 'm'}, {TC_SECOND, 's'}};
    for (size_t i = 0; i < TC_COUNT_OF(units); i++) {
        if (ns % units[i].length != 0) continue;
        tc_str_addf(out, "    timespan: %" PRId64 "%c", ns / units[i].length, units[i].letter);
        return;
    }
}

static void add_place(const tc_config *c, const tc_config_threshold *t, bool set, tc_str *out)
{
    if (set)
        tc_config_yaml_place(c, t->line, out);
    else
        tc_str_add(out, TC_LIT("  # the rule's own\n"));
}

static void add_rule(const tc_config *c, const tc_rule *rule, const tc_config_threshold *t,
                     tc_str *out)
{
    double least;
    tc_str_add(out, TC_LIT("  "));
    tc_config_yaml_text(rule->name.len ? rule->name : rule->id, out);
    tc_str_add(out, TC_LIT(":\n"));
    if (tc_rule_threshold(rule, &least)) {
        tc_str_addf(out, "    threshold: %.9g", least);
        add_place(c, t, t != NULL && t->to.has_threshold, out);
    }
    add_span(rule->correlation->timespan_ns, out);
    add_place(c, t, t != NULL && t->to.timespan_ns != 0, out);
}

void tc_config_yaml_thresholds(const tc_config *c, const tc_ruleset *rules, bool everything,
                               tc_str *out)
{
    bool any = false;
    for (size_t i = 0; i < tc_ruleset_count(rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(rules, i);
        const tc_config_threshold *t = set_by_site(c, rule);
        bool named = rule->name.len || rule->id.len;
        if (rule->correlation == NULL || !named || (t == NULL && !everything)) continue;
        if (!any) tc_str_add(out, TC_LIT("thresholds:\n"));
        any = true;
        add_rule(c, rule, t, out);
    }
    if (!any && everything) tc_str_add(out, TC_LIT("thresholds: {}  # default\n"));
}
