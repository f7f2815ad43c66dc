"""tocsin timeline: all that a scan tells and when it happened, in the order of time."""
import datetime
import os
import pathlib
import shutil
import subprocess
import unittest

from harness import LEVELS, Case, finals, lines_of, mailbox_names, run, simulate

SIM = os.environ["TOCSIN_SIM"]
INTERNAL = ("--internal", "10.0.0.0/8")


def when(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Timeline(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        cls.logs = cls.folder / "logs"
        cls.scan = lines_of(run("scan", "-q", "-f", "json", *INTERNAL, cls.logs).out)
        cls.all = cls.moments()

    @classmethod
    def moments(cls, *arguments, check=1, logs=None):
        return lines_of(run("timeline", "-q", "-f", "json", *INTERNAL, *arguments, logs or cls.logs, check=check).out)

    def test_every_alert_and_change_is_in_it(self):
        told = [a for a in self.scan if a["tocsin"]["type"] == "alert"]
        changes = [a for a in self.scan if a["tocsin"].get("incident", {}).get("transition") in ("opened", "raised", "grown", "merged")]
        kinds = [m["tocsin"]["kind"] for m in self.all]
        self.assertEqual(kinds.count("alert"), len(told))
        self.assertEqual(kinds.count("incident"), len(changes))
        self.assertGreater(len(told), 5)

    def test_they_are_in_the_order_of_time(self):
        times = [when(m["@timestamp"]) for m in self.all]
        self.assertEqual(times, sorted(times))

    def test_first_access_and_language_of_each_victim(self):
        (incident,) = finals(self.scan, "high")
        for kind, key in (("access", "first_access"), ("language", "switched")):
            expected = {(v["name"], v[key]) for v in incident["tocsin"]["victims"] if v.get(key)}
            seen = {(m["tocsin"]["mailboxes"][0], m["@timestamp"]) for m in self.all
                    if m["tocsin"]["kind"] == kind and m["tocsin"].get("incident") == incident["tocsin"]["incident"]["id"]}
            self.assertEqual(seen, expected)
            self.assertTrue(seen)
        sources = {m["tocsin"]["sources"][0]["ip"] for m in self.all if m["tocsin"]["kind"] == "source"}
        self.assertLessEqual(sources, set(incident["related"]["ip"]))
        self.assertTrue(sources)

    def test_evidence_has_its_place(self):
        for moment in self.all:
            if moment["tocsin"]["kind"] != "alert":
                continue
            evidence = moment["tocsin"]["evidence"]
            path = pathlib.Path(evidence["file"])
            if "tail" not in evidence["text"] and path.suffix.lower() == ".log":
                line = path.read_text(errors="replace").splitlines()[evidence["number"] - 1]
                self.assertTrue(line.startswith(evidence["text"][:40]))

    def test_filters(self):
        (incident,) = finals(self.scan, "high")
        name, other = sorted(mailbox_names(incident))[:2]
        mine = self.moments("--mailbox", name)
        self.assertTrue(mine)
        for moment in mine:
            self.assertIn(name, moment["tocsin"]["mailboxes"])
        self.assertEqual(mine, self.moments("--mailbox", name.split("@")[0].upper()))
        self.assertNotEqual(mine, self.moments("--mailbox", other))
        number = incident["tocsin"]["incident"]["id"]
        of_incident = self.moments("--incident", number[:8])
        self.assertEqual(of_incident, [m for m in self.all if m["tocsin"].get("incident") == number])
        high = self.moments("--min-level", "high")
        self.assertEqual(high, [m for m in self.all if LEVELS.index(m["tocsin"]["level"]) >= 3])
        middle = self.all[len(self.all) // 2]["@timestamp"]
        since = self.moments("--since", middle)
        self.assertEqual({m["@timestamp"] >= middle for m in since}, {True})
        # What is told depends on what came after it in the logs; what was judged before does not.
        until = self.moments("--until", middle, check=None)
        self.assertTrue(until and all(when(m["@timestamp"]) <= when(middle) for m in until))
        self.assertEqual(self.moments("--incident", "feedfeed"), [])
        self.assertIn("Nothing to tell", run("timeline", "-q", *INTERNAL, "--mailbox", "nobody@x.example", self.logs).out)
        self.assertEqual(run("timeline", "-q", *INTERNAL, "--fail-level", "critical", self.logs).returncode, 1)

    def test_jobs_and_order_do_not_show(self):
        parts = sorted(self.logs.iterdir())
        first = run("timeline", "-q", "-j", "1", *INTERNAL, *parts).out
        for jobs, order in (("2", parts[::-1]), ("4", parts[::-1])):
            self.assertEqual(first, run("timeline", "-q", "-j", jobs, "--block-size", "16K", *INTERNAL, *order).out)

    def test_pages_fit(self):
        for columns in (60, 80, 160):
            page = run("timeline", "-q", *INTERNAL, self.logs, env={"COLUMNS": str(columns)}).out
            self.assertLessEqual(max(map(len, page.splitlines())), columns)
            self.assertNotIn("\x1b", page)
        starts = [line for line in page.splitlines() if line[:4] == "2011"]
        self.assertEqual(len(starts), len(self.all))

    def test_standard_input_and_output(self):
        log = b"".join(path.read_bytes() for path in sorted(self.logs.glob("EX01/W3SVC1/*.log")))
        piped = run("timeline", "-q", "-f", "json", *INTERNAL, "-", stdin=log)
        self.assertTrue(lines_of(piped.out))
        out = self.folder / "timeline.json"
        run("timeline", "-q", "-f", "json", *INTERNAL, "-o", out, self.logs, check=1)
        self.assertEqual(lines_of(out.read_text(encoding="utf-8")), self.all)

    def test_hostile_names(self):
        folder = self.folder / "hostile"
        shutil.copytree(self.logs, folder)
        for path in folder.rglob("*"):
            if path.is_file() and b"vera.eriksen" in path.read_bytes():
                path.write_bytes(path.read_bytes().replace(b"Mozilla/", b"\x1b]0;x\x07Mo\xe2\x80\xae/"))
        done = run("timeline", "-q", *INTERNAL, folder, check=None)
        self.assertFalse(set(done.out) & {"\x1b", "\x07", "\u202e"})

    def test_organisations_are_told_in_order(self):
        for seed in (11, 12, 13, 14, 15, 16):
            folder = self.folder / f"s{seed}"
            subprocess.run([SIM, "--out", str(folder), "--seed", str(seed), "--mailboxes", "60", "--days", "40"],
                           check=True, stdout=subprocess.DEVNULL)
            times = [when(m["@timestamp"]) for m in self.moments(logs=folder / "logs", check=None)]
            self.assertEqual(times, sorted(times))
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
