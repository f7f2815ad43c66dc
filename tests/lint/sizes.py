#!/usr/bin/env python3
"""Refuses C files over 500 lines, functions over 50, and functions of a complexity over 15.

pmccabe counts the latter two: complexity is McCabe's, a switch counted as one. Without it they are not
measured, and the test is skipped.

  sizes.py             the problems, and how long the functions of the product are: median, 9 of 10, longest
  sizes.py --list      besides, what is near the stops

The goal for the product is 10, 22 and 50. ROWS names the functions that may be longer, all of them in tests,
because they are a table of rows with a loop behind it: parted they would not be easier to read. COMPLEX
names those that may branch more often: readers of a grammar, one branch for each of its alternatives, and
models that tests hold the product against, which say the whole rule in one place. Either list may name only
what still needs it.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_STOP, FUNCTION_STOP, COMPLEXITY_STOP = 500, 50, 15
FILE_NEAR, FUNCTION_NEAR = 400, 40
SKIPPED = 77  # with --skip: what ctest calls a test that could not be made
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
COMPLEX = {
    "detector/enrich/language.c": ["may_begin"],
    "detector/input/posix_tz.c": ["read_change", "tc_posix_tz_offset"],
    "detector/sigma/modifier.c": ["check_whole"],
    "detector/sigma/regex_literal.c": ["read_class", "read_group_head", "read_sequence"],
    "parsers/base/ip.c": ["read_v6"],
    "parsers/base/utf8.c": ["decode"],
    "parsers/text/w3c_columns.c": ["tc_w3c_shape_fits"],
    "tests/support/reference_baselines.c": ["tc_reference_new_value_fires"],
    "tests/support/reference_windows.c": ["temporal_lines"],
    "tests/unit/enrich/identity_model.c": ["assume", "pair"],
    "tests/unit/output/reparse.c": ["element"],
}


def functions_of(files):
    """(lines, file, first line, name, complexity) of every function."""
    rows = subprocess.run(["pmccabe", *files], cwd=ROOT, text=True, capture_output=True, check=False).stdout
    for row in rows.splitlines():
        columns = row.split("\t")
        match = re.match(r"(.*)\((\d+)\): (.*)", columns[5]) if len(columns) >= 6 else None
        if match is None:
            continue
        name, first, function = match.group(1), int(match.group(2)), match.group(3)
        test = NAMED.match((ROOT / name).read_text(encoding="utf-8").splitlines()[first - 1])
        yield int(columns[4]), name, first, test.group(2) if test else function, int(columns[0])


def files_over(files, stop):
    """(lines, file) of every file over so many lines."""
    sized = ((len((ROOT / name).read_text(encoding="utf-8").splitlines()), name) for name in files)
    return [(lines, name) for lines, name in sized if lines > stop]


def over(functions, measure, stop, what, exceptions):
    """Functions over a stop, and exceptions that excuse nothing. `measure` takes a row."""
    excused = {(name, function) for name, listed in exceptions.items() for function in listed}
    found = {(row[1], row[3]): (measure(row), row[2]) for row in functions if measure(row) > stop}
    yield from (f"{name}:{first}: {function}: {figure} {what}, {stop} is the stop"
                for (name, function), (figure, first) in sorted(found.items())
                if (name, function) not in excused)
    yield from (f"{name}: the exception {function} ({what}) excuses nothing any more"
                for name, function in sorted(excused - set(found)) if functions)


def problems_of(files, functions):
    """What is over the stops, and exceptions that excuse nothing."""
    yield from (f"{name}: {lines} lines, {FILE_STOP} is the stop"
                for lines, name in files_over(files, FILE_STOP))
    yield from over(functions, lambda row: row[0], FUNCTION_STOP, "lines", ROWS)
    yield from over(functions, lambda row: row[4], COMPLEXITY_STOP, "branches", COMPLEX)


def spread(functions):
    """Median, 9 of 10 and longest of the product's functions, in words."""
    lengths = sorted(row[0] for row in functions if row[1].startswith(PRODUCT))
    half, most = (lengths[int(len(lengths) * share)] for share in (0.5, 0.9))
    return f"{len(lengths)} functions: half of them up to {half} lines, 9 of 10 up to {most}, all up to {lengths[-1]}"


def main():
    files = subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=ROOT, text=True,
                           capture_output=True, check=False).stdout.split()
    files = [name for name in files if (ROOT / name).exists()]
    if not files:
        print("sizes: this is no git checkout: nothing was measured")
        return SKIPPED
    functions = []
    if shutil.which("pmccabe"):
        functions = list(functions_of([name for name in files if name.endswith(".c")]))
        print("sizes:", spread(functions))
    else:
        print("sizes: pmccabe is not installed: functions were not measured, files were")
    if "--list" in sys.argv[1:]:
        for lines, name in sorted(files_over(files, FILE_NEAR), reverse=True):
            print(f"{lines:5} {name}")
        for lines, name, first, function, _ in sorted(functions, reverse=True):
            if lines > FUNCTION_NEAR:
                print(f"{lines:5} {name}:{first}: {function}")
    problems = list(problems_of(files, functions))
    for problem in problems:
        print(problem)
    if problems:
        return 1
    if functions or "--skip" not in sys.argv[1:]:
        return 0
    print("skipped: pmccabe is not installed")
    return SKIPPED


if __name__ == "__main__":
    sys.exit(main())
