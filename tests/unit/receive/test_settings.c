/* An input as one line of text. */
#include "detector/receive/settings.h"

#include <criterion/criterion.h>

TestSuite(listen, .timeout = 30);

Test(listen, addresses_are_taken_apart)
{
    static const struct {
        const char *text, *name;
        tc_speech speech;
        tc_way way;
        const char *host;
        uint16_t port;
        bool exposed;
    } rows[] = {
        {"lumberjack://127.0.0.1", "lumberjack-127.0.0.1", TC_SPEAKS_LUMBERJACK, TC_WAY_TCP,
         "127.0.0.1", 5044, false},
        {"lumberjack+tls://[::]:9 certificate=a key=b", "lumberjack-tls-9", TC_SPEAKS_LUMBERJACK,
         TC_WAY_TLS, "::", 9, false},
        {" syslog+udp://0.0.0.0 name=x", "x", TC_SPEAKS_SYSLOG, TC_WAY_UDP, "0.0.0.0", 514, true},
        {"syslog+tcp://[::1]", "syslog-tcp-1", TC_SPEAKS_SYSLOG, TC_WAY_TCP, "::1", 514, false},
        {"syslog+tls://h certificate=a key=b", "syslog-tls-h", TC_SPEAKS_SYSLOG, TC_WAY_TLS, "h",
         6514, false},
        {"-", "stdin", TC_SPEAKS_LINES, TC_WAY_STDIN, NULL, 0, false},
        {"unix:///run/x mode=0660", "unix-run-x", TC_SPEAKS_LINES, TC_WAY_UNIX, NULL, 0, false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_listen l;
        tc_error error = {0};
        cr_assert(!tc_failed(tc_listen_read(rows[i].text, &l, &error)), "%s", error.text);
        cr_expect_str_eq(l.name, rows[i].name);
        cr_expect_eq(l.speech, rows[i].speech, "row %zu", i);
        cr_expect_eq(l.way, rows[i].way, "row %zu", i);
        cr_expect_eq(l.port, rows[i].port, "row %zu", i);
        if (rows[i].host) cr_expect_str_eq(l.host, rows[i].host);
        cr_expect_eq(tc_listen_is_exposed(&l), rows[i].exposed, "row %zu", i);
    }
}

Test(listen, values_are_read)
{
    tc_listen l;
    tc_error error = {0};
    cr_assert(
        !tc_failed(tc_listen_read("lumberjack+tls://h certificate=c key=k ca=a client=optional "
                                  "connections=9 timeout=5s",
                                  &l, &error)));
    cr_expect_str_eq(l.certificate, "c");
    cr_expect_str_eq(l.key, "k");
    cr_expect_str_eq(l.ca, "a");
    cr_expect(l.client_optional);
    cr_expect_eq(l.connections, 9);
    cr_expect_eq(l.timeout, 5 * TC_SECOND);
    cr_assert(!tc_failed(tc_listen_read("unix:///x mode=0660", &l, &error)));
    cr_expect_eq(l.mode, 0660);
}

Test(listen, what_cannot_be_is_refused_in_words)
{
    static const char *const rows[] = {"",
                                       "tcp://h",
                                       "lumberjack://",
                                       "lumberjack://h:0",
                                       "lumberjack://h:x",
                                       "lumberjack://[::1",
                                       "lumberjack://[::1]x",
                                       "lumberjack://h nonsense",
                                       "lumberjack://h no=such",
                                       "lumberjack://h ca=x",
                                       "lumberjack+tls://h certificate=x",
                                       "lumberjack+tls://h certificate=x certificate=y key=z",
                                       "lumberjack+tls://h certificate=x key=z client=optional",
                                       "lumberjack://h name=",
                                       "lumberjack://h name=a name=b",
                                       "lumberjack://h name=a/b",
                                       "lumberjack://h connections=0",
                                       "lumberjack://h timeout=0s",
                                       "lumberjack://h mode=600",
                                       "unix:///x mode=9",
                                       "unix:///x mode=77777",
                                       "unix://x"};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_listen l;
        tc_error error = {0};
        cr_expect_eq(tc_listen_read(rows[i], &l, &error).code, TC_ESYNTAX, "'%s'", rows[i]);
        cr_expect_gt(strlen(error.text), 10, "'%s'", rows[i]);
    }
}

Test(settings, an_interface_with_a_filter_in_quotes)
{
    tc_listen l;
    tc_error error = {0};
    const char *text = "capture://eth1 name=mirror filter='tcp port 25 or port 80' buffer=4MiB";
    cr_assert_not(tc_failed(tc_listen_read(text, &l, &error)), "%s", error.text);
    cr_assert_str_eq(l.interface, "eth1");
    cr_assert_str_eq(l.filter, "tcp port 25 or port 80");
    cr_assert_eq(l.buffer, UINT64_C(4) << 20);
    cr_assert(l.promiscuous);
    cr_assert(tc_failed(tc_listen_read("capture://", &l, &error)));
    cr_assert(tc_failed(tc_listen_read("unix:///a snap=100", &l, &error)));
    cr_assert(tc_failed(tc_listen_read("capture://lo filter='open", &l, &error)));
}
