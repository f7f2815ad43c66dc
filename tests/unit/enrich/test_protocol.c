#include "detector/enrich/protocol.h"

#include <criterion/criterion.h>

static tc_protocols *protocols;

static void setup(void)
{
    tc_error error = {0};
    cr_assert(!tc_failed(tc_protocols_open(TC_TEST_TABLES, &protocols, &error)), "%s:%u: %s",
              error.source, error.line, error.text);
}

static void teardown(void)
{
    tc_protocols_free(protocols);
}

TestSuite(protocol, .init = setup, .fini = teardown);

Test(protocol, paths_have_classes)
{
    static const struct {
        const char *stem, *query, *protocol, *mailbox;
    } rows[] = {
        {"/owa", "", "owa", ""},
        {"/owa/", "", "owa", ""},
        {"/OWA/", "ae=Item&t=IPM.Note", "owa", ""},
        {"/owa/service.svc", "action=FindItem&EP=1", "owa", ""},
        {"/owa/service.svc", "action=SubscribeToNotification&UA=1", "owa-background", ""},
        {"/owa/service.svc", "&CorrelationID=<empty>;&action=LogDatapoint", "owa-background", ""},
        {"/owa/service.svc", "action=LogDatapoints", "owa", ""},
        {"/owa/service.svc/s/GetPersonaPhoto", "email=a%40b", "owa-background", ""},
        {"/owa/service.svc", "UA=0&action=GetItem", "owa-background", ""},
        {"/owa/", "UA=0", "owa-background", ""},
        {"//owa/", "", "owa", ""},
        {"///owa/auth.owa", "", "owa-auth", ""},
        {"///", "", "other", ""},
        {"/owa/", "UA=01", "owa", ""},
        {"/owa/", "NOTUA=0", "owa", ""},
        {"/owa/ev.owa", "oeh=1&ns=PendingRequest", "owa-background", ""},
        {"/owa/ev.owa", "oeh=1&ns=Notify&ev=Poll", "owa-background", ""},
        {"/owa/ev.owa", "oeh=1&ns=Item&ev=Move", "owa", ""},
        {"/owa/ev.owa2", "ns=PendingRequest", "owa-background", ""},
        {"/owa/ev.owa2", "", "owa", ""},
        {"/owa/EV.OWA2", "ns=PendingRequest", "owa-background", ""},
        {"/owa/ev.owax", "", "owa", ""},
        {"/owa/plt1.ashx", "", "owa-background", ""},
        {"/owa/sessiondata.ashx", "", "owa-background", ""},
        {"/owa/keepalive.owa", "", "owa-background", ""},
        {"/owa/prem/15.1.2507.9/scripts/boot.js", "", "owa-background", ""},
        {"/owa/14.3.123.4/themes/x.gif", "", "owa-background", ""},
        {"/owa/14.3x/themes/x.gif", "", "owa", ""},
        {"/owa/auth/15.1/themes/logo.png", "", "owa-background", ""},
        {"/owa/auth.owa", "", "owa-auth", ""},
        {"/OWA/Auth.owa", "&CorrelationID=1", "owa-auth", ""},
        {"/owa/auth/owaauth.dll", "", "owa-auth", ""},
        {"/owa/auth/logon.aspx", "url=x&reason=2", "owa-auth", ""},
        {"/owa/auth/expiredpassword.aspx", "", "owa-auth", ""},
        {"/owa/lang.owa", "", "owa-auth", ""},
        {"/owa/languageselection.aspx", "", "owa-auth", ""},
        {"/owa/victim@example.org/", "", "owa", "victim@example.org"},
        {"/owa/victim@example.org", "", "owa", "victim@example.org"},
        {"/owa/Victim%40example.org/", "ae=Folder", "owa", "Victim%40example.org"},
        {"/owa/victim@example.org/ev.owa2", "ns=Notify", "owa-background", "victim@example.org"},
        {"/owa/a-very-long-name-of-a-victim-that-does-not-end@example-of-a-domain.org/ev.owa2",
         "ns=Notify", "owa-background",
         "a-very-long-name-of-a-victim-that-does-not-end@example-of-a-domain.org"},
        {"/ecp/", "", "ecp", ""},
        {"/ecp/default.aspx", "", "ecp", ""},
        {"/ecp/15.1.1261.39/scripts/wizardproperties.js", "", "owa-background", ""},
        {"/Microsoft-Server-ActiveSync/default.eas", "Cmd=Ping", "eas", ""},
        {"/Microsoft-Server-ActiveSync", "Cmd=Ping", "eas", ""},
        {"/Microsoft-Server-ActiveSyncX", "", "other", ""},
        {"/EWS/Exchange.asmx", "", "ews", ""},
        {"/mapi/emsmdb/", "MailboxId=x", "mapi", ""},
        {"/rpc/rpcproxy.dll", "ex01:6001", "rpc", ""},
        {"/Autodiscover/Autodiscover.xml", "", "autodiscover", ""},
        {"/OAB/x/oab.xml", "", "oab", ""},
        {"/PowerShell/", "", "powershell", ""},
        {"/powershell-liveid", "", "powershell", ""},
        {"/exchange/jdoe/inbox", "", "owa", ""},
        {"/", "", "other", ""},
        {"", "", "other", ""},
        {"-", "", "other", ""},
        {"owa", "", "other", ""},
        {"//owa", "", "owa", ""},
        {"/owafake", "", "other", ""},
        {"/ow", "", "other", ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice mailbox;
        tc_protocol got = tc_protocol_of(protocols, tc_slice_of(rows[i].stem),
                                         tc_slice_of(rows[i].query), &mailbox);
        cr_expect(tc_slice_equal(tc_protocol_name(got), tc_slice_of(rows[i].protocol)),
                  "%s ? %s: %s", rows[i].stem, rows[i].query,
                  (const char *)tc_protocol_name(got).ptr);
        cr_expect(tc_slice_equal(mailbox, tc_slice_of(rows[i].mailbox)), "%s: mailbox",
                  rows[i].stem);
    }
}

Test(protocol, agents_are_known)
{
    static const struct {
        const char *agent;
        unsigned kind;
        uint32_t asn;
    } rows[] = {
        {"AMProbe/Local/ClientAccess", TC_AGENT_PROBE, 0},
        {"Mozilla/4.0+(compatible;+MSIE+9.0;+Windows+NT+6.1;+MSEXCHMON;+ACTIVEMONITORING;+OWACTP)",
         TC_AGENT_PROBE, 0},
        {"Mozilla/5.0 (X11; Linux) amprobe", TC_AGENT_PROBE, 0},
        {"TestActiveSyncConnectivity", TC_AGENT_PROBE, 0},
        {"Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+Chrome/100", 0, 0},
        {"MacOutlook/16.66+(Intelx64+Mac+OS+X)", TC_AGENT_EWS, 0},
        {"OC/16.0.5266.1000+(Skype+for+Business)", TC_AGENT_EWS, 0},
        {"OC/16.0.5266.1000 (Skype for Business)", TC_AGENT_EWS, 0},
        {"SkypeSpaces/1.0a$*+", TC_AGENT_EWS, 8075},
        {"ASProxy/CrossForest/EmailDomain//15.01", TC_AGENT_EWS, 8075},
        {"ExchangeServicesClient/15.00.0847.030", 0, 0},
        {"python-requests/2.26.0", 0, 0},
        {"-", 0, 0},
        {"", 0, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        uint32_t asn = 99;
        cr_expect_eq(tc_agent_kind(protocols, tc_slice_of(rows[i].agent), &asn), rows[i].kind, "%s",
                     rows[i].agent);
        cr_expect_eq(asn, rows[i].asn, "%s: AS%u", rows[i].agent, asn);
    }
    static char longest[100000];
    memset(longest, 'x', sizeof(longest) - 1);
    uint32_t asn;
    cr_expect_eq(tc_agent_kind(protocols, tc_slice_of(longest), &asn), 0);
}

Test(protocol, only_some_reasons_are_refusals)
{
    for (uint64_t reason = 0; reason < 100; reason++)
        cr_expect_eq(tc_logon_reason_is_refusal(protocols, reason), reason == 2, "%d", (int)reason);
    cr_expect_not(tc_logon_reason_is_refusal(protocols, UINT64_MAX));
}

Test(protocol, query_values_are_found_between_the_tokens_of_exchange)
{
    tc_slice v = TC_EMPTY_SLICE;
    tc_slice query = TC_LIT("&CorrelationID=<empty>;&Cmd=Ping&USER=dom%5Cuser&x=a=b;c&empty=&last");
    cr_expect(tc_query_value(query, TC_LIT("user"), &v));
    cr_expect(tc_slice_equal(v, TC_LIT("dom%5Cuser")));
    cr_expect(tc_query_value(query, TC_LIT("x"), &v));
    cr_expect(tc_slice_equal(v, TC_LIT("a=b;c")));
    cr_expect(tc_query_value(query, TC_LIT("empty"), &v));
    cr_expect_eq(v.len, 0);
    cr_expect_not(tc_query_value(query, TC_LIT("last"), &v));
    cr_expect_not(tc_query_value(query, TC_LIT("ser"), &v));
    cr_expect_not(tc_query_value(query, TC_LIT("md"), &v));
    cr_expect_not(tc_query_value(TC_EMPTY_SLICE, TC_LIT("user"), &v));
}

Test(protocol, any_bytes_are_survived)
{
    uint32_t seed = 3;
    static const char *const pieces[] = {"/owa", "/",       "@",    "service.svc", "/ecp", "15.1.2",
                                         "%40",  "/ev.owa", "\xFF", "/prem",       "UA=0", "&",
                                         "=",    "a"};
    for (int round = 0; round < 200000; round++) {
        char stem[160], query[160];
        size_t lengths[2] = {0, 0};
        char *const texts[2] = {stem, query};
        for (int which = 0; which < 2; which++) {
            seed = seed * 1664525u + 1013904223u;
            for (unsigned n = seed >> 29; n > 0; n--) {
                seed = seed * 1664525u + 1013904223u;
                const char *piece = pieces[(seed >> 24) % TC_COUNT_OF(pieces)];
                memcpy(texts[which] + lengths[which], piece, strlen(piece));
                lengths[which] += strlen(piece);
            }
        }
        /* Copies of exactly their size, so that a sanitizer sees every byte too far. */
        char *exact_stem = malloc(lengths[0] ? lengths[0] : 1),
             *exact_query = malloc(lengths[1] ? lengths[1] : 1);
        memcpy(exact_stem, stem, lengths[0]);
        memcpy(exact_query, query, lengths[1]);
        tc_slice mailbox;
        tc_protocol p = tc_protocol_of(protocols, tc_slice_make(exact_stem, lengths[0]),
                                       tc_slice_make(exact_query, lengths[1]), &mailbox);
        cr_assert_lt(p, TC_PROTOCOL_COUNT);
        cr_assert_leq(mailbox.len, lengths[0]);
        free(exact_stem);
        free(exact_query);
    }
}
