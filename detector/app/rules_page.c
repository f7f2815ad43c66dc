#include "detector/app/rules_page.h"

#include "detector/report/terminal.h"
#include "parsers/base/utf8.h"

#include <unistd.h>

size_t tc_rules_page_width(void)
{
    return tc_terminal_width(STDOUT_FILENO);
}

static void add_blanks(tc_str *page, size_t n)
{
    while (n--)
        tc_str_add_byte(page, ' ');
}

/* As much of a word as fits into so many columns, whole characters, one at least. */
static size_t fitting(tc_slice word, size_t columns)
{
    size_t end = 0;
    while (end < word.len) {
        size_t length;
        (void)tc_utf8_next(tc_slice_sub(word, end, word.len), &length);
        if (end && tc_utf8_width(tc_slice_sub(word, 0, end + length)) > columns) break;
        end += length;
    }
    return end;
}

/* Puts a word on the line, or begins the next one; a word wider than a line is cut into lines. */
static size_t put_word(tc_str *page, size_t width, size_t column, size_t indent, tc_slice word)
{
    bool alone = page->len == 0 || page->data[page->len - 1] == ' ' || column == indent;
    while (column + !alone + tc_utf8_width(word) > width) {
        if (column > indent) {
            tc_str_add_byte(page, '\n');
            add_blanks(page, indent);
            column = indent;
            alone = true;
            continue;
        }
        size_t cut = fitting(word, width - indent);
        if (cut >= word.len) break;
        tc_str_add(page, tc_slice_sub(word, 0, cut));
        word = tc_slice_sub(word, cut, word.len);
        column = width;
    }
    if (!alone) tc_str_add_byte(page, ' ');
    tc_str_add(page, word);
    return column + !alone + tc_utf8_width(word);
}

/* What acts on a terminal escaped; backslashes stay as they are, or no pattern could be read. */
static void add_escaped(tc_str *out, tc_slice raw)
{
    for (tc_slice rest = raw; rest.ptr;) {
        tc_escape_text(out, tc_slice_split(rest, '\\', &rest));
        if (rest.ptr) tc_str_add_byte(out, '\\');
    }
}

void tc_rules_page_wrap(tc_str *page, size_t width, size_t at, size_t indent, tc_slice raw)
{
    tc_str text;
    tc_str_init(&text, SIZE_MAX / 2);
    /* Line ends of the author's are blanks here. */
    for (tc_slice rest = raw; rest.ptr;) {
        tc_slice line = tc_slice_split(rest, '\n', &rest);
        add_escaped(&text, line);
        tc_str_add_byte(&text, ' ');
    }
    for (tc_slice rest = tc_str_view(&text); rest.ptr && rest.len;) {
        tc_slice word = tc_slice_split(rest, ' ', &rest);
        if (word.len) at = put_word(page, width, at, indent, word);
    }
    tc_str_add_byte(page, '\n');
    tc_str_done(&text);
}

/* -- places --------------------------------------------------------------------------------- */

/* The path below the folder of the shipped rules; empty if it is not below it. */
static tc_slice below(const tc_rule *rule, const char *shipped)
{
    tc_slice folder = shipped ? tc_slice_of(shipped) : TC_EMPTY_SLICE;
    if (folder.len == 0 || !tc_slice_starts(rule->file, folder) || rule->file.len <= folder.len ||
        rule->file.ptr[folder.len] != '/')
        return TC_EMPTY_SLICE;
    return tc_slice_sub(rule->file, folder.len + 1, rule->file.len);
}

void tc_rules_page_file(tc_str *out, const tc_rule *rule, const char *shipped)
{
    tc_slice path = below(rule, shipped);
    if (path.len) tc_str_add(out, TC_LIT("rules/"));
    tc_str_add(out, path.len ? path : rule->file);
    tc_str_addf(out, ":%" PRIu32, rule->line);
}

tc_slice tc_rules_page_group(const tc_rule *rule, const char *shipped)
{
    tc_slice rest, path = below(rule, shipped);
    tc_slice folder = tc_slice_split(path, '/', &rest);
    return rest.ptr ? folder : rule->file;
}

tc_slice tc_rules_page_name(const tc_rule *rule)
{
    return rule->name.len ? rule->name : rule->title;
}

void tc_rules_page_source(tc_str *out, const tc_rule *rule)
{
    const struct {
        const char *key;
        tc_slice value;
    } parts[] = {
        {"product", rule->product}, {"category", rule->category}, {"service", rule->service}};
    size_t n = 0;
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        if (parts[i].value.len == 0) continue;
        tc_str_addf(out, "%s%s ", n++ ? ", " : "", parts[i].key);
        tc_str_add(out, parts[i].value);
    }
}

/* -- correlations --------------------------------------------------------------------------- */

static void add_span(tc_str *out, int64_t ns)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}};
    int64_t seconds = ns / INT64_C(1000000000);
    size_t i = 0;
    while (i + 1 < TC_COUNT_OF(units) && (seconds % units[i].seconds || seconds == 0))
        i++;
    int64_t n = seconds / units[i].seconds;
    tc_str_addf(out, "%" PRId64 " %s%s", n, units[i].name, n == 1 ? "" : "s");
}

static void add_list(tc_str *out, const tc_slice *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i) tc_str_add(out, i + 1 == count ? TC_LIT(" and ") : TC_LIT(", "));
        tc_str_add(out, names[i]);
    }
}

static void add_amount(tc_str *out, const tc_correlation *c)
{
    static const struct {
        const char *before, *behind;
    } words[TC_COMPARE_COUNT] = {
        [TC_GT] = {"more than ", ""}, [TC_GTE] = {"", " or more"}, [TC_LT] = {"fewer than ", ""},
        [TC_LTE] = {"at most ", ""},  [TC_EQ] = {"exactly ", ""},  [TC_NEQ] = {"other than ", ""}};
    size_t n = 0;
    for (size_t i = 0; i < TC_COMPARE_COUNT; i++) {
        if (!c->condition.set[i]) continue;
        tc_str_addf(out, "%s%s%.15g%s", n++ ? " and " : "", words[i].before, c->condition.number[i],
                    words[i].behind);
    }
}

static void add_learning(tc_str *out, const tc_correlation *c)
{
    if (c->baseline.learn_ns) {
        tc_str_add(out, TC_LIT("; learns for "));
        add_span(out, c->baseline.learn_ns);
    }
    if (c->baseline.min_events > 1)
        tc_str_addf(out, "; after %" PRIu64 " events", c->baseline.min_events);
    if (c->baseline.global_scope) tc_str_add(out, TC_LIT("; new to all"));
}

static bool has_amount(const tc_correlation *c)
{
    for (size_t i = 0; i < TC_COMPARE_COUNT; i++)
        if (c->condition.set[i]) return true;
    return false;
}

static void add_temporal(tc_str *out, const tc_rule *rule)
{
    const tc_correlation *c = rule->correlation;
    if (c->expression && rule->condition_count) {
        tc_str_add(out, TC_LIT("matches of these rules as in: "));
        tc_str_add(out, rule->conditions[0]);
    } else if (has_amount(c)) {
        add_amount(out, c);
        tc_str_add(out, TC_LIT(" of these rules match"));
    } else {
        tc_str_add(out, c->rule_count == 1 ? TC_LIT("a match") : TC_LIT("a match of each"));
    }
}

void tc_rules_page_correlation(tc_str *out, const tc_rule *rule)
{
    const tc_correlation *c = rule->correlation;
    bool learns = c->type == TC_CORRELATION_NEW_VALUE || c->type == TC_CORRELATION_VALUE_CHANGE;
    if (c->type == TC_CORRELATION_TEMPORAL) add_temporal(out, rule);
    if (c->type == TC_CORRELATION_EVENT_COUNT || c->type == TC_CORRELATION_VALUE_COUNT)
        add_amount(out, c);
    if (c->type == TC_CORRELATION_EVENT_COUNT) tc_str_add(out, TC_LIT(" matches"));
    if (c->type == TC_CORRELATION_VALUE_COUNT) tc_str_add(out, TC_LIT(" different values of "));
    if (c->type == TC_CORRELATION_NEW_VALUE)
        tc_str_add(out, TC_LIT("a value that was not there before, of "));
    if (c->type == TC_CORRELATION_VALUE_CHANGE)
        tc_str_add(out, TC_LIT("another value in place of the usual one, of "));
    add_list(out, c->fields, c->field_count);
    tc_str_add(out, learns ? TC_LIT(", remembered for ") : TC_LIT(" within "));
    add_span(out, c->timespan_ns);
    if (c->group_count) tc_str_add(out, TC_LIT(", for each "));
    add_list(out, c->group_by, c->group_count);
    if (learns) add_learning(out, c);
}
