/* What changed in an incident, in a line: the people it is about, and what they went through. */
#include "detector/output/words_change.h"

#define NAMED 3

typedef enum change { CHANGE_SWITCHED, CHANGE_OPENED } change;

static bool is_of(const tc_alert *a, const tc_alert_mailbox *m, change what)
{
    tc_time at = what == CHANGE_SWITCHED ? m->switched : m->first_access;
    if (what == CHANGE_SWITCHED && m->language.len == 0) return false;
    if (at == TC_TIME_NONE) return false;
    bool all = what == CHANGE_OPENED && a->transition != TC_TRANSITION_RAISED;
    return all || at == a->time;
}

static size_t add_names(const tc_facts *f, change what, tc_str *out)
{
    const tc_alert *a = f->alert;
    size_t count = 0;
    for (size_t i = 0; i < a->mailbox_count; i++) {
        const tc_alert_mailbox *m = &a->mailboxes[i];
        if (!is_of(a, m, what) || count++ >= NAMED) continue;
        if (count > 1) tc_str_add(out, TC_LIT(", "));
        tc_str_add(out, tc_slice_sub(tc_facts_short_name(f, m->name), 0, 128));
    }
    if (count > NAMED) tc_str_addf(out, " and %zu more", count - NAMED);
    return count;
}

static void add_switch(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    const tc_alert_mailbox *only = NULL;
    size_t count = add_names(f, CHANGE_SWITCHED, out);
    for (size_t i = 0; i < a->mailbox_count; i++)
        if (is_of(a, &a->mailboxes[i], CHANGE_SWITCHED)) only = &a->mailboxes[i];
    if (count == 0) return;
    tc_str_add(out, TC_LIT(": replies switched "));
    if (count == 1 && only->previous.len) {
        tc_str_add(out, only->previous);
        tc_str_add(out, TC_LIT(" -> "));
    } else {
        tc_str_add(out, TC_LIT("to "));
    }
    tc_str_add(out, only->language);
}

static void add_access(const tc_facts *f, tc_str *out)
{
    size_t before = out->len;
    if (before) tc_str_add(out, TC_LIT("; "));
    if (add_names(f, CHANGE_OPENED, out) == 0) {
        out->len = before;
        return;
    }
    tc_str_add(out, TC_LIT(": opened"));
    if (f->alert->source_count) tc_str_add(out, TC_LIT(" from "));
    tc_facts_add_addresses(out, f->alert, 1);
    for (size_t i = 0; i < f->country_count; i++) {
        tc_str_add(out, i ? TC_LIT(", ") : TC_LIT(" ("));
        tc_str_add(out, f->countries[i]);
        if (i + 1 == f->country_count) tc_str_add_byte(out, ')');
    }
}

static void add_total(const tc_alert *a, tc_str *out)
{
    for (size_t i = 0; i < a->baseline_count; i++) {
        uint64_t n = 0;
        if (strcmp(a->baseline[i].name, "mailboxes") != 0) continue;
        if (!tc_slice_to_u64(a->baseline[i].text, &n) || n < 2) continue;
        tc_str_addf(out, "; %" PRIu64 " mailboxes by now", n);
    }
}

void tc_words_change(const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    size_t start = out->len;
    tc_str text;
    tc_str_init(&text, (size_t)8 << 10);
    add_switch(f, &text);
    add_access(f, &text);
    if (text.len == 0) tc_words_headline(f, &text);
    tc_str_add(out, tc_str_view(&text));
    tc_str_done(&text);
    if (out->len > start) add_total(a, out);
}
