/* A10: an outsider makes noise to be cried wolf over, then with one mailbox, and wants the watchers
 * blind. */
#include "tests/simulate/organisation/attack_parts.h"
#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/tracking.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"

static void spoof(org *o, const errand *e, rng *r)
{
    char subject[120];
    tc_time t = e->at;
    for (uint32_t i = 0; i < 25; i++) {
        const person *from = &o->mailboxes[rng_below(r, o->opt.mailboxes)];
        const person *to = &o->mailboxes[rng_below(r, o->opt.mailboxes)];
        snprintf(subject, sizeof(subject), "%sagenda %u", culture_of("zh-CN")->away, i);
        message x = {.t = t,
                     .sender = from->mail,
                     .recipient = to->mail,
                     .subject = subject,
                     .class = "IPM.Note",
                     .client = "",
                     .return_path = "<>",
                     .to = to,
                     .ip = e->ip};
        (void)tracking_message(o, &x);
        t += (tc_time)rng_below(r, 240) * TC_SECOND;
    }
    truth_seen(o, e->campaign, e->at);
}

static void pretend(org *o, const errand *e, rng *r)
{
    tc_time t = e->at;
    char query[160], stem[120];
    for (uint32_t i = 0; i < 120; i++) {
        const person *m = &o->mailboxes[rng_below(r, o->opt.mailboxes)];
        hit h = {.t = t,
                 .host = iis_host(o, e->ip),
                 .method = "GET",
                 .stem = "/owa/",
                 .query = "mkt=zh-CN",
                 .ip = e->ip,
                 .agent = e->agent,
                 .pretended = "10.20.3.4",
                 .status = 302,
                 .taken = rng_below(r, 30)};
        uint32_t kind = rng_below(r, 4);
        if (kind == 1) {
            snprintf(stem, sizeof(stem),
                     "/owa/prem/%s/scripts/globalize/globalize.culture.zh-cn.js", o->t.build);
            h.stem = stem;
            h.query = "";
            h.status = 200;
        } else if (kind == 2) {
            snprintf(query, sizeof(query), "Cmd=Sync&User=%s&DeviceId=X%u&DeviceType=Android",
                     m->sam, i);
            h.method = "POST";
            h.stem = "/Microsoft-Server-ActiveSync/default.eas";
            h.query = query;
            h.user = m->sam;
            h.status = 401;
            h.substatus = 1;
            h.win32 = 1326;
        } else if (kind == 3) {
            (void)webmail_failure(o, t, m->mail, e->ip, e->agent, true, "0xc000006a", r);
        }
        if (kind != 3) (void)iis_hit(o, &h);
        t += (tc_time)rng_below(r, 90) * TC_SECOND;
    }
    truth_source(o, e->campaign, e->ip, false);
    truth_seen(o, e->campaign, e->at);
}

void attack_cry(org *o, actor *a, rng *r)
{
    static const char *const many[] = {"zh-CN", "ru-RU", "fa-IR", "ko-KR",
                                       "de-DE", "vi-VN", "ar-SA", "ja-JP"};
    actor_choose_victims(o, a, 1, 1, r);
    a->days = TC_MAX(1u, o->opt.days - a->first_day);
    for (uint32_t day = 0; day < a->days; day += 1 + rng_below(r, 3)) {
        errand e = {.at = actor_time(o, a, a->first_day + day, r),
                    .run = rng_chance(r, 0.4) ? spoof : pretend,
                    .campaign = a->campaign};
        internet_v4(internet_find(o, NET_HOSTING, NULL, rng_below(r, 200)), rng_next(r), e.ip);
        snprintf(e.agent, sizeof(e.agent), "%s", a->agents[0]);
        agenda_add(o, e);
    }
    /* Later, one mailbox: every language and every country. */
    uint32_t half = a->first_day + a->days / 2;
    for (uint32_t i = 0; i < 12; i++) {
        errand e = actor_visit(
            a, a->victims[0], actor_time(o, a, half + rng_below(r, TC_MAX(1u, a->days / 2)), r), r);
        internet_v4(internet_find(o, NET_HOSTING, internet_country(r, false), 0), rng_next(r),
                    e.ip);
        e.culture = culture_of(many[rng_below(r, TC_COUNT_OF(many))]);
        agenda_add(o, e);
    }
}
