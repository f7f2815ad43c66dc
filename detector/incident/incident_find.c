/* A finding on its way: told before or not, how sure, into which incident, what transition. */
#include "detector/incident/incident_crowd.h"

enum { DOUBTS_MAX = 8 };

/* Confidence of the rule less what weighs on it, and the reasons in one text (in the arena). */
static uint8_t judge_confidence(tc_incidents *all, const tc_finding *f, tc_slice *ret_why)
{
    tc_doubt doubts[DOUBTS_MAX];
    tc_str why;
    unsigned minus = 0;
    size_t n =
        all->options.doubts ? all->options.doubts(all->options.context, f, doubts, DOUBTS_MAX) : 0;
    tc_str_init(&why, TC_INCIDENT_WHY_MAX);
    for (size_t i = 0; i < n; i++) {
        minus += doubts[i].minus;
        if (why.len) tc_str_add(&why, TC_LIT("; "));
        tc_str_add(&why, doubts[i].why);
    }
    if (!tc_arena_copy(all->arena, tc_str_view(&why), ret_why)) *ret_why = TC_EMPTY_SLICE;
    if (tc_str_status(&why).code == TC_ENOMEM) all->status = (tc_status){TC_ENOMEM};
    tc_str_done(&why);
    return (uint8_t)(minus + 5 >= f->rule->confidence ? 5 : f->rule->confidence - minus);
}

/* -- into the incident ---------------------------------------------------------------------- */

/* A session of the owner's own, as far as anybody can tell: it is new to the mailbox and the
 * incident does not know it. */
static bool is_beside(const tc_incidents *all, const tc_finding *f, const tc_evidence *line)
{
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *s = &f->subjects[i];
        uint64_t mailbox = tc_incident_mailbox_digest(all, s->entity, s->mailbox);
        if (tc_session_pool_has_record(&all->pool, mailbox, line->order.record_hash) ||
            tc_session_pool_has_record(&all->blocks, mailbox, line->order.record_hash))
            return true;
    }
    return false;
}

static void take_line(tc_incidents *all, tc_incident *in, const tc_evidence *from)
{
    tc_shown_line *line = &in->evidence[in->evidence_count++];
    *line = (tc_shown_line){.at = from->at, .time = from->order.time};
    if (!tc_incident_keep_text(all, &line->text, from->text, TC_EVIDENCE_TEXT_MAX))
        in->degraded = true;
}

static bool is_among(const tc_locator *at, const tc_evidence *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lines[i].at.source == at->source && lines[i].at.offset == at->offset) return true;
    return false;
}

/* What the incident was shown by before is how it began: that stays, as far as there is room. */
static void make_room(tc_incidents *all, tc_incident *in, const tc_finding *f, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < in->evidence_count; i++) {
        tc_shown_line *line = &in->evidence[i];
        if (kept + count < TC_INCIDENT_EVIDENCE_KEPT &&
            !is_among(&line->at, f->evidence, f->evidence_count))
            in->evidence[kept++] = *line;
        else
            tc_incident_drop_text(all, &line->text);
    }
    in->evidence_count = kept;
}

/* All lines, but those of the owner's own sessions if there are others. */
static void take_evidence(tc_incidents *all, tc_incident *in, const tc_finding *f)
{
    bool beside[TC_INCIDENT_EVIDENCE_KEPT];
    size_t count = TC_MIN(f->evidence_count, (size_t)TC_INCIDENT_EVIDENCE_KEPT), others = 0;
    for (size_t i = 0; i < count; i++)
        others += !(beside[i] = is_beside(all, f, &f->evidence[i]));
    make_room(all, in, f, others ? others : count);
    for (size_t i = 0; i < count; i++)
        if (others == 0 || !beside[i]) take_line(all, in, &f->evidence[i]);
}

/* What else was done, where there is room: the first line of each further rule, and every command,
 * because only its text says what it has left behind. */
static void take_further_evidence(tc_incidents *all, tc_incident *in, const tc_finding *f,
                                  bool first)
{
    const tc_evidence *line = f->evidence;
    if (f->evidence_count == 0 || in->evidence_count == TC_INCIDENT_EVIDENCE_KEPT) return;
    if (!first && !tc_slice_starts(line->text, TC_LIT("Cmdlet "))) return;
    for (size_t i = 0; i < in->evidence_count; i++)
        if (is_among(&in->evidence[i].at, line, 1)) return;
    if (!is_beside(all, f, line)) take_line(all, in, line);
}

static void set_historic(const tc_incidents *all, tc_incident *in)
{
    in->historic = all->options.since != TC_TIME_NONE && in->last < all->options.since;
}

static void take(tc_incidents *all, tc_incident *in, const tc_finding *f, uint8_t confidence,
                 tc_slice why)
{
    bool graver = in->lead == NULL || f->rule->level > in->lead->level;
    size_t rules = in->rule_count;
    tc_incident_take_subjects(all, in, f, true);
    tc_incident_take_crowd(all, in, f);
    tc_incident_absorb(all, in);
    tc_incident_note_rule(all, in, f->rule);
    if (graver) {
        in->lead = f->rule;
        in->lead_count = f->count;
        in->count_told = 0;
        in->confidence = confidence;
        if (!tc_incident_keep_text(all, &in->confidence_why, why, TC_INCIDENT_WHY_MAX))
            in->degraded = true;
        take_evidence(all, in, f);
    } else {
        take_further_evidence(all, in, f, in->rule_count > rules);
    }
    tc_incident_set_level(all, in);
    in->first = tc_incident_earlier(in->first, f->start);
    in->last = TC_MAX(in->last, f->order.time);
    in->degraded |= f->degraded;
    in->incomplete_window |= tc_incident_is_cut(all, f);
    in->changed = true;
    in->alerts++;
    set_historic(all, in);
}

/* -- what is told once ---------------------------------------------------------------------- */

/* Whom the finding is about: the person, if all of it is about one and calls it by a name of its;
 * else the text that it is grouped by. */
static uint64_t about(const tc_incidents *all, const tc_finding *f)
{
    bool named = false;
    uint32_t entity = f->subject_count ? f->subjects[0].entity : 0;
    for (size_t i = 0; i < f->subject_count; i++) {
        if (f->subjects[i].entity != entity) entity = 0;
        named |= tc_slice_equal(f->subjects[i].mailbox, f->entity);
    }
    if (entity && named && f->entity.len)
        return tc_incident_mailbox_digest(all, entity, TC_EMPTY_SLICE);
    return tc_siphash(all->key, f->entity);
}

uint64_t tc_incident_told_digest(const tc_incidents *all, const tc_finding *f)
{
    return tc_incident_told_key(all, f->rule, 't', about(all, f));
}

/* The episode goes on: its mailboxes are the incident's, and its figure. Not its sources: a victim
 * may use another new one of its own; those that look like the incident's come with the sessions.
 * What has fallen below half of its peak is over but for its name. */
static TC_STATUS go_on(tc_incidents *all, tc_recall *told, const tc_finding *f)
{
    tc_incident *in = tc_incident_of_number(all, told->incident);
    if (in == NULL || !tc_incident_is_open(all, in, f->order.time)) return TC_SUCCESS;
    bool lasts = f->count * 2 >= told->peak;
    told->peak = TC_MAX(told->peak, f->count);
    if (in->lead == f->rule) in->lead_count = TC_MAX(in->lead_count, f->count);
    if (lasts) {
        tc_incident_take_subjects(all, in, f, false);
        tc_incident_take_crowd(all, in, f);
        in->first = tc_incident_earlier(in->first, f->start);
        in->last = TC_MAX(in->last, f->order.time);
    }
    in->degraded |= f->degraded;
    in->incomplete_window |= tc_incident_is_cut(all, f);
    in->changed = true;
    tc_incident_absorb(all, in);
    set_historic(all, in);
    tc_incident_make_due(all, in, f->order.time);
    return TC_SUCCESS;
}

bool tc_incident_is_lately(const tc_recall *told, const tc_finding *f)
{
    tc_time since = f->entity.len ? told->told : told->last;
    return tc_time_between(since, f->order.time) < TC_INCIDENT_TOLD_AGAIN;
}

/* Whether a single match was told lately; a match about nobody is quiet for as long as it comes
 * again in time, any other for a day after it was told. */
static bool told_lately(tc_recall *told, bool created, const tc_finding *f)
{
    bool lately = tc_incident_is_lately(told, f);
    told->last = f->order.time;
    if (f->rule->kind == TC_RULE_CORRELATION) return false;
    if (!created && lately) return true;
    told->told = f->order.time;
    return false;
}

/* The entry moves when others are added: it is looked up again. */
static void remember_incident(tc_incidents *all, const tc_finding *f, const tc_incident *in)
{
    tc_recall *told = tc_recalls_find(&all->told, tc_incident_told_digest(all, f));
    if (told == NULL) return;
    told->incident = in->number;
    told->peak = f->count;
}

static TC_STATUS join_incident(tc_incidents *all, const tc_finding *f, const tc_alert_sink *sink)
{
    tc_incident *in = NULL;
    tc_slice why = TC_EMPTY_SLICE;
    uint8_t confidence = judge_confidence(all, f, &why);
    TC_TRY(tc_incident_of_finding(all, f, &in, sink));
    if (in == NULL) return tc_incident_tell_finding(all, NULL, f, confidence, why, sink);
    take(all, in, f, confidence, why);
    remember_incident(all, f, in);
    tc_incident_make_due(all, in, f->order.time);
    return tc_incident_tell_finding(all, in, f, confidence, why, sink);
}

/* What is remembered of the finding. When there is room for no more, matches of one rule share what
 * is left: one of them is told a day, instead of every one. A correlation tells once by itself. */
static TC_STATUS recall(tc_incidents *all, const tc_finding *f, tc_recall **ret, bool *ret_created)
{
    tc_time needed = tc_time_sub(f->order.time, TC_INCIDENT_TOLD_AGAIN);
    *ret = tc_recalls_touch(&all->told, tc_incident_told_digest(all, f), all->newcomer, needed,
                            ret_created);
    if (*ret != NULL || f->rule->kind == TC_RULE_CORRELATION) return TC_SUCCESS;
    uint64_t shared = tc_incident_told_key(all, f->rule, 'o', 0);
    *ret = tc_recalls_touch(&all->told, shared, false, TC_TIME_MAX, ret_created);
    return *ret ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

static TC_STATUS find(tc_incidents *all, const tc_finding *f, const tc_alert_sink *sink)
{
    bool joins = f->rule->level >= all->options.open_level, created = false;
    tc_recall *told = NULL;
    if (!joins && f->rule->level < all->options.tell_level) return TC_SUCCESS;
    TC_TRY(recall(all, f, &told, &created));
    if (told != NULL && told_lately(told, created, f))
        return joins ? go_on(all, told, f) : TC_SUCCESS;
    if (joins) return join_incident(all, f, sink);
    return tc_incident_tell_finding(all, NULL, f, f->rule->confidence, TC_EMPTY_SLICE, sink);
}

/* What the call said, or that memory was lacking on the way. */
static TC_STATUS conclude(tc_incidents *all, tc_status status)
{
    tc_status lack = all->status;
    all->status = TC_SUCCESS;
    return tc_failed(status) ? status : lack;
}

static TC_STATUS begin(tc_incidents *all, const tc_finding *f, const tc_alert_sink *sink)
{
    TC_TRY(tc_incidents_advance(all, f->order.time, sink));
    tc_arena_reset(all->arena);
    all->sink = sink;
    all->newest = TC_MAX(all->newest, f->order.time);
    all->newcomer = f->subject_count > 0;
    for (size_t i = 0; i < f->subject_count; i++)
        all->newcomer &= f->subjects[i].newcomer;
    return TC_SUCCESS;
}

TC_STATUS tc_incidents_find(tc_incidents *all, const tc_finding *f, const tc_alert_sink *sink)
{
    TC_TRY(begin(all, f, sink));
    TC_TRY(tc_incident_release_over(all, f->order.time));
    return conclude(all, find(all, f, sink));
}

TC_STATUS tc_incidents_continue(tc_incidents *all, const tc_finding *f, const tc_alert_sink *sink)
{
    tc_recall *told = tc_recalls_find(&all->told, tc_incident_told_digest(all, f));
    if (told == NULL || told->incident == 0) return TC_SUCCESS;
    TC_TRY(begin(all, f, sink));
    return conclude(all, go_on(all, told, f));
}
