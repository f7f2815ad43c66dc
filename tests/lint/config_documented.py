#!/usr/bin/env python3
"""Every key of the configuration stands in tocsin.yml(5), and every key there in config_keys.def."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "detector/settings/config_keys.def"
PAGE = ROOT / "docs/man/tocsin.yml.5.scd"


def declared():
    rows = re.findall(r'^TC_CONFIG_[A-Z]+\((?:"(\w+)"|NULL), "(\w+)", ', TABLE.read_text(), re.M)
    if len(rows) != len(re.findall(r"^TC_CONFIG_", TABLE.read_text(), re.M)):
        sys.exit(f"{TABLE.name}: a row is not understood")
    return [".".join(filter(None, row)) for row in rows]


def documented():
    section = re.search(r"^# KEYS$(.*?)^# ", PAGE.read_text(), re.M | re.S)
    return re.findall(r"^\*([\w.]+)\*: ", section.group(1), re.M) if section else []


def main():
    keys, told = declared(), documented()
    problems = [f"{key} does not stand in {PAGE.name}" for key in keys if key not in told]
    problems += [f"{key} stands in {PAGE.name} only" for key in told if key not in keys]
    problems += [f"{key} stands in {PAGE.name} twice" for key in sorted(set(told)) if told.count(key) > 1]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
