#include "tests/unit/pipeline/dense.h"

#include "tests/unit/pipeline/logs.h"

#include <criterion/criterion.h>

enum { USERS = 30, DAYS = 12, MOMENTS = 60, DAY = 86400 };

static uint64_t state;

static uint32_t draw(uint32_t choices)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % choices;
}

/* One of two servers' webmail, the mail log, the domain controller's, or the cloud's audit. */
typedef enum log { EX01, EX02, HUB, DC, CLOUD, LOGS } log;
static tc_str logs[LOGS];

static const char *moment(int second, char between, char out[TC_TIME_TEXT])
{
    char time[TC_TIME_TEXT];
    tc_time_format(AT(second), time);
    snprintf(out, TC_TIME_TEXT, "%.10s%c%.8s", time, between, time + 11);
    return out;
}

/* -- webmail -------------------------------------------------------------------------------- */

static const char web_head[] =
    "#Software: Microsoft Internet Information Services 7.5\n#Version: 1.0\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) X-Forwarded-For sc-status sc-substatus sc-win32-status time-taken\n";

static void put_request(log server, int second, const char *what, const char *user,
                        const char *client, const char *forwarded, int status)
{
    static const char *const agents[] = {"Mozilla/5.0+(Windows+NT+6.1)",
                                         "Mozilla/4.0+(compatible;+MSIE+8.0)", "Python-urllib/2.6"};
    char time[TC_TIME_TEXT];
    size_t agent = strncmp(client, "203.0.113.", 10) == 0 ? 2 : strlen(client) % 2;
    tc_str_addf(&logs[server], "%s 10.1.0.11 %s 443 %s %s %s %s %d 0 0 31\n",
                moment(second, ' ', time), what, user, client, agents[agent], forwarded, status);
}

static void put_use(int second, uint32_t user, const char *client)
{
    char name[64], mail[64], sync[128];
    snprintf(name, sizeof(name), "COM\\user%02" PRIu32, user);
    snprintf(mail, sizeof(mail), "user%02" PRIu32 "@com.example", user);
    snprintf(sync, sizeof(sync), "POST /Microsoft-Server-ActiveSync/default.eas Cmd=Ping&User=%s",
             mail);
    log server = (log)draw(2);
    const char *forwarded = draw(4) == 0 ? "192.0.2.77" : "-";
    switch (draw(8)) {
    case 0:
        put_request(server, second, "POST /owa/auth/owaauth.dll -", "-", client, "-", 302);
        if (draw(3)) put_request(server, second, "GET /owa/ -", name, client, forwarded, 200);
        break;
    case 1:
        put_request(server, second, "GET /owa/auth/logon.aspx reason=2", "-", client, "-", 200);
        break;
    case 2:
        put_request(server, second, "GET /owa/lang.owa mkt=de-DE", name, client, "-", 200);
        break;
    case 3:
        put_request(server, second, sync, name, client, "-", 200);
        break;
    case 4:
        put_request(server, second, "GET /owa/ -", name, client, "-", 302);
        break;
    case 5: /* the same words twice in a file, and once in the other */
        put_request(EX01, second, "GET /owa/ -", name, client, forwarded, 200);
        put_request(EX01, second, "GET /owa/ -", name, client, forwarded, 200);
        put_request(EX02, second, "GET /owa/ -", name, client, forwarded, 200);
        break;
    default:
        put_request(server, second, "POST /owa/ev.owa oeh=1&ns=Notify", name, client, forwarded,
                    200);
        break;
    }
}

/* -- mail and passwords --------------------------------------------------------------------- */

static const char mail_head[] =
    "#Software: Microsoft Exchange Server\n#Version: 14.0.0.0\n#Log-type: Message Tracking Log\n"
    "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
    "connector-id,source,event-id,internal-message-id,message-id,recipient-address,"
    "recipient-status,total-bytes,recipient-count,related-recipient-address,reference,"
    "message-subject,sender-address,return-path,message-info,directionality,tenant-id,"
    "original-client-ip,original-server-ip,custom-data\n";

static void put_reply(int second, uint32_t user, const char *subject)
{
    char time[TC_TIME_TEXT];
    uint32_t id = draw(1u << 30);
    for (int twice = 0; twice < 2; twice++)
        tc_str_addf(&logs[HUB],
                    "%s.000Z,,,,HUB01,Transport Mailbox Rule Agent,,MAILBOXRULE,RECEIVE,4711,"
                    "<%" PRIu32 "@hub01>,someone@partner.example,,100,1,,,%s,"
                    "user%02" PRIu32 "@com.example,<>,,Originating,,,,\n",
                    moment(second, 'T', time), id, subject, user);
    tc_str_addf(&logs[HUB],
                "%s.000Z,10.1.0.21,HUB01,10.1.0.31,MBX01,\"MDB:1, Mailbox:80d2ecf3-f8db-48ba-a7a4-"
                "91b8a92b19%02" PRIu32 ", Event:1, MessageClass:IPM.Note, ClientType:MOMT\",,"
                "STOREDRIVER,SUBMIT,4711,<s%" PRIu32 "@hub01>,,,100,1,,,Budget,"
                "user%02" PRIu32 "@com.example,user%02" PRIu32 "@com.example,,Originating,,,,\n",
                moment(second, 'T', time), user, id, user, user);
}

static void put_password(int second, uint32_t user)
{
    char time[TC_TIME_TEXT];
    uint32_t sid = 1000 + user;
    tc_str_addf(&logs[DC],
                "{\"@timestamp\":\"%s.000Z\",\"winlog\":{\"channel\":\"Security\",\"event_id\":"
                "\"%s\",\"computer_name\":\"DC01.com.example\",\"keywords\":[\"Audit Success\"],"
                "\"record_id\":%" PRIu32 ",\"event_data\":{\"TargetUserName\":\"user%02" PRIu32
                "\",\"TargetDomainName\":\"COM\",\"TargetSid\":\"S-1-5-21-1-2-3-%" PRIu32
                "\",\"SubjectUserSid\":\"S-1-5-21-1-2-3-%" PRIu32
                "\",\"SubjectUserName\":\"user%02" PRIu32 "\",\"SubjectDomainName\":\"COM\"}}}\n",
                moment(second, 'T', time), draw(4) ? "4723" : "4724", draw(1u << 20), user, sid,
                sid, user);
}

/* Some of what was read was not recorded. Without an address it is nobody's session. */
static void put_reading(int second, uint32_t user)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(&logs[CLOUD],
                "{\"CreationTime\":\"%s\",\"Id\":\"r%d-%" PRIu32 "\",\"Operation\":"
                "\"MailItemsAccessed\",\"RecordType\":50,\"Workload\":\"Exchange\",\"UserId\":"
                "\"user%02" PRIu32 "@com.example\",\"MailboxOwnerUPN\":\"user%02" PRIu32
                "@com.example\",\"OperationProperties\":[{\"Name\":\"IsThrottled\",\"Value\":"
                "\"%s\"}]}\n",
                moment(second, 'T', time), second, user, user, user, user % 3 ? "False" : "True");
}

/* -- all ------------------------------------------------------------------------------------ */

static void put_day(int day)
{
    int second = day * DAY + 6 * 3600;
    for (int m = 0; m < MOMENTS; m++) {
        /* Between two moments about as long as a session may be silent, or nearly nothing. */
        second += draw(3) ? (int)draw(20) : 1795 + (int)draw(10);
        for (uint32_t n = 1 + draw(20); n > 0; n--) {
            char client[32];
            uint32_t user = draw(USERS);
            snprintf(client, sizeof(client), "198.51.100.%" PRIu32,
                     draw(12) ? user : 200 + draw(20));
            put_use(second, user, client);
            if (draw(16) == 0) put_reply(second, user, "Automatic reply: away");
            if (draw(64) == 0) put_password(second, user);
            if (n == 1) put_reading(second, user);
        }
    }
}

static void put_break_in(void)
{
    for (uint32_t user = 0; user < 15; user++) {
        int second = DAYS * DAY + 3 * 3600 + 60 * (int)(user / 5);
        char name[64];
        snprintf(name, sizeof(name), "COM\\user%02" PRIu32, user);
        put_request((log)(user % 2), second, "POST /owa/auth/owaauth.dll -", "-", "203.0.113.66",
                    "-", 302);
        put_request((log)(user % 2), second, "GET /owa/ -", name, "203.0.113.66", "-", 200);
        put_request((log)(user % 2), second + 900, "GET /owa/ -", name, "203.0.113.66", "-", 200);
        put_request((log)(user % 2), second + 300, "GET /owa/ae=Options mkt=zh-CN", name,
                    "203.0.113.66", "-", 200);
        put_reply(second + 600, user, "\xe8\x87\xaa\xe5\x8a\xa8\xe7\xad\x94\xe5\xa4\x8d: x");
        put_password(second + 600, user);
    }
}

void put_dense(void)
{
    static const char *const names[LOGS] = {"logs/EX01/u_1.log", "logs/EX02/u_1.log",
                                            "logs/MSGTRK20110301-1.LOG", "logs/dc.ndjson",
                                            "logs/audit.ndjson"};
    static const char *const heads[LOGS] = {web_head, web_head, mail_head, "", ""};
    state = 2011;
    for (int i = 0; i < LOGS; i++) {
        tc_str_init(&logs[i], 1 << 26);
        tc_str_add(&logs[i], tc_slice_of(heads[i]));
    }
    for (int day = 0; day < DAYS; day++)
        put_day(day);
    put_break_in();
    put_folder("logs");
    put_folder("logs/EX01");
    put_folder("logs/EX02");
    for (int i = 0; i < LOGS; i++) {
        cr_assert_eq(tc_str_status(&logs[i]).code, TC_OK);
        put_bytes(names[i], tc_str_view(&logs[i]));
        tc_str_done(&logs[i]);
    }
}

/* Single matches that report, counts, values, and two together. */
static const char own_rules[] =
    "title: any request\nname: any_request\nlogsource: {category: webserver}\n"
    "detection: {s: {cs-method: [GET, POST]}, condition: s}\nlevel: low\n---\n"
    "title: a logon page\nname: logon_page\nlogsource: {category: webserver}\n"
    "detection: {s: {cs-uri-stem|endswith: owaauth.dll}, condition: s}\nlevel: medium\n---\n"
    "title: requests of one user\nname: many_requests\n"
    "correlation: {type: event_count, rules: any_request, group-by: [cs-username], "
    "timespan: 10m, condition: {gte: 9}}\nlevel: high\n---\n"
    "title: users of one address\nname: many_users\n"
    "correlation: {type: value_count, rules: any_request, group-by: [c-ip], timespan: 2h, "
    "condition: {field: cs-username, gte: 4}}\nlevel: high\n---\n"
    "title: a logon page with anything\nname: with_anything\n"
    "correlation: {type: temporal, rules: [logon_page, any_request], group-by: [c-ip], "
    "timespan: 5m}\nlevel: medium\n";

void put_own_rules(void)
{
    put_text("own.yml", own_rules);
}
