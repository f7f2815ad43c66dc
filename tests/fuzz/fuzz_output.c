/*
 * fuzz_output: an alert and a summary made of any bytes, through every format.
 *
 * Checked besides what the sanitizers see, with parsers that know nothing of the writers: text
 * holds no control byte but line feeds, no bidi control, and no line wider than the page; JSON is
 * one line that parses; syslog (RFC 5424), CEF and LEEF are one line of UTF-8 whose fields come
 * apart again; the formats without a summary write none; the same alert is worded the same a second
 * time.
 */
#include "detector/output/output.h"
#include "parsers/base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/take.h"
#include "tests/unit/output/reparse.h"

#define ITEMS 6
#define OUT_MAX ((size_t)64 << 20)

/* Everything that an alert or a summary points at. */
typedef struct parts {
    tc_alert alert;
    tc_summary summary;
    tc_alert_mailbox mailboxes[ITEMS];
    tc_alert_source sources[ITEMS];
    tc_alert_fact facts[ITEMS];
    tc_alert_evidence evidence[5];
    tc_slice techniques[ITEMS], related[ITEMS], next[ITEMS], guesses[ITEMS], missing[ITEMS];
    char former[ITEMS][33];
    tc_inventory_row inventory[ITEMS];
    tc_unjudged reasons[ITEMS];
    tc_problem problems[ITEMS];
    tc_columns_told columns;
    tc_coverage_row coverage[ITEMS];
} parts;

static reparse_record record;
static uint8_t pool[REPARSE_POOL];

/* -- making --------------------------------------------------------------------------------- */

static tc_time take_time(tc_slice *from)
{
    static const tc_time usual[] = {TC_TIME_NONE, 0, 1299654723 * TC_SECOND, TC_TIME_MAX,
                                    TC_TIME_NONE + 1};
    size_t choice = take_below(from, 8);
    return choice < TC_COUNT_OF(usual) ? usual[choice] : (tc_time)take_number(from, 8);
}

static void take_id(tc_slice *from, char id[33])
{
    snprintf(id, 33, "%016llx%016llx", (unsigned long long)take_number(from, 2),
             (unsigned long long)take_number(from, 2));
}

static size_t take_texts(tc_slice *from, tc_slice texts[ITEMS])
{
    size_t count = take_below(from, ITEMS + 1);
    for (size_t i = 0; i < count; i++)
        texts[i] = take_text(from);
    return count;
}

static void take_lists(tc_slice *from, parts *p)
{
    tc_alert *a = &p->alert;
    a->technique_count = take_texts(from, p->techniques);
    a->related_user_count = take_texts(from, p->related);
    a->next_count = take_texts(from, p->next);
    a->former_id_count = take_below(from, ITEMS + 1);
    for (size_t i = 0; i < a->former_id_count; i++)
        take_id(from, p->former[i]);
    a->techniques = p->techniques;
    a->related_users = p->related;
    a->next = p->next;
    a->former_ids = (const char(*)[33])p->former;
}

static void take_people(tc_slice *from, parts *p)
{
    tc_alert *a = &p->alert;
    a->mailbox_count = take_below(from, ITEMS + 1);
    for (size_t i = 0; i < a->mailbox_count; i++)
        p->mailboxes[i] = (tc_alert_mailbox){.name = take_text(from),
                                             .first_access = take_time(from),
                                             .last_access = take_time(from),
                                             .sessions = (uint32_t)take_number(from, 2),
                                             .language = take_text(from),
                                             .previous = take_text(from),
                                             .switched = take_time(from),
                                             .joined = take_below(from, 2) != 0};
    a->source_count = take_below(from, ITEMS + 1);
    for (size_t i = 0; i < a->source_count; i++) {
        p->sources[i] = (tc_alert_source){.country = take_text(from),
                                          .asn = (uint32_t)take_number(from, 4),
                                          .as_org = take_text(from),
                                          .agent = take_text(from),
                                          .mailboxes = (uint32_t)take_number(from, 2),
                                          .first = take_time(from),
                                          .last = take_time(from)};
        for (size_t k = 0; k < sizeof(p->sources[i].ip.bytes); k++)
            p->sources[i].ip.bytes[k] = take_byte(from);
    }
    a->mailboxes = p->mailboxes;
    a->sources = p->sources;
}

static void take_evidence(tc_slice *from, parts *p)
{
    static const char *const names[ITEMS] = {"mailboxes", "language",    "language_before",
                                             "sessions",  "window_days", "count"};
    tc_alert *a = &p->alert;
    a->baseline_count = take_below(from, ITEMS + 1);
    for (size_t i = 0; i < a->baseline_count; i++) {
        bool number = take_below(from, 4) == 0;
        p->facts[i] = (tc_alert_fact){names[i], number ? TC_LIT("-0.25") : take_text(from), number};
    }
    a->evidence_count = take_below(from, TC_COUNT_OF(p->evidence) + 1);
    for (size_t i = 0; i < a->evidence_count; i++)
        p->evidence[i] = (tc_alert_evidence){.file = take_text(from),
                                             .offset = take_number(from, 8),
                                             .line = take_number(from, 8),
                                             .length = (uint32_t)take_number(from, 4),
                                             .time = take_time(from),
                                             .text = take_text(from)};
    a->baseline = p->facts;
    a->evidence = p->evidence;
}

static void take_alert(tc_slice *from, parts *p)
{
    tc_alert *a = &p->alert;
    uint8_t flags = take_byte(from);
    *a = (tc_alert){.transition = (tc_transition)take_below(from, TC_TRANSITION_COUNT),
                    .level = (tc_level)take_below(from, TC_LEVEL_COUNT),
                    .time = take_time(from),
                    .start = take_time(from),
                    .end = take_time(from),
                    .created = take_time(from),
                    .confidence = (uint8_t)take_below(from, 101),
                    .confidence_why = take_text(from),
                    .rule_id = take_text(from),
                    .rule_name = take_text(from),
                    .rule_title = take_text(from),
                    .rule_version = take_text(from),
                    .message = take_text(from),
                    .user_name = take_text(from),
                    .user_email = take_text(from),
                    .alert_count = (size_t)take_number(from, 4),
                    .historic = (flags & 1) != 0,
                    .degraded = (flags & 2) != 0};
    take_id(from, a->id);
    if (flags & 4) take_id(from, a->incident_id);
    if (flags & 8) take_id(from, a->merged_into);
    take_lists(from, p);
    take_people(from, p);
    take_evidence(from, p);
}

static void take_rows(tc_slice *from, parts *p)
{
    static const char *const indicators[] = {"webmail bursts", "system message language"};
    tc_summary *s = &p->summary;
    s->inventory_count = take_below(from, ITEMS + 1);
    for (size_t i = 0; i < s->inventory_count; i++)
        p->inventory[i] = (tc_inventory_row){.host = take_text(from),
                                             .format = "iis-w3c",
                                             /* as many as a file system may hold */
                                             .files = take_number(from, 4),
                                             .bytes = take_number(from, 8),
                                             .first = take_time(from),
                                             .last = take_time(from)};
    s->problem_count = take_below(from, ITEMS + 1);
    for (size_t i = 0; i < s->problem_count; i++)
        p->problems[i] = (tc_problem){take_text(from), take_text(from)};
    s->coverage_count = take_below(from, ITEMS + 1);
    for (size_t i = 0; i < s->coverage_count; i++)
        p->coverage[i] =
            (tc_coverage_row){.indicator = indicators[take_below(from, TC_COUNT_OF(indicators))],
                              .state = (tc_watch_state)take_below(from, TC_WATCH_STATE_COUNT),
                              .why = take_text(from),
                              .fix = take_text(from),
                              .first = take_time(from),
                              .last = take_time(from)};
    s->inventory = p->inventory;
    s->problems = p->problems;
    s->coverage = p->coverage;
}

static void take_verdict(tc_slice *from, parts *p)
{
    tc_summary *s = &p->summary;
    tc_verdict *v = &s->verdict;
    v->outcome = (tc_outcome)take_below(from, TC_OUTCOME_COUNT);
    v->exit_status = (int)take_below(from, 4);
    v->reason_count = take_below(from, ITEMS + 1);
    v->incomplete = v->reason_count > 0;
    v->nothing_judged = v->incomplete && take_below(from, 2) != 0;
    for (size_t i = 0; i < v->reason_count; i++)
        p->reasons[i] = (tc_unjudged){"window", take_text(from)};
    v->reasons = p->reasons;
    for (size_t i = take_below(from, ITEMS + 1); i > 0; i--)
        tc_bounds_add(&s->bounds, "names of mailboxes", take_number(from, 8), take_number(from, 8),
                      take_byte(from) & TC_BLINDS_ALL);
    s->files = (tc_file_counts){take_number(from, 4), take_number(from, 4), take_number(from, 4),
                                take_number(from, 4), take_number(from, 4), take_number(from, 4)};
}

static void take_summary(tc_slice *from, parts *p)
{
    tc_summary *s = &p->summary;
    *s = (tc_summary){.irrelevant_files = take_number(from, 8),
                      .irrelevant_bytes = take_number(from, 8),
                      .duplicate_files = take_number(from, 2),
                      .first = take_time(from),
                      .last = take_time(from),
                      .mailboxes_seen = take_number(from, 8),
                      .mailboxes_joined = take_number(from, 8),
                      .mailboxes_judged = take_number(from, 8),
                      .since = take_time(from),
                      .until = take_time(from),
                      .judged_first = take_time(from),
                      .judged_last = take_time(from),
                      .own_rules = take_below(from, 2) != 0,
                      .cut_short = take_text(from),
                      .passes = 1 + (uint32_t)take_below(from, 2),
                      .disordered_files = take_number(from, 4),
                      .seconds = (double)take_number(from, 4) / 16,
                      .peak_rss_bytes = take_number(from, 8),
                      .spilled_bytes = take_number(from, 8)};
    /* Parts of those that were seen. */
    s->mailboxes_joined = TC_MIN(s->mailboxes_joined, s->mailboxes_seen);
    s->mailboxes_judged = TC_MIN(s->mailboxes_judged, s->mailboxes_seen);
    s->totals.bytes.read = take_number(from, 8);
    s->totals.records.accepted = take_number(from, 8);
    for (size_t i = 0; i < TC_REASON_COUNT; i++)
        s->totals.records.rejected[i] = take_number(from, 2);
    for (size_t i = 0; i < TC_LEVEL_COUNT; i++)
        s->incidents[i] = (size_t)take_number(from, 4);
    s->guess_count = take_texts(from, p->guesses);
    s->missing_count = take_texts(from, p->missing);
    s->guesses = p->guesses;
    p->columns = (tc_columns_told){.names = take_text(from)};
    p->columns.file = take_text(from);
    p->columns.files = take_number(from, 2);
    p->columns.rows = take_number(from, 2);
    s->columns = &p->columns;
    s->columns_count = take_number(from, 1) % 2;
    s->missing = p->missing;
    take_rows(from, p);
    take_verdict(from, p);
}

/* -- checks --------------------------------------------------------------------------------- */

/* Lines of text end in LF and none is wider than the page. */
static void check_text(tc_slice text, uint32_t width)
{
    TC_ASSERT(reparse_inert(text, true));
    TC_ASSERT(text.len == 0 || text.ptr[text.len - 1] == '\n');
    for (tc_slice rest = text; rest.ptr && rest.len;) {
        tc_slice line = tc_slice_split(rest, '\n', &rest);
        TC_ASSERT(tc_utf8_width(line) <= width);
    }
}

/* One line of the format, if anything. */
static void check_line(const tc_output_format *format, tc_slice text)
{
    static const struct {
        const tc_output_format *format;
        bool (*parse)(tc_slice line, reparse_record *record);
    } rows[] = {{&tc_output_json, reparse_json},
                {&tc_output_syslog, reparse_syslog},
                {&tc_output_cef, reparse_cef},
                {&tc_output_leef, reparse_leef}};
    bool parsed = false;
    if (text.len == 0) return;
    TC_ASSERT(text.ptr[text.len - 1] == '\n');
    text.len--;
    TC_ASSERT(reparse_inert(text, false));
    record.pool = pool;
    record.count = record.used = 0;
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (rows[i].format == format) parsed = rows[i].parse(text, &record);
    TC_ASSERT(parsed);
}

static void check(const tc_output_options *o, const tc_str *out)
{
    TC_ASSERT(!tc_failed(tc_str_status(out)));
    if (o->format == &tc_output_text)
        check_text(tc_str_view(out), o->width);
    else
        check_line(o->format, tc_str_view(out));
}

static void tell(const tc_output_options *o, const parts *p, tc_time now, tc_str *out)
{
    tc_output *output = tc_output_new(o);
    TC_ASSERT(output);
    tc_str_clear(out);
    tc_output_alert(output, &p->alert, now, out);
    check(o, out);
    if (o->format == &tc_output_text) {
        tc_output_inventory(output, &p->summary, out);
        tc_output_head(output, &p->summary, out);
        check(o, out);
    } else {
        TC_ASSERT(p->alert.level < o->min_level || p->alert.historic || out->len > 0);
        tc_str_clear(out);
    }
    tc_output_summary(output, &p->summary, now, out);
    check(o, out);
    TC_ASSERT(out->len > 0);
    tc_output_free(output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static parts p;
    tc_slice from = {data, size};
    uint8_t flags = take_byte(&from);
    tc_output_options o = {.width = 60 + (uint32_t)take_below(&from, 141),
                           .redact = (flags & 1) != 0,
                           .explain = (flags & 2) != 0,
                           .timeline = (flags & 32) != 0,
                           .quiet = (flags & 64) != 0,
                           .min_level = (tc_level)((flags >> 2) % TC_LEVEL_COUNT),
                           .host = TC_LIT("watch.example.org"),
                           .process_id = 1,
                           .version = "0.1.0"};
    tc_time now = take_time(&from);
    take_alert(&from, &p);
    take_summary(&from, &p);
    tc_str out, again;
    tc_str_init(&out, OUT_MAX);
    tc_str_init(&again, OUT_MAX);
    for (size_t i = 0; tc_output_formats[i] != NULL; i++) {
        o.format = tc_output_formats[i];
        tell(&o, &p, now, &out);
        tell(&o, &p, now, &again);
        TC_ASSERT(tc_slice_equal(tc_str_view(&out), tc_str_view(&again)));
    }
    tc_str_done(&out);
    tc_str_done(&again);
    return 0;
}
