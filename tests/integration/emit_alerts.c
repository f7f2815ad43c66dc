/*
 * emit_alerts LINES FIELDS: syslog lines of alerts and of summaries with hostile fields, and what
 * was put into them.
 *
 * One line of FIELDS stands for one of LINES: "name hex" pairs apart by blanks, the bytes of each
 * value in hexadecimal, so that nothing of how the output escapes is known to whoever compares.
 */
#include "detector/output/output.h"
#include "tests/integration/adversary.h"

#define ALERTS 250

static void emit(tc_output *output, unsigned number, FILE *lines, FILE *fields)
{
    adversary a;
    adversary_make(&a, number);
    adversary_put_fields(fields, &a);
    tc_str line;
    tc_str_init(&line, 65536);
    tc_output_alert(output, &a.alert, TC_TIME_NONE, &line);
    fwrite(line.data, 1, line.len, lines);
    tc_str_done(&line);
}

/* The longest line there can be: everything is cut, and what is left has to be one record, too. */
static void emit_longest(tc_output *output, FILE *lines, FILE *fields)
{
    static uint8_t long_text[9000];
    static tc_alert_mailbox mailboxes[500];
    memset(long_text, '"', sizeof(long_text));
    tc_slice text = tc_slice_make(long_text, sizeof(long_text));
    tc_alert_evidence evidence[5];
    for (size_t i = 0; i < TC_COUNT_OF(mailboxes); i++)
        mailboxes[i] = (tc_alert_mailbox){.name = TC_LIT("somebody@example.org")};
    for (size_t i = 0; i < TC_COUNT_OF(evidence); i++)
        evidence[i] = (tc_alert_evidence){.file = text, .text = text};
    tc_alert a = {.level = TC_LEVEL_CRITICAL,
                  .created = TC_TIME_NONE,
                  .rule_name = text,
                  .confidence_why = text,
                  .message = text,
                  .mailboxes = mailboxes,
                  .mailbox_count = TC_COUNT_OF(mailboxes),
                  .evidence = evidence,
                  .evidence_count = TC_COUNT_OF(evidence),
                  .next = &text,
                  .next_count = 1};
    memset(a.id, 'f', sizeof(a.id) - 1);
    tc_str line;
    tc_str_init(&line, 65536);
    tc_output_alert(output, &a, TC_TIME_NONE, &line);
    fwrite(line.data, 1, line.len, lines);
    adversary_put_field(fields, "event.id", tc_slice_of(a.id));
    adversary_put_field(fields, "tocsin.truncated", TC_LIT("true"));
    fputc('\n', fields);
    tc_str_done(&line);
}

/* The end of a scan, once with each outcome. */
static void emit_summary(tc_output *output, tc_outcome outcome, FILE *lines, FILE *fields)
{
    static uint8_t bytes[64];
    tc_unjudged reason = {"unreadable", TC_LIT("1 file could not be read")};
    adversary a = {.state = 2011};
    tc_problem problem = {adversary_value(&a, bytes), TC_LIT("permission denied")};
    tc_coverage_row row = {.indicator = "webmail access", .state = TC_BLIND};
    tc_summary s = {.first = 0,
                    .last = 9 * TC_DAY,
                    .since = TC_TIME_NONE,
                    .until = 8 * TC_DAY,
                    .judged_first = TC_DAY,
                    .judged_last = 8 * TC_DAY,
                    .files = {.read = 12, .unreadable = 1},
                    .min_level = TC_LEVEL_LOW,
                    .fail_level = TC_LEVEL_HIGH,
                    .coverage = &row,
                    .coverage_count = 1,
                    .problems = &problem,
                    .problem_count = 1,
                    .verdict = {.outcome = outcome,
                                .incomplete = outcome == TC_OUTCOME_INCOMPLETE,
                                .reasons = &reason,
                                .reason_count = outcome == TC_OUTCOME_INCOMPLETE}};
    s.incidents[TC_LEVEL_CRITICAL] = outcome == TC_OUTCOME_FOUND;
    const char *const rows[][2] = {
        {"tocsin.type", "summary"},
        {"tocsin.outcome", tc_outcome_name(outcome)},
        {"tocsin.incomplete", s.verdict.incomplete ? "true" : "false"},
        {"event.start", "1970-01-02T00:00:00Z"},
        {"event.end", "1970-01-09T00:00:00Z"},
        {"tocsin.until", "1970-01-09T00:00:00Z"},
        {"tocsin.incidents.critical", outcome == TC_OUTCOME_FOUND ? "1" : "0"},
        {"tocsin.incidents.informational", "0"},
        {"tocsin.files.read", "12"},
        {"tocsin.files.unread", "1"},
        {"tocsin.coverage", "webmail access=blind"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        adversary_put_field(fields, rows[i][0], tc_slice_of(rows[i][1]));
    adversary_put_field(fields, "tocsin.problems", problem.file);
    tc_str line;
    tc_str_init(&line, 65536);
    tc_output_summary(output, &s, TC_TIME_NONE, &line);
    fwrite(line.data, 1, line.len, lines);
    fputc('\n', fields);
    tc_str_done(&line);
}

int main(int argc, char **argv)
{
    tc_output_options options = {.format = &tc_output_syslog,
                                 .host = TC_LIT("collector.example.org"),
                                 .process_id = 42,
                                 .version = "1"};
    FILE *lines = argc == 3 ? fopen(argv[1], "wb") : NULL;
    FILE *fields = argc == 3 ? fopen(argv[2], "wb") : NULL;
    tc_output *output = tc_output_new(&options);
    if (lines == NULL || fields == NULL || output == NULL) {
        fputs("usage: emit_alerts LINES FIELDS\n", stderr);
        return 2;
    }
    for (unsigned i = 1; i <= ALERTS; i++)
        emit(output, i, lines, fields);
    emit_longest(output, lines, fields);
    for (unsigned outcome = 0; outcome < TC_OUTCOME_COUNT; outcome++)
        emit_summary(output, (tc_outcome)outcome, lines, fields);
    tc_output_free(output);
    return fclose(lines) == 0 && fclose(fields) == 0 ? 0 : 1;
}
