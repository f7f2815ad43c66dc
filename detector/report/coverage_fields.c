/* Which logs leave out what rules go by, though others may have it. */
#include "detector/report/coverage.h"

/* So many answered requests without a name, and none with one: no log of who was there. */
#define NAMELESS_PLENTY 20

typedef struct server_log {
    tc_slice host;
    const char *format;
    tc_web_fields web;
} server_log;

static int by_format_and_host(const void *a, const void *b)
{
    const server_log *x = a, *y = b;
    int order = strcmp(x->format, y->format);
    return order ? order : tc_slice_compare(x->host, y->host);
}

static void add_mute(tc_mute_logs *mute, const server_log *log, bool is_mute)
{
    if (!is_mute) return;
    if (mute->logs++ == 0) {
        mute->host = log->host;
        mute->format = log->format;
    }
}

static void judge(const server_log *log, bool have_geo, tc_coverage_facts *facts)
{
    const tc_web_fields *web = &log->web;
    bool named = web->named > 0;
    add_mute(&facts->mute[TC_MUTE_USER], log, !named && web->nameless >= NAMELESS_PLENTY);
    add_mute(&facts->mute[TC_MUTE_ADDRESS], log, named && web->addressed == 0);
    add_mute(&facts->mute[TC_MUTE_AGENT], log,
             named && web->addressed > 0 && web->with_agent == 0 && !have_geo);
}

static void add_accounts(const tc_account_fields *of, tc_coverage_facts *facts)
{
    if (!tc_account_fields_lack(of)) return;
    facts->accounts.named += of->named;
    facts->accounts.nameless += of->nameless;
}

TC_STATUS tc_coverage_fields(const tc_run *run, const tc_sources *sources, tc_arena *arena,
                             tc_coverage_facts *facts)
{
    size_t n = tc_input_count(run->input), count = 0;
    server_log *logs = tc_arena_get(arena, n + 1, sizeof(*logs));
    bool geo = tc_enricher_has_country(run->enricher) || tc_enricher_has_asn(run->enricher);
    if (logs == NULL) return (tc_status){TC_ENOMEM};
    facts->accounts = (tc_account_fields){0};
    for (size_t i = 0; i < n; i++) {
        add_accounts(&tc_sources_progress(sources, i)->accounts, facts);
        const tc_source *source = tc_input_source(run->input, i);
        const tc_web_fields *web = &tc_sources_progress(sources, i)->web;
        if (source->parser && web->named + web->nameless > 0)
            logs[count++] = (server_log){source->host, source->parser->name, *web};
    }
    qsort(logs, count, sizeof(*logs), by_format_and_host);
    memset(facts->mute, 0, sizeof(facts->mute));
    for (size_t i = 0, to; i < count; i = to) {
        for (to = i + 1; to < count && by_format_and_host(&logs[i], &logs[to]) == 0; to++)
            tc_web_fields_add(&logs[i].web, &logs[to].web);
        judge(&logs[i], geo, facts);
    }
    return TC_SUCCESS;
}
