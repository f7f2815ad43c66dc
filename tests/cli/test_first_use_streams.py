"""What a stranger met at first: match, terminals and what is written (C12 to C18), held to what was expected."""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import unittest

from harness import TOCSIN, Case, finals, gz, lines_of, run, simulate

from terminal import on_terminal

W3C = "#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status\n"
INTERNAL = ("--internal", "10.0.0.0/8")
RESET = """title: reset
name: reset
logsource: {product: windows, service: security}
detection:
  sel: {EventID: 4724}
  condition: sel
---
title: two resets
name: two
correlation:
  type: event_count
  rules: reset
  group-by: [SubjectUserName]
  timespan: 1h
  generate: true
  condition: {gte: 2}
"""
COLOURS = "\x1b["


def evtx_dump(number, second, target):
    """An event as evtx_dump writes it."""
    return {"Event": {"System": {"Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
                                 "EventID": number, "Channel": "Security", "Computer": "dc1",
                                 "TimeCreated": {"#attributes": {"SystemTime": f"2021-03-01T10:00:{second:02}.000000Z"}}},
                      "EventData": {"TargetUserName": target, "SubjectUserName": "mallory"}}}


class Streams(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder)
        cls.logs, cls.geo = cls.folder / "logs", cls.folder / "geo.mmdb"
        cls.log = cls.logs / "EX01/W3SVC1/u_ex110309.log"

    # C12

    def matches(self, *paths, stdin=None, check=1):
        rule = self.write("reset.yml", RESET)
        return lines_of(run("match", "--rules", rule, *paths, stdin=stdin, check=check).out)

    def test_c12_match_reads_what_parse_prints(self):
        printed = run("parse", self.logs / "DC01", self.logs / "DC02", check=0).out
        resets = [e for e in lines_of(printed) if str(e["tocsin"]["native"]["EventID"]) == "4724"]
        self.assertGreater(len(resets), 100)
        path, packed = self.write("parsed.jsonl", printed), self.write("parsed.jsonl.gz", gz(printed.encode()))
        found = [m for m in self.matches(path) if m["rule"]["name"] == "reset"]
        self.assertEqual(sorted(m["@timestamp"] for m in found), sorted(e["@timestamp"] for e in resets))
        self.assertEqual([m["@timestamp"] for m in found], sorted(m["@timestamp"] for m in found))
        for other in (self.matches("-", stdin=printed.encode()), self.matches(packed)):
            self.assertEqual([dict(m, file=None) for m in other], [dict(m, file=None) for m in self.matches(path)])
        lines = printed.splitlines()
        for match in found[:20]:
            self.assertEqual(match["file"], str(path))
            self.assertEqual(match["event"], match["line"] - 1)
            self.assertEqual(match["record"], json.loads(lines[match["event"]]))

    def test_c12_match_reads_arrays_and_what_converters_write(self):
        events = [evtx_dump(4724, 9, "b"), evtx_dump(4624, 1, "x"), evtx_dump(4724, 5, "a")]
        forms = {"lines.jsonl": "".join(json.dumps(e) + "\n" for e in events), "array.json": json.dumps(events),
                 "pretty.json": json.dumps(events, indent=2), "wide.json": json.dumps(events)}
        for name, text in forms.items():
            path = self.write(name, text.encode("utf-16") if name.startswith("wide") else text)
            found = self.matches(path)
            self.assertEqual([(m["rule"]["name"], m["event"]) for m in found],
                             [("reset", 2), ("reset", 0), ("two", 0)], name)
            self.assertEqual(found[0]["@timestamp"], "2021-03-01T10:00:05Z")
            self.assertEqual(found[0]["record"], events[2])
            self.assertEqual(found[2]["group"], {"SubjectUserName": "mallory"})
        # As scan judges: the same events, the same matches.
        scanned = lines_of(run("scan", "-f", "json", "--rules", self.write("reset.yml", RESET.replace("name: reset", "name: reset\nlevel: high", 1)),
                               "--no-default-rules", self.folder / "lines.jsonl").out)
        self.assertTrue([a for a in scanned if a.get("rule", {}).get("name") == "two"])

    def test_c12_match_holds_little_and_loses_nothing(self):
        """Ten times more events than are held at a time, in no order: all come back, in order."""
        path = self.folder / "many.jsonl"
        count, pad = 40000, "x" * 2000
        with open(path, "w", encoding="ascii") as out:
            for i in range(count):
                k = i * 7919 % count
                out.write(f'{{"@timestamp":"2021-03-01T{k // 3600:02}:{k // 60 % 60:02}:{k % 60:02}Z","EventID":4724,"k":{k},"pad":"{pad}"}}\n')
        rule = self.write("one.yml", RESET.split("---")[0])
        script = ("import resource,subprocess,sys; p=subprocess.run(sys.argv[1:]);"
                  "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(p.returncode)")
        done = subprocess.run(["python3", "-c", script, TOCSIN, "match", "--rules", str(rule), str(path)],
                              capture_output=True, check=False, timeout=120)
        self.assertEqual(done.returncode, 1, done.stderr)
        told = [int(m[1]) for m in re.finditer(rb'"k":(\d+)', done.stdout)]
        self.assertEqual(told, list(range(count)))
        self.assertLess(int(done.stderr) * 1024, 200 << 20)
        self.assertGreater(path.stat().st_size, 64 << 20)

    def test_c12_match_says_what_it_could_not_read(self):
        rule = self.write("reset.yml", RESET)
        some = self.write("some.jsonl", '{"a":1}\nno json\n')
        done = run("match", "--rules", rule, some, check=3)
        self.assertIn(f"{some}: 1 record is no JSON object", done.err)
        self.assertIn("holds no JSON event", run("match", "--rules", rule, self.log, check=3).err)
        self.assertIn("holds no JSON event", run("match", "--rules", rule, self.write("empty.jsonl", ""), check=3).err)
        (self.folder / "nothing").mkdir()
        self.assertIn("no file of events", run("match", "--rules", rule, self.folder / "nothing", check=3).err)

    # C13

    def broken_off(self, number, *options, until=b"MB/s", **how):
        """A scan that has read some of its standard input, waits for the rest, and gets the signal."""
        kept, out = os.pipe()

        def feed():
            rows = "".join(f"2021-03-01 {i // 3600:02}:{i // 60 % 60:02}:{i % 60:02} 192.0.2.1 CORP\\u GET /owa/ 200\n"
                           for i in range(4000))
            with contextlib.suppress(OSError):
                os.write(out, (W3C + rows).encode())
        writer = threading.Thread(target=feed)
        writer.start()
        try:
            return on_terminal("scan", *options, self.logs, "-", stdin=kept, signal=number, until=until, **how)
        finally:
            os.close(kept)
            writer.join()
            os.close(out)

    def test_c13_who_breaks_off_is_told_how_far_it_came(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            status, told = self.broken_off(number)
            self.assertEqual(status, -number)  # what a shell calls 128 and the number
            last = told.splitlines()[-1]
            self.assertRegex(last, r"tocsin: broken off at \d+ % \([\d.]+ of [\d.]+ MB read\); there is no verdict")
            # The line that is written over is gone.
            self.assertRegex(told, r"left +\r *\rtocsin: broken off")
        _, told = self.broken_off(signal.SIGINT, env={"TERM": "dumb"})
        self.assertIn("tocsin: broken off", told)
        self.assertNotIn("\r", told.replace("\r\n", "\n"))

    def test_c13_a_broken_scan_leaves_what_was_there(self):
        old = self.write("old.txt", "kept")
        status, _ = self.broken_off(signal.SIGINT, "--stats", old)
        self.assertEqual((status, old.read_text()), (-signal.SIGINT, "kept"))

    # C14

    def coloured(self, *options, terminal=True, **env):
        if terminal:
            told = on_terminal("scan", *options, self.log, env=env, stdout_too=True)[1]
        else:
            told = run("scan", *options, self.log, env=env).out
        return COLOURS in told

    def test_c14_colours_are_what_terminal_and_user_want(self):
        self.assertTrue(self.coloured())
        self.assertFalse(self.coloured(terminal=False))
        for env in ({"TERM": "dumb"}, {"NO_COLOR": "1"}, {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}):
            self.assertFalse(self.coloured(**env), env)
        self.assertFalse(self.coloured("--color=never"))
        self.assertTrue(self.coloured("--color=always", terminal=False, NO_COLOR="1"))
        self.assertTrue(self.coloured(terminal=False, CLICOLOR_FORCE="1"))
        self.assertFalse(self.coloured(terminal=False, CLICOLOR_FORCE="0"))
        self.assertIn("--color: 'blue' is not auto, always or never", run("scan", "--color", "blue", self.log, check=2).err)

    # C15

    def test_c15_of_syslog_only_the_header_differs(self):
        header = re.compile(r"^<\d+>1 \S+ \S+ tocsin \d+ ", re.M)
        pages = [run("scan", "-f", "syslog", *INTERNAL, self.logs).out for _ in "12"]
        self.assertNotEqual(*pages)
        self.assertEqual(*[header.sub("", page) for page in pages])
        for form in ("text", "json", "cef", "leef"):
            told = {re.sub(r"\d+\.\d+ s|\"(seconds|cpu)[^,]*", "", run("scan", "-q", "-f", form, self.log).out) for _ in "12"}
            self.assertEqual(len(told), 1, form)
        page = (os.path.dirname(__file__) + "/../../docs/man/tocsin.1.scd")
        with open(page, encoding="utf-8") as text:
            words = " ".join(text.read().split())
        self.assertIn("tocsin@32473", words)
        self.assertIn("only lines of syslog also have, as that protocol wants it, the time at which they were "
                      "written, this machine's name and the number of the process", words)

    # C16

    def test_c16_paths_can_be_copied(self):
        """One folder is named once, and what lies below it on one line each, however narrow the page."""
        folder = self.folder / "a-long-folder-name" / "evidence"
        shutil.copytree(self.logs, folder)
        lines = lines_of(run("scan", "-f", "json", *INTERNAL, "--geo", self.geo, folder).out)
        paths = {e["file"] for a in finals(lines) for e in a["tocsin"]["evidence"]}
        self.assertTrue(paths)
        for columns in ("60", "80", "200"):
            page = run("scan", "-q", *INTERNAL, "--geo", self.geo, folder, env={"COLUMNS": columns}).out.splitlines()
            self.assertIn(str(folder), [line.strip().removeprefix("files below ") for line in page], columns)
            words = {word for line in page for word in line.split()}
            for path in paths:
                self.assertIn(path.removeprefix(f"{folder}/"), words, columns)

    # C17

    def test_c17_a_full_disk_is_told_with_the_name_of_the_file(self):
        words = "tocsin: /dev/full: cannot write: No space left on device\n"
        for command in (["scan", "-q", "-o", "/dev/full"], ["parse", "-o", "/dev/full"],
                        ["scan", "-q", "-o", self.folder / "page", "--stats", "/dev/full"],
                        ["parse", "-o", self.folder / "events", "--stats", "/dev/full"]):
            self.assertEqual(run(*command, self.log, check=2).err, words, command)
        rule = self.write("reset.yml", RESET)
        events = self.write("events.jsonl", json.dumps(evtx_dump(4724, 1, "a")))
        self.assertEqual(run("match", "--rules", rule, "-o", "/dev/full", events, check=2).err, words)


    # C18

    def test_c18_no_line_too_many(self):
        for arguments in (["-q", self.logs], ["-q", "--until", "2011-02-10", self.logs], [self.log], ["-q", self.log]):
            page = run("scan", *arguments).out
            self.assertFalse(page.startswith("\n"), arguments)
            self.assertNotIn("\n\n\n", page, arguments)
        self.write("unread/cap.pcap", b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + b"\x00" * 500)
        self.assertEqual(run("scan", self.folder / "unread", check=3).out.count("cap.pcap"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
