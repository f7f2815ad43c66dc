#include "detector/app/rules_list.h"

#include "detector/app/rules_page.h"
#include "detector/app/rules_select.h"
#include "parsers/base/utf8.h"

#define LEVEL_WIDTH 12 /* the longest word between blanks; "info" stands for informational */

static const char *short_level(tc_level level)
{
    return level == TC_LEVEL_INFORMATIONAL ? "info" : tc_level_name(level);
}

static void add_padded(tc_str *page, tc_slice text, size_t width)
{
    tc_str_add(page, text);
    for (size_t n = tc_utf8_width(text); n < width; n++)
        tc_str_add_byte(page, ' ');
}

/* Whole words up to the width, then "...". */
static void add_shortened(tc_str *page, tc_slice raw, size_t width)
{
    tc_str text;
    tc_str_init(&text, SIZE_MAX / 2);
    tc_escape_text(&text, raw);
    tc_slice all = tc_str_view(&text);
    size_t end = 0, whole = 0;
    bool fits = tc_utf8_width(all) <= width;
    while (!fits && end < all.len) {
        size_t length;
        (void)tc_utf8_next(tc_slice_sub(all, end, all.len), &length);
        if (tc_utf8_width(tc_slice_sub(all, 0, end + length)) > width - 3) break;
        if (all.ptr[end] == ' ') whole = end;
        end += length;
    }
    tc_str_add(page, fits ? all : tc_slice_sub(all, 0, whole ? whole : end));
    if (!fits) tc_str_add(page, TC_LIT("..."));
    tc_str_done(&text);
}

/* The name as shown; a star where it is only a part of others. */
static tc_slice shown_name(tc_str *text, const tc_rule *rule)
{
    tc_str_clear(text);
    tc_escape_text(text, rule->name.len ? rule->name : rule->id);
    if (text->len == 0) tc_str_add_byte(text, '-');
    if (!rule->reports) tc_str_add_byte(text, '*');
    return tc_str_view(text);
}

typedef struct listing {
    const tc_run *run;
    tc_str *page;
    tc_str name;
    size_t width, name_width;
} listing;

static void find_name_width(listing *l)
{
    size_t most = (l->width - LEVEL_WIDTH) * 2 / 5;
    for (size_t i = 0; i < tc_ruleset_count(l->run->rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(l->run->rules, i);
        if (!tc_rules_select_passes(l->run->options, rule)) continue;
        size_t width = tc_utf8_width(shown_name(&l->name, rule));
        if (width <= most) l->name_width = TC_MAX(l->name_width, width);
    }
}

static void list_rule(listing *l, const tc_rule *rule)
{
    size_t at = LEVEL_WIDTH + l->name_width + 2;
    tc_slice name = shown_name(&l->name, rule);
    tc_str_addf(l->page, "  %-8s  ", short_level(rule->level));
    if (tc_utf8_width(name) > l->name_width) {
        tc_rules_page_wrap(l->page, l->width, LEVEL_WIDTH, LEVEL_WIDTH, name);
        add_padded(l->page, TC_EMPTY_SLICE, at);
    } else {
        add_padded(l->page, name, l->name_width + 2);
    }
    add_shortened(l->page, rule->title, l->width - at);
    tc_str_add_byte(l->page, '\n');
}

static size_t count_group(const listing *l, tc_slice group, size_t from)
{
    size_t n = 0;
    for (size_t i = from; i < tc_ruleset_count(l->run->rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(l->run->rules, i);
        if (!tc_slice_equal(tc_rules_page_group(rule, l->run->data_folder), group)) break;
        n += tc_rules_select_passes(l->run->options, rule);
    }
    return n;
}

static void begin_group(listing *l, tc_slice group, size_t count)
{
    tc_str head;
    tc_str_init(&head, SIZE_MAX / 2);
    tc_str_add(&head, group);
    tc_str_addf(&head, " (%zu)", count);
    if (l->page->len) tc_str_add_byte(l->page, '\n');
    tc_rules_page_wrap(l->page, l->width, 0, 0, tc_str_view(&head));
    tc_str_done(&head);
}

/* The files that the run's own rules stand in, one after the other. */
static size_t count_files(const tc_run *run)
{
    size_t n = 0;
    for (size_t i = run->shipped_rules; i < tc_ruleset_count(run->rules); i++)
        n += i == run->shipped_rules || !tc_slice_equal(tc_ruleset_rule(run->rules, i)->file,
                                                        tc_ruleset_rule(run->rules, i - 1)->file);
    return n;
}

static void add_own(const tc_run *run, size_t own, tc_str *text)
{
    const tc_path_list *paths = &run->options->rules;
    size_t files = count_files(run);
    if (own == 0) return;
    tc_str_addf(text, "%zu from ", own);
    if (files != 1 || paths->count != 1) tc_str_addf(text, "%zu files of ", files);
    for (size_t i = 0; i < paths->count; i++)
        tc_str_addf(text, "%s%s", i ? ", " : "", paths->items[i]);
}

void tc_rules_list_count(const tc_run *run, const char *verdict, tc_str *page)
{
    size_t all = tc_ruleset_count(run->rules), shipped = run->shipped_rules;
    tc_str text;
    tc_str_init(&text, SIZE_MAX / 2);
    tc_str_addf(&text, "%zu rule%s%s: ", all, all == 1 ? "" : "s", verdict);
    if (shipped) tc_str_addf(&text, "%zu shipped (%s)", shipped, run->data_folder);
    if (shipped && all > shipped) tc_str_add(&text, TC_LIT(", "));
    add_own(run, all - shipped, &text);
    tc_rules_page_wrap(page, tc_rules_page_width(), 0, 0, tc_str_view(&text));
    tc_str_done(&text);
}

static void end_list(listing *l, size_t shown, bool starred)
{
    const tc_options *o = l->run->options;
    tc_str_add_byte(l->page, '\n');
    if (starred)
        tc_rules_page_wrap(l->page, l->width, 0, 0,
                           TC_LIT("* told only through the rules that it is a part of"));
    if (o->levels.count || o->tags.count || o->techniques.count)
        tc_str_addf(l->page, "%zu of ", shown);
    tc_rules_list_count(l->run, "", l->page);
    tc_rules_page_wrap(l->page, l->width, 0, 0, TC_LIT("One in full: tocsin rules explain NAME"));
}

void tc_rules_list(const tc_run *run, tc_str *page)
{
    listing l = {.run = run, .page = page, .width = tc_rules_page_width()};
    tc_slice group = TC_EMPTY_SLICE;
    size_t shown = 0;
    bool starred = false, begun = false;
    tc_str_init(&l.name, SIZE_MAX / 2);
    find_name_width(&l);
    for (size_t i = 0; i < tc_ruleset_count(run->rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(run->rules, i);
        tc_slice own = tc_rules_page_group(rule, run->data_folder);
        if (i == 0 || !tc_slice_equal(group, own)) begun = false;
        group = own;
        if (!tc_rules_select_passes(run->options, rule)) continue;
        if (!begun) begin_group(&l, group, count_group(&l, group, i));
        begun = true;
        list_rule(&l, rule);
        starred |= !rule->reports;
        shown++;
    }
    end_list(&l, shown, starred);
    tc_str_done(&l.name);
}

void tc_rules_list_names(const tc_run *run, tc_str *page)
{
    for (size_t i = 0; i < tc_ruleset_count(run->rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(run->rules, i);
        if (!tc_rules_select_passes(run->options, rule)) continue;
        tc_escape_text(page, rule->name.len ? rule->name : rule->id.len ? rule->id : rule->title);
        tc_str_add_byte(page, '\n');
    }
}
