#include "detector/app/match_print.h"

#include "detector/sigma/correlation_kind.h"
#include "parsers/base/json_writer.h"

static void add_member(tc_json_writer *w, const char *key, tc_slice text)
{
    if (text.len == 0) return;
    tc_json_key(w, key);
    tc_json_string(w, text);
}

static void add_rule(tc_json_writer *w, const tc_rule *rule)
{
    tc_json_key(w, "rule");
    tc_json_object_open(w);
    add_member(w, "id", rule->id);
    add_member(w, "name", rule->name);
    tc_json_key(w, "title");
    tc_json_string(w, rule->title);
    tc_json_object_close(w);
}

/* What both kinds of lines begin with. */
static void open_line(tc_json_writer *w, tc_str *out, const tc_match_record *r, tc_time time,
                      tc_slice file)
{
    char text[TC_TIME_TEXT];
    tc_json_writer_init(w, out);
    tc_json_object_open(w);
    if (time != TC_TIME_NONE) {
        tc_json_key(w, "@timestamp");
        tc_json_cstring(w, tc_time_format(time, text));
    }
    add_member(w, "file", file);
    tc_json_key(w, "line");
    tc_json_u64(w, r->at.line);
    tc_json_key(w, "event");
    tc_json_u64(w, r->event);
}

static void close_line(tc_json_writer *w, tc_str *out)
{
    tc_json_object_close(w);
    tc_str_add_byte(out, '\n');
}

void tc_match_print(tc_str *out, const tc_match_record *r, tc_time time, tc_slice file,
                    const tc_rule *rule)
{
    tc_json_writer w;
    open_line(&w, out, r, time, file);
    add_rule(&w, rule);
    if (r->json.len) {
        tc_json_key(&w, "record");
        tc_json_raw(&w, r->json);
    }
    close_line(&w, out);
}

static void add_group(tc_json_writer *w, const tc_firing *f)
{
    const tc_correlation *c = f->rule->correlation;
    tc_json_key(w, "group");
    tc_json_object_open(w);
    for (size_t i = 0; i < c->group_count; i++) {
        tc_json_key_slice(w, c->group_by[i]);
        tc_json_string(w, f->group[i].text);
    }
    tc_json_object_close(w);
}

void tc_match_print_firing(tc_str *out, const tc_match_record *r, tc_time time, tc_slice file,
                           const tc_firing *f)
{
    tc_json_writer w;
    const tc_correlation_kind *kind = tc_correlation_kind_of(f->rule->correlation->type);
    open_line(&w, out, r, time, file);
    add_rule(&w, f->rule);
    tc_json_key(&w, "type");
    tc_json_cstring(&w, kind->name);
    add_group(&w, f);
    if (kind->learns) {
        tc_json_key(&w, "value");
        tc_json_string(&w, f->value);
        if (kind->replaces) {
            tc_json_key(&w, "previous");
            tc_json_string(&w, f->previous);
        }
    } else {
        tc_json_key(&w, "count");
        tc_json_double(&w, f->count);
    }
    close_line(&w, out);
}
