#!/usr/bin/env python3
"""The page that people read, stored: pages/NAME.txt holds it at every width of WIDTHS for one scan of made-up logs.

Each is stored as it is in colour, with U+241B where the page has the escape byte; without these marks it is the
page without colour, and both are compared. `--update` (./dev golden --update) writes the files anew: read the
difference before you commit it. A page holds nothing that differs from run to run; should something ever, it
is replaced in `stored`, and nowhere else.
"""
import argparse
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PAGES = pathlib.Path(__file__).resolve().parent / "pages"
WIDTHS = (60, 80, 120, 200)
INTERNAL = ("--internal", "10.0.0.0/8")
GEO = ("--geo", "geo.mmdb")
MARK = "\u241b"
PAINT = re.compile(MARK + r"\[[0-9;]*m")
SIZE_MAX = 600_000  # of all of them


def make_hostile(folder):
    """What an intruder can choose would act on a terminal: a name, a subject, an agent; and names of files."""
    changes = {b"marta.moreau": "marta\u202e\u009b31m.moreau".encode(), b"Draft agenda": b"Draft\x1b[2J\x07agenda",
               b"MSIE+6.0": b"MSIE\x1b[31m+6.0"}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        text = path.parts[-2] not in ("DC01", "DC02")  # where a control character would damage the record
        for old, new in changes.items():
            if text or b"\x1b" not in new:
                data = data.replace(old, new)
        path.write_bytes(data)
    for name in ("EX01/W3SVC1/u_ex110309.log", "HUB01/MessageTracking/MSGTRK20110309-1.LOG"):
        path = folder / name
        path.rename(path.with_name(path.stem + "\x1b[31m\u202e" + path.suffix))


def nothing(folder):
    shutil.rmtree(folder)
    folder.mkdir()


# name -> arguments of the generator, of the scan, what is done to the logs between
PAGES_MADE = {
    "example": ((), (*INTERNAL, *GEO, "logs"), None),
    "quiet-twin": (("--profile", "quiet"), (*INTERNAL, *GEO, "logs"), None),
    "no-geo": ((), (*INTERNAL, "logs"), None),
    "unlike-names": (("--accounts-unlike",), (*INTERNAL, *GEO, "logs"), None),
    "balancer": (("--nat",), (*INTERNAL, *GEO, "logs"), None),
    "iis-only": ((), (*INTERNAL, *GEO, "logs/EX01", "logs/EX02"), None),
    "tracking-only": ((), (*INTERNAL, *GEO, "logs/HUB01"), None),
    "empty-folder": ((), ("logs",), nothing),
    "hostile-names": ((), (*INTERNAL, *GEO, "logs"), make_hostile),
}


def stored(text):
    """A page as it stands in a file. Whether something is told early, and how far it came, depends on how fast it ran."""
    assert MARK not in text
    return re.sub(r"(?m)^(tocsin: early: | *\d+\.\d %  ).*\n", "", text).replace("\x1b", MARK)


def scan(program, folder, arguments, width, color):
    """The page, and what was said beside it with the exit status."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "America/New_York", "COLUMNS": str(width)}
    done = subprocess.run([os.path.abspath(program), "scan", "--color", color, *arguments], cwd=folder, env=environment,
                          capture_output=True, check=False, timeout=300)
    return done.stdout.decode("utf-8"), done.stderr.decode("utf-8") + f"[exit {done.returncode}]\n"


def pages_of(program, simulate, name):
    """The text of the file, and what is wrong with it whatever it is compared with."""
    made, arguments, change = PAGES_MADE[name]
    text, wrong = "$ tocsin scan " + " ".join(arguments) + "\n", []
    with tempfile.TemporaryDirectory(prefix="tocsin-page-") as scratch:
        folder = pathlib.Path(scratch)
        subprocess.run([simulate, "--out", folder, *made], check=True, timeout=300)
        if change:
            change(folder / "logs")
        for width in WIDTHS:
            page, beside = scan(program, folder, arguments, width, "always")
            plain, _ = scan(program, folder, arguments, width, "never")
            text += f"==== {width} columns\n" + stored(page + beside)
            if PAINT.sub("", stored(page)) != plain:
                wrong.append(f"{name}: at {width} columns colour changes the text")
            if re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", plain):
                wrong.append(f"{name}: at {width} columns a character acts on the terminal")
            if scratch in plain:
                wrong.append(f"{name}: the page names the folder of the test")
    return text, wrong


def check(program, simulate, name, update):
    """Whether it is as it was; says what is not."""
    path = PAGES / f"{name}.txt"
    found, wrong = pages_of(program, simulate, name)
    wanted = path.read_text(encoding="utf-8") if path.exists() else ""
    for line in wrong:
        print(line)
    sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), found.splitlines(True),
                                               f"pages/{name}.txt", "found", n=2))
    if update:
        path.write_text(found, encoding="utf-8")
    return (update or found == wanted) and not wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tocsin", default=os.environ.get("TOCSIN"), required="TOCSIN" not in os.environ)
    parser.add_argument("--simulate", default=os.environ.get("TOCSIN_SIMULATE"),
                        required="TOCSIN_SIMULATE" not in os.environ)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    PAGES.mkdir(exist_ok=True)
    names = options.names or list(PAGES_MADE)
    if unknown := set(names) - set(PAGES_MADE):
        parser.error(f"no page is made for {', '.join(sorted(unknown))}")
    good = [check(options.tocsin, options.simulate, name, options.update) for name in names]
    strays = {path.stem for path in PAGES.iterdir()} - set(PAGES_MADE)
    size = sum(path.stat().st_size for path in PAGES.iterdir())
    print(f"{sum(good)} of {len(names)} pages as stored, {size:,} bytes of {SIZE_MAX:,}; "
          f"wanted changes: ./dev golden --update")
    if strays:
        print("no page is made for", *sorted(strays))
    return 0 if all(good) and not strays and size <= SIZE_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
