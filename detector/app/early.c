#include "detector/app/early.h"

#include "detector/output/escape.h"
#include "parsers/base/time.h"

bool tc_early_concerns(const tc_alert *alert)
{
    bool changed =
        alert->transition != TC_TRANSITION_NONE && alert->transition != TC_TRANSITION_FINAL;
    return changed && alert->level >= TC_LEVEL_MEDIUM && !alert->historic;
}

void tc_early_line(const tc_alert *alert, bool redact, tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(out, "tocsin: early: %s %s incident %s: ", tc_time_format(alert->time, time),
                tc_level_name(alert->level), tc_transition_name(alert->transition));
    tc_escape_plain(out, redact ? alert->rule_title : alert->message);
    if (redact)
        tc_str_addf(out, " (%zu mailbox%s)", alert->mailbox_count,
                    alert->mailbox_count == 1 ? "" : "es");
    tc_str_add_byte(out, '\n');
}
