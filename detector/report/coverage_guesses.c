/* What is taken for granted: because no option says it, and because a log does not. */
#include "detector/report/coverage.h"

#include "parsers/base/str.h"

#define GUESSES_MAX 8
#define WORDS_MAX 1024
#define NAME_MAX_SHOWN 512

typedef struct guesses {
    const tc_run *run;
    tc_arena *arena;
    tc_summary *summary;
    tc_slice *list;
} guesses;

static TC_STATUS add(guesses *g, tc_slice words)
{
    TC_ASSERT(g->summary->guess_count < GUESSES_MAX);
    if (!tc_arena_copy(g->arena, words, &g->list[g->summary->guess_count]))
        return (tc_status){TC_ENOMEM};
    g->summary->guess_count++;
    return TC_SUCCESS;
}

typedef bool is_such(const tc_source *source);

static size_t count_such(const guesses *g, is_such *is, const tc_source **ret_first)
{
    size_t count = 0;
    for (size_t i = 0; i < tc_input_count(g->run->input); i++) {
        const tc_source *s = tc_input_source(g->run->input, i);
        if (s->state != TC_SOURCE_READABLE || !is(s)) continue;
        if (count++ == 0) *ret_first = s;
    }
    return count;
}

/* "dates of a.csv (and 3 more): ..." of the logs that are such, if there are any. */
static TC_STATUS add_logs(guesses *g, const char *what, is_such *is, const char *how)
{
    const tc_source *first = NULL;
    size_t count = count_such(g, is, &first);
    if (count == 0) return TC_SUCCESS;
    tc_str words;
    tc_str_init(&words, WORDS_MAX);
    tc_slice name = first->name;
    if (name.len > NAME_MAX_SHOWN) /* its end says more */
        name = tc_slice_sub(name, name.len - NAME_MAX_SHOWN, NAME_MAX_SHOWN);
    tc_str_addf(&words, "%s of ", what);
    tc_str_add(&words, name);
    if (count > 1) tc_str_addf(&words, " (and %zu more)", count - 1);
    tc_str_addf(&words, " %s", how);
    tc_status status = tc_str_status(&words);
    if (!tc_failed(status)) status = add(g, tc_str_view(&words));
    tc_str_done(&words);
    return status;
}

/* -- whether day or month comes first --------------------------------------------------------- */

/* Logs of a server have a day in their name, exports have none. */
static bool is_open_log(const tc_source *s)
{
    return s->columns.open && s->parser->order == TC_ORDER_WRITTEN;
}

static bool is_open_export(const tc_source *s, tc_slice order)
{
    return s->columns.open && s->parser->order != TC_ORDER_WRITTEN &&
           tc_slice_equal(s->columns.lists, order);
}

static bool is_month_first(const tc_source *s)
{
    return is_open_export(s, TC_LIT("@month/day"));
}

static bool is_day_first(const tc_source *s)
{
    return is_open_export(s, TC_LIT("@day/month"));
}

static bool is_mixed(const tc_source *s)
{
    return is_open_export(s, TC_EMPTY_SLICE);
}

#define EXPORT_AGAIN "(export with yyyy-MM-dd, or more days)"

static TC_STATUS guess_dates(guesses *g)
{
    const tc_source *first;
    size_t logs = count_such(g, is_open_log, &first);
    char text[256];
    if (logs > 0) {
        snprintf(text, sizeof(text),
                 "%zu log%s in the own format of IIS or ISA: nothing tells day from month in the "
                 "dates; read as month/day (a name as inYYMMDD.log or "
                 "ISALOG_YYYYMMDD_WEB_000.iis, or more days, would tell)",
                 logs, logs == 1 ? "" : "s");
        TC_TRY(add(g, tc_slice_of(text)));
    }
    TC_TRY(add_logs(g, "dates", is_month_first,
                    "do not tell day from month: read as month/day " EXPORT_AGAIN));
    TC_TRY(add_logs(g, "dates", is_day_first,
                    "do not tell day from month: read as day/month " EXPORT_AGAIN));
    return add_logs(g, "dates", is_mixed,
                    "have the day first and the month first: each is read as its form is usually "
                    "meant (export each system's for itself, with yyyy-MM-dd)");
}

/* -- zones and years -------------------------------------------------------------------------- */

static bool is_zoneless(const tc_source *s)
{
    return s->zoneless;
}

static bool is_yearless(const tc_source *s)
{
    return s->yearless;
}

TC_STATUS tc_coverage_guesses(const tc_run *run, tc_arena *arena, tc_summary *summary)
{
    guesses g = {run, arena, summary, tc_arena_get(arena, GUESSES_MAX, sizeof(tc_slice))};
    if (g.list == NULL) return (tc_status){TC_ENOMEM};
    summary->guesses = g.list;
    if (run->options->internal.count == 0)
        TC_TRY(add(&g, TC_LIT("no --internal given: only private addresses are taken for inside")));
    if (!tc_enricher_has_country(run->enricher) && !tc_enricher_has_asn(run->enricher))
        TC_TRY(add(&g, TC_LIT("no --geo given: a source is new by network and agent, not by "
                              "country")));
    TC_TRY(guess_dates(&g));
    TC_TRY(add_logs(&g, "times", is_zoneless,
                    "have no zone: taken for UTC (--tz 'GLOB=ZONE' names it)"));
    return add_logs(&g, "times", is_yearless,
                    "have no year: taken for the last before the file was written");
}
