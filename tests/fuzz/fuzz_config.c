/*
 * fuzz_config: any bytes as a site configuration.
 *
 * Checked besides what the sanitizers see: one that is refused says why; what is said has no
 * control characters; one that is read is shown as YAML that is read again, means the same (its
 * fingerprints) and is shown as the same but for the places.
 */
#include "detector/settings/config.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX 65536
#define SHOWN_MAX ((size_t)1 << 20)
#define NOW (INT64_C(1767225600) * TC_SECOND)

static size_t errors;

static void note(void *context, const tc_error *error, bool warning)
{
    (void)context;
    errors += !warning;
    TC_ASSERT(error->text[0] != '\0');
    for (const char *c = error->text; *c; c++)
        TC_ASSERT((unsigned char)*c >= 0x20 && *c != 0x7f);
}

static const tc_rule_reporter reporter = {NULL, note};

typedef struct reading {
    tc_options options;
    tc_config *config;
    uint64_t prints[TC_OPTION_CLASS_COUNT];
} reading;

static bool reads(reading *r, tc_slice text)
{
    tc_error error = {0};
    errors = 0;
    tc_options_start(&r->options, TC_COMMAND_SCAN);
    tc_status status =
        tc_config_read_text("/fuzz.yml", text, &r->options, NOW, &reporter, &r->config, &error);
    TC_ASSERT(tc_failed(status) == (errors > 0));
    for (unsigned i = 0; i < TC_OPTION_CLASS_COUNT; i++)
        r->prints[i] = tc_options_fingerprint(&r->options, (tc_option_class)i);
    return !tc_failed(status);
}

static void done(reading *r)
{
    tc_options_done(&r->options);
    tc_config_free(r->config);
}

/* Thresholds are shown of the rules that they are for, and there are none here. */
static void show_and_read(const reading *first, const tc_ruleset *rules)
{
    reading again;
    tc_str shown;
    tc_str_init(&shown, SHOWN_MAX);
    tc_config_show(&first->options, rules, NOW, true, &shown);
    if (!tc_failed(tc_str_status(&shown)) && first->config->threshold_count == 0) {
        TC_ASSERT(reads(&again, tc_str_view(&shown)));
        TC_ASSERT(memcmp(first->prints, again.prints, sizeof(again.prints)) == 0);
        done(&again);
    }
    tc_str_done(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reading first;
    if (size > INPUT_MAX) return 0;
    tc_ruleset *rules = tc_ruleset_new();
    TC_ASSERT(rules != NULL);
    if (reads(&first, tc_slice_make(data, size))) show_and_read(&first, rules);
    done(&first);
    tc_ruleset_free(rules);
    return 0;
}
