/* One try to log on, in the log of the web server, of the server that was asked and of the domain
 * controller. */
#include "detector/derive/derive_state.h"

static tc_twin try_of(tc_deriver *d, const tc_failed_logon *f, uint8_t log)
{
    uint64_t mailbox;
    bool passed = f->passed.time != TC_TIME_NONE;
    tc_time now = passed ? f->passed.time : d->last.time;
    uint64_t who = tc_derive_who(d, f->user, &mailbox);
    return (tc_twin){.now = now,
                     .time = f->o->order.time,
                     .alike = who,
                     .user = who,
                     .host = log == TC_TWIN_DOMAIN ? 0 : tc_twins_host(f->host),
                     .ip = f->o->ip,
                     .remote = f->o->address_class == TC_ADDRESS_REMOTE,
                     .log = log};
}

/* A controller's record that still waits gives way to whoever knows more. */
bool tc_derive_is_told(tc_deriver *d, const tc_failed_logon *f, uint8_t log)
{
    tc_twin first, twin = try_of(d, f, log);
    tc_twin_answer answer = tc_twins_note(d->tries, &twin, &first);
    if (answer == TC_TWIN_NEW) return false;
    if (first.log == TC_TWIN_DOMAIN && tc_refusals_drop(d->refusals, twin.alike, first.now))
        return false;
    return answer == TC_TWIN_TOLD;
}
