/* Lines of mail servers' logs: which server, what it says, and what a stranger cannot make it say.
 */
#include "parsers/mail/mail_line.h"

#include <criterion/criterion.h>

static tc_mail_line read_line(const char *text)
{
    tc_mail_line line = {.server = TC_MAIL_SERVERS};
    tc_mail_calendar calendar = tc_mail_calendar_new(INT64_C(1716163200) * TC_SECOND, false);
    cr_expect(tc_mail_line_read(tc_slice_of(text), &calendar, &line), "%s", text);
    return line;
}

static void expect(const char *text, const char *action, const char *account, const char *client)
{
    tc_mail_line line = read_line(text);
    const tc_slice *field = line.reading.field;
    cr_expect(tc_slice_equal(tc_mail_deed_name(line.reading.deed), tc_slice_of(action)), "%s",
              text);
    cr_expect(tc_slice_equal(field[TC_MAIL_ACCOUNT], tc_slice_of(account)), "%s: %.*s", text,
              (int)field[TC_MAIL_ACCOUNT].len, (const char *)field[TC_MAIL_ACCOUNT].ptr);
    cr_expect(tc_slice_equal(field[TC_MAIL_CLIENT], tc_slice_of(client)), "%s: %.*s", text,
              (int)field[TC_MAIL_CLIENT].len, (const char *)field[TC_MAIL_CLIENT].ptr);
}

#define AT "Mar  9 07:00:01 "

Test(mail_line, reads_dovecot)
{
    expect(AT "h dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=203.0.113.4, lip=::1, TLS",
           "logon", "a", "203.0.113.4");
    expect(AT "imap-login: Info: Login: user=<a>, method=PLAIN, rip=203.0.113.4", "logon", "a",
           "203.0.113.4");
    expect(AT
           "h dovecot: submission-login: Login aborted: Connection closed (auth failed, 3 attempts"
           " in 16 secs) (auth_failed): user=<a>, method=LOGIN, rip=203.0.113.4, lip=::1",
           "refused", "a", "203.0.113.4");
    expect(AT "h dovecot: pop3-login: Disconnected (no auth attempts in 5 secs): user=<>, "
              "rip=203.0.113.4",
           "disconnect", "", "203.0.113.4");
    expect(AT "h dovecot: auth: ldap(dog,192.0.2.145,): invalid credentials", "refused", "dog",
           "192.0.2.145");
    expect(AT
           "h dovecot-auth: pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0"
           " tty=dovecot ruser=rhost=192.0.2.9 rhost=203.0.113.4",
           "refused", "", "203.0.113.4");
    expect(AT "h dovecot: lda(a@b): sieve: msgid=<x@y>: sent vacation response to <c@d>",
           "auto_reply", "a@b", "");
}

Test(mail_line, believes_no_address_that_a_name_brings)
{
    expect(AT
           "h dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<x>, rip=192.0.2.9,"
           " y>, method=PLAIN, rip=203.0.113.4, lip=::1",
           "refused", "x", "203.0.113.4");
    expect(
        AT
        "h roundcube: Failed login for x from 192.0.2.9 from 203.0.113.4 in session q (error: 0)",
        "refused", "x from 192.0.2.9", "203.0.113.4");
    expect(AT
           "h HORDE: [imp] FAILED LOGIN for x [192.0.2.9] [203.0.113.4] to h [on line 1 of \"f\"]",
           "refused", "x [192.0.2.9]", "203.0.113.4");
    expect(AT "h imapd: LOGIN FAILED, user=x, ip=[192.0.2.9], ip=[203.0.113.4]", "refused", "x",
           "203.0.113.4");
}

Test(mail_line, reads_the_others)
{
    expect(AT "h cyrus/imap[1]: badlogin: localhost [203.0.113.4] plaintext bo SASL(-13): "
              "authentication failure: checkpass failed",
           "refused", "bo", "203.0.113.4");
    expect(AT "h imap[4480]: badlogin: e.example [203.0.113.4] DIGEST-MD5 [SASL(-13): no]",
           "refused", "", "203.0.113.4");
    expect(AT "h cyrus/imaps[1]: login: e.example [203.0.113.4] bo plaintext+TLS User logged in "
              "SESSIONID=<q>",
           "logon", "bo", "203.0.113.4");
    expect(
        AT
        "h courieresmtpd: error,relay=::ffff:203.0.113.4,msg=\"535 Authentication failed.\",cmd: "
        "AUTH LOGIN",
        "refused", "", "::ffff:203.0.113.4");
    expect(
        AT
        "h postfix/smtpd[1]: warning: hostname a.example does not resolve to address 203.0.113.4: "
        "Name or service not known",
        "", "", "203.0.113.4");
    expect("2024-03-09 07:00:01,003 INFO  [t] [name=x@b;aname=root@b;ip=10.0.0.5;oip=203.0.113.4;] "
           "security"
           " - cmd=SetPassword; name=x@b;",
           "password_reset", "root@b", "203.0.113.4");
    expect(AT "h passwd[1]: pam_unix(passwd:chauthtok): password changed for bo", "password_change",
           "bo", "");
}

#define ZIMBRA(context)                                                                            \
    "2024-03-09 07:00:01,003 INFO  [t] [" context                                                  \
    "] security - cmd=Auth; account=a@b; protocol=soap;"

Test(mail_line, believes_no_address_that_an_agent_brings)
{
    expect(ZIMBRA("oip=203.0.113.4;ua=x;;oip=10.0.0.2;"), "logon", "a@b", "203.0.113.4");
    expect(ZIMBRA("oip=203.0.113.4;ua=x;oip=10.0.0.2;"), "logon", "a@b", "203.0.113.4");
    expect(ZIMBRA("ip=203.0.113.4;ua=x;;oip=10.0.0.2;;;"), "logon", "a@b", "203.0.113.4");
    expect(ZIMBRA("oip=203.0.113.4;ua=x] x;"), "logon", "a@b", "203.0.113.4");
    expect(ZIMBRA("oip=203.0.113.4;ua=x] soap - x;"), "logon", "a@b", "203.0.113.4");
    tc_mail_line line = read_line(ZIMBRA("ip=10.0.0.9;oip=203.0.113.4;ua=x;;y] z;soapId=7;"));
    cr_expect(tc_slice_equal(line.reading.field[TC_MAIL_AGENT], TC_LIT("x;;y] z")));
    cr_expect(tc_slice_equal(line.reading.field[TC_MAIL_SESSION], TC_LIT("7")));
}

Test(mail_line, believes_no_address_that_a_greeting_brings)
{
    expect("2024-03-09 07:00:06 dovecot_login authenticator failed for ([10.0.0.1]) "
           "[203.0.113.4]:4711: 535 Incorrect authentication data (set_id=bo)",
           "refused", "bo", "203.0.113.4");
    expect("2024-03-09 07:00:06 dovecot_login authenticator failed for h.example (x [10.0.0.1]:2: "
           "535 x) [203.0.113.4]:4711: 535 Incorrect authentication data (set_id=bo)",
           "refused", "bo", "203.0.113.4");
    expect("2024-03-09 07:00:06 dovecot_login authenticator failed for [203.0.113.4]: 535 no",
           "refused", "", "203.0.113.4");
    expect("2024-03-09 07:00:07 1riPaB-000abC-7x <= x@y.example H=([10.0.0.1]) [203.0.113.4] "
           "P=esmtpsa A=dovecot_login:bo S=900 T=\"H=(x) [10.0.0.1] A=plain:zed \"",
           "logon", "bo", "203.0.113.4");
    expect("2024-03-09 07:00:07 1riPaB-000abC-7x <= x@y.example H=h.example ([10.0.0.1]) "
           "[203.0.113.4]:25 P=esmtp S=900",
           "client", "", "203.0.113.4");
    expect("2024-03-09 07:00:07 1riPaB-000abC-7x <= x@y.example H=[203.0.113.4] P=smtp S=900",
           "client", "", "203.0.113.4");
}

Test(mail_line, believes_nothing_that_a_name_or_a_subject_brings_to_exim)
{
    expect(
        "2024-03-09 07:00:06 plain authenticator failed for (x) [203.0.113.4]:4711: 535 Incorrect "
        "authentication data (set_id=x [10.0.0.1]: 535 y (set_id=bo)",
        "refused", "x [10.0.0.1]: 535 y (set_id=bo", "203.0.113.4");
    expect("2024-03-09 07:00:06 plain authenticator failed for h.example (x [10.0.0.1]:2: 535 y) "
           "[203.0.113.4]: 535 Incorrect authentication data",
           "refused", "", "203.0.113.4");
    expect("2024-03-09 07:00:07 1riPaB-000abC-7x <= x@y.example H=h.example (a [10.0.0.1] b) "
           "[203.0.113.4]:25 P=esmtpsa A=login:bo S=900",
           "logon", "bo", "203.0.113.4");
    expect("2024-03-09 07:00:07 1riPaB-000abC-7x <= x@y.example H=h.example [203.0.113.4]:25 "
           "P=esmtp S=900 id=q A=login:zed S=1 T=\"hi A=plain:zed S=9\"",
           "client", "", "203.0.113.4");
}

Test(mail_line, reads_sendmail)
{
    expect(AT "h sm-mta[1]: AUTH=server, relay=h.example [203.0.113.4] (may be forged), "
              "authid=bo@corp.example, mech=LOGIN, bits=0",
           "logon", "bo@corp.example", "203.0.113.4");
    expect(AT "h sendmail[1]: AUTH=server, relay=[203.0.113.4], authid=bo, mech=PLAIN, bits=0",
           "logon", "bo", "203.0.113.4");
    expect(AT "h sm-mta[1]: 429NtY0b012345: AUTH failure (LOGIN): authentication failure (-13) "
              "SASL(-13): authentication failure: checkpass failed, user=bo, relay=h.example "
              "[203.0.113.4]",
           "refused", "bo", "203.0.113.4");
    expect(AT "h sm-mta[1]: AUTH failure (PLAIN): user not found (-20) no, relay=[203.0.113.4]",
           "refused", "", "203.0.113.4");
    expect(AT "h sm-mta[1]: 429NtY0b012345: h.example [203.0.113.4]: possible SMTP attack: "
              "command=AUTH, count=9",
           "refused", "", "203.0.113.4");
    expect(AT "h sm-mta[1]: 429NtY0b012345: from=<a@b>, size=9, class=0, nrcpts=1, msgid=<q@b>, "
              "proto=ESMTP, daemon=MTA, relay=h.example [203.0.113.4]",
           "client", "", "203.0.113.4");
    expect(AT "h sm-mta[1]: 429NtY0b012345: to=<c@d>, delay=00:00:01, mailer=esmtp, stat=Sent (ok)",
           "delivery", "", "");
}

Test(mail_line, believes_nothing_that_is_sent_to_sendmail)
{
    expect(AT "h sm-mta[1]: AUTH failure (LOGIN): no (-13) x, user=x, relay=[10.0.0.1], "
              "relay=[203.0.113.4]",
           "refused", "x, relay=[10.0.0.1]", "203.0.113.4");
    expect(AT "h sm-mta[1]: 429NtY0b012345: from=<AUTH failure (LOGIN): a, relay=[10.0.0.1]>, "
              "size=9, proto=ESMTP, relay=[203.0.113.4]",
           "client", "", "203.0.113.4");
    expect(AT "h sm-mta[1]: 429NtY0b012345: <x [10.0.0.1]: possible SMTP attack: command=AUTH, "
              "count=9>... User unknown",
           "", "", "");
}

static void expect_forwarded(const char *text, const char *client, const char *forwarded)
{
    tc_mail_line line = read_line(text);
    const tc_slice *field = line.reading.field;
    cr_expect(tc_slice_equal(field[TC_MAIL_CLIENT], tc_slice_of(client)), "%s: %.*s", text,
              (int)field[TC_MAIL_CLIENT].len, (const char *)field[TC_MAIL_CLIENT].ptr);
    cr_expect(tc_slice_equal(field[TC_MAIL_FORWARDED], tc_slice_of(forwarded)), "%s: %.*s", text,
              (int)field[TC_MAIL_FORWARDED].len, (const char *)field[TC_MAIL_FORWARDED].ptr);
}

Test(mail_line, takes_the_last_header_that_roundcube_says)
{
    expect_forwarded(AT "h roundcube: Successful login for a (ID: 1) from 10.0.0.9(X-Real-IP: x,"
                        "X-Forwarded-For: 10.0.0.1),X-Forwarded-For: 203.0.113.4) in session q",
                     "10.0.0.9", "203.0.113.4");
    expect_forwarded(AT "h roundcube: Failed login for a from 10.0.0.9(X-Forwarded-For: "
                        "X-Forwarded-For: 10.0.0.1), 203.0.113.4) in session q (error: 0)",
                     "10.0.0.9", "10.0.0.1), 203.0.113.4");
    expect_forwarded(AT "h roundcube: IMAP Error: Login failed for a against h from 10.0.0.9("
                        "X-Forwarded-For: 10.0.0.1), 203.0.113.4). LOGIN: no in /f.php (x)",
                     "10.0.0.9", "10.0.0.1), 203.0.113.4");
    expect_forwarded(AT "h roundcube: Failed login for a from 203.0.113.4 in session q (error: 0)",
                     "203.0.113.4", "");
    expect_forwarded(AT "h roundcube: Password changed for user a (ID: 1) from 10.0.0.9("
                        "X-Forwarded-For: 10.0.0.1), 203.0.113.4)",
                     "10.0.0.9", "10.0.0.1), 203.0.113.4");
    expect_forwarded(AT "h roundcube: Password changed for user a (ID: 1) from 203.0.113.4",
                     "203.0.113.4", "");
}

Test(mail_line, takes_the_one_header_that_roundcube_says)
{
    static const char *const said[] = {
        "Successful login for a (ID: 1) from 10.0.0.9(X-Real-IP: 203.0.113.4) in session q",
        "Failed login for a from 10.0.0.9(X-Real-IP: 203.0.113.4) in session q (error: 0)",
        "Failed login for a from 10.0.0.9(X-Real-IP: 203.0.113.4)",
        "IMAP Error: Login failed for a against h from 10.0.0.9(X-Real-IP: 203.0.113.4). LOGIN: no",
        "Password changed for user a (ID: 1) from 10.0.0.9(X-Real-IP: 203.0.113.4)",
        "Password changed for user a (ID) from 10.0.0.9(X-Real-IP: x,X-Forwarded-For: 203.0.113.4)",
    };
    for (size_t i = 0; i < TC_COUNT_OF(said); i++) {
        char text[256];
        snprintf(text, sizeof text, AT "h roundcube: %s", said[i]);
        expect_forwarded(text, "10.0.0.9", "203.0.113.4");
        cr_expect(read_line(text).reading.deed != TC_MAIL_DEED_NOTHING, "%s", text);
    }
    expect(AT "h roundcube: Failed login for x from 10.0.0.9(X-Real-IP: 192.0.2.9) in session q"
              " from 203.0.113.4 in session q (error: 0)",
           "refused", "x from 10.0.0.9(X-Real-IP: 192.0.2.9) in session q", "203.0.113.4");
}

Test(mail_line, takes_the_last_of_a_list)
{
    expect_forwarded(ZIMBRA("oip=10.0.0.1, 203.0.113.4;ua=x;"), "203.0.113.4",
                     "10.0.0.1, 203.0.113.4");
    expect_forwarded(AT "sogod [1]: SOGoRootPage Login from '10.0.0.1, 203.0.113.4' for user 'ben' "
                        "might not have worked - password policy: 65535",
                     "203.0.113.4", "10.0.0.1, 203.0.113.4");
    expect_forwarded(AT "sogod [1]: SOGoRootPage successful login from '10.0.0.1' for user 'x, "
                        "203.0.113.4' for user 'ben' - expire = -1",
                     "203.0.113.4", "10.0.0.1' for user 'x, 203.0.113.4");
    expect_forwarded(AT "sogod [1]: 10.0.0.1,, 203.0.113.4 \"GET /SOGo/so/ben/Mail/view HTTP/1.1\" "
                        "200 4210/0",
                     "203.0.113.4", "10.0.0.1,, 203.0.113.4");
    expect_forwarded(ZIMBRA("oip=203.0.113.4;ua=x;"), "203.0.113.4", "");
    expect_forwarded(AT
                     "sogod [1]: SOGoRootPage Login from '203.0.113.4' for user 'x' for user 'ben' "
                     "might not have worked - password policy: 65535",
                     "203.0.113.4", "");
    expect(AT
           "sogod [1]: SOGoRootPage Login from '203.0.113.4' for user 'x' for user 'ben' might not "
           "have worked - password policy: 65535",
           "refused", "x' for user 'ben", "203.0.113.4");
}

Test(mail_line, keeps_the_status_that_lets_somebody_in)
{
    tc_mail_line line =
        read_line("May 11 03:06:42 sogod [1]: 203.0.113.4 \"GET /SOGo/so/ben/Mail/view "
                  "HTTP/1.1\" 200 42/0 0.031 - - 2M");
    cr_expect_eq(line.reading.deed, TC_MAIL_DEED_ACCESS);
    cr_expect(tc_slice_equal(line.reading.field[TC_MAIL_STATUS], TC_LIT("200")));
    line = read_line("May 11 03:06:42 sogod [1]: 203.0.113.4 \"GET /SOGo/so/ben/Mail/view "
                     "HTTP/1.1\" 401 0/0 0.031 - - 2M");
    cr_expect_eq(line.reading.deed, TC_MAIL_DEED_NOTHING);
}

Test(mail_line, takes_other_programs_for_nobodys)
{
    cr_expect_eq(read_line(AT "h sshd[1]: Failed password for a from 203.0.113.4").server,
                 TC_MAIL_SERVERS);
    cr_expect_eq(read_line(AT "h imapproxy[1]: x").server, TC_MAIL_SERVERS);
    cr_expect_eq(read_line("<22>1 2024-03-09T07:00:01Z h dovecot 1 - [a b=\"c\"] master: x").server,
                 TC_MAIL_SERVER_dovecot);
}

Test(mail_line, ends_in_time_whatever_stands_there)
{
    static char text[1 << 16] = AT "h roundcube: Failed login for ";
    size_t n = strlen(text);
    for (; n + 16 < sizeof text; n += 6)
        memcpy(text + n, " from ", 6);
    cr_expect_eq(read_line(text).reading.deed, TC_MAIL_DEED_NOTHING);
}
