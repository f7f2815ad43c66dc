/*
 * IIS in front of Exchange 2016: W3C extended, 15 fields. Phones and Outlook make nine lines of
 * ten; people at webmail go through logon, mailbox, pages and notifications; strangers try names
 * and look for holes. Four front ends write into one file, as a collector hands it over.
 */
#include "tests/bench/corpus.h"

#define CAFE "&CorrelationID=<empty>;&cafeReqId=~G; 443 "
#define SESSION "&ClientId=~C&ClientRequestId=~#&CorrelationID=~G;&cafeReqId=~G; 443 ~U ~I ~A "
#define OWA_PAGE "https://mail." DOMAIN_NAME "/owa/"
#define OUTLOOK "Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.4266;+Pro)"

/* ~U account, ~E the same in a URL, ~P address, ~M mailbox, ~W workstation, ~I home, ~V device, ~A
 * browser, ~G GUID, ~C client id, ~# number, ~L and ~S long and short times taken. */
static const choice everyday[] = {
    {190, "POST /Microsoft-Server-ActiveSync/default.eas "
          "Cmd=Ping&User=~E&DeviceId=~V&DeviceType=iPhone" CAFE
          "~U ~I Apple-iPhone8C1/1305.234 - 200 0 0 ~L"},
    {80, "POST /Microsoft-Server-ActiveSync/default.eas "
         "Cmd=Sync&User=~E&DeviceId=~V&DeviceType=iPhone" CAFE
         "~U ~I Apple-iPhone8C1/1305.234 - 200 0 0 ~S"},
    {110, "POST /Microsoft-Server-ActiveSync/default.eas "
          "Cmd=Ping&User=~E&DeviceId=~V&DeviceType=Android" CAFE
          "~U ~I Android-SAMSUNG-SM-G920F/101.60001 - 200 0 64 ~L"},
    {10, "OPTIONS /Microsoft-Server-ActiveSync/default.eas -" CAFE
         "- ~I Android-SAMSUNG-SM-G920F/101.60001 - 401 1 2148074254 ~S"},
    {250, "POST /mapi/emsmdb/ MailboxId=~M@" DOMAIN_NAME "&ClientId=~C" CAFE "~U ~W " OUTLOOK
          " - 200 0 0 ~S"},
    {40, "POST /mapi/nspi/ MailboxId=~M@" DOMAIN_NAME CAFE "~U ~W " OUTLOOK " - 200 0 0 ~S"},
    {25,
     "POST /mapi/emsmdb/ MailboxId=~M@" DOMAIN_NAME CAFE "- ~W " OUTLOOK " - 401 1 2148074254 ~S"},
    {35, "RPC_IN_DATA /rpc/rpcproxy.dll ~M@" DOMAIN_NAME ":6001" CAFE "~U ~W MSRPC - 200 0 64 ~L"},
    {35, "RPC_OUT_DATA /rpc/rpcproxy.dll ~M@" DOMAIN_NAME ":6001" CAFE "~U ~W MSRPC - 200 0 64 ~L"},
    {90, "POST /EWS/Exchange.asmx " CAFE "~U ~W " OUTLOOK " - 200 0 0 ~S"},
    {30, "POST /EWS/Exchange.asmx " CAFE
         "~U ~I MacOutlook/15.19.1.160225+(Intelx64+Mac+OS+X+Version+10.11.3+(Build+15D21)) - "
         "200 0 0 ~S"},
    {25, "POST /autodiscover/autodiscover.xml " CAFE "~U ~W " OUTLOOK " - 200 0 0 ~S"},
    {15, "GET /OAB/9f1d2a64-1c7e-4b1b-9a0e-5a5d1c3f7b20/oab.xml " CAFE
         "~U ~W Microsoft+BITS/7.8 - 304 0 0 ~S"},
    {35, "GET /owa/healthcheck.htm - 443 - ::1 AMProbe/Local/ClientAccess - 200 0 0 ~S"},
    {30, "POST /owa/service.svc action=GetReminders&ID=-~#" SESSION OWA_PAGE " 200 0 0 ~S"},
};

static const choice pages[] = {
    {330, "POST /owa/ev.owa2 ns=PendingRequest&ev=PendingNotificationRequest&UA=0" SESSION OWA_PAGE
          " 200 0 0 ~L"},
    {180, "POST /owa/service.svc action=FindItem&ID=-~#&AC=1" SESSION OWA_PAGE " 200 0 0 ~S"},
    {200, "POST /owa/service.svc action=GetItem&ID=-~#&AC=1" SESSION OWA_PAGE " 200 0 0 ~S"},
    {60, "POST /owa/service.svc action=UpdateItem&ID=-~#&AC=1" SESSION OWA_PAGE " 200 0 0 ~S"},
    {50, "POST /owa/service.svc action=CreateItem&ID=-~#&AC=1" SESSION OWA_PAGE " 200 0 0 ~S"},
    {80, "GET /owa/service.svc/s/GetPersonaPhoto email=~P&UA=0&size=HR96x96" SESSION OWA_PAGE
         " 404 0 0 ~S"},
    {100, "GET /owa/prem/15.1.466.34/scripts/boot.worldwide.1.mouse.js " CAFE "~U ~I ~A " OWA_PAGE
          " 304 0 0 ~S"},
};

static const char *const logon[] = {
    "GET /owa/auth/logon.aspx url=https%3a%2f%2fmail." DOMAIN_NAME "%2fowa%2f&reason=0" CAFE
    "- ~I ~A - 200 0 0 ~S",
    "POST /owa/auth.owa " CAFE "~U ~I ~A https://mail." DOMAIN_NAME
    "/owa/auth/logon.aspx 302 0 0 ~S",
    "GET /owa/ " CAFE "~U ~I ~A https://mail." DOMAIN_NAME "/owa/auth/logon.aspx 200 0 0 ~S",
    "POST /owa/sessiondata.ashx appcacheclient=0" SESSION OWA_PAGE " 200 0 0 ~S",
    "GET /owa/prem/15.1.466.34/scripts/globalize/globalize.culture.en-gb.js " CAFE
    "- ~I ~A " OWA_PAGE " 200 0 0 ~S",
};

/* ~X is a stranger's address; ~N a name that is tried. */
static const choice attacks[] = {
    {380, "POST /owa/auth.owa " CAFE "~N ~X ~B https://mail." DOMAIN_NAME
          "/owa/auth/logon.aspx 302 0 0 ~S"},
    {240, "GET /owa/auth/logon.aspx url=https%3a%2f%2fmail." DOMAIN_NAME "%2fowa%2f&reason=2" CAFE
          "- ~X ~B - 200 0 0 ~S"},
    {120, "POST /EWS/Exchange.asmx " CAFE "~N ~X python-requests/2.9.1 - 401 1 1326 ~S"},
    {100, "POST /autodiscover/autodiscover.xml " CAFE
          "~N ~X Microsoft+Office/16.0+(Windows+NT+6.1;+rv) - 401 1 1326 ~S"},
    {40, "GET /autodiscover/autodiscover.json "
         "@example.net/mapi/nspi/?&Email=autodiscover/autodiscover.json%3f@example.net" CAFE
         "- ~X python-requests/2.9.1 - 302 0 0 ~S"},
    {40, "GET /.env - 443 - ~X Mozilla/5.0+zgrab/0.x - 404 0 2 ~S"},
    {40, "GET /wp-login.php - 443 - ~X Mozilla/5.0+(compatible;+scan/~#) - 404 0 2 ~S"},
    {40, "GET /owa/auth/x.js cmd=whoami%20%2fall&n=~# 443 - ~X curl/7.47.0 - 404 0 2 ~S"},
};

static const char *const browsers[] = {
    "Mozilla/5.0+(Windows+NT+10.0;+WOW64)+AppleWebKit/537.36+(KHTML,+like+Gecko)"
    "+Chrome/48.0.2564.116+Safari/537.36",
    "Mozilla/5.0+(Windows+NT+6.1;+WOW64;+Trident/7.0;+rv:11.0)+like+Gecko",
    "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:44.0)+Gecko/20100101+Firefox/44.0",
    "Mozilla/5.0+(Macintosh;+Intel+Mac+OS+X+10_11_3)+AppleWebKit/601.4.4+(KHTML,+like+Gecko)"
    "+Version/9.0.3+Safari/601.4.4",
    "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)"
    "+Chrome/46.0.2486.0+Safari/537.36+Edge/13.10586",
};

static const char header[] =
    "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
    "#Date: 2016-03-07 07:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query "
    "s-port "
    "cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status "
    "time-taken\r\n";

#define SITTINGS_MAX 90 /* people at webmail at a time */

/* Who makes the lines, of 1000 each; the rest is everyday. */
typedef struct mix {
    uint32_t webmail, attacks;
    uint32_t sittings;
    bool new_guids; /* every request names another mailbox GUID */
} mix;

typedef struct sitting {
    const person *who;
    uint32_t server, pages;
    uint64_t client;
} sitting;

typedef struct iis {
    corpus *c;
    const mix *mix;
    const person *who;
    uint64_t client;
    sitting sittings[SITTINGS_MAX];
} iis;

static void put_account(out *o, const char *between, const person *p)
{
    out_text(o, NT_DOMAIN);
    out_text(o, between);
    out_text(o, p->account);
}

/* Bots share few addresses; names are real ones or what everybody tries. */
static void put_stranger(corpus *c)
{
    out_text(&c->o, "203.0.113.");
    out_number(&c->o, 1 + rng_below(&c->r, 240));
}

static void put_tried_name(corpus *c)
{
    static const char *const names[] = {"administrator", "info", "admin", "scan", "test"};
    if (rng_chance(&c->r, 0.3))
        out_text(&c->o, names[rng_below(&c->r, TC_COUNT_OF(names))]);
    else
        put_account(&c->o, "\\", someone(c));
}

static void put_taken(corpus *c, uint32_t below)
{
    /* Most answers are quick: the smaller of two. */
    uint32_t a = rng_below(&c->r, below), b = rng_below(&c->r, below);
    out_number(&c->o, TC_MIN(a, b));
}

static void put_device(out *o, const person *p)
{
    out_text(o, "Appl");
    out_hex(o, (p->number + 1) * UINT64_C(0x9e3779b97f4a7c15), 12);
}

static void put_random(iis *m, char letter)
{
    corpus *c = m->c;
    switch (letter) {
    case 'G':
        out_guid(&c->o, rng_next(&c->r), rng_next(&c->r));
        return;
    case 'C':
        out_hex(&c->o, m->client, 16);
        out_hex(&c->o, m->client * 31, 16);
        return;
    case '#':
        out_number(&c->o, 1 + rng_below(&c->r, 900));
        return;
    case 'L':
        put_taken(c, 900000);
        return;
    case 'S':
        put_taken(c, 400);
        return;
    case 'X':
        put_stranger(c);
        return;
    case 'N':
        put_tried_name(c);
        return;
    case 'B':
        out_text(&c->o, browsers[rng_below(&c->r, TC_COUNT_OF(browsers))]);
        return;
    default:
        tc_assert_failed("a letter of these templates", __FILE__, __LINE__);
    }
}

static void put(void *maker, char letter)
{
    iis *m = maker;
    out *o = &m->c->o;
    const person *p = m->who;
    switch (letter) {
    case 'U':
        put_account(o, "\\", p);
        return;
    case 'E':
        put_account(o, "%5C", p);
        return;
    case 'P':
        out_text(o, p->mail);
        return;
    case 'M':
        if (m->mix->new_guids)
            out_guid(o, rng_next(&m->c->r), rng_next(&m->c->r));
        else
            out_text(o, p->guid);
        return;
    case 'W':
        out_text(o, p->workstation);
        return;
    case 'I':
        out_home(o, p);
        return;
    case 'V':
        put_device(o, p);
        return;
    case 'A':
        out_text(o, browsers[p->number % TC_COUNT_OF(browsers)]);
        return;
    default:
        put_random(m, letter);
    }
}

static void line_of(iis *m, uint32_t server, const char *template)
{
    static const char *const servers[] = {" 10.1.0.11 ", " 10.1.0.12 ", " 10.1.0.13 ",
                                          " 10.1.0.14 "};
    out_clock(&m->c->o, &m->c->clock);
    out_text(&m->c->o, servers[server]);
    out_fill(&m->c->o, template, put, m);
    out_line(&m->c->o, "\r\n");
}

/* The next line of somebody at webmail; who is done makes room for another, who logs on. */
static void webmail_line(iis *m)
{
    corpus *c = m->c;
    sitting *s = &m->sittings[rng_below(&c->r, m->mix->sittings)];
    bool arriving = s->pages == 0;
    if (arriving) {
        *s = (sitting){.who = someone(c), .server = rng_below(&c->r, 4)};
        s->pages = 12 + rng_below(&c->r, 66);
        s->client = rng_next(&c->r);
    }
    m->who = s->who;
    m->client = s->client;
    for (size_t i = 0; arriving && i < TC_COUNT_OF(logon); i++) {
        line_of(m, s->server, logon[i]);
        clock_next(&c->clock);
    }
    s->pages--;
    line_of(m, s->server, choose(&c->r, pages));
}

static void write_mix(corpus *c, uint64_t bytes, const mix *how)
{
    iis m = {.c = c, .mix = how};
    out_text(&c->o, header);
    clock_start(&c->clock, 4.0, TC_SECOND);
    while (c->o.total + c->o.len < bytes && !c->o.failed) {
        uint32_t kind = rng_below(&c->r, 1000);
        clock_next(&c->clock);
        if (kind < how->webmail) {
            webmail_line(&m);
            continue;
        }
        m.who = someone(c);
        m.client = m.who->number * UINT64_C(0xd1342543de82ef95);
        bool attack = kind < how->webmail + how->attacks;
        line_of(&m, rng_below(&c->r, 4), choose(&c->r, attack ? attacks : everyday));
    }
}

void write_iis(corpus *c, uint64_t bytes)
{
    static const mix devices = {.webmail = 45, .attacks = 25, .sittings = 10};
    write_mix(c, bytes, &devices);
}

void write_iis_owa(corpus *c, uint64_t bytes)
{
    static const mix people = {.webmail = 400, .attacks = 25, .sittings = SITTINGS_MAX};
    write_mix(c, bytes, &people);
}

void write_iis_alias(corpus *c, uint64_t bytes)
{
    static const mix names = {.webmail = 45, .attacks = 25, .sittings = 10, .new_guids = true};
    write_mix(c, bytes, &names);
}
