#include "detector/app/early.h"

#include "detector/output/escape.h"
#include "detector/output/words_change.h"
#include "parsers/base/time.h"

#define WORDS_MAX ((size_t)8 << 10)

bool tc_early_concerns(const tc_alert *alert)
{
    bool changed =
        alert->transition != TC_TRANSITION_NONE && alert->transition != TC_TRANSITION_FINAL;
    return changed && alert->level >= TC_LEVEL_MEDIUM && !alert->historic;
}

/* Who, and what is new. */
static void add_change(const tc_alert *alert, tc_str *out)
{
    tc_facts facts = tc_facts_of(alert);
    tc_str words;
    tc_str_init(&words, WORDS_MAX);
    tc_words_change(&facts, &words);
    tc_escape_plain(out, tc_str_view(&words));
    tc_str_done(&words);
}

void tc_early_line(const tc_alert *alert, bool redact, tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(out, "tocsin: early: %s %s incident %s: ", tc_time_format(alert->time, time),
                tc_level_name(alert->level), tc_transition_name(alert->transition));
    if (redact)
        tc_escape_plain(out, alert->rule_title);
    else
        add_change(alert, out);
    if (redact)
        tc_str_addf(out, " (%zu mailbox%s)", alert->mailbox_count,
                    alert->mailbox_count == 1 ? "" : "es");
    tc_str_add_byte(out, '\n');
}

/* -- what waits ----------------------------------------------------------------------------- */

#define WAITING_MAX ((size_t)4 << 20)

void tc_early_start(tc_early *early, bool redact)
{
    memset(early, 0, sizeof(*early));
    early->redact = redact;
    tc_str_init(&early->waiting, WAITING_MAX);
}

void tc_early_done(tc_early *early)
{
    tc_str_done(&early->waiting);
}

void tc_early_note(tc_early *early, const tc_alert *alert)
{
    if (!tc_early_concerns(alert)) return;
    uint32_t *lines = &early->lines[alert->level];
    if (*lines > TC_EARLY_LINES_MAX) return;
    if ((*lines)++ == TC_EARLY_LINES_MAX)
        tc_str_addf(&early->waiting, "tocsin: early: no more of level %s before the end\n",
                    tc_level_name(alert->level));
    else
        tc_early_line(alert, early->redact, &early->waiting);
}

bool tc_early_write(tc_early *early, FILE *to)
{
    if (early->waiting.len == 0) return false;
    (void)fwrite(early->waiting.data, 1, early->waiting.len, to);
    tc_str_clear(&early->waiting);
    early->told = true;
    return true;
}

void tc_early_void(tc_early *early)
{
    tc_str_clear(&early->waiting);
    memset(early->lines, 0, sizeof(early->lines));
}
