/* Findings and incidents put into alerts: facts, sentences, next steps. Wording for a medium is the
 * outputs' work. */
#include "detector/correlate/incident_state.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define SENTENCE_MAX 4096
#define FACTS_MAX 8
#define NEXT_MAX 8
#define NEXT_ENOUGH 3 /* from here on no other rule's steps are added */
#define TECHNIQUES_MAX 24

typedef struct story {
    tc_incidents *all;
    tc_alert alert;
    tc_alert_fact facts[FACTS_MAX];
} story;

static tc_slice keep(tc_incidents *all, tc_slice text)
{
    tc_slice copy = TC_EMPTY_SLICE;
    return tc_arena_copy(all->arena, text, &copy) ? copy : TC_EMPTY_SLICE;
}

static void fact_text(story *s, const char *name, tc_slice text)
{
    if (s->alert.baseline_count == FACTS_MAX || text.len == 0) return;
    s->facts[s->alert.baseline_count++] = (tc_alert_fact){name, keep(s->all, text), false};
    s->alert.baseline = s->facts;
}

static void fact_number(story *s, const char *name, double number)
{
    char text[32];
    snprintf(text, sizeof(text), "%.6g", number);
    if (s->alert.baseline_count == FACTS_MAX) return;
    s->facts[s->alert.baseline_count++] =
        (tc_alert_fact){name, keep(s->all, tc_slice_of(text)), true};
    s->alert.baseline = s->facts;
}

static tc_alert_evidence evidence_of(tc_incidents *all, tc_locator at, tc_time time, tc_slice text)
{
    tc_slice file = all->options.source_path
                        ? all->options.source_path(all->options.context, at.source)
                        : TC_EMPTY_SLICE;
    return (tc_alert_evidence){.file = file,
                               .offset = at.offset,
                               .line = at.line,
                               .length = at.length,
                               .time = time,
                               .text = text};
}

static void set_rule(tc_alert *a, const tc_rule *rule)
{
    a->rule_id = rule->id;
    a->rule_name = rule->name;
    a->rule_title = rule->title;
    a->techniques = rule->techniques;
    a->technique_count = rule->technique_count;
    a->next = rule->next_steps;
    a->next_count = rule->next_step_count;
}

/* -- a finding ------------------------------------------------------------------------------ */

void tc_incident_content_id(char out[33], const tc_finding *f, const char *what)
{
    const uint64_t numbers[] = {(uint64_t)f->start, (uint64_t)f->order.time, f->order.record_hash,
                                f->order.sub};
    uint64_t a = tc_content_hash(tc_slice_of(what));
    a = tc_content_hash_add(a, f->rule->id.len ? f->rule->id : f->rule->title);
    a = tc_content_hash_add(a, f->entity);
    a = tc_content_hash_add(a, tc_slice_make(numbers, sizeof(numbers)));
    snprintf(out, 33, "%016" PRIx64 "%016" PRIx64, a,
             tc_content_hash_add(a, TC_LIT("second half")));
}

static void finding_people(story *s, const tc_finding *f)
{
    tc_incidents *all = s->all;
    tc_alert_mailbox *m = tc_arena_zero(all->arena, f->subject_count + 1, sizeof(*m));
    tc_alert_source *o = tc_arena_zero(all->arena, f->subject_count + 1, sizeof(*o));
    if (m == NULL || o == NULL) return;
    size_t mailboxes = 0, sources = 0;
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *subject = &f->subjects[i];
        size_t k = 0;
        while (k < mailboxes && !tc_slice_equal(m[k].name, subject->mailbox))
            k++;
        if (subject->mailbox.len && k == mailboxes) {
            m[mailboxes++] = (tc_alert_mailbox){.name = subject->mailbox,
                                                .first_access = TC_TIME_NONE,
                                                .last_access = TC_TIME_NONE,
                                                .switched = TC_TIME_NONE,
                                                .joined = true};
        }
        if (subject->language.len && subject->previous.len && k < mailboxes &&
            !tc_slice_equal(subject->language, subject->previous)) {
            m[k].language = subject->language;
            m[k].previous = subject->previous;
        }
        size_t n = 0;
        while (n < sources && !tc_ip_equal(o[n].ip, subject->ip))
            n++;
        if (tc_ip_is_zero(subject->ip)) continue;
        if (n == sources)
            o[sources++] = (tc_alert_source){.ip = subject->ip,
                                             .country = subject->country,
                                             .asn = subject->asn,
                                             .as_org = subject->as_org,
                                             .agent = subject->agent,
                                             .first = TC_TIME_NONE,
                                             .last = TC_TIME_NONE};
        o[n].mailboxes += subject->mailbox.len != 0;
    }
    s->alert.mailboxes = m;
    s->alert.mailbox_count = mailboxes;
    s->alert.sources = o;
    s->alert.source_count = sources;
}

static tc_slice finding_sentence(tc_incidents *all, const tc_finding *f, const tc_alert *a)
{
    tc_str text;
    tc_str_init(&text, SENTENCE_MAX);
    tc_str_add(&text, f->rule->message.len ? f->rule->message : f->rule->title);
    if (a->mailbox_count == 1) {
        tc_str_add(&text, TC_LIT(": "));
        tc_str_add(&text, a->mailboxes[0].name);
    } else if (a->mailbox_count > 1) {
        tc_str_addf(&text, ": %zu mailboxes", a->mailbox_count);
    } else if (f->entity.len) {
        tc_str_add(&text, TC_LIT(": "));
        tc_str_add(&text, f->entity);
    }
    if (f->previous.len) {
        tc_str_add(&text, TC_LIT(", "));
        tc_str_add(&text, f->previous);
        tc_str_add(&text, TC_LIT(" -> "));
        tc_str_add(&text, f->value);
    }
    if (a->source_count == 1) {
        char ip[TC_IP_TEXT];
        tc_str_addf(&text, ", from %s", tc_ip_format(a->sources[0].ip, ip));
    } else if (a->source_count > 1) {
        tc_str_addf(&text, ", from %zu addresses", a->source_count);
    }
    tc_slice kept = keep(all, tc_str_view(&text));
    tc_str_done(&text);
    return kept;
}

tc_status tc_incident_tell_finding(tc_incidents *all, const incident *in, const tc_finding *f,
                                   uint8_t confidence, tc_slice why, const tc_alert_sink *sink)
{
    story s = {.all = all};
    tc_alert *a = &s.alert;
    tc_arena_mark mark = tc_arena_save(all->arena);
    tc_incident_content_id(a->id, f, "alert");
    set_rule(a, f->rule);
    a->time = f->order.time;
    a->start = f->start;
    a->end = f->order.time;
    a->created = TC_TIME_NONE;
    a->level = f->rule->level;
    a->confidence = confidence;
    a->confidence_why = why;
    a->degraded = f->degraded;
    a->historic = all->options.since != TC_TIME_NONE && f->order.time < all->options.since;
    finding_people(&s, f);
    if (a->mailbox_count == 1) a->user_name = a->mailboxes[0].name;
    tc_slice related[2];
    if (f->subject_count && f->subjects[0].actor.len) {
        related[a->related_user_count++] = f->subjects[0].actor;
        a->related_users = related;
    }
    if (a->user_name.len == 0 && f->subject_count) a->user_name = f->subjects[0].user;
    a->message = finding_sentence(all, f, a);
    if (f->count > 0) fact_number(&s, "count", f->count);
    fact_text(&s, "value", f->value);
    fact_text(&s, "previous", f->previous);
    tc_alert_evidence evidence[EVIDENCE_KEPT];
    for (size_t i = 0; i < f->evidence_count && i < EVIDENCE_KEPT; i++)
        evidence[a->evidence_count++] =
            evidence_of(all, f->evidence[i].at, f->evidence[i].order.time, f->evidence[i].text);
    a->evidence = evidence;
    if (in != NULL) memcpy(a->incident_id, in->id, sizeof(in->id));
    tc_status status = sink->alert(sink->context, a);
    tc_arena_rewind(all->arena, mark);
    return status;
}

/* -- an incident ---------------------------------------------------------------------------- */

/* The language that most victims were switched to. */
static uint32_t common_language(const incident *in, size_t *ret_victims, uint32_t *ret_previous)
{
    uint32_t best = 0;
    *ret_victims = 0;
    for (size_t i = 0; i < in->victim_count; i++) {
        size_t n = 0;
        for (size_t k = 0; in->victims[i].language && k < in->victim_count; k++)
            n += in->victims[k].language == in->victims[i].language;
        if (n > *ret_victims) {
            *ret_victims = n;
            best = in->victims[i].language;
            *ret_previous = in->victims[i].previous;
        }
    }
    return best;
}

static size_t accessed_victims(const incident *in, tc_time *ret_first)
{
    size_t n = 0;
    *ret_first = TC_TIME_NONE;
    for (size_t i = 0; i < in->victim_count; i++) {
        const victim *v = &in->victims[i];
        if (v->first == TC_TIME_NONE) continue;
        n++;
        if (*ret_first == TC_TIME_NONE || v->first < *ret_first) *ret_first = v->first;
    }
    return n;
}

static void say_countries(tc_str *text, const tc_incidents *all, const incident *in)
{
    uint32_t said[8];
    size_t n = 0;
    for (size_t i = 0; i < in->origin_count && n < TC_COUNT_OF(said); i++) {
        size_t k = 0;
        while (k < n && said[k] != in->origins[i].country)
            k++;
        if (in->origins[i].country == 0 || k < n) continue;
        said[n] = in->origins[i].country;
        tc_str_add(text, n == 0 ? TC_LIT(" (") : TC_LIT(", "));
        tc_str_add(text, tc_incident_text_of(all, said[n++]));
    }
    if (n) tc_str_add_byte(text, ')');
}

static tc_slice incident_sentence(tc_incidents *all, const incident *in)
{
    tc_str text;
    char time[TC_TIME_TEXT];
    size_t switched = 0;
    uint32_t previous = 0, language = common_language(in, &switched, &previous);
    tc_time first;
    size_t accessed = accessed_victims(in, &first);
    tc_str_init(&text, SENTENCE_MAX);
    tc_str_add(&text, in->lead->message.len ? in->lead->message : in->lead->title);
    if (in->victim_count == 0 && in->lead_count > 1)
        tc_str_addf(&text, ": %.0f accounts", in->lead_count);
    if (in->victim_count)
        tc_str_addf(&text, ": %zu mailbox%s", in->victim_count, in->victim_count == 1 ? "" : "es");
    if (language) {
        tc_str_addf(&text, ", %zu switched to ", switched);
        tc_str_add(&text, tc_incident_text_of(all, language));
    }
    if (accessed && in->origin_count) {
        tc_str_addf(&text, ", %zu used from %zu new remote address%s", accessed, in->origin_count,
                    in->origin_count == 1 ? "" : "es");
        say_countries(&text, all, in);
        tc_str_addf(&text, " since %s UTC", tc_time_format_human(first, time));
    } else if (in->actor) {
        tc_str_add(&text, TC_LIT(", by "));
        tc_str_add(&text, tc_incident_text_of(all, in->actor));
    }
    tc_slice kept = keep(all, tc_str_view(&text));
    tc_str_done(&text);
    return kept;
}

static int victims_by_access(const void *a, const void *b)
{
    const tc_alert_mailbox *x = a, *y = b;
    bool x_seen = x->first_access != TC_TIME_NONE, y_seen = y->first_access != TC_TIME_NONE;
    if (x_seen != y_seen) return x_seen ? -1 : 1;
    if (x->first_access != y->first_access) return x->first_access < y->first_access ? -1 : 1;
    return tc_slice_compare(x->name, y->name);
}

static void incident_mailboxes(story *s, const incident *in)
{
    tc_incidents *all = s->all;
    tc_alert_mailbox *m = tc_arena_zero(all->arena, in->victim_count + 1, sizeof(*m));
    if (m == NULL) return;
    for (size_t i = 0; i < in->victim_count; i++) {
        const victim *v = &in->victims[i];
        m[i] = (tc_alert_mailbox){.name = tc_incident_text_of(all, v->mailbox),
                                  .first_access = v->first,
                                  .last_access = v->last,
                                  .sessions = v->sessions,
                                  .language = tc_incident_text_of(all, v->language),
                                  .previous = tc_incident_text_of(all, v->previous),
                                  .switched = v->switched,
                                  .joined = v->first != TC_TIME_NONE && v->language != 0};
    }
    qsort(m, in->victim_count, sizeof(*m), victims_by_access);
    s->alert.mailboxes = m;
    s->alert.mailbox_count = in->victim_count;
}

static int sources_by_first(const void *a, const void *b)
{
    const tc_alert_source *x = a, *y = b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return tc_ip_compare(x->ip, y->ip);
}

static void incident_sources(story *s, const incident *in)
{
    tc_incidents *all = s->all;
    tc_alert_source *o = tc_arena_zero(all->arena, in->origin_count + 1, sizeof(*o));
    if (o == NULL) return;
    for (size_t i = 0; i < in->origin_count; i++) {
        const origin *from = &in->origins[i];
        o[i] = (tc_alert_source){.ip = from->ip,
                                 .country = tc_incident_text_of(all, from->country),
                                 .asn = from->asn,
                                 .as_org = tc_incident_text_of(all, from->as_org),
                                 .agent = tc_incident_text_of(all, from->agent),
                                 .mailboxes = from->mailboxes,
                                 .first = from->first,
                                 .last = from->last};
    }
    qsort(o, in->origin_count, sizeof(*o), sources_by_first);
    s->alert.sources = o;
    s->alert.source_count = in->origin_count;
}

static bool listed(const tc_slice *list, size_t n, tc_slice text)
{
    for (size_t i = 0; i < n; i++)
        if (tc_slice_equal(list[i], text)) return true;
    return false;
}

static void advise(story *s, const tc_rule *rule, tc_slice *techniques, tc_slice *next)
{
    tc_alert *a = &s->alert;
    for (size_t i = 0; i < rule->technique_count && a->technique_count < TECHNIQUES_MAX; i++)
        if (!listed(techniques, a->technique_count, rule->techniques[i]))
            techniques[a->technique_count++] = rule->techniques[i];
    if (a->next_count >= NEXT_ENOUGH) return;
    for (size_t i = 0; i < rule->next_step_count && a->next_count < NEXT_MAX; i++)
        if (!listed(next, a->next_count, rule->next_steps[i]))
            next[a->next_count++] = rule->next_steps[i];
}

/* Techniques and next steps: the lead's first, then those of the other rules, the graver before the
 * lighter, each once; as many steps as somebody will take. */
static void incident_advice(story *s, const incident *in)
{
    tc_slice *techniques = tc_arena_get(s->all->arena, TECHNIQUES_MAX, sizeof(tc_slice));
    tc_slice *next = tc_arena_get(s->all->arena, NEXT_MAX, sizeof(tc_slice));
    s->alert.technique_count = s->alert.next_count = 0;
    if (techniques == NULL || next == NULL) return;
    advise(s, in->lead, techniques, next);
    for (int level = TC_LEVEL_CRITICAL; level >= TC_LEVEL_INFORMATIONAL; level--)
        for (size_t r = 0; r < in->rule_count; r++)
            if ((int)in->rules[r]->level == level) advise(s, in->rules[r], techniques, next);
    s->alert.techniques = techniques;
    s->alert.next = next;
}

static void incident_facts(story *s, const incident *in)
{
    size_t switched = 0;
    uint32_t previous = 0, language = common_language(in, &switched, &previous);
    tc_time first;
    size_t accessed = accessed_victims(in, &first);
    char time[TC_TIME_TEXT];
    if (in->victim_count) fact_number(s, "mailboxes", (double)in->victim_count);
    if (in->lead_count > 1) fact_number(s, "count", in->lead_count);
    if (language) {
        fact_number(s, "mailboxes_switched", (double)switched);
        fact_text(s, "language", tc_incident_text_of(s->all, language));
        fact_text(s, "language_before", tc_incident_text_of(s->all, previous));
    }
    if (accessed) {
        fact_number(s, "mailboxes_accessed", (double)accessed);
        fact_text(s, "first_access", tc_slice_of(tc_time_format(first, time)));
    }
    if (in->origin_count) fact_number(s, "sources", (double)in->origin_count);
}

tc_status tc_incident_tell(tc_incidents *all, const incident *in, tc_transition transition,
                           tc_time time, const tc_alert_sink *sink)
{
    story s = {.all = all};
    tc_alert *a = &s.alert;
    tc_arena_mark mark = tc_arena_save(all->arena);
    a->transition = transition;
    memcpy(a->id, in->id, sizeof(a->id));
    memcpy(a->incident_id, in->id, sizeof(a->incident_id));
    set_rule(a, in->lead);
    a->time = time;
    a->start = in->first;
    a->end = in->last;
    a->created = TC_TIME_NONE;
    a->level = in->level;
    a->confidence = in->confidence;
    a->confidence_why = tc_incident_text_of(all, in->confidence_why);
    a->degraded = in->degraded;
    a->historic = in->historic;
    a->alert_count = in->alerts;
    incident_mailboxes(&s, in);
    incident_sources(&s, in);
    incident_advice(&s, in);
    incident_facts(&s, in);
    a->message = incident_sentence(all, in);
    tc_slice actor = tc_incident_text_of(all, in->actor);
    if (actor.len) {
        a->related_users = &actor;
        a->related_user_count = 1;
    }
    tc_alert_evidence evidence[EVIDENCE_KEPT];
    for (size_t i = 0; i < in->evidence_count; i++)
        evidence[a->evidence_count++] = evidence_of(all, in->evidence[i].at, in->evidence[i].time,
                                                    tc_incident_text_of(all, in->evidence[i].text));
    a->evidence = evidence;
    if (in->merged_into) memcpy(a->merged_into, in->merged_into->id, sizeof(a->merged_into));
    a->former_ids = in->former;
    a->former_id_count = in->former_count;
    tc_status status = sink->alert(sink->context, a);
    tc_arena_rewind(all->arena, mark);
    return status;
}
