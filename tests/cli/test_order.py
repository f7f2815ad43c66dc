"""The order of time: the same records give the same answer, however they lie in files, however many
threads read them and in whatever blocks. TOCSIN_SLOW=1 runs every combination twenty times."""
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import time
import unittest

from harness import Case, finals, gz, lines_of, run, simulate

SLOW = os.environ.get("TOCSIN_SLOW") == "1"
SITE = ("--internal", "10.0.0.0/8")
# On raw events: single matches that report, counts, values, and two together.
RULES = """title: any request
name: any_request
logsource: {category: webserver}
detection:
  s: {cs-method: [GET, POST]}
  condition: s
level: low
---
title: a logon page
name: logon_page
logsource: {category: webserver}
detection:
  s: {cs-uri-stem|endswith: owaauth.dll}
  condition: s
level: medium
---
title: requests of one user
name: many_requests
correlation: {type: event_count, rules: any_request, group-by: [cs-username], timespan: 10m, condition: {gte: 9}}
level: high
---
title: users of one address
name: many_users
correlation:
  type: value_count
  rules: any_request
  group-by: [c-ip]
  timespan: 2h
  condition: {field: cs-username, gte: 4}
level: high
---
title: a logon page with anything
name: with_anything
correlation:
  type: temporal
  rules: [logon_page, any_request]
  group-by: [c-ip]
  timespan: 5m
level: medium
"""
HEAD = ("#Software: Microsoft Internet Information Services 7.5\n#Version: 1.0\n"
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
        "cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken\n")
AGENTS = ("Mozilla/5.0+(Windows+NT+6.1)", "Mozilla/4.0+(compatible;+MSIE+8.0)", "Outlook/14.0")


def clock(second):
    return f"2011-03-{1 + second // 86400:02d} {second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def owa_lines(seed, count):
    """Webmail of fifty people over twelve days; in the end one address opens fifteen mailboxes."""
    rng = random.Random(seed)
    records = []
    for _ in range(count):
        user, second = rng.randrange(50), rng.randrange(12 * 86400)
        address = f"198.51.100.{user if rng.random() < 0.9 else rng.randrange(200)}"
        kind = rng.random()
        if kind < 0.1:
            what, name, status = "POST /owa/auth/owaauth.dll -", "-", 302
        elif kind < 0.3:
            what, name, status = "GET /owa/ -", f"COM\\user{user:02d}", 200
        elif kind < 0.4:
            language = rng.choice(["en-US", "de-DE", "fr-FR"])
            what, name, status = f"GET /owa/lang.owa mkt={language}", f"COM\\user{user:02d}", 200
        else:
            what, name, status = "POST /owa/ev.owa oeh=1&ns=Notify", f"COM\\user{user:02d}@com.example", 200
        records.append((second, what, name, address, AGENTS[user % 3], status))
    for user in range(15):
        records.append((11 * 86400 + 60 * user, "GET /owa/ -", f"COM\\user{user:02d}", "203.0.113.66",
                        "Python-urllib/2.6", 200))
    records.sort()
    out = []
    for second, what, name, address, agent, status in records:
        method, stem, query = what.split(" ")
        out.append(f"{clock(second)} 10.1.0.11 {method} {stem} {query} 443 {name} {address} {agent} "
                   f"{status} 0 0 31\n")
    return out


def told(text):
    """Alerts and incidents without the places of their evidence, which say where a record lies."""
    out = []
    for line in lines_of(text):
        if line["tocsin"]["type"] == "summary":
            continue
        for evidence in line["tocsin"].get("evidence", []):
            for place in ("file", "offset", "line"):
                evidence.pop(place, None)
        out.append(json.dumps(line, sort_keys=True))
    return out


class OrderCase(Case):
    """The bundled example, a folder of nothing but webmail, and rules of one's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder / "example")
        cls.rules = cls.folder / "own.yml"
        cls.rules.write_text(RULES, encoding="utf-8")
        for server, seed in (("EX01", 1), ("EX02", 2)):
            lines = owa_lines(seed, 6000)
            folder = cls.folder / "owa" / server
            folder.mkdir(parents=True)
            half = len(lines) // 2
            (folder / "u_1.log").write_text(HEAD + "".join(lines[:half]), encoding="utf-8")
            (folder / "u_2.log").write_text(HEAD + "".join(lines[half:]), encoding="utf-8")
        cls.corpora = {
            "example": ([*SITE, "--geo", cls.folder / "example/geo.mmdb"], cls.folder / "example/logs"),
            "owa": ([*SITE], cls.folder / "owa"),
        }

    def scan(self, options, *paths, rules=True, code=1):
        stats = self.folder / "stats.json"
        own = ["--rules", self.rules] if rules else []
        done = run("scan", "-f", "json", "-q", "--require", "none", *options, *own, "--stats", stats, *paths,
                   check=code)
        self.assertEqual(done.err, "")
        done.stats = json.loads(stats.read_text(encoding="utf-8"))
        self.assert_balanced(done.stats)
        return done


class SameBytes(OrderCase):
    def combinations(self):
        every = [(jobs, block) for jobs in (1, 2, 4, 8) for block in ("4K", "64K", "1M")]
        if SLOW:
            return every * 20
        return [(1, "4K"), (8, "4K"), (4, "64K"), (2, "1M"), (8, "1M"), (4, "4K"), (4, "4K")]

    def test_jobs_blocks_and_arguments_change_no_byte(self):
        rng = random.Random(5)
        for name, (options, logs) in self.corpora.items():
            files = sorted(str(f) for f in logs.rglob("*") if f.is_file())
            first = self.scan([*options, "-j", "1"], *files)
            self.assertGreater(len(first.out.splitlines()), 20, name)
            self.assertEqual(first.stats["passes"], 1, name)
            for jobs, block in self.combinations():
                shuffled = files[:]
                rng.shuffle(shuffled)
                done = self.scan([*options, "-j", jobs, "--block-size", block], *shuffled)
                self.assertEqual(done.out, first.out, (name, jobs, block))
                for book in ("totals", "sources", "mailboxes", "coverage"):
                    self.assertEqual(done.stats[book], first.stats[book], (name, jobs, block, book))

    def test_disorder_is_decided_alike_too(self):
        options, logs = self.corpora["owa"]
        target = self.folder / "fallen"
        for path in sorted(logs.rglob("*.log")):
            lines = path.read_text(encoding="utf-8").splitlines(True)
            if path.name == "u_2.log":
                lines[3:] = lines[1000:] + lines[3:1000]
            out = target / path.relative_to(logs)
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text("".join(lines), encoding="utf-8")
        first = self.scan([*options, "-j", "1"], target)
        self.assertEqual((first.stats["passes"], first.stats["disordered_files"]), (2, 2))
        for jobs, block in self.combinations():
            done = self.scan([*options, "-j", jobs, "--block-size", block], target)
            self.assertEqual(done.out, first.out, (jobs, block))
            self.assertEqual(done.stats["sources"], first.stats["sources"], (jobs, block))
        named = [s["path"] for s in first.stats["sources"] if s.get("disordered")]
        self.assertEqual(sorted(pathlib.Path(p).name for p in named), ["u_2.log", "u_2.log"])


class SameAnswer(OrderCase):
    """However the records lie in files."""

    def rewritten(self, name, corpus, change):
        """A copy of the corpus with the records of each file put in another order."""
        logs = self.corpora[corpus][1]
        target = self.folder / f"{corpus}-{name}"
        for path in sorted(logs.rglob("*")):
            if not path.is_file():
                continue
            lines = path.read_bytes().splitlines(True)
            head = [line for line in lines if line.lstrip(b"\xef\xbb\xbf").startswith(b"#")]
            rest = [line for line in lines if not line.lstrip(b"\xef\xbb\xbf").startswith(b"#")]
            if path.suffix.lower() == ".log":
                lines = head + change(rest)
            out = target / path.relative_to(logs)
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(b"".join(lines))
        return target

    def expect_same(self, corpus, target, passes):
        options, logs = self.corpora[corpus]
        sorted_ones, other = self.scan(options, logs), self.scan(options, target)
        self.assertEqual(other.stats["totals"]["events"]["late"], 0)
        self.assertEqual(other.stats["totals"]["events"], sorted_ones.stats["totals"]["events"])
        self.assertEqual(told(other.out), told(sorted_ones.out))
        self.assertEqual(other.stats["passes"], passes)
        return other

    def test_shuffled(self):
        rng = random.Random(3)
        for corpus in self.corpora:
            target = self.rewritten("shuffled", corpus, lambda rest: rng.sample(rest, len(rest)))
            done = self.expect_same(corpus, target, 2)
            self.assertGreater(done.stats["disordered_files"], 3)

    def test_reversed(self):
        for corpus in self.corpora:
            self.expect_same(corpus, self.rewritten("reversed", corpus, lambda rest: rest[::-1]), 2)

    def test_concatenated_newest_first(self):
        for corpus, (_, logs) in self.corpora.items():
            target = self.folder / f"{corpus}-concatenated"
            for folder in sorted({f.parent for f in logs.rglob("*.[lL][oO][gG]")}):
                out = target / folder.relative_to(logs) / "all.log"
                out.parent.mkdir(parents=True, exist_ok=True)
                parts = sorted(folder.glob("*.[lL][oO][gG]"), reverse=True)
                data = b"".join(p.read_bytes().removeprefix(b"\xef\xbb\xbf") for p in parts)
                out.write_bytes(data)
            for path in logs.rglob("*"):
                if path.is_file() and path.suffix.lower() != ".log":
                    out = target / path.relative_to(logs)
                    out.parent.mkdir(parents=True, exist_ok=True)
                    out.write_bytes(path.read_bytes())
            self.expect_same(corpus, target, 2)

    def test_packed_in_the_middle_of_a_folder(self):
        for corpus, (_, logs) in self.corpora.items():
            target = self.folder / f"{corpus}-packed"
            for i, path in enumerate(sorted(f for f in logs.rglob("*") if f.is_file())):
                out = target / path.relative_to(logs)
                out.parent.mkdir(parents=True, exist_ok=True)
                if i % 3 == 1:
                    out.with_name(out.name + ".gz").write_bytes(gz(path.read_bytes()))
                else:
                    out.write_bytes(path.read_bytes())
            done = self.expect_same(corpus, target, 1)
            self.assertEqual(done.stats["spilled_bytes"], 0)

    def test_through_a_pipe(self):
        """What cannot be read again is held, and with it everything else: one pass, all in order."""
        options, logs = self.corpora["owa"]
        path = logs / "EX02/u_2.log"
        lines = path.read_text(encoding="utf-8").splitlines(True)
        lines[3:] = lines[:2:-1]
        others = [f for f in sorted(logs.rglob("*.log")) if f != path]
        own = ["--rules", self.rules, "--host", "-=EX02"]
        done = run("scan", "-f", "json", "-q", "--require", "none", *options, *own, "-", *others,
                   stdin="".join(lines).encode(), check=1)
        self.assertEqual(told(done.out), told(self.scan(options, logs).out))
        summary = lines_of(done.out)[-1]["tocsin"]
        self.assertEqual((summary["passes"], summary["incomplete"]), (1, False))

    def test_an_export_that_nobody_sorted(self):
        shared = pathlib.Path(os.environ.get("TOCSIN_SHARED", "")) / "cases/R1-unsorted-export.jsonl"
        if not shared.is_file():
            self.skipTest("the folder of cases is not there")
        done = self.scan([], shared, code=0)
        self.assertEqual(done.stats["totals"]["events"]["late"], 0)
        self.assertEqual(done.stats["totals"]["events"]["delivered"], 300)
        packed = self.folder / "R1.jsonl.gz"
        packed.write_bytes(gz(shared.read_bytes()))
        self.assertEqual(self.scan([], packed, code=0).stats["totals"]["events"],
                         done.stats["totals"]["events"])


class TwoPasses(OrderCase):
    def test_it_is_said_that_everything_was_read_twice(self):
        options, logs = self.corpora["owa"]
        text = (logs / "EX01/u_1.log").read_text(encoding="utf-8").splitlines(True)
        path = self.write("twice/u_1.log", "".join(text[:3] + text[500:] + text[3:500]))
        done = run("scan", *options, "--rules", self.rules, path, check=1)
        self.assertIn("All logs were read twice: 1 file is not in order of time", done.out)
        self.assertIn("tocsin: 1 file is not in order of time: everything is read again", done.err)
        self.assertEqual(done.out.count("All logs were read twice"), 1)
        quiet = run("scan", "-q", *options, "--rules", self.rules, path, check=1)
        self.assertEqual(quiet.err, "")

    def test_pseudonyms_are_those_of_one_reading(self):
        options, logs = self.corpora["owa"]
        packed = self.folder / "redacted"
        lines = (logs / "EX01/u_1.log").read_text(encoding="utf-8").splitlines(True)
        self.write("redacted/u_1.log", "".join(lines[:3] + lines[-1:] + lines[3:-1]))
        whole = self.write("in-order/u_1.log", "".join(lines))
        twice = run("scan", "-q", "-f", "json", "--redact", *options, "--rules", self.rules, packed)
        once = run("scan", "-q", "-f", "json", "--redact", *options, "--rules", self.rules, whole)
        self.assertEqual(lines_of(twice.out)[-1]["tocsin"]["passes"], 2)
        self.assertEqual(told(twice.out), told(once.out))


class Early(OrderCase):
    """A run is made long by stopping it for a while: the clock goes on."""

    def stopped_for_a_while(self, path, *options):
        for attempt in range(8):
            scan = subprocess.Popen([os.environ["TOCSIN"], "scan", "-f", "json", "-j", "1", *SITE,
                                     *options, "--rules", str(self.rules), str(path)],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(0.03 + 0.03 * attempt)
            scan.send_signal(signal.SIGSTOP)
            time.sleep(1.2)
            scan.send_signal(signal.SIGCONT)
            out, err = (part.decode() for part in scan.communicate(timeout=300))
            self.assertEqual(scan.returncode, 1)
            if "tocsin: early: " in err:
                return out, err
        self.fail("it was never stopped at the right time")

    def test_grave_findings_are_told_while_it_runs(self):
        path = self.write("long/u_1.log", HEAD + "".join(owa_lines(4, 60000)))
        out, err = self.stopped_for_a_while(path)
        lines = [line for line in err.splitlines() if line.startswith("tocsin: early: ")]
        self.assertRegex(lines[0], r"^tocsin: early: 2011-03-\S+ (medium|high|critical) incident \S+: \S")
        self.assertNotIn("read again", err)
        self.assertNotIn("early", out)
        quiet = run("scan", "-q", "-f", "json", *SITE, "--rules", self.rules, path)
        self.assertEqual(out, quiet.out)

    def test_they_are_taken_back_when_all_is_read_again(self):
        lines = owa_lines(4, 60000)
        path = self.write("void/u_1.log", HEAD + "".join(lines[100:] + lines[:100]))
        out, err = self.stopped_for_a_while(path)
        self.assertIn("everything is read again; findings told early were provisional", err)
        quiet = run("scan", "-q", "-f", "json", *SITE, "--rules", self.rules, path)
        self.assertEqual(out, quiet.out)


class Bounds(OrderCase):
    def test_hundreds_of_rules_that_match_every_line(self):
        one = ("title: r{0}\nname: r{0}\nlogsource: {{category: webserver}}\n"
               "detection:\n  s: {{sc-status: 200}}\n  condition: s\nlevel: informational\n")
        rules = self.write("hundreds.yml", "---\n".join(one.format(i) for i in range(400)))
        padding = "A" * 400
        lines = [f"{clock(i)} 10.1.0.11 GET /{padding} - 443 - 192.0.2.{i % 9} {padding}{i} 200 0 0 1\n"
                 for i in range(400)]
        self.write("hits/u_1.log", HEAD + "".join(lines))
        outs = set()
        for jobs, block in ((1, "1M"), (4, "1M"), (4, "4K")):
            done = run("scan", "-q", "-f", "json", "--min-level", "informational", "--no-default-rules",
                       "--rules", rules, "-j", jobs, "--block-size", block, self.folder / "hits")
            self.assertEqual(done.err, "")
            self.assertIn(done.returncode, (0, 1))
            outs.add(done.out)
        self.assertEqual(len(outs), 1)

    def make_unsorted(self):
        path = self.folder / "unsorted/u_1.log"
        if not path.exists():
            lines = owa_lines(9, 90000)
            self.write("unsorted/u_1.log", HEAD + "".join(lines[45000:] + lines[:45000]))
        return path

    def test_a_temporary_folder_that_cannot_be_written_is_told_before_the_scan(self):
        path = self.make_unsorted()
        done = run("scan", "-q", "-f", "json", "--rules", self.rules, path,
                   env={"TMPDIR": "/no such folder"}, check=2)
        self.assertEqual(done.out, "")
        self.assertIn("cannot write a temporary file in '/no such folder': No such file or directory; "
                      "set TMPDIR to a folder with room", done.err)

    def test_a_full_disk_is_never_nothing_found(self):
        path = self.make_unsorted()

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))
        done = subprocess.run([os.environ["TOCSIN"], "scan", "-q", "-f", "json", "--min-level", "critical",
                               "--rules", self.rules, path], capture_output=True, check=False,
                              preexec_fn=limit, timeout=300, env=dict(os.environ, TMPDIR=str(self.folder)))
        self.assertIn(done.returncode, (1, 3), done.stderr)
        self.assertIn(b"TMPDIR", done.stderr)
        summary = lines_of(done.stdout.decode())[-1]["tocsin"]
        self.assertTrue(summary["incomplete"])
        self.assertTrue(any("TMPDIR" in p["text"] for p in summary["problems"]), summary["problems"])

    def test_with_room_the_same_is_complete(self):
        path = self.make_unsorted()
        done = self.scan([], path)
        self.assertGreater(done.stats["spilled_bytes"], 0)
        self.assertFalse(lines_of(done.out)[-1]["tocsin"]["incomplete"])
        self.assertGreater(len(finals(lines_of(done.out))), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
