/* The answer of scope as JSON lines. */
#include "detector/inquire/scope_page.h"

#include "detector/output/json_fields.h"

static void begin(tc_json_writer *w, const char *type, tc_str *out)
{
    tc_json_writer_init(w, out);
    tc_json_object_open(w);
    tc_json_field_object(w, "tocsin");
    tc_json_field_cstring(w, "type", type);
}

static void end(tc_json_writer *w, tc_str *out)
{
    tc_json_object_close(w);
    tc_json_object_close(w);
    tc_str_add_byte(out, '\n');
}

void tc_scope_json_head(const tc_scope_page *page, tc_str *out)
{
    tc_json_writer w;
    begin(&w, "scope_sources", out);
    tc_json_field_time(&w, "newest", page->newest);
    tc_json_field_number(&w, "incidents", page->answer_count);
    tc_json_field_number(&w, "incidents_below", page->lower);
    tc_json_field_number(&w, "kept_one_in", page->kept_one_in);
    tc_json_field_number(&w, "bound", page->bound);
    tc_json_field_array(&w, "sources");
    for (size_t i = 0; i < page->reach_count; i++) {
        const tc_scope_reach *r = &page->reaches[i];
        tc_json_object_open(&w);
        tc_json_field_text(&w, "host", r->host);
        tc_json_field_cstring(&w, "format", r->format);
        tc_json_field_number(&w, "files", r->files);
        tc_json_field_time(&w, "newest", r->newest);
        if (r->newest != TC_TIME_NONE)
            tc_json_field_number(&w, "behind_seconds",
                                 (uint64_t)(tc_time_between(r->newest, page->newest) / TC_SECOND));
        tc_json_object_close(&w);
    }
    tc_json_array_close(&w);
    end(&w, out);
}

static void add_requests(tc_json_writer *w, uint64_t in, uint64_t refused, uint64_t asked)
{
    tc_json_field_number(w, "let_in", in);
    tc_json_field_number(w, "refused", refused);
    tc_json_field_number(w, "logons_sent", asked);
}

static void add_reason(tc_json_writer *w, const tc_scope_reason *r)
{
    tc_json_object_open(w);
    tc_json_field_cstring(w, "kind", tc_scope_kind_name(r->kind));
    tc_json_field_text(w, "what", r->what);
    tc_json_field_cstring(w, "mark", tc_scope_mark_name(r->mark));
    tc_json_field_time(w, "first", r->first);
    tc_json_field_time(w, "last", r->last);
    add_requests(w, r->in, r->refused, r->asked);
    tc_json_field_bool(w, "before_incident", r->home);
    tc_json_field_bool(w, "own_device", r->device);
    tc_json_object_close(w);
}

static void add_row(tc_json_writer *w, const tc_scope_row *row)
{
    tc_json_object_open(w);
    tc_json_field_text(w, "name", row->name);
    tc_json_field_cstring(w, "mark", tc_scope_mark_name(row->mark));
    tc_json_field_bool(w, "named", row->named);
    tc_json_field_bool(w, "guest", row->guest);
    tc_json_field_bool(w, "unknown", row->unknown);
    tc_json_field_time(w, "first", row->first);
    tc_json_field_time(w, "last", row->last);
    add_requests(w, row->in, row->refused, row->asked);
    tc_json_field_array(w, "reasons");
    for (size_t i = 0; i < row->reason_count; i++)
        add_reason(w, &row->reasons[i]);
    tc_json_array_close(w);
    tc_json_object_close(w);
}

static void add_shared(tc_json_writer *w, const tc_scope_shared *s)
{
    tc_json_object_open(w);
    tc_json_field_cstring(w, "kind", tc_scope_kind_name(s->kind));
    tc_json_field_text(w, "what", s->what);
    tc_json_field_number(w, "others", s->others);
    tc_json_field_bool(w, "inside", s->inside);
    tc_json_object_close(w);
}

void tc_scope_json_incident(const tc_scope_page *page, size_t index, tc_str *out)
{
    const tc_scope_answer *a = &page->answers[index];
    tc_json_writer w;
    begin(&w, "scope", out);
    tc_json_field_cstring(&w, "incident", a->id);
    tc_json_field_cstring(&w, "level", tc_level_name(a->level));
    tc_json_field_text(&w, "message", a->title);
    tc_json_field_cstring(&w, "state", tc_scope_is_active(a, page->newest) ? "active" : "quiet");
    tc_json_field_time(&w, "start", a->start);
    tc_json_field_time(&w, "last_sign", a->last_sign);
    tc_json_field_time(&w, "newest", page->newest);
    tc_json_field_array(&w, "touched");
    for (size_t i = 0; i < a->row_count; i++)
        add_row(&w, &a->rows[i]);
    tc_json_array_close(&w);
    tc_json_field_array(&w, "not_followed");
    for (size_t i = 0; i < a->shared_count; i++)
        add_shared(&w, &a->shared[i]);
    tc_json_array_close(&w);
    end(&w, out);
}
