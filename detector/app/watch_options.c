#include "detector/app/watch_options.h"

#include "detector/live/live_inputs.h"
#include "detector/live/watermark.h"

#include <stdlib.h>

#define PARTIAL TC_MINUTE

/* As systemd gives it: the first of a list. */
static const char *state_of_unit(void)
{
    const char *folder = getenv("STATE_DIRECTORY");
    return folder != NULL && folder[0] == '/' && strchr(folder, ':') == NULL ? folder : NULL;
}

static TC_STATUS read_span(const char *option, const char *text, int64_t *ret, tc_error *reterr)
{
    if (text == NULL) return TC_SUCCESS;
    if (tc_time_parse_span(tc_slice_of(text), ret) && *ret > 0 && *ret <= TC_WATERMARK_MOST)
        return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX, "%s: '%.60s' is no span up to 24 hours (90s, 15m, 6h)",
                   option, text);
}

/* Of several the first counts; one of a pattern is for what fits it alone. */
static int64_t delay_of_all(const tc_options *o)
{
    int64_t delay;
    for (size_t i = 0; i < o->delays.count; i++)
        if (tc_time_parse_span(o->delays.items[i], &delay)) return delay;
    return 0;
}

TC_STATUS tc_watch_options_read(const tc_options *o, tc_watch_options *ret, tc_error *reterr)
{
    *ret = (tc_watch_options){.partial = PARTIAL,
                              .state = o->state_folder ? o->state_folder : state_of_unit(),
                              .metrics = o->metrics};
    if (o->paths.count == 0 && !tc_live_inputs_any(o))
        return tc_fail(reterr, TC_ESYNTAX,
                       "watch needs a file, folder or pattern, or an input (--listen; see tocsin "
                       "watch --help)");
    if (ret->state == NULL)
        return tc_fail(reterr, TC_ESYNTAX,
                       "watch needs a folder of its own to remember in: --state FOLDER");
    TC_TRY(read_span("--partial-after", o->partial_after, &ret->partial, reterr));
    ret->delay = delay_of_all(o);
    return TC_SUCCESS;
}
