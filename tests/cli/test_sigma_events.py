"""The regression events of the public collection of Sigma rules: each fires through `scan`, from the EVTX it came in.

For every EVTX: the rules that fire are those, and only those, that the reference says match one of its events.
"""
import json
import os
import pathlib
import subprocess
import sys
import unittest

TOCSIN = os.environ["TOCSIN"]
FOLDER = pathlib.Path(os.environ.get("TOCSIN_SHARED", "")) / "vectors"

if not (FOLDER / "sigmahq").is_dir() or not (FOLDER / "evtx").is_dir():
    print("skipped: the folder of vectors is not there")
    sys.exit(77)


def rows():
    with open(FOLDER / "sigmahq" / "expected.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def path_of(rule):
    return FOLDER / "rules" / rule


def id_of(rule):
    for line in path_of(rule).read_text(encoding="utf-8").splitlines():
        if line.startswith("id:"):
            return line.split(":", 1)[1].strip().strip("'\"")
    raise AssertionError(f"{rule} has no id")


def fired(evtx, rules):
    """The ids of the rules that `scan` says fire in the file."""
    options = [word for rule in rules for word in ("--rules", str(path_of(rule)))]
    done = subprocess.run([TOCSIN, "scan", "-q", "-f", "json", "--no-default-rules", "--min-level", "informational",
                           *options, str(evtx)], capture_output=True, timeout=120, check=False)
    alerts = [json.loads(line) for line in done.stdout.splitlines()]
    return {alert["rule"]["id"] for alert in alerts if "rule" in alert}


class SigmaEvents(unittest.TestCase):
    def test_every_rule_fires_in_its_file_and_no_other_does(self):
        matrix = json.loads((FOLDER / "sigmahq" / "corpus_matrix.json").read_text(encoding="utf-8"))["matches"]
        matrix.update({row["rule"]: row["matches_all_events"] for row in rows()})
        rules = {rule: id_of(rule) for rule in matrix}
        wrong, own = [], 0
        for evtx in sorted((FOLDER / "evtx").glob("*.evtx")):
            want = {rules[rule] for rule, events in matrix.items()
                    if any(event.split("#")[0] == evtx.name for event in events)}
            found = fired(evtx, rules)
            own += sum(rules[row["rule"]] in found for row in rows() if row["own_evtx"].endswith(evtx.name))
            names = {value: key for key, value in rules.items()}
            wrong += [f"{evtx.name}: {names[rule]} does not fire" for rule in sorted(want - found)]
            wrong += [f"{evtx.name}: {names[rule]} fires" for rule in sorted(found - want)]
        print(f"{own} of {len(rows())} fire in their own files")
        self.assertEqual(wrong, [], "\n".join(wrong))


if __name__ == "__main__":
    unittest.main()
