"""Real logs, where their folder is there: values of `tocsin parse`, and scans whose books add up."""
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(os.environ.get("TOCSIN_SHARED", "")) / "samples"
RUNNER = pathlib.Path(__file__).resolve().parents[1] / "samples" / "compare.py"


def balanced(book):
    b, r, e = book["bytes"], book["records"], book["events"]
    return (b["read"] == b["parsed"] + b["header"] + b["blank"] + b["rejected"] + b["pending"]
            and r["accepted"] == e["delivered"] + e["duplicate"] + e["late"]
            + sum(e["filtered"].values()))


def scan_all(scratch):
    """Scans every sample by itself; returns the names of those whose scan or books are wrong."""
    wrong, scanned = [], 0
    for path in sorted(p for p in FOLDER.rglob("*") if p.is_file()):
        if path.name.endswith(("expected.json", ".assert", ".tsv")):
            continue
        if path.name.endswith(".xml.gz"):
            plain = scratch / path.name[:-3]
            plain.write_bytes(gzip.decompress(path.read_bytes()))
            path = plain
        stats = scratch / "stats.json"
        done = subprocess.run([os.environ["TOCSIN"], "scan", "-q", "-f", "json", "--stats", stats, path],
                              capture_output=True, check=False, timeout=120)
        scanned += 1
        if done.returncode not in (0, 1, 3):
            wrong.append(f"{path.name}: exit {done.returncode} {done.stderr[-200:]!r}")
            continue
        books = json.loads(stats.read_text(encoding="utf-8"))
        if not all(balanced(book) for book in [*books["sources"], books["totals"]]):
            wrong.append(f"{path.name}: the books do not add up")
    print(f"scanned {scanned} samples, {len(wrong)} wrong")
    return wrong


def main():
    if not FOLDER.is_dir():
        print("skipped: the folder of samples is not there")
        return 77
    with tempfile.TemporaryDirectory(prefix="tocsin-samples-") as scratch:
        wrong = scan_all(pathlib.Path(scratch))
    for line in wrong:
        print(line)
    compared = subprocess.run([sys.executable, RUNNER, "--tocsin", os.environ["TOCSIN"], FOLDER],
                              check=False).returncode
    return 1 if wrong else compared


if __name__ == "__main__":
    sys.exit(main())
