#include "detector/correlate/incident_state.h"

#include "parsers/base/alloc.h"

#define INCIDENT_SCRATCH ((size_t)16 << 20)
#define SINGLE_SUPPRESS TC_DAY
#define DOUBTS_MAX 8

tc_incidents *tc_incidents_new(const tc_incident_options *options)
{
    tc_incidents *all = tc_alloc(1, sizeof(*all));
    if (all == NULL) return NULL;
    all->options = *options;
    if (all->options.merge_ns == 0) all->options.merge_ns = 14 * TC_DAY;
    if (all->options.state_bytes == 0) all->options.state_bytes = (size_t)32 << 20;
    all->arena = tc_arena_new(INCIDENT_SCRATCH);
    all->texts = tc_intern_new(all->options.state_bytes / 2);
    all->keys = tc_map_new(all->options.state_bytes / 256);
    all->told = tc_map_new(all->options.state_bytes / 512);
    all->pool = tc_alloc(POOL_MAX, sizeof(pooled_session));
    if (all->arena && all->texts && all->keys && all->told && all->pool) return all;
    tc_incidents_free(all);
    return NULL;
}

void tc_incidents_free(tc_incidents *all)
{
    if (all == NULL) return;
    for (size_t i = 0; i < all->count; i++) {
        tc_free(all->list[i]->victims);
        tc_free(all->list[i]->origins);
        tc_free(all->list[i]);
    }
    tc_free(all->list);
    tc_free(all->pool);
    tc_map_free(all->keys);
    tc_map_free(all->told);
    tc_intern_free(all->texts);
    tc_arena_free(all->arena);
    tc_free(all);
}

/* -- sessions ------------------------------------------------------------------------------- */

static void pool_add(tc_incidents *all, const pooled_session *s)
{
    while (all->pool_count > 0) {
        const pooled_session *oldest = &all->pool[all->pool_first];
        if (all->pool_count < POOL_MAX && oldest->time + all->options.merge_ns >= s->time) break;
        all->pool_first = (all->pool_first + 1) % POOL_MAX;
        all->pool_count--;
    }
    all->pool[(all->pool_first + all->pool_count++) % POOL_MAX] = *s;
}

void tc_incidents_session(tc_incidents *all, const tc_subject *subject, const tc_evidence *evidence)
{
    if (!subject->remote || subject->mailbox.len == 0) return;
    pooled_session s = {.mailbox = tc_incident_text(all, subject->mailbox),
                        .country = tc_incident_text(all, subject->country),
                        .as_org = tc_incident_text(all, subject->as_org),
                        .agent = tc_incident_text(all, subject->agent),
                        .asn = subject->asn,
                        .ip = subject->ip,
                        .time = evidence->order.time};
    incident *in =
        tc_incident_of_key(all, 'i', tc_slice_make(subject->ip.bytes, sizeof(subject->ip.bytes)));
    if (in != NULL && s.time - in->last <= all->options.merge_ns) {
        /* From a known source: its mailbox is a victim unless it has always used that source. */
        if (subject->novel || tc_incident_of_key(all, 'm', subject->mailbox) == in)
            tc_incident_note_session(all, in, &s);
        return;
    }
    if (!subject->novel) return;
    pool_add(all, &s);
    in = tc_incident_of_key(all, 'm', subject->mailbox);
    if (in != NULL && s.time - in->last <= all->options.merge_ns) tc_incident_absorb(all, in);
}

/* -- joining -------------------------------------------------------------------------------- */

static incident *open_incident(tc_incidents *all, const tc_finding *f)
{
    if (tc_failed(tc_grow(&all->list, &all->capacity, all->count + 1, sizeof(incident *),
                          all->options.state_bytes / sizeof(incident))))
        return NULL;
    incident *in = tc_alloc(1, sizeof(*in));
    if (in == NULL) return NULL;
    tc_incident_content_id(in->id, f, "incident");
    in->first = in->last = in->told = TC_TIME_NONE;
    all->list[all->count++] = in;
    in->number = all->count;
    return in;
}

static void merge_victims(tc_incidents *all, incident *into, const incident *from)
{
    for (size_t i = 0; i < from->victim_count; i++) {
        const victim *v = &from->victims[i];
        victim *mine = tc_incident_victim(all, into, v->mailbox);
        if (mine == NULL) continue;
        mine->sessions += v->sessions;
        if (v->first != TC_TIME_NONE && (mine->first == TC_TIME_NONE || v->first < mine->first))
            mine->first = v->first;
        mine->last = TC_MAX(mine->last, v->last);
        if (v->language && (mine->language == 0 || v->switched < mine->switched)) {
            mine->language = v->language;
            mine->previous = v->previous;
            mine->switched = v->switched;
        }
    }
}

static void merge_origins(tc_incidents *all, incident *into, const incident *from)
{
    for (size_t i = 0; i < from->origin_count; i++) {
        const origin *o = &from->origins[i];
        tc_subject s = {.ip = o->ip,
                        .asn = o->asn,
                        .country = tc_incident_text_of(all, o->country),
                        .as_org = tc_incident_text_of(all, o->as_org),
                        .agent = tc_incident_text_of(all, o->agent),
                        .remote = true,
                        .novel = true};
        origin *mine = tc_incident_origin(all, into, &s);
        if (mine == NULL) continue;
        if (o->first != TC_TIME_NONE && (mine->first == TC_TIME_NONE || o->first < mine->first))
            mine->first = o->first;
        mine->last = TC_MAX(mine->last, o->last);
    }
}

static void note_rule(incident *in, const tc_rule *rule)
{
    for (size_t i = 0; i < in->rule_count; i++)
        if (in->rules[i] == rule) return;
    if (in->rule_count < RULES_MAX) in->rules[in->rule_count++] = rule;
}

static void merge_into(tc_incidents *all, incident *into, incident *from)
{
    merge_victims(all, into, from);
    merge_origins(all, into, from);
    for (size_t i = 0; i < from->rule_count; i++)
        note_rule(into, from->rules[i]);
    if (from->level > into->level) {
        into->lead = from->lead;
        into->lead_count = from->lead_count;
        into->confidence = from->confidence;
        into->confidence_why = from->confidence_why;
        memcpy(into->evidence, from->evidence, sizeof(from->evidence));
        into->evidence_count = from->evidence_count;
    }
    into->level = TC_MAX(into->level, from->level);
    into->alerts += from->alerts;
    into->first = TC_MIN(into->first, from->first);
    into->last = TC_MAX(into->last, from->last);
    if (into->actor == 0) into->actor = from->actor;
    into->degraded |= from->degraded;
    if (into->former_count < FORMER_MAX) memcpy(into->former[into->former_count++], from->id, 33);
    for (size_t i = 0; i < from->former_count && into->former_count < FORMER_MAX; i++)
        memcpy(into->former[into->former_count++], from->former[i], 33);
    from->merged_into = into;
}

/* The elder of two incidents stays; the other is told as merged. */
static tc_status join(tc_incidents *all, incident **in, incident *other, tc_time now,
                      const tc_alert_sink *sink)
{
    if (other == NULL || other == *in) return TC_SUCCESS;
    if (now - other->last > all->options.merge_ns) return TC_SUCCESS;
    if (*in == NULL) {
        *in = other;
        return TC_SUCCESS;
    }
    incident *elder = (*in)->number < other->number ? *in : other;
    incident *younger = elder == other ? *in : other;
    merge_into(all, elder, younger);
    *in = elder;
    return tc_incident_tell(all, younger, TC_TRANSITION_MERGED, now, sink);
}

/* A switch that is grave in itself is a switch to a foreign language; the language is then a key.
 */
static bool speaks_foreign(const tc_finding *f, const tc_subject *s)
{
    return f->rule->level >= TC_LEVEL_HIGH && s->language.len && s->previous.len &&
           !tc_slice_equal(s->language, s->previous);
}

static tc_status find_incident(tc_incidents *all, const tc_finding *f, incident **ret,
                               const tc_alert_sink *sink)
{
    incident *in = NULL;
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *s = &f->subjects[i];
        tc_time now = f->order.time;
        if (s->mailbox.len)
            TC_TRY(join(all, &in, tc_incident_of_key(all, 'm', s->mailbox), now, sink));
        if (s->actor.len) TC_TRY(join(all, &in, tc_incident_of_key(all, 'a', s->actor), now, sink));
        if (speaks_foreign(f, s))
            TC_TRY(join(all, &in, tc_incident_of_key(all, 'l', s->language), now, sink));
        if (s->remote && s->novel)
            TC_TRY(join(all, &in, tc_incident_of_key(all, 'i', tc_slice_make(s->ip.bytes, 16)), now,
                        sink));
    }
    if (in == NULL) in = open_incident(all, f);
    *ret = in;
    return TC_SUCCESS;
}

/* -- taking a finding in -------------------------------------------------------------------- */

static void take_subjects(tc_incidents *all, incident *in, const tc_finding *f)
{
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *s = &f->subjects[i];
        victim *v = tc_incident_victim(all, in, tc_incident_text(all, s->mailbox));
        if (v != NULL && s->language.len && s->previous.len &&
            !tc_slice_equal(s->language, s->previous) && v->language == 0) {
            v->language = tc_incident_text(all, s->language);
            v->previous = tc_incident_text(all, s->previous);
            v->switched = f->order.time;
        }
        tc_incident_origin(all, in, s);
        if (speaks_foreign(f, s)) tc_incident_own_key(all, in, 'l', s->language);
        if (s->actor.len && in->actor == 0) {
            in->actor = tc_incident_text(all, s->actor);
            tc_incident_own_key(all, in, 'a', s->actor);
        }
    }
}

static void take_evidence(tc_incidents *all, incident *in, const tc_finding *f)
{
    in->evidence_count = 0;
    for (size_t i = 0; i < f->evidence_count && in->evidence_count < EVIDENCE_KEPT; i++)
        in->evidence[in->evidence_count++] =
            (kept_evidence){f->evidence[i].at, f->evidence[i].order.time,
                            tc_incident_text(all, f->evidence[i].text)};
}

static void take(tc_incidents *all, incident *in, const tc_finding *f, uint8_t confidence,
                 tc_slice why)
{
    bool graver = in->lead == NULL || f->rule->level > in->level;
    take_subjects(all, in, f);
    note_rule(in, f->rule);
    if (graver) {
        in->lead = f->rule;
        in->lead_count = f->count;
        in->confidence = confidence;
        in->confidence_why = tc_incident_text(all, why);
        take_evidence(all, in, f);
    }
    in->level = TC_MAX(in->level, f->rule->level);
    in->first = in->first == TC_TIME_NONE ? f->start : TC_MIN(in->first, f->start);
    in->last = TC_MAX(in->last, f->order.time);
    in->degraded |= f->degraded;
    in->alerts++;
    tc_incident_absorb(all, in);
}

/* Confidence of the rule less what weighs on it, and the reasons in one text (in the arena). */
static uint8_t judge_confidence(tc_incidents *all, const tc_finding *f, tc_slice *ret_why)
{
    tc_doubt doubts[DOUBTS_MAX];
    tc_str why;
    unsigned minus = 0;
    size_t n =
        all->options.doubts ? all->options.doubts(all->options.context, f, doubts, DOUBTS_MAX) : 0;
    tc_str_init(&why, 2048);
    for (size_t i = 0; i < n; i++) {
        minus += doubts[i].minus;
        if (why.len) tc_str_add(&why, TC_LIT("; "));
        tc_str_add(&why, doubts[i].why);
    }
    if (!tc_arena_copy(all->arena, tc_str_view(&why), ret_why)) *ret_why = TC_EMPTY_SLICE;
    tc_str_done(&why);
    return (uint8_t)(minus + 5 >= f->rule->confidence ? 5 : f->rule->confidence - minus);
}

/* A match of a single-event rule about the same entity is told once a day. */
static bool told_already(tc_incidents *all, const tc_finding *f)
{
    uint8_t buffer[600];
    uint64_t *last = NULL;
    if (f->rule->kind == TC_RULE_CORRELATION) return false;
    memcpy(buffer, &f->rule->index, sizeof(f->rule->index));
    size_t length = TC_MIN(f->entity.len, sizeof(buffer) - sizeof(f->rule->index));
    if (length) memcpy(buffer + sizeof(f->rule->index), f->entity.ptr, length);
    tc_slice key = tc_slice_make(buffer, sizeof(f->rule->index) + length);
    bool created = false;
    if (tc_failed(tc_map_put(all->told, key, &last, &created))) return false;
    bool recent = !created && f->order.time - (tc_time)*last < SINGLE_SUPPRESS;
    if (!recent) *last = (uint64_t)f->order.time;
    return recent;
}

static tc_status tell_transition(tc_incidents *all, incident *in, tc_level before, bool is_new,
                                 tc_time now, const tc_alert_sink *sink)
{
    tc_transition transition = TC_TRANSITION_NONE;
    size_t grown = in->victims_told + TC_MAX(in->victims_told / 2, (size_t)3);
    if (is_new)
        transition = TC_TRANSITION_OPENED;
    else if (in->level > before)
        transition = TC_TRANSITION_RAISED;
    else if (in->victim_count >= grown)
        transition = TC_TRANSITION_GROWN;
    if (transition == TC_TRANSITION_NONE) return TC_SUCCESS;
    in->victims_told = in->victim_count;
    in->told = now;
    return tc_incident_tell(all, in, transition, now, sink);
}

tc_status tc_incidents_find(tc_incidents *all, const tc_finding *f, const tc_alert_sink *sink)
{
    incident *in = NULL;
    tc_slice why = TC_EMPTY_SLICE;
    bool joins = f->rule->level >= all->options.open_level;
    tc_arena_reset(all->arena);
    if (!joins && f->rule->level < all->options.tell_level) return TC_SUCCESS;
    if (told_already(all, f)) return TC_SUCCESS;
    if (!joins) return tc_incident_tell_finding(all, NULL, f, f->rule->confidence, why, sink);
    uint8_t confidence = judge_confidence(all, f, &why);
    TC_TRY(find_incident(all, f, &in, sink));
    bool is_new = in != NULL && in->lead == NULL;
    tc_level before = in != NULL ? in->level : TC_LEVEL_INFORMATIONAL;
    if (in != NULL) {
        take(all, in, f, confidence, why);
        in->historic = all->options.since != TC_TIME_NONE && in->last < all->options.since;
    }
    TC_TRY(tc_incident_tell_finding(all, in, f, confidence, why, sink));
    return in == NULL ? TC_SUCCESS : tell_transition(all, in, before, is_new, f->order.time, sink);
}

static int by_gravity(const void *a, const void *b)
{
    const incident *x = *(incident *const *)a, *y = *(incident *const *)b;
    if (x->level != y->level) return x->level > y->level ? -1 : 1;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return memcmp(x->id, y->id, sizeof(x->id));
}

tc_status tc_incidents_finish(tc_incidents *all, const tc_alert_sink *sink)
{
    incident **sorted = tc_alloc(all->count + 1, sizeof(*sorted));
    if (sorted == NULL) return (tc_status){TC_ENOMEM};
    size_t n = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i]->merged_into == NULL) sorted[n++] = all->list[i];
    qsort(sorted, n, sizeof(*sorted), by_gravity);
    tc_status status = TC_SUCCESS;
    for (size_t i = 0; i < n && !tc_failed(status); i++) {
        tc_arena_reset(all->arena);
        status = tc_incident_tell(all, sorted[i], TC_TRANSITION_FINAL, sorted[i]->last, sink);
    }
    tc_free(sorted);
    return status;
}

size_t tc_incidents_count(const tc_incidents *all, tc_level at_least)
{
    size_t n = 0;
    for (size_t i = 0; i < all->count; i++)
        n += all->list[i]->merged_into == NULL && all->list[i]->level >= at_least;
    return n;
}
