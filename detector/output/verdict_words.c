#include "detector/output/verdict_words.h"

#include "detector/output/text_page.h"

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* -- the sentence --------------------------------------------------------------------------- */

void tc_verdict_window(const tc_summary *s, tc_str *out)
{
    char first[TC_TIME_TEXT], last[TC_TIME_TEXT], span[40];
    if (s->judged_first == TC_TIME_NONE || s->judged_last == TC_TIME_NONE)
        tc_str_add(out, TC_LIT("over a time that no record tells"));
    else
        tc_str_addf(out, "%s to %s UTC (%s)", tc_page_minute(s->judged_first, first),
                    tc_page_minute(s->judged_last, last),
                    tc_page_span(s->judged_first, s->judged_last, span));
}

static size_t rows_of(const tc_summary *s, tc_watch_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < s->coverage_count; i++)
        n += s->coverage[i].state == state;
    return n;
}

static void add_rows(const tc_summary *s, tc_watch_state state, const char *words, tc_str *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s->coverage_count; i++) {
        if (s->coverage[i].state != state) continue;
        tc_str_addf(out, "%s%s", n++ ? ", " : words, s->coverage[i].indicator);
    }
}

void tc_verdict_gaps(const tc_summary *s, tc_str *out)
{
    size_t watched = rows_of(s, TC_WATCHED), blind = rows_of(s, TC_BLIND);
    if (s->coverage_count == 0)
        tc_str_add(out, TC_LIT("Nothing tells what could be watched"));
    else if (watched == s->coverage_count)
        tc_str_add(out, TC_LIT("Every indicator could be watched"));
    else if (blind == s->coverage_count)
        tc_str_add(out, s->own_rules
                            ? TC_LIT("Only your own rules judged, every indicator is blind")
                            : TC_LIT("Every indicator is blind"));
    else {
        size_t start = out->len;
        add_rows(s, TC_BLIND, "Blind for ", out);
        add_rows(s, TC_PARTLY,
                 out->len > start ? "; only partly watched: " : "Only partly watched: ", out);
    }
}

/* The same behind other clauses. */
static void add_gaps(const tc_summary *s, tc_str *out)
{
    tc_str_add(out, TC_LIT("; "));
    size_t start = out->len;
    tc_verdict_gaps(s, out);
    if (out->len > start) out->data[start] |= 0x20;
}

static void add_counts(const tc_summary *s, size_t n, bool loud, tc_str *out)
{
    const char *between = ": ";
    tc_str_addf(out, "%zu incident%s", n, plural(n));
    for (unsigned level = TC_LEVEL_COUNT; level-- > s->min_level;) {
        if (s->incidents[level] == 0) continue;
        tc_str_addf(out, "%s%zu ", between, s->incidents[level]);
        for (const char *c = tc_level_name((tc_level)level); *c; c++)
            tc_str_add_byte(out, loud ? (uint8_t)*c ^ 0x20 : (uint8_t)*c);
        between = ", ";
    }
}

void tc_verdict_found(const tc_summary *s, bool loud, tc_str *out)
{
    size_t incidents = 0, single = 0;
    for (unsigned level = s->min_level; level < TC_LEVEL_COUNT; level++) {
        incidents += s->incidents[level];
        single += s->single[level];
    }
    if (incidents) add_counts(s, incidents, loud, out);
    if (single)
        tc_str_addf(out, "%s%zu single finding%s", incidents ? ", " : "", single, plural(single));
    if (incidents + single) return;
    tc_str_addf(out, "Nothing %sfound (level%s %s%s)", s->state.scans ? "new " : "",
                s->min_level == TC_LEVEL_CRITICAL ? "" : "s", tc_level_name(s->min_level),
                s->min_level == TC_LEVEL_CRITICAL ? "" : " and up");
    if (s->verdict.incomplete) tc_str_add(out, TC_LIT(" in what was judged"));
}

size_t tc_verdict_first_reason(const tc_summary *s)
{
    return s->verdict.nothing_judged && s->verdict.outcome != TC_OUTCOME_FOUND ? 1 : 0;
}

/* Nothing was read, so nothing is said of indicators. */
static void add_nothing_new(const tc_summary *s, tc_str *out)
{
    uint64_t files = s->state.files_judged + s->files.read;
    tc_str_addf(out, "Nothing new: the %" PRIu64 " log file%s %s by earlier scans", files,
                files == 1 ? " was" : "s were", s->state.late_before ? "read" : "judged");
}

static void add_judged(const tc_summary *s, tc_str *out)
{
    bool found = tc_summary_found(s, s->min_level) != 0;
    tc_verdict_found(s, false, out);
    tc_str_add(out, found || s->verdict.incomplete ? TC_LIT(", ") : TC_LIT(" "));
    if (s->judged_first != TC_TIME_NONE && s->judged_last != TC_TIME_NONE)
        tc_str_add(out, TC_LIT("from "));
    tc_verdict_window(s, out);
    add_gaps(s, out);
}

void tc_verdict_sentence(const tc_summary *s, tc_str *out)
{
    const tc_verdict *v = &s->verdict;
    if (tc_verdict_first_reason(s) && v->reason_count) {
        tc_str_add(out, TC_LIT("NOTHING WAS JUDGED: "));
        tc_str_add(out, v->reasons[0].words);
    } else {
        if (v->incomplete) tc_str_add(out, TC_LIT("INCOMPLETE. "));
        if (tc_summary_nothing_new(s) && v->outcome != TC_OUTCOME_FOUND)
            add_nothing_new(s, out);
        else
            add_judged(s, out);
    }
    tc_str_add_byte(out, '.');
    if (v->incomplete) tc_str_addf(out, " Exit status %d.", v->exit_status);
}

/* -- what a person must know besides -------------------------------------------------------- */

/* "1 medium", "2 medium and 1 low"; how many they are. */
static size_t add_levels(const tc_summary *s, tc_level from, tc_level below, tc_str *out)
{
    size_t n = 0;
    for (unsigned level = below; level-- > from;) {
        if (s->incidents[level] == 0) continue;
        tc_str_addf(out, "%s%zu %s", n ? " and " : "", s->incidents[level],
                    tc_level_name((tc_level)level));
        n += s->incidents[level];
    }
    if (n) tc_str_addf(out, " incident%s", plural(n));
    return n;
}

static void note_below_fail(const tc_summary *s, tc_str *out)
{
    if (s->verdict.exit_status == 1) return;
    size_t n = add_levels(s, s->min_level, s->fail_level, out);
    if (n)
        tc_str_addf(out, " %s below --fail-level %s: exit status %d", n == 1 ? "is" : "are",
                    tc_level_name(s->fail_level), s->verdict.exit_status);
}

static void note_below_min(const tc_summary *s, tc_str *out)
{
    size_t n = add_levels(s, TC_LEVEL_INFORMATIONAL, s->min_level, out);
    if (n)
        tc_str_addf(out, " %s below --min-level %s and not shown", n == 1 ? "is" : "are",
                    tc_level_name(s->min_level));
}

static void note_historic(const tc_summary *s, tc_str *out)
{
    size_t n = s->historic_incidents;
    if (n)
        tc_str_addf(out, "%zu incident%s before --since: shown as context, not counted", n,
                    n == 1 ? " lies" : "s lie");
}

static void note_passes(const tc_summary *s, tc_str *out)
{
    char files[32];
    if (s->passes < 2) return;
    tc_str_addf(out, "all logs were read twice: %s file%s not in order of time",
                tc_page_number(s->disordered_files, files),
                s->disordered_files == 1 ? " is" : "s are");
}

/* Scans that found no log have judged until no time. */
static void add_state_reach(const tc_state_summary *state, tc_str *out)
{
    char time[TC_TIME_TEXT];
    if (state->scans == 0)
        tc_str_add(out, TC_LIT("a new state was begun"));
    else
        tc_str_addf(out, "this scan goes on from %" PRIu64 " before it", state->scans);
    if (state->scans && state->before != TC_TIME_NONE)
        tc_str_addf(out, ", which judged until %s UTC", tc_page_minute(state->before, time));
    if (state->until == TC_TIME_NONE)
        tc_str_add(out, TC_LIT("; nothing has been judged so far"));
    else
        tc_str_addf(out, "; the next one can go on from %s UTC",
                    tc_page_minute(state->until, time));
}

static void note_state(const tc_summary *s, tc_str *out)
{
    const tc_state_summary *state = &s->state;
    char files[32];
    if (state->path.len == 0) return;
    add_state_reach(state, out);
    if (state->files_judged)
        tc_str_addf(out, "; %s file%s nothing newer and %s not read again",
                    tc_page_number(state->files_judged, files),
                    state->files_judged == 1 ? " holds" : "s hold",
                    state->files_judged == 1 ? "was" : "were");
    if (state->incidents_unchanged)
        tc_str_addf(out, "; nothing was added to %" PRIu64 " incident%s that those told",
                    state->incidents_unchanged, plural(state->incidents_unchanged));
}

static void note_state_lost(const tc_summary *s, tc_str *out)
{
    const tc_state_summary *state = &s->state;
    if (state->other_form)
        tc_str_add(
            out, TC_LIT("another version saved the state in another form: how far was judged still "
                        "holds, all that was learned starts anew"));
    else if (state->rules_lost)
        tc_str_addf(out,
                    "rules were changed or taken away since the last scan: what was remembered for "
                    "them (%" PRIu64 " %s) was dropped",
                    state->rules_lost, state->rules_lost == 1 ? "thing" : "things");
    if (state->incidents_lost)
        tc_str_addf(out, "%s%" PRIu64 " incident%s no rule any more and %s dropped",
                    out->len ? "; " : "", state->incidents_lost,
                    state->incidents_lost == 1 ? " has" : "s have",
                    state->incidents_lost == 1 ? "was" : "were");
    if (state->other_settings)
        tc_str_addf(out,
                    "%sthe last scan had other settings: what was learned then stays as it was",
                    out->len ? "; " : "");
    if (state->files_refused)
        tc_str_addf(out, "%s%" PRIu64 " file%s cannot be remembered as read: there are too many",
                    out->len ? "; " : "", state->files_refused, plural(state->files_refused));
}

static void note_idle_rules(const tc_summary *s, tc_str *out)
{
    uint64_t n = s->idle_rules_found;
    if (n == 0 || s->idle_rule_count == 0) return;
    const tc_idle_rule *first = &s->idle_rules[0];
    tc_str_addf(out, "%" PRIu64 " of your rules could not match anything that was read: rule ", n);
    tc_str_add(out, first->rule);
    tc_str_add_byte(out, ' ');
    if (tc_slice_starts(first->why, TC_LIT("field")))
        tc_str_add(out, TC_LIT("needs what is not there: "));
    tc_str_add(out, first->why);
    if (n > 1) tc_str_add(out, TC_LIT("; --stats lists them"));
}

void tc_verdict_note_words(const tc_summary *s, tc_verdict_note note, tc_str *out)
{
    static void (*const words[TC_NOTE_COUNT])(const tc_summary *, tc_str *) = {
        [TC_NOTE_BELOW_FAIL] = note_below_fail, [TC_NOTE_BELOW_MIN] = note_below_min,
        [TC_NOTE_HISTORIC] = note_historic,     [TC_NOTE_PASSES] = note_passes,
        [TC_NOTE_STATE] = note_state,           [TC_NOTE_STATE_LOST] = note_state_lost,
        [TC_NOTE_IDLE_RULES] = note_idle_rules,
    };
    TC_ASSERT(note < TC_NOTE_COUNT);
    words[note](s, out);
}

void tc_bound_words(const tc_bound *b, tc_str *out)
{
    char limit[32], given_up[32];
    tc_str_addf(out, "%s: ", b->what);
    if (b->limit) tc_str_addf(out, "%s fit, ", tc_page_number(b->limit, limit));
    tc_str_addf(out, "%s %s forgotten", tc_page_number(b->given_up, given_up),
                b->given_up == 1 ? "was" : "were");
    if (b->blinds == 0) tc_str_add(out, TC_LIT("; no indicator misses anything for it"));
}
