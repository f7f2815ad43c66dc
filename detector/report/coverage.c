#include "detector/report/coverage.h"

static void judge_empty(tc_coverage_row *row)
{
    row->state = TC_BLIND;
    row->why = TC_LIT("the logs given are sound, but hold no record");
    row->fix = TC_LIT("add the logs of the days in question");
}

/* Makes a row that is no worse than that partly watched, and adds a reason. */
static void weaken(tc_arena *arena, tc_coverage_row *row, tc_slice why, tc_slice fix)
{
    if (row->state == TC_WATCHED) row->state = TC_PARTLY;
    row->why =
        row->why.len == 0
            ? why
            : tc_coverage_say(arena, "%.*s; %.*s", (int)TC_MIN(row->why.len, (size_t)500),
                              (const char *)row->why.ptr, (int)why.len, (const char *)why.ptr);
    if (row->fix.len == 0) row->fix = fix;
}

/* -- indicators ----------------------------------------------------------------------------- */

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* Sessions whose place is not known, from this share on. */
#define PLACELESS_PERCENT 5.0

static void weigh_places(const tc_derive_coverage *seen, tc_arena *arena, tc_coverage_row *row)
{
    double doubted = percent(seen->doubted_sessions, seen->sessions);
    double hidden = percent(seen->shared_sessions, seen->sessions);
    double exits = percent(seen->egress_sessions, seen->sessions);
    if (doubted >= PLACELESS_PERCENT)
        weaken(arena, row,
               tc_coverage_say(
                   arena,
                   "the forwarded address of %.0f %% of the sessions is not believed: no declared "
                   "proxy wrote it",
                   doubted),
               TC_LIT("name the balancers and proxies with --proxy"));
    if (hidden >= PLACELESS_PERCENT)
        weaken(arena, row,
               tc_coverage_say(
                   arena,
                   "%.0f %% of the sessions come from shared addresses (100.64.0.0/10): whose they "
                   "are is not known",
                   hidden),
               TC_LIT("name own networks with --internal and balancers with --proxy, or log the "
                      "address behind"));
    if (exits >= PLACELESS_PERCENT)
        weaken(arena, row,
               tc_coverage_say(
                   arena,
                   "%.0f %% of the sessions come through own exits: their clients are watched, "
                   "their places are not known",
                   exits),
               TC_LIT("add the logs of the VPN and the proxies behind these exits"));
}

/* Who was let in under a name that is no mailbox's is judged as nobody. */
static void weigh_names(const tc_derive_coverage *seen, tc_arena *arena, tc_coverage_row *row)
{
    tc_slice of = tc_coverage_flaws(seen->flawed, arena);
    if (of.len == 0) return;
    weaken(
        arena, row,
        tc_coverage_say(arena, "%.*s: no mailbox can be called so, and none was judged",
                        (int)of.len, (const char *)of.ptr),
        TC_LIT("look into these requests by hand: a log is damaged, or somebody writes into it"));
}

/* Logs that leave out what the rules go by show nothing, however much there is in them. */
static void weigh_fields(const tc_mute_logs mute[TC_MUTE_KINDS], tc_arena *arena,
                         tc_coverage_row *row)
{
    static const struct {
        const char *lacks, *fix;
    } of[TC_MUTE_KINDS] = {
        [TC_MUTE_USER] = {"name no user: who was there is not known",
                          "log the user's name (cs-username), or add the log of the server behind"},
        [TC_MUTE_ADDRESS] = {"have no client address: no source can be new there",
                             "log the client's address (c-ip)"},
        [TC_MUTE_AGENT] = {"do not say what browsers call themselves: without a geo database no "
                           "source can be new there",
                           "give a geo database (--geo), or the access log of the web server"},
    };
    for (size_t i = 0; i < TC_MUTE_KINDS; i++) {
        const tc_mute_logs *m = &mute[i];
        char more[48] = "";
        if (m->logs == 0) continue;
        if (m->logs > 1) snprintf(more, sizeof(more), " and %" PRIu64 " more", m->logs - 1);
        weaken(arena, row,
               tc_coverage_say(arena, "the %s logs%s%.*s%s %s", m->format,
                               m->host.len ? " of " : "", (int)TC_MIN(m->host.len, (size_t)100),
                               (const char *)m->host.ptr, more, of[i].lacks),
               tc_slice_of(of[i].fix));
    }
}

static void weigh_webmail(const tc_coverage_facts *facts, tc_arena *arena, tc_coverage_row *row)
{
    weigh_places(&facts->seen, arena, row);
    weigh_names(&facts->seen, arena, row);
    weigh_fields(facts->mute, arena, row);
}

/* Rules that need no history have run; the others say so. */
static void weigh_history(int64_t history, tc_arena *arena, tc_coverage_row *row)
{
    double days = (double)(history / (TC_DAY / 10)) / 10;
    if (history >= TC_STRANGERS_LEARN) return;
    row->state = TC_PARTLY;
    row->why =
        history < TC_LEARNING
            ? tc_coverage_say(
                  arena, "only %.1f days of webmail logs: what is a new source is not known", days)
            : tc_coverage_say(
                  arena,
                  "only %.1f days of webmail logs: who is a stranger, and what strangers "
                  "share, is known from %d on",
                  days, (int)(TC_STRANGERS_LEARN / TC_DAY));
    row->fix = tc_coverage_say(
        arena, "add older logs: at least %d days before the time in question, better %d",
        (int)(TC_STRANGERS_LEARN / TC_DAY), (int)(4 * TC_LEARNING / TC_DAY));
}

static void judge_webmail(const tc_coverage_facts *facts, tc_arena *arena, tc_coverage_row *row)
{
    const tc_derive_coverage *seen = &facts->seen;
    int64_t history = tc_time_between(seen->first_web, seen->last_web);
    /* Requests may stand in what is given for something else: events of IIS among others. */
    if (!facts->logs[TC_INDICATOR_WEBMAIL].given && seen->sessions == 0) {
        row->state = TC_BLIND;
        row->why = TC_LIT("no webmail logs were given");
        row->fix = TC_LIT("add the IIS logs of the front ends (W3SVC1)");
    } else if (facts->logs[TC_INDICATOR_WEBMAIL].empty) {
        judge_empty(row);
    } else if (seen->sessions == 0 && tc_coverage_flaws(seen->flawed, arena).len) {
        row->state = TC_BLIND;
        weigh_names(seen, arena, row);
    } else if (seen->sessions == 0 && !facts->logs[TC_INDICATOR_WEBMAIL].exchange) {
        row->state = TC_BLIND;
        row->why = TC_LIT("in these logs nobody is let in to webmail");
        row->fix = TC_LIT("add Zimbra's mailbox.log and audit.log, or the webmail's own log");
    } else if (seen->sessions == 0) {
        row->state = TC_BLIND;
        row->why = TC_LIT("in these logs no webmail request names a user (cs-username)");
        row->fix = TC_LIT("log cs-username and c-ip, and give the front ends' logs (W3SVC1)");
    } else if (seen->nat_blind) {
        char ip[TC_IP_TEXT], all[4 * (TC_IP_TEXT + 2)] = "";
        for (size_t i = 0; i < seen->nat_address_count; i++) {
            size_t used = strlen(all);
            snprintf(all + used, sizeof(all) - used, "%s%s", i ? "," : "",
                     tc_ip_format(seen->nat_address[i], ip));
        }
        row->state = TC_BLIND;
        row->why = tc_coverage_say(
            arena, "%.0f %% of the sessions come from %s: a balancer hides the clients",
            100 * seen->nat_share, all);
        row->fix =
            seen->forwarded_ignored
                ? tc_coverage_say(arena, "X-Forwarded-For is logged: scan with --proxy %s", all)
                : tc_coverage_say(arena, "log X-Forwarded-For in IIS, then scan with --proxy %s",
                                  all);
    } else {
        weigh_history(history, arena, row);
    }
}

/* Which language a mailbox was switched to is what such messages would have told. */
static void judge_garbled(const tc_derive_coverage *seen, uint64_t readable, tc_arena *arena,
                          tc_coverage_row *row)
{
    row->state = seen->garbled_messages < readable ? TC_PARTLY : TC_BLIND;
    row->why = tc_coverage_say(arena,
                               "the prefixes of %" PRIu64 " of %" PRIu64
                               " system messages cannot be read: characters are lost",
                               seen->garbled_messages, readable);
    row->fix = TC_LIT("export again with -Encoding UTF8, or scan the server's own logs");
}

static void judge_language(const tc_coverage_facts *facts, tc_arena *arena, tc_coverage_row *row)
{
    const tc_derive_coverage *seen = &facts->seen;
    uint64_t readable = seen->system_messages - seen->blank_subjects;
    if (!facts->logs[TC_INDICATOR_LANGUAGE].given) {
        row->state = TC_BLIND;
        row->why = TC_LIT("no message tracking logs were given");
        row->fix = TC_LIT("add the message tracking logs of all transport servers");
    } else if (facts->logs[TC_INDICATOR_LANGUAGE].empty) {
        judge_empty(row);
    } else if (seen->system_messages == 0 && seen->unvouched_messages > 0) {
        row->state = TC_BLIND;
        row->why =
            tc_coverage_say(arena, "nothing proves who wrote any of %" PRIu64 " system messages",
                            seen->unvouched_messages);
        row->fix = TC_LIT("add the tracking logs of the servers that mailboxes submit to");
    } else if (seen->system_messages == 0) {
        row->state = TC_BLIND;
        row->why =
            TC_LIT("the tracking logs hold no out-of-office or quota message of own mailboxes");
        row->fix = TC_LIT("add more days, or name the own mail domains with --domain");
    } else if (readable == 0) {
        row->state = TC_BLIND;
        row->why = TC_LIT("subjects are not logged");
        row->fix = TC_LIT("Set-TransportService -MessageTrackingLogSubjectLoggingEnabled $true");
    } else if (seen->garbled_messages > 0) {
        judge_garbled(seen, readable, arena, row);
    } else if (seen->mailboxes_judged * 2 < seen->mailboxes_seen) {
        row->state = TC_PARTLY;
        row->why =
            tc_coverage_say(arena,
                            "%" PRIu64 " of %" PRIu64
                            " mailboxes have the three system messages that show their language",
                            seen->mailboxes_judged, seen->mailboxes_seen);
        row->fix = TC_LIT("add more days; a mailbox that answers nobody shows nothing");
    } else if (seen->blank_subjects > readable) {
        row->state = TC_PARTLY;
        row->why = TC_LIT("most subjects are not logged");
        row->fix = TC_LIT("Set-TransportService -MessageTrackingLogSubjectLoggingEnabled $true");
    } else if (seen->unproven_messages > seen->system_messages) {
        row->state = TC_PARTLY;
        row->why = tc_coverage_say(arena,
                                   "nothing proves who wrote %" PRIu64
                                   " system messages in the name of own mailboxes",
                                   seen->unproven_messages);
        row->fix = TC_LIT("add the tracking logs of the servers that mailboxes submit to");
    }
}

static void judge_passwords(const tc_coverage_facts *facts, tc_coverage_row *row)
{
    const tc_derive_coverage *seen = &facts->seen;
    if (!facts->logs[TC_INDICATOR_PASSWORDS].given) {
        row->state = TC_BLIND;
        row->why = TC_LIT("no Security events were given");
        row->fix = TC_LIT("add the Security log of every domain controller");
    } else if (facts->logs[TC_INDICATOR_PASSWORDS].empty) {
        judge_empty(row);
    } else if (seen->password_resets + seen->password_changes == 0 &&
               facts->accounts.nameless == 0) {
        row->state = TC_PARTLY;
        row->why = TC_LIT("the events hold no password change at all");
        row->fix = TC_LIT("check that domain controllers audit User Account Management");
    }
}

/* A reset of nobody's password is none, and a log of such is no sign that none was set. */
static void weigh_accounts(const tc_account_fields *of, tc_arena *arena, tc_coverage_row *row)
{
    if (of->nameless == 0) return;
    weaken(arena, row,
           tc_coverage_say(arena,
                           "%" PRIu64 " of %" PRIu64
                           " events about accounts do not say which: their export lacks it",
                           of->nameless, of->nameless + of->named),
           TC_LIT("export them once more with whole messages, as XML or with wevtutil"));
}

static void judge_join(const tc_derive_coverage *seen, const tc_coverage_row *webmail,
                       const tc_coverage_row *language, tc_arena *arena, tc_coverage_row *row)
{
    if (webmail->state == TC_BLIND || language->state == TC_BLIND) {
        row->state = TC_BLIND;
        row->why =
            tc_coverage_say(arena, "needs webmail access and message language; %s is blind",
                            webmail->state == TC_BLIND ? webmail->indicator : language->indicator);
        row->fix = webmail->state == TC_BLIND ? webmail->fix : language->fix;
    } else if (seen->mailboxes_seen > 0 && seen->mailboxes_joined * 10 < seen->mailboxes_seen * 9) {
        row->state = TC_PARTLY;
        row->why = tc_coverage_say(arena,
                                   "%" PRIu64 " of %" PRIu64
                                   " mailboxes could be joined across webmail and mail logs",
                                   seen->mailboxes_joined, seen->mailboxes_seen);
        row->fix = TC_LIT("give the names of each mailbox with --accounts FILE.csv");
    } else if (webmail->state == TC_PARTLY || language->state == TC_PARTLY) {
        const tc_coverage_row *weak = webmail->state == TC_PARTLY ? webmail : language;
        row->state = TC_PARTLY;
        row->why = tc_coverage_say(arena, "as far as %s", weak->indicator);
        row->fix = weak->fix;
    }
}

/* -- what weighs on every row --------------------------------------------------------------- */

static const char *minute(tc_time time, char out[TC_TIME_TEXT])
{
    tc_time_format_human(time, out);
    out[strlen("2011-03-09 07:12")] = 0;
    return out;
}

/* True if the row is blind for want of rules or of records in the window. */
static bool is_beside(const tc_coverage_facts *facts, tc_indicator indicator, tc_arena *arena,
                      tc_coverage_row *row)
{
    const tc_coverage_logs *logs = &facts->logs[indicator];
    char first[TC_TIME_TEXT], last[TC_TIME_TEXT];
    if (!(facts->ruled & TC_BLINDS(indicator))) {
        row->why = TC_LIT("no rule of ours is loaded");
        row->fix = TC_LIT("scan without --no-default-rules");
    } else if (logs->given && logs->first != TC_TIME_NONE && logs->judged_first == TC_TIME_NONE) {
        row->why =
            tc_coverage_say(arena, "its logs, %s to %s, hold nothing in the window asked for",
                            minute(logs->first, first), minute(logs->last, last));
        row->fix = TC_LIT("add its logs of that time");
    } else {
        return false;
    }
    row->state = TC_BLIND;
    return true;
}

/* A row that lacks more than a day, and more than a tenth of what was judged as a whole, is told
 * with its own time: 40 days of webmail do not speak for 3 days of Security events. */
static void weigh_time(const tc_summary *s, tc_arena *arena, tc_coverage_row *row)
{
    char first[TC_TIME_TEXT], last[TC_TIME_TEXT];
    if (row->first == TC_TIME_NONE || s->judged_first == TC_TIME_NONE) return;
    int64_t whole = tc_time_between(s->judged_first, s->judged_last);
    int64_t much = TC_MAX(TC_DAY, whole / 10);
    if (tc_time_between(s->judged_first, row->first) <= much &&
        tc_time_between(row->last, s->judged_last) <= much)
        return;
    weaken(arena, row,
           tc_coverage_say(arena, "its logs cover only %s to %s", minute(row->first, first),
                           minute(row->last, last)),
           TC_LIT("add its logs of the rest of the time"));
}

/* Days that are missing between the others, from this share on, and servers that gave their mail's
 * logs and not those of webmail, which a peer gave. */
#define MISSING_SHARE 0.02
/* A share is said if so much of the time could be judged. */
#define JUDGED_SHARE 0.95

static void weigh_gaps(const tc_gaps *gaps, tc_arena *arena, tc_coverage_row *row)
{
    char day[TC_TIME_TEXT];
    if (gaps->unknown)
        weaken(arena, row, TC_LIT("too many servers or years to know what is missing between"),
               TC_LIT("scan fewer servers or years at a time"));
    if (gaps->without.len)
        weaken(arena, row,
               tc_coverage_say(arena, "there are no webmail logs of %.*s, as of its peers",
                               (int)TC_MIN(gaps->without.len, (size_t)100),
                               (const char *)gaps->without.ptr),
               TC_LIT("add its webmail logs, if it writes any"));
    if (gaps->judged <= 0 || gaps->missing < MISSING_SHARE * gaps->judged) return;
    tc_slice why = TC_LIT("days of its logs are missing");
    if (gaps->judged >= JUDGED_SHARE * gaps->all)
        why = tc_coverage_say(arena, "%.0f %% of the time of its logs is missing",
                              100 * gaps->missing / gaps->judged);
    if (gaps->day != TC_TIME_NONE) {
        tc_time_format_human(gaps->day, day);
        why =
            tc_coverage_say(arena, "%.*s, first %.10s%s%.*s", (int)why.len, (const char *)why.ptr,
                            day, gaps->host.len ? " of " : "",
                            (int)TC_MIN(gaps->host.len, (size_t)100), (const char *)gaps->host.ptr);
    }
    weaken(arena, row, why, TC_LIT("add the logs of the missing days"));
}

static void weigh_exports(const tc_coverage_facts *facts, tc_indicator indicator, tc_arena *arena,
                          tc_coverage_row *row)
{
    for (size_t i = 0; i < facts->cut_count; i++)
        if (facts->cuts[i].blinds & TC_BLINDS(indicator))
            weaken(arena, row, tc_coverage_cut_words(&facts->cuts[i], arena),
                   tc_slice_of(facts->cuts[i].limit->fix));
}

static void weigh_audit(const tc_summary *s, tc_arena *arena, tc_coverage_row *row)
{
    tc_slice words = tc_coverage_audit_words(s, row->indicator, arena);
    if (words.len > 0)
        weaken(arena, row,
               tc_coverage_say(arena, "audit logs leave out: %.*s", (int)words.len,
                               (const char *)words.ptr),
               TC_LIT("see what the audit leaves out, below"));
}

static void weigh_bounds(const tc_bounds *bounds, tc_indicator indicator, tc_arena *arena,
                         tc_coverage_row *row)
{
    for (size_t i = 0; i < bounds->count; i++) {
        const tc_bound *b = &bounds->items[i];
        if (!(b->blinds & TC_BLINDS(indicator))) continue;
        weaken(arena, row,
               tc_coverage_say(arena, "state full: %" PRIu64 " %s were forgotten", b->given_up,
                               b->what),
               TC_LIT("scan fewer servers or days at a time"));
    }
}

/* Whether anything of the indicator was seen at all. */
static bool any_seen(const tc_derive_coverage *seen, tc_indicator indicator)
{
    if (indicator == TC_INDICATOR_WEBMAIL) return seen->sessions > 0;
    if (indicator == TC_INDICATOR_LANGUAGE) return seen->system_messages > 0;
    return seen->password_resets + seen->password_changes > 0;
}

/* Captures show what is said in clear. Where there is nothing else, what they cannot show is said,
 * and of words for logs, which do not fit them, none stay. */
static void weigh_hidden(const tc_coverage_facts *facts, tc_indicator indicator, tc_arena *arena,
                         tc_coverage_row *row)
{
    const tc_coverage_logs *logs = &facts->logs[indicator];
    const tc_slice fix = TC_LIT("add the servers' own logs, or capture behind what ends TLS");
    if (!logs->packets || logs->empty ||
        (row->state == TC_BLIND && any_seen(&facts->seen, indicator)))
        return;
    if (!any_seen(&facts->seen, indicator)) {
        row->state = TC_BLIND;
        row->why =
            logs->hidden
                ? tc_coverage_say(arena,
                                  "captures alone were given: none of it is in clear in them, and "
                                  "%" PRIu64 " encrypted connections or calls cannot be read",
                                  logs->hidden)
                : TC_LIT("captures alone were given, and none of it is in clear in them");
        row->fix = fix;
        return;
    }
    if (logs->hidden)
        weaken(arena, row,
               tc_coverage_say(arena,
                               "%" PRIu64
                               " encrypted connections or calls of the captures cannot be read",
                               logs->hidden),
               fix);
    tc_slice holes = tc_coverage_hole_words(logs, arena);
    if (holes.len > 0)
        weaken(arena, row, holes,
               TC_LIT("capture whole packets, and where none are lost, or add the servers' own "
                      "logs"));
}

static void begin_row(const tc_coverage_facts *facts, tc_indicator indicator, tc_coverage_row *row)
{
    const tc_coverage_logs *logs = &facts->logs[indicator];
    *row = (tc_coverage_row){.indicator = tc_coverage_name(indicator),
                             .state = TC_WATCHED,
                             .required = (facts->required & TC_BLINDS(indicator)) != 0,
                             .first = logs->judged_first,
                             .last = logs->judged_last};
}

TC_STATUS tc_coverage_judge(const tc_coverage_facts *facts, tc_arena *arena, tc_summary *summary)
{
    tc_coverage_row *rows = tc_arena_zero(arena, TC_INDICATOR_COUNT, sizeof(*rows));
    if (rows == NULL) return (tc_status){TC_ENOMEM};
    TC_TRY(tc_coverage_audit(facts, arena, summary));
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++) {
        tc_indicator indicator = (tc_indicator)i;
        tc_coverage_row *row = &rows[i];
        begin_row(facts, indicator, row);
        if (is_beside(facts, indicator, arena, row)) continue;
        if (indicator == TC_INDICATOR_WEBMAIL) {
            judge_webmail(facts, arena, row);
            if (row->state != TC_BLIND) weigh_webmail(facts, arena, row);
        }
        if (indicator == TC_INDICATOR_LANGUAGE) judge_language(facts, arena, row);
        if (indicator == TC_INDICATOR_PASSWORDS) {
            judge_passwords(facts, row);
            if (row->state != TC_BLIND) weigh_accounts(&facts->accounts, arena, row);
        }
        if (indicator != TC_INDICATOR_JOIN) weigh_hidden(facts, indicator, arena, row);
        if (indicator == TC_INDICATOR_JOIN)
            judge_join(&facts->seen, &rows[TC_INDICATOR_WEBMAIL], &rows[TC_INDICATOR_LANGUAGE],
                       arena, row);
        if (row->state != TC_BLIND) weigh_time(summary, arena, row);
        if (row->state != TC_BLIND) weigh_gaps(&facts->gaps[i], arena, row);
        if (row->state != TC_BLIND) weigh_exports(facts, indicator, arena, row);
        if (row->state != TC_BLIND) weigh_audit(summary, arena, row);
        weigh_bounds(&summary->bounds, indicator, arena, row);
    }
    summary->coverage = rows;
    summary->coverage_count = TC_INDICATOR_COUNT;
    summary->mailboxes_seen = facts->seen.mailboxes_seen;
    summary->mailboxes_joined = facts->seen.mailboxes_joined;
    summary->mailboxes_judged = facts->seen.mailboxes_judged;
    return TC_SUCCESS;
}
