#include "detector/pipeline/ordered_hit.h"
#include "detector/pipeline/ordered_state.h"

#include "detector/pipeline/accounts.h"
#include "parsers/base/alloc.h"

#define SORTER_BYTES ((size_t)24 << 20)
/* 200,000 mailboxes of five names each fit: see docs/architecture.md for the whole budget. */
#define IDENTITY_BYTES ((size_t)92 << 20)
#define CORRELATE_BYTES ((size_t)48 << 20)
#define INCIDENT_BYTES ((size_t)28 << 20)
#define ENTITY_MAX 512

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* -- findings ------------------------------------------------------------------------------- */

static tc_slice join_text(char *out, size_t size, const tc_capture *parts, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (i && used < size) out[used++] = ',';
        size_t length = TC_MIN(parts[i].text.len, size - used);
        if (length) memcpy(out + used, parts[i].text.ptr, length);
        used += length;
    }
    return tc_slice_make(out, used);
}

/* The finding of a firing; its subjects, resolved, and its entity go into the room given. */
static tc_finding finding_of(const tc_ordered *o, const tc_firing *f, char entity[ENTITY_MAX],
                             tc_subject subjects[TC_FIRING_SUBJECTS_MAX])
{
    for (size_t i = 0; i < f->subject_count; i++)
        subjects[i] = tc_hit_resolve(o->identity, &f->subjects[i]);
    return (tc_finding){
        .rule = f->rule,
        .order = f->order,
        .start = f->start,
        .entity = join_text(entity, ENTITY_MAX, f->group, f->rule->correlation->group_count),
        .subjects = subjects,
        .subject_count = f->subject_count,
        .evidence = f->evidence,
        .evidence_count = f->evidence_count,
        .count = f->count,
        .value = f->value,
        .previous = f->previous,
        .degraded = f->degraded};
}

static void looked(void *context, const tc_rule *rule, const tc_capture *group, double value)
{
    const tc_ordered *o = context;
    o->observer->looked(o->observer->context, rule, group, value);
}

static TC_STATUS fired(void *context, const tc_firing *f)
{
    tc_ordered *o = context;
    char entity[ENTITY_MAX];
    tc_subject subjects[TC_FIRING_SUBJECTS_MAX];
    if (o->observer) o->observer->fired(o->observer->context, f);
    if (!f->rule->reports) return TC_SUCCESS;
    tc_finding finding = finding_of(o, f, entity, subjects);
    if (tc_exempt_hides(o->exempt, &finding, o->identity, true)) return TC_SUCCESS;
    tc_hit_withhold(o->deriver, &finding);
    return tc_incidents_find(o->incidents, &finding, o->sink);
}

static TC_STATUS went_on(void *context, const tc_firing *f)
{
    tc_ordered *o = context;
    char entity[ENTITY_MAX];
    tc_subject subjects[TC_FIRING_SUBJECTS_MAX];
    if (o->observer) o->observer->fired(o->observer->context, f);
    if (!f->rule->reports) return TC_SUCCESS;
    tc_finding finding = finding_of(o, f, entity, subjects);
    if (tc_exempt_hides(o->exempt, &finding, o->identity, false)) return TC_SUCCESS;
    tc_hit_withhold(o->deriver, &finding);
    return tc_incidents_continue(o->incidents, &finding, o->sink);
}

/* A match of a detection rule: told when it reports, and handed to the correlations. `count` is
 * what a baseline event measured, else 1; `start` is when that began. */
static TC_STATUS matched(tc_ordered *o, const tc_hit *hit, tc_time start, double count)
{
    const tc_rule *rule = tc_ruleset_rule(o->run->rules, hit->rule);
    char ip[TC_IP_TEXT];
    if (o->observer) o->observer->matched(o->observer->context, rule, hit);
    if (rule->reports) {
        tc_subject subject = tc_hit_resolve(o->identity, hit->subject);
        tc_finding finding = {.rule = rule,
                              .order = hit->order,
                              .start = start,
                              .entity = tc_hit_entity(hit->subject, ip),
                              .subjects = &subject,
                              .subject_count = 1,
                              .evidence = hit->evidence,
                              .evidence_count = hit->evidence_count,
                              .count = count};
        if (!tc_exempt_hides(o->exempt, &finding, o->identity, true)) {
            tc_hit_withhold(o->deriver, &finding);
            TC_TRY(tc_incidents_find(o->incidents, &finding, o->sink));
        }
    }
    return tc_correlator_push(o->correlator, hit, &o->firings);
}

/* -- derived events ------------------------------------------------------------------------- */

/* When what a baseline event measures began. */
static tc_time start_of(const tc_derived *d, tc_slice action)
{
    tc_time start;
    tc_value value = tc_event_value(d->event, TC_FIELD_EVENT_START);
    bool measures = tc_slice_equal(action, TC_LIT("baseline"));
    return measures && tc_time_parse_iso(value.text, &start, NULL) ? start : d->order.time;
}

static TC_STATUS derived(void *context, const tc_derived *d)
{
    tc_ordered *o = context;
    const uint32_t *rules;
    tc_capture captures[TC_CAPTURES_MAX];
    tc_value action = tc_event_value(d->event, TC_FIELD_EVENT_ACTION);
    TC_TRY(tc_incidents_advance(o->incidents, d->order.time, o->sink));
    tc_incidents_data(o->incidents, d->order.time);
    if (tc_slice_equal(action.text, TC_LIT("session_started")))
        TC_TRY(tc_incidents_session(o->incidents, d->subject, d->evidence));
    double count = 1;
    (void)!tc_slice_to_double(tc_event_value(d->event, TC_FIELD_VALUE).text, &count);
    tc_time start = start_of(d, action.text);
    if (o->sight) tc_sight_note(o->sight, d->event);
    if (o->observer) o->observer->derived(o->observer->context, o->matcher, d);
    size_t n = tc_matcher_match(o->matcher, d->event, &rules);
    for (size_t i = 0; i < n; i++) {
        tc_matcher_capture(o->matcher, d->event, rules[i], captures);
        tc_hit hit = {rules[i], d->order, captures, d->evidence, 1, d->subject};
        TC_TRY(matched(o, &hit, start, count));
    }
    return TC_SUCCESS;
}

/* A raw hit carries its captures packed behind one another. */
static TC_STATUS raw_hit(tc_ordered *o, const tc_observation *obs, tc_slice heap)
{
    tc_capture captures[TC_CAPTURES_MAX];
    memset(captures, 0, sizeof(captures));
    tc_slice packed = tc_observation_text(obs, heap, TC_OBS_TEXT_VALUE);
    for (size_t i = 0; i < TC_CAPTURES_MAX; i++)
        if (!tc_capture_next(&packed, &captures[i].text, &captures[i].present)) break;
    tc_subject subject;
    tc_hit_subject(o->identity, obs, heap, &subject);
    tc_hit_captures(o->identity, tc_ruleset_rule(o->run->rules, obs->rule), &subject, captures);
    tc_evidence evidence = {obs->order, obs->at, tc_observation_text(obs, heap, TC_OBS_TEXT_RAW)};
    tc_hit hit = {obs->rule, obs->order, captures, &evidence, 1, &subject};
    return matched(o, &hit, obs->order.time, 1);
}

const tc_sight *tc_ordered_sight(const tc_ordered *o)
{
    return o->sight;
}

TC_STATUS tc_ordered_observe(void *context, const tc_observation *obs, tc_slice heap)
{
    tc_ordered *o = context;
    o->observations++;
    tc_incidents_began(o->incidents, obs->order.time);
    /* Before it changes who is called how: what is told may not depend on when this is released. */
    TC_TRY(tc_incidents_advance(o->incidents, obs->order.time, o->sink));
    if (tc_ordered_is_told(o, obs, heap)) return TC_SUCCESS;
    if (o->observer) o->observer->observed(o->observer->context, obs, heap);
    TC_TRY(tc_deriver_observe(o->deriver, obs, heap, &o->derived));
    return obs->kind == TC_OBS_HIT ? raw_hit(o, obs, heap) : TC_SUCCESS;
}

/* -- who is who ------------------------------------------------------------------------------ */

static void forget(void *context, tc_entity root)
{
    tc_ordered *o = context;
    if (o->deriver) tc_deriver_forget(o->deriver, root);
    if (o->incidents) tc_incidents_forget(o->incidents, root);
}

static TC_STATUS united(void *context, tc_entity root, tc_entity absorbed)
{
    tc_ordered *o = context;
    return tc_incidents_unite(o->incidents, root, absorbed);
}

/* The account list unites what earlier scans took for two. */
static void declared(void *context, tc_entity root, tc_entity absorbed)
{
    tc_ordered *o = context;
    tc_deriver_unite(o->deriver, root, absorbed);
    tc_status status = tc_incidents_unite(o->incidents, root, absorbed);
    if (tc_failed(status)) o->declaring = status;
}

static void unaudited(void *context, tc_entity root)
{
    tc_ordered *o = context;
    tc_deriver_unaudited(o->deriver, root);
}

/* -- life ----------------------------------------------------------------------------------- */

static TC_STATUS load_accounts(tc_ordered *o, tc_error *reterr)
{
    const char *path = o->run->options->accounts;
    uint8_t *data;
    size_t length;
    if (path == NULL) return TC_SUCCESS;
    TC_TRY(tc_accounts_read(path, &data, &length, reterr));
    tc_status status = tc_identity_load_accounts(o->identity, tc_slice_of(path),
                                                 tc_slice_make(data, length), reterr);
    tc_free(data);
    if (!tc_failed(status) && tc_failed(o->declaring))
        status = tc_fail(reterr, o->declaring.code, "no memory for the accounts");
    return status;
}

static TC_STATUS make(tc_ordered *o, const tc_ordered_options *options, tc_error *reterr)
{
    const tc_options *site = o->run->options;
    tc_incident_options incidents = {.since = site->since,
                                     .state_bytes = INCIDENT_BYTES,
                                     .open_level = TC_LEVEL_LOW,
                                     .tell_level = TC_MIN(site->min_level, site->fail_level)};
    tc_ordered_answer(o, &incidents);
    tc_ordered_say_vips(&incidents, site->site);
    o->exempt = tc_exempt_new(site, o->run->now);
    o->identity = tc_identity_new(&(tc_identity_options){.max_bytes = IDENTITY_BYTES,
                                                         .context = o,
                                                         .forget = forget,
                                                         .united = declared,
                                                         .unaudited = unaudited});
    o->sorter = tc_sorter_new(SORTER_BYTES, options->spill_folder, options->spill_max);
    o->dedupe = tc_dedupe_new(tc_input_count(o->run->input));
    o->twins = tc_twins_new();
    o->matcher = tc_matcher_new(o->run->rules);
    if (tc_ruleset_count(o->run->rules) > o->run->shipped_rules)
        o->sight = tc_sight_new(o->run->rules, o->run->shipped_rules);
    o->correlator = tc_correlator_new(o->run->rules, CORRELATE_BYTES);
    o->incidents = tc_incidents_new(&incidents);
    if (!o->identity || !o->sorter || !o->dedupe || !o->twins || !o->matcher || !o->correlator ||
        !o->incidents || !o->exempt)
        return tc_fail(reterr, TC_ENOMEM, "out of memory");
    return tc_ordered_make_deriver(o, site, reterr);
}

TC_STATUS tc_ordered_begin(tc_ordered *o, tc_error *reterr)
{
    return load_accounts(o, reterr);
}

TC_STATUS tc_ordered_new(const tc_ordered_options *options, tc_ordered **ret, tc_error *reterr)
{
    tc_ordered *o = tc_alloc(1, sizeof(*o));
    if (o == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    o->run = options->run;
    o->sink = options->sink;
    o->known = options->known;
    o->observer = options->observer;
    o->derived = (tc_derived_sink){o, derived, united};
    o->firings = (tc_firing_sink){o, fired, went_on, o->observer ? looked : NULL};
    tc_status status = make(o, options, reterr);
    if (tc_failed(status)) {
        tc_ordered_free(o);
        return status;
    }
    *ret = o;
    return TC_SUCCESS;
}

void tc_ordered_free(tc_ordered *o)
{
    if (o == NULL) return;
    tc_incidents_free(o->incidents);
    tc_correlator_free(o->correlator);
    tc_matcher_free(o->matcher);
    tc_sight_free(o->sight);
    tc_deriver_free(o->deriver);
    tc_dedupe_free(o->dedupe);
    tc_twins_free(o->twins);
    tc_sorter_free(o->sorter);
    tc_identity_free(o->identity);
    tc_exempt_free(o->exempt);
    tc_free(o->routine);
    tc_free(o);
}

TC_STATUS tc_ordered_add(tc_ordered *o, tc_observations *batch, uint64_t *ret_late)
{
    double begun = cpu_seconds();
    tc_status status = tc_sorter_add(o->sorter, batch, ret_late);
    o->seconds += cpu_seconds() - begun;
    return status;
}

TC_STATUS tc_ordered_release(tc_ordered *o, tc_time watermark)
{
    double begun = cpu_seconds();
    tc_status status = TC_SUCCESS;
    if (watermark != TC_TIME_NONE) {
        status = tc_sorter_release(o->sorter, watermark, tc_ordered_observe, o);
        if (!tc_failed(status)) status = tc_deriver_advance(o->deriver, watermark, &o->derived);
        if (!tc_failed(status))
            status = tc_correlator_advance(o->correlator, watermark, &o->firings);
        if (!tc_failed(status)) status = tc_incidents_advance(o->incidents, watermark, o->sink);
    }
    o->seconds += cpu_seconds() - begun;
    return status;
}

void tc_ordered_data(tc_ordered *o, tc_time newest)
{
    tc_incidents_data(o->incidents, newest);
}

bool tc_ordered_is_cut_short(const tc_ordered *o, tc_status status, tc_error *ret_error)
{
    const tc_error *error = tc_sorter_error(o->sorter);
    if (error->code != status.code || (status.code != TC_EIO && status.code != TC_ELIMIT))
        return false;
    *ret_error = *error;
    return true;
}

TC_STATUS tc_ordered_conclude(tc_ordered *o, tc_status status)
{
    tc_error error;
    if (tc_failed(status) && !tc_ordered_is_cut_short(o, status, &error)) return status;
    TC_TRY(tc_incidents_finish(o->incidents, o->sink));
    return status;
}

TC_STATUS tc_ordered_finish(tc_ordered *o)
{
    return tc_ordered_conclude(o, tc_ordered_release(o, TC_TIME_MAX));
}

void tc_ordered_earlier(const tc_ordered *o, uint64_t *ret_unchanged, uint64_t *ret_lost)
{
    *ret_unchanged = tc_incidents_unchanged(o->incidents);
    *ret_lost = tc_incidents_lost(o->incidents);
}

void tc_ordered_coverage(const tc_ordered *o, tc_derive_coverage *ret)
{
    tc_deriver_coverage(o->deriver, ret);
}

void tc_ordered_learned(const tc_ordered *o, tc_learned *ret)
{
    tc_deriver_learned(o->deriver, ret);
}

TC_STATUS tc_ordered_left_out(const tc_ordered *o, tc_arena *arena, tc_summary *summary)
{
    return tc_exempt_tell(o->exempt, arena, summary);
}

void tc_ordered_bounds(const tc_ordered *o, tc_bounds *bounds)
{
    tc_identity_bounds(o->identity, bounds);
    tc_deriver_bounds(o->deriver, bounds);
    tc_correlator_bounds(o->correlator, bounds);
    tc_ordered_told_bounds(o, bounds);
    tc_incidents_bounds(o->incidents, bounds);
}

size_t tc_ordered_addresses(const tc_ordered *o, tc_slice domain)
{
    return tc_identity_addresses(o->identity, domain);
}

tc_identity *tc_ordered_identity(tc_ordered *o)
{
    return o->identity;
}

const tc_deriver *tc_ordered_deriver(const tc_ordered *o)
{
    return o->deriver;
}

tc_ordered_counts tc_ordered_statistics(const tc_ordered *o)
{
    return (tc_ordered_counts){o->observations, tc_sorter_spilled_bytes(o->sorter),
                               tc_correlator_statistics(o->correlator), o->seconds};
}
