#!/usr/bin/env python3
"""Refuses an include that goes the wrong way through the house (docs/architecture.md)."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# folder -> folders whose headers it may include (itself is always allowed)
BASE = ["parsers/base"]
EVENT = BASE + ["parsers/event"]
FORMAT = EVENT + ["parsers"]
ALLOWED = {
    "parsers/base": BASE,
    "parsers/event": EVENT,
    "parsers": FORMAT + ["parsers/text", "parsers/open", "parsers/windows"],
    "parsers/text": FORMAT + ["parsers/open"],
    "parsers/open": FORMAT,
    "parsers/windows": FORMAT + ["parsers/open"],
    "detector": EVENT,
    "detector/enrich": FORMAT + ["detector"],
    "detector/sigma": FORMAT + ["detector"],
    "detector/output": FORMAT + ["detector"],
    "detector/store": FORMAT + ["detector"],
    "detector/input": FORMAT + ["detector"],
    "detector/correlate": FORMAT + ["detector", "detector/sigma", "detector/enrich"],
    "detector/app": FORMAT + ["parsers/text", "parsers/open", "parsers/windows", "detector", "detector/enrich",
                              "detector/sigma", "detector/output", "detector/store",
                              "detector/input", "detector/correlate"],
}
# third-party header -> the one file that may include it
FOREIGN = {
    "pcre2.h": "detector/sigma/", "maxminddb.h": "detector/enrich/", "yaml.h": "detector/sigma/",
    "pcap.h": "detector/input/",
    "utf8proc.h": "parsers/base/", "isa-l.h": "detector/input/", "isa-l/igzip_lib.h": "detector/input/",
    "zlib.h": "detector/input/", "zstd.h": "detector/input/", "zstd_errors.h": "detector/input/",
    "lzma.h": "detector/input/",
}
THREADS = {"detector/app", "detector/input", "detector/output"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def folder_of(path):
    return str(pathlib.PurePosixPath(path).parent)


def check(path, users):
    name = str(path.relative_to(ROOT))
    folder = folder_of(name)
    allowed = set(ALLOWED.get(folder, [])) | {folder}
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        ours, theirs = match.groups()
        if ours and folder_of(ours) not in allowed:
            problems.append(f"{name}:{number}: {folder} must not include {ours}")
        if theirs in FOREIGN:
            users.setdefault(theirs, set()).add(name)
            if not name.startswith(FOREIGN[theirs]):
                problems.append(f"{name}:{number}: <{theirs}> belongs to {FOREIGN[theirs]}")
        if theirs == "pthread.h" and folder not in THREADS:
            problems.append(f"{name}:{number}: no threads in {folder}")
    return problems


def main():
    users, problems = {}, []
    for top in ("parsers", "detector"):
        for path in sorted((ROOT / top).rglob("*.[ch]")):
            problems += check(path, users)
    for header, files in sorted(users.items()):
        if len(files) > 1:
            problems.append(f"<{header}> is included by more than one file: {', '.join(sorted(files))}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
