/* The last JSON line of a scan: what the verdict rests on. It holds nothing that differs between
 * two runs over the same input (time taken, memory): that is in --stats. */
#include "detector/output/json_fields.h"
#include "detector/output/output_state.h"
#include "detector/output/verdict_words.h"

static void add_coverage(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_array(w, "coverage");
    for (size_t i = 0; i < s->coverage_count; i++) {
        const tc_coverage_row *row = &s->coverage[i];
        tc_json_object_open(w);
        tc_json_field_cstring(w, "indicator", row->indicator);
        tc_json_field_cstring(w, "state", tc_watch_state_name(row->state));
        if (row->required) tc_json_field_bool(w, "required", true);
        tc_json_field_text(w, "why", row->why);
        tc_json_field_text(w, "fix", row->fix);
        tc_json_field_time(w, "first", row->first);
        tc_json_field_time(w, "last", row->last);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_audit(tc_json_writer *w, const tc_summary *s)
{
    if (s->audit_count == 0) return;
    tc_json_field_array(w, "audit");
    for (size_t i = 0; i < s->audit_count; i++) {
        const tc_audit_gap *gap = &s->audit[i];
        tc_json_object_open(w);
        tc_json_field_cstring(w, "kind", gap->kind);
        tc_json_field_text(w, "what", gap->what);
        if (gap->indicator) tc_json_field_cstring(w, "indicator", gap->indicator);
        tc_json_field_text(w, "why", gap->why);
        tc_json_field_text(w, "fix", gap->fix);
        if (gap->mailboxes) tc_json_field_number(w, "mailboxes", gap->mailboxes);
        if (gap->name_count) tc_json_field_array(w, "names");
        for (size_t k = 0; k < gap->name_count; k++)
            tc_json_string(w, gap->names[k]);
        if (gap->name_count) tc_json_array_close(w);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_problems(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_array(w, "problems");
    for (size_t i = 0; i < s->problem_count; i++) {
        tc_json_object_open(w);
        tc_json_field_text(w, "file", s->problems[i].file);
        tc_json_field_text(w, "text", s->problems[i].text);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_left_out(tc_json_writer *w, const tc_summary *s)
{
    if (s->left_out_count == 0) return;
    tc_json_field_array(w, "left_out");
    for (size_t i = 0; i < s->left_out_count; i++) {
        const tc_left_out *l = &s->left_out[i];
        tc_json_object_open(w);
        tc_json_field_cstring(w, "kind", l->kind);
        tc_json_field_text(w, "what", l->what);
        tc_json_field_text(w, "reason", l->reason);
        tc_json_field_text(w, "file", l->file);
        if (l->line) tc_json_field_number(w, "line", l->line);
        tc_json_field_time(w, "until", l->until);
        tc_json_field_bool(w, "ended", l->ended);
        tc_json_field_number(w, "findings", l->findings);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_columns(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_array(w, "columns");
    for (size_t i = 0; i < s->columns_count; i++) {
        const tc_columns_told *c = &s->columns[i];
        tc_json_object_open(w);
        tc_json_field_text(w, "names", c->names);
        tc_json_field_cstring(w, "by", c->rows ? "shapes" : "fields");
        tc_json_field_number(w, "rows", c->rows);
        tc_json_field_number(w, "files", c->files);
        tc_json_field_text(w, "file", c->file);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_mailboxes(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_object(w, "mailboxes");
    tc_json_field_number(w, "seen", s->mailboxes_seen);
    tc_json_field_number(w, "joined", s->mailboxes_joined);
    tc_json_field_number(w, "judged", s->mailboxes_judged);
    tc_json_object_close(w);
}

static void add_incidents(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_object(w, "incidents");
    for (unsigned i = 0; i < TC_LEVEL_COUNT; i++)
        tc_json_field_number(w, tc_level_name((tc_level)i), s->incidents[i]);
    tc_json_object_close(w);
}

static uint64_t single_findings(const tc_summary *s)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < TC_LEVEL_COUNT; i++)
        n += s->single[i];
    return n;
}

static void add_reasons(tc_json_writer *w, const tc_verdict *v)
{
    tc_json_field_array(w, "reasons");
    for (size_t i = 0; i < v->reason_count; i++) {
        tc_json_object_open(w);
        tc_json_field_cstring(w, "reason", v->reasons[i].key);
        tc_json_field_text(w, "text", v->reasons[i].words);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_window(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_time(w, "since", s->since);
    tc_json_field_time(w, "until", s->until);
    tc_json_field_object(w, "logs");
    tc_json_field_time(w, "first", s->first);
    tc_json_field_time(w, "last", s->last);
    tc_json_object_close(w);
}

static void add_files(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_object(w, "files");
    tc_json_field_number(w, "read", s->files.read);
    tc_json_field_number(w, "unread", tc_files_unread(&s->files));
    tc_json_field_number(w, "rejected", s->files.rejected);
    tc_json_field_number(w, "empty", s->files.empty);
    tc_json_field_number(w, "duplicate", s->duplicate_files);
    tc_json_field_number(w, "irrelevant", s->irrelevant_files);
    if (s->links) tc_json_field_number(w, "links", s->links);
    tc_json_object_close(w);
}

static void add_bounds(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_array(w, "bounds");
    for (size_t i = 0; i < s->bounds.count; i++) {
        tc_json_object_open(w);
        tc_json_field_cstring(w, "what", s->bounds.items[i].what);
        tc_json_field_number(w, "limit", s->bounds.items[i].limit);
        tc_json_field_number(w, "given_up", s->bounds.items[i].given_up);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_state(tc_json_writer *w, const tc_state_summary *s)
{
    if (s->path.len == 0) return;
    tc_json_field_object(w, "state");
    tc_json_field_text(w, "path", s->path);
    tc_json_field_number(w, "scans", s->scans);
    tc_json_field_time(w, "judged_before", s->before);
    tc_json_field_time(w, "judged_until", s->until);
    tc_json_field_number(w, "files_judged", s->files_judged);
    tc_json_field_number(w, "files_refused", s->files_refused);
    tc_json_field_number(w, "incidents_unchanged", s->incidents_unchanged);
    tc_json_field_number(w, "incidents_lost", s->incidents_lost);
    tc_json_field_number(w, "rules_lost", s->rules_lost);
    tc_json_field_bool(w, "other_form", s->other_form);
    tc_json_field_bool(w, "other_settings", s->other_settings);
    tc_json_object_close(w);
}

/* Only where the run has rules of its own. */
static void add_rules(tc_json_writer *w, const tc_summary *s)
{
    if (!s->own_rules) return;
    tc_json_field_object(w, "rules");
    tc_json_field_number(w, "left_out", s->rules_left_out);
    tc_json_field_number(w, "idle", s->idle_rules_found);
    tc_json_object_close(w);
}

static void add_message(tc_output *output, tc_json_writer *w, const tc_summary *s)
{
    tc_str *sentence = tc_output_compose(output);
    tc_verdict_sentence(s, sentence);
    tc_json_field_text(w, "message", tc_str_view(sentence));
}

static void add_verdict(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_cstring(w, "type", "summary");
    tc_json_field_cstring(w, "outcome", tc_outcome_name(s->verdict.outcome));
    tc_json_field_number(w, "exit_status", (uint64_t)s->verdict.exit_status);
    tc_json_field_bool(w, "incomplete", s->verdict.incomplete);
    add_reasons(w, &s->verdict);
    add_window(w, s);
    add_incidents(w, s);
    tc_json_field_number(w, "historic_incidents", s->historic_incidents);
    tc_json_field_number(w, "single_findings", single_findings(s));
    add_state(w, &s->state);
}

void tc_output_json_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    tc_time time = s->judged_last == TC_TIME_NONE ? s->last : s->judged_last;
    tc_json_writer writer, *w = &writer;
    (void)now;
    tc_json_writer_init(w, out);
    tc_json_object_open(w);
    tc_json_field_time(w, "@timestamp", time);
    tc_json_field_object(w, "event");
    tc_json_field_cstring(w, "kind", "state");
    tc_json_field_time(w, "start", s->judged_first);
    tc_json_field_time(w, "end", s->judged_last);
    tc_json_object_close(w);
    tc_json_field_object(w, "observer");
    tc_json_field_cstring(w, "product", TC_OUTPUT_PRODUCT);
    tc_json_field_cstring(w, "version", output->options.version);
    tc_json_object_close(w);
    add_message(output, w, s);
    tc_json_field_object(w, "tocsin");
    add_verdict(w, s);
    add_files(w, s);
    add_mailboxes(w, s);
    add_coverage(w, s);
    add_audit(w, s);
    add_left_out(w, s);
    add_bounds(w, s);
    add_columns(w, s);
    add_rules(w, s);
    tc_json_field_number(w, "passes", s->passes);
    tc_json_field_number(w, "disordered_files", s->disordered_files);
    add_problems(w, s);
    tc_json_object_close(w);
    tc_json_object_close(w);
    tc_str_add_byte(out, '\n');
}
