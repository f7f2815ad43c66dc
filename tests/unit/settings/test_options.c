/* Every option belongs to a class, and another value of it changes the fingerprint of that class
 * only. What the options do is tested where they do it (tests/cli/test_options.py). */
#include "detector/settings/options.h"
#include "parsers/base/hash.h"

#include <criterion/criterion.h>

#define NOW ((tc_time)1300000000 * TC_SECOND)

typedef struct prints {
    uint64_t of[TC_OPTION_CLASS_COUNT];
} prints;

static prints prints_of(tc_command command, const char *a, const char *b)
{
    char words[3][64] = {"tocsin"};
    char *argv[] = {words[0], words[1], words[2], NULL};
    int argc = 1;
    tc_options options;
    tc_error error = {0};
    prints p = {{0}};
    if (a != NULL) snprintf(words[argc++], sizeof(words[0]), "%s", a);
    if (b != NULL) snprintf(words[argc++], sizeof(words[0]), "%s", b);
    argv[argc] = NULL;
    cr_assert_eq(tc_options_read(&options, command, argc, argv, NOW, &error).code, TC_OK,
                 "%s %s: %s", a, b, error.text);
    for (int i = 0; i < TC_OPTION_CLASS_COUNT; i++)
        p.of[i] = tc_options_fingerprint(&options, (tc_option_class)i);
    tc_options_done(&options);
    return p;
}

enum {
    SCAN = TC_COMMAND_SCAN,
    PARSE = TC_COMMAND_PARSE,
    MATCH = TC_COMMAND_MATCH,
    CONFIG = TC_COMMAND_CONFIG,
    RULES = TC_COMMAND_RULES,
    INCIDENT = TC_COMMAND_INCIDENT,
    TIMELINE = TC_COMMAND_TIMELINE,
    WHY = TC_COMMAND_WHY,
    WATCH = TC_COMMAND_WATCH,
    DECLARE = TC_COMMAND_DECLARE,
};
enum {
    W = TC_OPTION_OBSERVED,
    O = TC_OPTION_ORDERED,
    P = TC_OPTION_PRINTED,
    R = TC_OPTION_RUNNING
};

static const struct row {
    int command;
    const char *option, *value;
    int changes;
} rows[] = {
    {SCAN, "--format", "json", P},
    {PARSE, "--format", "msgtrk", W},
    {SCAN, "--output", "out", P},
    {SCAN, "--syslog", NULL, P},
    {SCAN, "--syslog=/run/other", NULL, P},
    {SCAN, "--rules", "own", O},
    {MATCH, "--rules", "own", O},
    {SCAN, "--no-default-rules", NULL, O},
    {SCAN, "--expand", "names=list.txt", O},
    {MATCH, "--expand", "names=list.txt", O},
    {SCAN, "--skip-bad-rules", NULL, O},
    {RULES, "--format", "json", P},
    {RULES, "--level", "high", P},
    {RULES, "--tag", "attack.t1078", P},
    {RULES, "--technique", "T1078", P},
    {MATCH, "--logsource", "product=windows", W},
    {SCAN, "--internal", "198.51.100.0/24", W},
    {SCAN, "--egress", "198.51.100.0/24", W},
    {SCAN, "--proxy", "198.51.100.0/24", W},
    {SCAN, "--client-column", "Client-Real", W},
    {SCAN, "--domain", "example.org", W},
    {SCAN, "--language", "fr", O},
    {SCAN, "--accounts", "accounts.csv", O},
    {SCAN, "--geo", "geo.mmdb", W},
    {SCAN, "--state", "kept", R},
    {SCAN, "--tz", "*=Europe/Brussels", W},
    {SCAN, "--host", "*=EX01", W},
    {SCAN, "--fields", "*=date time s-ip cs-method", W},
    {SCAN, "--since", "2011-03-09", P},
    {SCAN, "--until", "2011-03-09", P},
    {SCAN, "--min-level", "high", P},
    {SCAN, "--fail-level", "low", P},
    {SCAN, "--require", "none", P},
    {SCAN, "--response-since", "2011-03-09", O},
    {SCAN, "--config", "site.yml", R},
    {SCAN, "--learned", "learned.yml", P},
    {CONFIG, "--effective", NULL, P},
    {SCAN, "--jobs", "3", R},
    {SCAN, "--block-size", "4K", R},
    {SCAN, "--stats", "books", P},
    {SCAN, "--explain", NULL, P},
    {SCAN, "--redact", NULL, P},
    {SCAN, "--tables", "own", W},
    {SCAN, "--follow-links", NULL, P},
    {SCAN, "--color", "always", P},
    {SCAN, "--sandbox", "no", R},
    {SCAN, "--version", NULL, P},
    {SCAN, "--quiet", NULL, P},
    {SCAN, "--help", NULL, P},
    {INCIDENT, "--incident", "all", P},
    {TIMELINE, "--mailbox", "anna", P},
    {WHY, "--rule", "own", P},
    {INCIDENT, "--rules", "own", O},
    {INCIDENT, "--internal", "198.51.100.0/24", W},
    {WATCH, "--internal", "198.51.100.0/24", W},
    {WATCH, "--send", "udp://198.51.100.7", P},
    {WATCH, "--listen", "syslog+udp://127.0.0.1:5514", R},
    {WATCH, "--delay", "10m", R},
    {WATCH, "--partial-after", "10s", R},
    {WATCH, "--once", NULL, R},
    {WATCH, "--metrics", "figures", R},
    {INCIDENT, "--all", NULL, P},
    {INCIDENT, "--by", "ann", R},
    {INCIDENT, "--note", "why", R},
    {INCIDENT, "--as", "true", R},
    {INCIDENT, "--for", "8h", R},
    {DECLARE, "--what", "language", R},
    {DECLARE, "--from", "2011-03-09", R},
    {DECLARE, "--to", "2011-03-09", R},
    {WATCH, "--test-alert", NULL, R},
};

Test(options, each_changes_the_fingerprint_of_its_class_and_no_other)
{
    bool seen[TC_OPTION_CLASS_COUNT] = {false};
    for (const struct row *row = rows; row < rows + TC_COUNT_OF(rows); row++) {
        prints before = prints_of((tc_command)row->command, NULL, NULL);
        prints after = prints_of((tc_command)row->command, row->option, row->value);
        for (int i = 0; i < TC_OPTION_CLASS_COUNT; i++)
            cr_expect_eq(before.of[i] != after.of[i], i == row->changes, "%s: class %d",
                         row->option, i);
        seen[row->changes] = true;
    }
    for (int i = 0; i < TC_OPTION_CLASS_COUNT; i++)
        cr_expect(seen[i], "no option of class %d", i);
}

Test(options, each_that_help_lists_has_a_row_here)
{
    static const tc_command commands[] = {
#define TC_COMMAND(number, name, help, usage, after) TC_COMMAND_##number,
#include "detector/settings/commands.def"
#undef TC_COMMAND
    };
    size_t listed = 0;
    for (size_t c = 0; c < TC_COUNT_OF(commands); c++) {
        tc_str page;
        tc_str_init(&page, 65536);
        tc_options_help(commands[c], &page);
        for (tc_slice rest = tc_str_view(&page); rest.ptr != NULL;) {
            tc_slice line = tc_slice_split(rest, '\n', &rest), after;
            size_t at = tc_slice_search_ascii(line, TC_LIT("--"));
            if (at != 6 || line.ptr[0] != ' ') continue;
            tc_slice name = tc_slice_split(tc_slice_sub(line, at, TC_NPOS), ' ', &after);
            name = tc_slice_split(name, '[', &after);
            bool found = false;
            for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
                found = found || tc_slice_equal(name, tc_slice_of(rows[i].option));
            cr_expect(found, "%.*s has no row", (int)name.len, name.ptr);
            listed++;
        }
        tc_str_done(&page);
    }
    cr_expect_gt(listed, 25u);
}

static void expect_same(const char *option, const char *a, const char *b, bool same)
{
    prints x = prints_of(TC_COMMAND_SCAN, option, a), y = prints_of(TC_COMMAND_SCAN, option, b);
    cr_expect_eq(x.of[W] == y.of[W] && x.of[O] == y.of[O] && x.of[P] == y.of[P], same, "%s %s, %s",
                 option, a, b);
}

Test(options, what_means_the_same_has_the_same_fingerprint)
{
    expect_same("--internal", "198.51.100.0/24,203.0.113.0/24", "203.0.113.0/24, 198.51.100.0/24",
                true);
    expect_same("--internal", "198.51.100.7", "198.51.100.7/32", true);
    expect_same("--internal", "198.51.100.0/24", "198.51.100.0/25", false);
    expect_same("--internal", "198.51.100.0/24", "198.51.100.0/24,203.0.113.0/24", false);
    expect_same("--language", "fr,en", "en,fr", true);
    expect_same("--language", "fr,en", "fr,es", false);
    expect_same("--domain", "a.org,b.org", "a.orgb.org", false);
    expect_same("--min-level", "HIGH", "high", true);
    expect_same("--format", "Cef", "cef", true);
    expect_same("--since", "2011-03-09", "2011-03-09T00:00:00Z", true);
}

/* State outlives the version that kept it: what is not set must not show, and what is set stays. */
Test(options, fingerprints_hold_for_later_versions_with_more_options)
{
    prints unset = prints_of(TC_COMMAND_SCAN, NULL, NULL);
    for (int i = 0; i < TC_OPTION_CLASS_COUNT; i++)
        cr_expect_eq(unset.of[i], tc_content_hash(TC_LIT("options")), "class %d", i);
    expect_same("--min-level", "low", "LOW", true);
    cr_expect_eq(prints_of(TC_COMMAND_SCAN, "--min-level", "low").of[P], unset.of[P]);
    cr_expect_eq(prints_of(TC_COMMAND_SCAN, "--internal", "198.51.100.0/24").of[W],
                 UINT64_C(0x73d571aedfad9253));
}

Test(options, the_same_value_of_another_option_is_another_fingerprint)
{
    cr_expect_neq(prints_of(TC_COMMAND_SCAN, "--internal", "198.51.100.0/24").of[W],
                  prints_of(TC_COMMAND_SCAN, "--egress", "198.51.100.0/24").of[W]);
}
