/* A finding put into an alert. */
#include "detector/incident/incident_story.h"

static bool same_person(const tc_subject *a, const tc_subject *b)
{
    if (a->entity || b->entity) return a->entity == b->entity;
    return tc_slice_equal(a->mailbox, b->mailbox);
}

/* The place of the subject's mailbox in the list, which grows by it when it is new; SIZE_MAX if it
 * has none. `who` are the subjects that the list was made of. */
static size_t list_mailbox(tc_alert_mailbox *list, const tc_subject **who, size_t *count,
                           const tc_subject *s)
{
    if (s->mailbox.len == 0) return SIZE_MAX;
    for (size_t i = 0; i < *count; i++)
        if (same_person(who[i], s)) return i;
    who[*count] = s;
    list[*count] = (tc_alert_mailbox){.name = s->mailbox,
                                      .first_access = TC_TIME_NONE,
                                      .last_access = TC_TIME_NONE,
                                      .switched = TC_TIME_NONE,
                                      .joined = true};
    return (*count)++;
}

static void list_source(tc_alert_source *list, size_t *count, const tc_subject *s)
{
    size_t n = 0;
    if (tc_ip_is_zero(s->ip)) return;
    while (n < *count && !tc_ip_equal(list[n].ip, s->ip))
        n++;
    if (n == *count)
        list[(*count)++] = (tc_alert_source){.ip = s->ip,
                                             .country = s->country,
                                             .asn = s->asn,
                                             .as_org = s->as_org,
                                             .agent = s->agent,
                                             .first = TC_TIME_NONE,
                                             .last = TC_TIME_NONE};
    list[n].mailboxes += s->mailbox.len != 0;
}

static void list_people(tc_story *story, const tc_finding *f)
{
    tc_alert *a = &story->alert;
    tc_arena *arena = story->all->arena;
    tc_alert_mailbox *m = tc_arena_zero(arena, f->subject_count + 1, sizeof(*m));
    tc_alert_source *o = tc_arena_zero(arena, f->subject_count + 1, sizeof(*o));
    const tc_subject **who = tc_arena_get(arena, f->subject_count + 1, sizeof(tc_subject *));
    if (m == NULL || o == NULL || who == NULL) {
        a->degraded = true;
        return;
    }
    for (size_t i = 0; i < f->subject_count; i++) {
        const tc_subject *s = &f->subjects[i];
        size_t at = list_mailbox(m, who, &a->mailbox_count, s);
        list_source(o, &a->source_count, s);
        if (at == SIZE_MAX || s->language.len == 0 || s->previous.len == 0 ||
            tc_slice_equal(s->language, s->previous))
            continue;
        m[at].language = s->language;
        m[at].previous = s->previous;
    }
    a->mailboxes = m;
    a->sources = o;
}

static tc_slice sentence(tc_story *story, const tc_finding *f)
{
    const tc_alert *a = &story->alert;
    tc_str text;
    tc_str_init(&text, TC_STORY_SENTENCE_MAX);
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
    return tc_story_take(story, &text);
}

static void add_actor(tc_alert *a, const tc_finding *f)
{
    if (a->mailbox_count == 1) a->user_name = a->mailboxes[0].name;
    if (f->subject_count == 0) return;
    if (a->user_name.len == 0) a->user_name = f->subjects[0].user;
    if (f->subjects[0].actor.len == 0) return;
    a->related_users = &f->subjects[0].actor;
    a->related_user_count = 1;
}

/* What the rule counted and what it wants; the first bound of its condition. */
static tc_alert_measure measure_of(const tc_finding *f)
{
    static const char *const relations[TC_COMPARE_COUNT] = {
        [TC_GT] = "gt",   [TC_GTE] = "gte", [TC_LT] = "lt",
        [TC_LTE] = "lte", [TC_EQ] = "eq",   [TC_NEQ] = "neq"};
    const tc_correlation *c = f->rule->kind == TC_RULE_CORRELATION ? f->rule->correlation : NULL;
    tc_alert_measure m = {.count = f->count};
    if (c == NULL) return m;
    bool counts = c->type == TC_CORRELATION_EVENT_COUNT || c->type == TC_CORRELATION_VALUE_COUNT;
    for (int i = 0; counts && !m.known && i < TC_COMPARE_COUNT; i++) {
        if (!c->condition.set[i]) continue;
        m.known = true;
        m.relation = relations[i];
        m.wants = c->condition.number[i];
    }
    m.within_ns = c->timespan_ns;
    if (c->type == TC_CORRELATION_VALUE_COUNT && c->field_count) m.of = c->fields[0];
    return m;
}

TC_STATUS tc_incident_tell_finding(tc_incidents *all, const tc_incident *in, const tc_finding *f,
                                   uint8_t confidence, tc_slice why, const tc_alert_sink *sink)
{
    tc_story story;
    tc_alert *a = &story.alert;
    tc_arena_mark mark = tc_arena_save(all->arena);
    tc_story_begin(&story, all, f->rule);
    tc_incident_content_id(a->id, f, "alert");
    a->time = f->order.time;
    a->start = f->start;
    a->end = f->order.time;
    a->level = f->rule->level;
    a->confidence = confidence;
    a->confidence_why = why;
    a->degraded = f->degraded;
    a->incomplete_window = tc_incident_is_cut(all, f);
    a->historic = all->options.since != TC_TIME_NONE && f->order.time < all->options.since;
    list_people(&story, f);
    add_actor(a, f);
    a->message = sentence(&story, f);
    a->measure = measure_of(f);
    if (f->count > 0) tc_story_fact_number(&story, "count", f->count);
    tc_story_fact_text(&story, "value", f->value);
    tc_story_fact_text(&story, "previous", f->previous);
    for (size_t i = 0; i < f->evidence_count; i++)
        tc_story_line(&story, f->evidence[i].at, f->evidence[i].order.time, f->evidence[i].text);
    if (in != NULL) memcpy(a->incident_id, in->id, sizeof(in->id));
    tc_status status = sink->alert(sink->context, a);
    tc_arena_rewind(all->arena, mark);
    return status;
}
