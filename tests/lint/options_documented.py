#!/usr/bin/env python3
"""The options of the program and those of its man page are the same, word for word.

Reads detector/settings/options.def and docs/man/tocsin.1.scd; tells every option that stands in one of
them only, or with another letter, argument or set of commands. Where scdoc and mandoc are installed,
the page has to pass mandoc's lint, too.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "detector/settings/options.def"
PAGE = ROOT / "docs/man/tocsin.1.scd"
COMMANDS = ROOT / "detector/settings/commands.def"
OUTPUTS = ROOT / "detector/output/formats.def"

ROW = re.compile(r'^TC_OPTION\("([\w-]+)", (?:\'(\w)\'|0), (?:"([^"]*)"|NULL), [A-Z_]+\(\w+\), '
                 r'[WOPR], ([A-Z| ]+), ', re.M)
HEAD = re.compile(r'^(?:\*-(\w)\*, )?\*--([\w-]+)\*(?: _(.+)_|(\[=_\w+_\]))? \(([a-z, ]+)\)$', re.M)
COMMAND = re.compile(r'^TC_COMMAND\(\w+, (\w+), "', re.M)

# What scdoc writes for every page, whatever it says.
BY_SCDOC = ("skipping paragraph macro", "lower case character in document title")


def declared():
    """(name, letter, argument, commands) of each row of the table."""
    text = TABLE.read_text()
    rows = {(name, letter, argument, frozenset(re.findall(r"[A-Z]+", commands.upper())))
            for name, letter, argument, commands in ROW.findall(text)}
    written = len(re.findall(r"^TC_OPTION\(", text, re.M))
    if len(rows) != written:
        sys.exit(f"{TABLE.name}: {written} options, {len(rows)} of them understood")
    return rows


def documented():
    """The same of each head in the section OPTIONS."""
    section = re.search(r"^# OPTIONS$(.*?)^# ", PAGE.read_text(), re.M | re.S)
    if section is None:
        sys.exit(f"{PAGE.name}: no section OPTIONS")
    heads = [line for line in section.group(1).split("\n") if line.startswith("*-")]
    rows = set()
    for head in heads:
        match = HEAD.match(head)
        if match is None:
            sys.exit(f"{PAGE.name}: not understood: {head}")
        letter, name, argument, optional, commands = match.groups(default="")
        rows.add((name, letter, argument or optional.replace("_", ""), frozenset(commands.upper().split(", "))))
    if len(rows) != len(heads):
        sys.exit(f"{PAGE.name}: an option stands there twice")
    return rows


def show(row):
    """An option as a person would write it."""
    name, letter, argument, commands = row
    return f"{'-' + letter + ', ' if letter else ''}--{name} {argument} ({', '.join(sorted(commands))})"


def missing_commands():
    """Commands of the program that the page does not describe."""
    section = re.search(r"^# COMMANDS$(.*?)^# ", PAGE.read_text(), re.M | re.S)
    described = set(re.findall(r"^\*(\w+)", section.group(1), re.M)) if section else set()
    return sorted(set(COMMAND.findall(COMMANDS.read_text())) ^ described)


def missing_outputs():
    """Output formats that the page's --format does not name, and the other way round."""
    text = re.search(r"^\*-f\*, \*--format\* _NAME_ \(scan\)$(.*?)^\*", PAGE.read_text(), re.M | re.S)
    named = set(re.findall(r"\*(\w+)\*", text.group(1))) if text else set()
    return sorted(set(re.findall(r"^TC_OUTPUT_FORMAT\((\w+)\)$", OUTPUTS.read_text(), re.M)) ^ named)


def lint():
    """What mandoc says about the page."""
    if shutil.which("scdoc") is None or shutil.which("mandoc") is None:
        return []
    roff = subprocess.run(["scdoc"], stdin=PAGE.open("rb"), capture_output=True, check=False)
    if roff.returncode != 0:
        return [roff.stderr.decode().strip()]
    said = subprocess.run(["mandoc", "-Tlint"], input=roff.stdout, capture_output=True, check=False)
    lines = (said.stdout + said.stderr).decode().splitlines()
    return [line for line in lines if not any(words in line for words in BY_SCDOC)]


def main():
    """Compares, and tells what differs."""
    table, page = declared(), documented()
    problems = [f"in {PAGE.name} only: {show(row)}" for row in sorted(page - table, key=show)]
    problems += [f"in {TABLE.name} only: {show(row)}" for row in sorted(table - page, key=show)]
    problems += [f"command in one of {COMMANDS.name} and {PAGE.name} only: {name}"
                 for name in missing_commands()]
    problems += [f"output format in one of {OUTPUTS.name} and {PAGE.name} only: {name}"
                 for name in missing_outputs()]
    problems += lint()
    print("\n".join(problems) if problems else f"{len(table)} options, all documented")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
