/* Critical incidents that nobody has taken on go once to whom a receiver escalates. */
#include "detector/live/live_tell_state.h"

TC_STATUS tc_live_new_escalations(tc_live_tell *t)
{
    tc_live_free_escalations(t);
    for (size_t i = 0; i < t->count; i++) {
        if (t->receivers[i]->escalate_to == NULL) continue;
        t->escalations[i] = tc_escalation_new(t->receivers[i]->escalate_after);
        if (t->escalations[i] == NULL) return (tc_status){TC_ENOMEM};
    }
    return TC_SUCCESS;
}

void tc_live_free_escalations(tc_live_tell *t)
{
    for (size_t i = 0; t->escalations && i < t->count; i++) {
        tc_escalation_free(t->escalations[i]);
        t->escalations[i] = NULL;
    }
}

tc_time tc_live_next_escalation(const tc_live_tell *t)
{
    tc_time next = TC_TIME_MAX;
    for (size_t i = 0; i < t->count; i++)
        if (t->escalations[i]) next = TC_MIN(next, tc_escalation_next(t->escalations[i]));
    return next;
}

/* -- telling -------------------------------------------------------------------------------- */

static void word(const tc_live_tell *t, const tc_board_row *row, int64_t after, tc_str *out)
{
    tc_str_addf(out, "Not acknowledged for %" PRId64 " minutes: ", after / TC_MINUTE);
    if (t->redact)
        tc_str_add(out, TC_LIT("a critical incident"));
    else
        tc_str_add(out, tc_slice_of(row->message));
    tc_str_addf(out, " (tocsin incident show %.8s)", row->id);
}

static TC_STATUS tell(tc_live_tell *t, const tc_receiver *from, const char *incident, tc_time now,
                      tc_notice_take take)
{
    bool several;
    char mailboxes[24], opened[TC_TIME_TEXT];
    tc_str words;
    const tc_board_row *row = tc_board_find(t->board, tc_slice_of(incident), &several);
    if (row == NULL || row->stand != TC_STAND_OPEN) return TC_SUCCESS;
    if (row->silent_until != TC_TIME_NONE && now < row->silent_until) return TC_SUCCESS;
    int64_t after = from->escalate_after ? from->escalate_after : TC_ESCALATION_AFTER;
    tc_str_init(&words, 1024);
    word(t, row, after, &words);
    snprintf(mailboxes, sizeof(mailboxes), "%" PRIu64, row->mailboxes);
    const tc_notice_fact facts[] = {
        {"incident_id", tc_slice_of(incident), false},
        {"opened", tc_slice_of(tc_time_format_ms(row->opened, opened)), false},
        {"mailboxes", tc_slice_of(mailboxes), true}};
    tc_notice notice = {.kind = "escalation",
                        .time = now,
                        .level = row->level,
                        .message = tc_str_view(&words),
                        .facts = facts,
                        .fact_count = TC_COUNT_OF(facts)};
    tc_notice_identify(&notice, tc_slice_of(incident));
    t->failed = tc_str_status(&words);
    t->only = from->escalate_to;
    if (!tc_failed(t->failed)) take(t, &notice);
    t->only = NULL;
    tc_str_done(&words);
    return t->failed;
}

TC_STATUS tc_live_tell_escalations(tc_live_tell *t, tc_time now, tc_notice_take take)
{
    char incident[33];
    for (size_t i = 0; i < t->count; i++)
        while (t->escalations[i] && tc_escalation_due(t->escalations[i], now, incident))
            TC_TRY(tell(t, t->receivers[i], incident, now, take));
    return TC_SUCCESS;
}

/* -- saved ---------------------------------------------------------------------------------- */

#define SAVED_MAX 64

static size_t saved_count(const tc_live_tell *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++)
        count += t->escalations[i] != NULL;
    return count;
}

static void load(tc_live_tell *t, tc_visit *v)
{
    char name[256] = "";
    tc_escalation *into = NULL, *nobodys = NULL;
    if (tc_visit_begin(v, "escalates", 1)) {
        tc_visit_cstr(v, name, sizeof(name));
        tc_visit_end(v);
    }
    for (size_t i = 0; i < t->count; i++)
        if (t->escalations[i] && strcmp(t->receivers[i]->name, name) == 0) into = t->escalations[i];
    if (into == NULL) into = nobodys = tc_escalation_new(0);
    if (into != NULL)
        tc_escalation_visit(into, v);
    else
        tc_visit_fail(v, TC_ENOMEM, "no memory for escalations");
    tc_escalation_free(nobodys);
}

static void save(tc_live_tell *t, size_t i, tc_visit *v)
{
    if (tc_visit_begin(v, "escalates", 1)) {
        char name[256];
        (void)tc_slice_to_cstr(tc_slice_of(t->receivers[i]->name), name, sizeof(name));
        tc_visit_cstr(v, name, sizeof(name));
        tc_visit_end(v);
    }
    tc_escalation_visit(t->escalations[i], v);
}

/* By the receiver's name: the next run may have others. */
void tc_live_visit_escalations(tc_live_tell *t, tc_visit *v)
{
    size_t count = saved_count(t);
    if (!tc_visit_begin(v, "escalations", 1)) return;
    tc_visit_count(v, &count, SAVED_MAX);
    tc_visit_end(v);
    for (size_t i = 0; tc_visit_loads(v) && i < count && !tc_visit_failed(v); i++)
        load(t, v);
    for (size_t i = 0; !tc_visit_loads(v) && i < t->count; i++)
        if (t->escalations[i]) save(t, i, v);
}
