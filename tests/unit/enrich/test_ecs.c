#include "tests/unit/enrich/fixture.h"
#include "tests/unit/enrich/mmdb_builder.h"

#include <criterion/criterion.h>
#include <unistd.h>

static fixture f;
static const char *geo_path;

static void setup(void)
{
    static mmdb_builder b;
    memset(&f, 0, sizeof(f));
    fixture_network(f.proxies, &f.site.proxy_count, "10.1.1.1");
    fixture_network(f.internal, &f.site.internal_count, "10.0.0.0/8");
    mmdb_init(&b);
    mmdb_put(&b, "203.0.113.0/25", mmdb_country(&b, "CN", NULL));
    mmdb_put(&b, "203.0.113.128/25", mmdb_asn(&b, 64500, "Example Telecom"));
    geo_path = mmdb_write(&b);
    mmdb_done(&b);
    f.site.geo_files = &geo_path;
    f.site.geo_file_count = 1;
    fixture_open(&f);
    unlink(geo_path);
}

static void teardown(void)
{
    fixture_close(&f);
}

TestSuite(ecs, .init = setup, .fini = teardown);

#define T "2011-03-09T07:12:03Z"

static void expect(const pair *fields)
{
    for (; fields->name != NULL; fields++)
        cr_expect_str_eq(fixture_ecs(&f, fields->name), fields->value, "%s is \"%s\"", fields->name,
                         fixture_ecs(&f, fields->name));
}

static void expect_web(const pair *columns, const pair *wanted)
{
    fixture_tracking(&f, T, columns);
    static const tc_logsource web = {"webserver", NULL, NULL};
    tc_schema schema = *f.event.schema;
    schema.labels = &web;
    f.event.schema = &schema;
    tc_enrich_ecs(f.worker, &f.event);
    expect(wanted);
    f.event.schema = NULL;
}

Test(ecs, a_web_request)
{
    const pair columns[] = {
        {"cs-method", "GET"},
        {"cs-uri-stem", "/OWA/Jane%20Doe"},
        {"cs-uri-query", "a=%C3%A9+b&c=%23"},
        {"s-port", "0443"},
        {"cs-username", "EX\\JDoe"},
        {"c-ip", "10.1.1.1"},
        {"X-Forwarded-For", "198.51.100.1,+203.0.113.9:4711"},
        {"cs(User-Agent)", "Mozilla/5.0+(X;+Y)"},
        {"cs(Referer)", "https://example.org/"},
        {"cs-host", "mail.example.org"},
        {"cs-version", "HTTP/1.1"},
        {"sc-status", "302"},
        {"sc-bytes", "1234"},
        {"cs-bytes", "56"},
        {"time-taken", "15"},
        {"s-ip", "10.0.0.7"},
        {"s-computername", "EX07"},
        {NULL, NULL},
    };
    expect_web(columns, (const pair[]){
                            {"source.address", "10.1.1.1"},
                            {"source.ip", "203.0.113.9"},
                            {"source.class", "remote"},
                            {"source.network", "203.0.113.0/24"},
                            {"source.geo.country_iso_code", "CN"},
                            {"source.as.number", ""},
                            {"network.forwarded_ip", "198.51.100.1"},
                            {"user.name", "JDoe"},
                            {"user.domain", "EX"},
                            {"user.email", ""},
                            {"http.request.method", "GET"},
                            {"http.response.status_code", "302"},
                            {"http.response.body.bytes", "1234"},
                            {"http.request.body.bytes", "56"},
                            {"http.request.referrer", "https://example.org/"},
                            {"http.version", "1.1"},
                            {"url.path", "/OWA/Jane Doe"},
                            {"url.query", "a=\xC3\xA9 b&c=#"},
                            {"url.domain", "mail.example.org"},
                            {"user_agent.original", "Mozilla/5.0 (X; Y)"},
                            {"destination.ip", "10.0.0.7"},
                            {"destination.port", "443"},
                            {"event.duration", "15000000"},
                            {"event.outcome", "success"},
                            {"host.name", "ex07"},
                            {"protocol", "owa"},
                            {NULL, NULL},
                        });
}

/* Proxies in front write one URI, absolute or not, and some a query with its question mark. */
Test(ecs, a_uri_in_one_column)
{
    expect_web((const pair[]){{"cs-uri", "https://mail.example.org/owa/?ae=Folder"},
                              {"c-ip", "203.0.113.7"},
                              {NULL, NULL}},
               (const pair[]){{"url.domain", "mail.example.org"},
                              {"url.path", "/owa/"},
                              {"url.query", "ae=Folder"},
                              {"protocol", "owa"},
                              {NULL, NULL}});
    expect_web((const pair[]){{"cs-uri", "/owa/auth.owa"}, {"cs-host", "mail"}, {NULL, NULL}},
               (const pair[]){{"url.domain", "mail"},
                              {"url.path", "/owa/auth.owa"},
                              {"url.query", ""},
                              {NULL, NULL}});
    expect_web((const pair[]){{"cs-uri", "http://mail?x=1"}, {NULL, NULL}},
               (const pair[]){
                   {"url.domain", "mail"}, {"url.path", ""}, {"url.query", "x=1"}, {NULL, NULL}});
    expect_web(
        (const pair[]){{"cs-uri-stem", "/owa/"}, {"cs-uri-query", "?ae=Folder"}, {NULL, NULL}},
        (const pair[]){{"url.path", "/owa/"}, {"url.query", "ae=Folder"}, {NULL, NULL}});
}

/* The address that a proxy names, under the names that proxies use. */
Test(ecs, the_client_behind_a_proxy)
{
    static const char *const names[] = {
        "X-Forwarded-For", "cs(X-Forwarded-For)", "XFF",
        "OriginalIP",      "X-Real-IP",           "CF-Connecting-IP",
        "True-Client-IP",  "X-Cluster-Client-IP", "cs(X-Cluster-Client-IP)",
        "Client-IP"};
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        expect_web((const pair[]){{"c-ip", "10.1.1.1"}, {names[i], "203.0.113.9"}, {NULL, NULL}},
                   (const pair[]){{"source.ip", "203.0.113.9"},
                                  {"network.forwarded_ip", "203.0.113.9"},
                                  {NULL, NULL}});
    expect_web(
        (const pair[]){{"c-ip", "10.1.1.1"},
                       {"cs(Forwarded)", "for=\"203.0.113.9:4711\";proto=https,+for=10.1.1.1"},
                       {NULL, NULL}},
        (const pair[]){{"source.ip", "203.0.113.9"},
                       {"network.forwarded_ip", "203.0.113.9:4711"},
                       {NULL, NULL}});
}

/* A form that is sent back is a redirection, and yet nobody was let in. */
Test(ecs, a_refusal_is_none_the_less_for_a_good_status)
{
    static const char *const rows[][3] = {{"302", "0", "success"},
                                          {"302", "1326", "failure"},
                                          {"200", "2148074254", "success"},
                                          {"401", "0", "failure"}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        expect_web((const pair[]){{"cs-uri-stem", "/owa/auth.owa"},
                                  {"sc-status", rows[i][0]},
                                  {"sc-win32-status", rows[i][1]},
                                  {NULL, NULL}},
                   (const pair[]){{"event.outcome", rows[i][2]}, {NULL, NULL}});
}

Test(ecs, web_oddities)
{
    fixture_web(&f, T,
                "GET /owa/Victim@Example.org/ 50%-off 443 jane@example.org 203.0.113.200 - 440");
    tc_enrich_ecs(f.worker, &f.event);
    expect((const pair[]){
        {"url.query", "50%-off"},
        {"user.name", "jane"},
        {"user.domain", "example.org"},
        {"user.email", "jane@example.org"},
        {"source.ip", "203.0.113.200"},
        {"source.as.number", "64500"},
        {"source.as.organization.name", "Example Telecom"},
        {"user_agent.original", ""},
        {"event.outcome", "failure"},
        {"mailbox", "victim@example.org"},
        {"host.name", "ex01"},
        {NULL, NULL},
    });
    fixture_web(&f, T, "- - - - - fe80::d9e3:e981:da2d:427b%3 - abc");
    tc_enrich_ecs(f.worker, &f.event);
    expect((const pair[]){
        {"source.address", "fe80::d9e3:e981:da2d:427b%3"},
        {"source.ip", "fe80::d9e3:e981:da2d:427b"},
        {"source.class", "private"},
        {"http.response.status_code", ""},
        {"event.outcome", ""},
        {"protocol", ""},
        {"http.request.method", ""},
        {NULL, NULL},
    });
    fixture_web(&f, T, "GET / %4 443 Anonymous not-an-address A 200");
    tc_enrich_ecs(f.worker, &f.event);
    expect((const pair[]){
        {"source.address", "not-an-address"},
        {"source.ip", ""},
        {"url.query", "%4"},
        {"user.name", "Anonymous"},
        {"protocol", "other"},
        {NULL, NULL},
    });
}

Test(ecs, a_tracking_row)
{
    const pair columns[] = {
        {"client-ip", "10.0.0.9"},
        {"original-client-ip", "203.0.113.9"},
        {"server-ip", "10.0.0.7"},
        {"server-hostname", "EX07.example.org"},
        {"source", "STOREDRIVER"},
        {"event-id", "DELIVER"},
        {"source-context", "MDB:1, ClientType:OWA"},
        {"message-id", "<1@example.org>"},
        {"message-subject", "Budget"},
        {"sender-address", "a@example.org"},
        {"recipient-address", "b@example.org;c@example.org"},
        {"directionality", "Originating"},
        {NULL, NULL},
    };
    fixture_tracking(&f, T, columns);
    tc_enrich_ecs(f.worker, &f.event);
    expect((const pair[]){
        {"source.ip", "203.0.113.9"},
        {"source.geo.country_iso_code", "CN"},
        {"event.action", "deliver"},
        {"event.provider", "STOREDRIVER"},
        {"email.subject", "Budget"},
        {"email.from.address", "a@example.org"},
        {"email.message_id", "1@example.org"},
        {"email.direction", "Originating"},
        {"client.type", "OWA"},
        {"destination.ip", "10.0.0.7"},
        {"host.name", "ex07.example.org"},
        {NULL, NULL},
    });
    tc_value to = tc_event_value(&f.event, TC_FIELD_EMAIL_TO);
    cr_assert_eq(to.kind, TC_KIND_LIST);
    cr_assert_eq(to.item_count, 2);
    cr_expect(tc_slice_equal(tc_cell_value(to.items[1], f.arena).text, TC_LIT("c@example.org")));
}

Test(ecs, a_password_reset)
{
    const pair reset[] = {
        {"EventID", "4724"},
        {"Provider_Name", "Microsoft-Windows-Security-Auditing"},
        {"Computer", "DC01.Example.org"},
        {"Keywords", "0x8010000000000000"},
        {"SubjectUserName", "admin"},
        {"SubjectDomainName", "EX"},
        {"SubjectUserSid", "S-1-5-21-1"},
        {"TargetUserName", "jdoe"},
        {"TargetDomainName", "EX"},
        {"TargetSid", "S-1-5-21-2"},
        {NULL, NULL},
    };
    fixture_windows(&f, T, "security", reset);
    tc_enrich_ecs(f.worker, &f.event);
    expect((const pair[]){
        {"event.code", "4724"},
        {"event.action", "reset-password"},
        {"event.provider", "Microsoft-Windows-Security-Auditing"},
        {"event.outcome", "failure"},
        {"host.name", "DC01.Example.org"},
        {"user.name", "admin"},
        {"user.domain", "EX"},
        {"user.id", "S-1-5-21-1"},
        {"user.target.name", "jdoe"},
        {"user.target.domain", "EX"},
        {"user.target.id", "S-1-5-21-2"},
        {NULL, NULL},
    });
    fixture_windows(&f, T, "application", reset);
    tc_enrich_ecs(f.worker, &f.event);
    expect((const pair[]){
        {"event.code", "4724"}, {"event.action", ""}, {"user.name", "admin"}, {NULL, NULL}});
}

Test(ecs, a_kerberos_ticket)
{
    const pair ticket[] = {
        {"EventID", "4768"},
        {"Keywords", "Audit Success"},
        {"TargetUserName", "jdoe"},
        {"TargetDomainName", "EX"},
        {"TargetSid", "S-1-5-21-2"},
        {"IpAddress", "::ffff:203.0.113.9"},
        {"IpPort", "0"},
        {NULL, NULL},
    };
    fixture_windows(&f, T, "security", ticket);
    tc_enrich_ecs(f.worker, &f.event);
    expect((const pair[]){
        {"event.action", "kerberos-authentication-ticket-requested"},
        {"event.outcome", "success"},
        {"user.name", "jdoe"},
        {"user.id", "S-1-5-21-2"},
        {"user.target.name", ""},
        {"source.address", "::ffff:203.0.113.9"},
        {"source.ip", "203.0.113.9"},
        {"source.port", "0"},
        {NULL, NULL},
    });
}

Test(ecs, only_what_is_wanted_is_set)
{
    uint64_t wanted[TC_OVERLAY_WORDS] = {0};
    wanted[TC_FIELD_SOURCE_IP / 64] |= UINT64_C(1) << (TC_FIELD_SOURCE_IP % 64);
    wanted[TC_FIELD_URL_QUERY / 64] |= UINT64_C(1) << (TC_FIELD_URL_QUERY % 64);
    tc_enrich_want(f.worker, wanted);
    fixture_web(&f, T, "GET /owa/ a+b 443 EX\\jdoe 203.0.113.9 A+B 200");
    tc_enrich_ecs(f.worker, &f.event);
    expect((const pair[]){{"source.ip", "203.0.113.9"}, {"url.query", "a b"}, {NULL, NULL}});
    for (size_t i = 0; i < TC_OVERLAY_WORDS; i++)
        cr_expect_eq(f.overlay.present[i] & ~wanted[i], 0);
}

Test(ecs, the_enricher_says_what_its_databases_have)
{
    cr_expect(tc_enricher_has_country(f.enricher));
    cr_expect(tc_enricher_has_asn(f.enricher));
    cr_expect_eq(tc_enrich_geo_errors(f.worker), 0);
}
