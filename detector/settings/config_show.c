/* What holds, as YAML that reads back as the same. */
#include "detector/settings/config_reader.h"

#include "detector/settings/config_yaml.h"
#include "detector/settings/options_value.h"

#include <unistd.h>

#define VALUE_MAX 8192

typedef struct showing {
    const tc_options *options;
    const tc_config *config; /* may be NULL */
    tc_time now;
    bool everything;
    tc_str *out;   /* of the section, or the page */
    size_t indent; /* of keys */
    bool any;      /* a key of the section was written */
} showing;

/* -- options -------------------------------------------------------------------------------- */

/* The line of the index-th value that the configuration gives the option; 0 if it gives fewer. */
static uint32_t origin_of(const tc_config *c, const tc_option_row *row, size_t index)
{
    for (size_t i = 0; c != NULL && i < c->origin_count; i++)
        if (c->origins[i].row == row && index-- == 0) return c->origins[i].line;
    return 0;
}

static void add_origin(const showing *s, const tc_option_row *row, size_t index, bool list)
{
    uint32_t line = origin_of(s->config, row, index);
    bool given = tc_options_has(&s->options->given, row);
    if (given && (line == 0 || !list))
        tc_str_add(s->out, TC_LIT("  # command line\n"));
    else if (line != 0)
        tc_config_yaml_place(s->config, line, s->out);
    else
        tc_str_add(s->out, TC_LIT("  # default\n"));
}

static bool is_set(const showing *s, const tc_option_row *row)
{
    return tc_options_has(&s->options->given, row) || origin_of(s->config, row, 0) != 0;
}

/* A path that starts here must start at the root, to mean the same in a file of another folder. */
static void add_value(const showing *s, const tc_config_key *key, const tc_option_row *row,
                      size_t index)
{
    char here[4096];
    tc_str value;
    tc_str_init(&value, VALUE_MAX);
    tc_option_write(s->options, row, index, &value);
    tc_slice text = tc_str_view(&value);
    bool relative =
        key->path && text.len && text.ptr[0] != '/' && !tc_slice_equal(text, TC_LIT("-"));
    bool plain = row->kind == TC_OPTION_FLAG || row->kind == TC_OPTION_JOBS;
    if (relative && getcwd(here, sizeof(here)) != NULL) {
        tc_str whole;
        tc_str_init(&whole, VALUE_MAX);
        tc_str_addf(&whole, "%s/", here);
        tc_str_add(&whole, text);
        tc_config_yaml_text(tc_str_view(&whole), s->out);
        tc_str_done(&whole);
    } else if (plain) {
        tc_str_add(s->out, text);
    } else {
        tc_config_yaml_text(text, s->out);
    }
    tc_str_done(&value);
}

static void show_items(showing *s, const tc_config_key *key, const tc_option_row *row, size_t count)
{
    tc_str_addf(s->out, "%*s%s:\n", (int)s->indent, "", key->name);
    for (size_t i = 0; i < count; i++) {
        tc_str_addf(s->out, "%*s- ", (int)s->indent + 2, "");
        add_value(s, key, row, i);
        add_origin(s, row, i, true);
    }
}

static bool is_list(const tc_option_row *row)
{
    return row->kind >= TC_OPTION_PATHS && row->kind <= TC_OPTION_DELAYS;
}

static void show_option(showing *s, const tc_config_key *key)
{
    const tc_option_row *row = tc_config_row(key);
    size_t count = tc_option_count(s->options, row);
    if (!s->everything && !is_set(s, row)) return;
    if (count == 0 && !is_list(row)) {
        tc_str_addf(s->out, "%*s# %s: (not set)\n", (int)s->indent, "", key->name);
        return;
    }
    s->any = true;
    if (count > 0 && is_list(row)) {
        show_items(s, key, row, count);
        return;
    }
    tc_str_addf(s->out, "%*s%s: ", (int)s->indent, "", key->name);
    if (count > 0)
        add_value(s, key, row, 0);
    else
        tc_str_add(s->out, TC_LIT("[]"));
    size_t values = 0;
    while (origin_of(s->config, row, values) != 0)
        values++;
    size_t last = values > 0 ? values - 1 : 0;
    add_origin(s, row, last, false);
}

/* -- what no option says -------------------------------------------------------------------- */

static const struct {
    tc_config_own_reader *read;
    tc_config_part part;
} word_keys[] = {{tc_config_read_service, TC_CONFIG_SERVICE},
                 {tc_config_read_helpdesk, TC_CONFIG_HELPDESK},
                 {tc_config_read_vip, TC_CONFIG_VIP},
                 {tc_config_read_foreign, TC_CONFIG_FOREIGN}};

static void show_words(showing *s, const tc_config_key *key, tc_config_part part)
{
    static const tc_config_words none = {NULL, NULL, 0};
    const tc_config_words *w = s->config ? &s->config->words[part] : &none;
    if (w->count == 0 && !s->everything) return;
    s->any = true;
    tc_str_addf(s->out, "%*s%s:%s\n", (int)s->indent, "", key->name,
                w->count ? "" : " []  # default");
    for (size_t i = 0; i < w->count; i++) {
        tc_str_addf(s->out, "%*s- ", (int)s->indent + 2, "");
        tc_config_yaml_text(w->items[i], s->out);
        tc_config_yaml_place(s->config, w->lines[i], s->out);
    }
}

static void show_password_days(showing *s, const tc_config_key *key)
{
    uint32_t days = s->config ? s->config->password_days : 0;
    if (days == 0 && s->everything)
        tc_str_addf(s->out, "%*s# %s: (learned from the logs)\n", (int)s->indent, "", key->name);
    if (days == 0) return;
    s->any = true;
    tc_str_addf(s->out, "%*s%s: %" PRIu32, (int)s->indent, "", key->name, days);
    tc_config_yaml_place(s->config, s->config->password_days_line, s->out);
}

static void show_own(showing *s, const tc_config_key *key, const tc_ruleset *rules)
{
    for (size_t i = 0; i < TC_COUNT_OF(word_keys); i++)
        if (key->read == word_keys[i].read) show_words(s, key, word_keys[i].part);
    if (key->read == tc_config_read_password_days) show_password_days(s, key);
    if (key->read == tc_config_read_windows)
        tc_config_yaml_windows(s->config, s->everything, s->out);
    if (key->read == tc_config_read_exceptions)
        tc_config_yaml_exceptions(s->config, s->now, s->everything, s->out);
    if (key->read == tc_config_read_thresholds)
        tc_config_yaml_thresholds(s->config, rules, s->everything, s->out);
}

/* -- the page ------------------------------------------------------------------------------- */

static bool same_section(const tc_config_key *a, const tc_config_key *b)
{
    return a->section == b->section ||
           (a->section && b->section && strcmp(a->section, b->section) == 0);
}

static size_t show_section(showing *s, size_t first, const tc_ruleset *rules, tc_str *page)
{
    const tc_config_key *keys = tc_config_keys;
    tc_str body;
    size_t i = first;
    tc_str_init(&body, page->max);
    s->out = &body;
    s->indent = keys[first].section ? 2 : 0;
    s->any = false;
    for (; i < tc_config_key_count() && same_section(&keys[i], &keys[first]); i++) {
        if (keys[i].option != NULL)
            show_option(s, &keys[i]);
        else
            show_own(s, &keys[i], rules);
    }
    /* A section of comments alone would be a key without a value. */
    if (keys[first].section && body.len)
        tc_str_addf(page, "%s%s:\n", s->any ? "" : "# ", keys[first].section);
    tc_str_add(page, tc_str_view(&body));
    tc_str_done(&body);
    return i;
}

void tc_config_show(const tc_options *options, const tc_ruleset *rules, tc_time now,
                    bool everything, tc_str *out)
{
    showing s = {.options = options, .config = options->site, .now = now, .everything = everything};
    for (size_t i = 0; i < tc_config_key_count();)
        i = show_section(&s, i, rules, out);
}
