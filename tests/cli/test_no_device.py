"""Where no client agent tells an intruder from the owners: he has the one that everybody has, or the log names none."""
import datetime
import os
import pathlib
import tempfile
import unittest

from harness import Case, addresses, finals, lines_of, mailbox_names, run, simulate

ABROAD, HOTEL = "203.0.113.200", "198.51.100.200"  # in China and in Portugal, as the simulator's database has it
USERS = [f"u{i:02d}@corp.example" for i in range(24)]
BEGIN = datetime.datetime(2024, 3, 4, 8, 0)
NIGHT = BEGIN + datetime.timedelta(days=16, hours=2)
CHROME = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+Chrome/122.0.0.0+Safari/537.36"
OTHERS = [CHROME, CHROME.replace("Chrome", "Edg"), "Mozilla/5.0+(Macintosh;+Intel+Mac+OS+X+10_15_7)+Version/17.3+Safari/605"]
FIELDS = "#Fields: date time cs-method cs-uri-stem cs-username c-ip cs(User-Agent) sc-status\n"


def workdays(span=18):
    return [BEGIN + datetime.timedelta(days=day) for day in range(span) if (BEGIN + datetime.timedelta(days=day)).weekday() < 5]


def at_home():
    """(time, user, address) of an ordinary time; a house has several ways out."""
    return [(day + datetime.timedelta(minutes=7 * n), user, f"192.0.2.{10 + n}")
            for day in workdays() for n, user in enumerate(USERS)]


def round_of(address, count=24, seconds=40, first=0):
    return [(NIGHT + datetime.timedelta(seconds=seconds * n), USERS[first + n], address) for n in range(count)]


def iis(rows, agent):
    return FIELDS + "".join(f"{t:%Y-%m-%d %H:%M:%S} GET /owa/ {user} {ip} {agent(user)} 200\n" for t, user, ip in sorted(rows))


def roundcube(rows):
    said = {True: "Successful login for {} (ID: 1) from {} in session s", False: "Failed login for {} from {} in session s"}
    return "".join(f"[{t:%d-%b-%Y %H:%M:%S} +0000]: <s> {said[ok].format(user, ip)}\n" for t, user, ip, ok in sorted(rows))


def dovecot(rows):
    said = {True: "imap-login: Login: user=<{}>, method=PLAIN, rip={}, lip=10.0.0.6, mpid=7, TLS",
            False: "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{}>, method=PLAIN, rip={}, lip=10.0.0.6"}
    return "".join(f"{t:%Y-%m-%dT%H:%M:%S}+00:00 mx1 dovecot: {said[ok].format(user, ip)}\n" for t, user, ip, ok in sorted(rows))


def let_in(rows):
    return [(*row, True) for row in rows]


class NoDevice(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder / "example")
        cls.geo = cls.folder / "example/geo.mmdb"

    def found(self, name, text, level="high"):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        (folder / name).write_text(text, encoding="utf-8")
        os.utime(folder / name, (1711500000, 1711500000))
        done = run("scan", "-f", "json", "--internal", "10.0.0.0/8", "--geo", self.geo, folder)
        return finals(lines_of(done.out), level)

    def rules(self, found):
        return {rule["name"] for alert in found for rule in alert["tocsin"]["rules"]}

    def test_one_after_the_other_with_the_agent_that_everybody_has(self):
        found = self.found("u_ex240304.log", iis(at_home() + round_of(ABROAD), lambda user: CHROME))
        self.assertIn("many_mailboxes_one_source", self.rules(found))
        self.assertEqual((mailbox_names(found[0]), addresses(found[0])), (set(USERS), {ABROAD}))

    def test_guests_at_one_place_have_several(self):
        def own(user):
            return OTHERS[USERS.index(user) % 3]
        guests = round_of(HOTEL, 12, 1500) + round_of(HOTEL, 12, 60, 12)
        self.assertEqual(self.found("u_ex240304.log", iis(at_home() + guests, own)), [])

    def test_webmail_that_logs_no_agent(self):
        found = self.found("userlogins.log", roundcube(let_in(at_home() + round_of(ABROAD, 8))))
        self.assertEqual([mailbox_names(alert) for alert in found], [set(USERS[:8])])
        self.assertIn("many_mailboxes_one_source", self.rules(found))

    def test_guessed_where_no_agent_is_logged(self):
        guesses = [(NIGHT + datetime.timedelta(seconds=20 * n), USERS[3], ABROAD, n == 150) for n in range(151)]
        found = self.found("userlogins.log", roundcube(let_in(at_home()) + guesses))
        self.assertIn("logon_after_guessing", self.rules(found))
        self.assertEqual({name for alert in found for name in mailbox_names(alert)}, {USERS[3]})

    def test_a_success_after_spraying_over_imap(self):
        tries = [(*row, False) for row in round_of(ABROAD, 24, 20)]
        hits = [(NIGHT + datetime.timedelta(minutes=20 + n), user, ABROAD, True) for n, user in enumerate(USERS[5:11])]
        found = self.found("mail.log", dovecot(let_in(at_home()) + tries + hits))
        self.assertLessEqual({"logon_after_spray", "logons_after_spray"}, self.rules(found))
        self.assertEqual({name for alert in found for name in mailbox_names(alert)}, set(USERS[5:11]))

    def test_people_who_travel_are_nothing(self):
        trips = [(NIGHT + datetime.timedelta(days=n % 2, hours=n), USERS[n], f"198.51.100.{193 + n}") for n in range(9)]
        slip = [(NIGHT - datetime.timedelta(seconds=30), USERS[0], "198.51.100.193", False)]
        for name, text in {"userlogins.log": roundcube(let_in(at_home() + trips) + slip),
                           "mail.log": dovecot(let_in(at_home() + trips) + slip)}.items():
            self.assertEqual(self.found(name, text, "medium"), [], name)


if __name__ == "__main__":
    unittest.main()
