/* Before and after: the lure; the defenders' response; the attackers' clean-up. */
#include "tests/simulate/organisation/attack_parts.h"

#include "tests/simulate/organisation/response.h"
#include "tests/simulate/organisation/sink.h"
#include "tests/simulate/organisation/tracking.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/winlog.h"

static void send_lure(org *o, const errand *e, rng *r)
{
    static const char *const subjects[] = {"Vérification de votre compte de messagerie",
                                           "Action required: mailbox storage limit",
                                           "Confirmation d'identité - service informatique"};
    const char *text = subjects[e->b % TC_COUNT_OF(subjects)];
    char sender[64];
    tc_time t = e->at;
    snprintf(sender, sizeof(sender), "support%u@account-verify.example", e->b % 97);
    for (uint32_t i = 0; i < e->a; i++) {
        const person *m = &o->mailboxes[rng_below(r, o->opt.mailboxes)];
        t += (tc_time)rng_below(r, 8) * TC_SECOND;
        message x = {.t = t,
                     .sender = sender,
                     .recipient = m->mail,
                     .subject = text,
                     .class = "IPM.Note",
                     .client = "",
                     .to = m,
                     .ip = e->ip};
        (void)tracking_message(o, &x);
    }
}

void attack_lure(org *o, const actor *a, rng *r)
{
    uint32_t day = a->first_day > 2 ? a->first_day - 1 - rng_below(r, 2) : 0;
    errand e = {.at = actor_time(o, a, day, r), .run = send_lure, .campaign = a->campaign};
    e.a = (uint32_t)rng_wide(r, 30, TC_MAX(40.0, o->opt.mailboxes * 0.75));
    e.b = rng_below(r, 1 << 20);
    internet_v4(internet_find(o, NET_HOSTING, NULL, e.b), e.b, e.ip);
    agenda_add(o, e);
}

/* What was put on the server goes away, and a log is quiet meanwhile. */
static void clean_up(org *o, const errand *e, rng *r)
{
    const pair task[] = {{"TaskName", "\\Microsoft\\Windows\\UpdateCheckD"},
                         {"SubjectUserName", "MX01$"},
                         {"SubjectDomainName", o->t.nt_domain},
                         {"SubjectUserSid", "S-1-5-18"}};
    (void)winlog_other(o, e->at, 0, "Security", "Microsoft-Windows-Security-Auditing", (int)e->a,
                       task, TC_COUNT_OF(task));
    truth_seen(o, e->campaign, e->at);
    if (e->a != 4699) return;
    tc_time until = e->at + (tc_time)rng_between(r, 0.5, 6) * TC_HOUR;
    sink_silence(o->sink, LOG_IIS, 0, e->at, until);
}

void attack_aftermath(org *o, const actor *a, rng *r)
{
    if (!rng_chance(r, 0.5)) return;
    uint32_t day = a->first_day + 6 + rng_below(r, 8);
    if (day + 1 >= o->opt.days) return;
    response_set(o, org_day(o, day) + 16 * TC_HOUR, rng_chance(r, 0.8), r);
    if (!rng_chance(r, 0.5)) return;
    errand e = {.at = org_day(o, a->first_day) + 12 * TC_HOUR,
                .run = clean_up,
                .campaign = a->campaign,
                .a = 4698};
    agenda_add(o, e);
    e.at = org_day(o, day + 1) + (tc_time)rng_below(r, 20) * TC_HOUR;
    e.a = 4699;
    agenda_add(o, e);
}
