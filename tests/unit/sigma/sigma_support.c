#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

static void note(void *context, const tc_error *error, bool warning)
{
    loaded *l = context;
    char line[800];
    char *out = warning ? l->warnings : l->errors;
    size_t used = strlen(out);
    (void)tc_error_format(error, line, sizeof line);
    (void)snprintf(out + used, sizeof l->errors - used, "%s\n", line);
}

void load_begin(loaded *l)
{
    *l = (loaded){.rules = tc_ruleset_new(), .names = tc_names_new()};
    cr_assert(l->rules && l->names);
}

TC_STATUS load_add(loaded *l, const char *file, const char *yaml)
{
    tc_rule_reporter reporter = {l, note};
    return tc_ruleset_add_text(l->rules, tc_slice_of(file), tc_slice_of(yaml), &reporter);
}

void load_end(loaded *l)
{
    tc_rule_reporter reporter = {l, note};
    if (tc_failed(tc_ruleset_compile(l->rules, l->names, &reporter))) return;
    tc_names_freeze(l->names);
    l->matcher = tc_matcher_new(l->rules);
    cr_assert(l->matcher);
}

void load(loaded *l, const char *yaml)
{
    load_begin(l);
    tc_status status = load_add(l, "rule.yml", yaml);
    cr_assert(!tc_failed(status) || l->errors[0], "a failure without words");
    load_end(l);
}

void load_free(loaded *l)
{
    tc_matcher_free(l->matcher);
    tc_ruleset_free(l->rules);
    tc_names_free(l->names);
}

void event_make(json_event *e, const tc_names *names, const char *json)
{
    cr_assert(json_event_make(e, names, tc_slice_of(json)), "%s", json);
}

void event_free(json_event *e)
{
    json_event_free(e);
}

const char *match_all(loaded *l, const char *json, char out[256])
{
    json_event e;
    const uint32_t *found;
    cr_assert(l->matcher, "%s", l->errors);
    event_make(&e, l->names, json);
    size_t count = tc_matcher_match_as(l->matcher, &e.event, NULL, 0, &found);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(out);
        (void)snprintf(out + used, 256 - used, "%s%" PRIu32, i ? " " : "", found[i]);
    }
    event_free(&e);
    return out;
}

/* -- single rules ---------------------------------------------------------------------------- */

static void load_detection(loaded *l, const char *detection)
{
    char yaml[8192];
    int length = snprintf(yaml, sizeof yaml,
                          "title: t\nlogsource: {product: test}\ndetection:\n%s\n", detection);
    cr_assert(length > 0 && (size_t)length < sizeof yaml);
    load(l, yaml);
}

bool matches(const char *detection, const char *json)
{
    loaded l;
    char found[256];
    load_detection(&l, detection);
    cr_assert(l.matcher, "%s\n%s", detection, l.errors);
    bool yes = match_all(&l, json, found)[0] != '\0';
    load_free(&l);
    return yes;
}

const char *errors_of(const char *detection, char out[4096])
{
    loaded l;
    load_detection(&l, detection);
    memcpy(out, l.errors, 4096);
    load_free(&l);
    return out;
}

const char *warnings_of(const char *detection, char out[4096])
{
    loaded l;
    load_detection(&l, detection);
    memcpy(out, l.warnings, 4096);
    load_free(&l);
    return out;
}
