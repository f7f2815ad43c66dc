/* The last JSON line of a scan: what the verdict rests on. It holds nothing that differs between
 * two runs over the same input (time taken, memory): that is in --stats. */
#include "detector/output/json_fields.h"
#include "detector/output/output_state.h"

static void add_coverage(tc_json_writer *w, const tc_summary *s)
{
    tc_json_field_array(w, "coverage");
    for (size_t i = 0; i < s->coverage_count; i++) {
        const tc_coverage_row *row = &s->coverage[i];
        tc_json_object_open(w);
        tc_json_field_cstring(w, "indicator", row->indicator);
        tc_json_field_cstring(w, "state", tc_watch_state_name(row->state));
        tc_json_field_text(w, "why", row->why);
        tc_json_field_text(w, "fix", row->fix);
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

void tc_output_json_summary(const tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_json_writer writer, *w = &writer;
    tc_json_writer_init(w, out);
    tc_json_object_open(w);
    tc_json_field_time(w, "@timestamp", s->last);
    tc_json_field_object(w, "event");
    tc_json_field_cstring(w, "kind", "state");
    tc_json_field_time(w, "start", s->first);
    tc_json_field_time(w, "end", s->last);
    tc_json_object_close(w);
    tc_json_field_object(w, "observer");
    tc_json_field_cstring(w, "product", TC_OUTPUT_PRODUCT);
    tc_json_field_cstring(w, "version", output->options.version);
    tc_json_object_close(w);
    tc_json_field_object(w, "tocsin");
    tc_json_field_cstring(w, "type", "summary");
    tc_json_field_bool(w, "incomplete", s->incomplete);
    tc_json_field_number(w, "passes", s->passes);
    tc_json_field_number(w, "disordered_files", s->disordered_files);
    add_incidents(w, s);
    add_mailboxes(w, s);
    add_coverage(w, s);
    add_problems(w, s);
    tc_json_object_close(w);
    tc_json_object_close(w);
    tc_str_add_byte(out, '\n');
}
