/* What was learned, as a configuration. */
#include "detector/app/learned_file.h"
#include "detector/settings/config.h"

#include <criterion/criterion.h>

#define AT (INT64_C(1767225600) * TC_SECOND) /* 2026-01-01 */

static const tc_door door = {.sessions = 40, .people_count = 12, .days = 9};
static const tc_resetter desk = {.name = "corp\\desk", .days = 5, .resets = 9, .most = 3};
static const tc_resetter connector = {
    .name = "msol_1", .connector = true, .days = 6, .resets = 90, .most = 30};

static tc_learned sample(void)
{
    return (tc_learned){.speakers = 40,
                        .languages = {{"fr", 30, true}, {"nl", 9, true}, {"zh-Hans", 1, false}},
                        .language_count = 3,
                        .places = {{"BE", 38}, {"FR", 1}},
                        .place_count = 2,
                        .doors = {&door},
                        .door_count = 1,
                        .resetters = {&connector, &desk},
                        .resetter_count = 2,
                        .password_days = 90,
                        .password_changes = 17,
                        .first = AT,
                        .last = AT + 40 * TC_DAY};
}

static void expect_text(const tc_learned *learned, bool redact, const char *piece, bool there)
{
    tc_str text;
    tc_str_init(&text, 65536);
    tc_learned_write(learned, redact, &text);
    cr_expect_eq(tc_slice_search(tc_str_view(&text), tc_slice_of(piece)) != TC_NPOS, there,
                 "%s is not in %s", piece, tc_str_cstr(&text));
    tc_str_done(&text);
}

Test(learned_file, says_what_is_usual_with_figures)
{
    tc_learned l = sample();
    expect_text(&l, false, "languages:\n  - \"fr\"  # 30 mailboxes, 75.0 %\n", true);
    expect_text(&l, false, "#   - \"zh-Hans\"  # 1 mailbox, 2.5 %\n", true);
    expect_text(&l, false, "passwords:\n  expire_days: 90  # 17 changes\n", true);
    expect_text(&l, false, "12 people, 40 sessions, 9 days\n", true);
    expect_text(&l, false, "#   helpdesk:\n#     - \"corp\\\\desk\"  # 9 resets on 5 days, 3 on",
                true);
    expect_text(&l, false, "#   service:\n#     - \"msol_1\"", true);
    expect_text(&l, false, "#   BE: 38 mailboxes\n", true);
}

Test(learned_file, leaves_names_out_where_asked)
{
    tc_learned l = sample();
    expect_text(&l, true, "desk\"", false);
    expect_text(&l, true, "names left out", true);
}

/* As it is, and with every hint taken in. */
Test(learned_file, reads_back_as_a_configuration)
{
    for (int taken = 0; taken < 2; taken++) {
        tc_learned l = sample();
        tc_options options;
        tc_config *config;
        tc_error error = {0};
        tc_str text, edited;
        tc_str_init(&text, 65536);
        tc_str_init(&edited, 65536);
        tc_learned_write(&l, false, &text);
        for (tc_slice rest = tc_str_view(&text); rest.ptr != NULL && rest.len;) {
            tc_slice line = tc_slice_split(rest, '\n', &rest);
            bool hint = tc_slice_starts(line, TC_LIT("# networks:")) ||
                        tc_slice_starts(line, TC_LIT("# accounts:")) ||
                        tc_slice_starts(line, TC_LIT("#   exits:")) ||
                        tc_slice_starts(line, TC_LIT("#   helpdesk:")) ||
                        tc_slice_starts(line, TC_LIT("#   service:")) ||
                        tc_slice_starts(line, TC_LIT("#     - "));
            if (taken && hint) line = tc_slice_sub(line, 2, line.len);
            tc_str_add(&edited, line);
            tc_str_add_byte(&edited, '\n');
        }
        tc_options_start(&options, TC_COMMAND_SCAN);
        tc_status status =
            tc_config_read_text("l.yml", tc_str_view(&edited), &options, AT, NULL, &config, &error);
        cr_assert_not(tc_failed(status), "%s\n%s", error.text, tc_str_cstr(&edited));
        cr_expect_eq(options.languages.count, 2u);
        cr_expect_eq(config->password_days, 90u);
        cr_expect_eq(options.egress.count, taken ? 1u : 0u);
        cr_expect_eq(config->words[TC_CONFIG_HELPDESK].count, taken ? 1u : 0u);
        cr_expect_eq(config->words[TC_CONFIG_SERVICE].count, taken ? 1u : 0u);
        tc_options_done(&options);
        tc_config_free(config);
        tc_str_done(&text);
        tc_str_done(&edited);
    }
}
