#include "tests/unit/sigma/sigma_support.h"

#include "parsers/base/alloc.h"
#include "parsers/base/str.h"

#include <criterion/criterion.h>

#define DETECTION "detection: {s: {f: a}, condition: s}\n"
static const char labelled[] =
    "title: r0\nlogsource: {product: windows}\n" DETECTION
    "---\ntitle: r1\nlogsource: {product: Windows, service: IIS}\n" DETECTION
    "---\ntitle: r2\nlogsource: {category: webserver}\n" DETECTION
    "---\ntitle: r3\nlogsource: {product: linux}\n" DETECTION;

static const char *match_labels(loaded *l, const tc_logsource *labels, size_t count, char out[64])
{
    json_event e;
    const uint32_t *found;
    event_make(&e, l->names, "{\"f\":\"A\"}");
    e.schema.labels = labels;
    e.schema.label_count = count;
    size_t n = tc_matcher_match(l->matcher, &e.event, &found);
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        (void)snprintf(out + strlen(out), 64 - strlen(out), "%" PRIu32, found[i]);
    event_free(&e);
    return out;
}

Test(matcher, every_attribute_of_the_rule_must_be_one_labels)
{
    static const tc_logsource iis[] = {{"webserver", NULL, NULL}, {NULL, "windows", "iis"}};
    static const tc_logsource mixed[] = {{NULL, "windows", NULL}, {NULL, "other", "iis"}};
    loaded l;
    char out[64];
    load(&l, labelled);
    cr_assert(l.matcher, "%s", l.errors);
    for (int again = 0; again < 2; again++) {
        cr_expect_str_eq(match_labels(&l, iis, 2, out), "012");
        cr_expect_str_eq(match_labels(&l, iis, 1, out), "2");
        cr_expect_str_eq(match_labels(&l, mixed, 2, out), "0");
        cr_expect_str_eq(match_labels(&l, NULL, 0, out), "");
    }
    cr_expect(tc_ruleset_concerns(l.rules, iis, 1));
    cr_expect(!tc_ruleset_concerns(l.rules, mixed + 1, 1));
    load_free(&l);
}

Test(matcher, more_label_sets_than_are_remembered)
{
    loaded l;
    char out[64];
    load(&l, labelled);
    for (int i = 0; i < 1500; i++) {
        char service[16];
        (void)snprintf(service, sizeof service, "s%d", i % 700);
        tc_logsource label = {NULL, i % 2 ? "linux" : "windows", service};
        cr_assert_str_eq(match_labels(&l, &label, 1, out), i % 2 ? "3" : "0");
    }
    load_free(&l);
}

Test(matcher, without_memory_for_a_label_set_nothing_is_missed)
{
    static const tc_logsource linux_label = {NULL, "linux", NULL};
    loaded l;
    json_event e;
    const uint32_t *found;
    load(&l, labelled);
    event_make(&e, l.names, "{\"f\":\"a\"}");
    tc_alloc_fail_after(1);
    size_t count = tc_matcher_match_as(l.matcher, &e.event, &linux_label, 1, &found);
    tc_alloc_fail_after(0);
    cr_assert_eq(count, 1);
    cr_expect_eq(found[0], 3);
    cr_expect_eq(tc_matcher_match_as(l.matcher, &e.event, &linux_label, 1, &found), 1);
    event_free(&e);
    load_free(&l);
}

Test(matcher, captures_are_texts_or_absent)
{
    loaded l;
    json_event e;
    load(&l, "title: a\nname: a\nlogsource: {product: x}\n" DETECTION
             "---\ntitle: c\ncorrelation: {type: event_count, rules: a, timespan: 1m, condition: "
             "{gte: 1}, group-by: [text, number, flag, none, gone, list, empty]}\n");
    cr_assert(l.matcher, "%s", l.errors);
    event_make(&e, l.names,
               "{\"text\":\"a\\u00e9\",\"number\":7,\"flag\":true,\"none\":null,"
               "\"list\":[null,\"x\",\"y\"],\"empty\":\"\"}");
    tc_capture got[7];
    tc_matcher_capture(l.matcher, &e.event, 0, got);
    static const char *const expected[7] = {"aé", "7", "true", NULL, NULL, "x", ""};
    for (size_t i = 0; i < 7; i++) {
        cr_expect_eq(got[i].present, expected[i] != NULL, "%zu", i);
        cr_expect(tc_slice_equal(got[i].text, tc_slice_of(expected[i])), "%zu", i);
    }
    event_free(&e);
    load_free(&l);
}

Test(matcher, the_overlay_is_looked_at_like_a_column)
{
    loaded l;
    json_event e;
    const uint32_t *found;
    tc_overlay overlay;
    load(&l, "title: t\nlogsource: {product: x}\n"
             "detection: {s: {mailbox|endswith: '@corp', routine: true}, condition: s}\n");
    cr_assert(l.matcher, "%s", l.errors);
    event_make(&e, l.names, "{\"x\":1}");
    tc_overlay_clear(&overlay);
    e.event.overlay = &overlay;
    tc_overlay_set_text(&overlay, TC_FIELD_MAILBOX, TC_LIT("Joe@CORP"));
    cr_expect_eq(tc_matcher_match_as(l.matcher, &e.event, NULL, 0, &found), 0);
    tc_overlay_set_bool(&overlay, TC_FIELD_ROUTINE, true);
    cr_expect_eq(tc_matcher_match_as(l.matcher, &e.event, NULL, 0, &found), 1);
    event_free(&e);
    load_free(&l);
}

/* With the record itself: a line is searched, JSON by its values, markup not. */
static bool keyword_in(const char *keyword, const char *raw)
{
    loaded l;
    json_event e;
    const uint32_t *found;
    char yaml[256];
    (void)snprintf(yaml, sizeof yaml,
                   "title: t\nlogsource: {product: x}\ndetection: {s: ['%s'], condition: s}\n",
                   keyword);
    load(&l, yaml);
    cr_assert(l.matcher, "%s", l.errors);
    cr_expect(tc_ruleset_has_keywords(l.rules));
    event_make(&e, l.names, "{\"x\":\"cell\"}");
    e.event.raw = tc_slice_of(raw);
    bool yes = tc_matcher_match_as(l.matcher, &e.event, NULL, 0, &found) == 1;
    event_free(&e);
    load_free(&l);
    return yes;
}

Test(matcher, keywords_and_the_raw_record)
{
    cr_expect(keyword_in("evil", "10:00 GET /Evil.aspx"));
    cr_expect(keyword_in("cell", "10:00 GET /Evil.aspx"));
    cr_expect(keyword_in("GET /e", "10:00 GET /Evil.aspx"));
    cr_expect(keyword_in("evil", "{\"a\":{\"b\":[1,\"e\\u0076il\"]}}"));
    cr_expect(keyword_in("17", "{\"a\":{\"b\":[1,{\"c\":3170}]}}"));
    cr_expect(!keyword_in("evil", "{\"evil\":1}"));
    cr_expect(!keyword_in("evil", "<Evil>x</Evil>"));
    cr_expect(keyword_in("cell", "<Evil>x</Evil>"));
    cr_expect(keyword_in("cell", "{\"broken\":"));
}

Test(matcher, a_rule_set_without_keywords_says_so)
{
    loaded l;
    load(&l, labelled);
    cr_expect(!tc_ruleset_has_keywords(l.rules));
    load_free(&l);
}

Test(matcher, limits_are_counted)
{
    loaded l;
    char found[256];
    char json[9000] = "{\"f\":\"";
    memset(json + 6, 'a', 8000);
    memcpy(json + 8006, "\"}", 3);
    load(&l, "title: t\nlogsource: {product: x}\n"
             "detection: {s: {'f|re': '(a+)+$x|(a|aa)+y'}, condition: s}\n");
    cr_expect_str_eq(match_all(&l, json, found), "");
    cr_expect_eq(tc_matcher_regex_limit_hits(l.matcher), 1);
    load_free(&l);
}

/* -- triggers, shared predicates and passes change nothing ------------------------------------- */

static uint32_t seed = 5;
static uint32_t random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

static void random_item(tc_str *out)
{
    static const char *const modifiers[] = {
        "",    "",     "|contains",         "|startswith",  "|endswith", "|contains|cased",
        "|re", "|neq", "|contains|windash", "|contains|all"};
    static const char *const values[] = {"ab", "[aab, ba]", "'a*b'", "B", "'b?'", "[abc, -b]"};
    tc_str_addf(out, "'%c%s': %s", 'f' + (int)random_below(3), modifiers[random_below(10)],
                values[random_below(6)]);
}

static void random_rule(tc_str *out, int number)
{
    static const char *const conditions[] = {"s",          "not s",          "s and t",
                                             "s or not t", "s and not t",    "not (s and t)",
                                             "1 of them",  "t and (s or u)", "not 1 of them"};
    tc_str_addf(out, "---\ntitle: r%d\nlogsource: {product: x}\ndetection:\n", number);
    for (int i = 0; i < 3; i++) {
        tc_str_addf(out, "  %c: {", 's' + i);
        random_item(out);
        if (random_below(2)) {
            tc_str_addf(out, ", 'i%s': %u", random_below(2) ? "" : "|gt", random_below(3));
        }
        tc_str_addf(out, "}\n");
    }
    tc_str_addf(out, "  condition: %s\n", conditions[random_below(9)]);
}

static void random_event(char out[256])
{
    static const char *const values[] = {"\"ab\"",  "\"xAABx\"", "\"b\"",           "null", "1",
                                         "\"a-b\"", "\"ba /b\"", "[\"ab\",\"cb\"]", "\"\"", "2"};
    size_t used = (size_t)snprintf(out, 256, "{\"x\":0");
    for (char name = 'f'; name <= 'i'; name++)
        if (random_below(4))
            used += (size_t)snprintf(out + used, 256 - used, ",\"%c\":%s", name,
                                     values[random_below(10)]);
    (void)snprintf(out + used, 256 - used, "}");
}

Test(matcher, many_rules_together_answer_as_each_alone)
{
    enum { RULES = 60, EVENTS = 60 };
    loaded all;
    loaded one[RULES];
    load_begin(&all);
    for (int r = 0; r < RULES; r++) {
        tc_str text;
        tc_str_init(&text, 10000);
        random_rule(&text, r);
        load(&one[r], tc_str_cstr(&text));
        cr_assert(one[r].matcher, "%s\n%s", tc_str_cstr(&text), one[r].errors);
        cr_assert_eq(load_add(&all, "all.yml", tc_str_cstr(&text)).code, TC_OK);
        tc_str_done(&text);
    }
    load_end(&all);
    for (int i = 0; i < EVENTS; i++) {
        char json[256];
        char together[256];
        char alone[256] = "";
        random_event(json);
        match_all(&all, json, together);
        for (int r = 0; r < RULES; r++) {
            char found[256];
            if (match_all(&one[r], json, found)[0] == '\0') continue;
            (void)snprintf(alone + strlen(alone), 256 - strlen(alone), "%s%d", alone[0] ? " " : "",
                           r);
        }
        cr_expect_str_eq(together, alone, "%s: %s, alone %s", json, together, alone);
    }
    load_free(&all);
    for (int r = 0; r < RULES; r++)
        load_free(&one[r]);
}

static bool asks(const loaded *l, const tc_logsource *label, tc_field field)
{
    uint64_t bits[TC_OVERLAY_WORDS];
    tc_ruleset_asked_fields(l->rules, label, 1, bits, TC_OVERLAY_WORDS);
    return (bits[field / 64] >> (field % 64) & 1) != 0;
}

Test(matcher, fields_are_asked_for_where_a_rule_of_the_log_looks_at_them)
{
    loaded l;
    const tc_logsource web = {"webserver", NULL, NULL}, mail = {NULL, NULL, "mail"},
                       other = {NULL, "other", NULL};
    load(&l,
         "title: A\nlogsource: {category: webserver}\ndetection:\n"
         "  s: [{url.path: x, user.name|fieldref: user.email}, {source.ip: y}]\n"
         "  n: {protocol: owa}\n  condition: s and not n\n"
         "---\ntitle: B\nlogsource: {service: mail}\ndetection:\n  k: [word]\n  condition: k\n");
    cr_assert_str_eq(l.errors, "");
    const tc_field asked[] = {TC_FIELD_URL_PATH, TC_FIELD_USER_NAME, TC_FIELD_USER_EMAIL,
                              TC_FIELD_SOURCE_IP, TC_FIELD_PROTOCOL};
    for (size_t i = 0; i < TC_COUNT_OF(asked); i++)
        cr_expect(asks(&l, &web, asked[i]), "%zu", i);
    cr_expect(!asks(&l, &web, TC_FIELD_HOST_NAME));
    cr_expect(asks(&l, &mail, TC_FIELD_HOST_NAME), "a keyword looks at everything");
    cr_expect(!asks(&l, &other, TC_FIELD_URL_PATH));
    load_free(&l);
}

/* -- what some fields settle ----------------------------------------------------------------- */

static bool excludes(const char *condition, const char *json, const char *a, const char *b)
{
    static const tc_logsource web[] = {{"webserver", NULL, NULL}};
    char rule[512];
    loaded l;
    json_event e;
    (void)snprintf(rule, sizeof(rule),
                   "title: r\nlogsource: {category: webserver}\n"
                   "detection:\n    p: {path|endswith: .aspx}\n    q: {query|contains: cmd}\n"
                   "    n: {never: x}\n    none: {never: null}\n    condition: %s\n",
                   condition);
    load(&l, rule);
    cr_assert(l.matcher, "%s", l.errors);
    event_make(&e, l.names, json);
    e.schema.labels = web;
    e.schema.label_count = 1;
    tc_field fields[] = {tc_names_find(l.names, tc_slice_of(a)),
                         tc_names_find(l.names, tc_slice_of(b))};
    bool excluded = tc_matcher_excludes(l.matcher, &e.event, fields, 2);
    event_free(&e);
    load_free(&l);
    return excluded;
}

Test(matcher, fields_settle_what_hangs_on_them_alone)
{
    static const char plain[] = "{\"path\":\"/a\",\"query\":\"b\"}";
    static const char page[] = "{\"path\":\"/A.ASPX\",\"query\":\"b\"}";
    cr_expect(excludes("p and q", plain, "path", "path"));
    cr_expect(!excludes("p and q", page, "path", "path"), "another query matters");
    cr_expect(excludes("p and q", page, "path", "query"), "both are known");
    cr_expect(!excludes("p or q", plain, "path", "path"));
    cr_expect(!excludes("not p", plain, "path", "path"));
    cr_expect(excludes("not p", page, "path", "path"));
    cr_expect(excludes("not p and q", page, "path", "path"));
    cr_expect(!excludes("not (p and q)", page, "path", "path"));
    cr_expect(!excludes("p", plain, "query", "query"), "the path is not known");
    cr_expect(excludes("q and n", page, "path", "path"), "no record of the schema has it");
    cr_expect(!excludes("q and none", page, "path", "path"));
}

Test(matcher, being_asked_what_is_settled_wakes_no_rule)
{
    loaded l;
    char out[64];
    static const tc_logsource iis[] = {{NULL, "linux", NULL}};
    json_event e;
    const uint32_t *found;
    load(&l, labelled);
    event_make(&e, l.names, "{\"f\":\"A\"}");
    e.schema.labels = iis;
    e.schema.label_count = 1;
    tc_field field = tc_names_find(l.names, TC_LIT("f"));
    cr_expect(!tc_matcher_excludes(l.matcher, &e.event, &field, 1));
    event_free(&e);
    event_make(&e, l.names, "{\"f\":\"B\"}");
    e.schema.labels = iis;
    e.schema.label_count = 1;
    cr_expect_eq(tc_matcher_match(l.matcher, &e.event, &found), 0);
    event_free(&e);
    cr_expect_str_eq(match_labels(&l, iis, 1, out), "3");
    load_free(&l);
}
