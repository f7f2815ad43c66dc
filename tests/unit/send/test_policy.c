/* What a failure means, what of a storm is sent, and when somebody else is told: with given times.
 */
#include "detector/send/delivery.h"
#include "detector/send/escalation.h"
#include "detector/send/gate.h"
#include "detector/send/rate.h"
#include "parsers/base/str.h"

#include <criterion/criterion.h>

#define T0 (INT64_C(1700000000) * TC_SECOND)

TestSuite(policy, .timeout = 60);

/* -- delivery -------------------------------------------------------------------------------- */

Test(policy, waits_double_to_a_minute_and_never_fall_below_a_second)
{
    tc_delivery d;
    tc_delivery_init(&d, &(tc_delivery_options){.refusals = 0});
    for (uint32_t n = 1; n < 80; n++)
        for (unsigned c = 0; c < 100; c++) {
            uint64_t wait = tc_delivery_wait(&d.options, n, c * UINT64_C(0x123456789abcdef));
            uint64_t most = n > 5 ? 60000 : UINT64_C(1000) << n;
            cr_expect_geq(wait, TC_MAX(most / 2, 1000));
            cr_expect_leq(wait, most);
        }
    cr_expect_eq(tc_delivery_wait(&d.options, 9, 0), 30000);
    cr_expect_eq(tc_delivery_wait(&d.options, 9, 30000), 60000);
}

Test(policy, a_receiver_that_is_gone_costs_no_row_however_long)
{
    tc_delivery d;
    tc_delivery_init(&d, &(tc_delivery_options){.refusals = 0});
    for (unsigned i = 0; i < 100000; i++)
        cr_assert_eq(tc_delivery_broke(&d, 0, false, i, i), TC_VERDICT_AGAIN);
    /* One that takes connections and closes them: the eldest row is suspected, the next one breaks,
     * too. */
    for (unsigned i = 0; i < 1000; i++) {
        tc_delivery_verdict verdict = tc_delivery_broke(&d, 1 + (i % 4 == 3), true, i, i);
        cr_assert_neq(verdict, TC_VERDICT_DEAD);
    }
    cr_expect(d.careful);
    tc_delivery_arrived(&d, 1);
    cr_expect_eq(d.wait_until, 0);
    cr_expect_eq(d.failures, 0);
    cr_expect_not(d.careful);
}

Test(policy, a_row_that_breaks_alone_while_others_arrive_is_dead)
{
    tc_delivery d;
    tc_delivery_init(&d, &(tc_delivery_options){.refusals = 0});
    cr_expect_eq(tc_delivery_broke(&d, 7, false, 0, 0), TC_VERDICT_AGAIN, "others were under way");
    cr_expect_eq(tc_delivery_broke(&d, 7, true, 0, 0), TC_VERDICT_AGAIN);
    cr_expect_eq(tc_delivery_broke(&d, 7, true, 0, 0), TC_VERDICT_AGAIN);
    cr_expect_eq(tc_delivery_broke(&d, 7, true, 0, 0), TC_VERDICT_BEHIND);
    tc_delivery_arrived(&d, 8);
    cr_expect_eq(tc_delivery_broke(&d, 7, true, 0, 0), TC_VERDICT_DEAD);
    cr_expect_eq(tc_delivery_broke(&d, 9, true, 0, 0), TC_VERDICT_AGAIN, "all is forgotten");
}

Test(policy, a_row_that_is_refused_three_times_is_dead)
{
    tc_delivery d;
    tc_delivery_init(&d, &(tc_delivery_options){.refusals = 0});
    cr_expect_eq(tc_delivery_refused(&d, 7, 1), TC_VERDICT_BEHIND);
    cr_expect_eq(tc_delivery_refused(&d, 7, 2), TC_VERDICT_BEHIND);
    cr_expect_eq(tc_delivery_refused(&d, 7, 3), TC_VERDICT_DEAD);
}

/* -- rates ----------------------------------------------------------------------------------- */

Test(policy, a_rate_bounds_every_span_wherever_it_begins)
{
    static tc_time sent[20000];
    size_t count = 0;
    tc_rate rate = {.newest = 0};
    for (tc_time now = T0; now < T0 + 10 * TC_MINUTE; now = tc_time_add(now, TC_SECOND / 7)) {
        if (tc_rate_sum(&rate, TC_MINUTE, now) >= 100) continue;
        tc_rate_add(&rate);
        sent[count++] = now;
    }
    cr_expect_gt(count, 900);
    for (size_t i = 0; i + 100 < count; i++)
        cr_assert_geq(tc_time_between(sent[i], sent[i + 100]), TC_MINUTE);
}

/* -- the gate -------------------------------------------------------------------------------- */

typedef struct told {
    uint64_t summaries, held;
    tc_level level;
    char ids[512][33];
} told;

static void take(void *context, const tc_notice *notice)
{
    told *t = context;
    uint64_t held = 0;
    cr_assert(tc_slice_to_u64(notice->facts[0].text, &held));
    cr_assert_str_eq(notice->facts[0].name, "held");
    for (uint64_t i = 0; i < t->summaries && i < 512; i++)
        cr_assert_str_neq(t->ids[i], notice->id);
    if (t->summaries < 512) memcpy(t->ids[t->summaries], notice->id, 33);
    t->level = TC_MAX(t->level, notice->level);
    t->summaries++;
    t->held += held;
}

static tc_gate_item alert_of(const char *rule, const char *incident)
{
    return (tc_gate_item){tc_slice_of(rule), tc_slice_of(incident), TC_TRANSITION_NONE,
                          TC_LEVEL_MEDIUM};
}

static void expect_sum(const tc_gate *gate, const told *t)
{
    tc_gate_counts c = tc_gate_counted(gate);
    uint64_t held = 0;
    for (unsigned i = 1; i < TC_GATE_ANSWER_COUNT; i++)
        held += c.answered[i];
    cr_expect_eq(c.offered, c.answered[TC_GATE_SEND] + held);
    cr_expect_eq(c.told, held);
    cr_expect_eq(c.summaries, t->summaries);
}

Test(policy, a_million_events_a_minute_are_at_most_700_messages_and_every_one_is_counted)
{
    static told t;
    tc_gate *gate = tc_gate_new(NULL);
    cr_assert_not_null(gate);
    uint64_t sent[2] = {0};
    for (unsigned i = 0; i < 2000000; i++) {
        char rule[32];
        tc_time now = T0 + i * (TC_MINUTE / 1000000);
        snprintf(rule, sizeof(rule), "rule-%u", i % 1000);
        tc_gate_item item = alert_of(rule, "");
        uint64_t before = t.summaries;
        sent[i / 1000000] += tc_gate_offer(gate, &item, now) == TC_GATE_SEND;
        if (i % 1000 == 0) tc_gate_tell(gate, now, false, take, &t);
        sent[i / 1000000] += t.summaries - before;
    }
    for (size_t i = 0; i < TC_COUNT_OF(sent); i++) {
        cr_expect_leq(sent[i], 700);
        cr_expect_geq(sent[i], 100);
    }
    tc_gate_tell(gate, T0 + TC_HOUR, true, take, &t);
    cr_expect_eq(tc_gate_counted(gate).answered[TC_GATE_SEND] + t.held, 2000000);
    expect_sum(gate, &t);
    cr_expect_eq(tc_gate_next(gate), TC_TIME_MAX);
    tc_gate_free(gate);
}

Test(policy, one_rule_in_a_storm_keeps_no_other_rule_and_no_incident_back)
{
    tc_gate *gate = tc_gate_new(NULL);
    for (unsigned i = 0; i < 100000; i++) {
        tc_gate_item item = alert_of("loud", "");
        (void)tc_gate_offer(gate, &item, T0 + i * TC_SECOND / 2000);
    }
    tc_time now = T0 + 50 * TC_SECOND;
    tc_gate_item quiet = alert_of("quiet", ""), opened = alert_of("loud", "i1");
    opened.transition = TC_TRANSITION_OPENED;
    cr_expect_eq(tc_gate_offer(gate, &quiet, now), TC_GATE_SEND);
    cr_expect_eq(tc_gate_offer(gate, &opened, now), TC_GATE_SEND);
    cr_expect_eq(tc_gate_next(gate) - T0, 5 * TC_MINUTE + 20 * (TC_SECOND / 2000));
    tc_gate_free(gate);
}

Test(policy, summaries_of_a_rule_come_after_five_minutes_then_ever_later_up_to_an_hour)
{
    static told t;
    static const int64_t wanted[] = {5, 15, 35, 75, 135, 195};
    size_t n = 0;
    tc_gate *gate = tc_gate_new(&(tc_gate_options){.rule_minute = 1, .rule_hour = 1});
    for (int64_t s = 0; s < 200 * 60; s++) {
        tc_gate_item item = alert_of("loud", "");
        uint64_t before = t.summaries;
        (void)tc_gate_offer(gate, &item, T0 + s * TC_SECOND);
        tc_gate_tell(gate, T0 + s * TC_SECOND, false, take, &t);
        if (t.summaries == before) continue;
        cr_assert_lt(n, TC_COUNT_OF(wanted));
        int64_t minutes = s / 60;
        cr_expect_leq(minutes - wanted[n], 1, "%" PRId64 ", not %" PRId64, minutes, wanted[n]);
        cr_expect_geq(minutes, wanted[n]);
        n++;
    }
    cr_expect_eq(n, TC_COUNT_OF(wanted));
    tc_gate_free(gate);
}

Test(policy, alerts_of_an_incident_that_was_told_are_inhibited_until_it_closes)
{
    static told t;
    tc_gate *gate = tc_gate_new(NULL);
    tc_gate_item alert = alert_of("r", "i1"), change = alert_of("r", "i1");
    cr_expect_eq(tc_gate_offer(gate, &alert, T0), TC_GATE_SEND, "nothing was told of it yet");
    change.transition = TC_TRANSITION_OPENED;
    cr_expect_eq(tc_gate_offer(gate, &change, T0), TC_GATE_SEND);
    for (unsigned i = 0; i < 10; i++)
        cr_expect_eq(tc_gate_offer(gate, &alert, T0 + 1), TC_GATE_INHIBITED);
    cr_expect_eq(tc_gate_counted(gate).told, 0);
    change.transition = TC_TRANSITION_RAISED;
    cr_expect_eq(tc_gate_offer(gate, &change, T0 + 2), TC_GATE_SEND);
    cr_expect_eq(tc_gate_counted(gate).told, 10, "the incident's message counts its alerts");
    change.transition = TC_TRANSITION_CLOSED;
    cr_expect_eq(tc_gate_offer(gate, &change, T0 + 3), TC_GATE_SEND);
    cr_expect_eq(tc_gate_offer(gate, &alert, T0 + 4), TC_GATE_SEND);
    tc_gate_tell(gate, T0 + 5, true, take, &t);
    expect_sum(gate, &t);
    tc_gate_free(gate);
}

Test(policy, growth_of_an_incident_is_three_messages_a_night_and_a_summary)
{
    static told t;
    tc_gate *gate = tc_gate_new(NULL);
    unsigned sent = 0;
    tc_gate_item item = alert_of("r", "i1");
    item.transition = TC_TRANSITION_OPENED;
    cr_expect_eq(tc_gate_offer(gate, &item, T0), TC_GATE_SEND);
    item.transition = TC_TRANSITION_GROWN;
    for (int64_t m = 1; m <= 10 * 60; m++)
        sent += tc_gate_offer(gate, &item, T0 + m * TC_MINUTE) == TC_GATE_SEND;
    cr_expect_eq(sent, 3);
    item.transition = TC_TRANSITION_RAISED;
    cr_expect_eq(tc_gate_offer(gate, &item, T0 + 601 * TC_MINUTE), TC_GATE_SEND);
    item.transition = TC_TRANSITION_GROWN;
    cr_expect_eq(tc_gate_offer(gate, &item, T0 + 602 * TC_MINUTE), TC_GATE_GROWTH);
    cr_expect_eq(tc_gate_offer(gate, &item, T0 + 13 * TC_HOUR), TC_GATE_SEND);
    tc_gate_tell(gate, T0 + 30 * TC_HOUR, false, take, &t);
    tc_gate_tell(gate, T0 + 30 * TC_HOUR, true, take, &t);
    expect_sum(gate, &t);
    tc_gate_free(gate);
}

Test(policy, more_incidents_than_there_is_room_for_lose_no_count)
{
    static told t;
    tc_gate *gate = tc_gate_new(&(tc_gate_options){.minute = 1000000, .hour = 10000000});
    for (unsigned i = 0; i < 5000; i++) {
        char id[33];
        snprintf(id, sizeof(id), "%032x", i);
        tc_gate_item item = alert_of("r", id);
        item.transition = TC_TRANSITION_OPENED;
        (void)tc_gate_offer(gate, &item, T0 + i);
        item.transition = TC_TRANSITION_NONE;
        (void)tc_gate_offer(gate, &item, T0 + i);
    }
    tc_gate_tell(gate, T0 + TC_DAY, true, take, &t);
    expect_sum(gate, &t);
    tc_gate_free(gate);
}

/* -- saving ---------------------------------------------------------------------------------- */

typedef struct tape {
    tc_str bytes;
    size_t at;
} tape;

static TC_STATUS write_tape(void *context, tc_slice bytes)
{
    tape *t = context;
    tc_str_add(&t->bytes, bytes);
    return tc_str_status(&t->bytes);
}

static TC_STATUS read_tape(void *context, uint8_t *out, size_t room, size_t *ret_got)
{
    tape *t = context;
    tc_slice rest = tc_slice_sub(tc_str_view(&t->bytes), t->at, room);
    memcpy(out, rest.ptr, rest.len);
    t->at += rest.len;
    *ret_got = rest.len;
    return TC_SUCCESS;
}

static void visit_all(tc_gate *gate, tc_escalation *escalation, tc_visit *visit)
{
    cr_assert_not_null(visit);
    tc_gate_visit(gate, visit);
    tc_escalation_visit(escalation, visit);
    cr_assert_not(tc_visit_failed(visit), "%s", tc_visit_problem(visit));
    cr_assert_eq(tc_visit_passed_over(visit), 0);
    tc_visit_free(visit);
}

Test(policy, what_was_saved_goes_on_as_if_nothing_had_happened)
{
    static told one, two;
    tape t = {.at = 0};
    tc_gate *gate = tc_gate_new(NULL), *other = tc_gate_new(NULL);
    tc_escalation *e = tc_escalation_new(0), *f = tc_escalation_new(0);
    tc_str_init(&t.bytes, 1 << 22);
    for (unsigned i = 0; i < 20000; i++) {
        char rule[32], incident[33];
        tc_time now = T0 + i * TC_SECOND / 10;
        snprintf(rule, sizeof(rule), "rule-%u", i % 37);
        snprintf(incident, sizeof(incident), "%032x", i % 50);
        tc_gate_item item = alert_of(rule, i % 3 ? incident : "");
        if (i % 7 == 1) item.transition = (tc_transition)(1 + i % 5);
        if (i == 10000) visit_all(gate, e, tc_visit_saver(write_tape, &t));
        if (i == 10000) visit_all(other, f, tc_visit_loader(read_tape, &t));
        tc_gate_answer answer = tc_gate_offer(gate, &item, now);
        tc_gate_tell(gate, now, false, take, &one);
        if (i < 10000) {
            two = one;
            continue;
        }
        cr_assert_eq(tc_gate_offer(other, &item, now), answer, "%u", i);
        tc_gate_tell(other, now, false, take, &two);
        cr_assert_eq(one.held, two.held);
    }
    tc_gate_tell(gate, T0 + TC_DAY, true, take, &one);
    tc_gate_tell(other, T0 + TC_DAY, true, take, &two);
    expect_sum(gate, &one);
    expect_sum(other, &two);
    tc_str_done(&t.bytes);
    tc_gate_free(gate);
    tc_gate_free(other);
    tc_escalation_free(e);
    tc_escalation_free(f);
}

/* -- escalation ------------------------------------------------------------------------------ */

static tc_alert incident_of(const char *id, tc_level level, tc_transition transition)
{
    tc_alert a = {.level = level, .transition = transition};
    snprintf(a.incident_id, sizeof(a.incident_id), "%s", id);
    return a;
}

Test(policy, a_critical_that_nobody_acknowledged_goes_once_to_somebody_else)
{
    char id[33];
    tc_escalation *e = tc_escalation_new(0);
    tc_alert high = incident_of("h", TC_LEVEL_HIGH, TC_TRANSITION_OPENED);
    tc_alert a = incident_of("a", TC_LEVEL_CRITICAL, TC_TRANSITION_OPENED);
    tc_alert b = incident_of("b", TC_LEVEL_CRITICAL, TC_TRANSITION_RAISED);
    tc_alert c = incident_of("c", TC_LEVEL_CRITICAL, TC_TRANSITION_OPENED);
    tc_escalation_note(e, &high, T0);
    tc_escalation_note(e, &a, T0);
    tc_escalation_note(e, &b, T0);
    tc_escalation_note(e, &c, T0);
    tc_escalation_acknowledge(e, TC_LIT("b"));
    c.transition = TC_TRANSITION_CLOSED;
    tc_escalation_note(e, &c, T0 + TC_MINUTE);
    a.transition = TC_TRANSITION_GROWN;
    tc_escalation_note(e, &a, T0 + 20 * TC_MINUTE);
    cr_expect_eq(tc_escalation_next(e), T0 + 30 * TC_MINUTE);
    cr_expect_not(tc_escalation_due(e, T0 + 30 * TC_MINUTE - 1, id));
    cr_expect(tc_escalation_due(e, T0 + 30 * TC_MINUTE, id));
    cr_expect_str_eq(id, "a");
    cr_expect_not(tc_escalation_due(e, T0 + TC_DAY, id));
    tc_escalation_note(e, &a, T0 + TC_DAY);
    cr_expect_not(tc_escalation_due(e, T0 + 2 * TC_DAY, id), "it has gone");
    cr_expect_eq(tc_escalation_next(e), TC_TIME_MAX);
    tc_escalation_free(e);
}

Test(policy, without_room_the_eldest_goes_at_once)
{
    char id[33];
    tc_escalation *e = tc_escalation_new(0);
    for (unsigned i = 0; i <= TC_ESCALATIONS_MAX; i++) {
        char name[33];
        snprintf(name, sizeof(name), "%032u", i);
        tc_alert a = incident_of(name, TC_LEVEL_CRITICAL, TC_TRANSITION_OPENED);
        tc_escalation_note(e, &a, T0 + i);
    }
    cr_expect(tc_escalation_due(e, T0 + TC_MINUTE, id));
    cr_expect_str_eq(id, "00000000000000000000000000000000");
    cr_expect_not(tc_escalation_due(e, T0 + TC_MINUTE, id));
    tc_escalation_free(e);
}
