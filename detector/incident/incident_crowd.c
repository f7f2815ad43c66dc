#include "detector/incident/incident_crowd.h"

#include "parsers/base/alloc.h"

/* A list of names, each with a line end behind it. */
static bool holds(const tc_str *names, tc_slice name)
{
    tc_slice rest = tc_str_view(names);
    while (rest.len)
        if (tc_slice_equal(tc_slice_split(rest, '\n', &rest), name)) return true;
    return false;
}

static void add_name(tc_incidents *all, tc_crowd *c, tc_slice name)
{
    if (name.len == 0 || c->count >= TC_CROWD_NAMES || tc_slice_find(name, '\n') != TC_NPOS) return;
    if (c->names.len + name.len + 1 > TC_CROWD_BYTES || holds(&c->names, name)) return;
    tc_str_add(&c->names, name);
    tc_str_add_byte(&c->names, '\n');
    if (!tc_incident_lacks(all, tc_str_status(&c->names))) c->count++;
}

static bool is_of_crowd(const tc_subject *s)
{
    return s->mailbox.len == 0 && s->actor.len == 0 && s->target.len != 0;
}

/* Those who were counted before the measure became worth telling. */
static void begin(tc_incidents *all, tc_crowd *c)
{
    const tc_incident_options *o = &all->options;
    tc_usual usual = {0};
    uint32_t *entities = tc_alloc(TC_CROWD_NAMES, sizeof(*entities));
    if (c->begun || o->changers == NULL || entities == NULL) {
        tc_free(entities);
        return;
    }
    size_t n = o->changers(o->context, entities, TC_CROWD_NAMES, &usual);
    for (size_t i = 0; i < n && o->label; i++)
        add_name(all, c, o->label(o->context, entities[i]));
    c->days = usual.days;
    c->most = usual.most;
    tc_free(entities);
}

void tc_incident_take_crowd(tc_incidents *all, tc_incident *in, const tc_finding *f)
{
    tc_crowd *c = &in->crowd;
    for (size_t i = 0; i < f->subject_count; i++) {
        tc_usual usual = {0};
        if (!is_of_crowd(&f->subjects[i])) continue;
        if (!c->begun) {
            tc_str_init(&c->names, TC_CROWD_BYTES);
            begin(all, c);
        }
        c->begun = true;
        add_name(all, c, f->subjects[i].target);
        if (all->options.changers)
            (void)all->options.changers(all->options.context, NULL, 0, &usual);
        c->of = usual.accounts;
    }
}

void tc_incident_move_crowd(tc_incident *into, tc_incident *from)
{
    if (into->crowd.begun || !from->crowd.begun) return;
    into->crowd = from->crowd;
    from->crowd = (tc_crowd){0};
}

void tc_incident_drop_crowd(tc_incident *in)
{
    if (in->crowd.begun) tc_str_done(&in->crowd.names);
    in->crowd = (tc_crowd){0};
}

void tc_incident_list_crowd(tc_story *s, const tc_incident *in)
{
    const tc_crowd *c = &in->crowd;
    tc_alert_crowd *told = &s->alert.crowd;
    if (!c->begun) return;
    *told = (tc_alert_crowd){.days = c->days, .most = c->most, .of = c->of};
    tc_slice *names = tc_arena_get(s->all->arena, c->count + 1, sizeof(*names));
    tc_slice rest = tc_story_keep(s, tc_str_view(&c->names));
    if (names == NULL) {
        s->alert.degraded = true;
        return;
    }
    while (rest.len && told->name_count < c->count)
        names[told->name_count++] = tc_slice_split(rest, '\n', &rest);
    told->names = names;
}

void tc_incident_visit_crowd(tc_visit *v, tc_incident *in)
{
    tc_crowd *c = &in->crowd;
    bool loads = tc_visit_loads(v);
    tc_visit_bool(v, &c->begun);
    if (!c->begun || tc_visit_failed(v)) {
        c->begun &= !loads;
        return;
    }
    tc_visit_u32(v, &c->days);
    tc_visit_u32(v, &c->most);
    tc_visit_u64(v, &c->of);
    if (loads) tc_str_init(&c->names, TC_CROWD_BYTES);
    tc_slice names = tc_str_view(&c->names);
    tc_visit_text(v, &names, TC_CROWD_BYTES);
    if (!loads || tc_visit_failed(v)) return;
    tc_str_add(&c->names, names);
    if (!tc_incident_kept(v, tc_str_status(&c->names))) return;
    for (size_t i = 0; i < names.len; i++)
        c->count += names.ptr[i] == '\n';
    if (c->count > TC_CROWD_NAMES || (names.len && names.ptr[names.len - 1] != '\n'))
        tc_visit_refuse(v, "a list of accounts is none");
}
