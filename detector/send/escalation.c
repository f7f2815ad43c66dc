#include "detector/send/escalation.h"

#include "parsers/base/alloc.h"

typedef struct waiting {
    char incident[33];
    tc_time due; /* TC_TIME_MAX: it has gone, and is remembered so that it does not go twice */
    tc_time noted;
} waiting;

struct tc_escalation {
    int64_t after;
    waiting entries[TC_ESCALATIONS_MAX];
    size_t count;
};

tc_escalation *tc_escalation_new(int64_t after)
{
    tc_escalation *e = tc_alloc(1, sizeof(*e));
    if (e != NULL) e->after = after > 0 ? after : TC_ESCALATION_AFTER;
    return e;
}

void tc_escalation_free(tc_escalation *e)
{
    tc_free(e);
}

static waiting *find(tc_escalation *e, tc_slice incident)
{
    for (size_t i = 0; i < e->count; i++)
        if (tc_slice_equal(tc_slice_of(e->entries[i].incident), incident)) return &e->entries[i];
    return NULL;
}

static void remove_entry(tc_escalation *e, const waiting *entry)
{
    size_t i = (size_t)(entry - e->entries);
    for (e->count--; i < e->count; i++)
        e->entries[i] = e->entries[i + 1];
}

/* Room for one more: the eldest that has gone is forgotten; is there none, the eldest that waits is
 * due at once, and its place is had when it has gone. */
static bool make_room(tc_escalation *e)
{
    waiting *eldest = NULL, *gone = NULL;
    if (e->count < TC_ESCALATIONS_MAX) return true;
    for (size_t i = 0; i < e->count; i++) {
        waiting *w = &e->entries[i];
        if (w->due == TC_TIME_MAX && (gone == NULL || w->noted < gone->noted)) gone = w;
        if (w->due != TC_TIME_MAX && (eldest == NULL || w->due < eldest->due)) eldest = w;
    }
    if (gone != NULL) {
        remove_entry(e, gone);
        return true;
    }
    eldest->due = TC_TIME_NONE;
    return false;
}

void tc_escalation_note(tc_escalation *e, const tc_alert *a, tc_time now)
{
    tc_slice incident = tc_slice_of(a->incident_id);
    bool is_over = a->transition == TC_TRANSITION_CLOSED || a->transition == TC_TRANSITION_FINAL ||
                   a->merged_into[0] != 0;
    if (a->transition == TC_TRANSITION_NONE || incident.len == 0) return;
    if (is_over) {
        tc_escalation_acknowledge(e, incident);
        return;
    }
    if (a->level != TC_LEVEL_CRITICAL || find(e, incident) != NULL || !make_room(e)) return;
    waiting *w = &e->entries[e->count++];
    *w = (waiting){.due = tc_time_add(now, e->after), .noted = now};
    (void)tc_slice_to_cstr(incident, w->incident, sizeof(w->incident));
}

/* It stays known as one that goes no more: a later change of it must not begin anew. */
void tc_escalation_acknowledge(tc_escalation *e, tc_slice incident)
{
    waiting *w = find(e, incident);
    if (w != NULL) w->due = TC_TIME_MAX;
}

bool tc_escalation_due(tc_escalation *e, tc_time now, char ret[33])
{
    for (size_t i = 0; i < e->count; i++) {
        waiting *w = &e->entries[i];
        if (w->due == TC_TIME_MAX || w->due > now) continue;
        w->due = TC_TIME_MAX;
        memcpy(ret, w->incident, sizeof(w->incident));
        return true;
    }
    return false;
}

tc_time tc_escalation_next(const tc_escalation *e)
{
    tc_time next = TC_TIME_MAX;
    for (size_t i = 0; i < e->count; i++)
        next = TC_MIN(next, e->entries[i].due);
    return next;
}

void tc_escalation_visit(tc_escalation *e, tc_visit *v)
{
    if (!tc_visit_begin(v, "escalation", 1)) return;
    tc_visit_count(v, &e->count, TC_ESCALATIONS_MAX);
    for (size_t i = 0; i < e->count; i++) {
        tc_visit_cstr(v, e->entries[i].incident, sizeof(e->entries[i].incident));
        tc_visit_time(v, &e->entries[i].due);
        tc_visit_time(v, &e->entries[i].noted);
    }
    tc_visit_end(v);
}
