#!/usr/bin/env python3
"""Passwords guessed at webmail, in the log of a proxy that names nobody and in one that does."""
import datetime
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

TOCSIN = os.environ["TOCSIN"]
START = datetime.datetime(2024, 3, 4, 8)
TOOL = "Mozilla/5.0 (X11; Linux x86_64) guess"


def line(second, method, path, status, user="-", agent=TOOL, address="93.184.216.9"):
    stamp = (START + datetime.timedelta(seconds=second)).strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{address} - {user} [{stamp}] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"\n'


def guesses(count, every=4, **more):
    return [line(i * every, "POST", "/owa/auth.owa", 401, **more) for i in range(count)]


def let_in(second, page=200, **more):
    return [line(second, "POST", "/owa/auth.owa", 302, **more), line(second + 1, "GET", "/owa/", page, **more)]


class Guessing(unittest.TestCase):
    def levels(self, lines):
        """The level of each incident by the name of its first rule."""
        with tempfile.TemporaryDirectory() as place:
            log, out = pathlib.Path(place) / "access.log", pathlib.Path(place) / "out.jsonl"
            everyday = [line(i * 60, "GET", "/owa/auth/logon.aspx", 200, agent="Firefox", address="10.1.1.4") for i in range(90)]
            log.write_text("".join(everyday + lines), encoding="utf-8")
            status = subprocess.run([TOCSIN, "scan", "-q", "-f", "json", "-o", str(out), str(log)], stderr=subprocess.PIPE,
                                    check=False).returncode
            self.assertIn(status, (0, 1, 3))
            said = [json.loads(text) for text in out.read_text(encoding="utf-8").splitlines()]
        return {said["rule"]["name"]: said["tocsin"]["level"] for said in said if said["tocsin"]["type"] == "incident"}

    def test_what_fits_at_last_is_high_whoever_is_named(self):
        for user in ("-", "ana"):
            with self.subTest(user=user):
                found = self.levels(guesses(60, user=user) + let_in(260, user=user))
                self.assertEqual(found.get("guessing_then_logon"), "high", found)

    def test_guesses_that_do_not_fit_are_low_at_most(self):
        self.assertEqual(self.levels(guesses(60)), {})
        self.assertEqual(set(self.levels(guesses(60, user="ana")).values()), {"low"})

    def test_a_page_that_is_sent_elsewhere_lets_nobody_in(self):
        self.assertEqual(self.levels(guesses(60) + let_in(260, page=302)), {})

    def test_people_who_mistype_are_nothing(self):
        self.assertEqual(self.levels(guesses(12, every=20) + let_in(260)), {})

    def test_another_client_at_the_address_is_not_the_one_that_guessed(self):
        self.assertNotIn("guessing_then_logon", self.levels(guesses(60) + let_in(260, agent="Firefox")))


if __name__ == "__main__":
    unittest.main()
