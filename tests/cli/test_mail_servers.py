"""Logs of mail servers other than Exchange: what an attack leaves in those of Dovecot, Roundcube and Zimbra is
found, an ordinary month is quiet, and a year that syslog leaves out is told soundly."""
import datetime
import json
import os
import pathlib
import struct
import tarfile
import tempfile
import unittest

from harness import Case, addresses, finals, lines_of, mailbox_names, run

ORIGIN = "203.0.113.66"
USERS = [f"u{i:02d}@corp.example" for i in range(30)]
BEGIN = datetime.datetime(2023, 12, 11, 8, 0)
NIGHT = datetime.datetime(2024, 1, 3, 2, 0)
WRITTEN = (1704700000, 1704700000)  # 8 January 2024


def syslog(at, program, text, host="mx1"):
    return f"{at:%b} {at.day:2d} {at:%H:%M:%S} {host} {program}: {text}\n"


def roundcube(at, text):
    return f"[{at:%d-%b-%Y %H:%M:%S} +0000]: <s1> {text}\n"


def zimbra(at, context, text):
    return f"{at:%Y-%m-%d %H:%M:%S},003 INFO  [qtp1-1:x] [{context}] security - {text}\n"


def home(number):
    return f"198.51.{100 + number // 8}.{10 + number % 8}"


BROWSER = "ZimbraWebClient - FF115 (Win)/8.8.15"
TOOL = "ZimbraWebClient - GC120 (Linux)/8.8.15"


def days():
    """An ordinary month: {file: [(time, line)]}, over the turn of a year."""
    mail, web, audit = [], [], []
    for day in range(25):
        for number, user in enumerate(USERS):
            at = BEGIN + datetime.timedelta(days=day, minutes=13 * number)
            mail.append((at, syslog(at, "dovecot", f"imap-login: Login: user=<{user}>, method=PLAIN, rip=10.0.0.5, "
                                                   f"lip=10.0.0.6, mpid=7, TLS, session=<q{day}>")))
            web.append((at, roundcube(at, f"Successful login for {user} (ID: {number}) from {home(number)} in session q")))
            audit.append((at, zimbra(at, f"name={user};oip={home(number)};ua={BROWSER};",
                                     f"cmd=Auth; account={user}; protocol=soap;")))
    return {"mail.log": mail, "userlogins.log": web, "audit.log": audit}


def night(logs):
    """Names are sprayed over IMAP; webmail is opened from there; passwords are reset; one mailbox is passed round."""
    for number, user in enumerate(USERS[:15]):
        at = NIGHT + datetime.timedelta(seconds=20 * number)
        logs["mail.log"].append((at, syslog(at, "dovecot", (
            f"imap-login: Disconnected (auth failed, 1 attempts in 6 secs): user=<{user}>, method=PLAIN, "
            f"rip={ORIGIN}, lip=10.0.0.6, TLS, session=<a{number}>"))))
    for number, user in enumerate(USERS[20:27]):
        at = NIGHT + datetime.timedelta(minutes=30 + number)
        logs["audit.log"].append((at, zimbra(at, f"name={user};oip={ORIGIN};ua={TOOL};",
                                             f"cmd=Auth; account={user}; protocol=soap;")))
    for number, user in enumerate(USERS[:14]):
        at = NIGHT + datetime.timedelta(minutes=60, seconds=20 * number)
        logs["audit.log"].append((at, zimbra(at, "name=admin@corp.example;ip=10.0.0.9;ua=ZimbraAdminClient;",
                                             f"cmd=SetPassword; name={user};")))
    for number in range(13):
        at = NIGHT + datetime.timedelta(minutes=90 + 3 * number)
        logs["userlogins.log"].append((at, roundcube(at, f"Successful login for {USERS[29]} (ID: 29) "
                                                         f"from 192.0.2.{50 + number} in session b{number}")))


class Logs(Case):
    def write_logs(self, logs):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for name, rows in logs.items():
            path = folder / name
            path.write_text("".join(line for _, line in sorted(rows)), encoding="utf-8")
            os.utime(path, WRITTEN)
        return folder

    def scan(self, logs, *arguments):
        folder = self.write_logs(logs)
        return run("scan", "--internal", "10.0.0.0/8", "--format", "json", *arguments, folder)


class Attack(Logs):
    def test_it_is_found_with_what_belongs_together(self):
        logs = days()
        night(logs)
        found = finals(lines_of(self.scan(logs).out))
        rules = {rule["name"] for alert in found for rule in alert["tocsin"]["rules"]}
        for rule in ("logons_after_spray", "mass_reset_one_actor", "webmail_burst_mailbox"):
            self.assertIn(rule, rules)
        worst = max(found, key=lambda alert: alert["event"]["severity"])
        self.assertEqual(worst["tocsin"]["level"], "critical")
        self.assertIn(ORIGIN, addresses(worst))
        self.assertLessEqual(set(USERS[20:27]), mailbox_names(worst))

    def test_an_ordinary_month_is_quiet(self):
        logs = days()
        at = NIGHT.replace(hour=11)
        logs["audit.log"].append((at, zimbra(at, f"name={USERS[3]};oip={home(3)};ua={BROWSER};",
                                             f"cmd=ChangePassword; account={USERS[3]};")))
        found = self.scan(logs, "--require", "resets", "--fail-level", "low")
        self.assertEqual([alert["message"] for alert in finals(lines_of(found.out))], [])
        self.assertEqual(found.returncode, 0, found.err)

    def test_coverage_knows_what_each_log_can_show(self):
        logs = days()
        del logs["audit.log"]
        summary = lines_of(self.scan(logs, "--require", "resets").out)[-1]
        states = {row["indicator"]: row["state"] for row in summary["tocsin"]["coverage"]}
        self.assertEqual((states["webmail access"], states["password resets"]), ("partly", "blind"))
        self.assertEqual(summary["tocsin"]["exit_status"], 3)


class Forged(Logs):
    """What is sent along does not change where a client is: several mailboxes are opened from one address."""
    FORMS = {"agent": f"oip={ORIGIN};ua={TOOL};;oip=10.0.0.2;", "agent, not doubled": f"oip={ORIGIN};ua={TOOL};oip=10.0.0.2;",
             "bracket": f"oip={ORIGIN};ua={TOOL}] x;", "list": f"oip=10.0.0.1, {ORIGIN};ua={TOOL};",
             "list with a proxy": f"oip=10.0.0.1, {ORIGIN}, 10.0.0.7;ua={TOOL};"}

    def found(self, context, *arguments):
        audit = days()["audit.log"]
        for number, user in enumerate(USERS[20:27]):
            at = NIGHT + datetime.timedelta(seconds=7 * number)
            audit.append((at, zimbra(at, f"name={user};{context}", f"cmd=Auth; account={user}; protocol=soap;")))
        alerts = finals(lines_of(self.scan({"audit.log": audit}, *arguments).out))
        return [(alert["tocsin"]["level"], ORIGIN in addresses(alert), mailbox_names(alert)) for alert in alerts]

    def test_zimbra(self):
        plain = self.found(f"oip={ORIGIN};ua={TOOL};")
        self.assertTrue(any(known and names == set(USERS[20:27]) for _, known, names in plain), plain)
        for name, context in self.FORMS.items():
            with self.subTest(name):
                self.assertEqual(self.found(context), plain)
        self.assertEqual(self.found(self.FORMS["list with a proxy"], "--proxy", "10.0.0.7"), plain)


class LoginPage(Logs):
    """Zimbra's page logs on for whoever is in the browser: audit.log has its address and the page's own agent."""
    OWN = "ua=zclient/9.0.0_GA_4200046;soapId=1;"

    def found(self, address):
        """One mailbox is passed round: its rules, and what coverage says of webmail."""
        rows = [(at, line.replace(f"ua={BROWSER};", self.OWN)) for at, line in days()["audit.log"]]
        for number in range(13):
            at = NIGHT + datetime.timedelta(minutes=90 + 3 * number)
            rows.append((at, zimbra(at, f"name={USERS[29]};oip=192.0.2.{50 + number};{self.OWN}",
                                    f"cmd=Auth; account={USERS[29]}; protocol=soap;")))
        lines = lines_of(self.scan({"audit.log": [(at, line.replace(";oip=", f";{address}=")) for at, line in rows]}).out)
        row, = [r for r in lines[-1]["tocsin"]["coverage"] if r["indicator"] == "webmail access"]
        return {rule["name"] for alert in finals(lines) for rule in alert["tocsin"]["rules"]}, row

    def test_audit_log_alone_shows_webmail_but_no_devices(self):
        rules, row = self.found("oip")
        self.assertIn("webmail_burst_mailbox", rules)
        self.assertEqual(row["state"], "partly")
        self.assertIn("do not say what browsers call themselves", row["why"])

    def test_tools_are_no_webmail_and_coverage_says_what_to_add(self):
        rules, row = self.found("ip")
        self.assertNotIn("webmail_burst_mailbox", rules)
        self.assertEqual(row["state"], "blind")
        self.assertNotIn("cs-username", row["why"] + row["fix"])
        self.assertIn("mailbox.log", row["fix"])


class Refused(Logs):
    """Roundcube tells of a refusal in userlogins.log and in errors.log."""
    def alerts(self, count, *names, domain="", every=15):
        logs = {"userlogins.log": [], "errors.log": []}
        for number in range(count):
            at = NIGHT + datetime.timedelta(seconds=every * number)
            logs["userlogins.log"].append((at, roundcube(at, f"Failed login for ana from {ORIGIN} in session q{number} (error: 0)")))
            logs["errors.log"].append((at, roundcube(at, f"IMAP Error: Login failed for ana{domain} against localhost from "
                                                         f"{ORIGIN}. LOGIN: no. in /f.php on line 1 (POST /?_task=login)")))
        found = self.scan({name: logs[name] for name in names})
        return [rule["name"] for alert in finals(lines_of(found.out)) for rule in alert["tocsin"]["rules"]]

    def test_what_both_logs_tell_counts_once(self):
        both = ("userlogins.log", "errors.log")
        self.assertEqual(self.alerts(20, *both), [])
        self.assertIn("brute_force_user", self.alerts(36, *both))
        self.assertIn("brute_force_user", self.alerts(36, *both, domain="@corp.example"))

    def test_as_many_as_one_log_tells_count(self):
        for name in ("userlogins.log", "errors.log"):
            self.assertIn("brute_force_user", self.alerts(36, name))
            self.assertIn("brute_force_user", self.alerts(36, name, every=0))


class Year(Logs):
    LINES = (syslog(datetime.datetime(2023, 12, 31, 23, 59), "dovecot", "imap-login: Login: user=<ana>, rip=203.0.113.4")
             + syslog(datetime.datetime(2024, 1, 1, 0, 1), "dovecot", "imap-login: Login: user=<ana>, rip=203.0.113.4"))
    TOLD = ["2023-12-31T23:59:00Z", "2024-01-01T00:01:00Z"]

    def times(self, path):
        return [e["@timestamp"] for e in lines_of(run("parse", "-q", path, check=0).out)]

    def test_it_is_told_by_when_the_file_was_written(self):
        path = self.write("mail.log", self.LINES)
        os.utime(path, WRITTEN)
        self.assertEqual(self.times(path), self.TOLD)

    def test_a_rotated_file_is_of_the_day_in_its_name(self):
        self.assertEqual(self.times(self.write("mail.log-20240102", self.LINES)), self.TOLD)

    def test_a_member_of_an_archive_has_its_own_time(self):
        path = self.folder / "logs.tar"
        plain = self.write("mail.log", self.LINES)
        os.utime(plain, WRITTEN)
        with tarfile.open(path, "w") as tar:
            tar.add(plain, "var/log/mail.log")
        self.assertEqual(self.times(path), self.TOLD)


class Sent(Case):
    """What carries a line knows its year and its zone."""
    LINE = "May  2 08:00:00 mx1 dovecot: imap-login: Login: user=<ana>, method=PLAIN, rip=203.0.113.4"
    SENT = "2021-05-02T06:00:00.5Z"
    EPOCH = 1619935200.5

    def told(self, text, *arguments):
        path = self.write("sent.log", text)
        os.utime(path, WRITTEN)
        event, = lines_of(run("parse", "-q", *arguments, path, check=0).out)
        return event["@timestamp"], event["user"]["name"]

    def test_year_and_zone_are_those_of_the_envelope(self):
        carried = [
            {"@timestamp": self.SENT, "message": self.LINE, "agent": {"type": "filebeat"}, "host": {"name": "mx1"}},
            {"log": self.LINE + "\n", "stream": "stdout", "time": self.SENT},
            {"date": self.EPOCH, "log": self.LINE},
            {"timestamp": self.SENT, "source_type": "file", "message": self.LINE, "host": "mx1"},
            {"timestamp": self.EPOCH, "version": "1.1", "host": "mx1", "short_message": self.LINE}]
        for members in carried:  # an agent may have read the line hours later: its zone is not known
            with self.subTest(members):
                self.assertEqual(self.told(json.dumps(members) + "\n"), ("2021-05-02T08:00:00Z", "ana"))
        lines = [f"<22>1 {self.SENT} relay mail - - - {self.LINE}", f"{self.SENT} stdout F {self.LINE}",
                  f"{self.SENT} {self.LINE}"]
        for line in lines:
            with self.subTest(line):
                self.assertEqual(self.told(line + "\n"), ("2021-05-02T06:00:00Z", "ana"))

    def test_a_zone_that_is_told_or_cannot_be_seen_is_not_guessed(self):
        late = json.dumps({"@timestamp": "2021-05-02T06:05:00Z", "message": self.LINE, "agent": {"type": "filebeat"}})
        self.assertEqual(self.told(late + "\n")[0], "2021-05-02T08:00:00Z")
        self.assertEqual(self.told(late + "\n", "--tz", "*=+01:00")[0], "2021-05-02T07:00:00Z")

    def test_exim_in_syslog_is_of_the_zone_around_it(self):
        line = ("2021-05-02T08:00:13+02:00 mx1 exim[12]: 2021-05-02 08:00:13 1s2AbC-0001Ab-Cd <= x@y H=h.example "
                "[203.0.113.4]:4444 P=esmtpsa A=login:ana S=9\n")
        self.assertEqual(self.told(line), ("2021-05-02T06:00:13Z", "ana"))

    def test_a_container_wrote_a_log_of_iis(self):
        head = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip sc-status"
        row = "2021-05-02 06:00:00 10.0.0.5 GET /owa/ - 443 ana 203.0.113.4 200"
        text = "".join(f"{self.SENT} stdout F {line}\n" for line in (head, row))
        self.assertEqual(self.told(text), ("2021-05-02T06:00:00Z", "ana"))


class Journal(Case):
    FIELDS = {"__REALTIME_TIMESTAMP": "1704164640000000", "SYSLOG_IDENTIFIER": "dovecot", "_HOSTNAME": "mx1", "_PID": "7",
              "MESSAGE": "imap-login: Login: user=<ana>, method=PLAIN, rip=203.0.113.4"}

    def test_a_record_says_the_same_in_every_form(self):
        """In lines of syslog, with or without a year, and in both forms of the journal."""
        export = b"".join(f"{k}={v}\n".encode() for k, v in self.FIELDS.items() if k != "MESSAGE")
        message = self.FIELDS["MESSAGE"].encode()
        export += b"MESSAGE\n" + struct.pack("<Q", len(message)) + message + b"\n\n"
        logs = {"a.export": b"__CURSOR=1\n" + export, "b.json": json.dumps(self.FIELDS).encode() + b"\n",
                "mail.log-20240103": f"Jan  2 03:04:00 mx1 dovecot[7]: {self.FIELDS['MESSAGE']}\n".encode(),
                "d.log": f"<22>1 2024-01-02T03:04:00Z mx1 dovecot 7 - - {self.FIELDS['MESSAGE']}\n".encode()}
        told = []
        for name, data in logs.items():
            path = self.folder / name
            path.write_bytes(data)
            event, = lines_of(run("parse", "-q", path, check=0).out)
            told.append((event["@timestamp"], event["tocsin"]["native"]))
        self.assertEqual(told[1:], told[:-1])

    def events(self, *names):
        stats = self.folder / "stats.json"
        run("scan", "-q", "--stats", stats, *(self.folder / name for name in names), check=None)
        return [(s["events"]["delivered"], s["events"]["duplicate"]) for s in json.loads(stats.read_text())["sources"]]

    def test_a_deed_in_two_logs_counts_once(self):
        """mail.log has the second and neither the process nor the domain; the journal and RFC 3339 have parts of it."""
        begin = datetime.datetime(2024, 1, 2, 3, 4)
        texts = [f"imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<ana>, method=PLAIN, rip=203.0.113.4, "
                 f"lip=10.0.0.6, session=<s{number // 2}>" for number in range(8)]  # the same two times in a second
        times = [begin + datetime.timedelta(seconds=40 * (number // 2)) for number in range(8)]
        logs = {"mail.log": [syslog(at, "dovecot", text) for at, text in zip(times, texts)],
                "new.log": [f"{at:%Y-%m-%dT%H:%M:%S}.250731+00:00 mx1 dovecot: {text}\n" for at, text in zip(times, texts)],
                "mx1.json": [json.dumps({**self.FIELDS, "_HOSTNAME": "mx1.corp.example", "_PID": "811", "MESSAGE": text,
                                         "__REALTIME_TIMESTAMP": f"{at.replace(tzinfo=datetime.timezone.utc).timestamp():.0f}250300"})
                             + "\n" for at, text in zip(times, texts)]}
        for name, lines in logs.items():
            os.utime(self.write(name, "".join(lines)), WRITTEN)
        self.assertEqual(self.events("mail.log"), [(8, 0)])
        for other in ("new.log", "mx1.json"):
            self.assertEqual(sorted(self.events("mail.log", other)), [(0, 8), (8, 0)], other)
        self.assertEqual(sorted(self.events(*logs)), [(0, 8), (0, 8), (8, 0)])
        self.write("mail.log", "".join(logs["mail.log"][2:]))
        os.utime(self.folder / "mail.log", WRITTEN)
        self.assertEqual(sum(delivered for delivered, _ in self.events("mail.log", "mx1.json")), 8)


if __name__ == "__main__":
    unittest.main()
