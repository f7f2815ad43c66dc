#include "detector/inquire/why.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

/* -- names ---------------------------------------------------------------------------------- */

uint64_t tc_why_name(tc_slice written)
{
    tc_name name;
    tc_name_normalise(written, &name);
    if (name.form == TC_NAME_NONE) return 0;
    return tc_content_hash(tc_slice_make((const uint8_t *)name.text, name.length));
}

bool tc_why_has(const tc_why *why, tc_slice written)
{
    uint64_t name = written.len ? tc_why_name(written) : 0;
    for (size_t i = 0; name && i < why->name_count; i++)
        if (why->names[i] == name) return true;
    return false;
}

/* -- life ----------------------------------------------------------------------------------- */

TC_STATUS tc_why_init(tc_why *why, const tc_ruleset *rules, const uint64_t *names, size_t count)
{
    size_t rule_count = tc_ruleset_count(rules);
    *why = (tc_why){.rules = rules, .names = names, .name_count = count};
    why->about = tc_alloc(TC_WHY_RULES, sizeof(*why->about));
    why->place = tc_alloc(rule_count + 1, sizeof(*why->place));
    if (why->about == NULL || why->place == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < rule_count; i++)
        why->place[i] = -1;
    tc_why_clear(why);
    return TC_SUCCESS;
}

void tc_why_done(tc_why *why)
{
    tc_free(why->about);
    tc_free(why->place);
    *why = (tc_why){0};
}

static const tc_why_seen never = {0, TC_TIME_NONE, TC_TIME_NONE};

static void begin_rule(const tc_ruleset *rules, const tc_rule *rule, bool asked, tc_why_rule *ret)
{
    *ret = (tc_why_rule){.rule = rule,
                         .asked = asked,
                         .events = never,
                         .matched = never,
                         .fired = never,
                         .condition_count = tc_ruleset_conjuncts(rules, rule->index),
                         .nearest_time = TC_TIME_NONE,
                         .reached = -1,
                         .reached_time = TC_TIME_NONE};
}

static TC_STATUS add_rule(tc_why *why, uint32_t index, bool asked)
{
    const tc_rule *rule = tc_ruleset_rule(why->rules, index);
    if (why->place[index] >= 0) {
        if (asked) why->about[why->place[index]].asked = true;
        return TC_SUCCESS;
    }
    if (why->about_count == TC_WHY_RULES) return (tc_status){TC_ELIMIT};
    why->place[index] = (int32_t)why->about_count;
    begin_rule(why->rules, rule, asked, &why->about[why->about_count++]);
    return TC_SUCCESS;
}

/* Rules rest on others without circles, so this comes to an end. */
TC_STATUS tc_why_ask(tc_why *why, uint32_t rule)
{
    size_t at = why->about_count;
    TC_TRY(add_rule(why, rule, true));
    for (; at < why->about_count; at++) {
        const tc_correlation *c = why->about[at].rule->correlation;
        for (size_t i = 0; c && i < c->rule_count; i++)
            TC_TRY(add_rule(why, c->rules[i], false));
    }
    return TC_SUCCESS;
}

void tc_why_clear(tc_why *why)
{
    for (size_t i = 0; i < TC_WHY_KIND_COUNT; i++)
        why->seen[i] = never;
    for (size_t i = 0; i < TC_ADDRESS_CLASS_COUNT; i++)
        why->classes[i] = never;
    why->sessions = why->novel = never;
    why->doubted = why->routine = why->newcomer = 0;
    why->address_count = why->language_count = 0;
    why->week = TC_TIME_NONE;
    why->addresses_full = why->ours = false;
    for (size_t i = 0; i < why->about_count; i++)
        begin_rule(why->rules, why->about[i].rule, why->about[i].asked, &why->about[i]);
}

/* -- what is seen --------------------------------------------------------------------------- */

static void note(tc_why_seen *s, tc_time first, tc_time last, uint64_t count)
{
    s->count += count;
    if (s->first == TC_TIME_NONE || first < s->first) s->first = first;
    if (s->last == TC_TIME_NONE || last > s->last) s->last = last;
}

static void note_address(tc_why *why, const tc_observation *o)
{
    tc_why_address *a = why->addresses, *end = a + why->address_count;
    if (tc_ip_is_zero(o->ip)) return;
    while (a < end && !tc_ip_equal(a->ip, o->ip))
        a++;
    if (a == end && why->address_count == TC_WHY_ADDRESSES) {
        why->addresses_full = true;
        return;
    }
    if (a == end) {
        *a = (tc_why_address){
            .ip = o->ip, .address_class = (tc_address_class)o->address_class, .seen = never};
        memcpy(a->country, o->country, sizeof(a->country));
        why->address_count++;
    }
    note(&a->seen, o->order.time, o->last, o->count);
}

static tc_why_kind kind_of(const tc_observation *o, bool acts)
{
    bool failed = (o->flags & TC_OBS_FLAG_FAILED) != 0;
    switch ((tc_observation_kind)o->kind) {
    case TC_OBS_WEB_SPAN:
    case TC_OBS_WEB_CULTURE:
        return failed ? TC_WHY_REFUSED : TC_WHY_WEB;
    case TC_OBS_WEB_USE:
        return TC_WHY_PROGRAM;
    case TC_OBS_WEB_REFUSED:
        return TC_WHY_REFUSED;
    case TC_OBS_WEB_LOGON:
        return TC_WHY_LOGON;
    case TC_OBS_MESSAGE:
        return TC_WHY_MESSAGE;
    case TC_OBS_ACCOUNT:
        return acts ? TC_WHY_ACTED : TC_WHY_ACCOUNT;
    case TC_OBS_ALIAS:
    case TC_OBS_WEB_LANDING: /* the span holds it too */
    case TC_OBS_HIT:         /* told by its rule */
    case TC_OBS_ALIVE:
    case TC_OBS_AUDIT:
    case TC_OBS_KIND_COUNT:
        break;
    }
    return TC_WHY_KIND_COUNT;
}

/* The same use may be told any number of times. */
static void note_week(tc_why *why, tc_time time)
{
    tc_time week = tc_use_begun(time);
    note(&why->seen[TC_WHY_PROGRAM], time, time, week != why->week);
    why->week = week;
}

static void observed(void *context, const tc_observation *o, tc_slice heap)
{
    tc_why *why = context;
    bool user = tc_why_has(why, tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    bool target = tc_why_has(why, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET));
    if (!user && !target) return;
    tc_why_kind kind = kind_of(o, user && !target);
    if (kind == TC_WHY_KIND_COUNT) return;
    if (kind == TC_WHY_PROGRAM)
        note_week(why, o->order.time);
    else
        note(&why->seen[kind], o->order.time, o->last, o->count);
    if (o->flags & TC_OBS_FLAG_DOUBTED) why->doubted++;
    if (o->flags & TC_OBS_FLAG_ROUTINE) why->routine++;
    if (kind != TC_WHY_WEB) return;
    note(&why->classes[o->address_class], o->order.time, o->last, o->count);
    note_address(why, o);
}

/* -- derived events ------------------------------------------------------------------------- */

static bool is_about(const tc_why *why, const tc_subject *s)
{
    return tc_why_has(why, s->mailbox) || tc_why_has(why, s->user) || tc_why_has(why, s->target);
}

static bool is_true(const tc_event *event, tc_field field)
{
    return tc_slice_equal(tc_event_value(event, field).text, TC_LIT("true"));
}

static void note_language(tc_why *why, const tc_derived *d)
{
    tc_slice tag = tc_event_value(d->event, TC_FIELD_LANGUAGE).text;
    tc_why_language *l = why->languages, *end = l + why->language_count;
    char text[sizeof(l->tag)];
    tc_slice_to_cstr(tag, text, sizeof(text));
    while (l < end && strcmp(l->tag, text) != 0)
        l++;
    if (tag.len == 0 || (l == end && why->language_count == TC_WHY_LANGUAGES)) return;
    if (l == end) {
        *l = (tc_why_language){.seen = never};
        memcpy(l->tag, text, sizeof(text));
        why->language_count++;
    }
    l->foreign = is_true(d->event, TC_FIELD_LANGUAGE_FOREIGN);
    note(&l->seen, d->order.time, d->order.time, 1);
}

/* The event that met most conditions is kept, the first of them. */
static void hold_against(tc_why *why, tc_matcher *matcher, const tc_derived *d, tc_why_rule *r)
{
    tc_conjunct conjuncts[TC_CONJUNCTS_MAX];
    size_t met = 0;
    if (!tc_matcher_explain(matcher, d->event, r->rule->index, conjuncts)) return;
    note(&r->events, why->now, why->now, 1);
    for (size_t i = 0; i < r->condition_count; i++) {
        r->held[i] += conjuncts[i].held;
        met += conjuncts[i].held;
    }
    if (r->nearest_time != TC_TIME_NONE && met <= r->nearest) return;
    r->nearest = met;
    r->nearest_time = why->now;
    for (size_t i = 0; i < r->condition_count; i++) {
        r->nearest_held[i] = conjuncts[i].held;
        tc_slice_to_cstr(conjuncts[i].value, r->nearest_value[i], TC_WHY_VALUE);
    }
}

static void derived(void *context, tc_matcher *matcher, const tc_derived *d)
{
    tc_why *why = context;
    why->now = d->order.time;
    if (!is_about(why, d->subject)) return;
    tc_slice action = tc_event_value(d->event, TC_FIELD_EVENT_ACTION).text;
    if (tc_slice_equal(action, TC_LIT("session_started"))) {
        note(&why->sessions, why->now, why->now, 1);
        if (d->subject->novel) note(&why->novel, why->now, why->now, 1);
        why->newcomer += d->subject->newcomer;
    }
    if (tc_slice_equal(action, TC_LIT("system_message"))) note_language(why, d);
    for (size_t i = 0; i < why->about_count; i++)
        if (why->about[i].condition_count) hold_against(why, matcher, d, &why->about[i]);
}

/* -- rules ---------------------------------------------------------------------------------- */

static tc_why_rule *asked(tc_why *why, const tc_rule *rule)
{
    return why->place[rule->index] >= 0 ? &why->about[why->place[rule->index]] : NULL;
}

static void matched(void *context, const tc_rule *rule, const tc_hit *hit)
{
    tc_why *why = context;
    tc_why_rule *r = asked(why, rule);
    why->ours = is_about(why, hit->subject);
    why->now = hit->order.time;
    if (why->ours && r) note(&r->matched, why->now, why->now, 1);
}

static uint64_t group_key(const tc_rule *rule, const tc_capture *group)
{
    uint64_t key = 1;
    for (size_t i = 0; i < rule->correlation->group_count; i++)
        key = tc_content_hash_add(key, group[i].text);
    return key;
}

static bool has_group(const tc_why_rule *r, uint64_t key)
{
    for (size_t i = 0; i < r->group_count; i++)
        if (r->groups[i] == key) return true;
    return false;
}

static void looked(void *context, const tc_rule *rule, const tc_capture *group, double value)
{
    tc_why *why = context;
    tc_why_rule *r = asked(why, rule);
    if (r == NULL) return;
    uint64_t key = group_key(rule, group);
    bool known = has_group(r, key);
    if (!known && !why->ours) return;
    if (!known && r->group_count < TC_WHY_GROUPS)
        r->groups[r->group_count++] = key;
    else if (!known)
        r->groups_full = true;
    if (value <= r->reached) return;
    r->reached = value;
    r->reached_time = why->now;
}

static void fired(void *context, const tc_firing *f)
{
    tc_why *why = context;
    tc_why_rule *r = asked(why, f->rule);
    bool ours = false;
    for (size_t i = 0; r && i < f->subject_count && !ours; i++)
        ours = is_about(why, &f->subjects[i]);
    if (ours) note(&r->fired, f->order.time, f->order.time, 1);
}

tc_observer tc_why_observer(tc_why *why)
{
    return (tc_observer){why, observed, derived, matched, looked, fired};
}
