#!/usr/bin/env python3
"""Runs Sigma conformance vectors through `tocsin match` and `tocsin rules check`.

Usage: run_vectors.py --tocsin PROGRAM FOLDER

FOLDER holds unit_*.jsonl, reject.jsonl, correlation.jsonl and extensions.jsonl in any combination. Prints
passed/total per file, the cases that failed, and at last "N passed, N failed, N skipped". Cases that need
a correlation type which this version refuses by name are skipped and counted.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

TYPES = {"event_count", "value_count", "temporal", "new_value", "value_change"}


class Runner:
    def __init__(self, program):
        self.program = program
        self.scratch = tempfile.TemporaryDirectory(prefix="tocsin-vectors-")
        self.rule = pathlib.Path(self.scratch.name) / "rule.yml"
        self.events = pathlib.Path(self.scratch.name) / "events.jsonl"

    def match(self, rules, events):
        """events: (time or None, object); returns the output objects, or None when refused."""
        self.rule.write_text(rules, encoding="utf-8")
        with open(self.events, "w", encoding="utf-8") as out:
            for time, event in events:
                line = dict(event)
                if time is not None:
                    line["@timestamp"] = time
                out.write(json.dumps(line) + "\n")
        done = subprocess.run([self.program, "match", "--rules", self.rule, self.events],
                              capture_output=True, check=False, timeout=60)
        if done.returncode == 2:
            return None, done.stderr.decode("utf-8", "replace")
        return [json.loads(line) for line in done.stdout.splitlines()], ""

    def check(self, document):
        self.rule.write_text(document, encoding="utf-8")
        return subprocess.run([self.program, "rules", "check", self.rule], capture_output=True,
                              check=False, timeout=60)


def unit_case(runner, case):
    found, error = runner.match(case["rule"], [(None, case["event"])])
    want = case["expect"]
    if found is None:
        return f"refused: {error.strip()[:160]}"
    return None if bool(found) == bool(want) else f"matched {bool(found)}, expected {want}"


def reject_case(runner, case):
    done = runner.check(case["doc"])
    if done.returncode == 2 and b"rule.yml:" in done.stderr:
        return None
    if case["expect"] == "reject-or-warn" and b"warning" in done.stderr:
        return None
    return f"accepted (exit {done.returncode})"


def correlation_types(rules):
    return {line.split(":", 1)[1].strip() for line in rules.splitlines()
            if line.strip().startswith("type:")}


def name_of(output):
    return output["rule"].get("name") or output["rule"]["title"]


def group_of(mapping):
    return json.dumps({k: str(v) for k, v in mapping.items()}, sort_keys=True)


def correlation_case(runner, case):
    events = [(e["t"], e["event"]) for e in case["events"]]
    found, error = runner.match(case["rules"], events)
    if found is None:
        return f"refused: {error.strip()[:160]}"
    fired = [(o["event"], name_of(o), group_of(o["group"])) for o in found if "type" in o]
    holds = {(h["at"], h["rule"], group_of(h["group"])) for h in case["holds_at"]}
    first = {}
    for at, rule, group in fired:
        first.setdefault((rule, group), at)
    want = {(f["rule"], group_of(f["group"])): f["at"] for f in case["first"]}
    if first != want:
        return f"first firings {first}, expected {want}"
    outside = [f for f in fired if f not in holds]
    if outside:
        return f"fired where the condition does not hold: {outside}"
    alone = sorted((o["event"], name_of(o)) for o in found if "type" not in o)
    expected_alone = sorted((s["at"], s["rule"]) if isinstance(s, dict) else tuple(s)
                            for s in case["standalone_detections"])
    return None if alone == expected_alone else f"matches {alone}, expected {expected_alone}"


def extension_case(runner, case):
    events = [(e["t"], e["event"]) for e in case["events"]]
    found, error = runner.match(case["rules"], events)
    if found is None:
        return f"refused: {error.strip()[:160]}"
    keys = ("value", "previous")
    fired = [(o["event"], group_of(o["group"]), *(o.get(k) for k in keys)) for o in found]
    want = [(x["at"], group_of(x["group"]), *(x.get(k) for k in keys)) for x in case["expect"]]
    return None if fired == want else f"fired {fired}, expected {want}"


def judge_of(name):
    if name == "unit_disagreements.jsonl":
        return None  # other engines against the reference: no verdict to be held to
    if name.startswith("unit_"):
        return unit_case
    return {"reject.jsonl": reject_case, "correlation.jsonl": correlation_case,
            "extensions.jsonl": extension_case}.get(name)


def run_file(runner, path):
    judge, passed, failed, skipped = judge_of(path.name), 0, [], 0
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if "rules" in case and not correlation_types(case["rules"]) <= TYPES:
            skipped += 1
            continue
        problem = judge(runner, case)
        if problem:
            failed.append((case["id"], problem))
        else:
            passed += 1
    print(f"{path.name}: {passed}/{passed + len(failed)}" + (f", {skipped} skipped" if skipped else ""))
    for case, problem in failed:
        print(f"  {case}: {problem}")
    return passed, len(failed), skipped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tocsin", required=True)
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"skipped: no vectors at {options.folder}")
        return 77
    runner, sums = Runner(options.tocsin), [0, 0, 0]
    for path in sorted(options.folder.glob("*.jsonl")):
        if judge_of(path.name) is None:
            continue
        for i, n in enumerate(run_file(runner, path)):
            sums[i] += n
    print(f"{sums[0]} passed, {sums[1]} failed, {sums[2]} skipped")
    return 1 if sums[1] or not sums[0] else 0


if __name__ == "__main__":
    sys.exit(main())
