/* The visit: logon, pages, background, end; Exchange 2010 and 2013 ask for different things. */
#include "tests/simulate/organisation/webmail.h"

#include "tests/simulate/organisation/iis.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/winlog.h"

typedef struct walk { /* a visit under way */
    org *o;
    const visit *v;
    rng *r;
    tc_time t;
    uint32_t host, number;
    const char *user;
    char client[40]; /* ClientId */
} walk;

static bool ask(walk *w, const char *method, const char *stem, const char *query, bool named,
                int status)
{
    char referer[128], full[400];
    const visit *v = w->v;
    snprintf(referer, sizeof(referer), "https://%s/owa/", w->o->t.web_host);
    if (w->o->t.era == ERA_2013 && named && query[0])
        snprintf(full, sizeof(full), "%s&ClientId=%s", query, w->client);
    else
        snprintf(full, sizeof(full), "%s", query);
    hit h = {.t = w->t,
             .host = w->host,
             .method = method,
             .stem = stem,
             .query = full,
             .user = named ? w->user : NULL,
             .ip = v->ip,
             .agent = v->agent,
             .referer = named ? referer : NULL,
             .pretended = v->pretended,
             .status = status,
             .taken = 5 + rng_below(w->r, 260)};
    bool kept = iis_hit(w->o, &h);
    if (kept && named && v->campaign >= 0)
        truth_evidence(w->o, v->campaign, v->mailbox, EVIDENCE_ACCESS, w->t);
    return kept;
}

static void pass(walk *w, uint32_t least, uint32_t most)
{
    w->t += (tc_time)(least * 1000 + rng_below(w->r, (most - least) * 1000 + 1)) * 1000000;
}

bool webmail_failure(org *o, tc_time t, const char *typed, const char *ip, const char *agent,
                     bool follows, const char *sub, rng *r)
{
    hit h = {.t = t,
             .host = iis_host(o, ip),
             .method = "POST",
             .stem = "/owa/auth.owa",
             .user = typed,
             .ip = ip,
             .agent = agent,
             .status = 302,
             .taken = 20 + rng_below(r, 90)};
    bool kept = iis_hit(o, &h);
    (void)winlog_logon(o, t + 150000000, h.host, typed, "", ip, sub);
    if (!follows) return kept;
    h.t += TC_SECOND;
    h.method = "GET";
    h.stem = "/owa/auth/logon.aspx";
    h.query = "replaceCurrent=1&reason=2";
    h.user = NULL;
    h.status = 200;
    (void)iis_hit(o, &h);
    return kept;
}

static void log_on(walk *w)
{
    org *o = w->o;
    const person *m = &o->mailboxes[w->v->mailbox];
    char query[200];
    (void)ask(w, "GET", "/owa/", "", false, 302);
    pass(w, 0, 2);
    snprintf(query, sizeof(query), "url=https%%3a%%2f%%2f%s%%2fowa%%2f&reason=0", o->t.web_host);
    (void)ask(w, "GET", "/owa/auth/logon.aspx", query, false, 200);
    pass(w, 3, 25);
    double typo = w->v->campaign < 0 ? o->t.typo : 0.01;
    for (int i = 0; i < 3 && rng_chance(w->r, i ? 0.3 : typo); i++) {
        (void)webmail_failure(o, w->t, w->user, w->v->ip, w->v->agent, true, "0xc000006a", w->r);
        pass(w, 5, 30);
    }
    hit h = {.t = w->t,
             .host = w->host,
             .method = "POST",
             .stem = "/owa/auth.owa",
             .user = w->user,
             .ip = w->v->ip,
             .agent = w->v->agent,
             .pretended = w->v->pretended,
             .status = 302,
             .taken = 30 + rng_below(w->r, 160)};
    (void)iis_hit(o, &h);
    (void)winlog_logon(o, w->t + 80000000, w->host, m->sam, m->sid, w->v->ip, NULL);
    pass(w, 0, 2);
}

/* What Exchange 2010 does with the visitor's language, and what 2013 writes only when asked. */
static void leave_language(walk *w)
{
    org *o = w->o;
    const visit *v = w->v;
    const culture *is = marks_culture(o, v->mailbox, w->t);
    if (o->t.era == ERA_LEGACY) {
        if (is == v->browser) return;
        marks_set(o, v->mailbox, w->t, v->browser, v->campaign);
        if (v->campaign >= 0) truth_flipped(o, v->campaign, v->mailbox);
        return;
    }
    if (!v->writes_language || is == v->browser) return;
    (void)ask(w, "GET", "/owa/languageselection.aspx", "", true, 200);
    pass(w, 6, 20);
    if (ask(w, "POST", "/owa/lang.owa", "", true, 302))
        truth_evidence(o, v->campaign, v->mailbox, EVIDENCE_LANG, w->t);
    marks_set(o, v->mailbox, w->t, v->browser, v->campaign);
    if (v->campaign >= 0) truth_flipped(o, v->campaign, v->mailbox);
    pass(w, 1, 3);
}

static void lower_tag(const char *tag, char out[24])
{
    size_t n = 0;
    for (; tag[n] && n + 1 < 24; n++)
        out[n] = (char)(tag[n] >= 'A' && tag[n] <= 'Z' ? tag[n] + 32 : tag[n]);
    out[n] = 0;
}

/* The culture shown is the mailbox's, whatever the browser's; resources come once per version. */
static void show_resources(walk *w)
{
    const visit *v = w->v;
    org *o = w->o;
    char stem[200], tag[24];
    const mark *m = marks_at(o, v->mailbox, w->t);
    const culture *shown = m ? m->now : o->mailboxes[v->mailbox].own;
    if (o->t.era == ERA_LEGACY) {
        snprintf(stem, sizeof(stem), "/owa/%s/scripts/premium/uglobal.js", o->t.build);
        if (v->fetches_resources) (void)ask(w, "GET", stem, "", false, 200);
        return;
    }
    if (!v->fetches_resources) return;
    lower_tag(shown->tag, tag);
    snprintf(stem, sizeof(stem), "/owa/prem/%s/scripts/globalize/globalize.culture.%s.js",
             o->t.build, tag);
    bool kept = ask(w, "GET", stem, "", false, 200);
    snprintf(stem, sizeof(stem), "/owa/prem/%s/resources/locale/%s/owa-main-strings.json",
             o->t.build, shown->folder);
    kept = ask(w, "GET", stem, "", false, 200) || kept;
    if (kept && m && m->campaign == v->campaign && v->campaign >= 0)
        truth_evidence(o, v->campaign, v->mailbox, EVIDENCE_GLOBALIZE, w->t);
}

static void first_pages(walk *w)
{
    const visit *v = w->v;
    org *o = w->o;
    char query[120], stem[140];
    query[0] = 0;
    if (v->names_market) snprintf(query, sizeof(query), "mkt=%s", v->browser->tag);
    snprintf(stem, sizeof(stem), "/owa/");
    if (v->opens < o->opt.mailboxes && v->opens != v->mailbox)
        snprintf(stem, sizeof(stem), "/owa/%s/", o->mailboxes[v->opens].mail);
    if (ask(w, "GET", stem, query, true, 200) && v->names_market && v->campaign >= 0)
        truth_evidence(o, v->campaign, v->mailbox, EVIDENCE_MKT, w->t);
    leave_language(w);
    show_resources(w);
    pass(w, 0, 2);
    if (o->t.era == ERA_LEGACY) {
        (void)ask(w, "GET", "/owa/", "ae=Folder&t=IPF.Note&id=LgAAAAB", true, 200);
        return;
    }
    (void)ask(w, "POST", "/owa/sessiondata.ashx", "appcacheclient=0", true, 200);
    snprintf(query, sizeof(query), "ver=%s&appcacheclient=0&layout=mouse", o->t.build);
    (void)ask(w, "GET", "/owa/userspecificresourceinjector.ashx", query, true, 200);
    (void)ask(w, "GET", "/owa/plt1.ashx", "msg=PLT", true, 200);
}

static void background(walk *w)
{
    if (w->o->t.era == ERA_LEGACY)
        (void)ask(w, rng_chance(w->r, 0.5) ? "POST" : "GET", "/owa/ev.owa",
                  rng_chance(w->r, 0.5) ? "oeh=1&ns=PendingRequest&ev=PendingNotificationRequest"
                                        : "oeh=1&ns=Notify&ev=Poll",
                  true, 200);
    else if (rng_chance(w->r, 0.5))
        (void)ask(w, "GET", "/owa/ev.owa2", "ns=PendingRequest&ev=PendingNotificationRequest&UA=0",
                  true, 200);
    else
        (void)ask(w, "POST", "/owa/service.svc",
                  rng_chance(w->r, 0.5) ? "action=GetReminders&EP=1&UA=0"
                                        : "action=GetPeopleFilters&UA=0",
                  true, 200);
}

static void read_item(walk *w)
{
    char query[160];
    static const char *const actions[] = {"GetItem", "GetConversationItems", "FindItem",
                                          "FindConversation"};
    uint32_t id = (uint32_t)(rng_next(w->r) >> 32);
    if (w->o->t.era == ERA_LEGACY) {
        snprintf(query, sizeof(query), "ae=Item&t=IPM.Note&id=RgAAAAB%08x%%2fBw", id);
        (void)ask(w, "GET", "/owa/", query, true, 200);
        return;
    }
    bool hidden = w->v->disguise & DISGUISE_REMINDERS;
    snprintf(query, sizeof(query), "action=%s&EP=1&ID=-%u&AC=1",
             hidden ? "GetReminders" : actions[rng_below(w->r, TC_COUNT_OF(actions))], ++w->number);
    (void)ask(w, "POST", "/owa/service.svc", query, true, 200);
}

static void take_attachment(walk *w)
{
    char query[160];
    uint32_t id = (uint32_t)(rng_next(w->r) >> 32);
    if (w->o->t.era == ERA_LEGACY) {
        snprintf(query, sizeof(query), "attach=1&id=RgAAAAB%08x&attid0=EAB%08x&attcnt=1", id,
                 id ^ 77);
        (void)ask(w, "GET", "/owa/attachment.ashx", query, true, 200);
        return;
    }
    snprintf(query, sizeof(query), "id=AAMkAG%08x%08x%%3D&X-OWA-CANARY=x%07x", id, id * 31u,
             id >> 5);
    (void)ask(w, "GET", "/owa/service.svc/s/GetFileAttachment", query, true, 200);
}

static void browse(walk *w)
{
    const visit *v = w->v;
    uint32_t steps = v->reads + v->attachments;
    tc_time end = w->t + (tc_time)v->minutes * TC_MINUTE;
    uint32_t gap = steps ? v->minutes * 60 / steps : v->minutes * 60;
    for (uint32_t i = 0; i < steps; i++) {
        w->t += (tc_time)rng_between(w->r, 0.2, 1.8 * gap + 1) * TC_SECOND;
        if (rng_chance(w->r, v->attachments / (double)steps))
            take_attachment(w);
        else
            read_item(w);
        if (rng_chance(w->r, 0.25)) background(w);
    }
    /* The page stays open. */
    while (w->t < end) {
        w->t += (tc_time)(90 + rng_below(w->r, 400)) * TC_SECOND;
        background(w);
    }
    if (rng_chance(w->r, 0.3)) (void)ask(w, "GET", "/owa/logoff.owa", "", true, 302);
}

/* Through another protocol's path: authentication there, no form. */
static void through_other_path(walk *w)
{
    const visit *v = w->v;
    bool mapi = v->disguise & DISGUISE_MAPI;
    char query[120] = "";
    if (mapi)
        snprintf(query, sizeof(query), "mailboxId=%s@%s", w->o->mailboxes[v->mailbox].guid,
                 w->o->t.domain);
    for (uint32_t i = 0; i < 4 + v->reads; i++) {
        (void)ask(w, "POST", mapi ? "/mapi/emsmdb/" : "/EWS/Exchange.asmx", query, true, 200);
        w->t += (tc_time)rng_between(w->r, 1, 60.0 * v->minutes / (4 + v->reads) + 1) * TC_SECOND;
    }
}

static void as_phone(walk *w)
{
    char query[160];
    uint32_t other = rng_below(w->r, w->o->opt.mailboxes);
    snprintf(query, sizeof(query), "Cmd=FolderSync&User=%s&DeviceId=AND%08X&DeviceType=Android",
             w->o->mailboxes[other].sam, (unsigned)(rng_next(w->r) >> 32));
    (void)ask(w, "POST", "/Microsoft-Server-ActiveSync/default.eas", query, true, 200);
    pass(w, 4, 30);
}

tc_time webmail_visit(org *o, const visit *v, rng *r)
{
    walk w = {.o = o, .v = v, .r = r, .t = v->at, .host = iis_host(o, v->ip)};
    const person *m = &o->mailboxes[v->mailbox];
    w.user = v->typed ? v->typed : people_typed(m, m->form);
    snprintf(w.client, sizeof(w.client), "%016" PRIX64 "%016" PRIX64, rng_next(r), rng_next(r));
    if (v->at >= o->webmail_closed_from && v->at < o->webmail_closed_until) {
        (void)ask(&w, "GET", "/owa/", "", false, 503);
        return v->at;
    }
    if (v->campaign >= 0) {
        truth_access(o, v->campaign, v->mailbox, v->at);
        truth_source(o, v->campaign, v->ip, false);
    }
    if (v->disguise & (DISGUISE_MAPI | DISGUISE_EWS)) {
        through_other_path(&w);
        return v->at;
    }
    if (v->disguise & DISGUISE_EAS) as_phone(&w);
    log_on(&w);
    tc_time landed = w.t;
    first_pages(&w);
    browse(&w);
    return landed;
}
