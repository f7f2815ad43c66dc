"""Logs of mail servers other than Exchange: what an attack leaves in those of Dovecot, Roundcube and Zimbra is
found, an ordinary month is quiet, and a year that syslog leaves out is told soundly."""
import datetime
import json
import os
import struct
import tarfile
import unittest

from harness import Case, finals, lines_of, run

ORIGIN = "203.0.113.66"
USERS = [f"u{i:02d}@corp.example" for i in range(30)]
BEGIN = datetime.datetime(2023, 12, 11, 8, 0)
NIGHT = datetime.datetime(2024, 1, 3, 2, 0)


def syslog(at, program, text, host="mx1"):
    return f"{at:%b} {at.day:2d} {at:%H:%M:%S} {host} {program}: {text}\n"


def roundcube(at, text):
    return f"[{at:%d-%b-%Y %H:%M:%S} +0000]: <s1> {text}\n"


def zimbra(at, context, text):
    return f"{at:%Y-%m-%d %H:%M:%S},003 INFO  [qtp1-1:x] [{context}] security - {text}\n"


def home(number):
    return f"198.51.{100 + number // 8}.{10 + number % 8}"


def month(attack):
    """{file: text}: four working weeks over the turn of a year, and perhaps a night in the last one."""
    mail, web, audit = [], [], []
    for day in range(25):
        for number, user in enumerate(USERS):
            at = BEGIN + datetime.timedelta(days=day, minutes=13 * number)
            mail.append((at, syslog(at, "dovecot", f"imap-login: Login: user=<{user}>, method=PLAIN, rip=10.0.0.5, lip=10.0.0.6, mpid=7, TLS, session=<q{day}>")))
            web.append((at, roundcube(at, f"Successful login for {user} (ID: {number}) from {home(number)} in session q{day}")))
            audit.append((at, zimbra(at, f"name={user};oip={home(number)};ua=Zimbra/8;", f"cmd=Auth; account={user}; protocol=imap;")))
    for number, user in enumerate(USERS[:15] if attack else []):
        at = NIGHT + datetime.timedelta(seconds=20 * number)
        mail.append((at, syslog(at, "dovecot", f"imap-login: Disconnected (auth failed, 1 attempts in 6 secs): user=<{user}>, method=PLAIN, rip={ORIGIN}, lip=10.0.0.6, TLS, session=<a{number}>")))
    for number, user in enumerate(USERS[20:27] if attack else []):
        at = NIGHT + datetime.timedelta(minutes=30, seconds=60 * number)
        web.append((at, roundcube(at, f"Successful login for {user} (ID: {number}) from {ORIGIN} in session a{number}")))
    for number, user in enumerate(USERS[:14] if attack else []):
        at = NIGHT + datetime.timedelta(minutes=60, seconds=20 * number)
        audit.append((at, zimbra(at, "name=admin@corp.example;ip=10.0.0.9;ua=ZimbraAdminClient;", f"cmd=SetPassword; name={user};")))
    return {"mail.log": "".join(line for _, line in sorted(mail)),
            "userlogins.log": "".join(line for _, line in sorted(web)),
            "audit.log": "".join(line for _, line in sorted(audit))}


def rules_of(alert):
    return json.dumps(alert)


class Attack(Case):
    def scan(self, attack, *arguments):
        folder = self.folder / ("attack" if attack else "quiet")
        folder.mkdir()
        for name, text in month(attack).items():
            path = folder / name
            path.write_text(text, encoding="utf-8")
            os.utime(path, (1704700000, 1704700000))  # 8 January 2024
        return run("scan", "--internal", "10.0.0.0/8", "--format", "json", *arguments, folder)

    def test_an_attack_is_found_with_what_belongs_together(self):
        found = self.scan(True)
        print(found.returncode, found.err[-800:])
        for a in finals(lines_of(found.out)):
            print(json.dumps(a)[:3000])

    def test_an_ordinary_month_is_quiet(self):
        found = self.scan(False)
        self.assertEqual([a["message"] for a in finals(lines_of(found.out), "medium")], [])


if __name__ == "__main__":
    unittest.main()
