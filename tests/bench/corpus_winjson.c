/*
 * Security events of three domain controllers as Winlogbeat ships them: one JSON object a line.
 * Templates have ' for ", so that they can be read.
 */
#include "tests/bench/corpus.h"

#define PROVIDER "Microsoft-Windows-Security-Auditing"
#define DOMAIN_SID "S-1-5-21-1004336348-1177238915-682003330"
#define TEMPLATE_MAX 2048

#define ACCOUNT "'TargetUserName':'~N','TargetDomainName':'" NT_DOMAIN "','TargetSid':'~S',"
#define NETWORK "'IpAddress':'::ffff:~W','IpPort':'~#'"
#define NO_CERTIFICATE "'CertIssuerName':'','CertSerialNumber':'','CertThumbprint':'',"
#define SERVER                                                                                     \
    "'SubjectUserSid':'S-1-5-18','SubjectUserName':'EX01$','SubjectDomainName':'" NT_DOMAIN        \
    "','SubjectLogonId':'0x3e7'"
#define ACCOUNT_TEXT "\\n\\nAccount:\\n\\tSecurity ID:\\t\\t~S\\n\\tAccount Name:\\t\\t~N"
#define NETWORK_TEXT "\\n\\tClient Address:\\t\\t::ffff:~W"

/* What every event has. ~T time, ~O controller, ~B record number, ~# a port; ~1 to ~7 are the
 * members of the event. */
static const char frame[] =
    "{'@timestamp':'~T','agent':{'ephemeral_id':'2e71c92e-5c70-4ea4-aad7-d3a2174f2a6d','id':"
    "'3cdc1e10-ded0-4f5d-8434-ede1d1120b17','name':'~O','type':'winlogbeat','version':'7.17.0'},"
    "'ecs':{'version':'1.12.0'},'event':{'action':'~2','code':'~1','created':'~T','kind':'event',"
    "'outcome':'~3','provider':'" PROVIDER "'},'host':{'name':'~O." DOMAIN_NAME "'},'log':{'level':"
    "'information'},'message':'~6','winlog':{'api':'wineventlog','channel':'Security',"
    "'computer_name':'~O." DOMAIN_NAME "','event_data':{~7},'event_id':'~1','keywords':['~4'],"
    "'opcode':'Info','process':{'pid':532,'thread':{'id':~#}},'provider_guid':"
    "'{54849625-5478-4994-a5ba-3e3b0328c30d}','provider_name':'" PROVIDER "','record_id':~B,"
    "'task':'~5','version':0}}";

typedef struct event {
    uint32_t weight; /* of 1000 */
    const char *code, *action, *outcome, *keyword, *task, *text, *data;
} event;

/* ~N account, ~S its SID, ~W workstation's address, ~L logon id, ~A help desk, ~G GUID, ~Q number
 * of a test mailbox. */
static const event events[] = {
    {400, "4624", "logged-in", "success", "Audit Success", "Logon",
     "Somebody logged on." ACCOUNT_TEXT "\\n\\tLogon ID:\\t\\t0x~L\\n\\tLogon Type:\\t\\t3",
     ACCOUNT "'SubjectUserSid':'S-1-0-0','SubjectUserName':'-','SubjectDomainName':'-',"
             "'SubjectLogonId':'0x0','TargetUserSid':'~S','TargetLogonId':'0x~L','LogonType':'3',"
             "'LogonProcessName':'Kerberos','AuthenticationPackageName':'Kerberos',"
             "'WorkstationName':'-','LogonGuid':'{~G}','LmPackageName':'-','KeyLength':'0',"
             "'ProcessId':'0x0','ProcessName':'-'," NETWORK},
    {200, "4768", "kerberos-authentication-ticket-requested", "success", "Audit Success",
     "Kerberos Authentication Service",
     "A ticket was given." ACCOUNT_TEXT NETWORK_TEXT "\\n\\tResult:\\t\\t0x0",
     ACCOUNT "'ServiceName':'krbtgt','ServiceSid':'" DOMAIN_SID
             "-502','TicketOptions':'0x40810010','Status':'0x0','TicketEncryptionType':'0x12',"
             "'PreAuthType':'2'," NO_CERTIFICATE NETWORK},
    {100, "4769", "kerberos-service-ticket-requested", "success", "Audit Success",
     "Kerberos Service Ticket Operations",
     "A service ticket was given." ACCOUNT_TEXT NETWORK_TEXT "\\n\\tResult:\\t\\t0x0",
     "'TargetUserName':'~N@COMMISSION.EXAMPLE','TargetDomainName':'COMMISSION.EXAMPLE',"
     "'ServiceName':'EX01$','ServiceSid':'" DOMAIN_SID "-1617','TicketOptions':'0x40810000',"
     "'TicketEncryptionType':'0x12','Status':'0x0','LogonGuid':'{~G}','TransmittedServices':'-'"
     "," NETWORK},
    {180, "4776", "credential-validated", "success", "Audit Success", "Credential Validation",
     "Credentials were looked at.\\n\\nAccount:\\t~N\\nWorkstation:\\tEX01\\nCode:\\t0x0",
     "'PackageName':'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0','TargetUserName':'~N','Workstation':"
     "'EX01','Status':'0x0'"},
    {60, "4625", "logon-failed", "failure", "Audit Failure", "Logon",
     "Somebody did not get in." ACCOUNT_TEXT NETWORK_TEXT "\\n\\tSub Status:\\t\\t0xC000006A",
     "'TargetUserName':'~N','TargetDomainName':'" NT_DOMAIN "','TargetUserSid':'S-1-0-0'," SERVER
     ",'Status':'0xc000006d','SubStatus':'0xc000006a','FailureReason':'%%2313','LogonType':'8',"
     "'LogonProcessName':'Advapi  ','AuthenticationPackageName':'Negotiate','WorkstationName':"
     "'EX01','LmPackageName':'-','KeyLength':'0','ProcessId':'0x1d3c','ProcessName':"
     "'C:\\\\Windows\\\\System32\\\\inetsrv\\\\w3wp.exe'," NETWORK},
    {45, "4771", "kerberos-preauth-failed", "failure", "Audit Failure",
     "Kerberos Authentication Service",
     "A ticket was refused." ACCOUNT_TEXT NETWORK_TEXT "\\n\\tFailure Code:\\t\\t0x18",
     "'TargetUserName':'~N','TargetSid':'~S','ServiceName':'krbtgt/" NT_DOMAIN
     "','TicketOptions':'0x40810010','Status':'0x18','PreAuthType':'2'," NO_CERTIFICATE NETWORK},
    {9, "4723", "changed-password", "success", "Audit Success", "User Account Management",
     "Somebody changed the own password." ACCOUNT_TEXT "\\n\\tLogon ID:\\t\\t0x~L",
     ACCOUNT "'SubjectUserSid':'~S','SubjectUserName':'~N','SubjectDomainName':'" NT_DOMAIN
             "','SubjectLogonId':'0x~L','PrivilegeList':'-'"},
    {1, "4724", "reset-password", "success", "Audit Success", "User Account Management",
     "A password was set by another." ACCOUNT_TEXT "\\n\\tActor:\\t\\thelpdesk~A",
     ACCOUNT "'SubjectUserSid':'" DOMAIN_SID "-110~A','SubjectUserName':'helpdesk~A',"
             "'SubjectDomainName':'" NT_DOMAIN "','SubjectLogonId':'0x~L'"},
    /* The server's own test mailboxes get new passwords all day. */
    {5, "4724", "reset-password", "success", "Audit Success", "User Account Management",
     "A password was set by another.\\n\\nAccount:\\n\\tAccount Name:\\t\\tHealthMailbox~Q",
     "'TargetUserName':'HealthMailbox~Q','TargetDomainName':'" NT_DOMAIN
     "','TargetSid':'" DOMAIN_SID "-1999'," SERVER},
};

typedef struct security {
    corpus *c;
    const person *who;
    uint32_t controller, actor;
    uint64_t record, logon;
    char lines[TC_COUNT_OF(events)][TEMPLATE_MAX]; /* frame and event in one, in real quotes */
} security;

static void put(void *maker, char letter)
{
    static const char *const controllers[] = {"DC01", "DC02", "DC03"};
    security *m = maker;
    corpus *c = m->c;
    switch (letter) {
    case 'T':
        out_clock_iso(&c->o, &c->clock);
        return;
    case 'N':
        out_text(&c->o, m->who->account);
        return;
    case 'S':
        out_text(&c->o, m->who->sid);
        return;
    case 'W':
        out_text(&c->o, m->who->workstation);
        return;
    case 'O':
        out_text(&c->o, controllers[m->controller]);
        return;
    case 'A':
        out_number(&c->o, m->actor);
        return;
    case 'B':
        out_number(&c->o, m->record);
        return;
    case 'L':
        out_hex(&c->o, m->logon, 8);
        return;
    case 'G':
        out_guid(&c->o, rng_next(&c->r), rng_next(&c->r));
        return;
    case 'Q':
        out_hex(&c->o, 0xabc0000u + m->record % 14, 7);
        return;
    case '#':
        out_number(&c->o, 1024 + rng_below(&c->r, 60000));
        return;
    default:
        tc_assert_failed("a letter of these templates", __FILE__, __LINE__);
    }
}

static const char *member(const event *e, char digit)
{
    const char *const members[] = {e->code, e->action, e->outcome, e->keyword,
                                   e->task, e->text,   e->data};
    return members[digit - '1'];
}

/* The whole line of one event: its members are set in once, letters remain. */
static void make_line(const event *e, char *ret)
{
    size_t n = 0;
    for (const char *f = frame; *f; f++) {
        bool set_in = f[0] == '~' && f[1] >= '1' && f[1] <= '7';
        int added;
        if (set_in)
            added = snprintf(ret + n, TEMPLATE_MAX - n, "%s", member(e, *++f));
        else
            added = snprintf(ret + n, TEMPLATE_MAX - n, "%c", *f);
        n += (size_t)added;
        TC_ASSERT(n < TEMPLATE_MAX);
    }
    for (char *quote = ret; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
}

static const char *any_line(security *m)
{
    choice all[TC_COUNT_OF(events)];
    for (size_t i = 0; i < TC_COUNT_OF(events); i++)
        all[i] = (choice){events[i].weight, m->lines[i]};
    return choose(&m->c->r, all);
}

void write_winjson(corpus *c, uint64_t bytes)
{
    static security m;
    m = (security){.c = c, .record = 5040000};
    for (size_t i = 0; i < TC_COUNT_OF(events); i++)
        make_line(&events[i], m.lines[i]);
    clock_start(&c->clock, 0.2, 41 * TC_SECOND / 1000);
    while (c->o.total + c->o.len < bytes && !c->o.failed) {
        clock_next(&c->clock);
        m.who = someone(c);
        m.controller = rng_below(&c->r, 3);
        m.actor = 1 + rng_below(&c->r, 6);
        m.logon = rng_next(&c->r);
        m.record++;
        out_fill(&c->o, any_line(&m), put, &m);
        out_line(&c->o, "\n");
    }
}
