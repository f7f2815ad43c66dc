#include "detector/pipeline/ordered_early.h"

#include "detector/pipeline/ordered_hit.h"
#include "detector/pipeline/ordered_state.h"
#include "parsers/base/hash.h"

bool tc_ordered_may_be_early(const tc_ordered *o, const tc_observation *obs)
{
    if (obs->kind != TC_OBS_HIT) return false;
    const tc_rule *rule = tc_ruleset_rule(o->run->rules, obs->rule);
    tc_time since = o->run->options->since;
    return rule->reports && rule->level >= TC_EARLY_LEVEL &&
           (since == TC_TIME_NONE || obs->order.time >= since);
}

/* As it is written: who that is may be learned meanwhile. Of a request without a name the client,
 * not the server: not every log of one request names the same, or any. */
static uint64_t about(const tc_rule *rule, const tc_observation *hit, tc_slice heap)
{
    static const tc_obs_text texts[] = {TC_OBS_TEXT_USER, TC_OBS_TEXT_TARGET};
    uint64_t digest = rule->fingerprint;
    bool named = false;
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        tc_slice text = tc_observation_text(hit, heap, texts[i]);
        digest = tc_content_hash_add(digest, text);
        digest = tc_content_hash_add(digest, TC_LIT("/"));
        named |= text.len > 0;
    }
    if (named) return digest;
    return tc_content_hash_add(digest, tc_slice_make(&hit->ip, sizeof(hit->ip)));
}

typedef struct nearness {
    const tc_early_sink *sink;
    tc_level level;
    bool silenced;
} nearness;

static void near(void *context, const char id[33])
{
    nearness *n = context;
    n->silenced |= n->sink->is_silenced(n->sink->context, id, n->level);
}

static bool may_be_silenced(const tc_ordered *o, const tc_finding *f, const tc_early_sink *sink)
{
    nearness n = {sink, f->rule->level, false};
    tc_incidents_each_near(o->incidents, f, near, &n);
    return n.silenced;
}

typedef struct telling {
    const tc_early_sink *sink;
    uint64_t about;
} telling;

static TC_STATUS pass_on(void *context, const tc_alert *alert)
{
    const telling *t = context;
    return t->sink->alert(t->sink->context, alert, t->about);
}

TC_STATUS tc_ordered_tell_early(tc_ordered *o, const tc_observation *hit, tc_slice heap,
                                const tc_early_sink *sink)
{
    char ip[TC_IP_TEXT];
    const tc_rule *rule = tc_ruleset_rule(o->run->rules, hit->rule);
    tc_subject subject;
    tc_hit_subject_early(o->identity, hit, heap, &subject);
    subject = tc_hit_resolve(o->identity, &subject);
    tc_evidence evidence = {hit->order, hit->at, tc_observation_text(hit, heap, TC_OBS_TEXT_RAW)};
    tc_finding finding = {.rule = rule,
                          .order = hit->order,
                          .start = hit->order.time,
                          .entity = tc_hit_entity(&subject, ip),
                          .subjects = &subject,
                          .subject_count = 1,
                          .evidence = &evidence,
                          .evidence_count = 1,
                          .count = 1};
    if (tc_exempt_may_hide(o->exempt, &finding, o->identity) ||
        tc_incidents_has_told(o->incidents, &finding) || may_be_silenced(o, &finding, sink))
        return TC_SUCCESS;
    telling t = {sink, about(rule, hit, heap)};
    return tc_incidents_tell_early(o->incidents, &finding, &(tc_alert_sink){&t, pass_on});
}
