#!/usr/bin/env python3
"""Golden tests: every folder below cases/ is one.

`command` holds the arguments of tocsin, one line per run, with the case's folder as the working directory;
`expected` holds what all runs print to standard output, one after the other. Figures that differ from run
to run (seconds, memory) are replaced by a mark before comparing. `--update` rewrites `expected`: read the
difference before you commit it.
"""
import argparse
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys

CASES = pathlib.Path(__file__).resolve().parent / "cases"
CHANGING = [(re.compile(r"\d+(\.\d+)? (s|MiB|MB/s)\b"), r"<n> \2"),
            (re.compile(r'"(seconds|peak_rss_bytes)":[0-9.e+-]+'), r'"\1":0')]


def run_case(folder, program):
    text = ""
    environment = dict(os.environ, LC_ALL="C.UTF-8", COLUMNS="80", TZ="America/New_York")
    for line in (folder / "command").read_text(encoding="utf-8").splitlines():
        done = subprocess.run([program, *shlex.split(line)], cwd=folder, env=environment,
                              capture_output=True, check=False, timeout=120)
        text += f"$ tocsin {line}\n" + done.stdout.decode("utf-8") + f"[exit {done.returncode}]\n"
        text += done.stderr.decode("utf-8")
    for pattern, mark in CHANGING:
        text = pattern.sub(mark, text)
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tocsin", default=os.environ.get("TOCSIN"), required="TOCSIN" not in os.environ)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    passed = failed = 0
    for folder in sorted(p for p in CASES.iterdir() if p.is_dir()):
        found, path = run_case(folder, options.tocsin), folder / "expected"
        if options.update:
            path.write_text(found, encoding="utf-8")
        wanted = path.read_text(encoding="utf-8") if path.exists() else ""
        if found == wanted:
            passed += 1
            continue
        failed += 1
        sys.stdout.writelines(difflib.unified_diff(
            wanted.splitlines(True), found.splitlines(True), f"{folder.name}/expected", "found"))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
