#include "tests/support/random_hits.h"

uint32_t tc_roll(tc_dice *d, uint32_t sides)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(d->state >> 33) % sides;
}

bool tc_chance(tc_dice *d, uint32_t percent)
{
    return tc_roll(d, 100) < percent;
}

static const char *const detection_captures[] = {"u", "v", "w", "x", NULL};
static const char *const correlation_captures[] = {"u",     "v",        "w", "count",
                                                   "value", "previous", NULL};
static const char *const groups[][3] = {
    {"u", NULL}, {"u", NULL}, {"u", NULL}, {"v", NULL}, {"u", "v", NULL}, {NULL},
};
static const char *const fields[][3] = {
    {"v", NULL}, {"v", NULL}, {"w", NULL}, {"v", "w", NULL}, {"value", NULL}, {"count", NULL},
};
static const char *const names[] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"};

static void make_condition(tc_dice *d, tc_fake_correlation *c, uint32_t greatest)
{
    if (tc_chance(d, 60)) {
        c->condition.set[TC_GTE] = true;
        c->condition.number[TC_GTE] = 1 + tc_roll(d, greatest);
        return;
    }
    uint32_t count = 1 + tc_roll(d, 2);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t which = tc_roll(d, TC_COMPARE_COUNT);
        c->condition.set[which] = true;
        c->condition.number[which] = tc_roll(d, greatest + 1) + (tc_chance(d, 10) ? 0.5 : 0);
    }
}

/* a and not b; a or b and c: whatever fits the number of rules. */
static void make_expression(tc_dice *d, tc_fake_correlation *c, tc_expression *e)
{
    size_t count = 0;
    e[count++] = (tc_expression){TC_EXPR_RULE, 0};
    if (tc_chance(d, 30)) e[count++] = (tc_expression){TC_EXPR_NOT, 0};
    if (c->rule_count > 1) {
        e[count++] = (tc_expression){TC_EXPR_RULE, 1};
        if (tc_chance(d, 30)) e[count++] = (tc_expression){TC_EXPR_NOT, 0};
        e[count++] = (tc_expression){tc_chance(d, 50) ? TC_EXPR_AND : TC_EXPR_OR, 0};
    }
    c->expression = e;
    c->expression_count = count;
}

static void make_correlation(tc_dice *d, tc_ruleset *rules, tc_random_rules *m, uint32_t index)
{
    tc_fake_correlation c = {.name = names[index], .captures = correlation_captures};
    c.type = (tc_correlation_type)tc_roll(d, TC_CORRELATION_TYPE_COUNT);
    uint32_t wanted = 1 + tc_roll(d, c.type == TC_CORRELATION_TEMPORAL ? 3 : 2);
    for (uint32_t i = 0; i < wanted; i++) {
        /* Inner correlations are wanted often, or chains would be rare. */
        bool inner = index > 0 && tc_chance(d, 35);
        m->rules[index][i] =
            inner ? TC_RANDOM_DETECTIONS + tc_roll(d, index) : tc_roll(d, TC_RANDOM_DETECTIONS);
    }
    c.rules = m->rules[index];
    c.rule_count = wanted;
    c.group_by = groups[tc_roll(d, TC_COUNT_OF(groups))];
    c.timespan_ns = (1 + tc_roll(d, 40)) * TC_SECOND;
    if (tc_chance(d, 20)) c.suppress_ns = (1 + tc_roll(d, 60)) * TC_SECOND;
    if (tc_chance(d, 20)) c.learn_ns = tc_roll(d, 20) * TC_SECOND;
    c.min_events = tc_roll(d, 5);
    c.max_values = tc_roll(d, 4);
    c.share = tc_chance(d, 70) ? 0.8 : 0.3 + tc_roll(d, 7) * 0.1;
    c.global_scope = tc_chance(d, 20);
    bool valued = c.type != TC_CORRELATION_EVENT_COUNT && c.type != TC_CORRELATION_TEMPORAL;
    if (valued) c.fields = fields[tc_roll(d, TC_COUNT_OF(fields))];
    if (c.type == TC_CORRELATION_TEMPORAL && tc_chance(d, 40)) {
        make_expression(d, &c, m->expressions[index]);
    } else if (c.type != TC_CORRELATION_TEMPORAL || tc_chance(d, 30)) {
        make_condition(d, &c, valued ? 3 : 6);
    }
    tc_fake_correlation_add(rules, &c);
}

void tc_random_hit_make(tc_dice *d, tc_random_hit *e, uint64_t number, tc_time time)
{
    static const char *const languages[] = {"de", "en", "zh"};
    *e = (tc_random_hit){0};
    for (size_t i = 0; i < TC_RANDOM_CAPTURES; i++) {
        if (tc_chance(d, 6)) continue;
        uint32_t choice = tc_roll(d, i ? 4 : 3);
        if (tc_chance(d, 50)) choice = 0;
        snprintf(e->texts[i], sizeof(e->texts[i]), "%c%u", (char)('a' + (int)i), choice);
        e->captures[i] = (tc_capture){tc_slice_of(e->texts[i]), true};
    }
    int length = snprintf(e->line, sizeof(e->line), "line %" PRIu64, number);
    e->evidence.order = (tc_order){.time = time, .position = number, .record_hash = number * 7};
    e->evidence.at.line = number + 1;
    e->evidence.text = tc_slice_make(e->line, (size_t)length);
    e->subject.mailbox = e->captures[0].text;
    e->subject.target = tc_chance(d, 30) ? e->captures[1].text : TC_EMPTY_SLICE;
    e->subject.user = TC_LIT("DOMAIN\\user");
    e->subject.language = tc_slice_of(languages[tc_roll(d, 3)]);
    e->subject.ip.bytes[15] = (uint8_t)tc_roll(d, 3);
    e->subject.asn = tc_roll(d, 100);
    e->subject.novel = tc_chance(d, 50);
}

tc_dice tc_dice_of(uint64_t seed)
{
    return (tc_dice){seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
}

tc_ruleset *tc_random_ruleset(tc_dice *d, tc_random_rules *m)
{
    tc_ruleset *rules = tc_fake_ruleset_new();
    static const char *const detection_names[] = {"d0", "d1", "d2"};
    for (size_t i = 0; i < TC_RANDOM_DETECTIONS; i++) {
        tc_fake_detection(rules, detection_names[i], detection_captures);
    }
    for (uint32_t i = 0; i < TC_RANDOM_CORRELATIONS; i++) {
        make_correlation(d, rules, m, i);
    }
    return rules;
}
