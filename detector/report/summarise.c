#include "detector/report/summarise.h"

#include "detector/report/coverage.h"
#include "detector/report/stats.h"
#include "detector/report/verdict.h"

#include "parsers/base/alloc.h"

static void move_duplicates(const tc_run *run, tc_sources *sources, const tc_ordered *ordered)
{
    for (size_t i = 0; i < tc_input_count(run->input); i++)
        tc_sources_book_copies(sources, i, tc_ordered_duplicates(ordered, (uint32_t)i));
}

static tc_slice late_words(const tc_summary *s)
{
    return s->state.path.len && s->state.before != TC_TIME_NONE
               ? TC_LIT("it holds records that are older than what the scans before have judged")
               : TC_LIT("records came behind their time: the file was changed while it was read");
}

/* What a file says of itself at its end: read, and how; empty if nothing is wrong with it. */
static tc_slice count_file(tc_summary *s, const tc_source *source, const tc_source_progress *p,
                           tc_arena *arena)
{
    tc_file_counts *files = &s->files;
    if (source->state == TC_SOURCE_EMPTY) files->empty++;
    if (source->state == TC_SOURCE_UNREADABLE) files->unreadable++;
    if (tc_stats_source_unread(source, p)) files->not_understood++;
    if (source->state == TC_SOURCE_JUDGED && source->late_before) return late_words(s);
    if (source->state != TC_SOURCE_READABLE) return TC_EMPTY_SLICE; /* told before it was read */
    if (tc_stats_source_unread(source, p)) return tc_stats_unread_words(source, arena);
    files->read++;
    if (p->failed) {
        files->broken_off++;
        return p->error.text[0] ? tc_slice_of(p->error.text)
                                : TC_LIT("it could not be read to its end");
    }
    if (p->ledger.events.late || source->late_before) return late_words(s);
    if (!tc_stats_source_incomplete(source, p)) return TC_EMPTY_SLICE;
    files->rejected++;
    if (tc_account_fields_lack(&p->accounts))
        return TC_LIT(
            "its events about accounts do not say which: export them once more with whole "
            "messages, as XML or with wevtutil");
    return tc_stats_lost_much(source, p) ? TC_LIT(TC_STATS_LOST_MUCH)
                                         : TC_LIT("too many records could not be understood");
}

/* Files that failed in the middle are problems like those that could not be opened. */
static TC_STATUS count_files(const tc_run *run, const tc_sources *sources, tc_arena *arena,
                             tc_summary *s)
{
    size_t n = tc_input_count(run->input), count = s->problem_count;
    tc_problem *all = tc_arena_get(arena, count + n + 2, sizeof(*all));
    if (all == NULL) return (tc_status){TC_ENOMEM};
    if (count) memcpy(all, s->problems, count * sizeof(*all));
    for (size_t i = 0; i < n; i++) {
        const tc_source *source = tc_input_source(run->input, i);
        tc_slice text = count_file(s, source, tc_sources_progress(sources, i), arena);
        if (text.len) all[count++] = (tc_problem){source->path, text};
    }
    if (s->cut_short.len) all[count++] = (tc_problem){TC_LIT("temporary files"), s->cut_short};
    s->problems = all;
    s->problem_count = count;
    return TC_SUCCESS;
}

/* What scans before this one have judged, it has not. */
static void leave_out_judged(tc_summary *s)
{
    if (s->state.path.len == 0 || s->judged_first == TC_TIME_NONE) return;
    s->judged_first = TC_MIN(TC_MAX(s->judged_first, s->state.before), s->judged_last);
}

/* What has to be watched; without a word of the site's nothing that none of our rules judges, which
 * is what scans with own rules alone want. */
static uint32_t required(const tc_options *o, uint32_t ruled)
{
    const struct tc_option_row *row = tc_options_row(o->command, "require");
    bool said = row && (tc_options_has(&o->given, row) || tc_options_has(&o->said, row));
    return said ? o->require : o->require & ruled;
}

static TC_STATUS count_left_out(const tc_ruleset *rules, tc_arena *arena, tc_summary *s)
{
    char where[256];
    s->rules_left_out = tc_ruleset_left_out(rules);
    if (s->rules_left_out == 0) return TC_SUCCESS;
    const tc_rule_left_out *first = tc_ruleset_left_out_at(rules, 0);
    /* Of a long path the end, which tells the file. */
    tc_slice file = tc_slice_sub(first->file, first->file.len > 200 ? first->file.len - 200 : 0,
                                 first->file.len);
    snprintf(where, sizeof(where), "%.*s:%" PRIu32, (int)file.len, (const char *)file.ptr,
             first->line);
    return tc_arena_copy(arena, tc_slice_of(where), &s->rules_left_out_first)
               ? TC_SUCCESS
               : (tc_status){TC_ENOMEM};
}

TC_STATUS tc_summarise(const tc_run *run, tc_sources *sources, const tc_ordered *ordered,
                       tc_arena *arena, tc_summary *summary)
{
    tc_coverage_facts facts;
    move_duplicates(run, sources, ordered);
    tc_ordered_coverage(ordered, &facts.seen);
    TC_TRY(tc_ordered_audit(ordered, arena, &facts.audit));
    tc_ordered_bounds(ordered, &summary->bounds);
    tc_stats_totals(run, sources, &summary->totals);
    tc_coverage_gather(run, sources, summary, &facts);
    tc_coverage_cuts(run, sources, &facts);
    TC_TRY(tc_coverage_fields(run, sources, arena, &facts));
    facts.required = required(run->options, facts.ruled);
    leave_out_judged(summary);
    tc_ordered_earlier(ordered, &summary->state.incidents_unchanged,
                       &summary->state.incidents_lost);
    TC_TRY(tc_coverage_judge(&facts, arena, summary));
    TC_TRY(tc_ordered_left_out(ordered, arena, summary));
    TC_TRY(count_files(run, sources, arena, summary));
    TC_TRY(tc_coverage_inventory_read(run, sources, arena, summary));
    TC_TRY(count_left_out(run->rules, arena, summary));
    summary->memory_failures = tc_alloc_failures();
    return tc_verdict_reach(summary, arena);
}
