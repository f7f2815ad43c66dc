#!/usr/bin/env python3
"""The manual that the build makes with cmake/man.awk reads as the one that scdoc makes, and is sound.

Both are rendered by mandoc and compared; a notation that the script would misread shows here.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "cmake/man.awk"
SKIPPED = 77
REFUSED = ["tocsin(1)\n\n- a list\n", "tocsin(1)\n\n[ a\n:| table\n", "tocsin(1)\n\n```\nliteral\n```\n",
           "no title\n", "tocsin(1)\n\n*a font that does not end\n\nmore\n"]


def made_by_awk(page):
    return subprocess.run(["awk", "-f", SCRIPT, "-v", "version=1", "-v", "date=2000-01-01", page],
                          capture_output=True, check=False)


def rendered(roff):
    """The paragraphs of a page, each with its indentation, less the first and last line, which scdoc fills
    otherwise. Where lines break is left out: a hyphen is for scdoc a place to break, in an option, too."""
    text = subprocess.run(["mandoc", "-Tutf8"], input=roff, capture_output=True, check=True).stdout
    text = re.sub(".\b", "", text.decode("utf-8"))  # bold is struck twice
    paragraphs = "\n".join(text.splitlines()[1:-1]).strip("\n").split("\n\n")
    return [(len(p) - len(p.lstrip(" ")), re.sub(r"\s", "", p)) for p in paragraphs]


def problems_of(page):
    ours = made_by_awk(page)
    if ours.returncode != 0 or ours.stderr:
        yield ours.stderr.decode()
        return
    theirs = subprocess.run(["scdoc"], stdin=page.open("rb"), capture_output=True, check=True).stdout
    left, right = rendered(ours.stdout), rendered(theirs)
    yield from (f"{page.name}: '{a}' is '{b}' by scdoc" for a, b in zip(left, right) if a != b)
    if len(left) != len(right):
        yield f"{page.name}: {len(left)} paragraphs, by scdoc {len(right)}"


def main():
    for tool in ("scdoc", "mandoc"):
        if shutil.which(tool) is None:
            print(f"skipped: {tool} is not installed")
            return SKIPPED
    problems = [problem for page in sorted((ROOT / "docs/man").glob("*.scd")) for problem in problems_of(page)]
    with tempfile.TemporaryDirectory() as folder:
        for text in REFUSED:
            page = pathlib.Path(folder) / "page.scd"
            page.write_text(text, encoding="utf-8")
            if made_by_awk(page).returncode == 0:
                problems.append(f"man.awk takes what it cannot know: {text!r}")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
