#!/usr/bin/env python3
"""Refuses C files over 500 lines and functions over 50 (pmccabe counts the latter).

  sizes.py             the problems, and how long the functions of the product are: median, 9 of 10, longest
  sizes.py --list      besides, what is near the stops

The goal for the product is 10, 22 and 50. ROWS names the functions that may be longer, all of them in tests,
because they are a table of rows with a loop behind it: parted they would not be easier to read.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_STOP, FUNCTION_STOP = 500, 50
FILE_NEAR, FUNCTION_NEAR = 400, 40
PRODUCT = ("detector/", "parsers/")
NAMED = re.compile(r"^Test\((\w+), (\w+)")

ROWS = {
    "tests/unit/base/test_ip.c": ["networks_are_read_and_host_bits_reported",
                                  "private_ranges_end_where_the_rfcs_say"],
    "tests/unit/base/test_json_reader.c": ["refuses_what_the_grammar_does_not_allow"],
    "tests/unit/base/test_time.c": ["what_is_no_iso_form_is_refused"],
    "tests/unit/base/test_utf8_fold.c": ["catalogue_keys"],
    "tests/unit/enrich/test_ecs.c": ["a_web_request"],
    "tests/unit/enrich/test_language.c": ["tags_and_identifiers_have_classes"],
    "tests/unit/enrich/test_message.c": ["rows_are_system_messages_of_our_mailboxes_or_nothing"],
    "tests/unit/enrich/test_protocol.c": ["paths_have_classes"],
    "tests/unit/output/samples.c": ["sample_summary"],
    "tests/unit/output/test_formats.c": ["json_has_every_key_of_the_contract"],
    "tests/unit/sigma/test_regex_literal.c": ["what_a_match_cannot_do_without"],
    "tests/unit/sigma/test_reject.c": ["correlations"],
}


def functions_of(files):
    """(lines, file, first line, name) of every function."""
    rows = subprocess.run(["pmccabe", *files], cwd=ROOT, text=True, capture_output=True, check=False).stdout
    for row in rows.splitlines():
        columns = row.split("\t")
        match = re.match(r"(.*)\((\d+)\): (.*)", columns[5]) if len(columns) >= 6 else None
        if match is None:
            continue
        name, first, function = match.group(1), int(match.group(2)), match.group(3)
        test = NAMED.match((ROOT / name).read_text(encoding="utf-8").splitlines()[first - 1])
        yield int(columns[4]), name, first, test.group(2) if test else function


def files_over(files, stop):
    """(lines, file) of every file over so many lines."""
    sized = ((len((ROOT / name).read_text(encoding="utf-8").splitlines()), name) for name in files)
    return [(lines, name) for lines, name in sized if lines > stop]


def problems_of(files, functions):
    """What is over the stops, and exceptions that excuse nothing."""
    excused = {(name, function) for name, listed in ROWS.items() for function in listed}
    long = {(name, function): (lines, first) for lines, name, first, function in functions
            if lines > FUNCTION_STOP}
    yield from (f"{name}: {lines} lines, {FILE_STOP} is the stop"
                for lines, name in files_over(files, FILE_STOP))
    yield from (f"{name}:{first}: {function}: {lines} lines, {FUNCTION_STOP} is the stop"
                for (name, function), (lines, first) in sorted(long.items())
                if (name, function) not in excused)
    yield from (f"{name}: the exception {function} excuses nothing any more"
                for name, function in sorted(excused - set(long)) if functions)


def spread(functions):
    """Median, 9 of 10 and longest of the product's functions, in words."""
    lengths = sorted(row[0] for row in functions if row[1].startswith(PRODUCT))
    half, most = (lengths[int(len(lengths) * share)] for share in (0.5, 0.9))
    return f"{len(lengths)} functions: half of them up to {half} lines, 9 of 10 up to {most}, all up to {lengths[-1]}"


def main():
    files = subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=ROOT, text=True,
                           capture_output=True, check=True).stdout.split()
    functions = []
    if shutil.which("pmccabe"):
        functions = list(functions_of([name for name in files if name.endswith(".c")]))
        print("sizes:", spread(functions))
    else:
        print("sizes: pmccabe is not installed, functions were not measured")
    if "--list" in sys.argv[1:]:
        for lines, name in sorted(files_over(files, FILE_NEAR), reverse=True):
            print(f"{lines:5} {name}")
        for lines, name, first, function in sorted(functions, reverse=True):
            if lines > FUNCTION_NEAR:
                print(f"{lines:5} {name}:{first}: {function}")
    problems = list(problems_of(files, functions))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
