/* tocsin match: Sigma rules over JSON events, in event-time order. */
#include "detector/app/command.h"
#include "detector/app/json_copy.h"
#include "detector/app/label.h"
#include "detector/app/match_events.h"
#include "detector/app/match_print.h"
#include "detector/app/match_sort.h"
#include "detector/pipeline/temporary.h"
#include "detector/report/outlet.h"
#include "detector/settings/rule_loading.h"

#include "parsers/base/alloc.h"

#define BLOCK_BYTES ((size_t)1 << 20)
#define SORT_BYTES ((size_t)32 << 20)
#define STATE_BYTES ((size_t)1 << 30)
#define ARENA_BYTES ((size_t)64 << 20)
#define OUTPUT_MAX ((size_t)4 << 30)
#define FLUSH_BYTES (1u << 20)
#define SCHEMAS_MAX 64

typedef struct match_run {
    tc_names *names;
    tc_schemas *schemas;
    tc_ruleset *rules;
    tc_matcher *matcher;
    tc_correlator *correlator;
    tc_input *input;
    tc_match_sort *sort;
    tc_arena *arena, *copies;
    tc_label given;
    bool have_given;
    tc_capture *captures;
    /* while a source is read */
    const tc_block *block;
    uint64_t event; /* ordinal of the next one in the source */
    uint64_t events;
    tc_str packed;
    /* while what matched is judged */
    tc_match_record now;
    tc_time time;
    tc_str out;
    tc_outlet outlet;
    bool any;
    uint64_t unread; /* sources that were not read, or not well */
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

/* -- reading: what matches is kept ---------------------------------------------------------- */

static size_t rules_of(match_run *m, const tc_event *event, const uint32_t **ret)
{
    tc_label own = {{NULL, NULL, NULL}, "", "", ""};
    const tc_logsource *source = NULL;
    if (tc_label_of_event(tc_event_raw(event), &own))
        source = &own.source;
    else if (m->have_given)
        source = &m->given.source;
    return tc_matcher_match_as(m->matcher, event, source, source != NULL, ret);
}

static TC_STATUS match_event(void *context, tc_event *event)
{
    match_run *m = context;
    const uint32_t *matched;
    tc_locator at;
    uint64_t position, number = m->event++;
    size_t count = rules_of(m, event, &matched);
    if (count == 0) return TC_SUCCESS;
    tc_block_locate(m->block, event->place, &at, &position);
    tc_str_clear(&m->packed);
    tc_match_pack(&at, number, count, &m->packed);
    for (size_t i = 0; i < count; i++) {
        size_t captures = tc_ruleset_rule(m->rules, matched[i])->capture_count;
        if (captures) tc_matcher_capture(m->matcher, event, matched[i], m->captures);
        tc_match_pack_rule(matched[i], m->captures, captures, &m->packed);
    }
    tc_arena_reset(m->copies);
    (void)tc_json_copy(m->copies, tc_event_raw(event), &m->packed);
    tc_status status = tc_str_status(&m->packed);
    if (tc_failed(status))
        return tc_fail(&m->error, status.code, "what rules take from one event is too long");
    return tc_match_sort_add(m->sort, event->time == TC_TIME_NONE ? 0 : event->time,
                             tc_str_view(&m->packed), &m->error);
}

static void reject_event(void *context, tc_reason reason, tc_place place, tc_slice raw)
{
    match_run *m = context;
    (void)reason;
    (void)place;
    (void)raw;
    m->event++;
}

static TC_STATUS match_block(match_run *m, const tc_source *source, const tc_block *block,
                             tc_ledger *ledger)
{
    tc_sink sink = {m, match_event, reject_event};
    m->block = block;
    tc_arena_reset(m->arena);
    return source->parser->parse(source->parser, &block->carry, &block->options,
                                 tc_slice_make(block->data, block->length), m->arena, ledger,
                                 &sink);
}

/* -- what a person is told of sources ------------------------------------------------------- */

static void tell(match_run *m, const tc_source *source, bool quiet, const char *words)
{
    tc_error error = {0};
    m->unread++;
    if (quiet) return;
    (void)tc_fail(&error, TC_EUNSUPPORTED, "%s", words);
    tc_input_name_error(source, &error);
    (void)tc_command_failed((tc_status){error.code}, &error);
}

static void tell_books(match_run *m, const tc_source *source, bool quiet, const tc_ledger *ledger)
{
    uint64_t rejected = tc_ledger_rejected(ledger);
    char words[160];
    if (ledger->records.accepted == 0) {
        tell(m, source, quiet, "holds no JSON event (of logs: tocsin scan --rules)");
    } else if (rejected) {
        snprintf(words, sizeof(words), "%" PRIu64 " record%s no JSON object%s", rejected,
                 rejected == 1 ? " is" : "s are", rejected == 1 ? "" : "s");
        tell(m, source, quiet, words);
    }
}

static TC_STATUS match_source(match_run *m, size_t index, bool quiet)
{
    const tc_source *source = tc_input_source(m->input, index);
    tc_ledger ledger;
    tc_reader *reader = NULL;
    tc_block block = {0};
    tc_error error = {0};
    bool more = true;
    memset(&ledger, 0, sizeof(ledger));
    m->event = 0;
    tc_status judged = TC_SUCCESS;
    tc_status read = tc_reader_open(m->input, index, BLOCK_BYTES, &reader, &error);
    while (!tc_failed(read) && !tc_failed(judged) && more) {
        read = tc_reader_next(reader, &block, &more, &error);
        if (tc_failed(read)) break;
        tc_ledger_add(&ledger, &block.ledger);
        judged = match_block(m, source, &block, &ledger);
    }
    tc_block_done(&block);
    tc_reader_close(reader);
    m->events += ledger.records.accepted;
    if (read.code == TC_ENOMEM) judged = tc_fail(&m->error, TC_ENOMEM, "out of memory");
    if (tc_failed(judged)) return judged;
    if (tc_failed(read))
        tell(m, source, quiet, error.text);
    else
        tell_books(m, source, quiet, &ledger);
    return TC_SUCCESS;
}

static TC_STATUS match_sources(match_run *m, bool quiet)
{
    for (size_t i = 0; i < tc_input_count(m->input); i++) {
        const tc_source *source = tc_input_source(m->input, i);
        if (source->state == TC_SOURCE_READABLE)
            TC_TRY(match_source(m, i, quiet));
        else if (source->state == TC_SOURCE_UNREADABLE)
            tell(m, source, quiet, source->error->text);
        else if (source->state != TC_SOURCE_DUPLICATE)
            tell(m, source, quiet, "holds no JSON event");
    }
    if (tc_input_count(m->input) == 0 && !quiet)
        fprintf(stderr, "tocsin: no file of events was found\n");
    return TC_SUCCESS;
}

/* -- judging: in the order of time ---------------------------------------------------------- */

static TC_STATUS flush(match_run *m, bool force)
{
    if (!force && m->out.len < FLUSH_BYTES) return TC_SUCCESS;
    TC_TRY(tc_str_status(&m->out));
    tc_status status = tc_outlet_write(&m->outlet, tc_str_view(&m->out), &m->error);
    tc_str_clear(&m->out);
    return status;
}

static tc_slice file_of(const match_run *m)
{
    return tc_input_source(m->input, m->now.at.source)->path;
}

static TC_STATUS fired(void *context, const tc_firing *f)
{
    match_run *m = context;
    if (!f->rule->reports) return TC_SUCCESS;
    m->any = true;
    tc_match_print_firing(&m->out, &m->now, m->time, file_of(m), f);
    return flush(m, false);
}

static TC_STATUS judge_rule(match_run *m, uint32_t index, tc_order order)
{
    const tc_rule *rule = tc_ruleset_rule(m->rules, index);
    tc_evidence evidence = {order, m->now.at, TC_EMPTY_SLICE};
    tc_subject subject = {0};
    tc_firing_sink sink = {.context = m, .fired = fired};
    tc_hit hit = {index, order, m->captures, &evidence, 1, &subject};
    if (rule->reports) {
        m->any = true;
        tc_match_print(&m->out, &m->now, m->time, file_of(m), rule);
    }
    return tc_correlator_push(m->correlator, &hit, &sink);
}

static TC_STATUS judge(void *context, tc_time time, uint64_t sequence, tc_slice text)
{
    match_run *m = context;
    tc_order order = {.time = time, .position = sequence};
    tc_match_unpack(m->rules, text, &m->now);
    m->time = time == 0 ? TC_TIME_NONE : time;
    tc_match_record rest = m->now;
    for (size_t i = 0; i < rest.rule_count; i++)
        TC_TRY(judge_rule(m, tc_match_next_rule(m->rules, &rest, m->captures), order));
    return flush(m, false);
}

static TC_STATUS judge_all(match_run *m)
{
    tc_match_taker taker = {m, judge};
    tc_firing_sink sink = {.context = m, .fired = fired};
    TC_TRY(tc_match_sort_give(m->sort, &taker, &m->error));
    TC_TRY(tc_correlator_advance(m->correlator, TC_TIME_MAX, &sink));
    TC_TRY(flush(m, true));
    return tc_outlet_close(&m->outlet, &m->error);
}

/* -- life ----------------------------------------------------------------------------------- */

static TC_STATUS out_of_memory(match_run *m)
{
    return tc_fail(&m->error, TC_ENOMEM, "out of memory");
}

static TC_STATUS load(match_run *m, const tc_options *o)
{
    m->names = tc_names_new();
    m->rules = tc_ruleset_new();
    m->arena = tc_arena_new(ARENA_BYTES);
    m->copies = tc_arena_new(ARENA_BYTES);
    m->sort = tc_match_sort_new(SORT_BYTES, tc_temporary_folder());
    if (!m->names || !m->rules || !m->arena || !m->copies || !m->sort) return out_of_memory(m);
    TC_TRY(tc_rules_load(m->rules, o, NULL, m->names, NULL, &m->error));
    tc_names_freeze(m->names);
    m->schemas = tc_schemas_new(m->names, SCHEMAS_MAX);
    m->matcher = tc_matcher_new(m->rules);
    m->correlator = tc_correlator_new(m->rules, STATE_BYTES);
    m->captures = tc_alloc(TC_CAPTURES_MAX, sizeof(tc_capture));
    if (!m->schemas || !m->matcher || !m->correlator || !m->captures) return out_of_memory(m);
    return TC_SUCCESS;
}

static TC_STATUS open_input(match_run *m, const tc_options *o, tc_time now)
{
    tc_input_options input = {.paths = o->paths.items,
                              .path_count = o->paths.count,
                              .format = &tc_match_events,
                              .all = true,
                              .now = now,
                              .names = m->names,
                              .schemas = m->schemas};
    return tc_input_open(&input, &m->input, &m->error);
}

static void done(match_run *m)
{
    tc_match_sort_free(m->sort);
    tc_input_free(m->input);
    tc_correlator_free(m->correlator);
    tc_matcher_free(m->matcher);
    tc_ruleset_free(m->rules);
    tc_schemas_free(m->schemas);
    tc_names_free(m->names);
    tc_arena_free(m->arena);
    tc_arena_free(m->copies);
    tc_str_done(&m->packed);
    tc_str_done(&m->out);
    tc_free(m->captures);
    tc_outlet_done(&m->outlet);
}

static TC_STATUS match(match_run *m, const tc_options *o, tc_time now)
{
    if (o->rules.count == 0) return tc_fail(&m->error, TC_ESYNTAX, "match needs --rules PATH");
    if (o->paths.count == 0)
        return tc_fail(&m->error, TC_ESYNTAX, "match needs a file of events (- for stdin)");
    TC_TRY(tc_temporary_try(&m->error));
    TC_TRY(read_given_label(m, tc_slice_of(o->logsource)));
    TC_TRY(load(m, o));
    TC_TRY(open_input(m, o, now));
    TC_TRY(tc_outlet_guard(o, m->input, m->rules, &m->error));
    TC_TRY(tc_outlet_open(&m->outlet, o->output, &m->error));
    TC_TRY(match_sources(m, o->quiet));
    return judge_all(m);
}

int tc_command_match(const tc_options *o, tc_time now)
{
    match_run m = {.any = false};
    tc_str_init(&m.out, OUTPUT_MAX);
    tc_str_init(&m.packed, TC_MATCH_TEXT_MAX);
    tc_status status = match(&m, o, now);
    int exit_status = m.any ? TC_EXIT_FOUND : TC_EXIT_NOTHING;
    if (tc_failed(status)) exit_status = tc_command_failed(status, &m.error);
    bool lacked = !tc_failed(status) && tc_command_lacked_memory();
    bool left_out = m.rules && tc_ruleset_left_out(m.rules) > 0;
    if (exit_status == TC_EXIT_NOTHING && (m.unread || m.events == 0 || lacked || left_out))
        exit_status = TC_EXIT_INCOMPLETE;
    done(&m);
    return exit_status;
}
