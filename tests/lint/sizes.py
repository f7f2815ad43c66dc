#!/usr/bin/env python3
"""Refuses files over 900 lines and functions over 70 (pmccabe counts the latter)."""
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_STOP, FUNCTION_STOP = 900, 70


def main():
    files = subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=ROOT, text=True,
                           capture_output=True, check=True).stdout.split()
    problems = []
    for name in files:
        lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
        if lines > FILE_STOP:
            problems.append(f"{name}: {lines} lines, {FILE_STOP} is the stop")
    if shutil.which("pmccabe"):
        sources = [f for f in files if f.endswith(".c") and not f.startswith("tests/unit/")]
        rows = subprocess.run(["pmccabe", *sources], cwd=ROOT, text=True, capture_output=True,
                              check=False).stdout
        for row in rows.splitlines():
            columns = row.split("\t")
            if len(columns) >= 6 and int(columns[4]) > FUNCTION_STOP:
                problems.append(f"{columns[5]}: {columns[4]} lines in one function")
    else:
        print("sizes: pmccabe is not installed, functions were not measured")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
