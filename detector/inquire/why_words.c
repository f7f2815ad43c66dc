/* Words that both forms of the answer use. */
#include "detector/inquire/why_page.h"

const char *tc_why_kind_words(tc_why_kind kind)
{
    static const char *const words[TC_WHY_KIND_COUNT] = {[TC_WHY_WEB] = "webmail requests let in",
                                                         [TC_WHY_PROGRAM] =
                                                             "weeks of use by programs",
                                                         [TC_WHY_REFUSED] = "refused",
                                                         [TC_WHY_LOGON] = "logon forms sent",
                                                         [TC_WHY_MESSAGE] = "messages written",
                                                         [TC_WHY_ACCOUNT] = "account events",
                                                         [TC_WHY_ACTED] = "acts upon others"};
    TC_ASSERT(kind < TC_WHY_KIND_COUNT);
    return words[kind];
}

void tc_why_threshold(const tc_correlation *c, tc_str *out)
{
    static const char *const words[TC_COMPARE_COUNT] = {
        [TC_GT] = "more than", [TC_GTE] = "at least", [TC_LT] = "less than",
        [TC_LTE] = "at most",  [TC_EQ] = "exactly",   [TC_NEQ] = "other than"};
    const char *between = "";
    for (int i = 0; i < TC_COMPARE_COUNT; i++) {
        if (!c->condition.set[i]) continue;
        tc_str_addf(out, "%s%s %g", between, words[i], c->condition.number[i]);
        between = " and ";
    }
    if (c->type == TC_CORRELATION_TEMPORAL)
        tc_str_addf(
            out, between[0] ? " of the rules that it rests on" : "all %zu rules that it rests on",
            c->rule_count);
    for (size_t i = 0; c->type == TC_CORRELATION_VALUE_COUNT && i < c->field_count; i++) {
        tc_str_add(out, i ? TC_LIT(", ") : TC_LIT(" different "));
        tc_str_add(out, c->fields[i]);
    }
}

/* No source is called new in the first week of the logs of webmail, of anybody. */
static bool is_short(const tc_why_page *p)
{
    const tc_summary *s = p->summary;
    return s->first != TC_TIME_NONE && tc_time_between(s->first, s->last) < TC_LEARNING;
}

const char *tc_why_missing(const tc_why_page *p, size_t index)
{
    const tc_why *w = p->why;
    const struct {
        bool is;
        const char *words;
    } reasons[] = {
        {w->seen[TC_WHY_WEB].count == 0,
         "no webmail of this mailbox is in the logs: no session could be judged"},
        {w->seen[TC_WHY_WEB].count && w->classes[TC_ADDRESS_REMOTE].count == 0,
         "no webmail of it came from outside: a balancer or proxy may hide the addresses "
         "(--proxy)"},
        {w->seen[TC_WHY_MESSAGE].count == 0,
         "no message of it is in the tracking logs: its language could not be seen"},
        {w->seen[TC_WHY_MESSAGE].count && w->language_count == 0,
         "none of its messages showed a language (no automatic reply, or subjects are not logged)"},
        {!p->joined,
         "its names in webmail and in mail could not be joined: give them with --accounts"},
        {is_short(p), "the logs are of less than a week: no source is called new so early"},
        {!p->have_geo, "no geo database: a new source is told by network and agent only (--geo)"},
        {w->newcomer != 0, "for some sessions it was a newcomer that might be invented"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(reasons); i++)
        if (reasons[i].is && index-- == 0) return reasons[i].words;
    return NULL;
}
