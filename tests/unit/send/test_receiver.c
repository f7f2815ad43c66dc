/* Receivers: targets, what cannot be, what is told in words. */
#include "detector/send/hmac.h"
#include "detector/send/receiver.h"
#include "detector/send/secret.h"
#include "detector/send/settings.h"
#include "detector/send/target.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const domains[] = {"example.org", "tenant.example.com"};
static const tc_receiver_site site = {
    .host = "h", .version = "1", .domains = domains, .domain_count = TC_COUNT_OF(domains)};

TestSuite(receiver, .timeout = 30);

/* NULL if it is refused; then the words stand in `text`. */
static tc_receiver *make(tc_receiver_settings settings, char text[384])
{
    tc_receiver *r = NULL;
    tc_error error = {.code = TC_OK};
    if (settings.name == NULL) settings.name = "siem";
    tc_status status = tc_receiver_new(&settings, &site, &r, &error);
    cr_expect_eq(tc_failed(status), r == NULL);
    snprintf(text, 384, "%s", error.text);
    return r;
}

Test(receiver, targets_are_taken_apart)
{
    static const struct {
        const char *text;
        const tc_transport *transport;
        const char *host;
        uint16_t port;
        const char *path;
    } rows[] = {
        {"udp://siem", &tc_transport_udp, "siem", 514, ""},
        {"tcp://siem:1514", &tc_transport_tcp, "siem", 1514, ""},
        {"syslog+tls://siem.lan", &tc_transport_tls, "siem.lan", 6514, ""},
        {"TLS://[2001:db8::1]:99", &tc_transport_tls, "2001:db8::1", 99, ""},
        {"tls://[::1]", &tc_transport_tls, "::1", 6514, ""},
        {"unix:///dev/log", &tc_transport_unix, "", 0, "/dev/log"},
        {"journald:", &tc_transport_journald, "", 0, ""},
        {"file:///var/log/t.jsonl", &tc_transport_file, "", 0, "/var/log/t.jsonl"},
        {"https://chat.lan/hook?a=b", &tc_transport_webhook, "chat.lan", 443,
         "https://chat.lan/hook?a=b"},
        {"http://127.0.0.1:8080", &tc_transport_webhook, "127.0.0.1", 8080,
         "http://127.0.0.1:8080"},
        {"hook:///usr/local/bin/page", &tc_transport_hook, "", 0, "/usr/local/bin/page"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_target t;
        tc_error error = {.code = TC_OK};
        cr_assert_eq(tc_target_parse(tc_slice_of(rows[i].text), &t, &error).code, TC_OK, "%s: %s",
                     rows[i].text, error.text);
        cr_expect_eq(t.transport, rows[i].transport, "%s", rows[i].text);
        cr_expect(tc_slice_equal(t.host, tc_slice_of(rows[i].host)), "%s", rows[i].text);
        cr_expect(tc_slice_equal(t.path, tc_slice_of(rows[i].path)), "%s", rows[i].text);
        if (t.transport->port) cr_expect_eq(t.port, rows[i].port, "%s", rows[i].text);
    }
}

Test(receiver, what_is_no_target_is_refused_in_words)
{
    static const char *const rows[] = {
        "",          "siem",        "siem:514",      "ftp://siem",       "tcp:siem",
        "tcp://",    "tcp://siem:", "tcp://siem:0",  "tcp://siem:65536", "tcp://siem:x",
        "tcp://a/b", "tcp://[::1",  "tcp://[::1]:",  "tcp://[::1]x",     "file://var/log",
        "hook://x",  "journald:/x", "journald://x",  "https://u:p@h/",   "https:///x",
        "tcp://a b", "tcp://a\nb",  "https://h/\x7f"};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char text[384];
        tc_receiver *r = make((tc_receiver_settings){.target = rows[i]}, text);
        cr_expect_null(r, "%s", rows[i]);
        cr_expect_not_null(strstr(text, "receiver 'siem': target '"), "%s: %s", rows[i], text);
        tc_receiver_free(r);
    }
}

Test(receiver, contradictions_are_refused_in_words)
{
    static const struct {
        tc_receiver_settings settings;
        const char *words;
    } rows[] = {
        {{.target = "udp://h", .framing = TC_FRAMING_LF}, "framing is"},
        {{.target = "tcp://h", .framing = TC_FRAMING_NONE}, "framing is"},
        {{.target = "tcp://h", .size_max = 479}, "size is"},
        {{.target = "tcp://h", .size_max = 2000000}, "size is"},
        {{.target = "tcp://h", .facility = 24}, "facility"},
        {{.target = "tcp://h", .timeout_ms = 10}, "timeout"},
        {{.target = "tcp://h", .ca_file = "/x"}, "certificates belong"},
        {{.target = "tls://h", .ca_file = "/no/such/file"}, "cannot be read"},
        {{.target = "tls://h", .certificate_file = "/dev/null"}, "needs its key"},
        {{.target = "tcp://h", .hmac_secret = "env:X"}, "belong to a webhook"},
        {{.target = "http://h/", .bearer = "env:X"}, "travel readable"},
        {{.target = "https://h/", .hmac_secret = "swordfish"}, "never written out"},
        {{.target = "https://h/", .hmac_secret = "env:TOCSIN_NO_SUCH"}, "has no TOCSIN_NO_SUCH"},
        {{.target = "tcp://h", .profile = "arcsight"}, "none of generic"},
        {{.target = "tcp://h", .name = "a b"}, "a name is"},
        {{.target = "tcp://h", .whole = "a\"b"}, "whole is"},
        {{.target = "tls://siem.example.org"}, "stands in a watched domain"},
        {{.target = "https://EXAMPLE.org/x"}, "out_of_band: no"},
        {{.target = "tcp://tenant.example.com."}, "stands in a watched domain"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char text[384];
        tc_receiver *r = make(rows[i].settings, text);
        cr_expect_null(r, "row %zu", i);
        cr_expect_not_null(strstr(text, rows[i].words), "row %zu: %s", i, text);
        tc_receiver_free(r);
    }
}

Test(receiver, a_watched_domain_is_taken_when_that_is_written)
{
    static const char *const others[] = {"tcp://notexample.org", "tcp://example.com", "tcp://org"};
    char text[384];
    tc_receiver *r =
        make((tc_receiver_settings){.target = "tcp://a.example.org", .out_of_band = true}, text);
    cr_assert_not_null(r, "%s", text);
    cr_expect(r->in_watched_domain);
    tc_receiver_free(r);
    for (size_t i = 0; i < TC_COUNT_OF(others); i++) {
        r = make((tc_receiver_settings){.target = others[i]}, text);
        cr_assert_not_null(r, "%s", text);
        cr_expect_not(r->in_watched_domain);
        tc_receiver_free(r);
    }
}

Test(receiver, profiles_give_what_settings_do_not_say)
{
    char text[384];
    tc_receiver *r = make((tc_receiver_settings){.target = "tcp://h", .profile = "sentinel"}, text);
    cr_assert_not_null(r);
    cr_expect_eq(r->form, TC_FORM_CEF);
    cr_expect_eq(r->header, TC_HEADER_3164);
    cr_expect_eq(r->framing, TC_FRAMING_LF);
    cr_expect_eq(r->facility, 20);
    tc_receiver_free(r);
    r = make((tc_receiver_settings){.target = "tcp://h",
                                    .profile = "sentinel",
                                    .framing = TC_FRAMING_OCTET,
                                    .facility = 3,
                                    .size_max = 4000},
             text);
    cr_assert_not_null(r);
    cr_expect_eq(r->framing, TC_FRAMING_OCTET);
    cr_expect_eq(r->facility, 3);
    cr_expect_eq(r->size_max, 4000);
    tc_receiver_free(r);
    r = make((tc_receiver_settings){.target = "udp://h"}, text);
    cr_expect_eq(r->size_max, 2048);
    cr_expect_eq(r->framing, TC_FRAMING_NONE);
    tc_receiver_free(r);
    r = make((tc_receiver_settings){.target = "file:///x"}, text);
    cr_expect_eq(r->form, TC_FORM_JSON);
    cr_expect(r->ungated);
    tc_receiver_free(r);
}

Test(receiver, warnings_name_the_receiver_and_the_way_out)
{
    char text[384];
    tc_receiver *const all[] = {
        make(
            (tc_receiver_settings){
                .name = "sen", .target = "tcp://10.0.0.1", .profile = "sentinel", .facility = 10},
            text),
        make((tc_receiver_settings){.name = "udp", .target = "udp://10.0.0.1"}, text),
        make((tc_receiver_settings){.name = "web", .target = "https://h/"}, text)};
    const tc_receiver *const seen[] = {all[0], all[1], all[2]};
    tc_str out;
    tc_str_init(&out, 4096);
    tc_receivers_warnings(seen, 3, &out);
    const char *words = tc_str_cstr(&out);
    cr_expect_not_null(strstr(words, "'sen': CEF in facility 10"), "%s", words);
    cr_expect_not_null(strstr(words, "'udp': what UDP loses"), "%s", words);
    cr_expect_not_null(strstr(words, "'web': whoever knows"), "%s", words);
    tc_str_done(&out);
    for (size_t i = 0; i < 3; i++)
        tc_receiver_free(all[i]);
}

Test(receiver, names_are_one_of_a_kind_and_escalation_goes_to_another)
{
    static const struct {
        const char *name, *to, *words;
    } rows[] = {{"b", NULL, NULL},
                {"b", "a", NULL},
                {"a", NULL, "two receivers"},
                {"b", "b", "to itself"},
                {"b", "c", "no receiver"}};
    char text[384];
    tc_receiver *a = make((tc_receiver_settings){.name = "a", .target = "tcp://h"}, text);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_error error = {.code = TC_OK};
        tc_receiver *b = make((tc_receiver_settings){.name = rows[i].name,
                                                     .target = "tcp://h",
                                                     .escalate_to = rows[i].to},
                              text);
        const tc_receiver *const both[] = {a, b};
        tc_status status = tc_receivers_check(both, 2, &error);
        cr_expect_eq(tc_failed(status), rows[i].words != NULL, "row %zu", i);
        if (rows[i].words) cr_expect_not_null(strstr(error.text, rows[i].words), "%s", error.text);
        tc_receiver_free(b);
    }
    tc_receiver_free(a);
}

Test(receiver, secrets_are_read_where_they_are_kept_and_never_shown)
{
    char name[] = "/tmp/tocsin-secret-XXXXXX", where[64], text[384];
    int fd = mkstemp(name);
    cr_assert_eq(write(fd, "swordfish\r\n", 11), 11);
    close(fd);
    snprintf(where, sizeof(where), "file:%s", name);
    tc_receiver *r =
        make((tc_receiver_settings){.target = "https://h/", .hmac_secret = where}, text);
    cr_assert_not_null(r, "%s", text);
    cr_expect(tc_slice_equal(r->hmac_secret, TC_LIT("swordfish")));
    tc_str out;
    tc_str_init(&out, 4096);
    tc_receiver_show(r, &out);
    cr_expect_null(strstr(tc_str_cstr(&out), "swordfish"));
    cr_expect_not_null(strstr(tc_str_cstr(&out), "hmac: (set)"));
    tc_str_done(&out);
    tc_receiver_free(r);
    chmod(name, 0644);
    cr_expect_null(
        make((tc_receiver_settings){.target = "https://h/", .hmac_secret = where}, text));
    cr_expect_not_null(strstr(text, "everybody may read"), "%s", text);
    setenv("CREDENTIALS_DIRECTORY", "/tmp", 1);
    chmod(name, 0600);
    snprintf(where, sizeof(where), "credential:%s", name + 5);
    r = make((tc_receiver_settings){.target = "https://h/", .hmac_secret = where}, text);
    cr_expect_not_null(r, "%s", text);
    tc_receiver_free(r);
    cr_expect_null(make(
        (tc_receiver_settings){.target = "https://h/", .hmac_secret = "credential:../etc/passwd"},
        text));
    unlink(name);
}

/* RFC 4231, cases 1 and 2. */
Test(receiver, signatures_are_those_of_the_rfc)
{
    char out[TC_HMAC_TEXT];
    cr_assert(tc_hmac_sha256(TC_LIT("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                                    "\x0b\x0b\x0b\x0b\x0b"),
                             TC_LIT("Hi There"), out));
    cr_expect_str_eq(out, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    cr_assert(tc_hmac_sha256(TC_LIT("Jefe"), TC_LIT("what do ya want for nothing?"), out));
    cr_expect_str_eq(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* -- a line of text -------------------------------------------------------------------------- */

Test(receiver, a_line_of_text_says_all_that_a_receiver_has)
{
    tc_settings_text t;
    tc_error error = {.code = TC_OK};
    const char *line =
        "  tls://siem.lan:99 name=siem  profile=sentinel size=4000 framing=octet form=leef "
        "header=5424 names=dotted timeout=5s min-level=high gate=no out-of-band=no "
        "enterprise=4711 facility=3 whole=/var/log/t.jsonl escalate-to=pager tls-name=x "
        "ca=/dev/null";
    cr_assert_eq(tc_settings_read(line, &t, &error).code, TC_OK, "%s", error.text);
    char text[384];
    tc_receiver *r = make(t.settings, text);
    cr_assert_not_null(r, "%s", text);
    cr_expect_str_eq(r->name, "siem");
    cr_expect_str_eq(r->host, "siem.lan");
    cr_expect_eq(r->port, 99);
    cr_expect_eq(r->form, TC_FORM_LEEF);
    cr_expect_eq(r->header, TC_HEADER_5424);
    cr_expect_eq(r->framing, TC_FRAMING_OCTET);
    cr_expect_eq(r->names, TC_NAMES_DOTTED);
    cr_expect_eq(r->timeout_ms, 5000);
    cr_expect_eq(r->min_level, TC_LEVEL_HIGH);
    cr_expect(t.has_level);
    cr_expect(r->ungated);
    cr_expect_eq(r->enterprise, 4711);
    cr_expect_eq(r->facility, 3);
    cr_expect_str_eq(r->whole, "/var/log/t.jsonl");
    cr_expect_str_eq(r->escalate_to, "pager");
    cr_expect_str_eq(r->tls_name, "x");
    tc_receiver_free(r);
    cr_assert_eq(tc_settings_read("udp://10.0.0.1:514", &t, &error).code, TC_OK);
    cr_expect_str_eq(t.settings.name, "udp---10.0.0.1-514");
}

Test(receiver, what_a_line_says_wrongly_is_told_with_the_word)
{
    static const char *const rows[][2] = {
        {"", "no target"},
        {"tcp://h frame=lf", "no such key; there are name"},
        {"tcp://h framing", "is no KEY=VALUE"},
        {"tcp://h framing=crlf", "'framing=crlf': it is octet or lf"},
        {"tcp://h form=text", "one of syslog"},
        {"tcp://h header=x", "one of none"},
        {"tcp://h names=x", "flat or dotted"},
        {"tcp://h size=0", "above 0"},
        {"tcp://h size=4k", "above 0"},
        {"tcp://h timeout=20", "a span like 20s"},
        {"tcp://h min-level=grave", "one of informational"},
        {"tcp://h gate=yes", "only no"},
        {"tcp://h name=a name=b", "given twice"},
        {"tcp://h ca=", "empty"}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_settings_text t;
        tc_error error = {.code = TC_OK};
        cr_expect_eq(tc_settings_read(rows[i][0], &t, &error).code, TC_ESYNTAX, "%s", rows[i][0]);
        cr_expect_not_null(strstr(error.text, rows[i][1]), "%s: %s", rows[i][0], error.text);
    }
}
