/* Which logs each indicator has, and what of them lies in the window that was asked for. */
#include "detector/report/coverage.h"

/* What an indicator is judged by; 0: by what others are. */
static const uint32_t fed_by[TC_INDICATOR_COUNT] = {[TC_INDICATOR_WEBMAIL] = TC_EVIDENCE_WEBMAIL,
                                                    [TC_INDICATOR_LANGUAGE] = TC_EVIDENCE_MESSAGES,
                                                    [TC_INDICATOR_PASSWORDS] =
                                                        TC_EVIDENCE_PASSWORDS};

/* Any of these loaded by --rules alone is our judging of the indicator, too. */
static const struct {
    tc_indicator indicator;
    const char *rule;
} ours[] = {
    {TC_INDICATOR_WEBMAIL, "many_mailboxes_one_source"},
    {TC_INDICATOR_WEBMAIL, "webmail_burst_mailbox"},
    {TC_INDICATOR_LANGUAGE, "foreign_language_cluster"},
    {TC_INDICATOR_LANGUAGE, "mailbox_foreign_language_switch"},
    {TC_INDICATOR_PASSWORDS, "mass_reset_one_actor"},
    {TC_INDICATOR_PASSWORDS, "password_change_wave"},
    {TC_INDICATOR_JOIN, "foreign_language_switch_and_access"},
};

static uint32_t rules_loaded(const tc_run *run)
{
    uint32_t ruled = 0;
    if (!run->options->no_default_rules) return TC_BLINDS_ALL;
    for (size_t i = 0; i < TC_COUNT_OF(ours); i++)
        if (tc_ruleset_find(run->rules, tc_slice_of(ours[i].rule)))
            ruled |= TC_BLINDS(ours[i].indicator);
    return ruled;
}

static void widen(tc_time *first, tc_time *last, tc_time from, tc_time to)
{
    if (*first == TC_TIME_NONE || from < *first) *first = from;
    *last = TC_MAX(*last, to);
}

/* What of a span lies in the window; false if nothing does. */
static bool clip(const tc_summary *s, tc_time *first, tc_time *last)
{
    if (s->since != TC_TIME_NONE) *first = TC_MAX(*first, s->since);
    if (s->until != TC_TIME_NONE) *last = TC_MIN(*last, s->until);
    return *first <= *last;
}

static void add_span(const tc_summary *s, tc_coverage_logs *logs, tc_time first, tc_time last)
{
    widen(&logs->first, &logs->last, first, last);
    if (clip(s, &first, &last)) widen(&logs->judged_first, &logs->judged_last, first, last);
}

/* A language switch with access is seen where both its sides are. */
static void join(const tc_coverage_logs *a, const tc_coverage_logs *b, tc_coverage_logs *both)
{
    both->given = a->given && b->given;
    if (a->first != TC_TIME_NONE && b->first != TC_TIME_NONE) {
        both->first = TC_MAX(a->first, b->first);
        both->last = TC_MIN(a->last, b->last);
    }
    if (a->judged_first == TC_TIME_NONE || b->judged_first == TC_TIME_NONE) return;
    both->judged_first = TC_MAX(a->judged_first, b->judged_first);
    both->judged_last = TC_MIN(a->judged_last, b->judged_last);
    if (both->judged_first > both->judged_last)
        both->judged_first = both->judged_last = TC_TIME_NONE;
}

/* Of an envelope's records those count that are evidence of the kind. */
static void add_shipped(const tc_summary *summary, const tc_spans *spans, tc_coverage_facts *facts)
{
    for (unsigned e = 0; e < TC_EVIDENCE_KINDS; e++)
        for (unsigned k = 0; k < TC_INDICATOR_COUNT; k++)
            if (spans->evidence >> e & 1 && fed_by[k] >> e & 1)
                add_span(summary, &facts->logs[k], spans->of[e].first, spans->of[e].last);
}

uint32_t tc_coverage_fed_by(tc_indicator indicator)
{
    return fed_by[indicator];
}

/* What is missing between the first and the last record of all logs, for the rows that have logs of
 * their own. */
static void find_gaps(const tc_presence *presence, const tc_coverage_logs *all,
                      tc_coverage_facts *facts)
{
    for (unsigned k = 0; k < TC_INDICATOR_COUNT; k++) {
        facts->gaps[k] = (tc_gaps){.day = TC_TIME_NONE};
        if (fed_by[k])
            tc_presence_judge(presence, fed_by[k], all->judged_first, all->judged_last,
                              &facts->gaps[k]);
    }
    /* Not the reverse: a front end need not carry mail. */
    tc_presence_peers(presence, TC_EVIDENCE_WEBMAIL, TC_EVIDENCE_MESSAGES,
                      &facts->gaps[TC_INDICATOR_WEBMAIL]);
}

/* Whether a source is that evidence by other formats, too, than those of other mail servers. */
static bool is_of_exchange(const tc_source *source, uint64_t inside, uint32_t evidence)
{
    static const char *const others[] = {"webmail-log", "zimbra-log"};
    uint64_t formats = inside | (source->parser ? tc_parser_bit(source->parser) : 0);
    for (size_t i = 0; i < TC_COUNT_OF(others); i++)
        formats &= ~tc_parser_bit(tc_parser_named(tc_slice_of(others[i])));
    return (tc_parser_evidence(formats) & evidence) != 0;
}

/* Whether only captures tell of it, and what could not be read in them. */
static void note_hidden(const tc_source *source, const tc_source_progress *p, uint32_t evidence,
                        tc_coverage_logs *logs)
{
    bool packets = source->parser && source->parser->hides;
    logs->packets = packets && (logs->packets || !logs->given || logs->empty);
    for (unsigned k = 0; k < TC_EVIDENCE_KINDS; k++)
        if (evidence >> k & 1) logs->hidden += p->hidden[k];
    if (!packets) return;
    logs->holes += p->ledger.records.rejected[TC_REASON_HOLE];
    logs->deeds += p->ledger.records.accepted;
    logs->dropped += p->ledger.records.rejected[TC_REASON_DROPPED];
    logs->tunnels += p->ledger.records.rejected[TC_REASON_TUNNEL];
    logs->kept += p->ledger.records.header + p->ledger.records.blank;
}

/* From this share on it is said: of each hundred deeds, connections in which others may be. */
#define HOLES_SHARE 0.02

static bool is_much(uint64_t part, uint64_t rest)
{
    return part > 0 && (double)part >= HOLES_SHARE * ((double)part + (double)rest);
}

tc_slice tc_coverage_hole_words(const tc_coverage_logs *logs, tc_arena *arena)
{
    if (is_much(logs->holes, logs->deeds))
        return tc_coverage_say(arena,
                               "%" PRIu64 " connections or datagrams of the captures have holes: "
                               "packets are missing or cut short",
                               logs->holes);
    if (is_much(logs->dropped, logs->kept))
        return tc_coverage_say(arena, "%" PRIu64 " packets were dropped where they were captured",
                               logs->dropped);
    if (is_much(logs->tunnels, logs->kept))
        return tc_coverage_say(arena,
                               "%" PRIu64 " packets of the captures are in tunnels that are "
                               "not read",
                               logs->tunnels);
    return TC_EMPTY_SLICE;
}

void tc_coverage_gather(const tc_run *run, const tc_sources *sources, tc_summary *summary,
                        tc_coverage_facts *facts)
{
    static const tc_coverage_logs none = {.first = TC_TIME_NONE,
                                          .last = TC_TIME_NONE,
                                          .judged_first = TC_TIME_NONE,
                                          .judged_last = TC_TIME_NONE};
    tc_coverage_logs all = none;
    for (unsigned k = 0; k < TC_INDICATOR_COUNT; k++)
        facts->logs[k] = none;
    for (size_t i = 0; i < tc_input_count(run->input); i++) {
        const tc_source *source = tc_input_source(run->input, i);
        const tc_source_progress *p = tc_sources_progress(sources, i);
        uint32_t evidence = source->parser ? source->parser->evidence : 0;
        evidence |= tc_parser_evidence(source->inside | p->inside);
        if (p->first != TC_TIME_NONE) add_span(summary, &all, p->first, p->last);
        for (unsigned k = 0; k < TC_INDICATOR_COUNT; k++) {
            if (!(evidence & fed_by[k])) continue;
            tc_coverage_logs *logs = &facts->logs[k];
            bool empty = source->state == TC_SOURCE_EMPTY;
            if (!empty) note_hidden(source, p, fed_by[k], logs);
            logs->empty = logs->given ? logs->empty && empty : empty;
            logs->given = true;
            if (is_of_exchange(source, source->inside | p->inside, fed_by[k]))
                logs->exchange = true;
            bool own = source->parser && source->parser->evidence & fed_by[k];
            if (own && p->first != TC_TIME_NONE)
                add_span(summary, &facts->logs[k], p->first, p->last);
        }
    }
    add_shipped(summary, tc_sources_shipped(sources), facts);
    join(&facts->logs[TC_INDICATOR_WEBMAIL], &facts->logs[TC_INDICATOR_LANGUAGE],
         &facts->logs[TC_INDICATOR_JOIN]);
    find_gaps(tc_sources_presence(sources), &all, facts);
    facts->ruled = rules_loaded(run);
    summary->first = all.first;
    summary->last = all.last;
    summary->judged_first = all.judged_first;
    summary->judged_last = all.judged_last;
}
