#include "detector/app/incident_kept.h"

#include "detector/app/command.h"
#include "detector/live/control.h"
#include "detector/report/outlet.h"
#include "detector/report/terminal.h"

#include <stdlib.h>
#include <unistd.h>

#define PAGE_MAX ((size_t)64 << 20)
#define ID_LEAST 4
#define EXCEPTION_MAX ((size_t)64 << 10)

typedef struct kept_run {
    const tc_options *options;
    tc_time now;
    const char *folder, *id; /* id NULL: none was said */
    bool json;
    tc_kept_incidents incidents;
    tc_outlet outlet;
    tc_str page;
    tc_error error;
} kept_run;

static TC_STATUS read_state(kept_run *k)
{
    tc_status status = tc_kept_incidents_read(k->folder, k->now, &k->incidents, &k->error);
    if (!tc_failed(status) && k->incidents.damaged)
        fprintf(stderr, "tocsin: %zu values of the state could not be read (tocsin state check)\n",
                k->incidents.damaged);
    return status;
}

/* -- asking --------------------------------------------------------------------------------- */

static TC_STATUS list(kept_run *k)
{
    TC_TRY(read_state(k));
    if (k->json)
        tc_incident_list_json(&k->incidents, k->options->all, k->now, &k->page);
    else
        tc_incident_list(&k->incidents, k->options->all, tc_terminal_width(k->outlet.descriptor),
                         k->now, &k->page);
    return TC_SUCCESS;
}

static TC_STATUS show(kept_run *k)
{
    const tc_kept_incident *incident;
    TC_TRY(read_state(k));
    TC_TRY(tc_kept_incidents_find(&k->incidents, k->id, &incident, &k->error));
    if (k->json)
        tc_incident_show_json(incident, k->now, &k->page);
    else
        tc_incident_show(incident, k->now, &k->page);
    return TC_SUCCESS;
}

/* -- saying --------------------------------------------------------------------------------- */

static const char *who(const tc_options *o, char room[32])
{
    static const char *const names[] = {"SUDO_USER", "LOGNAME", "USER"};
    if (o->by != NULL) return o->by;
    for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
        const char *name = getenv(names[i]);
        if (name != NULL && name[0] != 0) return name;
    }
    snprintf(room, 32, "user %u", (unsigned)getuid());
    return room;
}

static TC_STATUS take(const char *what, const char *from, char *out, size_t size, tc_error *reterr)
{
    if (strlen(from) >= size)
        return tc_fail(reterr, TC_ESYNTAX, "%s: longer than %zu bytes", what, size - 1);
    (void)tc_slice_to_cstr(tc_slice_of(from), out, size);
    return TC_SUCCESS;
}

static TC_STATUS say(kept_run *k, tc_request *r)
{
    char room[32];
    bool running;
    TC_TRY(take("the incident's id", k->id, r->incident, sizeof(r->incident), &k->error));
    TC_TRY(take("--by", who(k->options, room), r->by, sizeof(r->by), &k->error));
    if (k->options->note)
        TC_TRY(take("--note", k->options->note, r->note, sizeof(r->note), &k->error));
    TC_TRY(tc_control_ask(k->folder, r, &k->page, &running, &k->error));
    if (running) return TC_SUCCESS;
    return tc_fail(&k->error, TC_EIO,
                   "no tocsin watch runs on %.200s: it alone writes there, so start it first "
                   "(list and show need no run)",
                   k->folder);
}

static TC_STATUS ack(kept_run *k)
{
    tc_request r = {.kind = TC_REQUEST_ACK, .from = TC_TIME_NONE, .until = TC_TIME_NONE};
    return say(k, &r);
}

static TC_STATUS read_verdict(kept_run *k, bool *ret)
{
    const char *as = k->options->as;
    *ret = as != NULL && strcmp(as, "true") == 0;
    if (*ret || (as != NULL && strcmp(as, "false") == 0)) return TC_SUCCESS;
    return tc_fail(&k->error, TC_ESYNTAX,
                   "close: say what it was: --as true (an intruder) or --as false (none)");
}

static TC_STATUS propose(kept_run *k, const tc_kept_incident *incident)
{
    tc_str exception;
    tc_str_init(&exception, EXCEPTION_MAX);
    bool proposed = tc_incident_exception(incident, k->options->note, k->now, &exception);
    if (proposed)
        tc_str_addf(&k->page,
                    "\nThe narrowest exception, for the configuration (tocsin config check):\n\n");
    tc_str_add(&k->page, tc_str_view(&exception));
    tc_status status = tc_str_status(&exception);
    if (proposed && !tc_failed(status)) {
        if (!k->options->quiet)
            fprintf(stderr, "tocsin: the journal is judged again, with it and without\n");
        tc_str_add_byte(&k->page, '\n');
        tc_incident_hidden(k->folder, &k->incidents, incident, tc_str_view(&exception), k->now,
                           &k->page);
    }
    tc_str_done(&exception);
    return status;
}

static TC_STATUS close_it(kept_run *k)
{
    const tc_kept_incident *incident;
    tc_request r = {
        .kind = TC_REQUEST_CLOSE, .says_true = true, .from = TC_TIME_NONE, .until = TC_TIME_NONE};
    TC_TRY(read_verdict(k, &r.is_true));
    TC_TRY(say(k, &r));
    if (r.is_true) return TC_SUCCESS;
    TC_TRY(read_state(k));
    TC_TRY(tc_kept_incidents_find(&k->incidents, k->id, &incident, &k->error));
    return propose(k, incident);
}

static TC_STATUS silence(kept_run *k)
{
    const tc_options *o = k->options;
    int64_t span;
    tc_request r = {.kind = TC_REQUEST_SILENCE, .from = TC_TIME_NONE, .until = o->until};
    if (o->lasts != NULL && o->until != TC_TIME_NONE)
        return tc_fail(&k->error, TC_ESYNTAX, "silence: --until or --for, not both");
    if (o->lasts != NULL) {
        if (!tc_time_parse_span(tc_slice_of(o->lasts), &span) || span <= 0)
            return tc_fail(&k->error, TC_ESYNTAX, "--for: '%.40s' is no span (90m, 8h, 3d)",
                           o->lasts);
        r.until = tc_time_add(k->now, span);
    }
    if (r.until == TC_TIME_NONE)
        return tc_fail(&k->error, TC_ESYNTAX,
                       "silence: it has an end: --for 8h, or --until 2026-01-31T18:00");
    return say(k, &r);
}

/* -- the command ---------------------------------------------------------------------------- */

typedef struct verb {
    const char *name;
    bool named; /* it is about one incident */
    TC_STATUS (*run)(kept_run *run);
} verb;

static const verb verbs[] = {{"list", false, list},
                             {"show", true, show},
                             {"ack", true, ack},
                             {"close", true, close_it},
                             {"silence", true, silence}};

static const verb *verb_of(const tc_options *o)
{
    for (size_t i = 0; o->paths.count && i < TC_COUNT_OF(verbs); i++)
        if (strcmp(o->paths.items[0], verbs[i].name) == 0) return &verbs[i];
    return NULL;
}

bool tc_incident_is_kept(const tc_options *options)
{
    return verb_of(options) != NULL;
}

static TC_STATUS check(kept_run *k, const verb *v)
{
    const tc_options *o = k->options;
    bool text = o->format == NULL || strcmp(o->format->name, "text") == 0;
    k->json = o->format != NULL && strcmp(o->format->name, "json") == 0;
    if (!text && !k->json)
        return tc_fail(&k->error, TC_ESYNTAX, "incident: --format is text or json");
    if (k->folder == NULL)
        return tc_fail(&k->error, TC_ESYNTAX,
                       "incident %s needs the folder of a tocsin watch: --state FOLDER", v->name);
    if (!v->named)
        return o->paths.count == 1
                   ? TC_SUCCESS
                   : tc_fail(&k->error, TC_ESYNTAX, "incident %s takes no name", v->name);
    if (o->paths.count != 2 || strlen(o->paths.items[1]) < ID_LEAST)
        return tc_fail(&k->error, TC_ESYNTAX,
                       "incident %s: say which: at least %d digits of its id", v->name, ID_LEAST);
    k->id = o->paths.items[1];
    return TC_SUCCESS;
}

static TC_STATUS run(kept_run *k)
{
    const verb *v = verb_of(k->options);
    TC_TRY(check(k, v));
    TC_TRY(tc_outlet_open(&k->outlet, k->options->output, &k->error));
    TC_TRY(v->run(k));
    TC_TRY(tc_str_status(&k->page));
    TC_TRY(tc_outlet_write(&k->outlet, tc_str_view(&k->page), &k->error));
    return tc_outlet_close(&k->outlet, &k->error);
}

int tc_incident_asked(const tc_options *options, tc_time now)
{
    kept_run k = {.options = options, .now = now, .folder = options->state_folder};
    tc_str_init(&k.page, PAGE_MAX);
    tc_status status = run(&k);
    int exit_status = tc_failed(status) ? tc_command_failed(status, &k.error) : TC_EXIT_NOTHING;
    tc_outlet_done(&k.outlet);
    tc_kept_incidents_done(&k.incidents);
    tc_str_done(&k.page);
    return exit_status;
}
