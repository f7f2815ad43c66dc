/* tocsin rules explain, as text. */
#include "detector/app/rules_explain.h"

#include "detector/app/rules_page.h"
#include "detector/app/rules_select.h"

#define LABEL 13 /* two blanks, the longest label, two blanks */

typedef struct explaining {
    const tc_run *run;
    tc_str *page;
    tc_str text; /* scratch */
    size_t width;
} explaining;

static void put(explaining *e, const char *label, tc_slice text)
{
    if (text.len == 0) return;
    tc_str_addf(e->page, "  %-*s", LABEL - 2, label);
    tc_rules_page_wrap(e->page, e->width, LABEL, LABEL, text);
}

static void put_list(explaining *e, const char *label, const tc_slice *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tc_str_addf(e->page, "  %-*s%s", LABEL - 2, i ? "" : label, count > 1 ? "- " : "");
        size_t at = LABEL + (count > 1 ? 2 : 0);
        tc_rules_page_wrap(e->page, e->width, at, at, items[i]);
    }
}

static void put_joined(explaining *e, const char *label, const tc_slice *items, size_t count)
{
    tc_str_clear(&e->text);
    for (size_t i = 0; i < count; i++) {
        if (i) tc_str_add(&e->text, TC_LIT(", "));
        tc_str_add(&e->text, items[i]);
    }
    put(e, label, tc_str_view(&e->text));
}

static void put_parts_of(explaining *e, const tc_rule *rule)
{
    tc_str_clear(&e->text);
    for (size_t i = 0; i < tc_ruleset_count(e->run->rules); i++) {
        const tc_rule *other = tc_ruleset_rule(e->run->rules, i);
        for (size_t k = 0; other->correlation && k < other->correlation->rule_count; k++) {
            if (other->correlation->rules[k] != rule->index) continue;
            if (e->text.len) tc_str_add(&e->text, TC_LIT(", "));
            tc_str_add(&e->text, tc_rules_page_name(other));
            break;
        }
    }
    put(e, "part of", tc_str_view(&e->text));
    if (!rule->reports) put(e, "", TC_LIT("(not told by itself)"));
}

/* Lines keep their own indentation: lists stand below what they belong to. */
static void put_selection(explaining *e, const tc_selection *s)
{
    tc_str_add(e->page, TC_LIT("    "));
    tc_str_clear(&e->text);
    tc_str_add(&e->text, s->name);
    tc_str_add_byte(&e->text, ':');
    tc_rules_page_wrap(e->page, e->width, 4, 4, tc_str_view(&e->text));
    for (size_t i = 0; i < s->line_count; i++) {
        tc_slice line = s->lines[i];
        size_t blanks = 0;
        while (blanks < line.len && blanks < 20 && line.ptr[blanks] == ' ')
            blanks++;
        tc_str_addf(e->page, "%*s", (int)(6 + blanks), "");
        tc_rules_page_wrap(e->page, e->width, 6 + blanks, 8 + blanks,
                           tc_slice_sub(line, blanks, line.len));
    }
}

static void put_logic(explaining *e, const tc_rule *rule)
{
    const tc_correlation *c = rule->correlation;
    tc_str_clear(&e->text);
    if (c) tc_rules_page_correlation(&e->text, rule);
    put(e, "fires on", tc_str_view(&e->text));
    for (size_t i = 0; c && i < c->rule_count; i++) {
        const tc_rule *part = tc_ruleset_rule(e->run->rules, c->rules[i]);
        tc_str_clear(&e->text);
        tc_str_add(&e->text, tc_rules_page_name(part));
        tc_str_add(&e->text, TC_LIT(": "));
        tc_str_add(&e->text, part->title);
        put(e, i ? "" : "of", tc_str_view(&e->text));
    }
    put_list(e, "condition", rule->conditions, rule->condition_count);
    for (size_t i = 0; i < rule->selection_count; i++)
        put_selection(e, &rule->selections[i]);
}

static void explain(explaining *e, const tc_rule *rule)
{
    tc_str_clear(&e->text);
    tc_str_add(&e->text, rule->title);
    tc_rules_page_wrap(e->page, e->width, 0, 0, tc_str_view(&e->text));
    put(e, "name", rule->name);
    put(e, "id", rule->id);
    put(e, "level", tc_slice_of(tc_level_name(rule->level)));
    if (rule->message.len && !tc_slice_equal(rule->message, rule->title))
        put(e, "told as", rule->message);
    tc_str_clear(&e->text);
    tc_rules_page_source(&e->text, rule);
    put(e, "looks at", tc_str_view(&e->text));
    tc_str_clear(&e->text);
    tc_rules_page_file(&e->text, rule, e->run->data_folder);
    put(e, "where", tc_str_view(&e->text));
    put(e, "what", rule->description);
    put_logic(e, rule);
    put(e, "numbers", rule->numbers);
    put_parts_of(e, rule);
    put_list(e, "false when", rule->falsepositives, rule->falsepositive_count);
    put_list(e, "check", rule->checks, rule->check_count);
    put_list(e, "do", rule->next_steps, rule->next_step_count);
    put_joined(e, "techniques", rule->techniques, rule->technique_count);
}

void tc_rules_explain_text(const tc_run *run, const bool *chosen, tc_str *page)
{
    explaining e = {.run = run, .page = page, .width = tc_rules_page_width()};
    tc_str_init(&e.text, SIZE_MAX / 2);
    for (size_t i = 0; i < tc_ruleset_count(run->rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(run->rules, i);
        if (!chosen[i] || !tc_rules_select_passes(run->options, rule)) continue;
        if (page->len) tc_str_add_byte(page, '\n');
        explain(&e, rule);
    }
    tc_str_done(&e.text);
}
