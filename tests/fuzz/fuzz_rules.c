/*
 * fuzz_rules: any bytes as rules, and events against those that load.
 *
 * The input is a rule file; behind a line "===", each line is a JSON event. Checked besides what
 * the sanitizers see: a file that is refused says why; what is said has a place and no control
 * characters; left out, what is wrong is counted, and the rest loads; the matches come in ascending
 * order and are the same a second time, and with the triggers out of use (a matcher without memory
 * for its label sets looks at every rule).
 */
#include "detector/sigma/matcher.h"
#include "parsers/base/alloc.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/sigma/json_event.h"

#define INPUT_MAX 65536
#define MATCHES_MAX 4096

static size_t errors;

static void note(void *context, const tc_error *error, bool warning)
{
    (void)context;
    errors += !warning;
    TC_ASSERT(error->text[0] != '\0');
    for (const char *c = error->text; *c; c++)
        TC_ASSERT((unsigned char)*c >= 0x20 && *c != 0x7f);
    char line[1024];
    (void)tc_error_format(error, line, sizeof line);
}

typedef struct answer {
    size_t count;
    uint32_t rules[MATCHES_MAX];
} answer;

static void ask(tc_matcher *matcher, const tc_event *event, const tc_logsource *labels,
                size_t label_count, answer *ret)
{
    const uint32_t *rules;
    size_t count = tc_matcher_match_as(matcher, event, labels, label_count, &rules);
    for (size_t i = 1; i < count; i++)
        TC_ASSERT(rules[i - 1] < rules[i]);
    ret->count = TC_MIN(count, (size_t)MATCHES_MAX);
    memcpy(ret->rules, rules, ret->count * sizeof *rules);
}

static bool same(const answer *a, const answer *b)
{
    return a->count == b->count && memcmp(a->rules, b->rules, a->count * sizeof a->rules[0]) == 0;
}

static void match_event(tc_matcher *matcher, const tc_names *names, tc_slice json)
{
    static const tc_logsource labels[] = {{"webserver", NULL, NULL}, {NULL, "windows", "iis"}};
    static answer first;
    static answer again;
    json_event e;
    if (!json_event_make(&e, names, json)) return;
    e.event.raw = json;
    ask(matcher, &e.event, NULL, 0, &first);
    ask(matcher, &e.event, labels, 2, &again);
    ask(matcher, &e.event, NULL, 0, &again);
    TC_ASSERT(same(&first, &again));
    json_event_free(&e);
}

/* Every event with every rule looked at, against a matcher with triggers. */
static void compare_without_triggers(const tc_ruleset *rules, const tc_names *names, tc_slice json)
{
    static const tc_logsource labels[] = {{"webserver", "windows", "iis"}};
    static answer with;
    static answer without;
    json_event e;
    tc_matcher *matcher = tc_matcher_new(rules);
    if (!matcher || !json_event_make(&e, names, json)) {
        tc_matcher_free(matcher);
        return;
    }
    ask(matcher, &e.event, labels, 1, &with);
    uint64_t limits = tc_matcher_regex_limit_hits(matcher);
    tc_matcher_free(matcher);
    matcher = tc_matcher_new(rules);
    if (matcher) {
        ask(matcher, &e.event, NULL, 0, &without); /* memory for values is there now */
        tc_alloc_fail_after(1);
        ask(matcher, &e.event, labels, 1, &without);
        tc_alloc_fail_after(0);
        if (limits == 0 && tc_matcher_regex_limit_hits(matcher) == 0)
            TC_ASSERT(same(&with, &without));
    }
    tc_matcher_free(matcher);
    json_event_free(&e);
}

static void match_events(const tc_ruleset *rules, const tc_names *names, tc_slice events)
{
    tc_matcher *matcher = tc_matcher_new(rules);
    for (int i = 0; matcher && i < 8 && events.ptr; i++) {
        tc_slice line = tc_slice_split(events, '\n', &events);
        match_event(matcher, names, line);
        compare_without_triggers(rules, names, line);
    }
    tc_matcher_free(matcher);
}

static void define_lists(tc_ruleset *rules)
{
    static const tc_slice values[] = {{(const uint8_t *)"a*\\", 3}, {(const uint8_t *)"%b%", 3}};
    (void)!tc_failed(tc_ruleset_define(rules, TC_LIT("a"), values, 2));
}

/* What is wrong is left out, which is never silent, and the rest compiles. */
static void load_good_ones(tc_slice yaml)
{
    tc_rule_reporter reporter = {NULL, note};
    tc_ruleset *rules = tc_ruleset_new();
    tc_names *names = tc_names_new();
    if (rules && names) {
        errors = 0;
        tc_ruleset_skip_bad(rules);
        define_lists(rules);
        tc_status added = tc_ruleset_add_text(rules, TC_LIT("fuzz.yml"), yaml, &reporter);
        TC_ASSERT(added.code != TC_ESYNTAX);
        tc_status compiled = tc_ruleset_compile(rules, names, &reporter);
        if (!tc_failed(compiled)) TC_ASSERT((tc_ruleset_left_out(rules) > 0) == (errors > 0));
    }
    tc_ruleset_free(rules);
    tc_names_free(names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX) return 0;
    tc_slice yaml = {data, size};
    tc_slice events = TC_EMPTY_SLICE;
    size_t cut = tc_slice_search(yaml, TC_LIT("\n===\n"));
    if (cut != TC_NPOS) {
        events = tc_slice_sub(yaml, cut + 5, size);
        yaml.len = cut + 1;
    }
    tc_rule_reporter reporter = {NULL, note};
    load_good_ones(yaml);
    tc_ruleset *rules = tc_ruleset_new();
    tc_names *names = tc_names_new();
    if (rules && names) {
        errors = 0;
        define_lists(rules);
        tc_status added = tc_ruleset_add_text(rules, TC_LIT("fuzz.yml"), yaml, &reporter);
        TC_ASSERT(tc_failed(added) == (errors > 0));
        tc_status compiled = tc_ruleset_compile(rules, names, &reporter);
        TC_ASSERT(tc_failed(compiled) == (errors > 0));
        tc_names_freeze(names);
        if (!tc_failed(compiled)) match_events(rules, names, events);
    }
    tc_ruleset_free(rules);
    tc_names_free(names);
    return 0;
}
