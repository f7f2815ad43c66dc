#include "detector/live/live_tell_state.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

tc_live_tell *tc_live_tell_new(tc_receiver *const *receivers, size_t count, tc_store *store,
                               bool redact)
{
    tc_live_tell *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return NULL;
    t->receivers = receivers;
    t->count = count;
    t->store = store;
    t->redact = redact;
    tc_str_init(&t->payload, TC_PAYLOAD_MAX);
    t->tellers = tc_alloc(count, sizeof(*t->tellers));
    t->escalations = tc_alloc(count, sizeof(tc_escalation *));
    bool made = t->tellers && t->escalations && !tc_failed(tc_live_tell_reset(t));
    for (size_t i = 0; made && i < count; i++)
        made = (t->tellers[i] = tc_teller_new(receivers[i], redact)) != NULL;
    if (made) return t;
    tc_live_tell_free(t);
    return NULL;
}

void tc_live_tell_free(tc_live_tell *t)
{
    if (t == NULL) return;
    for (size_t i = 0; t->tellers && i < t->count; i++)
        tc_teller_free(t->tellers[i]);
    tc_free(t->tellers);
    tc_live_free_escalations(t);
    tc_free(t->escalations);
    tc_board_free(t->board);
    tc_told_early_free(t->early);
    tc_gate_free(t->gate);
    tc_str_done(&t->payload);
    tc_free(t);
}

TC_STATUS tc_live_tell_reset(tc_live_tell *t)
{
    tc_gate_free(t->gate);
    t->gate = tc_gate_new(NULL);
    tc_board_free(t->board);
    t->board = tc_board_new();
    tc_told_early_free(t->early);
    t->early = tc_told_early_new();
    t->history = (tc_found){.alerts = 0};
    t->history_told = false;
    t->told = t->hash = t->silenced = t->early_told = 0;
    TC_TRY(tc_live_new_escalations(t));
    return (tc_status){t->gate && t->board && t->early ? TC_OK : TC_ENOMEM};
}

/* -- rows ----------------------------------------------------------------------------------- */

TC_STATUS tc_live_put_told(tc_live_tell *t, size_t receiver, const char *id, uint32_t ordinal,
                           tc_level level, tc_time time)
{
    tc_status status = tc_str_status(&t->payload);
    if (!tc_failed(status) && t->payload.len > 0) {
        tc_store_alert row = {.receiver = tc_slice_of(t->receivers[receiver]->name),
                              .id = tc_slice_of(id),
                              .payload = tc_str_view(&t->payload),
                              .ordinal = ordinal,
                              .level = (uint32_t)level,
                              .time = time};
        status = tc_store_outbox_put(t->store, &row);
    }
    tc_str_clear(&t->payload);
    return status;
}

/* What tells two tellings under one id apart: what has happened, and when. */
static uint64_t ordinal_of(const tc_alert *a)
{
    const uint64_t what[] = {a->transition,     (uint64_t)a->time, a->level,
                             a->alert_count,    a->mailbox_count,  a->source_count,
                             a->evidence_count, (uint64_t)a->end};
    return tc_content_hash(tc_slice_make(what, sizeof(what)));
}

static void note_history(tc_live_tell *t, const tc_alert *a)
{
    if (a->transition == TC_TRANSITION_NONE) t->history.alerts++;
    if (a->transition == TC_TRANSITION_OPENED) t->history.incidents++;
    if (a->transition != TC_TRANSITION_NONE)
        t->history.gravest = TC_MAX(t->history.gravest, (uint32_t)a->level);
}

/* To everybody; what is held, to files alone. */
static TC_STATUS put_alert(tc_live_tell *t, const tc_alert *a, bool held)
{
    for (size_t i = 0; i < t->count; i++) {
        if ((held && !t->receivers[i]->ungated) || t->receivers[i]->no_alerts) continue;
        tc_teller_alert(t->tellers[i], a, &t->payload);
        TC_TRY(tc_live_put_told(t, i, a->id, (uint32_t)ordinal_of(a), a->level, a->time));
    }
    return TC_SUCCESS;
}

static bool is_held(tc_live_tell *t, const tc_alert *a, tc_time now)
{
    tc_gate_item item = tc_gate_item_of(a);
    return tc_gate_offer(t->gate, &item, now) != TC_GATE_SEND;
}

/* `again`: it was told, and counted, before its turn. */
static void count(tc_live_tell *t, const tc_alert *a, bool again)
{
    uint64_t ordinal = ordinal_of(a);
    t->told += !again;
    t->hash = tc_content_hash_add(t->hash, tc_slice_of(a->id));
    t->hash = tc_content_hash_add(t->hash, tc_slice_make(&ordinal, sizeof(ordinal)));
    if (a->historic) note_history(t, a);
}

TC_STATUS tc_live_tell_alert(tc_live_tell *t, const tc_alert *a, tc_time now)
{
    bool again = a->transition == TC_TRANSITION_NONE && tc_told_early_has(t->early, a->id);
    count(t, a, again);
    for (size_t i = 0; i < t->count; i++)
        if (t->escalations[i] && !a->historic) tc_escalation_note(t->escalations[i], a, now);
    if (again) return TC_SUCCESS;
    bool silent = tc_board_is_silent(t->board, a, now);
    tc_board_note(t->board, a, now);
    if (a->historic) return put_alert(t, a, true);
    t->silenced += silent;
    return put_alert(t, a, silent || is_held(t, a, now));
}

TC_STATUS tc_live_tell_early(tc_live_tell *t, const tc_alert *a, uint64_t about, tc_time now)
{
    if (!tc_told_early_add(t->early, a->id, about, a->time)) return TC_SUCCESS;
    /* Its turn may never come: past a bound newcomers of a rule share one place. */
    t->early_told++;
    t->told++;
    return put_alert(t, a, is_held(t, a, now));
}

void tc_live_tell_turned(tc_live_tell *t, tc_time before)
{
    tc_told_early_forget(t->early, before);
}

/* -- what people say ------------------------------------------------------------------------ */

static void settle_escalations(tc_live_tell *t, const char *incident)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->escalations[i]) tc_escalation_acknowledge(t->escalations[i], tc_slice_of(incident));
}

void tc_live_tell_say(tc_live_tell *t, const tc_request *r)
{
    tc_said said = {tc_slice_of(r->by), tc_slice_of(r->note), r->now};
    if (r->kind == TC_REQUEST_ACK) tc_board_acknowledge(t->board, r->incident, &said);
    if (r->kind == TC_REQUEST_CLOSE) tc_board_close(t->board, r->incident, r->is_true, &said);
    if (r->kind == TC_REQUEST_SILENCE) tc_board_silence(t->board, r->incident, r->until, &said);
    if (r->kind <= TC_REQUEST_SILENCE) settle_escalations(t, r->incident);
}

tc_board *tc_live_tell_board(const tc_live_tell *t)
{
    return t->board;
}

uint64_t tc_live_tell_silenced(const tc_live_tell *t)
{
    return t->silenced;
}

uint64_t tc_live_tell_early_count(const tc_live_tell *t)
{
    return t->early_told;
}

/* -- figures and state ---------------------------------------------------------------------- */

uint64_t tc_live_tell_count(const tc_live_tell *t)
{
    return t->told;
}

uint64_t tc_live_tell_hash(const tc_live_tell *t)
{
    return t->hash;
}

void tc_live_tell_visit(tc_live_tell *t, tc_visit *v)
{
    if (tc_visit_begin(v, "told", 3)) {
        tc_visit_u64(v, &t->history.incidents);
        tc_visit_below(v, &t->history.gravest, TC_LEVEL_COUNT);
        tc_visit_u64(v, &t->history.alerts);
        tc_visit_bool(v, &t->history_told);
        tc_visit_u64(v, &t->told);
        tc_visit_u64(v, &t->hash);
        tc_visit_u64(v, &t->silenced);
        tc_visit_u64(v, &t->early_told);
        tc_board_visit(t->board, v);
        tc_visit_end(v);
    }
    tc_told_early_visit(t->early, v);
    tc_gate_visit(t->gate, v);
    tc_live_visit_escalations(t, v);
}
