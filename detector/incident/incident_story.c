#include "detector/incident/incident_story.h"

#include "detector/enrich/observation.h"

/* A match of one record: which record says all. The name is left out, for it may be learned between
 * the record's arrival and its turn, and the alert has one id at both times. */
static bool is_of_one_record(const tc_finding *f)
{
    return f->rule->kind == TC_RULE_DETECTION && f->order.rank >> 24 == TC_OBS_HIT;
}

void tc_incident_content_id(char out[33], const tc_finding *f, const char *what)
{
    const uint64_t numbers[] = {(uint64_t)f->start, (uint64_t)f->order.time, f->order.record_hash,
                                f->order.sub};
    uint64_t a = tc_content_hash(tc_slice_of(what));
    a = tc_content_hash_add(a, f->rule->id.len ? f->rule->id : f->rule->title);
    if (f->rule->ambiguous) {
        uint64_t fingerprint = f->rule->fingerprint;
        a = tc_content_hash_add(a,
                                tc_slice_make((const uint8_t *)&fingerprint, sizeof(fingerprint)));
    }
    if (!is_of_one_record(f)) a = tc_content_hash_add(a, f->entity);
    a = tc_content_hash_add(a, tc_slice_make((const uint8_t *)numbers, sizeof(numbers)));
    snprintf(out, 33, "%016" PRIx64 "%016" PRIx64, a,
             tc_content_hash_add(a, TC_LIT("second half")));
}

void tc_story_begin(tc_story *s, tc_incidents *all, const tc_rule *rule)
{
    *s = (tc_story){.all = all,
                    .alert = {.created = TC_TIME_NONE,
                              .rule_id = rule->id,
                              .rule_name = rule->name,
                              .rule_title = rule->title,
                              .rule_message = rule->message.len ? rule->message : rule->title,
                              .rule_description = rule->description,
                              .rule_file = rule->file,
                              .rule_falsepositives = rule->falsepositives,
                              .rule_falsepositive_count = rule->falsepositive_count,
                              .techniques = rule->techniques,
                              .technique_count = rule->technique_count,
                              .next = rule->next_steps,
                              .next_count = rule->next_step_count}};
    s->alert.baseline = s->facts;
    s->alert.evidence = s->evidence;
}

tc_slice tc_story_keep(tc_story *s, tc_slice text)
{
    tc_slice copy = TC_EMPTY_SLICE;
    if (text.len == 0 || tc_arena_copy(s->all->arena, text, &copy)) return copy;
    s->alert.degraded = true;
    return TC_EMPTY_SLICE;
}

tc_slice tc_story_take(tc_story *s, tc_str *text)
{
    tc_slice kept = tc_story_keep(s, tc_str_view(text));
    if (tc_failed(tc_str_status(text))) {
        s->alert.degraded = true;
        (void)tc_incident_lacks(s->all, tc_str_status(text));
    }
    tc_str_done(text);
    return kept;
}

void tc_story_fact_text(tc_story *s, const char *name, tc_slice text)
{
    tc_alert *a = &s->alert;
    if (a->baseline_count == TC_STORY_FACTS_MAX || text.len == 0) return;
    s->facts[a->baseline_count++] = (tc_alert_fact){name, tc_story_keep(s, text), false};
}

void tc_story_fact_number(tc_story *s, const char *name, double number)
{
    char text[32];
    tc_alert *a = &s->alert;
    snprintf(text, sizeof(text), "%.15g", number);
    if (a->baseline_count == TC_STORY_FACTS_MAX) return;
    s->facts[a->baseline_count++] =
        (tc_alert_fact){name, tc_story_keep(s, tc_slice_of(text)), true};
}

void tc_story_line(tc_story *s, tc_locator at, tc_time time, tc_slice text)
{
    const tc_incident_options *options = &s->all->options;
    tc_slice file =
        options->source_path ? options->source_path(options->context, at.source) : TC_EMPTY_SLICE;
    const char *unit =
        options->source_unit ? options->source_unit(options->context, at.source) : NULL;
    if (s->alert.evidence_count == TC_INCIDENT_EVIDENCE_KEPT) return;
    s->evidence[s->alert.evidence_count++] = (tc_alert_evidence){.file = file,
                                                                 .offset = at.offset,
                                                                 .unit = unit,
                                                                 .line = at.line,
                                                                 .length = at.length,
                                                                 .time = time,
                                                                 .text = text};
}
