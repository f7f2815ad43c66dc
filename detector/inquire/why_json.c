/* The answer of why as one JSON object. */
#include "detector/inquire/why_page.h"

#include "detector/output/json_fields.h"

static void add_seen(tc_json_writer *w, const char *key, const tc_why_seen *s)
{
    tc_json_field_object(w, key);
    tc_json_field_number(w, "count", s->count);
    tc_json_field_time(w, "first", s->first);
    tc_json_field_time(w, "last", s->last);
    tc_json_object_close(w);
}

static void add_mailbox(tc_json_writer *w, const tc_why_page *p)
{
    static const char *const keys[TC_WHY_KIND_COUNT] = {"webmail",  "programs", "refused", "logons",
                                                        "messages", "account",  "acts"};
    tc_json_field_texts(w, "names", p->names, p->name_count);
    tc_json_field_bool(w, "joined", p->joined);
    tc_json_field_bool(w, "assumed", p->assumed);
    tc_json_field_object(w, "seen");
    for (int i = 0; i < TC_WHY_KIND_COUNT; i++)
        add_seen(w, keys[i], &p->why->seen[i]);
    add_seen(w, "sessions", &p->why->sessions);
    add_seen(w, "sessions_from_new_sources", &p->why->novel);
    tc_json_object_close(w);
}

static void add_addresses(tc_json_writer *w, const tc_why *why)
{
    char ip[TC_IP_TEXT];
    tc_json_field_array(w, "addresses");
    for (size_t i = 0; i < why->address_count; i++) {
        const tc_why_address *a = &why->addresses[i];
        tc_json_object_open(w);
        tc_json_field_cstring(w, "ip", tc_ip_format(a->ip, ip));
        tc_json_field_text(w, "class", tc_address_class_name(a->address_class));
        tc_json_field_cstring(w, "country", a->country);
        add_seen(w, "requests", &a->seen);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
    tc_json_field_bool(w, "more_addresses", why->addresses_full);
    tc_json_field_array(w, "languages");
    for (size_t i = 0; i < why->language_count; i++) {
        tc_json_object_open(w);
        tc_json_field_cstring(w, "language", why->languages[i].tag);
        tc_json_field_bool(w, "foreign", why->languages[i].foreign);
        add_seen(w, "messages", &why->languages[i].seen);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_conditions(tc_json_writer *w, const tc_why *why, const tc_why_rule *r)
{
    tc_str words;
    tc_str_init(&words, 65536);
    tc_json_field_array(w, "conditions");
    for (size_t i = 0; i < r->condition_count; i++) {
        tc_str_clear(&words);
        tc_ruleset_conjunct_words(why->rules, r->rule->index, i, &words);
        tc_json_object_open(w);
        tc_json_field_text(w, "asks", tc_str_view(&words));
        tc_json_field_number(w, "held", r->held[i]);
        if (r->nearest_time != TC_TIME_NONE) {
            tc_json_field_bool(w, "held_at_nearest", r->nearest_held[i]);
            tc_json_field_cstring(w, "value_at_nearest", r->nearest_value[i]);
        }
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
    tc_json_field_number(w, "nearest_met", r->nearest);
    tc_json_field_time(w, "nearest", r->nearest_time);
    tc_str_done(&words);
}

static void add_correlation(tc_json_writer *w, const tc_why *why, const tc_why_rule *r)
{
    const tc_correlation *c = r->rule->correlation;
    tc_str words;
    tc_str_init(&words, 4096);
    tc_why_threshold(c, &words);
    tc_json_field_text(w, "threshold", tc_str_view(&words));
    if (r->reached >= 0) {
        tc_json_key(w, "reached");
        tc_json_double(w, r->reached);
    }
    tc_json_field_time(w, "reached_at", r->reached_time);
    tc_json_field_array(w, "rests_on");
    for (size_t i = 0; i < c->rule_count; i++)
        tc_json_string(w, tc_ruleset_rule(why->rules, c->rules[i])->name);
    tc_json_array_close(w);
    tc_json_field_bool(w, "groups_full", r->groups_full);
    tc_str_done(&words);
}

static void add_rule(tc_json_writer *w, const tc_why *why, const tc_why_rule *r)
{
    tc_json_object_open(w);
    tc_json_field_text(w, "name", r->rule->name);
    tc_json_field_text(w, "id", r->rule->id);
    tc_json_field_text(w, "title", r->rule->title);
    tc_json_field_cstring(w, "level", tc_level_name(r->rule->level));
    tc_json_field_bool(w, "asked", r->asked);
    add_seen(w, "events", &r->events);
    add_seen(w, "matched", &r->matched);
    add_seen(w, "fired", &r->fired);
    if (r->rule->correlation)
        add_correlation(w, why, r);
    else
        add_conditions(w, why, r);
    tc_json_object_close(w);
}

static void add_rest(tc_json_writer *w, const tc_why_page *p)
{
    tc_json_field_array(w, "found");
    for (size_t i = 0; i < p->alert_count; i++) {
        const tc_why_alert *a = &p->alerts[i];
        tc_json_object_open(w);
        tc_json_field_time(w, "time", a->time);
        tc_json_field_cstring(w, "level", tc_level_name(a->level));
        tc_json_field_bool(w, "incident", a->incident);
        tc_json_field_text(w, "what", a->what);
        if (a->id[0]) tc_json_field_cstring(w, "id", a->id);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
    tc_json_field_array(w, "missing");
    for (size_t i = 0; tc_why_missing(p, i); i++)
        tc_json_cstring(w, tc_why_missing(p, i));
    tc_json_array_close(w);
    tc_json_field_object(w, "exempt_requests");
    tc_json_field_number(w, "internal", p->why->classes[TC_ADDRESS_INTERNAL].count);
    tc_json_field_number(w, "private", p->why->classes[TC_ADDRESS_PRIVATE].count);
    tc_json_field_number(w, "egress", p->why->classes[TC_ADDRESS_EGRESS].count);
    tc_json_field_number(w, "routine_events", p->why->routine);
    tc_json_object_close(w);
}

void tc_why_json(const tc_why_page *p, tc_str *out)
{
    tc_json_writer w;
    tc_json_writer_init(&w, out);
    tc_json_object_open(&w);
    tc_json_field_object(&w, "tocsin");
    tc_json_field_cstring(&w, "type", "why");
    add_mailbox(&w, p);
    add_addresses(&w, p->why);
    add_rest(&w, p);
    tc_json_field_array(&w, "rules");
    for (size_t i = 0; i < p->why->about_count; i++)
        add_rule(&w, p->why, &p->why->about[i]);
    tc_json_array_close(&w);
    tc_json_object_close(&w);
    tc_json_object_close(&w);
    tc_str_add_byte(out, '\n');
}
