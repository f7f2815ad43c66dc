#include "detector/incident/incident_tally.h"

enum {
    NEXT_MAX = 8,
    NEXT_ENOUGH = 3, /* from here on no other rule's steps are added */
    TECHNIQUES_MAX = 24
};

/* The gravest language, of these the most common; of equals the one that came first, then by name.
 */
static bool is_commoner(const tc_incident_spoken *s, const tc_incident_spoken *best)
{
    if (best != NULL && s->level != best->level) return s->level > best->level;
    if (best == NULL || s->count != best->count) return best == NULL || s->count > best->count;
    if (s->switched != best->switched) return s->switched < best->switched;
    return strcmp(s->language, best->language) < 0;
}

const tc_incident_spoken *tc_incident_common_language(const tc_incident *in)
{
    const tc_incident_spoken *best = NULL;
    for (size_t i = 0; i < in->members.spoken_count; i++)
        if (in->members.spoken[i].count && is_commoner(&in->members.spoken[i], best))
            best = &in->members.spoken[i];
    return best;
}

/* -- listing -------------------------------------------------------------------------------- */

static int victims_by_access(const void *a, const void *b)
{
    const tc_alert_mailbox *x = a, *y = b;
    bool x_seen = x->first_access != TC_TIME_NONE, y_seen = y->first_access != TC_TIME_NONE;
    if (x_seen != y_seen) return x_seen ? -1 : 1;
    if (x->first_access != y->first_access) return x->first_access < y->first_access ? -1 : 1;
    return tc_slice_compare(x->name, y->name);
}

/* Its best name now, else the one that it came with. */
static tc_slice name_of(tc_story *s, const tc_victim *v)
{
    const tc_incident_options *options = &s->all->options;
    tc_slice name = TC_EMPTY_SLICE;
    if (v->entity && options->label) name = options->label(options->context, v->entity);
    if (name.len) return tc_story_keep(s, name);
    uint8_t *copy = tc_arena_get(s->all->arena, (size_t)v->label_length + 1, 1);
    if (copy == NULL) {
        s->alert.degraded = true;
        return TC_EMPTY_SLICE;
    }
    tc_pool_text_copy(&s->all->texts, v->room, TC_VICTIM_ROOM, v->label_more, copy,
                      v->label_length);
    return tc_slice_make(copy, v->label_length);
}

static void list_victims(tc_story *s, tc_incident *in, bool new_only)
{
    tc_incident_members *m = &in->members;
    tc_alert *a = &s->alert;
    size_t from = new_only ? m->victims_listed : 0;
    tc_alert_mailbox *list = tc_arena_get(s->all->arena, m->victim_count - from + 1, sizeof(*list));
    if (list == NULL) {
        a->degraded = true;
        return;
    }
    size_t next = m->victim_count; /* a guest may turn out to be none */
    if (!s->looks) s->all->work += m->victim_count - from;
    tc_incident_mark_vips(s->all, in);
    for (size_t i = from; i < m->victim_count; i++) {
        tc_victim *v = &m->victims[i];
        if (new_only && v->told) continue;
        if (s->people.guests && tc_incident_is_guest(s->all, v)) {
            next = TC_MIN(next, i);
            continue;
        }
        v->told |= !s->looks;
        list[a->mailbox_count++] =
            (tc_alert_mailbox){.name = name_of(s, v),
                               .first_access = v->first,
                               .last_access = v->last,
                               .sessions = v->sessions,
                               .language = tc_slice_of(v->language),
                               .previous = tc_slice_of(v->previous),
                               .switched = v->switched,
                               .joined = v->first != TC_TIME_NONE && v->language[0] != 0,
                               .vip = v->vip};
    }
    if (!s->looks) m->victims_listed = next;
    qsort(list, a->mailbox_count, sizeof(*list), victims_by_access);
    a->mailboxes = list;
}

static int by_name(const void *a, const void *b)
{
    return tc_slice_compare(*(const tc_slice *)a, *(const tc_slice *)b);
}

static void list_guests(tc_story *s, const tc_incident *in)
{
    const tc_incident_members *m = &in->members;
    tc_alert *a = &s->alert;
    tc_slice *list = tc_arena_get(s->all->arena, s->people.guests + 1, sizeof(*list));
    if (list == NULL) {
        a->degraded = true;
        return;
    }
    for (size_t i = 0; i < m->victim_count && a->guest_count < s->people.guests; i++)
        if (tc_incident_is_guest(s->all, &m->victims[i]))
            list[a->guest_count++] = name_of(s, &m->victims[i]);
    qsort(list, a->guest_count, sizeof(*list), by_name);
    a->guests = list;
}

static int sources_by_first(const void *a, const void *b)
{
    const tc_alert_source *x = a, *y = b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return tc_ip_compare(x->ip, y->ip);
}

static void list_origins(tc_story *s, tc_incident *in, bool new_only)
{
    tc_incident_members *m = &in->members;
    tc_alert *a = &s->alert;
    size_t from = new_only ? m->origins_listed : 0;
    tc_alert_source *list = tc_arena_get(s->all->arena, m->origin_count - from + 1, sizeof(*list));
    if (list == NULL) {
        a->degraded = true;
        return;
    }
    if (!s->looks) s->all->work += m->origin_count - from;
    for (size_t i = from; i < m->origin_count; i++) {
        tc_origin *o = &m->origins[i];
        if (new_only && o->told) continue;
        o->told |= !s->looks;
        list[a->source_count++] = (tc_alert_source){
            .ip = o->ip,
            .country = tc_slice_of(o->country),
            .asn = o->asn,
            .as_org = tc_incident_show_text(s->all, o->as_org, &a->degraded),
            .agent = tc_incident_show_text(s->all, o->agent, &a->degraded),
            .mailboxes = o->mailboxes,
            .place = tc_incident_is_place(s->all, o->digests),
            .regulars = tc_commons_users(&s->all->commons, o->digests[TC_ACCESS_ADDRESS]),
            .first = o->first,
            .last = o->last};
    }
    if (!s->looks) m->origins_listed = m->origin_count;
    qsort(list, a->source_count, sizeof(*list), sources_by_first);
    a->sources = list;
}

void tc_incident_list_members(tc_story *s, tc_incident *in, bool new_only)
{
    list_victims(s, in, new_only);
    if (s->people.guests && !new_only) list_guests(s, in);
    list_origins(s, in, new_only);
}

/* -- advice --------------------------------------------------------------------------------- */

static bool listed(const tc_slice *list, size_t n, tc_slice text)
{
    for (size_t i = 0; i < n; i++)
        if (tc_slice_equal(list[i], text)) return true;
    return false;
}

static void advise(tc_alert *a, const tc_rule *rule, tc_slice *techniques, tc_slice *next)
{
    for (size_t i = 0; i < rule->technique_count && a->technique_count < TECHNIQUES_MAX; i++)
        if (!listed(techniques, a->technique_count, rule->techniques[i]))
            techniques[a->technique_count++] = rule->techniques[i];
    if (a->next_count >= NEXT_ENOUGH) return;
    for (size_t i = 0; i < rule->next_step_count && a->next_count < NEXT_MAX; i++)
        if (!listed(next, a->next_count, rule->next_steps[i]))
            next[a->next_count++] = rule->next_steps[i];
}

static int by_gravity(const void *a, const void *b)
{
    const tc_alert_rule *x = a, *y = b;
    if (x->level != y->level) return x->level > y->level ? -1 : 1;
    return tc_slice_compare(x->name, y->name);
}

void tc_incident_list_rules(tc_story *s, const tc_incident *in)
{
    tc_alert *a = &s->alert;
    tc_alert_rule *rules = tc_arena_get(s->all->arena, in->rule_count + 1, sizeof(*rules));
    if (rules == NULL) {
        a->degraded = true;
        return;
    }
    for (size_t i = 0; i < in->rule_count; i++) {
        const tc_rule *r = in->rules[i];
        rules[i] = (tc_alert_rule){r->name, r->message.len ? r->message : r->title, r->level};
    }
    qsort(rules, in->rule_count, sizeof(*rules), by_gravity);
    a->rules = rules;
    a->rule_count = in->rule_count;
}

void tc_incident_add_advice(tc_story *s, const tc_incident *in)
{
    tc_alert *a = &s->alert;
    tc_slice *techniques = tc_arena_get(s->all->arena, TECHNIQUES_MAX, sizeof(tc_slice));
    tc_slice *next = tc_arena_get(s->all->arena, NEXT_MAX, sizeof(tc_slice));
    a->technique_count = a->next_count = 0;
    if (techniques == NULL || next == NULL) {
        a->degraded = true;
        return;
    }
    advise(a, in->lead, techniques, next);
    for (int level = TC_LEVEL_CRITICAL; level >= TC_LEVEL_INFORMATIONAL; level--)
        for (size_t r = 0; r < in->rule_count; r++)
            if ((int)in->rules[r]->level == level) advise(a, in->rules[r], techniques, next);
    a->techniques = techniques;
    a->next = next;
}
