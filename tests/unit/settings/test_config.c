/* The site configuration: what each key does, and that nothing wrong goes through. */
#include "detector/settings/config.h"

#include "parsers/base/alloc.h"
#include "parsers/base/str.h"

#include <criterion/criterion.h>

#define NOW (INT64_C(1767225600) * TC_SECOND) /* 2026-01-01 */

static tc_options options;
static tc_config *config;
static char said[8192]; /* what the reporter heard, a line each */

static void note(void *context, const tc_error *error, bool warning)
{
    size_t used = strlen(said);
    (void)context;
    (void)warning;
    snprintf(said + used, sizeof(said) - used, "%u:%u: %s\n", error->line, error->column,
             error->text);
}

static const tc_rule_reporter reporter = {NULL, note};

static bool reads(const char *path, tc_slice text)
{
    tc_error error = {0};
    said[0] = 0;
    tc_options_start(&options, TC_COMMAND_SCAN);
    tc_status status = tc_config_read_text(path, text, &options, NOW, &reporter, &config, &error);
    cr_expect_eq(tc_failed(status), error.code != TC_OK);
    return !tc_failed(status);
}

static void end(void)
{
    tc_options_done(&options);
    tc_config_free(config);
    config = NULL;
}

TestSuite(config, .fini = end);

static void expect_good(const char *yaml)
{
    end();
    cr_assert(reads("/etc/site.yml", tc_slice_of(yaml)), "%s\n%s", yaml, said);
}

/* Refused, with exactly these words. */
static void expect_bad(const char *yaml, const char *words)
{
    end();
    cr_expect_not(reads("site.yml", tc_slice_of(yaml)), "%s", yaml);
    cr_expect_str_eq(said, words);
}

static size_t count_of(const char *name)
{
    size_t count = 0;
    const struct tc_option_row *row = tc_options_row(TC_COMMAND_SCAN, name);
    for (size_t i = 0; i < config->origin_count; i++)
        count += config->origins[i].row == row;
    return count;
}

Test(config, keys_fill_the_options_that_they_stand_for)
{
    expect_good("networks: {internal: [10.0.0.0/8, 192.168.0.0/16], exits: [192.0.2.7]}\n"
                "domains: [example.org]\n"
                "languages: [fr]\n"
                "levels: {fail: medium}\n"
                "require: [webmail, resets]\n"
                "response: {since: 2026-01-01T10:00:00Z}\n"
                "output: {explain: true, redact: false}\n"
                "run: {jobs: 3}\n");
    cr_expect_eq(options.internal.count, 2u);
    cr_expect_eq(options.egress.count, 1u);
    cr_expect_eq(options.domains.count, 1u);
    cr_expect_eq(options.fail_level, TC_LEVEL_MEDIUM);
    cr_expect_eq(options.require,
                 TC_BLINDS(TC_INDICATOR_WEBMAIL) | TC_BLINDS(TC_INDICATOR_PASSWORDS));
    cr_expect_eq(options.response_since, NOW + 10 * TC_HOUR);
    cr_expect(options.explain);
    cr_expect_not(options.redact);
    cr_expect_eq(options.jobs, 3u);
    cr_expect_eq(count_of("internal"), 2u);
    cr_expect_eq(options.site, config);
    cr_expect_eq(options.site_fingerprint, 0u, "options have fingerprints of their own");
}

Test(config, paths_start_at_the_folder_of_the_file)
{
    expect_good("geo: [geo/city.mmdb, /var/asn.mmdb]\naccounts: {file: accounts.csv}\n"
                "output: {stats: '-'}\n");
    cr_expect_str_eq(options.geo.items[0], "/etc/geo/city.mmdb");
    cr_expect_str_eq(options.geo.items[1], "/var/asn.mmdb");
    cr_expect_str_eq(options.accounts, "/etc/accounts.csv");
    cr_expect_str_eq(options.stats, "-");
}

Test(config, what_no_option_says_is_kept)
{
    expect_good("accounts: {helpdesk: [hd1], service: [svc], vip: [boss@example.org, x]}\n"
                "foreign_languages: [zh]\n"
                "passwords: {expire_days: 90}\n"
                "change_windows:\n"
                "  - {what: language, from: 2026-01-01, to: 2026-01-02, reason: move}\n"
                "thresholds: {r: {threshold: 2.5, timespan: 2h}}\n"
                "exceptions:\n"
                "  - {rule: r, network: 192.0.2.0/24, reason: test, until: 2026-03-01}\n");
    cr_expect_eq(config->words[TC_CONFIG_HELPDESK].count, 1u);
    cr_expect_eq(config->words[TC_CONFIG_VIP].count, 2u);
    cr_expect_eq(config->words[TC_CONFIG_FOREIGN].count, 1u);
    cr_expect_eq(config->password_days, 90u);
    cr_assert_eq(config->window_count, 1u);
    cr_expect_eq(config->windows[0].what, TC_INDICATOR_LANGUAGE);
    cr_expect_eq(config->windows[0].until, NOW + 2 * TC_DAY, "a date is meant with its end");
    cr_assert_eq(config->threshold_count, 1u);
    cr_expect_eq(config->thresholds[0].to.threshold, 2.5);
    cr_expect_eq(config->thresholds[0].to.timespan_ns, 2 * TC_HOUR);
    cr_assert_eq(config->exception_count, 1u);
    cr_expect(config->exceptions[0].has_network);
    cr_expect_eq(config->exceptions[0].line, 8u);
    cr_expect_neq(options.site_fingerprint, 0u);
}

static uint64_t fingerprint(const char *yaml)
{
    expect_good(yaml);
    return options.site_fingerprint;
}

Test(config, what_changes_findings_changes_the_fingerprint_and_nothing_else_does)
{
    static const char *const with[] = {
        "accounts: {vip: [a]}\n",
        "accounts: {service: [a]}\n",
        "accounts: {helpdesk: [a]}\n",
        "foreign_languages: [a]\n",
        "passwords: {expire_days: 90}\n",
        "thresholds: {a: {threshold: 2}}\n",
        "thresholds: {a: {timespan: 2h}}\n",
        "change_windows: [{what: resets, from: 2026-01-01, to: 2026-01-02, reason: a}]\n",
        "exceptions: [{user: a, reason: b, until: 2026-03-01}]\n",
        "exceptions: [{agent: a, reason: b, until: 2026-03-01}]\n"};
    for (size_t i = 0; i < TC_COUNT_OF(with); i++)
        for (size_t k = 0; k < i; k++)
            cr_expect_neq(fingerprint(with[i]), fingerprint(with[k]), "%s%s", with[i], with[k]);
    cr_expect_eq(fingerprint("accounts: {vip: [a, b]}\n"),
                 fingerprint("accounts: {vip: [b, a]}\n"));
    cr_expect_eq(fingerprint("exceptions: [{user: a, reason: b, until: 2026-03-01}]\n"),
                 fingerprint("exceptions: [{user: a, reason: other, until: 2026-03-01}]\n"));
}

Test(config, unknown_keys_are_refused_with_the_nearest_or_the_right_place)
{
    expect_bad("domain: [a]\n",
               "1:1: unknown key 'domain' in the top, did you mean 'domains'? (see `tocsin config "
               "show --effective`)\n");
    expect_bad("networks: {internl: [a]}\n",
               "1:12: unknown key 'internl' in networks, did you mean 'internal'? (see `tocsin "
               "config show --effective`)\n");
    expect_bad("vip: [a]\n", "1:1: unknown key 'vip' in the top: it belongs to accounts\n");
    expect_bad("output: {domains: [a]}\n",
               "1:10: unknown key 'domains' in output: it belongs to the top\n");
    expect_bad("exceptions: [{usr: a, reason: b, until: 2026-03-01}]\n",
               "1:15: unknown key 'usr' in an exception, did you mean 'user'?\n");
}

Test(config, all_errors_are_told_with_their_places)
{
    expect_bad("networks: {internal: [10.0.0.0/33]}\nlevels: {fail: hgh}\nrun: {jobs: 0}\n",
               "1:23: networks.internal: '10.0.0.0/33' is not an address or network such as "
               "10.0.0.0/8\n"
               "2:16: levels.fail: 'hgh' is not informational, low, medium, high or critical\n"
               "3:13: run.jobs: '0' is not a number from 1 to 256\n");
}

Test(config, wrong_types_are_refused)
{
    expect_bad("domains: a\n", "1:10: domains wants a list, such as [a, b]\n");
    expect_bad("domains: [[a]]\n", "1:11: domains wants one value, not a list\n");
    expect_bad("domains: {a: b}\n", "1:10: domains wants a list, such as [a, b]\n");
    expect_bad("domains: [~]\n", "1:11: domains has no value: give one, or drop the key\n");
    expect_bad("domains: ['a,b']\n", "1:11: domains: 'a,b' is several: write [a, b]\n");
    expect_bad("networks: [a]\n", "1:11: networks wants keys and values below it\n");
    expect_bad("networks:\n", "1:10: networks wants keys and values below it\n");
    expect_bad("output: {explain: maybe}\n",
               "1:19: output.explain is true or false, not 'maybe'\n");
    expect_bad("thresholds: [a]\n", "1:13: thresholds wants rules with their figures, such as "
                                    "'webmail_burst_mailbox: {threshold: 20}'\n");
    expect_bad("- a\n", "1:1: a configuration is keys and values, such as 'domains: "
                        "[example.org]'\n");
    expect_bad("just text\n", "1:1: a configuration is keys and values, such as 'domains: "
                              "[example.org]'\n");
    expect_bad("accounts: {vip: [\"a\\tb\"]}\n",
               "1:18: accounts.vip holds control characters: 'a\\x09b'\n");
}

Test(config, numbers_out_of_range_are_refused)
{
    expect_bad("passwords: {expire_days: 0}\n",
               "1:26: passwords.expire_days is a number from 1 to 3650, not '0'\n");
    expect_bad("passwords: {expire_days: 4000}\n",
               "1:26: passwords.expire_days is a number from 1 to 3650, not '4000'\n");
    expect_bad("passwords: {expire_days: '90'}\n",
               "1:26: passwords.expire_days is a number from 1 to 3650, not '90'\n");
    expect_bad("thresholds: {r: {threshold: 0}}\n",
               "1:29: threshold is a number above 0 and up to 10^9, not '0'\n");
    expect_bad("thresholds: {r: {threshold: 1000000001}}\n",
               "1:29: threshold is a number above 0 and up to 10^9, not '1000000001'\n");
    expect_bad("thresholds: {r: {timespan: 5}}\n",
               "1:28: timespan is a number and one unit, as in 90s, 15m, 6h, 30d, 2w, not '5'\n");
    expect_bad("thresholds: {r: {}}\n",
               "1:17: neither threshold nor timespan: this changes nothing\n");
}

Test(config, exceptions_have_an_end_a_reason_and_somebody)
{
    expect_bad("exceptions: [{user: a, reason: b}]\n",
               "1:14: an exception without an end: add 'until: 2027-01-31' or another date, when "
               "somebody has to look at it again\n");
    expect_bad("exceptions: [{user: a, until: 2026-03-01}]\n",
               "1:14: an exception without a reason: add 'reason: why'\n");
    expect_bad("exceptions: [{rule: a, reason: b, until: 2026-03-01}]\n",
               "1:14: an exception for everybody: add user, address, network, agent or language\n");
    expect_bad("exceptions: [{address: 192.0.2.1/24, reason: b, until: 2026-03-01}]\n",
               "1:24: address or network is '192.0.2.1/24', whose address has bits beyond the "
               "network: write the network's first address\n");
    expect_bad("exceptions: [{address: 192.0.2.1, network: 192.0.2.0/24, reason: b, until: "
               "2026-03-01}]\n",
               "1:44: address and network in one exception: write two\n");
    expect_bad("exceptions: [{user: a, reason: b, until: 2026-02-30}]\n",
               "1:42: until is '2026-02-30', no time such as 2026-03-09 or "
               "2026-03-09T07:00:00Z\n");
}

Test(config, windows_are_whole_and_end_after_they_begin)
{
    expect_bad("change_windows: [{what: resets, from: 2026-01-02, to: 2026-01-01, reason: a}]\n",
               "1:55: the window ends before it begins\n");
    expect_bad("change_windows: [{what: webmail, from: 2026-01-01, to: 2026-01-02, reason: a}]\n",
               "1:25: what is resets or language, not 'webmail'\n");
    expect_bad("change_windows: [{what: resets, from: 2026-01-01, reason: a}]\n",
               "1:18: a change window without 'to': it wants what, from, to and reason\n");
}

/* -- hostile -------------------------------------------------------------------------------- */

Test(config, keys_that_stand_twice_are_refused)
{
    expect_bad("domains: [a]\ndomains: [b]\n",
               "2:1: the key 'domains' stands twice in one map (first in line 1): only one would "
               "count\n");
}

Test(config, a_second_document_is_refused_and_none_says_nothing)
{
    expect_bad("domains: [a]\n---\ndomains: [b]\n",
               "3:1: a second document begins: one file is one configuration\n");
    expect_good("# nothing\n");
    cr_expect_str_eq(said, "0:0: this configuration says nothing\n");
}

Test(config, bytes_that_are_no_text_are_refused)
{
    cr_expect_not(reads("x", TC_LIT("domains: [a\0b]\n")));
    end();
    cr_expect_not(reads("x", TC_LIT("domains: [\"a\\0b\"]\n")));
    end();
    cr_expect_not(reads("x", TC_LIT("domains: [a\xff]\n")));
}

Test(config, aliases_that_multiply_and_depth_are_bounded)
{
    char text[4096] = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c < 'l'; c++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof(text) - used, "%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c]\n",
                 c, c, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
    }
    cr_expect_not(reads("x", tc_slice_of(text)));
    cr_expect(strstr(said, "too many nodes") != NULL, "%s", said);
    end();
    memset(text, '[', 2000);
    text[2000] = 0;
    cr_expect_not(reads("x", tc_slice_of(text)));
    cr_expect(strstr(said, "nested too deep") != NULL, "%s", said);
}

Test(config, long_texts_and_long_lists_are_bounded)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    tc_str_addf(&text, "domains: [%0*d]\n", TC_CONFIG_TEXT_MAX + 1, 1);
    cr_expect_not(reads("x", tc_str_view(&text)));
    cr_expect_str_eq(said, "1:11: domains is longer than 2048 bytes\n");
    end();
    tc_str_clear(&text);
    tc_str_add(&text, TC_LIT("accounts: {vip: ["));
    for (unsigned i = 0; i <= TC_CONFIG_ITEMS_MAX; i++)
        tc_str_addf(&text, "a%u, ", i);
    tc_str_add(&text, TC_LIT("]}\n"));
    cr_expect_not(reads("x", tc_str_view(&text)));
    cr_expect_str_eq(said, "1:17: accounts.vip has more than 4096 items\n");
    tc_str_done(&text);
}

Test(config, lack_of_memory_is_an_error_at_every_step)
{
    tc_slice yaml =
        TC_LIT("domains: [a.example]\nexceptions: [{user: a, reason: b, until: 2026-03-01}]\n"
               "accounts: {vip: [x]}\nthresholds: {r: {threshold: 2}}\n");
    bool read = false;
    for (uint64_t step = 1; step < 200 && !read; step++) {
        end();
        tc_alloc_fail_after(step);
        tc_error error = {0};
        tc_options_start(&options, TC_COMMAND_SCAN);
        tc_status status = tc_config_read_text("x", yaml, &options, NOW, NULL, &config, &error);
        tc_alloc_fail_after(0);
        read = !tc_failed(status);
        if (!read) cr_expect_eq(status.code, TC_ENOMEM, "step %d", (int)step);
    }
    cr_expect(read);
}

/* -- shown ---------------------------------------------------------------------------------- */

Test(config, what_is_shown_reads_back_as_the_same)
{
    tc_str shown, again;
    tc_error error = {0};
    tc_ruleset *rules = tc_ruleset_new();
    cr_assert_not_null(rules);
    expect_good("accounts: {vip: ['a\"b\\c', 'O''Neil']}\nlevels: {min: high}\n"
                "change_windows: [{what: resets, from: 2026-01-01, to: 2026-01-02, reason: x}]\n"
                "exceptions: [{user: a, agent: 'b*', language: zh, reason: '#', until: "
                "2025-03-01}]\n");
    tc_str_init(&shown, 65536);
    tc_str_init(&again, 65536);
    tc_config_show(&options, rules, NOW, true, &shown);
    uint64_t before = options.site_fingerprint;
    cr_expect(tc_slice_search(tc_str_view(&shown), TC_LIT("# has ended")) != TC_NPOS);
    end();
    cr_assert(reads("/etc/site.yml", tc_str_view(&shown)), "%s%s", said, tc_str_cstr(&shown));
    cr_expect_eq(options.site_fingerprint, before);
    cr_expect_eq(options.min_level, TC_LEVEL_HIGH);
    cr_assert_eq(config->words[TC_CONFIG_VIP].count, 2u);
    cr_expect(tc_slice_equal(config->words[TC_CONFIG_VIP].items[0], TC_LIT("a\"b\\c")));
    cr_expect_eq(error.code, TC_OK);
    tc_ruleset_free(rules);
    tc_str_done(&shown);
    tc_str_done(&again);
}
