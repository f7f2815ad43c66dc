/* What later versions of mail servers say, and what each of them leaves open. */
#include "parsers/mail/mail_line.h"

#include <criterion/criterion.h>

#define AT "Mar  9 07:00:01 h "

static tc_mail_line read_line(const char *text)
{
    tc_mail_line line = {.server = TC_MAIL_SERVERS};
    tc_mail_calendar calendar = tc_mail_calendar_new(INT64_C(1716163200) * TC_SECOND, false);
    cr_expect(tc_mail_line_read(tc_slice_of(text), &calendar, &line), "%s", text);
    return line;
}

static void expect_field(const char *text, const tc_mail_line *line, tc_mail_field field,
                         const char *want)
{
    tc_slice got = line->reading.field[field];
    cr_expect(tc_slice_equal(got, tc_slice_of(want)), "%s: %.*s", text, (int)got.len,
              (const char *)got.ptr);
}

static tc_mail_line expect(const char *text, const char *action, const char *account,
                           const char *client)
{
    tc_mail_line line = read_line(text);
    cr_expect(tc_slice_equal(tc_mail_deed_name(line.reading.deed), tc_slice_of(action)), "%s",
              text);
    expect_field(text, &line, TC_MAIL_ACCOUNT, account);
    expect_field(text, &line, TC_MAIL_CLIENT, client);
    return line;
}

static void expect_forwarded(const char *text, const char *action, const char *account,
                             const char *client, const char *forwarded)
{
    tc_mail_line line = expect(text, action, account, client);
    expect_field(text, &line, TC_MAIL_FORWARDED, forwarded);
}

Test(mail_servers, reads_the_logons_of_dovecot_2_4_and_of_its_proxies)
{
    expect(AT "dovecot: imap-login: Logged in: user=<a>, method=PLAIN, rip=203.0.113.4, lip=::1",
           "logon", "a", "203.0.113.4");
    expect(AT "dovecot: imap-login: Info: Logged in: user=<>, rip=203.0.113.4", "", "",
           "203.0.113.4");
    expect(AT "dovecot: imap-login: Proxy: Started proxying to <10.0.0.7> (0.012 secs): user=<a>, "
              "method=PLAIN, rip=203.0.113.4, lip=10.0.0.1",
           "logon", "a", "203.0.113.4");
    expect(AT "dovecot: imap-login: proxy(a,203.0.113.4): started proxying to 10.0.0.7:143: "
              "user=<a>, method=PLAIN, rip=203.0.113.4, lip=10.0.0.1",
           "logon", "a", "203.0.113.4");
}

Test(mail_servers, reads_whom_dovecot_2_4_names_in_its_brackets)
{
    expect(AT "dovecot: auth(a@b,203.0.113.4,sasl:plain)<4410><q>: passwd-file: Password mismatch",
           "refused", "a@b", "203.0.113.4");
    expect(AT
           "dovecot: auth(a,2001:db8::4,sasl:login)<1><q>: sql: unknown user (given password: x)",
           "refused", "a", "2001:db8::4");
    expect(AT "dovecot: auth(a,203.0.113.4)<1><q>: Invalid credentials", "refused", "a",
           "203.0.113.4");
    expect(AT "dovecot: auth(x,192.0.2.9,203.0.113.4,sasl:plain)<1><q>: sql: Password mismatch",
           "refused", "x,192.0.2.9", "203.0.113.4");
    expect(AT "dovecot: auth(a,203.0.113.4,sasl:plain)<1><q>: sql: Performing passdb lookup", "",
           "a", "203.0.113.4");
    expect(AT "dovecot: auth-worker(4412): sql(a,203.0.113.4,<q>): unknown user", "refused", "a",
           "203.0.113.4");
}

#define PAM "authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=a rhost=203.0.113.4"

/* One module refuses whom the next one lets in: what Dovecot itself says counts. */
Test(mail_servers, takes_no_refusal_of_a_module_for_one_of_the_server)
{
    cr_expect_eq(read_line(AT "auth: pam_unix(dovecot:auth): " PAM).server, TC_MAIL_SERVERS);
    cr_expect_eq(read_line(AT "auth-worker: pam_sss(dovecot:auth): " PAM).server, TC_MAIL_SERVERS);
    cr_expect_eq(read_line(AT "sshd[1]: pam_unix(sshd:auth): " PAM).server, TC_MAIL_SERVERS);
}

#define OUT "2024-03-09T09:41:56.123456789Z "
#define IN "<s8k2j4h1> Successful login for a@b (ID: 12) from 203.0.113.4 in session q"

Test(mail_servers, reads_roundcube_in_a_container)
{
    static const char *const before[] = {OUT, "roundcube-1  | " OUT, OUT "stdout F "};
    for (size_t i = 0; i < TC_COUNT_OF(before); i++) {
        char text[256];
        snprintf(text, sizeof text, "%suserlogins: " IN, before[i]);
        tc_mail_line line = expect(text, "webmail_logon", "a@b", "203.0.113.4");
        expect_field(text, &line, TC_MAIL_SESSION, "q");
        cr_expect_eq(line.server, TC_MAIL_SERVER_roundcube, "%s", text);
    }
    expect(OUT "errors: <s8k2j4h1> IMAP Error: Login failed for a against h from 203.0.113.4. no",
           "refused", "a", "203.0.113.4");
    expect(OUT "password: <s8k2j4h1> Password changed for user a (ID: 12) from 203.0.113.4",
           "password_change", "a", "203.0.113.4");
    cr_expect_eq(read_line(OUT "other: " IN).server, TC_MAIL_SERVERS);
}

#define IMP(text) AT "HORDE: [imp] " text " [pid 1 on line 157 of \"/usr/share/horde/a.php\"]"

Test(mail_servers, reads_horde_in_each_of_its_forms)
{
    expect_forwarded(IMP("Login success for a@b (203.0.113.4) to {imap://h/}"), "webmail_logon",
                     "a@b", "203.0.113.4", "");
    expect_forwarded(IMP("Login success for a@b (10.0.0.9) (forwarded for [203.0.113.4]) to {x}"),
                     "webmail_logon", "a@b", "10.0.0.9", "203.0.113.4");
    expect_forwarded(IMP("Login success for a [10.0.0.9] (forwarded for [203.0.113.4]) to "
                         "{h:143 [imap/notls]}"),
                     "webmail_logon", "a", "10.0.0.9", "203.0.113.4");
    expect_forwarded(IMP("Login success for a@b (Horde user a) (203.0.113.4) to {imap://h/}"),
                     "webmail_logon", "a@b", "203.0.113.4", "");
    expect_forwarded(IMP("FAILED LOGIN for a@b (203.0.113.4) to {imap://h/}"), "refused", "a@b",
                     "203.0.113.4", "");
    expect_forwarded(IMP("FAILED LOGIN for a@b (Horde user a) (10.0.0.9) (forwarded for "
                         "[192.0.2.1, 203.0.113.4]) to {imap://h/}"),
                     "refused", "a@b", "10.0.0.9", "192.0.2.1, 203.0.113.4");
    expect_forwarded(AT "HORDE: [horde] Login success for a to horde (10.0.0.9) (forwarded for "
                        "[203.0.113.4]) [pid 1 on line 1 of \"f\"]",
                     "webmail_logon", "a", "10.0.0.9", "203.0.113.4");
}

#define HORDE(text) "2024-03-09T09:42:00+01:00 " text " [pid 1 on line 157 of \"/usr/h/a.php\"]"

Test(mail_servers, reads_hordes_own_file)
{
    expect(HORDE("NOTICE: HORDE [imp] Login success for a@b (203.0.113.4) to {imap://h/}"),
           "webmail_logon", "a@b", "203.0.113.4");
    expect(HORDE("EMERG: HORDE [imp] [login] Login success for a (Horde user a) (203.0.113.4) to "
                 "{imap://h/}"),
           "webmail_logon", "a", "203.0.113.4");
    expect_forwarded(HORDE("ERR: HORDE FAILED LOGIN for a (10.0.0.9) (forwarded for [203.0.113.4]) "
                           "to {imap://h/}"),
                     "refused", "a", "10.0.0.9", "203.0.113.4");
    expect(HORDE("DEBUG: HORDE Login success for a to horde (203.0.113.4)"), "webmail_logon", "a",
           "203.0.113.4");
    expect(HORDE("ERR: HORDE FAILED LOGIN for x] Login success for a (203.0.113.4) to {h}"),
           "refused", "x] Login success for a", "203.0.113.4");
    expect(HORDE("INFO: HORDE [turba] x"), "", "", "");
    cr_expect_eq(read_line(HORDE("LOUD: HORDE Login success for a to horde (203.0.113.4)")).server,
                 TC_MAIL_SERVERS);
    cr_expect_eq(read_line("2024-03-09T09:42:00+01:00 INFO: other x").server, TC_MAIL_SERVERS);
}

Test(mail_servers, believes_no_address_that_a_name_or_a_header_brings_to_horde)
{
    expect_forwarded(IMP("FAILED LOGIN for x (192.0.2.9) (203.0.113.4) to {h}"), "refused",
                     "x (192.0.2.9)", "203.0.113.4", "");
    expect_forwarded(IMP("FAILED LOGIN for x (192.0.2.9) (forwarded for [192.0.2.8]) to {h} "
                         "(203.0.113.4) to {h}"),
                     "refused", "x (192.0.2.9) (forwarded for [192.0.2.8]) to {h}", "203.0.113.4",
                     "");
    expect(IMP("FAILED LOGIN for x (192.0.2.9) (forwarded for [y (10.0.0.9) (forwarded for "
               "[192.0.2.1]) to {h}"),
           "refused", "x", "");
    expect(IMP("FAILED LOGIN for x (Horde user y) (192.0.2.9) (203.0.113.4) to {h}"), "refused",
           "x", "203.0.113.4");
    expect_forwarded(IMP("Login success for a (10.0.0.9) (forwarded for [x]) (192.0.2.9) "
                         "(forwarded for [y]) to {h}"),
                     "webmail_logon", "a", "10.0.0.9", "x]) (192.0.2.9) (forwarded for [y");
}

#define EXIM "2024-03-09 07:00:06 +0100 "

Test(mail_servers, tells_what_exim_refuses_from_its_reports)
{
    expect(EXIM "H=(x) [203.0.113.4]:4 rejected EHLO or HELO x: policy", "reject", "",
           "203.0.113.4");
    expect(EXIM "SMTP call from (x) [203.0.113.4]:4 dropped: too many syntax errors", "disconnect",
           "", "203.0.113.4");
    expect(EXIM "H=h.example [203.0.113.4]:4 F=<a@b> rejected RCPT <c@d>: relay not permitted",
           "reject", "", "203.0.113.4");
    expect(EXIM "1riPaB-000abC-7x H=h.example [203.0.113.4]:4 F=<a@b> rejected after DATA: x",
           "reject", "", "203.0.113.4");
    static const char *const report =
        EXIM "1riPaB-000abC-7x ** c@d R=dnslookup T=remote_smtp: 550 no such user";
    tc_mail_line line = expect(report, "delivery_report", "", "");
    expect_field(report, &line, TC_MAIL_RECIPIENT, "c@d");
    expect_field(report, &line, TC_MAIL_QUEUE, "1riPaB-000abC-7x");
    expect(EXIM "1riPaB-000abC-7x SA: Debug: x y z w", "", "", "");
    expect(EXIM "no host name found for IP address 203.0.113.4", "", "", "");
    expect(EXIM "TLS error on connection from [203.0.113.4]:4 (SSL_accept): error", "", "", "");
}

Test(mail_servers, reads_exim_behind_a_second_stamp)
{
    static const char *const text =
        "2024-03-09T07:00:13+02:00 mx1 exim[12]: 2024-03-09 07:00:13 1riPaB-000abC-7x <= x@y "
        "H=h.example [203.0.113.4]:4444 P=esmtpsa A=login:bo S=9";
    tc_mail_line line = expect(text, "logon", "bo", "203.0.113.4");
    cr_expect_eq(line.stamp.time, INT64_C(1709960413) * TC_SECOND);
}

/* The same logon, as each carrier writes it: of that host, or of none that is said. */
static void expect_carried(const char *before, const char *host, const char *time)
{
    char text[512], got[TC_TIME_TEXT];
    snprintf(text, sizeof text, "%simap-login: Info: Login: user=<a>, rip=203.0.113.4", before);
    tc_mail_line line = expect(text, "logon", "a", "203.0.113.4");
    expect_field(text, &line, TC_MAIL_HOST, host);
    cr_expect_str_eq(tc_time_format(line.stamp.time, got), time, "%s", text);
}

#define CRI "2023-03-09T06:00:01.5Z stdout F "

Test(mail_servers, reads_what_a_container_has_written)
{
    expect_carried(CRI, "", "2023-03-09T06:00:01.500Z");
    expect_carried(CRI "Mar  9 07:00:01 ", "", "2023-03-09T06:00:01Z");
    expect_carried(CRI "Mar  9 07:00:01 h dovecot: ", "h", "2023-03-09T06:00:01Z");
    expect_carried("2023-12-31T23:00:01.5Z stderr F Jan  1 00:00:01 h dovecot: ", "h",
                   "2023-12-31T23:00:01Z");
    expect_carried(CRI "<22>1 2023-03-09T07:00:01+01:00 h dovecot 1 - - ", "h",
                   "2023-03-09T06:00:01Z");
    expect_carried("2023-03-09T06:00:01.5Z Mar  9 07:00:01 h dovecot: ", "h",
                   "2023-03-09T06:00:01Z");
    expect_carried("mail-1  | Mar  9 07:00:01 h dovecot: ", "h", "2024-03-09T07:00:01Z");
    expect_carried("mail-1  | 2023-03-09T06:00:01.5Z ", "", "2023-03-09T06:00:01.500Z");
    expect_carried("2023-03-09T06:00:01.5Z stdout dovecot: ", "stdout", "2023-03-09T06:00:01.500Z");
}

Test(mail_servers, refuses_what_says_too_little)
{
    tc_mail_line line;
    tc_mail_calendar calendar = tc_mail_calendar_new(0, false);
    cr_expect(!tc_mail_line_read(TC_LIT("2023-03-09T06:00:01.5Z stdout P Mar  9 07:00:01 h "
                                        "dovecot: imap-login: Login: user=<a>, rip=203.0.113.4"),
                                 &calendar, &line));
    cr_expect(
        !tc_mail_line_read(TC_LIT("mail-1  | imap-login: Login: user=<a>"), &calendar, &line));
}

Test(mail_servers, finds_the_end_of_structured_data)
{
    static const char *const wanted = "imap-login: Login: user=<a>, rip=203.0.113.4";
    static const char *const elements[] = {
        "-", "[a x=\"1\"][b]", "[a x=\"b \\] c\"]", "[a x=\"b] c\"]", "[a x=\"\\\"] \"]",
    };
    for (size_t i = 0; i < TC_COUNT_OF(elements); i++) {
        char text[256];
        snprintf(text, sizeof text, "<22>1 2024-03-09T07:00:01Z h dovecot 1 - %s %s", elements[i],
                 wanted);
        expect(text, "logon", "a", "203.0.113.4");
    }
}

#define ZIMBRA(text)                                                                               \
    "2024-03-09 07:00:01,003 INFO  [t:https://m/service/preauth] [name=q@b;oip=203.0.113.4;ua=x;]" \
    " security - " text

Test(mail_servers, reads_who_another_system_let_in_to_zimbra)
{
    expect(ZIMBRA("cmd=PreAuth; account=a@b; admin=false;"), "webmail_logon", "a@b", "203.0.113.4");
    expect(ZIMBRA("cmd=PreAuth; account=a@b; admin=false; error=preauth timestamp is too old;"),
           "refused", "a@b", "203.0.113.4");
    expect(ZIMBRA("cmd=AdminAuth; account=a@b;"), "logon", "a@b", "203.0.113.4");
    expect(ZIMBRA("cmd=AdminAuth; account=a@b; error=authentication failed for [a@b];"), "refused",
           "a@b", "203.0.113.4");
    expect(ZIMBRA("cmd=DelegateAuth; accountName=a@b; accountId=1;"), "", "q@b", "203.0.113.4");
}

#define CLIENT(context, text)                                                                      \
    "2024-03-09 07:00:01,003 INFO  [qtp1-1://localhost:8080/service/soap/BatchRequest] "           \
    "[name=a@b;" context ";ua=zclient/9.0.0_GA_4200046;soapId=1;] security - cmd=" text

Test(mail_servers, tells_who_logs_on_at_the_page_of_zimbra_from_its_tools)
{
    expect(CLIENT("oip=203.0.113.4", "Auth; account=a@b; protocol=soap;"), "webmail_logon", "a@b",
           "203.0.113.4");
    expect(CLIENT("ip=10.0.0.4;oip=203.0.113.4", "Auth; account=a@b; protocol=soap;"),
           "webmail_logon", "a@b", "203.0.113.4");
    expect(CLIENT("ip=10.0.0.4", "Auth; account=a@b; protocol=soap;"), "logon", "a@b", "10.0.0.4");
    expect(CLIENT("oip=203.0.113.4", "Auth; account=a@b; protocol=imap;"), "logon", "a@b",
           "203.0.113.4");
    expect(CLIENT("oip=203.0.113.4", "Auth; account=x; protocol=soap;; protocol=soap; "
                                     "error=authentication failed for [x; protocol=soap;];"),
           "refused", "x", "203.0.113.4");
    expect(CLIENT("oip=203.0.113.4", "AdminAuth; account=a@b; protocol=soap;"), "logon", "a@b",
           "203.0.113.4");
    expect(CLIENT("oip=203.0.113.4", "ChangePassword; account=a@b;"), "password_change", "a@b",
           "203.0.113.4");
}

Test(mail_servers, takes_no_name_that_postfix_does_not_know)
{
    expect(AT "postfix/smtpd[1]: warning: unknown[203.0.113.4]: SASL LOGIN authentication failed: "
              "(reason unavailable), sasl_username=(unavailable)",
           "refused", "", "203.0.113.4");
    expect(AT "postfix/smtpd[1]: warning: unknown[203.0.113.4]: SASL LOGIN authentication failed: "
              "UGFzc3dvcmQ6, sasl_username=(unavailable)x",
           "refused", "(unavailable)x", "203.0.113.4");
}
