/* tocsin match: Sigma rules over JSON events, in event-time order. */
#include "detector/app/command.h"
#include "detector/app/file.h"
#include "detector/app/label.h"
#include "detector/app/outlet.h"
#include "detector/app/run.h"
#include "detector/correlate/correlator.h"
#include "detector/sigma/correlation_kind.h"
#include "detector/sigma/matcher.h"
#include "parsers/text/json_lines.h"

#include "parsers/base/alloc.h"
#include "parsers/base/json_writer.h"

#define EVENTS_FILE_MAX ((size_t)4 << 30)
#define STATE_BYTES ((size_t)1 << 30)
#define ARENA_BYTES ((size_t)64 << 20)
#define OUTPUT_MAX ((size_t)4 << 30)
#define FLUSH_BYTES (1u << 20)

typedef struct line_entry {
    tc_time time;
    uint64_t line;
    size_t offset, length;
} line_entry;

typedef struct match_run {
    tc_names *names;
    tc_schemas *schemas;
    tc_ruleset *rules;
    tc_matcher *matcher;
    tc_correlator *correlator;
    tc_arena *arena;
    tc_parse_options options;
    tc_carry carry;
    uint8_t *data;
    size_t length;
    line_entry *lines;
    size_t line_count, line_capacity;
    const line_entry *now;
    tc_label given;
    bool have_given;
    tc_capture *captures;
    tc_str out;
    tc_outlet outlet;
    bool any;
    tc_error error;
} match_run;

/* -- logsources ----------------------------------------------------------------------------- */

static TC_STATUS read_given_label(match_run *m, tc_slice text)
{
    while (text.ptr != NULL && text.len) {
        tc_slice value, key = tc_slice_split(tc_slice_split(text, ',', &text), '=', &value);
        if (!tc_label_set(&m->given, tc_slice_trim(key), tc_slice_trim(value)))
            return tc_fail(&m->error, TC_ESYNTAX,
                           "--logsource: '%.*s' is not category, product or service",
                           (int)TC_MIN(key.len, (size_t)60), (const char *)key.ptr);
        m->have_given = true;
    }
    return TC_SUCCESS;
}

/* -- output --------------------------------------------------------------------------------- */

static TC_STATUS flush(match_run *m, bool force)
{
    if (!force && m->out.len < FLUSH_BYTES) return TC_SUCCESS;
    TC_TRY(tc_str_status(&m->out));
    tc_status status = tc_outlet_write(&m->outlet, tc_str_view(&m->out), &m->error);
    tc_str_clear(&m->out);
    return status;
}

static void write_rule(tc_json_writer *w, uint64_t line, const tc_rule *rule)
{
    tc_json_key(w, "event");
    tc_json_u64(w, line);
    tc_json_key(w, "rule");
    tc_json_object_open(w);
    if (rule->id.len) {
        tc_json_key(w, "id");
        tc_json_string(w, rule->id);
    }
    if (rule->name.len) {
        tc_json_key(w, "name");
        tc_json_string(w, rule->name);
    }
    tc_json_key(w, "title");
    tc_json_string(w, rule->title);
    tc_json_object_close(w);
}

static TC_STATUS fired(void *context, const tc_firing *f)
{
    match_run *m = context;
    tc_json_writer w;
    const tc_correlation *c = f->rule->correlation;
    const tc_correlation_kind *kind = tc_correlation_kind_of(c->type);
    if (!f->rule->reports) return TC_SUCCESS;
    m->any = true;
    tc_json_writer_init(&w, &m->out);
    tc_json_object_open(&w);
    write_rule(&w, f->order.position, f->rule);
    tc_json_key(&w, "type");
    tc_json_cstring(&w, kind->name);
    tc_json_key(&w, "group");
    tc_json_object_open(&w);
    for (size_t i = 0; i < c->group_count; i++) {
        tc_json_key_slice(&w, c->group_by[i]);
        tc_json_string(&w, f->group[i].text);
    }
    tc_json_object_close(&w);
    if (kind->learns) {
        tc_json_key(&w, "value");
        tc_json_string(&w, f->value);
        if (kind->replaces) {
            tc_json_key(&w, "previous");
            tc_json_string(&w, f->previous);
        }
    } else {
        tc_json_key(&w, "count");
        tc_json_double(&w, f->count);
    }
    tc_json_object_close(&w);
    tc_str_add_byte(&m->out, '\n');
    return flush(m, false);
}

/* -- events --------------------------------------------------------------------------------- */

static TC_STATUS note_line(void *context, tc_event *event)
{
    match_run *m = context;
    TC_TRY(tc_grow(&m->lines, &m->line_capacity, m->line_count + 1, sizeof(line_entry), SIZE_MAX));
    m->lines[m->line_count++] = (line_entry){event->time == TC_TIME_NONE ? 0 : event->time, 0,
                                             event->place.offset, event->place.length};
    return TC_SUCCESS;
}

static TC_STATUS match_event(void *context, tc_event *event)
{
    match_run *m = context;
    const uint32_t *matched;
    tc_label own = {{NULL, NULL, NULL}, "", "", ""};
    const tc_logsource *source = NULL;
    if (tc_label_of_event(event->raw, &own))
        source = &own.source;
    else if (m->have_given)
        source = &m->given.source;
    size_t n = tc_matcher_match_as(m->matcher, event, source, source != NULL, &matched);
    tc_order order = {.time = m->now->time, .position = m->now->line};
    tc_evidence evidence = {
        order, {0, (uint32_t)m->now->length, m->now->offset, m->now->line + 1}, TC_EMPTY_SLICE};
    tc_subject subject = {0};
    tc_firing_sink sink = {m, fired, NULL};
    for (size_t i = 0; i < n; i++) {
        const tc_rule *rule = tc_ruleset_rule(m->rules, matched[i]);
        if (rule->reports) {
            tc_json_writer w;
            m->any = true;
            tc_json_writer_init(&w, &m->out);
            tc_json_object_open(&w);
            write_rule(&w, m->now->line, rule);
            tc_json_object_close(&w);
            tc_str_add_byte(&m->out, '\n');
        }
        if (rule->capture_count) tc_matcher_capture(m->matcher, event, matched[i], m->captures);
        tc_hit hit = {matched[i], order, m->captures, &evidence, 1, &subject};
        TC_TRY(tc_correlator_push(m->correlator, &hit, &sink));
    }
    return flush(m, false);
}

static int by_time(const void *a, const void *b)
{
    const line_entry *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

/* Line numbers from 0, counted over the file; entries are in the order of their offsets. */
static void number_lines(match_run *m)
{
    size_t at = 0;
    uint64_t line = 0;
    for (size_t i = 0; i < m->line_count; i++) {
        for (; at < m->lines[i].offset; at++)
            line += m->data[at] == '\n';
        m->lines[i].line = line;
    }
}

static TC_STATUS parse_slice(match_run *m, tc_slice text, TC_STATUS (*event)(void *, tc_event *),
                             tc_ledger *ledger)
{
    tc_sink sink = {m, event, NULL};
    tc_arena_reset(m->arena);
    return tc_parser_json_lines.parse(&tc_parser_json_lines, &m->carry, &m->options, text, m->arena,
                                      ledger, &sink);
}

/* Blocks of whole lines, so that one arena serves a file of any size. */
static TC_STATUS index_lines(match_run *m, tc_ledger *ledger)
{
    size_t at = 0;
    while (at < m->length) {
        size_t end = TC_MIN(at + ((size_t)4 << 20), m->length);
        while (end < m->length && m->data[end - 1] != '\n')
            end++;
        size_t before = m->line_count;
        TC_TRY(parse_slice(m, tc_slice_make(m->data + at, end - at), note_line, ledger));
        for (size_t i = before; i < m->line_count; i++)
            m->lines[i].offset += at;
        at = end;
    }
    return TC_SUCCESS;
}

static TC_STATUS judge_lines(match_run *m)
{
    tc_ledger ignored;
    memset(&ignored, 0, sizeof(ignored));
    for (size_t i = 0; i < m->line_count; i++) {
        m->now = &m->lines[i];
        tc_slice line = tc_slice_make(m->data + m->now->offset, m->now->length);
        TC_TRY(parse_slice(m, line, match_event, &ignored));
    }
    tc_firing_sink sink = {m, fired, NULL};
    TC_TRY(tc_correlator_advance(m->correlator, TC_TIME_MAX, &sink));
    return flush(m, true);
}

/* -- life ----------------------------------------------------------------------------------- */

static TC_STATUS load(match_run *m, const tc_options *o)
{
    tc_rule_reporter reporter = {NULL, tc_report_rule};
    m->names = tc_names_new();
    m->rules = tc_ruleset_new();
    m->arena = tc_arena_new(ARENA_BYTES);
    if (!m->names || !m->rules || !m->arena) return tc_fail(&m->error, TC_ENOMEM, "out of memory");
    tc_status status = tc_add_rules(m->rules, &o->rules, &reporter, &m->error);
    if (!tc_failed(status)) status = tc_ruleset_compile(m->rules, m->names, &reporter);
    if (tc_failed(status)) return tc_rules_failed(status, &m->error);
    tc_names_freeze(m->names);
    m->schemas = tc_schemas_new(m->names, 64);
    m->matcher = tc_matcher_new(m->rules);
    m->correlator = tc_correlator_new(m->rules, STATE_BYTES);
    size_t captures = 1;
    for (size_t i = 0; i < tc_ruleset_count(m->rules); i++)
        captures = TC_MAX(captures, tc_ruleset_rule(m->rules, i)->capture_count);
    m->captures = tc_alloc(captures, sizeof(tc_capture));
    if (!m->schemas || !m->matcher || !m->correlator || !m->captures)
        return tc_fail(&m->error, TC_ENOMEM, "out of memory");
    m->options = (tc_parse_options){
        .names = m->names, .schemas = m->schemas, .all = true, .record_max = TC_RECORD_MAX};
    tc_parser_json_lines.begin(&tc_parser_json_lines, &m->carry, &m->options);
    return TC_SUCCESS;
}

static TC_STATUS match_file(match_run *m, const char *path, tc_ledger *ledger)
{
    TC_TRY(tc_read_file(path, EVENTS_FILE_MAX, &m->data, &m->length, &m->error));
    TC_TRY(index_lines(m, ledger));
    number_lines(m);
    if (m->line_count) qsort(m->lines, m->line_count, sizeof(line_entry), by_time);
    return judge_lines(m);
}

static void done(match_run *m)
{
    tc_correlator_free(m->correlator);
    tc_matcher_free(m->matcher);
    tc_ruleset_free(m->rules);
    tc_schemas_free(m->schemas);
    tc_names_free(m->names);
    tc_arena_free(m->arena);
    tc_str_done(&m->out);
    tc_free(m->captures);
    tc_free(m->lines);
    tc_free(m->data);
    tc_outlet_done(&m->outlet);
}

static void tell_rejected(uint64_t lines, const char *path)
{
    tc_error told;
    char text[1024];
    (void)tc_fail_at(&told, TC_ESYNTAX, path, 0, 0, "%" PRIu64 " lines are not JSON objects",
                     lines);
    fprintf(stderr, "tocsin: %s\n", tc_error_format(&told, text, sizeof(text)));
}

static TC_STATUS match(match_run *m, const tc_options *o, tc_ledger *ledger)
{
    if (o->rules.count == 0) return tc_fail(&m->error, TC_ESYNTAX, "match needs --rules PATH");
    if (o->paths.count != 1)
        return tc_fail(&m->error, TC_ESYNTAX, "match needs one file of events");
    TC_TRY(read_given_label(m, tc_slice_of(o->logsource)));
    TC_TRY(load(m, o));
    TC_TRY(tc_outlet_guard(o, NULL, m->rules, &m->error));
    TC_TRY(tc_outlet_open(&m->outlet, o->output, &m->error));
    TC_TRY(match_file(m, o->paths.items[0], ledger));
    return tc_outlet_close(&m->outlet, &m->error);
}

int tc_command_match(const tc_options *o, tc_time now)
{
    match_run m = {.any = false};
    tc_ledger ledger;
    (void)now;
    memset(&ledger, 0, sizeof(ledger));
    tc_str_init(&m.out, OUTPUT_MAX);
    tc_status status = match(&m, o, &ledger);
    int exit_status = m.any ? TC_EXIT_FOUND : TC_EXIT_NOTHING;
    if (tc_failed(status)) exit_status = tc_command_failed(status, &m.error);
    bool lacked = !tc_failed(status) && tc_command_lacked_memory();
    uint64_t rejected = tc_ledger_rejected(&ledger);
    if (rejected && !o->quiet) tell_rejected(rejected, o->paths.items[0]);
    if (exit_status == TC_EXIT_NOTHING && (rejected || lacked)) exit_status = TC_EXIT_INCOMPLETE;
    done(&m);
    return exit_status;
}
