/* What happened, in one sentence. */
#include "detector/output/incident_words.h"

/* Rules about who was in a mailbox: the figures of the incident say it better than their titles. */
static const char *const about_access[] = {"foreign_language",
                                           "campaign_",
                                           "many_mailboxes_one_source",
                                           "language_switch",
                                           "foreign_culture",
                                           "logon",
                                           "webmail_burst",
                                           "mailbox_foreign",
                                           "reset_takeover",
                                           "reset_then_",
                                           "regional_configuration",
                                           NULL};

static bool is_about_access(tc_slice rule)
{
    for (size_t i = 0; about_access[i]; i++)
        if (tc_slice_starts(rule, tc_slice_of(about_access[i]))) return true;
    return false;
}

static void add_people(const tc_facts *f, tc_str *out)
{
    if (f->alert->mailbox_count == 1)
        tc_facts_add_mailboxes(f, out, 1);
    else
        tc_facts_add_count(out, f->alert->mailbox_count, "person", "people");
}

static void add_since(tc_time time, tc_str *out)
{
    char text[TC_TIME_TEXT];
    if (time == TC_TIME_NONE) return;
    tc_time_format_human(time, text);
    tc_str_addf(out, " since %.16s", text);
}

/* A session long before the others may be the owner's own from another place. */
static void add_since_access(const tc_facts *f, tc_str *out)
{
    tc_time latest = f->alert->course.known ? f->alert->course.latest : TC_TIME_NONE;
    if (latest == TC_TIME_NONE || tc_time_between(f->first_access, latest) < TC_DAY) {
        add_since(f->first_access, out);
        return;
    }
    add_since(latest, out);
    tc_str_add(out, TC_LIT(" at the latest, perhaps"));
    add_since(f->first_access, out);
}

static bool tell_access(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    if (f->accessed == 0 || !is_about_access(a->rule_name)) return false;
    static const char *const words[TC_LEVEL_COUNT] = {
        [TC_LEVEL_INFORMATIONAL] = "may read", [TC_LEVEL_LOW] = "may read",
        [TC_LEVEL_MEDIUM] = "may read",        [TC_LEVEL_HIGH] = "probably reads",
        [TC_LEVEL_CRITICAL] = "reads",
    };
    tc_str_addf(out, "Somebody else %s the mail of ", words[a->level]);
    add_people(f, out);
    add_since_access(f, out);
    return true;
}

static bool tell_switch(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    if (f->switched == 0 || !is_about_access(a->rule_name)) return false;
    tc_str_add(out, TC_LIT("The system messages of "));
    if (a->mailbox_count == 1)
        tc_facts_add_mailboxes(f, out, 1);
    else
        tc_facts_add_count(out, f->switched, "mailbox", "mailboxes");
    tc_str_add(out, TC_LIT(" switched "));
    if (f->language.len) {
        tc_str_add(out, TC_LIT("to "));
        tc_facts_add_language(out, f->language);
    } else {
        tc_str_add(out, TC_LIT("their language"));
    }
    add_since(f->first_switch, out);
    return true;
}

static double count_of(const tc_alert *a)
{
    double count = 0;
    for (size_t i = 0; i < a->baseline_count; i++)
        if (strcmp(a->baseline[i].name, "count") == 0)
            (void)!tc_slice_to_double(a->baseline[i].text, &count);
    return TC_MAX(count, (double)a->crowd.name_count);
}

static bool tell_crowd(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    char day[TC_TIME_TEXT], last[TC_TIME_TEXT];
    double count = count_of(a);
    if (a->crowd.name_count == 0 || a->mailbox_count) return false;
    tc_str_addf(out, "%.0f", count);
    if ((double)a->crowd.of >= count) tc_str_addf(out, " of %" PRIu64, a->crowd.of);
    tc_time_format_human(a->start, day);
    tc_time_format_human(a->end, last);
    tc_str_addf(out, " people changed their own password on %.10s", day);
    if (strncmp(day, last, 10) != 0) tc_str_addf(out, " to %.10s", last);
    return true;
}

/* The rule says what it is, the figures whom it concerns. */
static void tell_rule(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    char ip[TC_IP_TEXT];
    tc_slice what = a->rule_message.len ? a->rule_message
                    : a->rule_title.len ? a->rule_title
                                        : a->message;
    tc_str_add(out, tc_slice_sub(what, 0, 1024));
    if (a->mailbox_count) {
        tc_str_add(out, TC_LIT(": "));
        if (a->mailbox_count == 1)
            tc_facts_add_mailboxes(f, out, 1);
        else
            tc_facts_add_count(out, a->mailbox_count, "mailbox", "mailboxes");
    }
    /* Who is named with an access by strangers is whom they visited. */
    if (f->actor.len && !is_about_access(a->rule_name) &&
        !(a->mailbox_count == 1 && tc_slice_equal_ascii(f->actor, a->mailboxes[0].name))) {
        tc_str_add(out, TC_LIT(", by "));
        tc_str_add(out, tc_slice_sub(f->actor, 0, 256));
    } else if (a->source_count == 1) {
        tc_str_addf(out, ", from %s", tc_ip_format(a->sources[0].ip, ip));
    } else if (a->source_count > 1) {
        tc_str_addf(out, ", from %zu addresses", a->source_count);
    }
    /* What was found besides, days before, is told in WHY. */
    bool later = f->first_access != TC_TIME_NONE && a->start != TC_TIME_NONE &&
                 tc_time_between(a->start, f->first_access) > TC_DAY;
    add_since(later ? f->first_access : a->start, out);
}

void tc_words_headline(const tc_facts *f, tc_str *out)
{
    if (tell_access(f, out) || tell_switch(f, out) || tell_crowd(f, out)) return;
    tell_rule(f, out);
}
