/*
 * Many mailboxes, each under five names and on several days: what a table of names and people
 * costs.
 *
 * Every mailbox has an account (x123456), a UPN (x123456@domain), an SMTP address (given.family@
 * domain), a SID and a GUID. Directory changes join account, UPN and SID, requests of Outlook the
 * account and the GUID, submissions the GUID and the address. On each working day, in an order that
 * has nothing of the last one's, everybody opens Outlook and webmail and sends a mail.
 */
#include "tests/bench/corpus.h"

#define DOMAIN_SID "S-1-5-21-1004336348-1177238915-682003330"
#define STRIDE 999983 /* a prime above MAILBOXES_MAX: every mailbox once in a round */
#define DAY_BEGINS (8 * TC_HOUR)
#define DAY_LASTS (9 * TC_HOUR)

typedef struct visit_of {
    corpus *c;
    const person *who;
    uint64_t number;
} visit_of;

typedef void write_visit(visit_of *v, uint32_t day);

/* ~U account, ~N UPN, ~P address, ~G GUID, ~S SID, ~W workstation, ~I home, ~T time, ~# number. */
static void put(void *maker, char letter)
{
    visit_of *v = maker;
    out *o = &v->c->o;
    const person *p = v->who;
    switch (letter) {
    case 'U':
        out_text(o, p->account);
        return;
    case 'N':
        out_text(o, p->account);
        out_text(o, "@" DOMAIN_NAME);
        return;
    case 'P':
        out_text(o, p->mail);
        return;
    case 'G':
        out_text(o, p->guid);
        return;
    case 'S':
        out_text(o, p->sid);
        return;
    case 'W':
        out_text(o, p->workstation);
        return;
    case 'I':
        out_home(o, p);
        return;
    case 'T':
        out_clock_iso(o, &v->c->clock);
        return;
    case '#':
        out_number(o, v->number);
        return;
    default:
        tc_assert_failed("a letter of these templates", __FILE__, __LINE__);
    }
}

/* Everybody once on each day; the clock goes evenly through the working hours. */
static void write_rounds(corpus *c, uint32_t days, write_visit *write)
{
    visit_of v = {.c = c};
    uint32_t people = c->people.set.people;
    clock_start(&c->clock, 1.0, TC_SECOND);
    tc_time monday = tc_time_midnight(c->clock.now);
    for (uint32_t day = 0; day < days; day++) {
        tc_time begin = monday + (day / 5 * 7 + day % 5) * TC_DAY + DAY_BEGINS;
        for (uint32_t i = 0; i < people && !c->o.failed; i++) {
            uint64_t at = ((uint64_t)i * STRIDE + day * UINT64_C(7919)) % people;
            v.who = &c->people.people[at];
            v.number++;
            c->clock.now = begin + DAY_LASTS / people * i;
            write(&v, day);
        }
    }
}

static void write_line(visit_of *v, const char *template)
{
    out_fill(&v->c->o, template, put, v);
    out_line(&v->c->o, "\r\n");
}

/* -- IIS ------------------------------------------------------------------------------------ */

static void iis_line(visit_of *v, const char *template)
{
    out_clock(&v->c->o, &v->c->clock);
    write_line(v, template);
}

static void iis_visit(visit_of *v, uint32_t day)
{
    static const char outlook[] =
        " 10.1.0.11 POST /mapi/emsmdb/ MailboxId=~G@" DOMAIN_NAME " 443 " NT_DOMAIN
        "\\~U ~W Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.4266;+Pro) - "
        "200 0 0 31";
    static const char page[] = " 10.1.0.11 GET /owa/ - 443 ~N ~I Mozilla/5.0+(Windows+NT+10.0;"
                               "+Win64;+x64)+Gecko/20100101+Firefox/44.0 - 200 0 0 78";
    static const char mail[] =
        " 10.1.0.11 POST /owa/service.svc action=FindItem&ID=-~#&AC=1 443 ~N ~I Mozilla/5.0+"
        "(Windows+NT+10.0;+Win64;+x64)+Gecko/20100101+Firefox/44.0 - 200 0 0 46";
    (void)day;
    iis_line(v, outlook);
    iis_line(v, page);
    iis_line(v, mail);
}

void write_mailboxes_iis(corpus *c, uint32_t days)
{
    out_text(&c->o, "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
                    "#Date: 2016-03-07 07:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem "
                    "cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
                    "sc-substatus sc-win32-status time-taken\r\n");
    write_rounds(c, days, iis_visit);
}

/* -- message tracking ----------------------------------------------------------------------- */

static void tracking_visit(visit_of *v, uint32_t day)
{
    static const char submit[] =
        "~T,fe80::1%4,MBX01,10.1.0.21,HUB01,\"MDB:8a41d0b9-7d3a-4a55-9c1e-0b2f6e0d7c11, "
        "Mailbox:~G, Event:~#, MessageClass:IPM.Note, ClientType:OWA\",,STOREDRIVER,SUBMIT,~#,"
        "<~#@HUB01." DOMAIN_NAME ">,partner@partner.example,,4711,1,,Weekly report,~P,~P,"
        ",Originating,,~I,10.1.0.31,S:DeliveryPriority=Normal";
    static const char reply[] =
        "~T,,,,HUB01,Transport Mailbox Rule Agent,,MAILBOXRULE,RECEIVE,~#,<r~#@HUB01." DOMAIN_NAME
        ">,partner@partner.example,,4711,1,<~#@partner.example>,Automatic reply: report,~P,<>,"
        ",Originating,,,,S:DeliveryPriority=Normal";
    (void)day;
    write_line(v, submit);
    write_line(v, reply);
}

void write_mailboxes_msgtrk(corpus *c, uint32_t days)
{
    out_text(&c->o,
             "\xef\xbb\xbf#Software: Microsoft Exchange Server\r\n#Version: 15.01.0466.034\r\n"
             "#Log-type: Message Tracking Log\r\n#Date: 2016-03-07T07:00:00.000Z\r\n#Fields: "
             "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
             "connector-id,source,event-id,internal-message-id,message-id,recipient-address,"
             "recipient-status,total-bytes,recipient-count,reference,message-subject,"
             "sender-address,return-path,message-info,directionality,tenant-id,"
             "original-client-ip,original-server-ip,custom-data\r\n");
    write_rounds(c, days, tracking_visit);
}

/* -- Security events ------------------------------------------------------------------------ */

static void security_visit(visit_of *v, uint32_t day)
{
    /* A change of the account names it in all ways that the directory knows. */
    static const char changed[] =
        "{\"@timestamp\":\"~T\",\"winlog\":{\"channel\":\"Security\",\"computer_name\":"
        "\"DC01." DOMAIN_NAME "\",\"event_id\":\"4738\",\"provider_name\":"
        "\"Microsoft-Windows-Security-Auditing\",\"record_id\":~#,\"event_data\":{"
        "\"TargetUserName\":\"~U\",\"TargetDomainName\":\"" NT_DOMAIN "\",\"TargetSid\":\"~S\","
        "\"SubjectUserSid\":\"" DOMAIN_SID "-1101\",\"SubjectUserName\":\"helpdesk1\","
        "\"SubjectDomainName\":\"" NT_DOMAIN "\",\"SamAccountName\":\"~U\","
        "\"UserPrincipalName\":\"~N\"}}}";
    static const char logon[] =
        "{\"@timestamp\":\"~T\",\"winlog\":{\"channel\":\"Security\",\"computer_name\":"
        "\"DC01." DOMAIN_NAME "\",\"event_id\":\"4624\",\"provider_name\":"
        "\"Microsoft-Windows-Security-Auditing\",\"record_id\":~#,\"event_data\":{"
        "\"TargetUserName\":\"~U\",\"TargetDomainName\":\"" NT_DOMAIN "\",\"TargetUserSid\":"
        "\"~S\",\"LogonType\":\"3\",\"IpAddress\":\"::ffff:~W\"}}}";
    write_line(v, day == 0 ? changed : logon);
}

void write_mailboxes_winjson(corpus *c, uint32_t days)
{
    write_rounds(c, days, security_visit);
}
