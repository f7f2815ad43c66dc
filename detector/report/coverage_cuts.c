/* Exports that hold exactly as many records as what made them gives by itself. */
#include "detector/report/coverage.h"

static int by_format_and_rows(const void *a, const void *b)
{
    const tc_cut_export *x = a, *y = b;
    int order = strcmp(x->format, y->format);
    return order ? order : (x->limit->rows > y->limit->rows) - (x->limit->rows < y->limit->rows);
}

static const tc_row_limit *limit_of(const tc_parser *parser, uint64_t records)
{
    for (const tc_row_limit *l = parser->limits; l && l->rows; l++)
        if (l->rows == records) return l;
    return NULL;
}

static uint32_t weighs_on(const tc_row_limit *limit)
{
    uint32_t blinds = 0;
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++)
        if (tc_coverage_fed_by((tc_indicator)i) & limit->weighs) blinds |= TC_BLINDS(i);
    return blinds;
}

/* What does not fit is one of so many already. */
static void add(tc_coverage_facts *facts, const tc_parser *parser, const tc_row_limit *limit)
{
    size_t at = 0;
    while (at < facts->cut_count && facts->cuts[at].limit != limit)
        at++;
    if (at == TC_CUTS_MAX) return;
    if (at == facts->cut_count)
        facts->cuts[facts->cut_count++] = (tc_cut_export){limit, parser->name, 0, weighs_on(limit)};
    facts->cuts[at].files++;
}

void tc_coverage_cuts(const tc_run *run, const tc_sources *sources, tc_coverage_facts *facts)
{
    facts->cut_count = 0;
    for (size_t i = 0; i < tc_input_count(run->input); i++) {
        const tc_source *source = tc_input_source(run->input, i);
        if (!source->parser) continue;
        uint64_t records = tc_sources_progress(sources, i)->ledger.records.accepted;
        const tc_row_limit *limit = limit_of(source->parser, records);
        if (limit) add(facts, source->parser, limit);
    }
    qsort(facts->cuts, facts->cut_count, sizeof(*facts->cuts), by_format_and_rows);
}

tc_slice tc_coverage_cut_words(const tc_cut_export *cut, tc_arena *arena)
{
    bool one = cut->files == 1;
    return tc_coverage_say(arena,
                           "%" PRIu64 " %s (%s) %s exactly as many records as a search gives by "
                           "itself (%" PRIu64 ", %s): probably cut",
                           cut->files, one ? "export" : "exports", cut->format,
                           one ? "holds" : "hold", cut->limit->rows, cut->limit->search);
}

size_t tc_coverage_cut_gaps(const tc_coverage_facts *facts, tc_arena *arena, tc_audit_gap *gaps)
{
    for (size_t i = 0; i < facts->cut_count; i++) {
        const tc_cut_export *cut = &facts->cuts[i];
        unsigned k = 0;
        while (k < TC_INDICATOR_COUNT && !(cut->blinds & TC_BLINDS(k)))
            k++;
        gaps[i] = (tc_audit_gap){
            .kind = TC_GAP_CUT,
            .what = tc_slice_of(cut->format),
            .indicator = k < TC_INDICATOR_COUNT ? tc_coverage_name((tc_indicator)k) : NULL,
            .why = tc_coverage_cut_words(cut, arena),
            .fix = tc_slice_of(cut->limit->fix)};
    }
    return facts->cut_count;
}
