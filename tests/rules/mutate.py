#!/usr/bin/env python3
"""Changes every shipped rule one step at a time; at least one sample must notice each change.

    python3 tests/rules/mutate.py [RULE FILE]...      TOCSIN names the program

Steps: a field or a value of a selection left out, a selection negated or dropped from the condition, a
number or a timespan one step more and less, a truth turned round, a field left out of group-by, a rule left
out of a correlation. A change that the program refuses counts as noticed. What nobody notices is printed,
and the test fails: either a sample is missing, or that part of the rule does nothing.
"""
import concurrent.futures
import copy
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "rules"
SAMPLES = ROOT / "tests" / "rules"
TOCSIN = os.environ.get("TOCSIN", str(ROOT / "build" / "dev" / "tocsin"))
SMALLER = {"w": ("d", 7), "d": ("h", 24), "h": ("m", 60), "m": ("s", 60)}


def steps(number):
    """The numbers next to this one."""
    if isinstance(number, bool):
        return [not number]
    if isinstance(number, int):
        return [number - 1, number + 1]
    return [round(number * 0.9, 6), round(number * 1.1, 6)]


def spans(text):
    """The timespans next to this one."""
    number, unit = int(text[:-1]), text[-1]
    if number == 1 and unit in SMALLER:
        unit, number = SMALLER[unit]
    return [f"{number - 1}{unit}", f"{number + 1}{unit}"]


# -- conditions: ["and", ...], ["or", ...], ["not", x] and leaves of text ------------------------------

def parse(text):
    tokens = re.findall(r"[()]|[^\s()]+", text)

    def alternative():
        parts = [conjunction()]
        while tokens and tokens[0].lower() == "or":
            tokens.pop(0)
            parts.append(conjunction())
        return parts[0] if len(parts) == 1 else ["or", *parts]

    def conjunction():
        parts = [term()]
        while tokens and tokens[0].lower() == "and":
            tokens.pop(0)
            parts.append(term())
        return parts[0] if len(parts) == 1 else ["and", *parts]

    def term():
        word = tokens.pop(0)
        if word == "(":
            inside = alternative()
            tokens.pop(0)
            return inside
        if word.lower() == "not":
            return ["not", term()]
        if tokens and tokens[0].lower() == "of":
            return " ".join([word, tokens.pop(0), tokens.pop(0)])
        return word

    return alternative()


def write(node):
    if isinstance(node, str):
        return node
    if node[0] == "not":
        return f"not ({write(node[1])})"
    return "(" + f" {node[0]} ".join(write(part) for part in node[1:]) + ")"


def changed_conditions(node):
    """(what, condition) with one leaf negated, or one part of an and or or left out."""
    if isinstance(node, str):
        yield f"'{node}' negated", ["not", node]
        return
    for i in range(1, len(node)):
        for what, part in changed_conditions(node[i]):
            yield what, [*node[:i], part, *node[i + 1:]]
        if node[0] != "not" and len(node) > 2:
            rest = [*node[:i], *node[i + 1:]]
            yield f"'{write(node[i])}' dropped", rest[1] if len(rest) == 2 else rest


# -- documents ----------------------------------------------------------------------------------------

def places(node, path=()):
    """Every path below a selection whose end may be left out or changed."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from places(value, (*path, key))
            if len(node) > 1:
                yield (*path, key), None
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from places(value, (*path, i))
            if len(node) > 1:
                yield (*path, i), None
    elif isinstance(node, (bool, int, float)):
        for other in steps(node):
            yield path, other


def at(document, path):
    for key in path:
        document = document[key]
    return document


def edited(document, path, value):
    """A copy with the end of the path left out (value None) or replaced."""
    document = copy.deepcopy(document)
    holder = at(document, path[:-1])
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return document


def detection_changes(document):
    detection = document["detection"]
    for name, selection in detection.items():
        if name == "condition":
            continue
        for path, value in places(selection):
            what = "left out" if value is None else f"is {value}"
            yield f"{name}: {'.'.join(map(str, path))} {what}", edited(
                document, ("detection", name, *path), value)
    for what, condition in changed_conditions(parse(detection["condition"])):
        yield f"condition: {what}", edited(document, ("detection", "condition"), write(condition))


def correlation_changes(document):
    correlation = document["correlation"]
    for key in ("rules", "group-by"):
        for i, name in enumerate(correlation.get(key, [])):
            if len(correlation[key]) > 1:
                yield f"{key}: {name} left out", edited(document, ("correlation", key, i), None)
            elif key == "group-by":
                yield f"{key}: {name} left out", edited(document, ("correlation", key), None)
    for span in spans(correlation["timespan"]):
        yield f"timespan is {span}", edited(document, ("correlation", "timespan"), span)
    condition = correlation.get("condition", {})
    if isinstance(condition, str):
        for what, other in changed_conditions(parse(condition)):
            yield f"condition: {what}", edited(document, ("correlation", "condition"), write(other))
        condition = {}
    for key, value in condition.items():
        if key != "field":
            # At a hit there is always one: to ask for none is to ask for one.
            for other in (n for n in steps(value) if n > 0):
                yield f"{key} is {other}", edited(document, ("correlation", "condition", key), other)
        elif isinstance(value, list) and len(value) > 1:
            for i, name in enumerate(value):
                yield f"field: {name} left out", edited(document, ("correlation", "condition", key, i), None)
    yield from baseline_changes(document, correlation.get("baseline", {}))


def baseline_changes(document, baseline):
    for key, value in baseline.items():
        path = ("correlation", "baseline", key)
        if key == "learn" and value != "0s":
            for span in spans(value):
                yield f"learn is {span}", edited(document, path, span)
        elif key in ("min_events", "share"):
            for other in steps(value):
                yield f"{key} is {other}", edited(document, path, other)
        elif key == "scope":
            yield "scope turned round", edited(document, path, "group" if value == "global" else "global")


def mutants(path):
    """(rule, what, text of the whole file)."""
    documents = [d for d in yaml.safe_load_all(path.read_text("utf-8")) if d]
    for i, document in enumerate(documents):
        changes = correlation_changes if "correlation" in document else detection_changes
        for what, other in changes(document):
            others = [*documents[:i], other, *documents[i + 1:]]
            yield document.get("name", document["title"]), what, yaml.safe_dump_all(
                others, allow_unicode=True, sort_keys=False)


# -- the test -----------------------------------------------------------------------------------------

class Bench:
    """A folder of rules in which one file is changed."""

    def __init__(self, folder):
        self.rules = pathlib.Path(folder) / "rules"
        shutil.copytree(RULES, self.rules)
        self.environment = {**os.environ, "TOCSIN_DATA": str(self.rules)}

    def run(self, samples=SAMPLES):
        done = subprocess.run([TOCSIN, "rules", "test", self.rules, samples], env=self.environment,
                              capture_output=True, check=False)
        return done.returncode, done.stdout

    def survivors(self, path):
        place = self.rules / path.relative_to(RULES)
        # The samples of its own folder notice most, and are quicker than all.
        near = (SAMPLES / path.relative_to(RULES)).parent
        tried = [near, SAMPLES] if near.is_dir() else [SAMPLES]
        unchanged = [self.run(samples) for samples in tried]
        original, count, found = place.read_text("utf-8"), 0, []
        for rule, what, text in mutants(path):
            place.write_text(text, "utf-8")
            count += 1
            status, out = 0, b""
            for samples, before in zip(tried, unchanged):
                status, out = self.run(samples)
                if (status, out) != before:
                    break
            else:
                found.append(f"{path.relative_to(ROOT)}: {rule}: {what}: no sample notices")
            if status not in (0, 1, 2):
                found.append(f"{path.relative_to(ROOT)}: {rule}: {what}: ended with {status}")
        place.write_text(original, "utf-8")
        return count, found


def test(path):
    with tempfile.TemporaryDirectory() as folder:
        return Bench(folder).survivors(path)


def main():
    paths = [pathlib.Path(p).resolve() for p in sys.argv[1:]] or sorted(RULES.rglob("*.yml"))
    with tempfile.TemporaryDirectory() as folder:
        status, said = Bench(folder).run()
    good = status == 0
    if not good:
        sys.stdout.buffer.write(said)
        print("the rules as they are fail their samples")
    total, survivors = 0, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for count, found in pool.map(test, paths):
            total += count
            survivors += found
    print(*survivors, sep="\n", end="\n" if survivors else "")
    print(f"{total} changes of {len(paths)} files of rules, {len(survivors)} not noticed")
    return 1 if survivors or not good else 0


if __name__ == "__main__":
    sys.exit(main())
