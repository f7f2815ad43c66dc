#include "detector/report/verdict.h"

#include "detector/report/exit_status.h"

#define WORDS_MAX 512

/* Each writes its clause and returns true, or returns false where its reason is none. */
typedef bool reason(const tc_summary *s, char words[WORDS_MAX]);

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static bool outside_window(const tc_summary *s)
{
    return s->judged_first == TC_TIME_NONE && s->first != TC_TIME_NONE &&
           (s->since != TC_TIME_NONE || s->until != TC_TIME_NONE);
}

static bool no_event(const tc_summary *s, char words[WORDS_MAX])
{
    const char *what = "the logs hold no event";
    if (tc_summary_nothing_new(s) || outside_window(s) || s->totals.events.delivered) return false;
    if (s->files.read == 0 && tc_files_unread(&s->files))
        what = "no log could be read";
    else if (s->files.read == 0)
        what = s->files.empty ? "every log is empty" : "no log was found";
    else if (s->totals.records.accepted)
        what = "the logs hold only records that are never judged, such as the servers' own probes";
    else if (tc_ledger_rejected(&s->totals))
        what = "no record of the logs could be understood";
    snprintf(words, WORDS_MAX, "%s", what);
    return true;
}

static bool window(const tc_summary *s, char words[WORDS_MAX])
{
    char edge[TC_TIME_TEXT], since[TC_TIME_TEXT], until[TC_TIME_TEXT];
    if (!outside_window(s)) return false;
    tc_time_format_human(s->since, since);
    tc_time_format_human(s->until, until);
    if (s->since != TC_TIME_NONE && s->since > s->last)
        snprintf(words, WORDS_MAX, "the logs end %s UTC, before --since %s",
                 tc_time_format_human(s->last, edge), since);
    else if (s->until != TC_TIME_NONE && s->until < s->first)
        snprintf(words, WORDS_MAX, "the logs begin %s UTC, after --until %s",
                 tc_time_format_human(s->first, edge), until);
    else
        snprintf(words, WORDS_MAX, "the logs hold nothing from --since %s to --until %s UTC", since,
                 until);
    return true;
}

static bool all_blind(const tc_summary *s, char words[WORDS_MAX])
{
    if (tc_summary_nothing_new(s) || s->own_rules || s->coverage_count == 0 ||
        s->totals.events.delivered == 0 || outside_window(s))
        return false;
    for (size_t i = 0; i < s->coverage_count; i++)
        if (s->coverage[i].state != TC_BLIND) return false;
    snprintf(words, WORDS_MAX, "every indicator is blind");
    return true;
}

static bool files(char words[WORDS_MAX], uint64_t n, const char *what)
{
    if (n) snprintf(words, WORDS_MAX, "%" PRIu64 " file%s %s", n, plural(n), what);
    return n > 0;
}

static bool unreadable(const tc_summary *s, char words[WORDS_MAX])
{
    return files(words, s->files.unreadable, "could not be read");
}

static bool not_understood(const tc_summary *s, char words[WORDS_MAX])
{
    uint64_t n = s->files.not_understood;
    return files(words, n,
                 n == 1 ? "looks like evidence, but is of a kind that this version does not read"
                        : "look like evidence, but are of kinds that this version does not read");
}

static bool broken_off(const tc_summary *s, char words[WORDS_MAX])
{
    return files(words, s->files.broken_off, "could not be read to the end");
}

static bool rejected(const tc_summary *s, char words[WORDS_MAX])
{
    uint64_t n = s->files.rejected;
    return files(words, n,
                 n == 1 ? "has too many records that could not be understood"
                        : "have too many records that could not be understood");
}

static bool late(const tc_summary *s, char words[WORDS_MAX])
{
    char until[TC_TIME_TEXT];
    uint64_t n = s->totals.events.late + s->state.late_before;
    if (n && s->state.path.len && s->state.before != TC_TIME_NONE)
        snprintf(words, WORDS_MAX,
                 "%" PRIu64
                 " record%s could not be judged: %s older than %s UTC, which is how far the "
                 "scans before have judged; scan without --state to judge %s",
                 n, plural(n), n == 1 ? "it is" : "they are",
                 tc_time_format_human(s->state.before, until), n == 1 ? "it" : "them");
    else if (n)
        snprintf(words, WORDS_MAX,
                 "%" PRIu64 " record%s stood too far out of the order of time to be judged", n,
                 plural(n));
    return n > 0;
}

static bool cut_short(const tc_summary *s, char words[WORDS_MAX])
{
    if (s->cut_short.len == 0) return false;
    snprintf(words, WORDS_MAX, "the logs were not read to their end: %.*s", (int)s->cut_short.len,
             (const char *)s->cut_short.ptr);
    return true;
}

static bool state_full(const tc_summary *s, char words[WORDS_MAX])
{
    size_t n = 0, used = 0;
    for (size_t i = 0; i < s->bounds.count; i++) {
        const tc_bound *b = &s->bounds.items[i];
        if (b->blinds == 0) continue;
        int length = snprintf(words + used, WORDS_MAX - used, "%s%" PRIu64 " %s",
                              n++ ? ", " : "the memory was full, and lost ", b->given_up, b->what);
        used = TC_MIN(used + (size_t)TC_MAX(length, 0), (size_t)WORDS_MAX - 1);
    }
    return n > 0;
}

static bool no_memory(const tc_summary *s, char words[WORDS_MAX])
{
    uint64_t n = s->memory_failures;
    if (n)
        snprintf(words, WORDS_MAX,
                 "the system was out of memory %" PRIu64
                 " time%s, and what was found may lack parts: use fewer --jobs",
                 n, plural(n));
    return n > 0;
}

/* Adds the required rows of that state behind their words; how many there are. */
static size_t list_required(const tc_summary *s, tc_watch_state state, const char *before,
                            char words[WORDS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < s->coverage_count; i++) {
        const tc_coverage_row *row = &s->coverage[i];
        size_t used = strlen(words);
        if (!row->required || row->state != state) continue;
        snprintf(words + used, WORDS_MAX - used, "%s%s", n++ ? ", " : before, row->indicator);
    }
    return n;
}

/* Where nothing at all was judged, that says it. */
static bool required(const tc_summary *s, char words[WORDS_MAX])
{
    if (tc_summary_nothing_new(s) || no_event(s, words) || outside_window(s) || all_blind(s, words))
        return false;
    words[0] = 0;
    size_t blind = list_required(s, TC_BLIND, "required, but not watched: ", words);
    size_t partly = list_required(
        s, TC_PARTLY, blind ? "; only partly: " : "required, but only partly watched: ", words);
    return blind + partly > 0;
}

static bool rules(const tc_summary *s, char words[WORDS_MAX])
{
    uint64_t n = s->rules_left_out;
    if (n)
        snprintf(words, WORDS_MAX, "%" PRIu64 " rule%s left out for %s errors (%s%.*s)", n,
                 n == 1 ? " was" : "s were", n == 1 ? "its" : "their",
                 n == 1 ? "" : "the first: ", (int)s->rules_left_out_first.len,
                 (const char *)s->rules_left_out_first.ptr);
    return n > 0;
}

static bool unsent(const tc_summary *s, char words[WORDS_MAX])
{
    uint64_t n = s->unsent;
    if (n)
        snprintf(words, WORDS_MAX, "%" PRIu64 " message%s could not be sent: %.*s", n, plural(n),
                 (int)s->unsent_why.len, (const char *)s->unsent_why.ptr);
    return n > 0;
}

static const struct {
    const char *key;
    reason *applies;
} kinds[TC_UNJUDGED_COUNT] = {
    [TC_UNJUDGED_NO_EVENT] = {"no_event", no_event},
    [TC_UNJUDGED_WINDOW] = {"window", window},
    [TC_UNJUDGED_ALL_BLIND] = {"all_blind", all_blind},
    [TC_UNJUDGED_UNREADABLE] = {"unreadable", unreadable},
    [TC_UNJUDGED_NOT_UNDERSTOOD] = {"not_understood", not_understood},
    [TC_UNJUDGED_BROKEN_OFF] = {"broken_off", broken_off},
    [TC_UNJUDGED_REJECTED] = {"rejected", rejected},
    [TC_UNJUDGED_LATE] = {"late", late},
    [TC_UNJUDGED_CUT_SHORT] = {"cut_short", cut_short},
    [TC_UNJUDGED_STATE_FULL] = {"state_full", state_full},
    [TC_UNJUDGED_NO_MEMORY] = {"no_memory", no_memory},
    [TC_UNJUDGED_REQUIRED] = {"required", required},
    [TC_UNJUDGED_RULES] = {"rules_left_out", rules},
    [TC_UNJUDGED_UNSENT] = {"unsent", unsent},
};

const char *tc_unjudged_key(tc_unjudged_kind kind)
{
    TC_ASSERT(kind < TC_UNJUDGED_COUNT);
    return kinds[kind].key;
}

static bool any_blind(const tc_summary *s)
{
    for (size_t i = 0; i < s->coverage_count; i++)
        if (s->coverage[i].state == TC_BLIND) return true;
    return s->coverage_count == 0;
}

static tc_outcome outcome_of(const tc_summary *s, const tc_verdict *v)
{
    if (v->exit_status == TC_EXIT_FOUND || tc_summary_found(s, s->min_level))
        return TC_OUTCOME_FOUND;
    if (v->incomplete) return TC_OUTCOME_INCOMPLETE;
    return any_blind(s) ? TC_OUTCOME_BLIND : TC_OUTCOME_CLEAN;
}

TC_STATUS tc_verdict_reach(tc_summary *summary, tc_arena *arena)
{
    char words[WORDS_MAX];
    tc_verdict v = {.exit_status = TC_EXIT_NOTHING};
    tc_unjudged *reasons = tc_arena_get(arena, TC_UNJUDGED_COUNT, sizeof(*reasons));
    if (reasons == NULL) return (tc_status){TC_ENOMEM};
    for (unsigned kind = 0; kind < TC_UNJUDGED_COUNT; kind++) {
        if (!kinds[kind].applies(summary, words)) continue;
        tc_unjudged *r = &reasons[v.reason_count++];
        r->key = kinds[kind].key;
        if (!tc_arena_copy(arena, tc_slice_of(words), &r->words)) return (tc_status){TC_ENOMEM};
        v.nothing_judged |= kind <= TC_UNJUDGED_ALL_BLIND;
    }
    v.reasons = reasons;
    v.incomplete = v.reason_count > 0;
    if (v.incomplete) v.exit_status = TC_EXIT_INCOMPLETE;
    if (tc_summary_found(summary, summary->fail_level)) v.exit_status = TC_EXIT_FOUND;
    v.outcome = outcome_of(summary, &v);
    summary->verdict = v;
    return TC_SUCCESS;
}
