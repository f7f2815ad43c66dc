#include "detector/send/notice_tell.h"

#include "detector/output/escape.h"
#include "parsers/base/json_writer.h"

#define TEXT_MAX ((size_t)1024)

static const tc_medium in_element = {"\"\\]", true}, behind = {"", true}, before = {"[", false},
                       in_cef = {"\\=", true}, cef_header = {"\\|", true}, in_leef = {"^", false},
                       leef_header = {"|^", false};

/* A raw text, escaped and guarded. */
static void add_text(const tc_medium *medium, tc_slice raw, tc_str *out)
{
    tc_str escaped;
    tc_str_init(&escaped, 8 * TC_VALUE_MAX);
    tc_escape_value(&escaped, raw);
    if (tc_failed(tc_str_status(&escaped))) out->failed = escaped.failed;
    (void)tc_medium_add(out, medium, tc_str_view(&escaped), TEXT_MAX, false);
    tc_str_done(&escaped);
}

/* -- syslog ---------------------------------------------------------------------------------- */

static void add_parameter(const char *name, tc_slice value, tc_str *out)
{
    tc_str_addf(out, " %s=\"", name);
    add_text(&in_element, value, out);
    tc_str_add_byte(out, '"');
}

static void add_named(const tc_receiver *r, const char *first, const char *second, tc_slice value,
                      tc_str *out)
{
    char name[64];
    snprintf(name, sizeof(name), "%s%s%s", first, r->names == TC_NAMES_FLAT ? "_" : ".", second);
    add_parameter(name, value, out);
}

static void add_element(const tc_notice *n, const tc_receiver *r, tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(out, "[tocsin@%" PRIu32, r->enterprise);
    add_named(r, "tocsin", "type", tc_slice_of(n->kind), out);
    add_named(r, "tocsin", "level", tc_slice_of(tc_level_name(n->level)), out);
    add_named(r, "event", "kind", TC_LIT("state"), out);
    add_named(r, "event", "id", tc_slice_of(n->id), out);
    add_named(r, "event", "created", tc_slice_of(tc_time_format_ms(n->time, time)), out);
    for (size_t i = 0; i < n->fact_count; i++)
        add_named(r, "tocsin", n->facts[i].name, n->facts[i].text, out);
    tc_str_add_byte(out, ']');
}

static void tell_syslog(const tc_notice *n, const tc_receiver *r, tc_str *out)
{
    add_element(n, r, out);
    tc_str_add_byte(out, ' ');
    add_text(&behind, n->message, out);
}

static void tell_local(const tc_notice *n, const tc_receiver *r, tc_str *out)
{
    add_text(&before, n->message, out);
    tc_str_add_byte(out, ' ');
    add_element(n, r, out);
}

/* -- CEF and LEEF ---------------------------------------------------------------------------- */

static int severity(tc_level level)
{
    static const int of[TC_LEVEL_COUNT] = {1, 3, 5, 8, 10};
    return of[level];
}

/* Attribute names know letters and digits: a letter behind '_' becomes a capital, and the first one
 * where something stands before it. */
static void add_attribute_name(const char *name, bool raise, tc_str *out)
{
    for (const char *c = name; *c; c++) {
        if (*c == '_') {
            raise = true;
            continue;
        }
        tc_str_add_byte(out, raise && *c >= 'a' && *c <= 'z' ? (uint8_t)(*c - 32) : (uint8_t)*c);
        raise = false;
    }
}

static void tell_cef(const tc_notice *n, const tc_receiver *r, tc_str *out)
{
    tc_str_add(out, TC_LIT("CEF:0|tocsin|tocsin|"));
    add_text(&cef_header, tc_slice_of(r->version), out);
    tc_str_addf(out, "|%s|%s|%d|cat=%s externalId=%s rt=%" PRId64 " dvchost=", n->kind, n->kind,
                severity(n->level), n->kind, n->id, n->time / 1000000);
    add_text(&in_cef, tc_slice_of(r->own_host), out);
    for (size_t i = 0; i < n->fact_count; i++) {
        tc_str_add(out, TC_LIT(" tocsin"));
        add_attribute_name(n->facts[i].name, true, out);
        tc_str_add_byte(out, '=');
        add_text(&in_cef, n->facts[i].text, out);
    }
    tc_str_add(out, TC_LIT(" msg="));
    add_text(&in_cef, n->message, out);
}

static void add_leef_time(tc_time time, tc_str *out)
{
    char text[TC_TIME_TEXT];
    tc_slice iso = tc_slice_of(tc_time_format_ms(time, text));
    tc_str_add(out, TC_LIT("^devTime="));
    tc_str_add(out, tc_slice_sub(iso, 0, iso.len - 1));
    tc_str_add(out, TC_LIT("+0000^devTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ"));
}

static void tell_leef(const tc_notice *n, const tc_receiver *r, tc_str *out)
{
    tc_str_add(out, TC_LIT("LEEF:2.0|tocsin|tocsin|"));
    add_text(&leef_header, tc_slice_of(r->version), out);
    tc_str_addf(out, "|%s|^|cat=%s^sev=%d", n->kind, n->kind, severity(n->level));
    add_leef_time(n->time, out);
    tc_str_addf(out, "^id=%s^level=%s", n->id, tc_level_name(n->level));
    for (size_t i = 0; i < n->fact_count; i++) {
        tc_str_add_byte(out, '^');
        add_attribute_name(n->facts[i].name, false, out);
        tc_str_add_byte(out, '=');
        add_text(&in_leef, n->facts[i].text, out);
    }
    tc_str_add(out, TC_LIT("^msg="));
    add_text(&in_leef, n->message, out);
}

/* -- JSON ------------------------------------------------------------------------------------ */

static void add_event(tc_json_writer *w, const tc_notice *n, const char *time)
{
    tc_json_key(w, "event");
    tc_json_object_open(w);
    tc_json_key(w, "kind");
    tc_json_cstring(w, "state");
    tc_json_key(w, "id");
    tc_json_cstring(w, n->id);
    tc_json_key(w, "created");
    tc_json_cstring(w, time);
    tc_json_key(w, "severity");
    tc_json_u64(w, (uint64_t)tc_level_severity(n->level));
    tc_json_object_close(w);
}

static void add_facts(tc_json_writer *w, const tc_notice *n)
{
    tc_json_key(w, "tocsin");
    tc_json_object_open(w);
    tc_json_key(w, "type");
    tc_json_cstring(w, n->kind);
    tc_json_key(w, "level");
    tc_json_cstring(w, tc_level_name(n->level));
    for (size_t i = 0; i < n->fact_count; i++) {
        tc_json_key(w, n->facts[i].name);
        if (n->facts[i].number)
            tc_json_raw(w, n->facts[i].text);
        else
            tc_json_string(w, n->facts[i].text);
    }
    tc_json_object_close(w);
}

static void tell_json(const tc_notice *n, const tc_receiver *r, tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_json_writer w;
    tc_json_writer_init(&w, out);
    (void)tc_time_format_ms(n->time, time);
    tc_json_object_open(&w);
    tc_json_key(&w, "@timestamp");
    tc_json_cstring(&w, time);
    tc_json_key(&w, "message");
    tc_json_string(&w, n->message);
    add_event(&w, n, time);
    tc_json_key(&w, "observer");
    tc_json_object_open(&w);
    tc_json_key(&w, "product");
    tc_json_cstring(&w, "tocsin");
    tc_json_key(&w, "version");
    tc_json_cstring(&w, r->version);
    tc_json_object_close(&w);
    add_facts(&w, n);
    tc_json_object_close(&w);
}

void tc_notice_tell(const tc_notice *notice, const tc_receiver *receiver, tc_str *out)
{
    static void (*const tell[TC_FORM_COUNT])(const tc_notice *, const tc_receiver *, tc_str *) = {
        [TC_FORM_SYSLOG] = tell_syslog, [TC_FORM_LOCAL] = tell_local, [TC_FORM_CEF] = tell_cef,
        [TC_FORM_LEEF] = tell_leef,     [TC_FORM_JSON] = tell_json,
    };
    tell[receiver->form](notice, receiver, out);
}
