"""What a stranger met at first: false all-clears (A) and wrong facts (B), each held to what was expected.

The commands that misbehaved (C) are in test_first_use_commands.py and test_first_use_streams.py.
"""
import json
import re
import struct
import unittest

from harness import Case, finals, gz, lines_of, run, simulate

INTERNAL = ("--internal", "10.0.0.0/8")
W3C = "#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status\n"
EVT = b"\x30\x00\x00\x00LfLe" + b"\x00" * 5000
SNOOP = b"snoop\0\0\0" + struct.pack(">II", 2, 4)
OTHER = ("#Software: Microsoft Exchange Server\r\n#Log-type: OWA Logs\r\n"
         "2021-03-01T00:00:00.1Z,a,15,Owa,mail\r\n")


class FirstUse(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        cls.logs, cls.geo = cls.folder / "logs", cls.folder / "geo.mmdb"
        cls.log = cls.logs / "EX01/W3SVC1/u_ex110309.log"

    def summary(self, *arguments, check=None, stdin=None):
        return lines_of(run("scan", "-q", "-f", "json", *arguments, check=check, stdin=stdin).out)[-1]["tocsin"]

    # A: false all-clears

    def test_a1_a_window_outside_the_logs_is_not_judged(self):
        for window in (("--since", "7d"), ("--until", "2011-02-06"), ("--since", "2031-01-01"), ("--since", "30m"),
                       ("--since", "0d")):
            done = run("scan", "-q", *window, self.logs, check=3)
            self.assertIn("NOTHING WAS JUDGED", " ".join(done.out.split()), window)
            self.assertNotIn("every indicator could be watched", " ".join(done.out.split()), window)
        done = run("scan", "--since", "2011-03-12", "--until", "2011-03-10", self.logs, check=2)
        self.assertEqual(done.err, "tocsin: --since 2011-03-12 00:00:00 is after --until 2011-03-10 00:00:00\n")

    def test_a2_without_a_rule_there_is_no_result(self):
        empty = self.folder / "norules"
        empty.mkdir()
        self.assertIn("no rule is loaded: give --rules PATH",
                      run("scan", "--no-default-rules", self.logs, check=2).err)
        self.write("jpgs/a.jpg", b"\xff\xd8\xff")
        self.write("hollow/a.yml", "")
        for rules in (empty, self.folder / "jpgs", self.folder / "hollow/a.yml"):
            self.assertIn("holds no rule", run("scan", "--rules", rules, self.logs, check=2).err, rules)
        own = self.write("own.yml", "title: o\nname: o\nlogsource: {category: webserver}\ndetection:\n"
                         "  s: {cs-uri-stem: /never}\n  condition: s\n")
        rows = self.summary("--no-default-rules", "--rules", own, self.logs)["coverage"]
        self.assertNotIn("watched", [row["state"] for row in rows])

    def test_a3_nothing_read_is_exit_status_3(self):
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        self.write("jpgs/a.jpg", b"\xff\xd8\xff")
        evt = self.write("SecEvent.evt", EVT)
        for path in (empty, self.folder / "jpgs", "/dev/null", evt, "-"):
            run("scan", path, check=3, stdin=b"")

    def test_a4_what_is_not_read_is_named_with_the_mend(self):
        self.write("mixed/SecEvent.evt", EVT)
        self.write("mixed/cap.snoop", SNOOP)
        self.write("mixed/OWA_2021.LOG", OTHER)
        self.write("mixed/notes.bin", b"\x00\x01\x02")
        books = self.folder / "mixed.json"
        done = run("scan", "--stats", books, self.folder / "mixed", check=3)
        page = " ".join(done.out.split())
        for name, kind, mend in (("SecEvent.evt", "Windows event log of before 2008 (EVT)", "wevtutil qe"),
                                 ("cap.snoop", "packet capture", "editcap"),
                                 ("OWA_2021.LOG", "another log of Exchange", "not read")):
            self.assertRegex(page, rf"{re.escape(name)}: [^:]*{re.escape(kind)}.*?{mend}")
        stats = json.loads(books.read_text(encoding="utf-8"))
        self.assertEqual({s["path"].rsplit("/", 1)[1] for s in stats["sources"] if s["state"] == "unread"},
                         {"SecEvent.evt", "cap.snoop", "OWA_2021.LOG"})
        self.assertTrue(all(s["looks_like"] and s["mend"] for s in stats["sources"]))
        self.assertTrue(stats["irrelevant_names"][0].endswith("notes.bin"))
        self.assertIn("notes.bin", run("scan", "--explain", self.folder / "mixed", check=3).out)

    def test_a5_every_format_says_how_a_scan_ended(self):
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        for form, kind in (("syslog", "SUMMARY"), ("cef", "cat=summary"), ("leef", "cat=summary")):
            for path, outcome in ((empty, "incomplete"), (self.log, "incomplete|blind")):
                last = run("scan", "-f", form, "--until", "2011-03-10", path).out.splitlines()[-1]
                self.assertIn(kind, last)
                self.assertRegex(last, outcome)

    def test_a6_what_is_below_the_level_is_said(self):
        """Strangers in many mailboxes are HIGH and exit 1; what is not says that it is below --fail-level."""
        mail = self.logs / "HUB01"
        done = run("scan", "-q", "--geo", self.geo, *INTERNAL, self.logs / "EX01")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(finals(lines_of(run("scan", "-f", "json", "--geo", self.geo, *INTERNAL,
                                            self.logs / "EX01").out), "high"))
        done = run("scan", "-q", "--fail-level", "critical", "--geo", self.geo, *INTERNAL, self.logs / "EX01", mail,
                   self.logs / "DC01", "--until", "2011-03-09T09:00")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(" ".join(done.out.split()), r"\d+ (medium|high) incident.? .*below --fail-level critical")

    # B: wrong facts

    def test_b1_a_wave_is_one_incident_of_its_full_size(self):
        told = [a for a in finals(lines_of(run("scan", "-f", "json", self.logs).out))
                if a["rule"]["name"] == "password_change_wave"]
        self.assertEqual(len(told), 1)
        wave, = told
        self.assertIn("54 ", wave["message"])
        self.assertEqual(wave["event"]["start"][:16], "2011-03-17T07:34")
        self.assertEqual(wave["event"]["end"][:16], "2011-03-17T16:34")

    def times(self, *arguments):
        """Host or path -> last time, of the books."""
        books = self.folder / "times.json"
        run("scan", "-q", "--stats", books, *arguments)
        return [s["last"] for s in json.loads(books.read_text(encoding="utf-8"))["sources"]]

    def test_b2_last_times_are_those_of_the_last_record(self):
        page = run("scan", *INTERNAL, self.logs).out
        for host, last in (("EX01", "2011-03-18 23:52"), ("EX02", "2011-03-18 23:43"),
                           ("HUB01", "2011-03-18 17:55"), ("DC01", "2011-03-18 08:51")):
            row, = re.findall(rf"^ +{host} .*$", page.partition("INPUT")[2], re.M)
            self.assertTrue(row.rstrip().endswith((last, last[5:])), row)
        # Long enough that the end is not in the head.
        rows = [f"2021-03-01 {i // 3600:02}:{i // 60 % 60:02}:{i % 60:02} 192.0.2.1 CORP\\u GET /owa/ 200\n"
                for i in range(9000)]
        text = W3C + "".join(rows)
        last = "2021-03-01T02:29:59Z"
        for name, data in (("a.log", text.encode()), ("b.log.gz", gz(text.encode())),
                           ("c.log", text.encode("utf-16"))):
            path = self.write(f"ends/{name}", data)
            self.assertEqual(self.times(path), [last], name)
        done = run("scan", "-", stdin=text.encode())
        self.assertNotIn(" 0 B", done.out.partition("INPUT")[2])
        self.assertEqual(self.summary("-", stdin=text.encode())["logs"]["last"], last)


if __name__ == "__main__":
    unittest.main(verbosity=2)
