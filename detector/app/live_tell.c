#include "detector/app/live_tell.h"

#include "detector/send/gate.h"
#include "detector/send/message.h"
#include "detector/store/store.h"
#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

/* What was found in the history. */
typedef struct found {
    uint64_t incidents, alerts;
    uint32_t gravest; /* level that an incident came to */
} found;

struct tc_live_tell {
    tc_receiver *const *receivers;
    tc_teller **tellers;
    size_t count;
    tc_store *store;
    tc_gate *gate;
    found history;
    bool history_told;
    uint64_t told, hash;
    tc_str payload;
    tc_status failed;  /* in telling a notice */
    bool is_for_files; /* the notice is */
};

tc_live_tell *tc_live_tell_new(tc_receiver *const *receivers, size_t count, tc_store *store,
                               bool redact)
{
    tc_live_tell *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return NULL;
    t->receivers = receivers;
    t->count = count;
    t->store = store;
    tc_str_init(&t->payload, TC_PAYLOAD_MAX);
    t->tellers = tc_alloc(count, sizeof(*t->tellers));
    bool made = t->tellers != NULL && !tc_failed(tc_live_tell_reset(t));
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
    tc_gate_free(t->gate);
    tc_str_done(&t->payload);
    tc_free(t);
}

TC_STATUS tc_live_tell_reset(tc_live_tell *t)
{
    tc_gate_free(t->gate);
    t->gate = tc_gate_new(NULL);
    t->history = (found){.alerts = 0};
    t->history_told = false;
    t->told = t->hash = 0;
    return (tc_status){t->gate ? TC_OK : TC_ENOMEM};
}

/* -- rows ----------------------------------------------------------------------------------- */

static TC_STATUS put_row(tc_live_tell *t, size_t receiver, const char *id, uint32_t ordinal,
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

TC_STATUS tc_live_tell_alert(tc_live_tell *t, const tc_alert *a, tc_time now)
{
    uint64_t ordinal = ordinal_of(a);
    bool held = a->historic;
    t->told++;
    t->hash = tc_content_hash_add(t->hash, tc_slice_of(a->id));
    t->hash = tc_content_hash_add(t->hash, tc_slice_make(&ordinal, sizeof(ordinal)));
    if (a->historic) {
        note_history(t, a);
    } else {
        tc_gate_item item = tc_gate_item_of(a);
        held = tc_gate_offer(t->gate, &item, now) != TC_GATE_SEND;
    }
    for (size_t i = 0; i < t->count; i++) {
        if (held && !t->receivers[i]->ungated) continue;
        tc_teller_alert(t->tellers[i], a, &t->payload);
        TC_TRY(put_row(t, i, a->id, (uint32_t)ordinal, a->level, a->time));
    }
    return TC_SUCCESS;
}

/* -- notices -------------------------------------------------------------------------------- */

static void tell_notice(void *context, const tc_notice *notice)
{
    tc_live_tell *t = context;
    for (size_t i = 0; i < t->count && !tc_failed(t->failed); i++) {
        if (t->receivers[i]->ungated && !t->is_for_files) continue;
        tc_teller_notice(t->tellers[i], notice, &t->payload);
        t->failed = put_row(t, i, notice->id, 0, notice->level, notice->time);
    }
}

bool tc_live_tell_is_due(const tc_live_tell *t, tc_time now)
{
    return tc_gate_next(t->gate) <= now;
}

TC_STATUS tc_live_tell_due(tc_live_tell *t, tc_time now)
{
    t->failed = TC_SUCCESS;
    t->is_for_files = false; /* they have all of it */
    tc_gate_tell(t->gate, now, false, tell_notice, t);
    return t->failed;
}

TC_STATUS tc_live_tell_history(tc_live_tell *t, tc_time now)
{
    char message[256], incidents[24], alerts[24];
    tc_level gravest = (tc_level)t->history.gravest;
    if (t->history_told) return TC_SUCCESS;
    t->history_told = true;
    if (t->history.incidents + t->history.alerts == 0) return TC_SUCCESS;
    snprintf(incidents, sizeof(incidents), "%" PRIu64, t->history.incidents);
    snprintf(alerts, sizeof(alerts), "%" PRIu64, t->history.alerts);
    snprintf(message, sizeof(message),
             "The history was read: %s incidents and %s single alerts of the time before the first "
             "start (up to level %s)",
             incidents, alerts, tc_level_name(gravest));
    const tc_notice_fact facts[] = {{"incidents", tc_slice_of(incidents), true},
                                    {"alerts", tc_slice_of(alerts), true}};
    tc_notice notice = {.kind = "history",
                        .time = now,
                        .level = gravest,
                        .message = tc_slice_of(message),
                        .facts = facts,
                        .fact_count = TC_COUNT_OF(facts)};
    tc_notice_identify(&notice, TC_LIT("history"));
    t->failed = TC_SUCCESS;
    t->is_for_files = true;
    tell_notice(t, &notice);
    return t->failed;
}

TC_STATUS tc_live_tell_heartbeat(tc_live_tell *t, const tc_heartbeat *beat)
{
    t->failed = TC_SUCCESS;
    t->is_for_files = false;
    tc_notice_heartbeat(beat, tell_notice, t);
    return t->failed;
}

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
    if (tc_visit_begin(v, "told", 1)) {
        tc_visit_u64(v, &t->history.incidents);
        tc_visit_below(v, &t->history.gravest, TC_LEVEL_COUNT);
        tc_visit_u64(v, &t->history.alerts);
        tc_visit_bool(v, &t->history_told);
        tc_visit_u64(v, &t->told);
        tc_visit_u64(v, &t->hash);
        tc_visit_end(v);
    }
    tc_gate_visit(t->gate, v);
}
