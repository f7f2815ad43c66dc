/* tocsin state: what a folder of tocsin watch holds, whether it is sound, and its rows as JSON. */
#include "detector/app/command.h"
#include "detector/live/control.h"
#include "detector/report/outlet.h"
#include "detector/store/inspect.h"
#include "parsers/base/json_writer.h"
#include "parsers/base/utf8.h"

#define PAGE_MAX ((size_t)64 << 20)
#define FLUSH_AT ((size_t)64 << 10)

typedef struct looking {
    const char *folder;
    tc_inspect *inspect;
    tc_inspect_calls calls;
    tc_outlet outlet;
    tc_str page;
    uint64_t problems;
    bool any;
    tc_error error;
} looking;

static TC_STATUS flush(looking *l)
{
    TC_TRY(tc_str_status(&l->page));
    TC_TRY(tc_outlet_write(&l->outlet, tc_str_view(&l->page), &l->error));
    tc_str_clear(&l->page);
    return TC_SUCCESS;
}

/* -- info ----------------------------------------------------------------------------------- */

static void add_bytes(tc_str *page, uint64_t bytes)
{
    if (bytes < 10000)
        tc_str_addf(page, "%" PRIu64 " bytes", bytes);
    else if (bytes < UINT64_C(10000) << 10)
        tc_str_addf(page, "%" PRIu64 " KiB", bytes >> 10);
    else
        tc_str_addf(page, "%" PRIu64 " MiB", bytes >> 20);
}

static void add_snapshot(tc_str *page, const tc_inspect_snapshot *s)
{
    char made[TC_TIME_TEXT];
    if (s->number == 0) return;
    tc_str_addf(page, "snapshot   %s, row %" PRIu64 " of the journal, ",
                tc_time_format_human(s->made, made), s->journal);
    add_bytes(page, s->bytes);
    tc_str_addf(page, " (snapshot-%" PRIu64 ")\n", s->number);
}

static void add_journal(tc_str *page, const tc_inspect_facts *f)
{
    char from[TC_TIME_TEXT], to[TC_TIME_TEXT];
    if (f->journal_rows == 0) {
        tc_str_addf(page, "journal    empty\n");
        return;
    }
    tc_str_addf(page, "journal    rows %" PRIu64 " to %" PRIu64 ", %s to %s, ", f->journal_first,
                f->journal_last, tc_time_format_human(f->journal_from, from),
                tc_time_format_human(f->journal_to, to));
    add_bytes(page, f->journal_bytes);
    tc_str_addf(page, "\n");
}

static TC_STATUS add_receiver(void *context, tc_slice name, const tc_outbox_tally *t)
{
    looking *l = context;
    tc_str_addf(&l->page, "outbox     ");
    tc_escape_text(&l->page, name);
    tc_str_addf(&l->page,
                ": %" PRIu64 " waiting, %" PRIu64 " sent, %" PRIu64 " dead, %" PRIu64 " dropped\n",
                t->waiting, t->sent, t->dead, t->dropped);
    l->any = true;
    return TC_SUCCESS;
}

static void add_set_aside(void *context, const char *name)
{
    looking *l = context;
    tc_str_addf(&l->page, "set aside  ");
    tc_escape_text(&l->page, tc_slice_of(name));
    tc_str_addf(&l->page, "\n");
}

static TC_STATUS info(looking *l)
{
    tc_inspect_facts f;
    char born[TC_TIME_TEXT];
    TC_TRY(tc_inspect_facts_of(l->inspect, &f, &l->error));
    tc_str_addf(&l->page, "kept since %s, ", tc_time_format_human(f.born, born));
    add_bytes(&l->page, f.bytes);
    tc_str_addf(&l->page, ", %s\n", f.used ? "in use now" : "not in use");
    tc_str_addf(&l->page, "points     %" PRIu64 ", other values %" PRIu64 "\n", f.points, f.values);
    add_journal(&l->page, &f);
    for (size_t i = 0; i < TC_COUNT_OF(f.snapshots); i++)
        add_snapshot(&l->page, &f.snapshots[i]);
    if (f.snapshots[0].number == 0) tc_str_addf(&l->page, "snapshot   none\n");
    TC_TRY(tc_inspect_receivers(l->inspect, &l->calls, &l->error));
    if (!l->any) tc_str_addf(&l->page, "outbox     empty\n");
    return tc_inspect_set_aside(l->inspect, &l->calls, &l->error);
}

/* -- check ---------------------------------------------------------------------------------- */

static void add_problem(void *context, const char *words)
{
    looking *l = context;
    l->problems++;
    tc_escape_text(&l->page, tc_slice_of(words));
    tc_str_addf(&l->page, "\n");
}

static TC_STATUS check(looking *l)
{
    TC_TRY(tc_inspect_check(l->inspect, &l->calls, &l->error));
    if (l->problems == 0)
        tc_str_addf(&l->page, "sound\n");
    else
        tc_str_addf(&l->page, "%" PRIu64 " problem%s; the next run sets aside what it cannot use\n",
                    l->problems, l->problems == 1 ? "" : "s");
    return TC_SUCCESS;
}

/* -- export --------------------------------------------------------------------------------- */

/* Text where it is text, else hexadecimal under another name. */
static void add_value(tc_json_writer *w, const char *key, tc_slice value)
{
    char name[32], digits[3];
    if (tc_utf8_valid(value) && tc_slice_find(value, 0) == TC_NPOS) {
        tc_json_key(w, key);
        tc_json_string(w, value);
        return;
    }
    tc_str hex;
    tc_str_init(&hex, 2 * TC_STORE_BODY_MAX + 1);
    for (size_t i = 0; i < value.len; i++) {
        snprintf(digits, sizeof(digits), "%02x", value.ptr[i]);
        tc_str_add(&hex, tc_slice_of(digits));
    }
    snprintf(name, sizeof(name), "%s_hex", key);
    tc_json_key(w, name);
    tc_json_string(w, tc_str_view(&hex));
    tc_str_done(&hex);
}

static void open_line(looking *l, tc_json_writer *w, const char *kind)
{
    tc_json_writer_init(w, &l->page);
    tc_json_object_open(w);
    tc_json_key(w, "kind");
    tc_json_cstring(w, kind);
}

static TC_STATUS close_line(looking *l, tc_json_writer *w)
{
    tc_json_object_close(w);
    tc_str_add_byte(&l->page, '\n');
    return l->page.len < FLUSH_AT ? tc_str_status(&l->page) : flush(l);
}

static TC_STATUS export_kept(void *context, bool point, tc_slice key, tc_slice value)
{
    tc_json_writer w;
    open_line(context, &w, point ? "point" : "value");
    add_value(&w, "key", key);
    add_value(&w, "value", value);
    return close_line(context, &w);
}

static void add_number(tc_json_writer *w, const char *key, uint64_t number)
{
    tc_json_key(w, key);
    tc_json_u64(w, number);
}

static void add_time(tc_json_writer *w, const char *key, tc_time time)
{
    char text[TC_TIME_TEXT];
    tc_json_key(w, key);
    tc_json_cstring(w, tc_time_format_ms(time, text));
}

static TC_STATUS export_alert(void *context, tc_slice receiver, const tc_outbox_row *row, bool dead,
                              tc_slice why)
{
    tc_json_writer w;
    open_line(context, &w, dead ? "dead" : "waiting");
    add_number(&w, "sequence", row->sequence);
    add_value(&w, "receiver", receiver);
    add_value(&w, "id", row->id);
    add_number(&w, "ordinal", row->ordinal);
    add_number(&w, "level", row->level);
    add_time(&w, "time", row->time);
    add_time(&w, "committed", row->made);
    add_number(&w, "attempts", row->attempts);
    add_value(&w, "why", why);
    add_value(&w, "payload", row->payload);
    return close_line(context, &w);
}

static TC_STATUS export_all(looking *l)
{
    TC_TRY(tc_inspect_kept(l->inspect, &l->calls, &l->error));
    return tc_inspect_alerts(l->inspect, &l->calls, &l->error);
}

/* -- metrics -------------------------------------------------------------------------------- */

/* Those of the run; where there is none, that there is none. */
static TC_STATUS metrics(looking *l)
{
    bool running;
    tc_request request = {.kind = TC_REQUEST_METRICS, .from = TC_TIME_NONE, .until = TC_TIME_NONE};
    TC_TRY(tc_control_ask(l->folder, &request, &l->page, &running, &l->error));
    if (!running)
        tc_str_addf(&l->page, "# HELP tocsin_up 1 while the run lives\n# TYPE tocsin_up gauge\n"
                              "tocsin_up 0\n");
    return TC_SUCCESS;
}

/* -- the command ---------------------------------------------------------------------------- */

typedef struct verb {
    const char *name;
    TC_STATUS (*run)(looking *l);
} verb;

static const verb verbs[] = {
    {"info", info}, {"check", check}, {"export", export_all}, {"metrics", metrics}};

static const verb *verb_of(const tc_options *o)
{
    for (size_t i = 0; o->paths.count == 2 && i < TC_COUNT_OF(verbs); i++)
        if (strcmp(o->paths.items[0], verbs[i].name) == 0) return &verbs[i];
    return NULL;
}

static TC_STATUS look(looking *l, const tc_options *o)
{
    const verb *v = verb_of(o);
    if (v == NULL)
        return tc_fail(&l->error, TC_ESYNTAX,
                       "state: say `tocsin state info|check|export|metrics FOLDER`");
    l->folder = o->paths.items[1];
    TC_TRY(tc_inspect_open(l->folder, &l->inspect, &l->error));
    TC_TRY(tc_outlet_open(&l->outlet, NULL, &l->error));
    TC_TRY(v->run(l));
    TC_TRY(flush(l));
    return tc_outlet_close(&l->outlet, &l->error);
}

int tc_command_state(const tc_options *options, tc_time now)
{
    looking l = {.calls = {.receiver = add_receiver,
                           .set_aside = add_set_aside,
                           .kept = export_kept,
                           .alert = export_alert,
                           .problem = add_problem}};
    (void)now;
    l.calls.context = &l;
    tc_str_init(&l.page, PAGE_MAX);
    tc_status status = look(&l, options);
    int exit_status = l.problems ? TC_EXIT_FOUND : TC_EXIT_NOTHING;
    if (tc_failed(status)) exit_status = tc_command_failed(status, &l.error);
    tc_outlet_done(&l.outlet);
    tc_inspect_close(l.inspect);
    tc_str_done(&l.page);
    return exit_status;
}
