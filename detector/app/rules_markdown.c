/* tocsin rules explain -f markdown: the page docs/alerts.md. */
#include "detector/app/rules_explain.h"

#include "detector/app/rules_page.h"
#include "detector/app/rules_select.h"

#define WIDTH 110

typedef struct writing {
    const tc_run *run;
    tc_str *page;
    tc_str text; /* scratch */
} writing;

/* Prose: what would be mark-up in it is made plain. */
static void add_plain(tc_str *out, tc_slice raw)
{
    for (size_t i = 0; i < raw.len; i++) {
        if (memchr("\\`*_<>[]|#", raw.ptr[i], 10)) tc_str_add_byte(out, '\\');
        tc_str_add_byte(out, raw.ptr[i]);
    }
}

static void put(writing *w, const char *label, tc_slice text)
{
    if (text.len == 0) return;
    tc_str_clear(&w->text);
    if (label) tc_str_addf(&w->text, "*%s* ", label);
    add_plain(&w->text, text);
    tc_rules_page_wrap(w->page, WIDTH, 0, 0, tc_str_view(&w->text));
    tc_str_add_byte(w->page, '\n');
}

static void put_bullet(writing *w)
{
    tc_str_add(w->page, TC_LIT("* "));
    tc_rules_page_wrap(w->page, WIDTH, 2, 2, tc_str_view(&w->text));
}

static void put_list(writing *w, const char *label, const tc_slice *items, size_t count)
{
    if (count == 0) return;
    tc_str_addf(w->page, "*%s*\n\n", label);
    for (size_t i = 0; i < count; i++) {
        tc_str_clear(&w->text);
        add_plain(&w->text, items[i]);
        put_bullet(w);
    }
    tc_str_add_byte(w->page, '\n');
}

/* What stands before the last ": " of a check is a command. */
static size_t length_of_command(tc_slice check)
{
    for (size_t i = check.len; i > 2; i--)
        if (check.ptr[i - 2] == ':' && check.ptr[i - 1] == ' ') return i - 2;
    return 0;
}

static void put_checks(writing *w, const tc_rule *rule)
{
    if (rule->check_count == 0) return;
    tc_str_add(w->page, TC_LIT("*Check*\n\n"));
    for (size_t i = 0; i < rule->check_count; i++) {
        tc_slice check = rule->checks[i];
        size_t command = length_of_command(check);
        tc_str_clear(&w->text);
        if (command) {
            tc_str_add_byte(&w->text, '`');
            tc_str_add(&w->text, tc_slice_sub(check, 0, command));
            tc_str_add_byte(&w->text, '`');
        }
        add_plain(&w->text, tc_slice_sub(check, command, check.len));
        put_bullet(w);
    }
    tc_str_add_byte(w->page, '\n');
}

static void put_facts(writing *w, const tc_rule *rule)
{
    tc_str *t = &w->text;
    tc_str_clear(t);
    tc_str_addf(t, "`%.*s`, %s", (int)tc_rules_page_name(rule).len,
                (const char *)tc_rules_page_name(rule).ptr, tc_level_name(rule->level));
    for (size_t i = 0; i < rule->technique_count; i++)
        tc_str_addf(t, ", %.*s", (int)rule->techniques[i].len,
                    (const char *)rule->techniques[i].ptr);
    tc_rules_page_wrap(w->page, WIDTH, 0, 0, tc_str_view(t));
    tc_str_add_byte(w->page, '\n');
}

static void put_logic(writing *w, const tc_rule *rule)
{
    tc_str words;
    tc_str_init(&words, SIZE_MAX / 2);
    if (rule->correlation) {
        const tc_correlation *c = rule->correlation;
        tc_rules_page_correlation(&words, rule);
        tc_str_add(&words, TC_LIT("; of "));
        for (size_t i = 0; i < c->rule_count; i++) {
            if (i) tc_str_add(&words, TC_LIT(", "));
            tc_str_add(&words, tc_rules_page_name(tc_ruleset_rule(w->run->rules, c->rules[i])));
        }
    } else {
        tc_rules_page_source(&words, rule);
    }
    tc_str_add_byte(&words, '.');
    put(w, rule->correlation ? "Fires on:" : "Looks at:", tc_str_view(&words));
    tc_str_done(&words);
}

static void put_alert(writing *w, const tc_rule *rule)
{
    tc_str_clear(&w->text);
    tc_str_add(&w->text, TC_LIT("### "));
    add_plain(&w->text, rule->title);
    tc_rules_page_wrap(w->page, SIZE_MAX, 0, 0, tc_str_view(&w->text));
    tc_str_add_byte(w->page, '\n');
    put_facts(w, rule);
    put(w, NULL, rule->description);
    put_logic(w, rule);
    put(w, "Its numbers:", rule->numbers);
    put_list(w, "False when", rule->falsepositives, rule->falsepositive_count);
    put_checks(w, rule);
    put_list(w, "Then", rule->next_steps, rule->next_step_count);
}

static void put_part(writing *w, const tc_rule *rule)
{
    tc_str_clear(&w->text);
    tc_str_addf(&w->text, "`%.*s`: ", (int)tc_rules_page_name(rule).len,
                (const char *)tc_rules_page_name(rule).ptr);
    add_plain(&w->text, rule->description.len ? rule->description : rule->title);
    tc_str_add(w->page, TC_LIT("* "));
    tc_rules_page_wrap(w->page, WIDTH, 2, 2, tc_str_view(&w->text));
}

static void put_group(writing *w, tc_slice group)
{
    tc_str_clear(&w->text);
    tc_str_add(&w->text, TC_LIT("## "));
    add_plain(&w->text, group);
    tc_rules_page_wrap(w->page, SIZE_MAX, 0, 0, tc_str_view(&w->text));
    tc_str_add_byte(w->page, '\n');
}

/* Alerts, or the parts of others, of those chosen. */
static void put_all(writing *w, const bool *chosen, bool alerts)
{
    tc_slice group = TC_EMPTY_SLICE;
    for (size_t i = 0; i < tc_ruleset_count(w->run->rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(w->run->rules, i);
        tc_slice own = tc_rules_page_group(rule, w->run->data_folder);
        if (!chosen[i] || rule->reports != alerts || !tc_rules_select_passes(w->run->options, rule))
            continue;
        if (alerts && !tc_slice_equal(group, own)) put_group(w, own);
        group = own;
        if (alerts)
            put_alert(w, rule);
        else
            put_part(w, rule);
    }
}

static const char intro[] =
    "# What each alert means\n\n"
    "Made from the rules by `tocsin rules explain -f markdown`; change the rules, not this page.\n"
    "Commands are cmdlets of the Exchange Management Shell and of the module ActiveDirectory, or\n"
    "programs of Windows; none of them changes anything. `NAME` stands for a mailbox or account,\n"
    "`ADDRESS` for an address, `SERVER` for a server (for events about passwords and logons each\n"
    "domain controller in turn), `TIME` for the time of the alert.\n\n";

void tc_rules_explain_markdown(const tc_run *run, const bool *chosen, tc_str *page)
{
    writing w = {.run = run, .page = page};
    tc_str_init(&w.text, SIZE_MAX / 2);
    tc_str_addf(page, "%s", intro);
    put_all(&w, chosen, true);
    size_t before = page->len;
    put_all(&w, chosen, false);
    if (page->len > before) {
        tc_str parts;
        tc_str_init(&parts, SIZE_MAX / 2);
        tc_str_add(&parts, tc_slice_sub(tc_str_view(page), before, page->len));
        page->len = before;
        tc_str_add(page,
                   TC_LIT("## Parts of others\n\nNot told by themselves; the alerts above are "
                          "made of them.\n\n"));
        tc_str_add(page, tc_str_view(&parts));
        tc_str_done(&parts);
    }
    tc_str_done(&w.text);
}
