"""What a scan learned is carried on by the next one: a year read month by month gives what one scan gives."""
import gzip
import json
import os
import re
import shutil
import unittest

from harness import Case, lines_of, run, simulate

OPTIONS = ("-q", "-f", "json", "--internal", "10.0.0.0/8", "--min-level", "informational")
HEADER = "#Fields: date time c-ip cs-username cs(User-Agent) cs-method cs-uri-stem cs-uri-query sc-status\n"
OWN_RULE = """title: Many requests
name: many_requests
level: low
correlation:
  type: event_count
  rules: [request]
  group-by: [c-ip]
  timespan: 30d
  condition: {gte: 999}
---
title: Request
name: request
logsource: {category: webserver}
detection:
  page: {cs-uri-stem: /owa/}
  condition: page
"""


def alerts_of(text):
    return [line for line in lines_of(text) if line["tocsin"]["type"] != "summary"]


def summary_of(text):
    return [line["tocsin"] for line in lines_of(text) if line["tocsin"]["type"] == "summary"][-1]


def told(alerts, places):
    """What was told, by id: the last state of each thing; with or without the paths of its evidence."""
    last = {}
    for alert in alerts:
        for line in alert["tocsin"].get("evidence", []) if not places else []:
            line["file"] = re.sub(r"^.*/month-\d+/|^.*/world/logs/", "", line["file"])
        incident = alert.get("tocsin", {}).get("incident", {})
        for field in "state", "data_until":  # as of the scan that told it last
            incident.pop(field, None)
        last[(alert["event"]["id"], incident.get("transition", ""))] = json.dumps(alert, sort_keys=True)
    return last


class Months(Case):
    """An organisation whose logs are read whole, and in parts."""

    DAYS = "365" if os.environ.get("TOCSIN_SLOW") else "40"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder / "world", "--days", cls.DAYS, "--people", "40")
        cls.logs = cls.folder / "world/logs"
        cls.geo = ("--geo", cls.folder / "world/geo.mmdb")
        cls.whole = run("scan", *OPTIONS, *cls.geo, cls.logs, check=1).out

    def state(self, name):
        path = self.folder / name
        path.unlink(missing_ok=True)
        return path

    def scan(self, state, *more, options=OPTIONS, check=None):
        return run("scan", *options, *self.geo, "--state", state, *more, check=check)

    def days(self):
        names = {re.search(r"(\d{6})\.log$", p.name) for p in self.logs.rglob("u_ex*.log")}
        return sorted(f"20{m.group(1)[:2]}-{m.group(1)[2:4]}-{m.group(1)[4:]}" for m in names if m)

    def assert_same(self, parts, places=True):
        whole, pieces = (told(alerts, places) for alerts in
                         (alerts_of(self.whole), sum((alerts_of(p) for p in parts), [])))
        missing = [json.loads(whole[k])["message"] for k in whole if k not in pieces]
        self.assertEqual(missing, [], "told by the one scan alone")
        more = [json.loads(pieces[k])["message"] for k in pieces if k not in whole and "final" not in k[1]]
        self.assertEqual(more, [], "told by the parts alone")
        for key in whole:
            self.assertEqual(whole[key], pieces[key])

    def test_slices_of_time_are_one_scan(self):
        state, parts = self.state("slices"), []
        days = self.days()
        for day in [*days[6::7], None]:
            until = ("--until", f"{day}T00:00:00Z") if day else ()
            parts.append(self.scan(state, *until, self.logs).out)
        self.assertGreater(len(parts), 4)
        self.assertEqual(summary_of(parts[-1])["state"]["scans"], len(parts) - 1)
        self.assert_same(parts)

    def month_of(self, path):
        """yymm of a file's name, whatever stands before and behind."""
        return re.search(r"(?:u_ex|20|MSGTRK20)(\d{4})", path.name).group(1)

    def test_months_of_files_are_one_scan(self):
        state, parts = self.state("months"), []
        files = sorted(p for p in self.logs.rglob("*") if p.is_file())
        for month in sorted({self.month_of(p) for p in files}):
            folder = self.folder / f"month-{month}"
            for path in files:
                if self.month_of(path) == month:
                    (folder / path.relative_to(self.logs)).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, folder / path.relative_to(self.logs))
            parts.append(self.scan(state, folder).out)
        self.assertGreater(len(parts), 1)
        self.assertEqual([summary_of(p)["reasons"] for p in parts], [[]] * len(parts))
        self.assert_same(parts, places=False)

    def test_what_was_judged_is_not_judged_again(self):
        state = self.state("again")
        first = self.scan(state, self.logs, check=1)
        second = self.scan(state, self.logs)
        again = summary_of(second.out)
        self.assertGreater(again["state"]["files_judged"], 50)
        self.assertLess(len(alerts_of(second.out)), len(alerts_of(first.out)) // 4)
        self.assertFalse(again["incomplete"], again["reasons"])


class Files(Case):
    """What becomes of single files, and of the state file itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.logs = cls.folder / "logs"

    def setUp(self):
        shutil.rmtree(self.logs, ignore_errors=True)
        self.state = self.folder / "state"
        self.state.unlink(missing_ok=True)

    def day(self, day, people=40, hour=8):
        rows = "".join(f"2021-02-{day:02} {hour:02}:{i // 60:02}:{i % 60:02} 198.51.100.{i % 20 + 1} CORP\\u{i % 9} "
                       f"Mozilla/5.0 GET /owa/ - 200\n" for i in range(people))
        return f"#Fields: {HEADER.split(': ', 1)[1]}{rows}"

    def put(self, day, name=None, **more):
        return self.write(f"logs/{name or f'u_ex2102{day:02}.log'}", self.day(day, **more))

    def scan(self, *more, check=None):
        done = run("scan", "-q", "-f", "json", "--require", "none", "--state", self.state, "--stats",
                   self.folder / "books", *more, self.logs, check=check)
        if done.returncode == 2:
            return done.err
        self.books = json.loads((self.folder / "books").read_text(encoding="utf-8"))
        self.assert_balanced(self.books)
        return summary_of(done.out)

    def events(self):
        return self.books["totals"]["events"]

    def test_a_file_that_has_grown_is_judged_from_where_it_ended(self):
        log = self.put(1)
        self.put(2)
        self.scan(check=0)
        log.write_bytes(log.read_bytes() + self.day(3).split("\n", 1)[1].encode())
        found = self.scan(check=0)
        self.assertEqual(found["reasons"], [])
        self.assertEqual(found["state"]["files_judged"], 0)

    def user_seconds(self, *arguments):
        begun = os.times().children_user
        run("scan", "-q", *arguments, self.logs)
        return os.times().children_user - begun

    def test_many_files_of_one_name_are_not_held_all_against_all(self):
        """Each is short and could be what any other has grown to."""
        def put(first):
            shutil.rmtree(self.logs, ignore_errors=True)
            for i in range(first, first + 300):
                self.write(f"logs/{i}/a.log", f"#{i}\n" + self.day(1, people=500 + i % 150))
        put(0)
        self.user_seconds("--state", self.state)
        put(300)
        plain = self.user_seconds()
        self.assertLess(self.user_seconds("--state", self.state), 5 * plain)

    def test_a_file_that_was_packed_and_moved_since_is_known(self):
        log = self.put(1)
        self.put(9)
        self.scan(check=0)
        with gzip.open(self.logs / "u_ex210201.log.gz", "wb") as packed:
            packed.write(log.read_bytes())
        log.unlink()
        self.put(10)
        found = self.scan(check=0)
        self.assertEqual((found["reasons"], self.events()["late"]), ([], 0))
        self.assertGreaterEqual(self.events()["duplicate"], 9)

    def grow_behind_the_horizon(self, before, after):
        """A file that ends with `before`, and with `after` in the second scan, while another log runs on."""
        log = self.put(1)
        whole = log.read_bytes()
        self.put(9)
        log.write_bytes(whole + before)
        self.scan()
        log.write_bytes(whole + after)
        return self.scan(check=3)

    def test_a_record_that_was_cut_off_is_not_called_judged(self):
        row = self.day(1, people=1, hour=9).split("\n")[1].encode()
        found = self.grow_behind_the_horizon(row[:60], row + b"\n")
        self.assertEqual([r["reason"] for r in found["reasons"]], ["late"])
        self.assertGreater(self.events()["late"], 0)

    def test_room_that_is_filled_later_is_not_called_judged(self):
        room = 128 * 1024 - len(self.day(1))
        rows = self.day(1, people=30, hour=9).split("\n", 1)[1].encode()
        for used in (0, 80 * 1024):  # the file is known by its first 64 KiB
            with self.subTest(used=used):
                self.setUp()
                head = (rows * (used // len(rows) + 1))[:used // len(rows) * len(rows)]
                found = self.grow_behind_the_horizon(head.ljust(room, b"\0"), (head + rows).ljust(room, b"\0"))
                self.assertIn("late", [r["reason"] for r in found["reasons"]])

    def test_what_other_columns_make_records_is_not_called_judged(self):
        log = self.put(1)
        rows = self.day(1, people=30, hour=9).split("\n", 1)[1]
        log.write_text(rows + log.read_text(encoding="utf-8"), encoding="utf-8")
        self.put(9)
        self.scan(check=3)
        self.assertEqual(self.books["totals"]["records"]["rejected"], {"no_header": 30})
        columns = HEADER.split(": ", 1)[1].strip()
        found = self.scan("--fields", f"u_ex210201.log={columns}", check=3)
        self.assertEqual([r["reason"] for r in found["reasons"]], ["late"])
        self.assertGreater(self.events()["late"], 0)

    def shipped(self, days, offset):
        """As Filebeat writes lines of a log of which all before `offset` was shipped elsewhere."""
        lines = []
        for day in days:
            for row in self.day(day).split("\n", 1)[1].splitlines():
                lines.append(json.dumps({"message": row, "log": {"file": {"path": "C:\\\\logs\\\\u_ex.log"},
                                                                 "offset": offset}, "host": {"name": "EX01"}}))
                offset += len(row) + 1
        return "\n".join(lines) + "\n"

    def test_a_file_of_envelopes_that_has_grown_is_judged_from_where_it_ended(self):
        fields = ("--fields", "*=" + HEADER.split(": ", 1)[1].strip())
        for name, offset in (("far", 10 ** 9), ("near", 0)):
            self.setUp()
            log = self.write(f"logs/{name}.ndjson", self.shipped([1, 2], offset))
            self.assertEqual(self.scan(*fields, check=0)["reasons"], [], name)
            log.write_bytes(log.read_bytes() + self.shipped([3], 0).encode())
            self.assertEqual(self.scan(*fields, check=0)["reasons"], [], name)
            self.assertGreater(self.events()["delivered"], 0)
            log.write_bytes(log.read_bytes() + self.shipped([1], 0).encode())
            self.assertEqual([r["reason"] for r in self.scan(*fields, check=3)["reasons"]], ["late"], name)

    def test_what_comes_too_late_is_said_and_incomplete(self):
        self.put(9)
        self.scan(check=0)
        self.put(3)
        found = self.scan(check=3)
        self.assertEqual([r["reason"] for r in found["reasons"]], ["late"])
        self.assertIn("how far the scans before have judged", found["reasons"][0]["text"])
        self.assertEqual([p["text"] for p in found["problems"]],
                         ["it holds records that are older than what the scans before have judged"])
        again = self.scan(check=3)
        self.assertEqual(again["reasons"], found["reasons"], "it is known, but nobody has judged it")
        self.assertEqual(again["problems"], found["problems"])
        self.put(10)
        self.assertEqual(self.scan(check=3)["reasons"][0]["reason"], "late")
        (self.logs / "u_ex210203.log").unlink()
        self.assertEqual(self.scan(check=0)["reasons"], [])

    def test_what_is_too_damaged_is_said_as_often_as_it_is_handed_over(self):
        self.write("logs/u_ex210201.log", self.day(1).replace(" /owa/", "", 20))
        self.put(5)
        for _ in range(2):
            self.assertEqual([r["reason"] for r in self.scan(check=3)["reasons"]], ["rejected"])

    def test_a_few_records_far_ahead_do_not_make_the_years_between_late(self):
        self.put(1, people=200)
        self.write("logs/u_ex300101.log", self.day(1, people=3).replace("2021-02", "2030-01"))
        until = self.scan(check=0)["state"]["judged_until"]
        self.assertTrue(until.startswith("2021-02-01"), until)
        self.put(2, people=200)
        self.assertEqual(self.scan(check=0)["reasons"], [])

    def test_a_state_that_begins_without_logs_says_that_nothing_was_judged(self):
        self.logs.mkdir()
        for _ in range(2):
            text = " ".join(run("scan", "-q", "--state", self.state, self.logs, check=3).out.split())
            self.assertIn("nothing has been judged so far", text)
            self.assertNotIn("unknown UTC", text)

    def test_nothing_new_is_said_and_no_alarm(self):
        self.put(1)
        self.put(2, people=70)
        self.scan(check=0)
        late = self.logs / "u_ex210202.log"
        late.unlink()
        text = run("scan", "-q", "--state", self.state, self.logs, check=0).out
        self.assertIn("Nothing new: the 1 log file was judged by earlier scans", text)

    def test_rules_that_changed_are_said(self):
        rule = self.write("own.yml", OWN_RULE)
        self.put(1)
        self.put(2)
        self.scan("--rules", rule, check=0)
        rule.write_text(OWN_RULE.replace("gte: 999", "gte: 998"), encoding="utf-8")
        self.put(3)
        found = self.scan("--rules", rule, check=0)["state"]
        self.assertGreater(found["rules_lost"], 0)
        self.assertFalse(found["other_settings"])
        self.put(4)
        self.assertTrue(self.scan("--rules", rule, "--internal", "198.51.100.0/24", check=0)["state"]["other_settings"])

    def test_damage_of_the_state_is_told_and_it_stays(self):
        self.put(1)
        self.scan(check=0)
        whole = self.state.read_bytes()
        for at in range(0, len(whole), max(1, len(whole) // 60)):
            damaged = whole[:at] + bytes([whole[at] ^ 0x21]) + whole[at + 1:]
            self.state.write_bytes(damaged)
            self.assertIn("move it away to begin anew", self.scan(check=2))
            self.assertEqual(self.state.read_bytes(), damaged)
            self.state.write_bytes(whole[:at])
            self.assertIn("state", self.scan(check=2))
        self.assertEqual(sorted(p.name for p in self.folder.iterdir() if p.name.startswith("state.")), [])

    def test_where_it_cannot_be_kept_is_said_before_anything_is_read(self):
        self.put(1)
        gone = self.folder / "nowhere/state"
        self.assertIn("cannot be kept", run("scan", "--state", gone, self.logs, check=2).err)
        self.assertIn("name the same file",
                      run("scan", "--state", self.state, "-o", self.state, self.logs, check=2).err)
        log = self.logs / "u_ex210201.log"
        self.assertIn("state", run("scan", "--state", log, self.logs, check=2).err)
        self.assertEqual(log.read_text(encoding="utf-8"), self.day(1))


if __name__ == "__main__":
    unittest.main()
