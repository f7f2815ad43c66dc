/* Waves of password changes: a declared response, a class of trainees. (Expiry: life_accounts.c.)
 */
#include "tests/simulate/organisation/accounts.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/response.h"
#include "tests/simulate/organisation/tracking.h"
#include "tests/simulate/organisation/truth.h"

static void shut_webmail(org *o, const errand *e, rng *r)
{
    char sender[128];
    (void)r;
    o->webmail_closed_from = e->at;
    o->webmail_closed_until = e->at + (tc_time)e->a * TC_HOUR;
    snprintf(sender, sizeof(sender), "it-security@%s", o->t.domain);
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        message x = {.t = e->at - 30 * TC_MINUTE + (tc_time)i * 20000000,
                     .sender = sender,
                     .recipient = o->mailboxes[i].mail,
                     .subject =
                         "Mandatory password change / Changement de mot de passe obligatoire",
                     .class = "IPM.Note",
                     .client = "MOMT",
                     .from = &o->mailboxes[0],
                     .to = &o->mailboxes[i]};
        if (x.t >= org_day(o, o->day)) (void)tracking_message(o, &x);
    }
    truth_trap(o, "B10", e->at, e->at + 5 * TC_DAY, UINT32_MAX, NULL, "response");
}

static void change_late(org *o, const errand *e, rng *r)
{
    const person *m = &o->mailboxes[e->mailbox];
    accounts_change(o, m, e->at);
    if (rng_chance(r, 0.25)) accounts_stale_phone(o, m, e->at + 4 * TC_MINUTE, r);
}

void response_set(org *o, tc_time from, bool declared, rng *r)
{
    double share = rng_between(r, 0.7, 0.95);
    agenda_add(
        o, (errand){.at = from, .run = shut_webmail, .campaign = -1, .a = 8 + rng_below(r, 30)});
    if (declared) config_window(o, from, from + 7 * TC_DAY, "response", "all");
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        if (m->kind != BOX_USER || !rng_chance(r, share)) continue;
        uint32_t day = org_day_of(o, from) + (uint32_t)rng_wide(r, 1, 6) - 1;
        tc_time t = people_work_time(o, m, day, r);
        agenda_add(o, (errand){.at = TC_MAX(t, from + TC_HOUR),
                               .run = change_late,
                               .mailbox = i,
                               .campaign = -1});
    }
}

static void train(org *o, const errand *e, rng *r)
{
    char clerk[32], sid[64];
    tc_time t = e->at;
    accounts_clerk(o, e->b, clerk, sid);
    for (uint32_t i = 0; i < e->a; i++) {
        const person *m = &o->mailboxes[people_any(o, r, BOX_USER)];
        t += (tc_time)(3 + rng_below(r, 18)) * TC_SECOND;
        (void)accounts_reset(o, m, t, clerk, sid);
        truth_trap(o, "B11", t, t, m->number, NULL, "bulk reset");
        /* In the classroom they log on and change it, from inside. */
        if (rng_chance(r, 0.8))
            accounts_change(o, m, t + (tc_time)(1200 + rng_below(r, 2400)) * TC_SECOND);
    }
}

void trap_password_set(org *o)
{
    rng r = org_rng(o, "trap-password", 0);
    bool clean = strcmp(o->opt.families, "none") == 0;
    rng scare = org_rng(o, "scare", 0);
    if (clean && rng_chance(&scare, 0.2))
        response_set(o, org_day(o, o->opt.learn_days + 2 + rng_below(&scare, 16)) + 17 * TC_HOUR,
                     rng_chance(&scare, 0.8), &scare);
    uint32_t classes = rng_count(&r, o->opt.days / 30.0);
    for (uint32_t i = 0; i < classes; i++) {
        uint32_t day = rng_below(&r, o->opt.days - 1);
        while (day > 0 && !org_works(o, day))
            day--;
        errand e = {.at = org_day(o, day) + 8 * TC_HOUR + (tc_time)rng_below(&r, 25000) * TC_SECOND,
                    .run = train,
                    .campaign = -1,
                    .a = 10 + rng_below(&r, 25),
                    .b = rng_below(&r, 3)};
        if (rng_chance(&r, 0.6)) config_window(o, e.at, e.at + TC_HOUR, "bulk-reset", "trainees");
        agenda_add(o, e);
    }
}
