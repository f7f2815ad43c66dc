#!/usr/bin/env python3
"""Refuses a function, or a pointer to functions, whose answer may be lost.

What can fail returns TC_STATUS, which must be used (parsers/base/status.h); the bare tc_status is for variables
and fields, and for tc_fail and its kin, whose callers want the words.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FREE = {"tc_fail", "tc_fail_at", "tc_fail_sys"}
BARE = re.compile(r"^(?:(?:static|extern|inline|TC_NOINLINE|typedef) )*tc_status (\w+)\(|\btc_status \((\*)", re.M)

SOUND = "TC_STATUS tc_a(void);\ntc_status tc_fail(int x);\n    tc_status status = tc_a();\ntypedef TC_STATUS (*f)(void);\n"
UNSOUND = ("tc_status tc_a(void);\n", "static tc_status a(int b)\n{\n", "    tc_status (*take)(void *context);\n",
           "typedef tc_status (*f)(void);\n")


def problems_of(name, text):
    for match in BARE.finditer(text):
        if match.group(1) not in FREE:
            line = text.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: what can fail returns TC_STATUS"


def main():
    for text in UNSOUND:
        if not list(problems_of("unsound", text)):
            sys.exit(f"statuses: would not see\n{text}")
    found = list(problems_of("sound", SOUND))
    for folder in ("detector", "parsers", "tests"):
        for path in sorted((ROOT / folder).rglob("*.[ch]")):
            found += problems_of(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
