"""Columns of W3C logs without a header: read right or refused, never shifted.

Logs of every order and subset of the columns that IIS can log are drawn at random (seeded) from two unlike sites. Of
each the columns that were read are held against those that were written. Figures are printed. IIS's own order and the
subsets that are in use must be read, not refused.
"""
import gzip
import json
import os
import random
import unittest

from harness import Case, addresses, finals, lines_of, mailbox_names, run, simulate
from w3c_sites import IIS8, MATTERS, ORDER, Busy, Quiet, rows

SEED = int(os.environ.get("TOCSIN_W3C_SEED", "0"))
DRAWN = int(os.environ.get("TOCSIN_W3C_DRAWN", "500"))
ROWS = 200
FEW = (1, 2, 3, 5, 10, 19, 20, 31, 40)
# What is in use: the defaults of IIS 6, 7, 8 and 10, and what administrators add to them.
ADDED = ((), ("X-Forwarded-For",), ("cs-host",), ("sc-bytes", "cs-bytes"), ("cs-version",), ("cs(Cookie)",),
         ("s-sitename",), ("s-computername",), ("cs-host", "X-Forwarded-For"), ("cs-version", "cs-host"),
         ("sc-bytes", "cs-bytes", "cs-version", "cs-host", "X-Forwarded-For"))
IIS7 = [f for f in IIS8 if f != "cs(Referer)"]
IIS6 = ["date", "time", "s-sitename"] + [f for f in IIS7[2:] if f != "time-taken"]
SITES = ((Busy, False), (Busy, True), (Quiet, False), (Quiet, True))


def in_order(fields):
    return sorted(fields, key=ORDER.index)


class Log:
    def __init__(self, name, fields, site, count=ROWS):
        self.name, self.fields, self.site, self.count = name, fields, site, count


class Columns(Case):
    def written(self, logs):
        """The stats of each log's source, by name."""
        folder = self.folder / "drawn"
        for path in folder.glob("*"):
            path.unlink()
        for log in logs:
            text = "\n".join(" ".join(row) for row in rows(log.site, log.fields, log.count))
            self.write(f"drawn/{log.name}.log", text + "\n")
        run("parse", "-q", "-o", os.devnull, "--stats", self.folder / "stats.json", folder)
        books = json.loads((self.folder / "stats.json").read_text(encoding="utf-8"))
        return {source["path"].rsplit("/", 1)[1][:-4]: source for source in books["sources"]}

    def verdict(self, log, source):
        if source is None or source["state"] != "read":
            return "refused"
        if "columns" not in source:
            return "wrong"
        named = source["columns"]["lists"][0].split(" ")
        same = len(named) == len(log.fields) and all(
            name == field or (name == "-" and field not in MATTERS) for name, field in zip(named, log.fields))
        return "read" if same and source["records"]["accepted"] == log.count else "wrong"

    def figures(self, what, logs):
        sources = self.written(logs)
        verdicts = [self.verdict(log, sources.get(log.name)) for log in logs]
        counts = {v: verdicts.count(v) for v in ("read", "refused", "wrong")}
        print(f"{what}: {len(logs)} drawn, {counts['read']} read right, {counts['refused']} refused, "
              f"{counts['wrong']} wrong", flush=True)
        for log, verdict in zip(logs, verdicts):
            if verdict == "wrong":
                print("  wrong:", " ".join(log.fields), "\n  read: ",
                      sources[log.name].get("columns"), sources[log.name]["records"])
            if verdict == "refused" and os.environ.get("TOCSIN_W3C_REFUSED"):
                print("  refused:", type(log.site).__name__, " ".join(log.fields), sources.get(log.name, {}).get("mend"))
        self.assertEqual(counts["wrong"], 0)
        return counts["read"] / len(logs)

    def drawn(self, seed, arrange, counts=(ROWS,)):
        dice = random.Random(seed)
        logs = []
        for i in range(DRAWN):
            kind, balanced = SITES[i % len(SITES)]
            fields = dice.sample(ORDER, dice.randint(4, len(ORDER)))
            if dice.random() < 0.9:
                fields = list(dict.fromkeys(["date", "time", *fields]))
                dice.shuffle(fields)
            logs.append(Log(f"d{i}", arrange(fields), kind(random.Random(dice.random()), balanced,
                                                                  dice.random() < 0.25),
                            dice.choice(counts)))
        return logs

    def test_any_order_and_subset(self):
        self.figures("any order, any subset", self.drawn(SEED + 1, list))

    def test_any_subset_in_the_order_of_iis(self):
        self.figures("order of IIS, any subset", self.drawn(SEED + 2, in_order))

    def test_any_order_of_most_columns(self):
        def most(fields):
            return fields + [f for f in ORDER if f not in fields and f not in ("s-sitename", "cs(Cookie)")]
        self.figures("any order, most columns", self.drawn(SEED + 3, most))

    def test_few_rows(self):
        """A fragment shows less: it is refused more often, but not read wrongly."""
        self.figures("any order, any subset, few rows", self.drawn(SEED + 5, list, FEW))
        self.figures("order of IIS, any subset, few rows", self.drawn(SEED + 6, in_order, FEW))

    def test_two_columns_that_changed_places(self):
        """In the order of IIS but for two columns: nearly all is where it belongs. The rows of a busy site show it."""
        dice, logs = random.Random(SEED + 4), []
        for i in range(DRAWN):
            fields = in_order(set(IIS8) | set(dice.choice(ADDED)) | set(dice.choice(ADDED)))
            a, b = dice.sample(range(len(fields)), 2)
            if {fields[a], fields[b]} == {"sc-bytes", "cs-bytes"}:
                continue  # one looks like the other
            fields[a], fields[b] = fields[b], fields[a]
            logs.append(Log(f"s{i}", fields, Busy(random.Random(dice.random()), False)))
        self.figures("order of IIS but for two columns", logs)

    def test_subsets_in_use_are_read(self):
        logs = []
        for base in (IIS6, IIS7, IIS8, ORDER[:-1], ORDER):
            for added in ADDED:
                for k, (kind, balanced) in enumerate(SITES):
                    fields = in_order(set(base) | set(added))
                    logs.append(Log(f"u{len(logs)}", fields, kind(random.Random(len(logs)), balanced)))
        self.assertGreaterEqual(self.figures("order of IIS, subsets in use", logs), 0.95)

    def test_what_one_client_says_of_itself_teaches_nobody(self):
        """Whoever comes alone after midnight fills the head: his agent looks like another field."""
        agents = ("https://mail.example.com/a", "HTTP/1.1", "mail.example.com", "a=1;+b=2", "EX01", "192.0.2.7", "443", "/owa/")
        for base in (IIS7, IIS8):
            for agent in agents:
                for referer in ("-", "https://mail.example.com/owa/"):
                    given = {"cs(User-Agent)": agent, "cs(Referer)": referer}
                    lines = [" ".join("198.51.100.66" if f == "c-ip" else given.get(f, v) for f, v in zip(base, row))
                             for row in rows(Quiet(random.Random(3), False), base, ROWS)]
                    (self.folder / "x.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
                    run("parse", "-q", "-o", os.devnull, "--stats", self.folder / "x.json", self.folder / "x.log")
                    source = json.loads((self.folder / "x.json").read_text(encoding="utf-8"))["sources"][0]
                    if source["state"] == "read":
                        named = source["columns"]["lists"][0].split(" ")
                        wrong = [f for n, f in zip(named, base) if n not in (f, "-") or (n == "-" and f in MATTERS)]
                        self.assertEqual((wrong, len(named)), ([], len(base)), given)

    def headerless(self, name, count):
        dice = random.Random(5)
        return "".join(" ".join(row) + "\n" for row in rows(Busy(dice, False), name, count)).encode()

    def test_a_first_part_that_was_cut_compressed_or_piped(self):
        """The first line is the rest of one, the header is lost; packed, or from standard input, it is the same."""
        text = b"8.51.9.9 Mozilla/5.0+(X11) - 200 0 0 31\n" + self.headerless(IIS8, 3000)
        paths = {"plain.log": text, "packed.log.gz": gzip.compress(text)}
        for name, data in paths.items():
            (self.folder / name).write_bytes(data)
        seen = []
        for arguments, data in (([self.folder / "plain.log"], None), ([self.folder / "packed.log.gz"], None), (["-"], text)):
            done = run("parse", "-q", "-o", self.folder / "events", "--stats", self.folder / "stats.json", *arguments,
                       stdin=data)
            source = json.loads((self.folder / "stats.json").read_text(encoding="utf-8"))["sources"][0]
            self.assertEqual(source["columns"]["lists"], [" ".join(IIS8)], done.err)
            events = [e["tocsin"]["native"] for e in lines_of((self.folder / "events").read_text(encoding="utf-8"))]
            seen.append((source["records"], events))
        self.assertEqual(seen[0][0]["accepted"], 3000)
        self.assertEqual(seen[0][0]["rejected"], {"no_header": 1})
        self.assertEqual([dict(zip(IIS8, row)) for row in rows(Busy(random.Random(5), False), IIS8, 3000)][:9],
                         [{k: "-" if v is None else v for k, v in event.items()} for event in seen[0][1][:9]])
        self.assertTrue(seen[0] == seen[1] == seen[2])

    def test_a_lost_header_loses_no_finding(self):
        """The example with and without the '#' lines of its web logs: the same incidents, and it is told why."""
        simulate(self.folder / "example")
        found = []
        for strip in (False, True):
            for path in (self.folder / "example/logs").rglob("*.log"):
                if strip:
                    path.write_bytes(b"".join(line for line in path.read_bytes().splitlines(True)
                                              if not line.startswith(b"#")))
            lines = lines_of(run("scan", "-f", "json", "--internal", "10.0.0.0/8", self.folder / "example/logs").out)
            found.append([(a["tocsin"]["level"], mailbox_names(a), addresses(a)) for a in finals(lines)])
            told = lines[-1]["tocsin"]["columns"]
            self.assertEqual(bool(told), strip)
        self.assertTrue(found[0])
        self.assertEqual(found[0], found[1])
        self.assertTrue(all(entry["by"] == "shapes" and entry["rows"] for entry in told))
        text = " ".join(run("scan", "--internal", "10.0.0.0/8", self.folder / "example/logs").out.split())
        self.assertIn("without a #Fields line", text)
        self.assertIn("read by the shapes of", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
