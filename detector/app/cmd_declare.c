/* tocsin declare: what the organisation does itself, told to a tocsin watch that runs. */
#include "detector/app/command.h"
#include "detector/live/control.h"

#define PAGE_MAX ((size_t)65536)

static TC_STATUS read_response(const tc_options *o, tc_request *r, tc_error *reterr)
{
    r->kind = TC_REQUEST_RESPONSE;
    r->from = o->since;
    return o->since != TC_TIME_NONE
               ? TC_SUCCESS
               : tc_fail(reterr, TC_ESYNTAX, "declare response: since when? --since TIME");
}

static TC_STATUS read_window(const tc_options *o, tc_request *r, tc_error *reterr)
{
    r->kind = TC_REQUEST_WINDOW;
    r->what = TC_INDICATOR_PASSWORDS;
    r->from = o->from;
    r->until = o->to;
    bool known = o->what == NULL || tc_indicator_parse(tc_slice_of(o->what), &r->what);
    if (!known || (r->what != TC_INDICATOR_PASSWORDS && r->what != TC_INDICATOR_LANGUAGE))
        return tc_fail(reterr, TC_ESYNTAX, "--what: resets or language, not '%.40s'", o->what);
    if (o->from == TC_TIME_NONE || o->to == TC_TIME_NONE || o->from >= o->to)
        return tc_fail(reterr, TC_ESYNTAX,
                       "declare change-window: a beginning and a later end: --from TIME --to TIME");
    return TC_SUCCESS;
}

static TC_STATUS read_request(const tc_options *o, tc_request *r, tc_error *reterr)
{
    tc_slice verb = o->paths.count == 1 ? tc_slice_of(o->paths.items[0]) : TC_EMPTY_SLICE;
    *r = (tc_request){.from = TC_TIME_NONE, .until = TC_TIME_NONE, .now = TC_TIME_NONE};
    if (tc_slice_equal(verb, TC_LIT("response"))) return read_response(o, r, reterr);
    if (tc_slice_equal(verb, TC_LIT("change-window"))) return read_window(o, r, reterr);
    return tc_fail(reterr, TC_ESYNTAX,
                   "declare: say `tocsin declare response` or `tocsin declare change-window`");
}

static TC_STATUS declare(const tc_options *o, tc_str *page, tc_error *reterr)
{
    tc_request r;
    bool running;
    TC_TRY(read_request(o, &r, reterr));
    if (o->state_folder == NULL)
        return tc_fail(reterr, TC_ESYNTAX,
                       "declare needs the folder of a tocsin watch: --state FOLDER");
    TC_TRY(tc_control_ask(o->state_folder, &r, page, &running, reterr));
    if (running) return TC_SUCCESS;
    return tc_fail(reterr, TC_EIO, "no tocsin watch runs on %.200s: it is told while it runs",
                   o->state_folder);
}

int tc_command_declare(const tc_options *options, tc_time now)
{
    tc_str page;
    tc_error error = {0};
    (void)now;
    tc_str_init(&page, PAGE_MAX);
    tc_status status = declare(options, &page, &error);
    if (!tc_failed(status)) return tc_command_print(&page);
    tc_str_done(&page);
    return tc_command_failed(status, &error);
}
