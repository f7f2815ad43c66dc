#include "tests/support/reference_parts.h"

#include "parsers/base/str.h"

#define HISTORY 256

/* --- new_value --- */

static tc_slice join(tc_reference_correlator *r, const tc_correlation *c,
                     const tc_reference_entry *e)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    for (size_t i = 0; i < c->field_count; i++) {
        if (i) tc_str_add(&text, TC_LIT(", "));
        tc_str_add(&text, e->value[i]);
    }
    tc_slice joined = tc_reference_keep(r, tc_str_view(&text));
    tc_str_done(&text);
    return joined;
}

bool tc_reference_new_value_fires(tc_reference_correlator *r, const tc_correlation *c,
                                  tc_reference_series s, tc_reference_outcome *ret)
{
    const tc_reference_entry **known =
        tc_reference_get(r, s.count, sizeof(*known)); /* the last sighting of each value */
    size_t known_count = 0;
    uint64_t events = 0, max = c->baseline.max_values ? c->baseline.max_values : 64;
    uint64_t min = c->baseline.min_events ? c->baseline.min_events : 1;
    tc_time first = 0;
    bool fires = false;
    for (size_t i = 0; i < s.count; i++) {
        const tc_reference_entry *e = s.at[i];
        size_t kept = 0;
        bool seen = false;
        for (size_t j = 0; j < known_count; j++) {
            if (!tc_reference_too_old(c, known[j], e->time)) known[kept++] = known[j];
        }
        known_count = kept;
        if (!known_count) {
            events = 0;
            first = e->time;
        }
        for (size_t j = 0; j < known_count; j++) {
            if (!tc_reference_same_value(c, known[j], e)) continue;
            seen = true;
            known[j] = e;
        }
        bool ripe = known_count && events >= min && e->time - first >= c->baseline.learn_ns;
        bool full = !seen && known_count >= max;
        fires = !seen && !full && ripe;
        if (full && i + 1 == s.count) r->saturated++;
        if (!seen && !full) known[known_count++] = e;
        events++;
    }
    if (!fires) return false;
    const tc_reference_entry *e = s.at[s.count - 1];
    ret->start = e->time;
    ret->count = known_count;
    ret->value = join(r, c, e);
    ret->shown = (tc_reference_proof){0};
    tc_reference_proof_add(&ret->shown, e);
    return true;
}

/* --- value_change --- */

typedef struct change {
    const tc_reference_entry **history, **row; /* learned; and candidates in a row */
    size_t history_count, row_count;
    const tc_reference_entry *adopted;
    tc_time first;
} change;

static const tc_reference_entry *dominant(const tc_correlation *c, const change *w, tc_time now)
{
    uint64_t min = c->baseline.min_events ? c->baseline.min_events : 1;
    double share = c->baseline.share > 0 ? c->baseline.share : 0.8;
    if (w->adopted) return w->adopted;
    if (w->history_count < min || now - w->first < c->baseline.learn_ns) return NULL;
    const tc_reference_entry *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < w->history_count; i++) {
        size_t same = 0;
        for (size_t j = 0; j < w->history_count; j++) {
            same += tc_reference_same_value(c, w->history[i], w->history[j]) ? 1 : 0;
        }
        if (same > most) best = w->history[i];
        if (same == most && best && !tc_reference_same_value(c, best, w->history[i])) best = NULL;
        most = TC_MAX(most, same);
    }
    return (double)most / (double)w->history_count >= share ? best : NULL;
}

static void change_learn(const tc_correlation *c, change *w, const tc_reference_entry *e)
{
    size_t max = TC_MAX((size_t)HISTORY, (size_t)c->baseline.min_events);
    w->history[w->history_count++] = e;
    if (w->history_count <= max) return;
    memmove(w->history, w->history + 1, max * sizeof(*w->history));
    w->history_count = max;
}

static size_t change_needed(const tc_correlation *c)
{
    size_t needed = 1;
    while ((c->condition.set[TC_GTE] && (double)needed < c->condition.number[TC_GTE]) ||
           (c->condition.set[TC_GT] && (double)needed <= c->condition.number[TC_GT])) {
        needed++;
    }
    return needed;
}

static void change_tell(tc_reference_correlator *r, const tc_correlation *c, const change *w,
                        const tc_reference_entry *before, tc_reference_outcome *ret)
{
    const tc_reference_entry *newest = w->history[w->history_count - 1];
    tc_reference_proof row = {0};
    for (size_t i = 0; i < w->row_count; i++) {
        tc_reference_proof_add(&row, w->row[i]);
    }
    ret->shown = row;
    ret->shown.evidence_count = 0;
    if (tc_reference_same_value(c, newest, before) && newest->evidence_count) {
        tc_reference_proof_line(&ret->shown, &newest->evidence[newest->evidence_count - 1], 0);
    }
    for (size_t i = 0; i < row.evidence_count; i++) {
        tc_reference_proof_line(&ret->shown, &row.evidence[i], 0);
    }
    ret->start = w->row[0]->time;
    ret->count = w->row_count;
    ret->value = join(r, c, w->row[0]);
    ret->previous = join(r, c, before);
}

bool tc_reference_value_change_fires(tc_reference_correlator *r, const tc_correlation *c,
                                     tc_reference_series s, tc_reference_outcome *ret)
{
    change w = {.history = tc_reference_get(r, s.count, sizeof(*w.history)),
                .row = tc_reference_get(r, s.count, sizeof(*w.row))};
    bool fires = false;
    for (size_t i = 0; i < s.count; i++) {
        const tc_reference_entry *e = s.at[i];
        fires = false;
        size_t old = 0;
        while (old < w.history_count && tc_reference_too_old(c, w.history[old], e->time)) {
            old++;
        }
        w.history_count -= old;
        memmove(w.history, w.history + old, w.history_count * sizeof(*w.history));
        if (!w.history_count) {
            w.row_count = 0;
            w.adopted = NULL;
            w.first = e->time;
        }
        const tc_reference_entry *now = w.history_count ? dominant(c, &w, e->time) : NULL;
        if (!now || tc_reference_same_value(c, now, e)) {
            w.row_count = 0;
            change_learn(c, &w, e);
            continue;
        }
        if (w.row_count && !tc_reference_same_value(c, w.row[0], e)) w.row_count = 0;
        w.row[w.row_count++] = e;
        if (w.row_count < change_needed(c)) continue;
        fires = true;
        if (i + 1 == s.count) change_tell(r, c, &w, now, ret);
        w.history_count = 0;
        w.row_count = 0;
        w.adopted = e;
        change_learn(c, &w, e);
    }
    return fires;
}
