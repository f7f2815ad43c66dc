#include "detector/report/stats_verdict.h"

static void write_number(tc_json_writer *w, const char *key, uint64_t n)
{
    tc_json_key(w, key);
    tc_json_u64(w, n);
}

static void write_double(tc_json_writer *w, const char *key, double n)
{
    tc_json_key(w, key);
    tc_json_double(w, n);
}

static void write_text(tc_json_writer *w, const char *key, const char *text)
{
    tc_json_key(w, key);
    tc_json_cstring(w, text);
}

static void write_slice(tc_json_writer *w, const char *key, tc_slice text)
{
    tc_json_key(w, key);
    tc_json_string(w, text);
}

static void write_time(tc_json_writer *w, const char *key, tc_time time)
{
    char text[TC_TIME_TEXT];
    tc_json_key(w, key);
    if (time == TC_TIME_NONE)
        tc_json_null(w);
    else
        tc_json_cstring(w, tc_time_format(time, text));
}

static void write_outcome(tc_json_writer *w, const tc_summary *s)
{
    const tc_verdict *v = &s->verdict;
    write_text(w, "outcome", tc_outcome_name(v->outcome));
    write_number(w, "exit_status", (uint64_t)v->exit_status);
    tc_json_key(w, "incomplete");
    tc_json_bool(w, v->incomplete);
    tc_json_key(w, "reasons");
    tc_json_array_open(w);
    for (size_t i = 0; i < v->reason_count; i++) {
        tc_json_object_open(w);
        write_text(w, "reason", v->reasons[i].key);
        write_slice(w, "text", v->reasons[i].words);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
    tc_json_key(w, "judged");
    tc_json_object_open(w);
    write_time(w, "first", s->judged_first);
    write_time(w, "last", s->judged_last);
    tc_json_object_close(w);
}

static void write_files(tc_json_writer *w, const tc_file_counts *f)
{
    tc_json_key(w, "files");
    tc_json_object_open(w);
    write_number(w, "read", f->read);
    write_number(w, "empty", f->empty);
    write_number(w, "unreadable", f->unreadable);
    write_number(w, "not_understood", f->not_understood);
    write_number(w, "broken_off", f->broken_off);
    write_number(w, "rejected", f->rejected);
    tc_json_object_close(w);
}

static void write_costs(tc_json_writer *w, const tc_summary *s)
{
    write_double(w, "seconds", s->seconds);
    tc_json_key(w, "stages");
    tc_json_object_open(w);
    write_double(w, "cpu_seconds", s->cpu_seconds);
    write_double(w, "ordered_cpu_seconds", s->ordered_cpu_seconds);
    write_number(w, "observations", s->observations);
    tc_json_object_close(w);
    write_number(w, "peak_rss_bytes", s->peak_rss_bytes);
    write_number(w, "spilled_bytes", s->spilled_bytes);
    write_number(w, "passes", s->passes);
    write_number(w, "disordered_files", s->disordered_files);
}

static void write_bounds(tc_json_writer *w, const tc_bounds *bounds)
{
    tc_json_key(w, "bounds");
    tc_json_array_open(w);
    for (size_t i = 0; i < bounds->count; i++) {
        tc_json_object_open(w);
        write_text(w, "what", bounds->items[i].what);
        write_number(w, "limit", bounds->items[i].limit);
        write_number(w, "given_up", bounds->items[i].given_up);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void write_coverage(tc_json_writer *w, const tc_summary *s)
{
    tc_json_key(w, "coverage");
    tc_json_array_open(w);
    for (size_t i = 0; i < s->coverage_count; i++) {
        const tc_coverage_row *row = &s->coverage[i];
        tc_json_object_open(w);
        write_text(w, "indicator", row->indicator);
        write_text(w, "state", tc_watch_state_name(row->state));
        if (row->required) {
            tc_json_key(w, "required");
            tc_json_bool(w, true);
        }
        write_slice(w, "why", row->why);
        write_slice(w, "fix", row->fix);
        write_time(w, "first", row->first);
        write_time(w, "last", row->last);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

void tc_stats_verdict(tc_json_writer *w, const tc_summary *s)
{
    write_outcome(w, s);
    write_files(w, &s->files);
    write_costs(w, s);
    tc_json_key(w, "mailboxes");
    tc_json_object_open(w);
    write_number(w, "seen", s->mailboxes_seen);
    write_number(w, "joined", s->mailboxes_joined);
    write_number(w, "judged", s->mailboxes_judged);
    tc_json_object_close(w);
    write_bounds(w, &s->bounds);
    write_coverage(w, s);
}
