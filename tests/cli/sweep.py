"""What the sweeps share: one run's outcome, and whether it is honest compared with the undisturbed one."""
import json
import re

COSTS = ("seconds", "stages", "peak_rss_bytes", "spilled_bytes")


class Outcome:
    """Exit status, alerts, books and messages of a scan in a folder of its own."""

    def __init__(self, folder, status):
        self.status = status
        self.err = (folder / "err").read_bytes().decode("utf-8", "replace")
        self.lines = self._lines(folder / "alerts.jsonl")
        self.books = self._books(folder / "stats.json")

    @staticmethod
    def _lines(path):
        try:
            return [json.loads(line) for line in path.read_bytes().splitlines()]
        except (OSError, ValueError):
            return None

    @staticmethod
    def _books(path):
        try:
            books = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        return {k: v for k, v in books.items() if k not in COSTS}

    def essence(self):
        """What was found and how many records count: a copy that could not be compared with its twin is
        read, too, and its records are dropped one by one. Then the file named and the counts of files differ."""
        if not self.lines or not self.books:
            return None
        found = re.sub(r'"file": "[^"]*/', '"file": "', json.dumps(self.lines[:-1]))
        return found, self.lines[-1]["tocsin"]["incidents"], self.books["totals"]["events"]["delivered"]

    def says_incomplete(self):
        return self.status == 3 or bool(self.lines) and bool(self.lines[-1]["tocsin"].get("incomplete"))


def fault_of(run, whole):
    """Why this run is not honest; None if it is. `whole` is the undisturbed one."""
    words = run.err.strip().splitlines()
    if run.status == 124:
        return "hangs"
    if run.status == 99:
        return "leaks: " + next((w.strip() for w in words if "in tc_" in w and "alloc" not in w), "?")
    if run.status not in (0, 1, 2, 3):
        where = next((w.strip() for w in words if "runtime error" in w or "ERROR:" in w or "invariant" in w), "")
        return f"ends with {run.status} {where}"
    for word in words:
        if not word.removeprefix("tocsin:").strip() or word.rstrip().endswith(": "):
            return f"says nothing: {word!r}"
    if run.status == 2:
        return None if words else "exit 2 without a word"
    if run.lines == whole.lines and run.books == whole.books:
        return None if run.status == whole.status else f"exit {run.status} with everything found"
    if run.says_incomplete() or run.essence() == whole.essence():
        return None
    parts = [name for name in ("lines", "books") if getattr(run, name) != getattr(whole, name)]
    return f"exit {run.status} with other {' and '.join(parts)}, and nothing says so"
