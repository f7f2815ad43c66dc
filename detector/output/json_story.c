#include "detector/output/json_story.h"

#include "detector/output/incident_words.h"
#include "detector/output/proof_words.h"

/* -- words ---------------------------------------------------------------------------------- */

static void add_step(void *context, tc_slice step)
{
    tc_json_string(context, step);
}

static void add_words(tc_output *output, tc_json_writer *w, const tc_facts *f)
{
    tc_words_site site = {.logs = tc_str_view(&output->page.logs)};
    tc_str *text = tc_output_compose(output);
    tc_words_headline(f, text);
    tc_json_field_text(w, "headline", tc_str_view(text));
    text = tc_output_compose(output);
    tc_words_why(f, text);
    tc_json_field_text(w, "why", tc_str_view(text));
    tc_json_field_array(w, "false_positives");
    for (size_t i = 0; i < f->alert->rule_falsepositive_count; i++)
        tc_json_string(w, f->alert->rule_falsepositives[i]);
    tc_json_array_close(w);
    tc_json_field_array(w, "do");
    tc_words_do(f, &site, add_step, w);
    tc_json_array_close(w);
}

/* -- figures -------------------------------------------------------------------------------- */

static void add_rules(tc_json_writer *w, const tc_alert *a)
{
    if (a->rule_count == 0) return;
    tc_json_field_array(w, "rules");
    for (size_t i = 0; i < a->rule_count; i++) {
        const tc_alert_rule *r = &a->rules[i];
        tc_json_object_open(w);
        tc_json_field_text(w, "name", r->name);
        tc_json_field_text(w, "message", r->message);
        tc_json_field_cstring(w, "level", tc_level_name(r->level));
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_figure(tc_json_writer *w, const char *key, double number)
{
    char text[32];
    snprintf(text, sizeof(text), "%.15g", number);
    tc_json_key(w, key);
    tc_json_raw(w, tc_slice_of(text));
}

static void add_measure(tc_json_writer *w, const tc_alert_measure *m)
{
    if (!m->known && m->within_ns == 0) return;
    tc_json_field_object(w, "measure");
    if (m->known) {
        add_figure(w, "count", m->count);
        tc_json_field_cstring(w, "relation", m->relation);
        add_figure(w, "wants", m->wants);
        tc_json_field_text(w, "of", m->of);
    }
    if (m->within_ns) add_figure(w, "within_seconds", (double)(m->within_ns / TC_SECOND));
    tc_json_object_close(w);
}

static void add_crowd(tc_json_writer *w, const tc_alert_crowd *c)
{
    if (c->name_count == 0) return;
    tc_json_field_object(w, "crowd");
    tc_json_field_texts(w, "names", c->names, c->name_count);
    if (c->of) tc_json_field_number(w, "of", c->of);
    if (c->days) {
        tc_json_field_number(w, "usual_most", c->most);
        tc_json_field_number(w, "usual_days", c->days);
    }
    tc_json_object_close(w);
}

void tc_json_story(tc_output *output, tc_json_writer *w, const tc_alert *a)
{
    tc_facts f = tc_facts_of(a);
    if (a->transition == TC_TRANSITION_FINAL) add_words(output, w, &f);
    add_rules(w, a);
    add_measure(w, &a->measure);
    add_crowd(w, &a->crowd);
}

/* -- proof ---------------------------------------------------------------------------------- */

void tc_json_story_evidence(tc_output *output, tc_json_writer *w, const tc_alert *a,
                            const tc_alert_evidence *e)
{
    tc_str *text = tc_output_compose(output);
    tc_facts f = tc_facts_of(a);
    tc_proof_kind kind = tc_proof_words(e->text, text);
    if (kind == TC_PROOF_NONE) return;
    tc_json_field_cstring(w, "phase", tc_proof_phase(kind, e->time, f.first_access));
    tc_json_field_text(w, "shows", tc_str_view(text));
}
