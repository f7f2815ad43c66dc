"""Inputs that once came out wrong, from a folder beside the repository; skipped in words without it.

  test_cases.py [FOLDER] [NAME...]

FOLDER (default: ../shared/cases beside the repository, or $TOCSIN_SHARED/cases) holds INDEX.md, the inputs and
hostile/hostile.py with its attacks, which want the example that `tocsin-simulate` makes. NAMEs choose cases.
Without NAMEs the attacks that take minutes are left out, unless TOCSIN_CASES=all is set.

Each line told is "ok" or "FAIL" with what was seen; exit 1 if one failed. OPEN names inputs that still come out
wrong: they are told as "open", and fail the test as soon as they come out right, so that the list stays true.
"""
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOCSIN = os.environ.get("TOCSIN", str(ROOT / "build/dev/tocsin"))
SIMULATE = os.environ.get("TOCSIN_SIMULATE", str(ROOT / "build/dev/tocsin-simulate"))
# The addresses' undefined behaviour shows in a sanitised build only; any build must not fall.
SANITISED = os.environ.get("TOCSIN_ASAN", TOCSIN)


class Run:
    """A scan, or another command, of one input: its exit status, JSON lines, books and words."""

    def __init__(self, scratch, *arguments):
        stats = scratch / "stats.json"
        stats.unlink(missing_ok=True)
        done = subprocess.run([TOCSIN, *map(str, arguments), *(["--stats", stats] if arguments[0] == "scan" else [])],
                              capture_output=True, timeout=300, check=False,
                              env=dict(os.environ, LC_ALL="C.UTF-8", COLUMNS="80"))
        self.status = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.words = re.sub(r"\s+", " ", self.out + done.stderr.decode("utf-8"))
        self.books = json.loads(stats.read_bytes()) if stats.exists() else None

    def states(self):
        return [source["state"] for source in self.books["sources"]]

    def events(self, which):
        return self.books["totals"]["events"][which]


# -- cases: (passed, what was seen) ------------------------------------------------------------

def header_only(folder, scratch):
    """11: a sound, empty log: said so; no 'no log', no advice to log cs-username."""
    run = Run(scratch, "scan", folder / "11-iis-header-only.log")
    wrong = [words for words in ("no log that can be read", "cs-username") if words in run.words]
    return not wrong and run.states() == ["empty"], f"states {run.states()}, says {wrong}"


def events_of(folder, scratch, name, *options):
    """What parse says of the input, one object per event."""
    run = Run(scratch, "parse", *options, folder / name)
    return [json.loads(line) for line in run.out.splitlines()]


def at(event, dotted):
    """The member of that dotted name; None where there is none."""
    for part in dotted.split("."):
        event = event.get(part) if isinstance(event, dict) else None
    return event


def field(name, wanted, *options, row=0, count=None):
    """A case: these fields of the row have these values, and (with `count`) there are so many rows."""
    def case(folder, scratch):
        events = events_of(folder, scratch, name, *options)
        seen = {path: at(events[row], path) if row < len(events) else None for path in wanted}
        return seen == wanted and count in (None, len(events)), f"{len(events)} events, {seen}"
    case.__doc__ = f"{name}: {wanted}"
    return case


def all_columns(folder, scratch):
    """18: every IIS field and X-Forwarded-For, no header: read, 23 columns."""
    events = events_of(folder, scratch, "18-iis-all-fields-xff-headerless.log")
    columns = [len(event["tocsin"]["native"]) for event in events]
    return columns == [23, 23], f"columns of each event: {columns}"


def all_elements(name):
    """A case: as many events are read as the text has elements <Event>."""
    def case(folder, scratch):
        there = len(re.findall(r"<Event[ >]", (folder / name).read_text(encoding="utf-8")))
        read = len(events_of(folder, scratch, name))
        return read == there, f"{read} of {there} events"
    case.__doc__ = f"{name}: text before the first <Event>: all are read"
    return case


def utc_word(folder, scratch):
    """59: SystemTime with the word UTC: three events with their times."""
    times = [event["@timestamp"] for event in events_of(folder, scratch, "59-xml-systemtime-utc-word.xml")]
    return len(times) == 3 and None not in times, f"times {times}"


def sentinel(folder, scratch):
    """62: twelve resets by one actor as Sentinel writes them: an incident."""
    run = Run(scratch, "scan", "-q", "-f", "json", "--fail-level", "medium",
              folder / "62-json-sentinel-securityevent.jsonl")
    return run.status == 1 and '"incident"' in run.out, f"exit {run.status}"


def zoned(folder, scratch):
    """73: EventTime without a zone, @timestamp with one: the latter."""
    times = [event["@timestamp"] for event in events_of(folder, scratch, "73-json-nxlog-two-times.jsonl")]
    return bool(times) and all(str(time).startswith("2024-05-02T06:00:5") for time in times), f"times {times}"


def shared_id(folder, scratch):
    """87: an id in the global document: two rules, each of which matches."""
    run = Run(scratch, "match", "--rules", folder / "87-global-shared-id.yml", folder / "87-global-shared-id.jsonl")
    return len(run.out.splitlines()) == 2, f"exit {run.status}, {len(run.out.splitlines())} matches"


def attributes(folder, scratch):
    """Attributes of UserData are values; an element named like one of System is kept beside it."""
    events = events_of(folder, scratch, "userdata-attributes.xml")
    native = events[0]["tocsin"]["native"] if events else {}
    values = list(native.values())
    return (native.get("EventID") == "1108" and "15007" in values and "4647" in values,
            f"EventID {native.get('EventID')}, 15007: {'15007' in values}, 4647: {'4647' in values}")


def short_header(folder, scratch):
    """Rows wider than the header: rejected by reason, never stretched into the last column."""
    run = Run(scratch, "scan", folder / "w3c-short-header.log")
    records = run.books["totals"]["records"]
    return records["accepted"] == 0 and run.status == 3, f"exit {run.status}, accepted {records['accepted']}"


def unsorted(folder, scratch):
    """R1: an unsorted export: no event late, and the same found as with the same bytes in gzip."""
    path = folder / "R1-unsorted-export.jsonl"
    packed = scratch / "R1-unsorted-export.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    plain, gz = (Run(scratch, "scan", "-q", "-f", "json", each) for each in (path, packed))
    found = [[json.loads(line)["event"].get("id") for line in run.out.splitlines()] for run in (plain, gz)]
    late = plain.events("late")
    return (late == 0 and plain.status == gz.status and found[0] == found[1],
            f"late {late}, exits {plain.status} and {gz.status}, alerts {len(found[0])} and {len(found[1])}")


def resets(folder, scratch):
    """R5: 25 accounts reset by one actor: the incident names 25."""
    run = Run(scratch, "scan", "-q", "-f", "json", "--fail-level", "medium", folder / "R5-25-resets.jsonl")
    finals = [line for line in map(json.loads, run.out.splitlines())
              if line["tocsin"].get("incident", {}).get("transition") == "final"]
    named = max((len(final["tocsin"]["mailboxes"]) for final in finals), default=0)
    return run.status == 1 and named == 25, f"exit {run.status}, the incident names {named}"


CASES = {"11": header_only, "R1": unsorted, "R5": resets, "18": all_columns, "59": utc_word, "62": sentinel,
         "73": zoned, "87": shared_id, "userdata-attributes": attributes, "w3c-short-header": short_header,
         "13": field("13-tmg-webproxy-tabs.w3c",
                     {"url.path": "/owa/", "url.query": "ae=Folder", "tocsin.protocol": "owa"}),
         "16": field("16-iis-crcrlf.log", {"tocsin.native.time-taken": "7"}, count=2),
         "19": field("19-iis-native.log", {"tocsin.protocol": "owa", "user.name": "anna",
                                           "http.response.status_code": 200}, count=2),
         "24": field("24-iis-client-ip-other-names.log", {"source.ip": "203.0.113.21"}, "--proxy", "10.9.0.0/16", row=1),
         "67": field("67-json-splunk-export.json", {"user.name": "help", "user.target.name": "anna"}, count=2),
         "64": field("64-json-evtxtoelk-data-object.jsonl", {"user.name": "help", "user.target.name": "anna"}),
         "msgtrk-send-host": field("msgtrk-send-host.log", {"host.name": "ex1"}),
         **{name[:2]: all_elements(name) for name in ("46-xml-evtxexport-banner.xml",
                                                      "58-xml-evtxdump-record-lines.xml")},
         "56": field("56-clixml.xml", {"event.code": "4724", "host.name": "dc1.corp.example"}, count=1),
         "66": field("66-json-getwinevent.json", {"user.name": "help", "user.target.name": "anna"}, count=2)}


OPEN = set()
# Attacks that take minutes where nothing is optimised.
SLOW = {"many_mailboxes", "hits_memory", "fault_fstat", "many_files"}


def tell(name, passed, seen):
    """Prints the case's line; false if it is a failure."""
    if name in OPEN and passed:
        seen = f"comes out right now: take it out of OPEN ({seen})"
    sound = passed != (name in OPEN)
    print("FAIL" if not sound else "ok  " if passed else "open", name, "-", seen, flush=True)
    return sound


def attacks(folder, scratch, wanted):
    """The lines of hostile.py; True if all passed."""
    program = folder / "hostile" / "hostile.py"
    known = re.findall(r"^CASES = \[(.*)\]", program.read_text(encoding="utf-8"), re.M)
    names = [name for name in re.split(r",\s*", known[0]) if not wanted or name in wanted]
    if not wanted and os.environ.get("TOCSIN_CASES") != "all":
        print("left out without TOCSIN_CASES=all:", ", ".join(name for name in names if name in SLOW), flush=True)
        names = [name for name in names if name not in SLOW]
    if not names:
        return True
    example = scratch / "example"
    subprocess.run([SIMULATE, "--profile", "march2011", "--out", str(example)], check=True, timeout=300)
    done = subprocess.run([sys.executable, str(program), *names], check=False, timeout=3600,
                          env=dict(os.environ, TOCSIN=TOCSIN, ASAN=SANITISED, EXAMPLE=str(example)))
    return done.returncode == 0


def main():
    default = pathlib.Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "cases"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    wanted = sys.argv[2:]
    if not (folder / "INDEX.md").is_file():
        print(f"skipped: {folder} holds no cases")
        return 77
    with tempfile.TemporaryDirectory(prefix="tocsin-cases-") as scratch:
        scratch = pathlib.Path(scratch)
        passed = [tell(name, *case(folder, scratch)) for name, case in sorted(CASES.items())
                  if not wanted or name in wanted]
        passed.append(attacks(folder, scratch, wanted))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
