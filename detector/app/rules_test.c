#include "detector/app/rules_test.h"

#include "detector/app/label.h"
#include "detector/app/sample.h"
#include "detector/correlate/correlator.h"
#include "detector/sigma/matcher.h"
#include "parsers/base/alloc.h"
#include "parsers/base/utf8.h"
#include "parsers/text/json_lines.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define STATE_BYTES ((size_t)4 << 20)

/* What the stories have shown of a rule. */
typedef struct tally {
    uint32_t fires, silent; /* stories that wanted it so, and got it */
    uint32_t wrong;
    uint32_t now; /* firings in the story that is told */
} tally;

struct tc_rules_test {
    const tc_ruleset *rules;
    tc_schemas *schemas;
    tc_matcher *matcher;
    tc_correlator *correlator; /* of the story that is told */
    tc_arena *arena, *sample_arena;
    tc_parse_options options;
    tc_carry carry;
    tc_capture *captures;
    tally *tallies; /* one for each rule */
    tc_story story;
    const tc_sample_event *at; /* the event that is told */
};

/* -- telling a story ------------------------------------------------------------------------ */

static TC_STATUS fired(void *context, const tc_firing *f)
{
    tc_rules_test *t = context;
    t->tallies[f->rule->index].now++;
    return TC_SUCCESS;
}

static TC_STATUS judge(void *context, tc_event *event)
{
    tc_rules_test *t = context;
    const uint32_t *matched;
    tc_label own = {{NULL, NULL, NULL}, "", "", ""};
    bool labelled = tc_label_of_event(tc_event_raw(event), &own);
    tc_order order = {.time = t->at->time, .position = (uint64_t)(t->at - t->story.events)};
    tc_evidence evidence = {order, {0, (uint32_t)t->at->length, 0, 1}, TC_EMPTY_SLICE};
    tc_subject subject = {0};
    tc_firing_sink sink = {.context = t, .fired = fired};
    size_t n =
        tc_matcher_match_as(t->matcher, event, labelled ? &own.source : NULL, labelled, &matched);
    for (size_t i = 0; i < n; i++) {
        t->tallies[matched[i]].now++;
        tc_matcher_capture(t->matcher, event, matched[i], t->captures);
        tc_hit hit = {matched[i], order, t->captures, &evidence, 1, &subject};
        TC_TRY(tc_correlator_push(t->correlator, &hit, &sink));
    }
    return TC_SUCCESS;
}

static TC_STATUS tell_events(tc_rules_test *t)
{
    tc_ledger ledger;
    tc_sink sink = {t, judge, NULL};
    memset(&ledger, 0, sizeof(ledger));
    for (size_t i = 0; i < t->story.count; i++) {
        t->at = &t->story.events[i];
        tc_slice line = tc_slice_sub(tc_str_view(&t->story.text), t->at->offset, t->at->length);
        tc_arena_reset(t->arena);
        TC_TRY(tc_parser_json_lines.parse(&tc_parser_json_lines, &t->carry, &t->options, line,
                                          t->arena, &ledger, &sink));
    }
    tc_firing_sink end = {.context = t, .fired = fired};
    TC_TRY(tc_correlator_advance(t->correlator, TC_TIME_MAX, &end));
    return (tc_status){tc_ledger_rejected(&ledger) ? TC_ESYNTAX : TC_OK};
}

static TC_STATUS tell(tc_rules_test *t, tc_error *error)
{
    for (size_t i = 0; i < tc_ruleset_count(t->rules); i++)
        t->tallies[i].now = 0;
    t->correlator = tc_correlator_new(t->rules, STATE_BYTES);
    if (t->correlator == NULL) return tc_fail(error, TC_ENOMEM, "no memory for a sample");
    tc_status status = tell_events(t);
    tc_correlator_free(t->correlator);
    t->correlator = NULL;
    if (status.code == TC_ESYNTAX)
        return tc_fail(error, TC_ESYNTAX, "an event is no JSON object once {n} is filled in");
    return status;
}

/* -- what it shows -------------------------------------------------------------------------- */

/* What a story says of a rule: "name", or "name*2" for exactly so often. */
typedef struct wish {
    const tc_rule *rule;
    bool exact;
    uint64_t times;
} wish;

static TC_STATUS read_wish(const tc_rules_test *t, tc_slice text, wish *ret, tc_error *error)
{
    tc_slice times, name = tc_slice_split(text, '*', &times);
    *ret = (wish){.rule = tc_ruleset_find(t->rules, name), .exact = name.len < text.len};
    if (ret->rule == NULL)
        return tc_fail(error, TC_ESYNTAX, "no rule has the name or id '%.*s'",
                       (int)TC_MIN(name.len, (size_t)80), (const char *)name.ptr);
    if (ret->exact && !tc_slice_to_u64(times, &ret->times))
        return tc_fail(error, TC_ESYNTAX, "'%.*s' is no number of times",
                       (int)TC_MIN(times.len, (size_t)40), (const char *)times.ptr);
    return TC_SUCCESS;
}

static void add_wrong(tc_str *page, tc_slice file, uint32_t line, tc_slice wanted, uint32_t times,
                      const tc_sample *s, size_t each)
{
    tc_escape_text(page, file);
    tc_str_addf(page, ":%u: ", line);
    tc_escape_text(page, wanted);
    if (times == 0)
        tc_str_addf(page, " did not fire: ");
    else
        tc_str_addf(page, " fired (%u): ", times);
    tc_escape_text(page, s->why);
    if (s->each.items[each].len) {
        tc_str_addf(page, " (");
        tc_escape_text(page, s->each.items[each]);
        tc_str_add_byte(page, ')');
    }
    tc_str_add_byte(page, '\n');
}

static TC_STATUS compare(tc_rules_test *t, tc_slice file, uint32_t line, const tc_sample *s,
                         size_t each, bool fires, tc_str *page, tc_error *error)
{
    const tc_sample_list *list = fires ? &s->fires : &s->silent;
    for (size_t i = 0; i < list->count; i++) {
        wish w;
        TC_TRY(read_wish(t, list->items[i], &w, error));
        tally *y = &t->tallies[w.rule->index];
        bool good = w.exact && fires ? y->now == w.times : (y->now > 0) == fires;
        y->fires += good && fires;
        y->silent += good && !fires;
        y->wrong += !good;
        if (!good) add_wrong(page, file, line, list->items[i], y->now, s, each);
    }
    return TC_SUCCESS;
}

static TC_STATUS test_line(tc_rules_test *t, tc_slice file, uint32_t line, tc_slice text,
                           tc_str *page, tc_error *error)
{
    tc_sample s;
    tc_arena_reset(t->sample_arena);
    TC_TRY(tc_sample_read(text, t->sample_arena, &s, error));
    for (size_t each = 0; each < s.each.count; each++) {
        TC_TRY(tc_sample_tell(&s, each, &t->story, error));
        TC_TRY(tell(t, error));
        TC_TRY(compare(t, file, line, &s, each, true, page, error));
        TC_TRY(compare(t, file, line, &s, each, false, page, error));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_rules_test_file(tc_rules_test *t, tc_slice file, tc_slice text, tc_str *page,
                             tc_error *reterr)
{
    uint32_t line = 0;
    while (text.len) {
        tc_error error = {0};
        char path[1024];
        tc_slice one = tc_slice_trim(tc_slice_split(text, '\n', &text));
        line++;
        if (one.len == 0) continue;
        tc_status status = test_line(t, file, line, one, page, &error);
        if (tc_failed(status))
            return tc_fail_at(reterr, status.code, tc_slice_to_cstr(file, path, sizeof(path)), line,
                              0, "%s", error.text);
    }
    return TC_SUCCESS;
}

/* -- the end -------------------------------------------------------------------------------- */

bool tc_rules_test_conclude(tc_rules_test *t, tc_str *page)
{
    size_t count = tc_ruleset_count(t->rules), bad = 0, stories = 0;
    for (size_t i = 0; i < count; i++) {
        const tc_rule *rule = tc_ruleset_rule(t->rules, i);
        const tally *y = &t->tallies[i];
        bool good = y->wrong == 0 && y->fires > 0 && y->silent > 0;
        tc_str_addf(page, "%-6s %4u fire %4u silent  ", good ? "ok" : "FAILED", y->fires,
                    y->silent);
        tc_escape_text(page, rule->name.len ? rule->name : rule->title);
        if (y->wrong)
            tc_str_addf(page, ": %u samples are judged otherwise", y->wrong);
        else if (!good)
            tc_str_addf(page, ": no sample that %s",
                        y->fires ? "must leave it silent" : "fires it");
        tc_str_add_byte(page, '\n');
        bad += !good;
        stories += y->fires + y->silent;
    }
    tc_str_addf(page, "%zu rules, %zu samples, %zu failed\n", count, stories, bad);
    return bad == 0;
}

/* -- life ----------------------------------------------------------------------------------- */

static TC_STATUS make(tc_rules_test *t, const tc_names *names)
{
    size_t captures = 1, count = tc_ruleset_count(t->rules);
    for (size_t i = 0; i < count; i++)
        captures = TC_MAX(captures, tc_ruleset_rule(t->rules, i)->capture_count);
    t->schemas = tc_schemas_new(names, 64);
    t->matcher = tc_matcher_new(t->rules);
    t->arena = tc_arena_new(ARENA_BYTES);
    t->sample_arena = tc_arena_new(ARENA_BYTES);
    t->captures = tc_alloc(captures, sizeof(*t->captures));
    t->tallies = tc_alloc(TC_MAX(count, (size_t)1), sizeof(*t->tallies));
    if (!t->schemas || !t->matcher || !t->arena || !t->sample_arena || !t->captures || !t->tallies)
        return (tc_status){TC_ENOMEM};
    t->options = (tc_parse_options){
        .names = names, .schemas = t->schemas, .all = true, .record_max = TC_RECORD_MAX};
    tc_parser_json_lines.begin(&tc_parser_json_lines, &t->carry, &t->options);
    return TC_SUCCESS;
}

TC_STATUS tc_rules_test_new(const tc_ruleset *rules, const tc_names *names, tc_rules_test **ret)
{
    tc_rules_test *t = tc_alloc(1, sizeof(*t));
    if (t == NULL) return (tc_status){TC_ENOMEM};
    t->rules = rules;
    tc_story_init(&t->story);
    tc_status status = make(t, names);
    if (tc_failed(status)) {
        tc_rules_test_free(t);
        return status;
    }
    *ret = t;
    return TC_SUCCESS;
}

void tc_rules_test_free(tc_rules_test *t)
{
    if (t == NULL) return;
    tc_story_done(&t->story);
    tc_matcher_free(t->matcher);
    tc_schemas_free(t->schemas);
    tc_arena_free(t->arena);
    tc_arena_free(t->sample_arena);
    tc_free(t->captures);
    tc_free(t->tallies);
    tc_free(t);
}
