#include "detector/send/gate_tables.h"

#include "parsers/base/alloc.h"

#define SUMMARY_FIRST (5 * TC_MINUTE)
#define SUMMARY_STEPS 4 /* 5, 10, 20, 40, 60 minutes */

static const tc_gate_options usual = {.minute = 600,
                                      .hour = 6000,
                                      .rule_minute = 20,
                                      .rule_hour = 120,
                                      .growth = 3,
                                      .night = 12 * TC_HOUR,
                                      .summaries = 100};

static tc_gate_options complete(const tc_gate_options *given)
{
    tc_gate_options o = given ? *given : usual;
    if (o.minute == 0) o.minute = usual.minute;
    if (o.hour == 0) o.hour = usual.hour;
    if (o.rule_minute == 0) o.rule_minute = usual.rule_minute;
    if (o.rule_hour == 0) o.rule_hour = usual.rule_hour;
    if (o.growth == 0) o.growth = usual.growth;
    if (o.night <= 0) o.night = usual.night;
    if (o.summaries == 0) o.summaries = usual.summaries;
    o.growth = TC_MIN(o.growth, (uint32_t)TC_GATE_GROWTH_MAX);
    return o;
}

tc_gate *tc_gate_new(const tc_gate_options *options)
{
    tc_gate *g = tc_alloc(1, sizeof(*g));
    if (g == NULL) return NULL;
    g->options = complete(options);
    g->now = 0; /* before 1970 nothing was sent */
    for (size_t i = 0; i < TC_GATE_RULES; i++) {
        tc_gate_let_go(&g->rules[i].held);
        g->rules[i].last_told = TC_TIME_NONE;
    }
    for (size_t i = 0; i < TC_GATE_INCIDENTS; i++)
        tc_gate_let_go(&g->incidents[i].held);
    snprintf(g->rules[0].name, sizeof(g->rules[0].name), "other rules");
    return g;
}

void tc_gate_free(tc_gate *gate)
{
    tc_free(gate);
}

tc_gate_item tc_gate_item_of(const tc_alert *a)
{
    tc_slice rule = a->rule_id.len ? a->rule_id : a->rule_name.len ? a->rule_name : a->rule_title;
    return (tc_gate_item){rule, tc_slice_of(a->incident_id), a->transition, a->level};
}

const char *tc_gate_answer_name(tc_gate_answer answer)
{
    static const char *const names[TC_GATE_ANSWER_COUNT] = {"sent", "inhibited", "growth", "rule",
                                                            "whole"};
    return names[answer];
}

tc_gate_counts tc_gate_counted(const tc_gate *gate)
{
    return gate->counts;
}

/* -- the rates ------------------------------------------------------------------------------- */

static bool has_room_whole(tc_gate *g, bool is_alert)
{
    const tc_gate_options *o = &g->options;
    if (tc_rate_sum(&g->minute, TC_MINUTE, g->now) >= o->minute ||
        tc_rate_sum(&g->hour, TC_HOUR, g->now) >= o->hour)
        return false;
    /* A third is for incidents alone. */
    return !is_alert || (tc_rate_sum(&g->alerts_minute, TC_MINUTE, g->now) < o->minute / 3 * 2 &&
                         tc_rate_sum(&g->alerts_hour, TC_HOUR, g->now) < o->hour / 3 * 2);
}

static bool has_room_rule(tc_gate *g, tc_gate_rule *r)
{
    return tc_rate_sum(&r->minute, TC_MINUTE, g->now) < g->options.rule_minute &&
           tc_rate_sum(&r->hour, TC_HOUR, g->now) < g->options.rule_hour;
}

static void count_sent(tc_gate *g, tc_gate_rule *r, bool is_alert)
{
    tc_rate_add(&g->minute);
    tc_rate_add(&g->hour);
    if (!is_alert) return;
    tc_rate_add(&g->alerts_minute);
    tc_rate_add(&g->alerts_hour);
    tc_rate_add(&r->minute);
    tc_rate_add(&r->hour);
}

/* -- one offer ------------------------------------------------------------------------------- */

static bool is_growth(tc_transition t)
{
    return t == TC_TRANSITION_GROWN || t == TC_TRANSITION_MERGED;
}

static bool may_grow(const tc_gate *g, const tc_gate_incident *i)
{
    uint32_t lately = 0;
    for (size_t n = 0; n < TC_GATE_GROWTH_MAX; n++)
        if (i->grown[n] != TC_TIME_NONE && tc_time_between(i->grown[n], g->now) < g->options.night)
            lately++;
    return lately < g->options.growth;
}

/* Why it must be held, or that it need not be. */
static tc_gate_answer judge(tc_gate *g, const tc_gate_item *item, tc_gate_rule *r,
                            const tc_gate_incident *i)
{
    bool is_alert = item->transition == TC_TRANSITION_NONE;
    if (is_alert && i != NULL && i->is_open) return TC_GATE_INHIBITED;
    if (is_growth(item->transition) && i != NULL && !may_grow(g, i)) return TC_GATE_GROWTH;
    if (is_alert && !has_room_rule(g, r)) return TC_GATE_RULE;
    return has_room_whole(g, is_alert) ? TC_GATE_SEND : TC_GATE_WHOLE;
}

/* What is told of an incident includes what was held of it: its message counts its alerts. */
static void note_sent(tc_gate *g, const tc_gate_item *item, tc_gate_incident *i)
{
    if (i == NULL || item->transition == TC_TRANSITION_NONE) return;
    i->is_open =
        item->transition != TC_TRANSITION_CLOSED && item->transition != TC_TRANSITION_FINAL;
    if (is_growth(item->transition)) i->grown[i->grown_at++ % TC_GATE_GROWTH_MAX] = g->now;
    g->counts.told += i->held.count;
    tc_gate_let_go(&i->held);
}

static int64_t summary_span(uint32_t step)
{
    return TC_MIN(SUMMARY_FIRST << step, TC_HOUR);
}

static void note_held(tc_gate *g, const tc_gate_item *item, tc_gate_answer answer, tc_gate_rule *r,
                      tc_gate_incident *i)
{
    if (answer == TC_GATE_INHIBITED || answer == TC_GATE_GROWTH) {
        tc_gate_hold(&i->held, item->level, g->now, tc_time_add(g->now, g->options.night));
        return;
    }
    bool is_new = r->held.count == 0 && (r->last_told == TC_TIME_NONE ||
                                         tc_time_between(r->last_told, g->now) > 2 * TC_HOUR);
    if (is_new) r->step = 0;
    tc_gate_hold(&r->held, item->level, g->now, tc_time_add(g->now, summary_span(r->step)));
}

tc_gate_answer tc_gate_offer(tc_gate *g, const tc_gate_item *item, tc_time now)
{
    g->now = TC_MAX(g->now, now);
    tc_gate_rule *r = tc_gate_rule_of(g, item->rule);
    tc_gate_incident *i = NULL;
    if (item->incident.len)
        i = tc_gate_incident_of(g, item->incident, item->transition != TC_TRANSITION_NONE);
    r->last_used = g->now;
    if (i != NULL) i->last_used = g->now;
    tc_gate_answer answer = judge(g, item, r, i);
    g->counts.offered++;
    g->counts.answered[answer]++;
    if (answer == TC_GATE_SEND) {
        count_sent(g, r, item->transition == TC_TRANSITION_NONE);
        note_sent(g, item, i);
    } else {
        note_held(g, item, answer, r, i);
    }
    return answer;
}

/* -- summaries ------------------------------------------------------------------------------- */

static void hand_out(tc_gate *g, const tc_gate_held *held, const char *what, const char *name,
                     tc_notice_take take, void *context)
{
    char count[24], first[TC_TIME_TEXT], last[TC_TIME_TEXT], words[400];
    snprintf(count, sizeof(count), "%" PRIu64, held->count);
    (void)tc_time_format_ms(held->first, first);
    (void)tc_time_format_ms(held->last, last);
    snprintf(words, sizeof(words),
             "%s more messages of %s %s were held back between %s and %s, the gravest of level %s",
             count, what, name, first, last, tc_level_name(held->level));
    const tc_notice_fact facts[] = {{"held", tc_slice_of(count), true},
                                    {what, tc_slice_of(name), false},
                                    {"first", tc_slice_of(first), false},
                                    {"last", tc_slice_of(last), false}};
    tc_notice notice = {.kind = "held",
                        .time = held->last,
                        .level = held->level,
                        .message = tc_slice_of(words),
                        .facts = facts,
                        .fact_count = TC_COUNT_OF(facts)};
    tc_notice_identify(&notice, tc_slice_of(words));
    g->counts.told += held->count;
    g->counts.summaries++;
    tc_rate_add(&g->summaries);
    take(context, &notice);
}

static bool is_due(tc_gate *g, const tc_gate_held *held, bool all)
{
    if (held->count == 0) return false;
    if (all) return true;
    return held->due <= g->now &&
           tc_rate_sum(&g->summaries, TC_MINUTE, g->now) < g->options.summaries;
}

void tc_gate_tell(tc_gate *g, tc_time now, bool all, tc_notice_take take, void *context)
{
    g->now = TC_MAX(g->now, now);
    for (size_t i = 0; i < TC_GATE_RULES; i++) {
        tc_gate_rule *r = &g->rules[i];
        if (!is_due(g, &r->held, all)) continue;
        tc_gate_held held = r->held;
        tc_gate_let_go(&r->held);
        r->last_told = g->now;
        r->step = TC_MIN(r->step + 1, (uint32_t)SUMMARY_STEPS);
        hand_out(g, &held, "rule", r->name, take, context);
    }
    for (size_t i = 0; i < TC_GATE_INCIDENTS; i++) {
        tc_gate_incident *one = &g->incidents[i];
        if (!is_due(g, &one->held, all)) continue;
        tc_gate_held held = one->held;
        tc_gate_let_go(&one->held);
        hand_out(g, &held, "incident", one->id, take, context);
    }
}

tc_time tc_gate_next(const tc_gate *g)
{
    tc_time next = TC_TIME_MAX;
    for (size_t i = 0; i < TC_GATE_RULES; i++)
        next = TC_MIN(next, g->rules[i].held.due);
    for (size_t i = 0; i < TC_GATE_INCIDENTS; i++)
        next = TC_MIN(next, g->incidents[i].held.due);
    return next;
}
