#!/usr/bin/env python3
"""Refuses a readdir or fstat whose failure could pass for "nothing there".

readdir: the line before sets errno to 0, and errno is looked at within the next three lines, because
NULL alone does not tell the end of a folder from a failure. fstat and fstatat: the failure is told
apart by errno on the same or one of the next two lines, and no other condition joins the call.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("detector", "parsers", "tests")
REMARK = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
READDIR = re.compile(r"\breaddir\s*\(")
FSTAT = re.compile(r"\bfstat(?:at)?\s*\(")
DEFINITION = re.compile(r"^\w[\w *]*\b(?:readdir|fstat|fstatat)\s*\([^;]*$|\(\*real\)")
JOINED = re.compile(r"&&|\|\|")


def without_remarks(text):
    """The text with remarks blanked, lines kept."""
    return REMARK.sub(lambda m: "\n" * m.group().count("\n"), text)


def problems_of(name, text):
    lines = without_remarks(text).splitlines()
    for number, line in enumerate(lines):
        if DEFINITION.search(line) or "\"" in line and not FSTAT.search(line.split("\"")[0]):
            continue
        behind = "\n".join(lines[number + 1:number + 4])
        if READDIR.search(line):
            before = lines[number - 1].strip() if number else ""
            if not before.endswith("errno = 0;"):
                yield f"{name}:{number + 1}: errno is not set to 0 right before readdir"
            if "errno" not in behind:
                yield f"{name}:{number + 1}: errno is not looked at behind readdir"
        if FSTAT.search(line):
            if "errno" not in "\n".join([line, *lines[number + 1:number + 3]]):
                yield f"{name}:{number + 1}: the failure of fstat is not told by errno"
            if JOINED.search(line):
                yield f"{name}:{number + 1}: a failure of fstat is joined with another condition"


SOUND = """    errno = 0;
    entry = readdir(dir);
    if (!entry && errno != 0) return false;
    int sys = fstat(fd, &st) != 0 ? errno : 0;
"""
UNSOUND = ("    while ((entry = readdir(dir)))\n        take(entry);\n",
           "    if (fstat(fd, &st) != 0) return true;\n",
           "    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) fail(errno);\n")


def main():
    for text in UNSOUND:
        if not list(problems_of("unsound", text)):
            sys.exit(f"cannot_know: would not see\n{text}")
    found = list(problems_of("sound", SOUND))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.c")):
            name = str(path.relative_to(ROOT))
            found += problems_of(name, path.read_text(encoding="utf-8"))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
