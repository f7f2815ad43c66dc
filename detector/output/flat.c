#include "detector/output/flat.h"

#include "detector/output/escape.h"

/* One text of an item: commas as \x2c. */
static void add_part(tc_str *out, tc_slice text)
{
    text = tc_slice_sub(text, 0, TC_VALUE_MAX);
    while (text.ptr != NULL) {
        tc_slice rest;
        tc_escape_value(out, tc_slice_split(text, ',', &rest));
        if (rest.ptr != NULL) tc_str_add(out, TC_LIT("\\x2c"));
        text = rest;
    }
}

/* Begins item `i`; false when the list is long enough. */
static bool begin_item(tc_str *out, size_t start, size_t i)
{
    if (out->len - start > TC_FLAT_MAX) return false;
    if (i) tc_str_add_byte(out, ',');
    return true;
}

void tc_flat_texts(tc_str *out, const tc_slice *items, size_t count)
{
    size_t start = out->len;
    for (size_t i = 0; i < count && begin_item(out, start, i); i++)
        add_part(out, items[i]);
}

void tc_flat_mailboxes(tc_str *out, const tc_alert *alert)
{
    size_t start = out->len;
    for (size_t i = 0; i < alert->mailbox_count && begin_item(out, start, i); i++)
        add_part(out, alert->mailboxes[i].name);
}

void tc_flat_ips(tc_str *out, const tc_alert *alert)
{
    size_t start = out->len;
    char text[TC_IP_TEXT];
    for (size_t i = 0; i < alert->source_count && begin_item(out, start, i); i++)
        tc_str_add(out, tc_slice_of(tc_ip_format(alert->sources[i].ip, text)));
}

void tc_flat_baseline(tc_str *out, const tc_alert *alert)
{
    size_t start = out->len;
    for (size_t i = 0; i < alert->baseline_count && begin_item(out, start, i); i++) {
        add_part(out, tc_slice_of(alert->baseline[i].name));
        tc_str_add_byte(out, '=');
        add_part(out, alert->baseline[i].text);
    }
}

void tc_flat_places(tc_str *out, const tc_alert *alert)
{
    size_t start = out->len;
    for (size_t i = 0; i < alert->evidence_count && begin_item(out, start, i); i++) {
        add_part(out, alert->evidence[i].file);
        tc_str_add_byte(out, ':');
        tc_str_add_u64(out, alert->evidence[i].offset);
    }
}

void tc_flat_former_ids(tc_str *out, const tc_alert *alert)
{
    size_t start = out->len;
    for (size_t i = 0; i < alert->former_id_count && begin_item(out, start, i); i++)
        add_part(out, tc_slice_of(alert->former_ids[i]));
}

typedef struct user_list {
    tc_str *out;
    size_t start, count;
} user_list;

static void add_user(void *context, tc_slice name)
{
    user_list *list = context;
    if (begin_item(list->out, list->start, list->count++)) add_part(list->out, name);
}

void tc_flat_users(tc_str *out, const tc_alert *alert)
{
    user_list list = {out, out->len, 0};
    tc_alert_people(alert, add_user, &list);
}

/* True if the name is a mailbox of the alert; the lists of users behind them are short. */
static bool is_mailbox(const tc_alert *alert, tc_slice name)
{
    for (size_t i = 0; i < alert->mailbox_count; i++)
        if (tc_slice_equal(alert->mailboxes[i].name, name)) return true;
    return false;
}

void tc_alert_people(const tc_alert *alert, void (*told)(void *context, tc_slice name),
                     void *context)
{
    for (size_t i = 0; i < alert->mailbox_count; i++)
        if (alert->mailboxes[i].name.len) told(context, alert->mailboxes[i].name);
    tc_slice user = alert->user_name, email = alert->user_email;
    if (user.len && !is_mailbox(alert, user)) told(context, user);
    if (email.len && !tc_slice_equal(email, user) && !is_mailbox(alert, email))
        told(context, email);
    for (size_t i = 0; i < alert->related_user_count; i++) {
        tc_slice name = alert->related_users[i];
        bool known = name.len == 0 || tc_slice_equal(name, user) || tc_slice_equal(name, email);
        if (!known && !is_mailbox(alert, name)) told(context, name);
    }
}

tc_slice tc_alert_rule_key(const tc_alert *alert)
{
    if (alert->rule_id.len) return alert->rule_id;
    return alert->rule_name.len ? alert->rule_name : alert->rule_title;
}

const char *tc_alert_type(const tc_alert *alert)
{
    return alert->transition == TC_TRANSITION_NONE ? "alert" : "incident";
}

/* -- lists of a summary --------------------------------------------------------------------- */

void tc_flat_coverage(tc_str *out, const tc_summary *summary)
{
    size_t start = out->len;
    for (size_t i = 0; i < summary->coverage_count && begin_item(out, start, i); i++) {
        add_part(out, tc_slice_of(summary->coverage[i].indicator));
        tc_str_addf(out, "=%s", tc_watch_state_name(summary->coverage[i].state));
    }
}

void tc_flat_reasons(tc_str *out, const tc_summary *summary)
{
    size_t start = out->len;
    for (size_t i = 0; i < summary->verdict.reason_count && begin_item(out, start, i); i++)
        add_part(out, tc_slice_of(summary->verdict.reasons[i].key));
}

void tc_flat_bounds(tc_str *out, const tc_summary *summary)
{
    size_t start = out->len;
    for (size_t i = 0; i < summary->bounds.count && begin_item(out, start, i); i++) {
        add_part(out, tc_slice_of(summary->bounds.items[i].what));
        tc_str_addf(out, "=%" PRIu64, summary->bounds.items[i].given_up);
    }
}

void tc_flat_left_out(tc_str *out, const tc_summary *summary)
{
    size_t start = out->len;
    for (size_t i = 0; i < summary->left_out_count && begin_item(out, start, i); i++) {
        const tc_left_out *l = &summary->left_out[i];
        tc_str_addf(out, "%s ", l->kind);
        add_part(out, l->what);
        if (l->ended)
            tc_str_add(out, TC_LIT("=ended"));
        else
            tc_str_addf(out, "=%" PRIu64, l->findings);
    }
}

void tc_flat_problems(tc_str *out, const tc_summary *summary)
{
    size_t start = out->len;
    for (size_t i = 0; i < summary->problem_count && begin_item(out, start, i); i++)
        add_part(out, summary->problems[i].file);
}
