/*
 * What an exception would have hidden: the kept journal is judged twice, with the settings of the
 * run that keeps it, and with the exception besides.
 *
 * Nothing is written, and nothing is asked of the run. Where the journal cannot be judged (its
 * rules cannot be read, its rows have gone) that is said, and what is kept of incidents has to do.
 */
#include "detector/app/incident_kept.h"
#include "detector/live/kept_settings.h"
#include "detector/live/replay.h"
#include "detector/live/replay_told.h"
#include "detector/settings/rule_loading.h"
#include "parsers/base/alloc.h"
#include "parsers/base/utf8.h"

#define REPLAY_BYTES ((uint64_t)512 << 20)
#define REPLAY_SECONDS 60
#define LISTED 50

typedef struct hiding {
    const tc_kept_incidents *kept;
    const tc_kept_incident *of;
    tc_slice exception;
    tc_time now;
    tc_str *out;
    tc_inspect *inspect;
    tc_str settings;
    tc_hash_key key;
    tc_time since;
    tc_kept_settings run;
    tc_config *proposed, site;
    tc_config_exception *exceptions;
    tc_replay_told *told;
    tc_replayed seen;
} hiding;

/* -- what the state says -------------------------------------------------------------------- */

static TC_STATUS take_value(void *context, bool point, tc_slice key, tc_slice value)
{
    hiding *h = context;
    if (point) return TC_SUCCESS;
    if (tc_slice_equal(key, TC_LIT(TC_SETTINGS_KEY))) {
        tc_str_clear(&h->settings);
        tc_str_add(&h->settings, value);
    }
    if (tc_slice_equal(key, TC_LIT("session-key")) && value.len == sizeof(h->key))
        memcpy(&h->key, value.ptr, sizeof(h->key));
    if (tc_slice_equal(key, TC_LIT("first-start")) && value.len == sizeof(h->since))
        memcpy(&h->since, value.ptr, sizeof(h->since));
    return tc_str_status(&h->settings);
}

static TC_STATUS read_settings(hiding *h, tc_error *reterr)
{
    tc_inspect_calls calls = {.context = h, .kept = take_value};
    TC_TRY(tc_inspect_kept(h->inspect, &calls, reterr));
    if (h->settings.len == 0)
        return tc_fail(reterr, TC_EUNSUPPORTED,
                       "the state does not say with what settings it runs");
    TC_TRY(tc_kept_settings_read(tc_str_view(&h->settings), h->now, &h->run, reterr));
    h->run.options.since = h->since;
    return TC_SUCCESS;
}

/* The site with the exception behind its own. */
static TC_STATUS add_exception(hiding *h, tc_options *ret, tc_error *reterr)
{
    static const tc_rule_reporter reporter = {NULL, tc_report_rule};
    const tc_config *site = h->run.options.site;
    tc_options scratch;
    tc_options_start(&scratch, TC_COMMAND_WATCH);
    tc_status status = tc_config_read_text("exception", h->exception, &scratch, h->now, &reporter,
                                           &h->proposed, reterr);
    tc_options_done(&scratch);
    TC_TRY(status);
    size_t own = site ? site->exception_count : 0, count = own + h->proposed->exception_count;
    h->exceptions = tc_alloc(count, sizeof(*h->exceptions));
    if (h->exceptions == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    for (size_t i = 0; i < count; i++)
        h->exceptions[i] = i < own ? site->exceptions[i] : h->proposed->exceptions[i - own];
    h->site = site ? *site : *h->proposed;
    h->site.exceptions = h->exceptions;
    h->site.exception_count = count;
    *ret = h->run.options;
    ret->site = &h->site;
    return TC_SUCCESS;
}

/* -- judging twice -------------------------------------------------------------------------- */

static TC_STATUS judge_twice(hiding *h, tc_error *reterr)
{
    tc_options with;
    tc_replayed again;
    TC_TRY(read_settings(h, reterr));
    TC_TRY(add_exception(h, &with, reterr));
    h->told = tc_replay_told_new();
    if (h->told == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_replay_options replay = {.inspect = h->inspect,
                                .options = &h->run.options,
                                .key = h->key,
                                .now = h->now,
                                .bytes = REPLAY_BYTES,
                                .seconds = REPLAY_SECONDS,
                                .sink = tc_replay_told_first(h->told)};
    TC_TRY(tc_replay(&replay, &h->seen, reterr));
    if (h->seen.rows == 0) return tc_fail(reterr, TC_EUNSUPPORTED, "it is empty");
    replay.options = &with;
    replay.row = h->seen.first;
    replay.last = h->seen.last;
    replay.seconds = 0;
    replay.sink = tc_replay_told_second(h->told);
    TC_TRY(tc_replay(&replay, &again, reterr));
    if (again.rows != h->seen.rows)
        return tc_fail(reterr, TC_EUNSUPPORTED, "rows of it have gone meanwhile");
    tc_replay_told_conclude(h->told);
    return TC_SUCCESS;
}

/* -- words ---------------------------------------------------------------------------------- */

static void add_line(hiding *h, const char *id, tc_level level, const char *message)
{
    tc_str_addf(h->out, "  %.8s  %-8s  ", id, tc_level_name(level));
    tc_escape_text(h->out, tc_slice_of(message));
}

static void tell_of_itself(hiding *h)
{
    const tc_replay_incident *own = h->told ? tc_replay_told_find(h->told, h->of->row.id) : NULL;
    if (own == NULL || own->findings == 0)
        tc_str_addf(h->out, "It would have left this incident out, by what is kept of it.\n");
    else
        tc_str_addf(h->out,
                    "It would have left out %" PRIu64 " of %" PRIu64
                    " findings of this incident.\n",
                    own->findings - own->left, own->findings);
}

static bool is_itself(const hiding *h, const tc_replay_incident *i)
{
    return tc_replay_told_find(h->told, h->of->row.id) == i;
}

/* Incidents of which nothing was left, or (`less`) less. */
static uint64_t list_replayed(hiding *h, bool less)
{
    uint64_t listed = 0;
    for (size_t n = 0; h->told && n < tc_replay_told_count(h->told); n++) {
        const tc_replay_incident *i = tc_replay_told_at(h->told, n);
        if (i->left == i->findings || (i->left > 0) != less || is_itself(h, i)) continue;
        if (listed++ == 0)
            tc_str_addf(h->out, "%s:\n",
                        less ? "It would have left less of" : "It would also have hidden");
        if (listed > LISTED) continue;
        add_line(h, i->id, i->level, i->message);
        if (less)
            tc_str_addf(h->out, " (%" PRIu64 " of %" PRIu64 " findings)", i->left, i->findings);
        tc_str_add_byte(h->out, '\n');
    }
    if (listed > LISTED) tc_str_addf(h->out, "  and %" PRIu64 " more\n", listed - LISTED);
    return listed;
}

static bool is_replayed(const hiding *h, const tc_kept_incident *i)
{
    const tc_replay_incident *found = h->told ? tc_replay_told_find(h->told, i->row.id) : NULL;
    return found != NULL && found->findings > 0;
}

/* Those that the state keeps and that did not come out again. */
static uint64_t list_kept(hiding *h, uint64_t *ret_looked)
{
    uint64_t listed = 0;
    *ret_looked = 0;
    for (size_t n = 0; n < h->kept->count; n++) {
        const tc_kept_incident *other = &h->kept->items[n];
        if (other == h->of || is_replayed(h, other)) continue;
        ++*ret_looked;
        if (!tc_incident_would_hide(h->of, other)) continue;
        if (listed++ == 0)
            tc_str_addf(h->out, "It would also have hidden, by what is kept of them:\n");
        if (listed > LISTED) continue;
        add_line(h, other->row.id, other->row.level, other->row.message);
        tc_str_add_byte(h->out, '\n');
    }
    if (listed > LISTED) tc_str_addf(h->out, "  and %" PRIu64 " more\n", listed - LISTED);
    return listed;
}

static void tell_single(hiding *h)
{
    uint64_t left = 0, all = h->told ? tc_replay_told_single(h->told, &left) : 0;
    if (all > left)
        tc_str_addf(h->out, "And %" PRIu64 " of %" PRIu64 " findings that belong to no incident.\n",
                    all - left, all);
}

static void tell_what_was_seen(hiding *h)
{
    char from[TC_TIME_TEXT], to[TC_TIME_TEXT];
    const tc_replayed *s = &h->seen;
    tc_str_addf(h->out,
                "Seen by: the journal from %.16s to %.16s UTC (%" PRIu64 " rows), judged with and "
                "without it,\nbeginning with nothing learned; ",
                tc_time_format_human(s->from, from), tc_time_format_human(s->to, to), s->rows);
    tc_str_addf(h->out, "%s.\n",
                s->earlier ? "it has more that is older, which was not looked at"
                           : "nothing older is kept");
    if (s->cut)
        tc_str_addf(h->out,
                    "After a minute it was left at that: what is newer was not looked at.\n");
    if (s->left_out)
        tc_str_addf(h->out,
                    "%" PRIu64 " matches of rules that have gone or changed were left out.\n",
                    s->left_out);
    if (tc_replay_told_lost(h->told))
        tc_str_addf(h->out, "%" PRIu64 " findings were too many to be compared.\n",
                    tc_replay_told_lost(h->told));
}

static void tell_failure(hiding *h, const tc_error *error)
{
    char text[1024];
    tc_str_addf(h->out, "The journal could not be judged again: ");
    tc_escape_text(h->out, tc_slice_of(tc_error_format(error, text, sizeof(text))));
    tc_str_addf(h->out, ".\n");
}

static void tell(hiding *h, tc_status status, const tc_error *error)
{
    uint64_t kept;
    tell_of_itself(h);
    uint64_t hidden = list_replayed(h, false) + list_replayed(h, true);
    hidden += list_kept(h, &kept);
    if (hidden == 0) tc_str_addf(h->out, "It would have hidden no other incident.\n");
    tell_single(h);
    if (tc_failed(status))
        tell_failure(h, error);
    else
        tell_what_was_seen(h);
    if (kept)
        tc_str_addf(h->out,
                    "%" PRIu64
                    " other incidents of the state did not come out so and were judged by "
                    "what is kept of them.\n",
                    kept);
    tc_str_addf(h->out, "The logs were not read again.\n");
}

void tc_incident_hidden(const char *folder, const tc_kept_incidents *incidents,
                        const tc_kept_incident *incident, tc_slice exception, tc_time now,
                        tc_str *out)
{
    tc_error error = {0};
    hiding h = {.kept = incidents,
                .of = incident,
                .exception = exception,
                .now = now,
                .out = out,
                .since = TC_TIME_NONE};
    tc_str_init(&h.settings, TC_STORE_VALUE_MAX);
    tc_status status = tc_inspect_open(folder, &h.inspect, &error);
    if (!tc_failed(status)) status = judge_twice(&h, &error);
    if (tc_failed(status)) {
        tc_replay_told_free(h.told);
        h.told = NULL;
    }
    tell(&h, status, &error);
    tc_replay_told_free(h.told);
    tc_free(h.exceptions);
    tc_config_free(h.proposed);
    tc_kept_settings_done(&h.run);
    tc_str_done(&h.settings);
    tc_inspect_close(h.inspect);
}
