/*
 * Message tracking of Exchange 2016: 30 columns, several rows per message, cells with commas in
 * quotes. One message in a hundred is an automatic reply.
 */
#include "tests/bench/corpus.h"

#define MDB "8a41d0b9-7d3a-4a55-9c1e-0b2f6e0d7c11"
#define VERSION "15.01.0466.034"
#define MBX "10.1.0.31,MBX01"
#define HUB "10.1.0.21,HUB01"
#define PARTNER "198.19.7.~Y,mx~Y.partner.example"
#define STRANGER "person~#@partner.example"

/* The thirty columns, those together that go together: client and server are two each, mail is
 * sender and return-path, original two. */
#define ROW(client, server, context, connector, event, recipient, reference, mail, info, way,      \
            original, custom)                                                                      \
    "~T," client "," server "," context "," connector "," event ",~#,<~J@HUB01." DOMAIN_NAME       \
    ">,~K," recipient ",~Z,1,," reference ",~X," mail "," info "," way ",," original "," custom    \
    ",Email,~G," VERSION

/* ~T time, ~Y number of the other side's server, ~M mailbox of the sender, ~P its address, ~W its
 * workstation, ~O and ~R of the recipient, ~J message number, ~K network message id, ~X subject,
 * ~Z size, ~D random bits of an id, ~G GUID, ~# number. */
static const char submit[] =
    ROW("fe80::1d3c:5be4:~H%4,MBX01", HUB,
        "\"MDB:" MDB ", Mailbox:~M, Event:~#, MessageClass:IPM.Note, CreationTime:~T, "
        "ClientType:MOMT, SubmissionAssistant:MailboxTransportSubmissionEmailAssistant\"",
        "", "STOREDRIVER,SUBMIT", "~R,", "", "~P,~P", "", "Originating", ",10.1.0.31",
        "S:ItemEntryId=00-00-00-00-~D-~D-~D;S:DeliveryPriority=Normal;S:SendByDBName=DB01");
static const char receive[] =
    ROW(MBX, HUB, "08D3~D;~T;0", "HUB01\\Default HUB01", "SMTP,RECEIVE", "~R,", "", "~P,~P",
        "0cI: ", "Originating", "~W,10.1.0.21",
        "S:FirstForestHop=HUB01." DOMAIN_NAME ";S:MessageValue=MediumHigh;S:FirstForestHopTime=~T;"
        "S:IsProbe=false;S:ProxiedClientIPAddress=~W;S:DeliveryPriority=Normal");
static const char agents[] =
    ROW(",HUB01", ",", "\"CatContentConversion, CatRoutingAgent, CatResolver\"", "",
        "AGENT,AGENTINFO", "~R,", "", "~P,~P", "~T", "Originating", "~W,10.1.0.21",
        "\"S:AMA=SUM|v=0|action=|error=|atch=0;S:AMA=EV|engine=M|v=0|sig=1.215.~#.0|name=|file=;"
        "S:TRA=ETR|ruleId=~G|st=~T|action=SetAuditSeverity|sev=1|mode=Enforce;S:CompCost=|ETR=0;"
        "S:PRI=Normal, class 0;S:DeliveryPriority=Normal\"");
static const char deliver[] =
    ROW(HUB, MBX, "08D3~D;~T;ClientSubmitTime:~T", "", "STOREDRIVER,DELIVER", "~R,", "", "~P,~P",
        "~T;LSRV=HUB01." DOMAIN_NAME ":TOTAL-HUB=0.~#|SMR=0.~#(SMRPI=0.~#)|SMS=0.~#|SDD=0.~#",
        "Originating", "~W,10.1.0.21",
        "S:E2ELatency=0.~#;S:ExternalSendLatency=0.~#;S:MailboxDatabaseGuid=" MDB ";S:Mailboxes=~O;"
        "S:StoreObjectIds=AAAAAG~D~D~D;S:FromEntity=Hosted;S:ToEntity=Hosted;S:AttachCount=0;"
        "S:RecipInfo=;S:DeliveryPriority=Normal");
static const char incoming[] =
    ROW(PARTNER, HUB, "08D3~D;~T;0", "HUB01\\Default HUB01", "SMTP,RECEIVE", "~R,", "",
        STRANGER "," STRANGER, "0cI: NTS:", "Incoming", "198.19.7.~Y,10.1.0.21",
        "S:FirstForestHop=HUB01." DOMAIN_NAME ";S:ProxiedClientIPAddress=198.19.7.~Y;S:ProxyHop1="
        "HUB01." DOMAIN_NAME "(10.1.0.21);S:MessageValue=MediumHigh;S:DeliveryPriority=Normal");
static const char sent[] = ROW(
    HUB, PARTNER, "08D3~D;250 2.6.0 Queued mail for delivery;ClientSubmitTime:~T",
    "To the Internet", "SMTP,SENDEXTERNAL", STRANGER ",250 2.1.5 Recipient OK", "", "~P,~P",
    "~T;LSRV=HUB01." DOMAIN_NAME ":TOTAL-HUB=0.~#|SMR=0.~#|SMS=0.~#", "Originating", "~W,10.1.0.21",
    "S:E2ELatency=0.~#;S:Microsoft.Exchange.Transport.MailRecipient.RequiredTlsAuthLevel="
    "Opportunistic;S:DeliveryPriority=Normal");
static const char reply[] =
    ROW(",", ",HUB01", "Transport Mailbox Rule Agent", "", "MAILBOXRULE,RECEIVE", STRANGER ",",
        "<~D@partner.example>", "~P,<>", "", "Originating", ",",
        "S:DeliveryPriority=Normal;S:AccountForest=" DOMAIN_NAME);

static const struct {
    uint32_t weight;
    const char *rows[6];
} messages[] = {
    {520, {submit, receive, agents, deliver}},
    {250, {incoming, agents, deliver}},
    {220, {submit, receive, agents, sent}},
    {10, {reply, sent}},
};

static const char *const subjects[] = {"Budget 2016",
                                       "RE: Draft agenda",
                                       "Lunch?",
                                       "\"Agenda, minutes and next steps\"",
                                       "\"RE: \"\"final\"\" figures, second version\"",
                                       "Note on fisheries",
                                       "Compte rendu de la r\xc3\xa9union",
                                       "\"Einladung, bitte best\xc3\xa4tigen\"",
                                       "FW: FW: mission to Strasbourg",
                                       "Weekly report"};

static const struct {
    const char *language, *away;
} replies[] = {{"en", "Automatic reply: "},
               {"fr", "R\xc3\xa9ponse automatique\xc2\xa0: "},
               {"de", "Automatische Antwort: "},
               {"it", "Risposta automatica: "},
               {"es", "Respuesta autom\xc3\xa1tica: "},
               {"nl", "Automatisch antwoord: "}};

static const char header[] =
    "\xef\xbb\xbf#Software: Microsoft Exchange Server\r\n#Version: " VERSION "\r\n"
    "#Log-type: Message Tracking Log\r\n#Date: 2016-03-07T07:00:00.000Z\r\n"
    "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
    "connector-id,source,event-id,internal-message-id,message-id,network-message-id,"
    "recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,"
    "reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,"
    "original-client-ip,original-server-ip,custom-data,transport-traffic-type,log-id,"
    "schema-version\r\n";

typedef struct tracking {
    corpus *c;
    const person *from, *to;
    const char *away, *subject;
    uint64_t number, id[2];
    uint32_t peer, size;
} tracking;

static void put_random(corpus *c, char letter)
{
    switch (letter) {
    case 'G':
        out_guid(&c->o, rng_next(&c->r), rng_next(&c->r));
        return;
    case 'D':
        out_hex(&c->o, rng_next(&c->r), 12);
        return;
    case 'H':
        out_hex(&c->o, rng_next(&c->r), 4);
        return;
    case '#':
        out_number(&c->o, 100 + rng_below(&c->r, 900));
        return;
    default:
        tc_assert_failed("a letter of these templates", __FILE__, __LINE__);
    }
}

static void put_subject(tracking *m)
{
    bool quoted = m->subject[0] == '"';
    if (quoted) out_text(&m->c->o, "\"");
    out_text(&m->c->o, m->away);
    out_text(&m->c->o, m->subject + quoted);
}

static void put(void *maker, char letter)
{
    tracking *m = maker;
    out *o = &m->c->o;
    switch (letter) {
    case 'T':
        out_clock_iso(o, &m->c->clock);
        return;
    case 'M':
        out_text(o, m->from->guid);
        return;
    case 'O':
        out_text(o, m->to->guid);
        return;
    case 'P':
        out_text(o, m->from->mail);
        return;
    case 'R':
        out_text(o, m->to->mail);
        return;
    case 'W':
        out_text(o, m->from->workstation);
        return;
    case 'J':
        out_hex(o, m->number * UINT64_C(0x9e3779b97f4a7c15), 16);
        return;
    case 'K':
        out_guid(o, m->id[0], m->id[1]);
        return;
    case 'X':
        put_subject(m);
        return;
    case 'Y':
        out_number(o, m->peer);
        return;
    case 'Z':
        out_number(o, m->size);
        return;
    default:
        put_random(m->c, letter);
    }
}

static const char *away_text(const person *p)
{
    for (size_t i = 0; i < TC_COUNT_OF(replies); i++)
        if (strcmp(replies[i].language, p->language) == 0) return replies[i].away;
    return replies[0].away;
}

static void write_message(tracking *m)
{
    corpus *c = m->c;
    size_t kind = 0;
    uint32_t at = rng_below(&c->r, 1000);
    for (; at >= messages[kind].weight; kind++)
        at -= messages[kind].weight;
    m->from = someone(c);
    m->to = someone(c);
    m->away = messages[kind].rows[0] == reply ? away_text(m->from) : "";
    m->subject = subjects[rng_below(&c->r, TC_COUNT_OF(subjects))];
    m->id[0] = rng_next(&c->r);
    m->id[1] = rng_next(&c->r);
    m->number++;
    m->peer = 1 + rng_below(&c->r, 200);
    m->size = 4000 + rng_below(&c->r, 90000);
    for (size_t i = 0; messages[kind].rows[i]; i++) {
        clock_next(&c->clock);
        out_fill(&c->o, messages[kind].rows[i], put, m);
        out_line(&c->o, "\r\n");
    }
}

void write_msgtrk(corpus *c, uint64_t bytes)
{
    tracking m = {.c = c};
    out_text(&c->o, header);
    clock_start(&c->clock, 1.0, 7 * TC_SECOND / 1000);
    while (c->o.total + c->o.len < bytes && !c->o.failed)
        write_message(&m);
}
