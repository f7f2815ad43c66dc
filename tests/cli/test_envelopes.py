"""Logs in other people's envelopes are read as what they are: the example's files as an agent ships them, and
as real syslog daemons write them, give what the files give."""
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import time
import unittest

from harness import Case, finals, lines_of, run, sanitised, simulate, told
from shippers import SHIPPERS, filebeat, harvest, otel_record, pair, ship, table

PROGRAMS = os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin"
INTERNAL = ("--internal", "10.0.0.0/8")
FIELDS = "#Fields: date time c-ip cs-method cs-uri-stem cs-username sc-status"


def row(i, user="CORP\\a"):
    return f"2011-03-09 07:{i // 60 % 60:02}:{i % 60:02} 198.51.100.{i % 200} GET /owa/ {user}{i} 200"


def beat(message, path="C:\\logs\\W3SVC1\\u_ex110309.log", host="EX01", offset=0):
    return json.dumps({"agent": {"type": "filebeat"}, "host": {"name": host}, "message": message,
                       "log": {"file": {"path": path}, "offset": offset}}) + "\n"


class Shipped(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expected = simulate(cls.folder)
        cls.logs = cls.folder / "logs"
        cls.paths = [p for p in cls.logs.rglob("*") if p.suffix.lower() == ".log"]
        cls.wanted = lines_of(run("scan", "-f", "json", *INTERNAL, cls.logs).out)

    def host_of(self, path):
        return path.relative_to(self.logs).parts[0]

    def ship(self, name, shipper, headers=False):
        folder = self.folder / name
        folder.mkdir()
        for other in self.logs.glob("DC*"):
            shutil.copytree(other, folder / other.name)
        ship(shipper, self.paths, folder / "shipped.out", self.host_of, headers)
        return folder

    def scan(self, *arguments):
        books = self.folder / "stats.json"
        done = run("scan", "-f", "json", *INTERNAL, "--stats", books, *arguments)
        stats = json.loads(books.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        return lines_of(done.out), stats

    def test_what_an_agent_ships_gives_what_the_files_give(self):
        self.assertEqual(len(finals(self.wanted, "critical")), 1)
        for shipper in SHIPPERS:
            for headers in (False, True):
                with self.subTest(shipper, headers=headers):
                    folder = self.ship(f"{shipper}-{headers}", shipper, headers)
                    alerts, stats = self.scan(folder)
                    self.assertEqual(told(alerts), told(self.wanted))
                    source = next(s for s in stats["sources"] if s["path"].endswith("shipped.out"))
                    self.assertEqual(source["format"], shipper)
                    self.assertEqual(source["inside"], ["iis-w3c", "exchange-msgtrk"])
                    self.assertEqual(source["records"]["rejected"], {})
                    summary = alerts[-1]["tocsin"]
                    self.assertEqual({c["state"] for c in summary["coverage"]}, {"watched"})
                    shutil.rmtree(folder)

    def test_a_line_is_one_whether_it_was_shipped_or_not(self):
        folder = self.ship("both", "filebeat-json")
        for other in self.logs.iterdir():
            shutil.copytree(other, folder / other.name, dirs_exist_ok=True)
        alerts, stats = self.scan(folder)
        self.assertEqual(told(alerts), told(self.wanted))
        shipped = next(s for s in stats["sources"] if s["path"].endswith("shipped.out"))
        files = [s for s in stats["sources"] if s["format"] in shipped["inside"]]
        self.assertEqual(shipped["records"]["accepted"], sum(s["records"]["accepted"] for s in files))
        self.assertGreater(stats["totals"]["events"]["duplicate"], 0)
        text = run("scan", *INTERNAL, folder).out
        self.assertIn("iis-w3c in filebeat-json", text)

    def test_workers_open_the_envelopes(self):
        one = self.ship("big", "filebeat-json") / "shipped.out"
        data = one.read_bytes()
        with open(one, "ab") as file:
            for _ in range(2):
                file.write(data)
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        run("scan", "-f", "json", "--jobs", "2", one)
        wall = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"--jobs 2: {after.ru_utime - before.ru_utime:.2f} s of user time in {wall:.2f} s, "
              f"{len(data) * 3 / wall / 1e6:.0f} MB/s", flush=True)
        outputs = {run("scan", "-f", "json", "--jobs", jobs, one).out for jobs in ("1", "3")}
        self.assertEqual(len(outputs), 1)

    def test_evidence_stands_in_the_shipped_file(self):
        folder = self.ship("evidence", "nxlog-json")
        alerts, _ = self.scan(folder)
        checked = 0
        for line in (e for a in alerts for e in a["tocsin"].get("evidence", [])):
            if not line["file"].endswith("shipped.out"):
                continue
            with open(line["file"], "rb") as log:
                log.seek(line["offset"])
                outer = json.loads(log.readline())
            self.assertTrue(outer["Message"].startswith(line["text"].rstrip("\u2026")), line)
            checked += 1
        self.assertGreater(checked, 5)


class Lines(Case):
    """Single lines, and what hostile ones cost."""

    def parse(self, text, *more):
        path, books = self.write("lines.json", text), self.folder / "books.json"
        done = run("parse", *more, "--stats", books, path)
        stats = json.loads(books.read_text(encoding="utf-8"))
        self.assert_balanced(stats)
        return lines_of(done.out), stats["sources"][0], done

    def test_an_event_is_that_of_the_record_inside(self):
        events, source, _ = self.parse(beat(FIELDS) + beat(row(1)))
        self.assertEqual(source["format"], "filebeat-json")
        self.assertEqual(events[0]["tocsin"]["format"], "iis-w3c")
        self.assertEqual(events[0]["host"]["name"], "ex01")

    def test_json_that_is_no_envelope_stays_what_it_is(self):
        plain = json.dumps({"agent": {"type": "filebeat"}, "message": "all is well", "@timestamp": 1}) + "\n"
        event = json.dumps({"EventID": 4724, "Channel": "Security", "Message": "text", "TimeCreated":
                            "2021-03-01T10:00:00Z", "SourceModuleName": "in"}) + "\n"
        self.assertEqual(self.parse(plain * 3)[1]["format"], "json-lines")
        self.assertEqual(self.parse(event * 3)[1]["format"], "windows-json")

    def test_rows_of_two_orders_are_told_by_their_folders(self):
        """Equal widths, and c-ip and s-ip in either order: each folder's own rows tell them apart."""
        lines = []
        for i in range(400):
            time_of = f"2011-03-09 07:{i // 60:02}:{i % 60:02}"
            lines.append(beat(f"{time_of} 10.0.0.1 GET /owa/ - 443 C\\u{i % 9} 198.51.100.{i % 200} Mozilla/5.0 "
                              "200 0 0 15", "C:\\a\\u_ex110309.log"))
            lines.append(beat(f"{time_of} 198.51.100.{i % 200} C\\u{i % 9} 10.0.0.1 443 GET /owa/ - 200 0 0 15 "
                              "Mozilla/5.0", "C:\\b\\u_ex110309.log"))
        other = ("--fields", "*:/b/*=date time c-ip cs-username s-ip s-port cs-method cs-uri-stem cs-uri-query "
                 "sc-status sc-substatus sc-win32-status time-taken cs(User-Agent)")
        events, source, _ = self.parse("".join(lines))
        self.assertEqual((len(events), source["records"]["rejected"]), (400, {"no_header": 400}))
        events, source, done = self.parse("".join(lines), *other)
        self.assertEqual(len(events), 800, done.err)
        for event in events:
            self.assertEqual(event["tocsin"]["native"]["s-ip"], "10.0.0.1")
        strange = beat(f"2011-03-09 09:00:00 10.0.0.1 GET /owa/ - 443 C\\u 198.51.100.1 Mozilla/5.0 200 0 0 15",
                       "C:\\c\\u_ex110309.log")
        _, source, _ = self.parse("".join(lines) + strange, *other)
        self.assertEqual(sum(source["records"]["rejected"].values()), 1)

    def test_what_is_in_doubt_is_refused_in_words_and_named_by_fields(self):
        """Names of a path inside settle what its rows leave open."""
        lines = "".join(beat(f"2011-03-09 07:{i // 60:02}:{i % 60:02} GET /owa/ C\\u{i} {i % 7} {i % 5}",
                             "D:\\logs\\site\\x.log") for i in range(300))
        events, source, _ = self.parse(lines)
        self.assertEqual((events, source["state"]), ([], "unread"))
        self.assertIn("--fields", source["mend"])
        names = "*/site/*=date time cs-method cs-uri-stem cs-username sc-substatus sc-win32-status"
        events, source, done = self.parse(lines, "--fields", names)
        self.assertEqual(len(events), 300, done.err)
        self.assertEqual(events[0]["tocsin"]["native"]["cs-username"], "C\\u0")

    def test_an_envelope_in_an_envelope_once(self):
        once = f"<13>1 2011-04-01T06:00:00Z relay agent - - - {beat(row(2))}"
        twice = beat(f"<13>1 2011-04-01T06:00:00Z relay agent - - - {beat(row(3))}".strip())
        header = f"<13>1 2011-04-01T06:00:00Z relay agent - - - {beat(FIELDS)}"
        events, source, _ = self.parse(header + once + f"<13>1 - r a - - - {twice}")
        self.assertEqual(source["format"], "syslog-rfc5424")
        self.assertEqual(len(events), 1)
        self.assertEqual(source["records"]["rejected"], {"nested": 1})

    def test_line_ends_and_lines_joined(self):
        text = beat(FIELDS + "\r\n") + beat(row(1) + "\r\n") + beat(row(2) + "\n" + row(3) + "\nbroken\n") + \
            beat("#Fields: date time cs-method cs-uri-stem c-ip sc-status\n2011-03-09 07:00:04 GET /x 198.51.100.4 "
                 "302") + beat("")
        events, source, _ = self.parse(text)
        self.assertEqual(len(events), 4)
        self.assertEqual(events[3]["tocsin"]["native"]["c-ip"], "198.51.100.4")
        self.assertEqual(source["records"]["rejected"], {"column_count": 1})
        self.assertEqual(source["records"]["blank"], 1)

    def test_hostile_lines_cost_themselves(self):
        odd = "C:\\\u0000\u001b[2J\n\u202e\\u.log"
        lines = [beat(FIELDS), beat(row(1)), beat("x" * (1 << 20)), beat("y" * 900_000),
                 '{"agent":{"type":"filebeat"},"message":"\\ud800 bad \\q","log":1}\n',
                 '{"agent":{"type":"filebeat"},"message":"\\ud800\\udc00\\ud800"}\n',
                 beat(FIELDS, odd), beat(row(2), odd), beat(FIELDS, "p" * 100_000), beat(row(3), "p" * 100_000),
                 '{"message":' * 60 + "\n", beat("{" * 5000), "\0" * 50 + "\n", beat(row(4))]
        events, source, done = self.parse("".join(lines))
        self.assertEqual(len(events), 4, done.err)
        self.assertEqual(sum(source["records"]["rejected"].values()), 7)
        self.assertEqual(source["records"]["rejected"]["oversize"], 1)

    def test_windows_events_of_open_telemetry(self):
        event = {"channel": "Security", "computer": "DC1.corp.example", "event_id": {"id": 4724, "qualifiers": 0},
                 "provider": {"name": "Microsoft-Windows-Security-Auditing", "guid": "{5}"}, "record_id": 77,
                 "keywords": ["Audit Success"], "system_time": "2011-03-09T07:00:01.1234567Z",
                 "event_data": {"TargetUserName": "a\\b \u00e9", "SubjectUserName": "adm", "TargetSid": "S-1-5-21-1-2-3-4"}}
        older = {**event, "event_data": {"data": [{k: v} for k, v in event["event_data"].items()]}}
        pairs = json.dumps({"resourceLogs": [{"resource": {}, "scopeLogs": [
            {"scope": {"name": "x"}, "logRecords": [otel_record(event, {}), otel_record(older, {})]}]}]})
        documents = "".join(json.dumps({"@timestamp": "2011-03-09T07:00:02Z", "attributes": {},
                                        "body": {"structured": e}}) + "\n" for e in (event, older))
        flat = json.dumps({"Timestamp": 1, "Body": {"channel": "Security", "event_id.id": 4724,
                                                    "system_time": event["system_time"],
                                                    **{f"event_data.{k}": v for k, v in event["event_data"].items()},
                                                    "computer": event["computer"]}}) + "\n"
        for text in (pairs, documents, flat):
            with self.subTest(text[:40]):
                events, source, done = self.parse(text)
                self.assertEqual(source["format"], "otel-json", done.err)
                self.assertEqual(source["records"]["rejected"], {})
                for told_of in events:
                    self.assertEqual(told_of["@timestamp"][:23], "2011-03-09T07:00:01.123")
                    native = told_of["tocsin"]["native"]
                    self.assertEqual((native["EventID"], native["Computer"]), ("4724", "DC1.corp.example"))
                    self.assertEqual((native["TargetUserName"], native["SubjectUserName"]), ("a\\b \u00e9", "adm"))

    def test_events_of_splunk_as_lines_in_cells(self):
        raw = ("03/09/2011 07:00:01 AM\nLogName=Security\nEventCode=4724\nEventType=0\n"
               "ComputerName=DC1.corp.example\nSourceName=Microsoft Windows security auditing.\nType=Information\n"
               "RecordNumber=77\nKeywords=Audit Success\nTaskCategory=User Account Management\nOpCode=Info\n"
               "Message=An attempt was made to reset an account's password.\n\nSubject:\n\tSecurity ID:\t\tS-1-5-21-9\n"
               "\tAccount Name:\t\tadm\n\tAccount Domain:\t\tCORP\n\tLogon ID:\t\t0x1\n\nTarget Account:\n"
               "\tSecurity ID:\t\tS-1-5-21-8\n\tAccount Name:\t\tanna\n\tAccount Domain:\t\tCORP")
        names = ["_raw", "_time", "host", "source", "sourcetype"]
        rows = [[raw, "2011-03-09T07:00:01.000+0000", "DC1", "WinEventLog:Security", "WinEventLog"]] * 3
        events, source, done = self.parse(table(names, rows))
        self.assertEqual(source["format"], "splunk-csv", done.err)
        self.assertEqual(len(events), 3, source)
        self.assertEqual(events[0]["tocsin"]["native"]["TargetUserName"], "anna")
        events, source, done = self.parse(table(["_raw"], [row[:1] for row in rows]))
        self.assertEqual((source["format"], len(events)), ("splunk-csv", 3), done.err)

    def test_exports_cost_what_is_wrong_with_them(self):
        good = [[row(i), "EX01", "C:\\w\\u_ex110309.log"] for i in range(6)]
        names = ["message", "host.name", "log.file.path"]
        text = table(names, [[FIELDS, *good[0][1:]], *good[:3]])
        text += '"never closed,EX01\n' + table(names, good[3:]) + "only one\n\n"
        events, source, _ = self.parse(text)
        self.assertEqual(source["format"], "shipped-csv")
        self.assertEqual([e["tocsin"]["native"]["cs-username"] for e in events], [f"CORP\\a{i}" for i in range(6)])
        self.assertEqual(source["records"]["rejected"], {"bad_quote": 1, "column_count": 1})
        array = [json.loads(beat(FIELDS)), *(json.loads(beat(row(i))) for i in range(4))]
        text = json.dumps(array, indent=2)
        cut = text.index("{", text.index(row(1)[:20]) + 30)
        events, source, _ = self.parse(text[:cut - 40] + text[cut:])
        self.assertEqual(source["format"], "filebeat-json")
        self.assertGreaterEqual(len(events), 2)
        self.assertGreaterEqual(sum(source["records"]["rejected"].values()), 1)

    def test_many_paths_are_bounded_and_told(self):
        """Of paths with headers so many are remembered; rows of the others are left out, and said so."""
        count = 20_000 if sanitised() else 100_000
        with open(self.folder / "paths.json", "w", encoding="utf-8") as file:
            for i in range(count):
                file.write(beat(FIELDS, f"/logs/{i}/u_ex.log"))
                file.write(beat(row(i), f"/logs/{i}/u_ex.log"))
        books = self.folder / "books.json"
        done = run("parse", "-o", os.devnull, "--stats", books, self.folder / "paths.json", timeout=600)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        source = json.loads(books.read_text(encoding="utf-8"))["sources"][0]
        self.assertEqual(source["records"]["accepted"], 4096)
        self.assertEqual(source["records"]["rejected"], {"limit": count - 4096})
        self.assertEqual(done.returncode, 3)
        self.assertLess(peak, 600 * 1024)

    def test_a_million_paths_without_headers_are_nothing(self):
        with open(self.folder / "million.json", "w", encoding="utf-8") as file:
            for i in range(100_000 if sanitised() else 1_000_000):
                file.write('{"agent":{"type":"filebeat"},"log":{"file":{"path":"/l/%d"},"offset":1},"message":"x"}\n' % i
                           if i % 50 else beat(f"2011-03-09T07:00:00.000Z,,,,,,,STOREDRIVER,DELIVER,{i},<{i}@x>,u@x,,"
                                               "1,1,,,s,a@x,a@x,x", f"/l/{i}"))
        done = run("scan", "-f", "json", self.folder / "million.json", timeout=600)
        self.assertEqual(done.returncode, 3)


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


class Daemons(Case):
    """Real syslog daemons, on files and sockets of the test's own."""

    def setUp(self):
        self.box = pathlib.Path(self.folder) / self._testMethodName
        self.box.mkdir()
        self.log, self.out = self.box / "u_ex110309.log", self.box / "out.log"
        self.rows = [row(i) for i in range(300)]
        self.log.write_text("\r\n".join(["#Software: Microsoft Internet Information Services 10.0", FIELDS,
                                         *self.rows]) + "\r\n")

    def daemon(self, name, arguments, configuration):
        program = shutil.which(name, path=PROGRAMS)
        if program is None:
            self.skipTest(f"{name} is not installed")
        path = self.box / "daemon.conf"
        path.write_text(configuration, encoding="utf-8")
        child = subprocess.Popen([program, *map(str, arguments(path))], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE)
        try:
            done = wait_for(lambda: child.poll() is not None or
                            (self.out.exists() and self.out.read_bytes().count(b"\n") >= 300))
            self.assertTrue(done and child.poll() is None, child.stderr.read() if child.poll() is not None else "")
        finally:
            child.terminate()
            child.wait(timeout=60)
            child.stderr.close()

    def check(self, form):
        books = self.box / "books.json"
        done = run("parse", "--stats", books, self.out)
        source = json.loads(books.read_text(encoding="utf-8"))["sources"][0]
        self.assertEqual(source["format"], form, done.err)
        self.assertEqual([e["tocsin"]["native"]["cs-username"] for e in lines_of(done.out)],
                         [f"CORP\\a{i}" for i in range(300)])
        self.assertEqual(source["records"]["rejected"], {})

    def rsyslog(self, template, form):
        self.daemon("rsyslogd", lambda path: ["-n", "-f", path, "-i", self.box / "pid"], f"""
global(workDirectory="{self.box}")
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" File="{self.log}" Tag="iis:" ruleset="out")
ruleset(name="out") {{ action(type="omfile" file="{self.out}" template="{template}") }}
""")
        self.check(form)

    def test_rsyslog_in_the_old_form(self):
        self.rsyslog("RSYSLOG_FileFormat", "syslog-rfc3164")

    def test_rsyslog_in_the_traditional_form(self):
        self.rsyslog("RSYSLOG_TraditionalFileFormat", "syslog-rfc3164")

    def test_rsyslog_in_the_new_form(self):
        self.rsyslog("RSYSLOG_SyslogProtocol23Format", "syslog-rfc5424")

    def syslog_ng(self, destination, form):
        program = shutil.which("syslog-ng", path=PROGRAMS)
        if program is None:
            self.skipTest("syslog-ng is not installed")
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        number = re.search(r"\d+\.\d+", version).group()
        self.daemon("syslog-ng", lambda path: ["-F", "-f", path, "-R", self.box / "persist", "-p", self.box / "pid",
                                               "-c", self.box / "control", "--no-caps"],
                    f"""@version: {number}
source s {{ file("{self.log}" flags(no-parse) follow-freq(1) program-override("iis")); }};
destination d {{ {destination} }};
log {{ source(s); destination(d); }};
""")
        self.check(form)

    def test_syslog_ng_in_the_old_form(self):
        self.syslog_ng(f'file("{self.out}");', "syslog-rfc3164")

    def test_syslog_ng_in_the_new_form(self):
        self.syslog_ng(f'file("{self.out}" flags(syslog-protocol));', "syslog-rfc5424")


if __name__ == "__main__":
    unittest.main()
