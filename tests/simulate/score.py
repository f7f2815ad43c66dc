#!/usr/bin/env python3
"""How good tocsin is on organisations that nobody has seen.

Seeds come from the hash of the commit, so they are new with each. Each organisation is made, scanned with what
the site would know about itself, scored and deleted; then a table is printed (docs/detection-quality.md says what
it means). Half of the organisations are clean.
"""
import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import subprocess
import sys

import score_paired
import score_run
import score_table

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAMILIES = ["A1", "A2", "A1", "A3", "A4", "A1", "A5", "A6", "A1", "A7", "A9", "A11", "A1+A10"]


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build/release"), help="where tocsin and tocsin-sim are")
    parser.add_argument("--tocsin", help="another tocsin than that of the build")
    parser.add_argument("--seeds", type=int, default=24, help="how many organisations (24)")
    parser.add_argument("--base", help="derive the seeds from this instead of the commit's hash")
    parser.add_argument("--mailboxes", type=int, default=150)
    parser.add_argument("--days", type=int, default=58)
    parser.add_argument("--learn-days", type=int, default=28)
    parser.add_argument("--families", help="comma-separated, one for each organisation in turn; none is one")
    parser.add_argument("--odd", help="comma-separated, one for each organisation in turn: what happens once in years")
    parser.add_argument("--every-trap", action="store_true", help="rare harmless events more often than natural")
    parser.add_argument("--options", default="", help="more options of tocsin-sim, separated by blanks")
    parser.add_argument("--accounts", action="store_true", help="the site gives the names of each mailbox")
    parser.add_argument("--no-naive", action="store_true", help="without the detector to compare with")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", help="keep the organisations below this folder; one that is there is not made again")
    parser.add_argument("--work", help="make them below this folder")
    parser.add_argument("--paired", metavar="NAME,...", help="the same seeds under harder conditions too: all, or of "
                        + " ".join(score_paired.VARIANTS))
    parser.add_argument("-o", "--output", help="write all of it as JSON")
    return parser.parse_args()


def commit():
    return subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], check=True, capture_output=True,
                          text=True).stdout.strip()


def seed_of(base, number):
    return int(hashlib.sha256(f"{base} {number}".encode()).hexdigest()[:12], 16)


def families_of(arguments):
    if arguments.families:
        return arguments.families.split(",")
    return [family for attacked in FAMILIES for family in ("none", attacked)]


def jobs_of(arguments):
    build = pathlib.Path(arguments.build)
    base = arguments.base or commit()
    tocsin = arguments.tocsin or str(build / "tocsin")
    families = families_of(arguments)
    odd = arguments.odd.split(",") if arguments.odd else []
    usage = subprocess.run([tocsin, "scan", "--help"], capture_output=True, text=True).stdout
    extra = arguments.options.split() + ([] if arguments.every_trap else ["--natural-rates"])
    for number in range(arguments.seeds):
        yield {"seed": seed_of(base, number), "family": families[number % len(families)],
               "sim": str(build / "tocsin-sim"), "tocsin": tocsin, "mailboxes": arguments.mailboxes,
               "days": arguments.days, "learn_days": arguments.learn_days, "accounts": arguments.accounts,
               "options": extra + (["--odd", odd[number % len(odd)]] if odd else []),
               "naive": not arguments.no_naive, "responses": "--response-since" in usage,
               "keep": arguments.keep, "work": arguments.work}


def mapper(pool):
    """Runs jobs in order, and says how far it is."""
    def work(jobs):
        results, jobs = [], list(jobs)
        for result in pool.map(score_run.run, jobs):
            results.append(result)
            if sys.stderr.isatty():
                print(f"\r{len(results)} of {len(jobs)}", end="", file=sys.stderr)
        return results
    return work


def paired(arguments, work):
    names = list(score_paired.VARIANTS) if arguments.paired == "all" else arguments.paired.split(",")
    for name in names:
        if name not in score_paired.VARIANTS:
            sys.exit(f"no condition is called {name}: " + " ".join(score_paired.VARIANTS))
    return {"paired": score_paired.run(names, list(jobs_of(arguments)), work)}


def main():
    arguments = options()
    if arguments.keep:
        pathlib.Path(arguments.keep).mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ProcessPoolExecutor(arguments.jobs) as pool:
        work = mapper(pool)
        if arguments.paired:
            result = paired(arguments, work)
        else:
            organisations = work(jobs_of(arguments))
            result = {"summary": score_table.overview(organisations), "organisations": organisations}
    if arguments.output:
        pathlib.Path(arguments.output).write_text(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
