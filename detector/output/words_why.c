/* Why it is believed: what was counted, and when; where nothing was, what the rule says of itself.
 */
#include "detector/output/incident_words.h"
#include "detector/output/proof_command.h"

#define SENTENCES_OF_RULE 2
#define BESIDES_MAX 4

static void between(tc_str *out)
{
    if (out->len) tc_str_add_byte(out, ' ');
}

static void add_when(const tc_facts *f, tc_time first, tc_time last, tc_str *out)
{
    char a[TC_TIME_TEXT], b[TC_TIME_TEXT];
    tc_facts_minute(f, first, a);
    tc_facts_minute(f, last, b);
    if (strcmp(a, b) == 0)
        tc_str_addf(out, "on %s", a);
    else
        tc_str_addf(out, "between %s and %s", a, b);
}

static void say_switch(const tc_facts *f, tc_str *out)
{
    if (f->switched == 0) return;
    tc_str_add(out, TC_LIT("The system messages (automatic replies) of "));
    if (f->alert->mailbox_count == 1)
        tc_facts_add_mailboxes(f, out, 1);
    else
        tc_facts_add_count(out, f->switched, "mailbox", "mailboxes");
    if (f->language.len) {
        tc_str_add(out, TC_LIT(" switched to "));
        tc_facts_add_language(out, f->language);
        if (f->foreign) tc_str_add(out, TC_LIT(", a language foreign to this organisation,"));
    } else {
        tc_str_add(out, TC_LIT(" switched to other languages"));
    }
    tc_str_add_byte(out, ' ');
    add_when(f, f->first_switch, f->last_switch, out);
    tc_str_add_byte(out, '.');
}

static void add_places(const tc_facts *f, tc_str *out)
{
    for (size_t i = 0; i < f->country_count; i++) {
        tc_str_add(out, i == 0 ? TC_LIT(" in ") : TC_LIT(", "));
        tc_facts_add_country(out, f->countries[i]);
    }
}

/* "All 9, and 3 more," */
static void add_who_was_opened(const tc_facts *f, tc_str *out)
{
    size_t others = f->accessed - f->both;
    if (f->alert->mailbox_count == 1)
        tc_str_add(out, f->switched ? TC_LIT("It was") : TC_LIT("The mailbox was"));
    else if (f->switched == 0)
        tc_facts_add_count(out, f->accessed, "mailbox was", "mailboxes were");
    else if (f->both == f->switched && f->both > 1 && others)
        tc_str_addf(out, "All %zu, and %zu more, were", f->both, others);
    else if (f->both == f->switched && f->both > 1)
        tc_str_addf(out, f->both == 2 ? "Both were" : "All %zu were", f->both);
    else
        tc_str_addf(out, "%zu mailboxes, %zu of them switched, were", f->accessed, f->both);
}

static void say_access(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    if (f->accessed == 0 || a->source_count == 0) return;
    between(out);
    add_who_was_opened(f, out);
    tc_str_add(out, TC_LIT(" opened in webmail from "));
    tc_facts_add_count(out, a->source_count, "address", "addresses");
    add_places(f, out);
    tc_str_add(out,
               a->source_count == 1 ? TC_LIT(" that was new to ") : TC_LIT(" that were new to "));
    tc_str_add(out, f->accessed == 1 ? TC_LIT("it") : TC_LIT("them"));
    if (f->agent.len && a->source_count > 1)
        tc_str_addf(out, ", all with one and the same %s", tc_facts_client_word(f->agent));
    if (f->switched == 0) {
        tc_str_add(out, TC_LIT(", "));
        add_when(f, f->first_access, f->last_access, out);
    }
    tc_str_add_byte(out, '.');
}

/* What was done to come in, a reset of passwords say, lies before. */
static void say_before(const tc_facts *f, tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_time start = f->alert->start;
    if (f->accessed == 0 || start == TC_TIME_NONE || f->alert->level < TC_LEVEL_MEDIUM) return;
    if (f->actor.len && tc_facts_rule(f, "reset_")) {
        tc_str_add(out, TC_LIT(" Before that their passwords were reset by "));
        tc_str_add(out, tc_slice_sub(f->actor, 0, 256));
        tc_str_add(out, TC_LIT(" (event 4724 in the Security log says when)."));
    }
    if (start > tc_time_sub(f->first_access, TC_MINUTE)) return;
    tc_str_addf(out, " The first sign of all is of %s, before anybody was in.",
                tc_facts_minute(f, start, time));
}

/* The first access lies between the first session and this. */
static void say_latest(const tc_facts *f, tc_str *out)
{
    char time[TC_TIME_TEXT];
    const tc_alert_course *c = &f->alert->course;
    if (!c->known || f->accessed == 0 || c->latest == TC_TIME_NONE) return;
    if (c->latest == f->first_access) return;
    tc_str_addf(out, " By %s at the latest somebody was in.", tc_facts_minute(f, c->latest, time));
}

static void say_crowd(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    char first[TC_TIME_TEXT], last[TC_TIME_TEXT];
    if (a->crowd.name_count == 0 || a->mailbox_count) return;
    tc_str_addf(out, "Between %s and %s", tc_facts_minute(f, a->start, first),
                tc_facts_minute(f, a->end, last));
    if (a->crowd.days)
        tc_str_addf(out, "; usual here: at most %" PRIu32 " a day (%" PRIu32 " days before).",
                    a->crowd.most, a->crowd.days);
    else
        tc_str_add(out, TC_LIT("; what is usual here is not known yet."));
    tc_str_add(out, TC_LIT(" They were made by the users themselves (event 4723), not by one "
                           "actor: an answer to a break-in and an expiry date look like this."));
}

/* The end of a sentence: a full stop before a blank or at the end. */
static size_t sentence_end(tc_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '.' && (i + 1 == s.len || s.ptr[i + 1] == ' ' || s.ptr[i + 1] == '\n'))
            return i + 1;
    return s.len;
}

/* Line ends of the rule's file are blanks. */
static void add_unwrapped(tc_str *out, tc_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        tc_str_add_byte(out, s.ptr[i] == '\n' ? ' ' : s.ptr[i]);
}

static void say_description(const tc_facts *f, tc_str *out)
{
    tc_slice rest = tc_slice_trim(tc_slice_sub(f->alert->rule_description, 0, 2048));
    for (int i = 0; i < SENTENCES_OF_RULE && rest.len; i++) {
        size_t end = sentence_end(rest);
        between(out);
        add_unwrapped(out, tc_slice_sub(rest, 0, end));
        rest = tc_slice_trim(tc_slice_sub(rest, end, TC_NPOS));
    }
}

/* Figures say it already. */
static bool is_said(tc_slice rule)
{
    static const char *const said[] = {"foreign_language",    "campaign_",       "many_mailboxes",
                                       "language_switch",     "mailbox_foreign", "mailbox_language",
                                       "password_change_wave"};
    for (size_t i = 0; i < TC_COUNT_OF(said); i++)
        if (tc_slice_starts(rule, tc_slice_of(said[i]))) return true;
    return false;
}

static void say_besides(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    size_t told = 0;
    for (size_t i = 0; i < a->rule_count && told < BESIDES_MAX; i++) {
        const tc_alert_rule *r = &a->rules[i];
        if (is_said(r->name) || tc_slice_equal(r->name, a->rule_name)) continue;
        if (told == 0) between(out);
        tc_str_add(out, told++ ? TC_LIT("; ") : TC_LIT("Found besides: "));
        tc_str_add(out, tc_slice_sub(r->message, 0, 256));
    }
    if (told) tc_str_add_byte(out, '.');
}

/* Whoever cleans up looks for it everywhere else. */
static void say_forwards(const tc_facts *f, tc_str *out)
{
    tc_slice to[TC_FACTS_FORWARDS];
    size_t n = tc_facts_forwards(f->alert, to);
    for (size_t i = 0; i < n; i++) {
        if (i == 0) between(out);
        tc_str_add(out, i == 0       ? TC_LIT("Mail is sent on to ")
                        : i + 1 == n ? TC_LIT(" and ")
                                     : TC_LIT(", "));
        tc_str_add(out, tc_slice_sub(to[i], 0, 256));
    }
    if (n) tc_str_add_byte(out, '.');
}

void tc_words_why(const tc_facts *f, tc_str *out)
{
    say_switch(f, out);
    say_access(f, out);
    say_before(f, out);
    say_latest(f, out);
    say_crowd(f, out);
    if (out->len == 0 || !is_said(f->alert->rule_name)) say_description(f, out);
    say_besides(f, out);
    say_forwards(f, out);
}
