/* The answer of why for people. */
#include "detector/inquire/why_page.h"

#include "detector/output/text_page.h"

enum { INDENT = 2, INNER = 4, DEEP = 6, WORDS = 4096, UNMET_TOLD = 4 };

/* One paragraph: raw words wrapped at an indent. */
static void say(tc_output *text, size_t indent, size_t hang, tc_str *words, tc_str *out)
{
    tc_str_addf(out, "%*s", (int)indent, "");
    tc_page_wrap(text, indent, hang, tc_str_view(words), out);
    tc_output_note_failure(text, words->failed);
    tc_str_clear(words);
}

static void title(const char *words, tc_str *out)
{
    tc_str_addf(out, "\n%s\n", words);
}

/* -- who and what was seen ------------------------------------------------------------------ */

static void say_head(tc_output *text, const tc_why_page *p, tc_str *w, tc_str *out)
{
    size_t incidents = 0, all = p->alert_count + p->alerts_more;
    for (size_t i = 0; i < p->alert_count; i++)
        incidents += p->alerts[i].incident;
    tc_str_add(w, p->names[0]);
    if (all == 0)
        tc_str_add(w, TC_LIT(": no finding bears it"));
    else
        tc_str_addf(w, ": %zu incident%s and %zu single finding%s bear it", incidents,
                    incidents == 1 ? "" : "s", all - incidents, all - incidents == 1 ? "" : "s");
    say(text, 0, INDENT, w, out);
    title("KNOWN AS", out);
    for (size_t i = 0; i < p->name_count; i++) {
        tc_str_add(w, p->names[i]);
        say(text, INDENT, INNER, w, out);
    }
    if (!p->assumed) return;
    tc_str_add(w, TC_LIT("(joined because the user parts are equal; no log says so)"));
    say(text, INDENT, INNER, w, out);
}

static void say_alerts(tc_output *text, const tc_why_page *p, tc_str *w, tc_str *out)
{
    char time[TC_TIME_TEXT];
    if (p->alert_count == 0) return;
    title("FOUND", out);
    for (size_t i = 0; i < p->alert_count; i++) {
        const tc_why_alert *a = &p->alerts[i];
        tc_str_addf(out, "%*s%s ", INDENT, "", tc_page_minute(a->time, time));
        tc_page_level(text, a->level, 9, out);
        tc_str_addf(w, "%s", a->incident ? "incident: " : "");
        tc_str_add(w, a->what);
        if (a->id[0]) tc_str_addf(w, " #%.8s", a->id);
        tc_page_wrap(text, 28, 19, tc_str_view(w), out);
        tc_str_clear(w);
    }
    if (p->alerts_more) tc_str_addf(out, "  and %zu more\n", p->alerts_more);
}

static void say_seen(tc_output *text, const tc_why_page *p, tc_str *out)
{
    static const tc_table_column columns[] = {{.title = "SEEN", .flexible = true},
                                              {.title = "COUNT", .right = true},
                                              {.title = "FIRST"},
                                              {.title = "LAST", .drop = 1}};
    char time[TC_TIME_TEXT], number[32];
    tc_table *table = &text->table;
    tc_table_open(table, columns, TC_COUNT_OF(columns));
    for (int i = 0; i < TC_WHY_KIND_COUNT; i++) {
        const tc_why_seen *s = &p->why->seen[i];
        if (!tc_table_row(table)) break;
        tc_table_cellf(table, "%s", tc_why_kind_words((tc_why_kind)i));
        tc_table_cellf(table, "%s", tc_page_number(s->count, number));
        tc_table_cellf(table, "%s", s->count ? tc_page_minute(s->first, time) : "never");
        tc_table_cellf(table, "%s", s->count ? tc_page_minute(s->last, time) : "");
    }
    tc_str_add_byte(out, '\n');
    tc_table_print(table, INDENT, text->options.width, out);
}

static void say_addresses(tc_output *text, const tc_why *why, tc_str *out)
{
    static const tc_table_column columns[] = {{.title = "FROM", .flexible = true},
                                              {.title = "WHERE"},
                                              {.title = "REQUESTS", .right = true},
                                              {.title = "FIRST"},
                                              {.title = "LAST", .drop = 1}};
    char time[TC_TIME_TEXT], number[32], ip[TC_IP_TEXT];
    tc_table *table = &text->table;
    if (why->address_count == 0) return;
    tc_table_open(table, columns, TC_COUNT_OF(columns));
    for (size_t i = 0; i < why->address_count; i++) {
        const tc_why_address *a = &why->addresses[i];
        if (!tc_table_row(table)) break;
        tc_table_cellf(table, "%s", tc_ip_format(a->ip, ip));
        tc_table_cellf(table, "%s%s%s",
                       a->address_class == TC_ADDRESS_REMOTE ? "outside" : "inside",
                       a->country[0] ? " " : "", a->country);
        tc_table_cellf(table, "%s", tc_page_number(a->seen.count, number));
        tc_table_cellf(table, "%s", tc_page_minute(a->seen.first, time));
        tc_table_cellf(table, "%s", tc_page_minute(a->seen.last, time));
    }
    tc_str_add_byte(out, '\n');
    tc_table_print(table, INDENT, text->options.width, out);
    if (why->addresses_full) tc_str_add(out, TC_LIT("  and further addresses\n"));
}

static void say_languages(tc_output *text, const tc_why *why, tc_str *w, tc_str *out)
{
    char first[TC_TIME_TEXT], last[TC_TIME_TEXT];
    if (why->language_count) title("LANGUAGES of its system messages", out);
    for (size_t i = 0; i < why->language_count; i++) {
        const tc_why_language *l = &why->languages[i];
        tc_str_addf(w, "%s: %" PRIu64 ", %s to %s%s", l->tag, l->seen.count,
                    tc_page_minute(l->seen.first, first), tc_page_minute(l->seen.last, last),
                    l->foreign ? "; foreign to the organisation" : "; the organisation's own");
        say(text, INDENT, INNER, w, out);
    }
}

/* -- rules ---------------------------------------------------------------------------------- */

static void say_conditions(tc_output *text, const tc_why *why, const tc_why_rule *r, tc_str *w,
                           tc_str *out)
{
    for (size_t i = 0; i < r->condition_count; i++) {
        tc_str_addf(w, "%" PRIu64 " of %" PRIu64 "  ", r->held[i], r->events.count);
        tc_ruleset_conjunct_words(why->rules, r->rule->index, i, w);
        say(text, DEEP, DEEP + 10, w, out);
    }
}

static void say_nearest(tc_output *text, const tc_why *why, const tc_why_rule *r, tc_str *w,
                        tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(w, "nearest: %s, %zu of %zu met", tc_page_minute(r->nearest_time, time), r->nearest,
                r->condition_count);
    size_t told = 0, unmet = r->condition_count - r->nearest;
    for (size_t i = 0; i < r->condition_count && told < UNMET_TOLD; i++) {
        if (r->nearest_held[i]) continue;
        tc_str_add(w, told++ ? TC_LIT("; ") : TC_LIT("; not met: "));
        tc_ruleset_conjunct_words(why->rules, r->rule->index, i, w);
        if (r->nearest_value[i][0]) tc_str_addf(w, " (it was %s)", r->nearest_value[i]);
    }
    if (unmet > told) tc_str_addf(w, "; and %zu more", unmet - told);
    say(text, INNER, DEEP, w, out);
}

static void say_detection(tc_output *text, const tc_why *why, const tc_why_rule *r, tc_str *w,
                          tc_str *out)
{
    char time[TC_TIME_TEXT];
    if (r->matched.count)
        tc_str_addf(w, "held for this mailbox %" PRIu64 " time%s, first %s", r->matched.count,
                    r->matched.count == 1 ? "" : "s", tc_page_minute(r->matched.first, time));
    else if (r->events.count == 0)
        tc_str_add(w, TC_LIT("never asked: no event of its kind is about this mailbox"));
    else
        tc_str_addf(w, "did not hold; asked of %" PRIu64 " events. Each condition held for:",
                    r->events.count);
    say(text, INNER, DEEP, w, out);
    if (r->events.count == 0) return;
    if (r->matched.count == 0) say_conditions(text, why, r, w, out);
    if (r->nearest < r->condition_count) say_nearest(text, why, r, w, out);
}

static void say_correlation(tc_output *text, const tc_why_rule *r, tc_str *w, tc_str *out)
{
    const tc_correlation *c = r->rule->correlation;
    char time[TC_TIME_TEXT], span[40];
    if (r->fired.count)
        tc_str_addf(w, "fired with this mailbox, first %s. ", tc_page_minute(r->fired.first, time));
    tc_str_add(w, TC_LIT("It asks for "));
    tc_why_threshold(c, w);
    tc_str_addf(w, " within %s", tc_page_span(0, c->timespan_ns, span));
    for (size_t i = 0; i < c->group_count; i++) {
        tc_str_add(w, i ? TC_LIT(", ") : TC_LIT(" for one "));
        tc_str_add(w, c->group_by[i]);
    }
    if (r->reached < 0 && r->fired.count == 0)
        tc_str_add(w, TC_LIT("; nothing of this mailbox counted"));
    if (r->reached >= 0)
        tc_str_addf(w, "; with this mailbox there were at most %g (%s)", r->reached,
                    tc_page_minute(r->reached_time, time));
    say(text, INNER, DEEP, w, out);
}

static void say_rests(tc_output *text, const tc_why *why, const tc_why_rule *r, tc_str *w,
                      tc_str *out)
{
    const tc_correlation *c = r->rule->correlation;
    tc_str_add(w, TC_LIT("rests on: "));
    for (size_t i = 0; i < c->rule_count; i++) {
        const tc_rule *other = tc_ruleset_rule(why->rules, c->rules[i]);
        if (i) tc_str_add(w, TC_LIT(", "));
        tc_str_add(w, other->name.len ? other->name : other->title);
    }
    say(text, INNER, DEEP, w, out);
}

static void say_rule(tc_output *text, const tc_why *why, const tc_why_rule *r, tc_str *w,
                     tc_str *out)
{
    tc_str_addf(out, "\n%*s", INDENT, "");
    tc_page_level(text, r->rule->level, 9, out);
    tc_str_add(w, r->rule->title);
    if (r->rule->name.len) {
        tc_str_add(w, TC_LIT(" ("));
        tc_str_add(w, r->rule->name);
        tc_str_add(w, TC_LIT(")"));
    }
    tc_page_wrap(text, INDENT + 9, INNER, tc_str_view(w), out);
    tc_str_clear(w);
    if (r->rule->correlation == NULL) {
        say_detection(text, why, r, w, out);
        return;
    }
    say_correlation(text, r, w, out);
    say_rests(text, why, r, w, out);
}

/* -- what was not judged --------------------------------------------------------------------- */

static void say_missing(tc_output *text, const tc_why_page *p, tc_str *w, tc_str *out)
{
    title("MISSING", out);
    size_t before = out->len;
    for (size_t i = 0; tc_why_missing(p, i); i++) {
        tc_str_addf(w, "%s", tc_why_missing(p, i));
        say(text, INDENT, INNER, w, out);
    }
    for (size_t i = 0; i < p->summary->coverage_count; i++) {
        const tc_coverage_row *row = &p->summary->coverage[i];
        if (row->state == TC_WATCHED) continue;
        tc_str_addf(w, "%s: %s: ", row->indicator, tc_watch_state_name(row->state));
        tc_str_add(w, row->why);
        say(text, INDENT, INNER, w, out);
    }
    if (out->len == before) tc_str_add(out, TC_LIT("  nothing that is known\n"));
}

static void say_exempt(tc_output *text, const tc_why *why, tc_str *w, tc_str *out)
{
    const struct {
        uint64_t count;
        const char *words;
    } rows[] = {
        {why->classes[TC_ADDRESS_INTERNAL].count, "requests from declared own networks"},
        {why->classes[TC_ADDRESS_PRIVATE].count, "requests from private addresses"},
        {why->classes[TC_ADDRESS_EGRESS].count, "requests through declared own exits"},
        {why->routine, "events of routine work"},
        {why->sessions.count - why->novel.count, "sessions from sources that it has long used"},
    };
    title("NEVER HELD AGAINST IT", out);
    size_t before = out->len;
    char number[32];
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        if (rows[i].count == 0) continue;
        tc_str_addf(w, "%s %s", tc_page_number(rows[i].count, number), rows[i].words);
        say(text, INDENT, INNER, w, out);
    }
    for (size_t i = 0; i < why->language_count; i++) {
        if (why->languages[i].foreign) continue;
        tc_str_addf(w, "messages in %s: the organisation's own language", why->languages[i].tag);
        say(text, INDENT, INNER, w, out);
    }
    if (out->len == before) tc_str_add(out, TC_LIT("  nothing\n"));
}

static bool is_quiet(const tc_why_rule *r)
{
    return r->events.count == 0 && r->matched.count == 0 && r->fired.count == 0 && r->reached < 0;
}

/* Those that nothing of the mailbox could speak to, in one paragraph. */
static void say_quiet(tc_output *text, const tc_why *why, tc_str *w, tc_str *out)
{
    const char *between = "Nothing of this mailbox is of the kind that these ask about: ";
    for (size_t i = 0; i < why->about_count; i++) {
        const tc_rule *rule = why->about[i].rule;
        if (!is_quiet(&why->about[i])) continue;
        tc_str_addf(w, "%s", between);
        tc_str_add(w, rule->name.len ? rule->name : rule->title);
        between = ", ";
    }
    if (w->len == 0) return;
    tc_str_add_byte(out, '\n');
    say(text, INDENT, INNER, w, out);
}

void tc_why_text(tc_output *text, const tc_why_page *p, tc_str *out)
{
    tc_str words;
    tc_str_init(&words, (size_t)WORDS * 16);
    say_head(text, p, &words, out);
    say_alerts(text, p, &words, out);
    say_seen(text, p, out);
    say_addresses(text, p->why, out);
    say_languages(text, p->why, &words, out);
    say_missing(text, p, &words, out);
    say_exempt(text, p->why, &words, out);
    title("RULES", out);
    for (size_t i = 0; i < p->why->about_count; i++)
        if (!is_quiet(&p->why->about[i])) say_rule(text, p->why, &p->why->about[i], &words, out);
    say_quiet(text, p->why, &words, out);
    tc_str_done(&words);
}
