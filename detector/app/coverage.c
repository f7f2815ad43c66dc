#include "detector/app/coverage.h"

#include <stdarg.h>

#define INDICATORS 4
#define LISTS_MAX 8

static tc_slice say(tc_arena *arena, const char *format, ...) TC_PRINTF(2, 3);

static tc_slice say(tc_arena *arena, const char *format, ...)
{
    char text[1024];
    tc_slice copy = TC_EMPTY_SLICE;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return tc_arena_copy(arena, tc_slice_of(text), &copy) ? copy : TC_EMPTY_SLICE;
}

static bool have_format(const tc_run *run, const char *prefix)
{
    for (size_t i = 0; i < tc_input_count(run->input); i++) {
        const tc_source *s = tc_input_source(run->input, i);
        if (s->parser && tc_slice_starts(tc_slice_of(s->parser->name), tc_slice_of(prefix)))
            return true;
    }
    return false;
}

/* Logs of the format are there, but sound and empty, all of them. */
static bool all_empty(const tc_run *run, const char *prefix)
{
    bool any = false;
    for (size_t i = 0; i < tc_input_count(run->input); i++) {
        const tc_source *s = tc_input_source(run->input, i);
        if (!s->parser || !tc_slice_starts(tc_slice_of(s->parser->name), tc_slice_of(prefix)))
            continue;
        if (s->state != TC_SOURCE_EMPTY) return false;
        any = true;
    }
    return any;
}

static void judge_empty(tc_coverage_row *row)
{
    row->state = TC_BLIND;
    row->why = TC_LIT("the logs given are sound, but hold no record");
    row->fix = TC_LIT("add the logs of the days in question");
}

/* -- inventory ------------------------------------------------------------------------------ */

static tc_time earliest(tc_time a, tc_time b)
{
    if (a == TC_TIME_NONE) return b;
    if (b == TC_TIME_NONE) return a;
    return TC_MIN(a, b);
}

static void add_row(tc_inventory_row *rows, size_t *count, const tc_source *s)
{
    size_t i = 0;
    while (i < *count &&
           !(tc_slice_equal(rows[i].host, s->host) && strcmp(rows[i].format, s->parser->name) == 0))
        i++;
    if (i == *count) {
        rows[i] = (tc_inventory_row){s->host, s->parser->name, 0, 0, TC_TIME_NONE, TC_TIME_NONE};
        (*count)++;
    }
    rows[i].files++;
    rows[i].bytes += s->size;
    rows[i].first = earliest(rows[i].first, s->first);
    rows[i].last = TC_MAX(rows[i].last, s->last);
}

static int by_format_and_host(const void *a, const void *b)
{
    const tc_inventory_row *x = a, *y = b;
    int order = strcmp(x->format, y->format);
    return order ? order : tc_slice_compare(x->host, y->host);
}

static tc_status add_sources(const tc_run *run, tc_arena *arena, tc_summary *summary)
{
    size_t n = tc_input_count(run->input), rows = 0, problems = 0;
    tc_inventory_row *row = tc_arena_get(arena, n + 1, sizeof(*row));
    tc_problem *problem = tc_arena_get(arena, n + 1, sizeof(*problem));
    if (row == NULL || problem == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < n; i++) {
        const tc_source *s = tc_input_source(run->input, i);
        bool sound = s->state == TC_SOURCE_EMPTY && s->parser;
        if (s->state == TC_SOURCE_READABLE || sound) add_row(row, &rows, s);
        if (s->state == TC_SOURCE_DUPLICATE) summary->duplicate_files++;
        if (s->state == TC_SOURCE_UNREAD)
            problem[problems++] =
                (tc_problem){s->path, say(arena, "looks like %s; %s", s->looks_like, s->mend)};
        if (s->state == TC_SOURCE_UNREADABLE)
            problem[problems++] =
                (tc_problem){s->path, s->error ? tc_slice_of(s->error->text) : TC_EMPTY_SLICE};
    }
    qsort(row, rows, sizeof(*row), by_format_and_host);
    summary->inventory = row;
    summary->inventory_count = rows;
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
    return TC_SUCCESS;
}

tc_status tc_coverage_inventory(const tc_run *run, tc_arena *arena, tc_summary *summary)
{
    tc_slice *missing = tc_arena_get(arena, LISTS_MAX, sizeof(tc_slice));
    tc_slice *guesses = tc_arena_get(arena, LISTS_MAX, sizeof(tc_slice));
    if (missing == NULL || guesses == NULL) return (tc_status){TC_ENOMEM};
    memset(summary, 0, sizeof(*summary));
    summary->first = summary->last = TC_TIME_NONE;
    TC_TRY(add_sources(run, arena, summary));
    summary->missing = missing;
    summary->guesses = guesses;
    if (!have_format(run, "iis-"))
        missing[summary->missing_count++] =
            TC_LIT("webmail logs (IIS): usually below inetpub\\logs\\LogFiles\\W3SVC1");
    if (!have_format(run, "exchange-msgtrk"))
        missing[summary->missing_count++] =
            TC_LIT("message tracking logs: usually below TransportRoles\\Logs\\MessageTracking of "
                   "Exchange");
    if (!have_format(run, "windows-"))
        missing[summary->missing_count++] = TC_LIT("Security events of the domain controllers: "
                                                   "wevtutil qe Security /f:xml, or Winlogbeat");
    if (run->options->internal.count == 0)
        guesses[summary->guess_count++] =
            TC_LIT("no --internal given: only private addresses are taken for inside");
    if (!tc_enricher_has_country(run->enricher) && !tc_enricher_has_asn(run->enricher))
        guesses[summary->guess_count++] =
            TC_LIT("no --geo given: a source is new by network and agent, not by country");
    return TC_SUCCESS;
}

/* -- indicators ----------------------------------------------------------------------------- */

static void judge_webmail(const tc_run *run, const tc_derive_coverage *seen, tc_arena *arena,
                          tc_coverage_row *row)
{
    *row = (tc_coverage_row){.indicator = "webmail access", .state = TC_WATCHED};
    if (!have_format(run, "iis-")) {
        row->state = TC_BLIND;
        row->why = TC_LIT("no webmail logs were given");
        row->fix = TC_LIT("add the IIS logs of the front ends (W3SVC1)");
    } else if (all_empty(run, "iis-")) {
        judge_empty(row);
    } else if (seen->sessions == 0) {
        row->state = TC_BLIND;
        row->why = TC_LIT("the webmail logs name no user (cs-username) in any webmail request");
        row->fix = TC_LIT("log cs-username and c-ip, and give the front ends' logs (W3SVC1)");
    } else if (seen->nat_blind) {
        char ip[TC_IP_TEXT], all[4 * (TC_IP_TEXT + 2)] = "";
        for (size_t i = 0; i < seen->nat_address_count; i++) {
            size_t used = strlen(all);
            snprintf(all + used, sizeof(all) - used, "%s%s", i ? "," : "",
                     tc_ip_format(seen->nat_address[i], ip));
        }
        row->state = TC_BLIND;
        row->why = say(arena, "%.0f %% of the sessions come from %s: a balancer hides the clients",
                       100 * seen->nat_share, all);
        row->fix = seen->forwarded_ignored
                       ? say(arena, "X-Forwarded-For is logged: scan with --proxy %s", all)
                       : say(arena, "log X-Forwarded-For in IIS, then scan with --proxy %s", all);
    } else if (seen->last_web - seen->first_web < 7 * TC_DAY) {
        row->state = TC_PARTLY;
        row->why = say(arena, "only %.1f days of webmail logs: what is a new source is not known",
                       (double)(seen->last_web - seen->first_web) / (double)TC_DAY);
        row->fix = TC_LIT("add older logs: at least 7 days before the time in question, better 28");
    }
}

static void judge_language(const tc_run *run, const tc_derive_coverage *seen, tc_arena *arena,
                           tc_coverage_row *row)
{
    *row = (tc_coverage_row){.indicator = "system message language", .state = TC_WATCHED};
    uint64_t readable = seen->system_messages - seen->blank_subjects;
    if (!have_format(run, "exchange-msgtrk")) {
        row->state = TC_BLIND;
        row->why = TC_LIT("no message tracking logs were given");
        row->fix = TC_LIT("add the message tracking logs of all transport servers");
    } else if (all_empty(run, "exchange-msgtrk")) {
        judge_empty(row);
    } else if (seen->system_messages == 0) {
        row->state = TC_BLIND;
        row->why =
            TC_LIT("the tracking logs hold no out-of-office or quota message of own mailboxes");
        row->fix = TC_LIT("add more days, or name the own mail domains with --domain");
    } else if (readable == 0) {
        row->state = TC_BLIND;
        row->why = TC_LIT("subjects are not logged");
        row->fix = TC_LIT("Set-TransportService -MessageTrackingLogSubjectLoggingEnabled $true");
    } else if (seen->mailboxes_judged * 2 < seen->mailboxes_seen) {
        row->state = TC_PARTLY;
        row->why = say(arena,
                       "%" PRIu64 " of %" PRIu64
                       " mailboxes have the three system messages that show their language",
                       seen->mailboxes_judged, seen->mailboxes_seen);
        row->fix = TC_LIT("add more days; a mailbox that answers nobody shows nothing");
    } else if (seen->blank_subjects > readable) {
        row->state = TC_PARTLY;
        row->why = TC_LIT("most subjects are not logged");
        row->fix = TC_LIT("Set-TransportService -MessageTrackingLogSubjectLoggingEnabled $true");
    }
}

static void judge_passwords(const tc_run *run, const tc_derive_coverage *seen, tc_coverage_row *row)
{
    *row = (tc_coverage_row){.indicator = "password resets", .state = TC_WATCHED};
    if (!have_format(run, "windows-")) {
        row->state = TC_BLIND;
        row->why = TC_LIT("no Security events were given");
        row->fix = TC_LIT("add the Security log of every domain controller");
    } else if (all_empty(run, "windows-")) {
        judge_empty(row);
    } else if (seen->password_resets + seen->password_changes == 0) {
        row->state = TC_PARTLY;
        row->why = TC_LIT("the events hold no password change at all");
        row->fix = TC_LIT("check that domain controllers audit User Account Management");
    }
}

static void judge_join(const tc_derive_coverage *seen, const tc_coverage_row *webmail,
                       const tc_coverage_row *language, tc_arena *arena, tc_coverage_row *row)
{
    *row = (tc_coverage_row){.indicator = "language switch with access", .state = TC_WATCHED};
    if (webmail->state == TC_BLIND || language->state == TC_BLIND) {
        row->state = TC_BLIND;
        row->why = say(arena, "needs webmail access and message language; %s is blind",
                       webmail->state == TC_BLIND ? webmail->indicator : language->indicator);
        row->fix = webmail->state == TC_BLIND ? webmail->fix : language->fix;
    } else if (seen->mailboxes_seen > 0 && seen->mailboxes_joined * 10 < seen->mailboxes_seen * 9) {
        row->state = TC_PARTLY;
        row->why =
            say(arena,
                "%" PRIu64 " of %" PRIu64 " mailboxes could be joined across webmail and mail logs",
                seen->mailboxes_joined, seen->mailboxes_seen);
        row->fix = TC_LIT("give the names of each mailbox with --accounts FILE.csv");
    } else if (webmail->state == TC_PARTLY || language->state == TC_PARTLY) {
        const tc_coverage_row *weak = webmail->state == TC_PARTLY ? webmail : language;
        row->state = TC_PARTLY;
        row->why = say(arena, "as far as %s", weak->indicator);
        row->fix = weak->fix;
    }
}

tc_status tc_coverage_judge(const tc_run *run, const tc_derive_coverage *seen, tc_arena *arena,
                            tc_summary *summary)
{
    tc_coverage_row *rows = tc_arena_zero(arena, INDICATORS, sizeof(*rows));
    if (rows == NULL) return (tc_status){TC_ENOMEM};
    judge_webmail(run, seen, arena, &rows[0]);
    judge_language(run, seen, arena, &rows[1]);
    judge_passwords(run, seen, &rows[2]);
    judge_join(seen, &rows[0], &rows[1], arena, &rows[3]);
    summary->coverage = rows;
    summary->coverage_count = INDICATORS;
    summary->mailboxes_seen = seen->mailboxes_seen;
    summary->mailboxes_joined = seen->mailboxes_joined;
    summary->mailboxes_judged = seen->mailboxes_judged;
    return TC_SUCCESS;
}
