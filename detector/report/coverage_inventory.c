/* The first half of a summary: what there is to read, and what is missing. */
#include "detector/report/coverage.h"
#include "detector/report/stats.h"

#define LISTS_MAX 8
#define FORMAT_WORDS_MAX 1024

static bool have_evidence(const tc_run *run, uint32_t evidence)
{
    for (size_t i = 0; i < tc_input_count(run->input); i++) {
        const tc_source *s = tc_input_source(run->input, i);
        /* What an envelope holds is known when it has been read: then coverage tells. */
        if (s->parser && (s->parser->envelope || s->parser->evidence & evidence)) return true;
    }
    return false;
}

static tc_time earliest(tc_time a, tc_time b)
{
    if (a == TC_TIME_NONE) return b;
    if (b == TC_TIME_NONE) return a;
    return TC_MIN(a, b);
}

/* What a source is: "iis-w3c", or "iis-w3c in filebeat-json"; NULL at the arena's limit. */
static const char *format_words(const tc_source *s, tc_arena *arena)
{
    tc_str words;
    if (s->inside == 0) return s->parser->name;
    tc_str_init(&words, FORMAT_WORDS_MAX);
    for (const tc_parser *const *p = tc_parsers; *p; p++) {
        if (!(s->inside & tc_parser_bit(*p))) continue;
        if (words.len > 0) tc_str_add(&words, TC_LIT(", "));
        tc_str_add(&words, tc_slice_of((*p)->name));
    }
    tc_str_add(&words, TC_LIT(" in "));
    tc_str_add(&words, tc_slice_of(s->parser->name));
    const char *kept = tc_arena_cstr(arena, tc_str_view(&words));
    tc_str_done(&words);
    return kept;
}

/* `p` NULL: it has not been read. */
static void add_row(tc_inventory_row *rows, size_t *count, const tc_source *s,
                    const tc_source_progress *p, const char *format)
{
    size_t i = 0;
    while (i < *count &&
           !(tc_slice_equal(rows[i].host, s->host) && strcmp(rows[i].format, format) == 0))
        i++;
    if (i == *count) {
        rows[i] = (tc_inventory_row){s->host, format, 0, 0, TC_TIME_NONE, TC_TIME_NONE, false};
        (*count)++;
    }
    rows[i].files++;
    rows[i].bytes += s->once && p ? p->ledger.bytes.read : s->size;
    rows[i].unsized |= s->once && !p;
    rows[i].first = earliest(rows[i].first, p && p->first != TC_TIME_NONE ? p->first : s->first);
    rows[i].last = TC_MAX(rows[i].last, p && p->last != TC_TIME_NONE ? p->last : s->last);
}

static int by_format_and_host(const void *a, const void *b)
{
    const tc_inventory_row *x = a, *y = b;
    int order = strcmp(x->format, y->format);
    return order ? order : tc_slice_compare(x->host, y->host);
}

static TC_STATUS add_rows(const tc_run *run, const tc_sources *sources, tc_arena *arena,
                          tc_summary *summary)
{
    size_t n = tc_input_count(run->input), rows = 0;
    tc_inventory_row *row = tc_arena_get(arena, n + 1, sizeof(*row));
    if (row == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < n; i++) {
        const tc_source *s = tc_input_source(run->input, i);
        bool sound = s->state == TC_SOURCE_EMPTY && s->parser;
        if (s->state != TC_SOURCE_READABLE && !sound) continue;
        const char *format = format_words(s, arena);
        if (format == NULL) return (tc_status){TC_ENOMEM};
        add_row(row, &rows, s, sources ? tc_sources_progress(sources, i) : NULL, format);
    }
    qsort(row, rows, sizeof(*row), by_format_and_host);
    summary->inventory = row;
    summary->inventory_count = rows;
    return TC_SUCCESS;
}

TC_STATUS tc_coverage_inventory_read(const tc_run *run, const tc_sources *sources, tc_arena *arena,
                                     tc_summary *summary)
{
    return add_rows(run, sources, arena, summary);
}

static TC_STATUS add_sources(const tc_run *run, tc_arena *arena, tc_summary *summary)
{
    size_t n = tc_input_count(run->input), problems = 0;
    tc_problem *problem = tc_arena_get(arena, n + 1, sizeof(*problem));
    if (problem == NULL) return (tc_status){TC_ENOMEM};
    TC_TRY(add_rows(run, NULL, arena, summary));
    for (size_t i = 0; i < n; i++) {
        const tc_source *s = tc_input_source(run->input, i);
        if (s->state == TC_SOURCE_DUPLICATE) summary->duplicate_files++;
        if (s->state == TC_SOURCE_UNREAD)
            problem[problems++] = (tc_problem){s->path, tc_stats_unread_words(s, arena)};
        if (s->state == TC_SOURCE_UNREADABLE)
            problem[problems++] =
                (tc_problem){s->path, s->error ? tc_slice_of(s->error->text) : TC_EMPTY_SLICE};
    }
    summary->problems = problem;
    summary->problem_count = problems;
    const tc_irrelevant *irrelevant;
    size_t folders = tc_input_irrelevant(run->input, &irrelevant);
    for (size_t i = 0; i < folders; i++) {
        summary->irrelevant_files += irrelevant[i].files;
        summary->irrelevant_bytes += irrelevant[i].bytes;
    }
    summary->irrelevant_name_count =
        tc_input_irrelevant_names(run->input, &summary->irrelevant_names);
    summary->link_name_count = tc_input_links(run->input, &summary->link_names, &summary->links);
    return TC_SUCCESS;
}

static size_t common_length(tc_slice a, tc_slice b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
        n++;
    return n;
}

/* The longest folder that all paths begin with. */
static tc_slice common_folder(const tc_run *run)
{
    tc_slice root = TC_EMPTY_SLICE;
    for (size_t i = 0; i < tc_input_count(run->input); i++) {
        tc_slice path = tc_input_source(run->input, i)->path;
        root = i == 0 ? path : tc_slice_sub(root, 0, common_length(root, path));
    }
    size_t end = tc_slice_rfind(root, '/');
    return end == TC_NPOS || end == 0 ? TC_EMPTY_SLICE : tc_slice_sub(root, 0, end + 1);
}

/* Files of the same columns, told in the same way, make one entry. */
static void tell_columns(tc_columns_told *told, size_t *count, const tc_source *s, tc_slice names)
{
    size_t i = 0;
    while (i < *count &&
           !(tc_slice_equal(told[i].names, names) && (told[i].rows == 0) == (s->columns.rows == 0)))
        i++;
    if (i == *count) told[(*count)++] = (tc_columns_told){names, s->path, 0, 0};
    told[i].files++;
    told[i].rows += s->columns.rows;
}

/* Whether rows were read by what was learned or given, and not by a header. */
static bool rests_on_columns(const tc_source *s)
{
    return s->columns.lists.len > 0 && !s->columns.spare;
}

static TC_STATUS add_columns(const tc_run *run, tc_arena *arena, tc_summary *summary)
{
    size_t n = tc_input_count(run->input), lists = 0;
    for (size_t i = 0; i < n; i++)
        if (rests_on_columns(tc_input_source(run->input, i))) lists += TC_COLUMN_LISTS;
    tc_columns_told *told = tc_arena_get(arena, lists + 1, sizeof(*told));
    if (told == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < n; i++) {
        const tc_source *s = tc_input_source(run->input, i);
        tc_slice rest = rests_on_columns(s) ? s->columns.lists : TC_EMPTY_SLICE;
        for (size_t k = 0; k < TC_COLUMN_LISTS && rest.len && rest.ptr[0] != '@'; k++)
            tell_columns(told, &summary->columns_count, s, tc_slice_split(rest, '\n', &rest));
    }
    summary->columns = told;
    return TC_SUCCESS;
}

TC_STATUS tc_coverage_inventory(const tc_run *run, tc_arena *arena, tc_summary *summary)
{
    tc_slice *missing = tc_arena_get(arena, LISTS_MAX, sizeof(tc_slice));
    if (missing == NULL) return (tc_status){TC_ENOMEM};
    memset(summary, 0, sizeof(*summary));
    summary->first = summary->last = TC_TIME_NONE;
    summary->judged_first = summary->judged_last = TC_TIME_NONE;
    summary->since = run->options->since;
    summary->until = run->options->until;
    summary->min_level = run->options->min_level;
    summary->fail_level = run->options->fail_level;
    summary->own_rules = run->options->rules.count > 0;
    TC_TRY(add_sources(run, arena, summary));
    TC_TRY(add_columns(run, arena, summary));
    summary->root = common_folder(run);
    summary->missing = missing;
    if (!have_evidence(run, TC_EVIDENCE_WEBMAIL))
        missing[summary->missing_count++] =
            TC_LIT("webmail logs (IIS): usually below inetpub\\logs\\LogFiles\\W3SVC1");
    if (!have_evidence(run, TC_EVIDENCE_MESSAGES))
        missing[summary->missing_count++] =
            TC_LIT("message tracking logs: usually below TransportRoles\\Logs\\MessageTracking of "
                   "Exchange");
    if (!have_evidence(run, TC_EVIDENCE_PASSWORDS))
        missing[summary->missing_count++] = TC_LIT("Security events of the domain controllers: "
                                                   "wevtutil qe Security /f:xml, or Winlogbeat");
    return tc_coverage_guesses(run, arena, summary);
}
