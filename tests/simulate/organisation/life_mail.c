/* Mail, and what servers and clients write by themselves because of it. */
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/topics.h"
#include "tests/simulate/organisation/tracking.h"
#include "tests/simulate/organisation/truth.h"

typedef struct mail {
    tc_time t;
    const person *from, *to; /* NULL: outside */
    char outsider[64];       /* the outside end */
    char subject[TOPIC_TEXT];
    bool meeting, chinese;
} mail;

static const char *address(const person *m, const mail *x)
{
    return m ? m->mail : x->outsider;
}

static const char *client_of(const org *o, const person *m, tc_time t, rng *r)
{
    const spell *s = people_spell(m, org_day_of(o, t));
    if (m->has_phone && rng_chance(r, s ? 0.5 : 0.15)) return "AirSync";
    if (m->owa_rate > 0.3 && rng_chance(r, 0.2)) return "OWA";
    return m->mac ? "WebServices" : "MOMT";
}

/* Whose language a client writes: the phone's, the program's, or the mailbox's. */
static const culture *language_of(const org *o, const person *m, const char *client, tc_time t)
{
    if (strcmp(client, "AirSync") == 0) return m->phone_language;
    if (strcmp(client, "OWA") == 0) return marks_culture(o, m->number, t);
    return m->outlook;
}

/* What the mailbox's language shows in, if it is an intruder's doing. */
static void label(org *o, const person *m, tc_time t, bool kept)
{
    const mark *x = marks_at(o, m->number, t);
    if (kept && x && x->campaign >= 0 && x->now != m->own)
        truth_evidence(o, x->campaign, m->number, EVIDENCE_SYSMSG, t);
}

static void auto_reply(org *o, const mail *x, rng *r)
{
    char subject[TOPIC_TEXT + 64];
    const spell *s = people_spell(x->to, o->day);
    if (s == NULL || !s->replies) return;
    /* Once to each sender in an absence; outsiders write once a day at most. */
    if (x->from && rng_chance(r, 0.5)) return;
    tc_time t = x->t + (tc_time)(2 + rng_below(r, 9)) * TC_SECOND;
    snprintf(subject, sizeof(subject), "%s%s", marks_culture(o, x->to->number, t)->away,
             x->subject);
    message m = {.t = t,
                 .sender = x->to->mail,
                 .recipient = address(x->from, x),
                 .subject = subject,
                 .class = "IPM.Note.Rules.OofTemplate.Microsoft",
                 .client = "System",
                 .return_path = "<>",
                 .rule = "MAILBOXRULE",
                 .from = x->to,
                 .to = x->from};
    label(o, x->to, t, tracking_message(o, &m) && !o->opt.without.subjects);
    if (x->chinese) truth_trap(o, "B6", t, t, x->to->number, NULL, "reply to a Chinese subject");
}

static void client_text(org *o, const mail *x, bool response, rng *r)
{
    char subject[TOPIC_TEXT + 64];
    tc_time t = x->t + (tc_time)rng_wide(r, 20, 7200) * TC_SECOND;
    if (o->day != org_day_of(o, t)) t = x->t + 20 * TC_SECOND;
    const char *client = client_of(o, x->to, t, r);
    const culture *c = language_of(o, x->to, client, t);
    double answer = rng_between(r, 0, 1);
    snprintf(subject, sizeof(subject), "%s%s",
             !response      ? c->read
             : answer < 0.7 ? c->accepted
             : answer < 0.9 ? c->tentative
                            : c->declined,
             x->subject);
    message m = {.t = t,
                 .sender = x->to->mail,
                 .recipient = address(x->from, x),
                 .subject = subject,
                 .class = !response      ? "REPORT.IPM.Note.IPNRN"
                          : answer < 0.7 ? "IPM.Schedule.Meeting.Resp.Pos"
                          : answer < 0.9 ? "IPM.Schedule.Meeting.Resp.Tent"
                                         : "IPM.Schedule.Meeting.Resp.Neg",
                 .client = client,
                 .return_path = response ? NULL : "<>",
                 .from = x->to,
                 .to = x->from};
    bool kept = tracking_message(o, &m) && !o->opt.without.subjects;
    if (strcmp(client, "OWA") == 0) label(o, x->to, t, kept);
}

static void bounce(org *o, const mail *x, rng *r)
{
    char subject[TOPIC_TEXT + 64], sender[128];
    static const char *const failed[] = {
        "Undeliverable: ", "Non remis : ", "Unzustellbar: ", "未送达: "};
    uint32_t which = x->chinese ? 3 : rng_below(r, 60) < 50 ? 0 : 1 + rng_below(r, 2);
    snprintf(sender, sizeof(sender), "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@%s",
             o->t.domain);
    snprintf(subject, sizeof(subject), "%s%s", failed[which], x->subject);
    message m = {.t = x->t + 3 * TC_SECOND,
                 .sender = sender,
                 .recipient = address(x->from, x),
                 .subject = subject,
                 .class = "REPORT.IPM.Note.NDR",
                 .client = "System",
                 .return_path = "<>",
                 .rule = "DSN",
                 .from = x->from ? x->from : x->to,
                 .to = x->from};
    (void)tracking_message(o, &m);
}

static void carry(org *o, const mail *x, rng *r)
{
    char ip[ADDRESS_TEXT];
    internet_v4(internet_find(o, NET_HOSTING, NULL, (uint32_t)x->outsider[3]),
                (uint64_t)x->outsider[4], ip);
    message m = {.t = x->t,
                 .sender = address(x->from, x),
                 .recipient = address(x->to, x),
                 .subject = x->subject,
                 .class = x->meeting ? "IPM.Schedule.Meeting.Request" : "IPM.Note",
                 .client = x->from ? client_of(o, x->from, x->t, r) : "",
                 .from = x->from,
                 .to = x->to,
                 .ip = ip};
    (void)tracking_message(o, &m);
    if (rng_chance(r, 0.02)) bounce(o, x, r);
    if (x->to == NULL) return;
    auto_reply(o, x, r);
    if (x->to->kind == BOX_ROOM ||
        (x->meeting && !people_spell(x->to, o->day) && rng_chance(r, 0.75)))
        client_text(o, x, true, r);
    else if (rng_chance(r, 0.025))
        client_text(o, x, false, r);
}

static void outsider(rng *r, bool chinese, char out[64])
{
    static const char *const hosts[] = {"ministry.example",  "press-agency.example",
                                        "univ-lab.example",  "industry-eu.example",
                                        "ngo-forum.example", "regional-gov.example"};
    snprintf(out, 64, "%c%c%c%u@%s", 'a' + (char)rng_below(r, 26), 'a' + (char)rng_below(r, 26),
             'a' + (char)rng_below(r, 26), rng_below(r, 400),
             chinese ? "partner-cn.example" : hosts[rng_below(r, TC_COUNT_OF(hosts))]);
}

static void mails_of(org *o, const person *m, rng *r)
{
    double shape = org_works(o, o->day) ? 1 : 0.08;
    const spell *s = people_spell(m, o->day);
    uint32_t sent =
        rng_count(r, o->t.mail_per_day * shape * (m->kind == BOX_USER ? s ? 0.3 : 1 : 0.5));
    uint32_t received = rng_count(r, o->t.mail_per_day * shape * 0.8);
    for (uint32_t i = 0; i < sent + received; i++) {
        mail x = {.t = people_work_time(o, m, o->day, r)};
        x.chinese = rng_chance(r, 0.004);
        topic_draw(r, x.chinese, x.subject);
        outsider(r, x.chinese, x.outsider);
        x.meeting = rng_chance(r, 0.14);
        if (i < sent) {
            x.from = m;
            if (rng_chance(r, 0.6)) x.to = &o->mailboxes[rng_below(r, o->opt.mailboxes)];
            if (x.to == m) x.to = NULL;
        } else {
            x.to = m;
        }
        carry(o, &x, r);
    }
}

static void quota(org *o, const person *m, rng *r)
{
    tc_time t = org_day(o, o->day) + TC_HOUR + (tc_time)rng_below(r, 3000) * TC_SECOND;
    char sender[128];
    snprintf(sender, sizeof(sender), "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@%s",
             o->t.domain);
    message x = {.t = t,
                 .sender = sender,
                 .recipient = m->mail,
                 .subject = marks_culture(o, m->number, t)->full,
                 .class = "IPM.Note.StorageQuotaWarning.Warning",
                 .client = "System",
                 .return_path = "<>",
                 .from = m,
                 .to = m};
    label(o, m, t, tracking_message(o, &x) && !o->opt.without.subjects);
}

void life_mail(org *o)
{
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        if (!people_is_there(m, o->day)) continue;
        rng r = org_rng(o, "mail", (uint64_t)i << 16 | o->day);
        mails_of(o, m, &r);
        if (rng_chance(&r, 0.003)) quota(o, m, &r);
    }
}
