#include "tests/support/hit_bench.h"

void tc_hit_bench_begin(tc_hit_bench *b)
{
    *b = (tc_hit_bench){.rules = tc_fake_ruleset_new()};
    tc_firing_log_init(&b->log);
    tc_fake_detection(b->rules, "d", captures);
}

void tc_hit_bench_ready(tc_hit_bench *b, size_t state_bytes)
{
    b->correlator = tc_correlator_new(b->rules, state_bytes);
    cr_assert_not_null(b->correlator);
}

void tc_hit_bench_end(tc_hit_bench *b)
{
    tc_correlator_free(b->correlator);
    tc_fake_ruleset_free(b->rules);
    tc_firing_log_done(&b->log);
}

tc_capture tc_hit_capture(const char *text)
{
    return (tc_capture){tc_slice_of(text), text != NULL};
}

void tc_hit_push(tc_hit_bench *b, uint32_t rule, double seconds, const char *user,
                 const char *value)
{
    tc_capture given[] = {tc_hit_capture(user), tc_hit_capture(value)};
    char line[32];
    int length = snprintf(line, sizeof(line), "%g", seconds);
    tc_order order = {.time = (tc_time)(seconds * (double)TC_SECOND), .position = b->position++};
    tc_evidence evidence = {.order = order, .text = tc_slice_make(line, (size_t)length)};
    evidence.at.line = b->position;
    tc_subject subject = {.mailbox = given[0].text, .target = given[1].text, .newcomer = !b->known};
    tc_hit h = {.rule = rule,
                .order = order,
                .captures = given,
                .evidence = &evidence,
                .evidence_count = 1,
                .subject = &subject};
    tc_firing_sink sink = tc_firing_log_sink(&b->log);
    cr_assert_eq(tc_correlator_push(b->correlator, &h, &sink).code, TC_OK);
}

const char *tc_hit_fired_at(tc_hit_bench *b, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    const char *at = tc_str_cstr(&b->log.text);
    while ((at = strstr(at, " at "))) {
        at += 4;
        length += (size_t)snprintf(out + length, size - length, "%s%lu", length ? " " : "",
                                   strtoul(at, NULL, 10));
    }
    return out;
}

void tc_hit_expect_says(tc_hit_bench *b, const char *text)
{
    cr_expect(strstr(tc_str_cstr(&b->log.text), text), "expected \"%s\" in\n%s", text,
              tc_str_cstr(&b->log.text));
}

tc_fake_correlation tc_hit_count_of(tc_correlation_type type, double gte, int64_t span)
{
    tc_fake_correlation c = {.name = "c",
                             .type = type,
                             .rules = first_rule,
                             .rule_count = 1,
                             .group_by = by_user,
                             .timespan_ns = span};
    c.condition.set[TC_GTE] = gte > 0;
    c.condition.number[TC_GTE] = gte;
    if (type != TC_CORRELATION_EVENT_COUNT && type != TC_CORRELATION_TEMPORAL) c.fields = of_value;
    return c;
}
