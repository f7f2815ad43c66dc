"""Inputs that once came out wrong, from a folder beside the repository; skipped in words without it.

  test_cases.py [FOLDER] [NAME...]

FOLDER (default: ../shared/cases beside the repository, or $TOCSIN_SHARED/cases) holds INDEX.md, the inputs and
hostile/hostile.py with its attacks, which want the example that `tocsin-simulate` makes. NAMEs choose cases.
Each line told is "ok" or "FAIL" with what was seen; exit 1 if one failed.
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


def not_understood(name):
    def case(folder, scratch):
        run = Run(scratch, "scan", folder / name)
        parsed = Run(scratch, "parse", folder / name)
        named = name in run.words and "looks like" in run.words
        silent = not parsed.words.strip()
        return (run.status not in (0, 2) and named and not silent and parsed.status != 0,
                f"scan exits {run.status}, names the file and what it looks like: {named}; "
                f"parse exits {parsed.status}, silent: {silent}")
    case.__doc__ = f"{name}: not understood: named with what it looks like, exit status not 0, parse not silent"
    return case


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
    run = Run(scratch, "scan", "-q", "-f", "json", folder / "R5-25-resets.jsonl")
    finals = [line for line in map(json.loads, run.out.splitlines())
              if line["tocsin"].get("incident", {}).get("transition") == "final"]
    named = max((len(final["tocsin"]["mailboxes"]) for final in finals), default=0)
    return run.status == 1 and named == 25, f"exit {run.status}, the incident names {named}"


CASES = {"11": header_only, "R1": unsorted, "R5": resets,
         **{name[:2]: not_understood(name) for name in ("19-iis-native.log", "56-clixml.xml",
                                                        "66-json-getwinevent.json", "67-json-splunk-export.json")}}


def tell(name, passed, seen):
    print("ok  " if passed else "FAIL", name, "-", seen, flush=True)
    return passed


def attacks(folder, scratch, wanted):
    """The lines of hostile.py; True if all passed."""
    program = folder / "hostile" / "hostile.py"
    known = re.findall(r"^CASES = \[(.*)\]", program.read_text(encoding="utf-8"), re.M)
    names = [name for name in re.split(r",\s*", known[0]) if not wanted or name in wanted]
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
