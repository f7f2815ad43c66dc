#!/usr/bin/env python3
"""Refuses '+' and '-' directly on times: an instant near the end of what int64 holds would overflow.

Event times come from hostile input, so sums and differences go through tc_time_add, tc_time_sub and
tc_time_between (parsers/base/time.h), which stop at the ends. What is a time is guessed from its name. Spans
that are constants of ours (2 * TC_DAY) are no times; EXCEPTIONS names the rest, each with its reason.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS = ("parsers", "detector")
HOME = ("parsers/base/time.c", "parsers/base/time.h", "parsers/base/time_format.c")
NAME = r"(?:\w+(?:\.|->))*(?:time|first|last|now|watermark|since|until|instant|midnight|since_midnight|\w+_time|\w+_ns|(?:first|last)_\w+)"
# 'a + TIME', 'TIME - a', 'TIME += a'; not '->', '++', '--', an exponent or a sign.
BEFORE = re.compile(rf"(?<![\w.>])({NAME})(?:\[\w+\])?\s*(?:[+-](?![+\->])=?)")
BEHIND = re.compile(rf"[\w)\]]\s*(?<![+-])[+-](?![+\->])=?\s*\(?({NAME})\b(?!\s*(?:\(|\?|\|\|)|\w|\.|->)")
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

# file -> [(what the line holds, why it is right)]
INDEX = "an index, bounded by the size of its array"
MILLISECONDS = "milliseconds of the steady clock since the machine began"
NUMBER = "a number of an entry, from 1"
EXCEPTIONS = {
    "detector/derive/derive_wave.c": [("w->first +", INDEX)],
    "detector/incident/incident_home.c": [("[last - 1]", NUMBER)],
    "detector/derive/logons.c": [("[b->last - 1]", NUMBER)],
    "detector/enrich/identity_locals.c": [("last - 1", NUMBER)],
    "detector/enrich/identity_texts.c": [("c->first_hole - 1", NUMBER)],
    "parsers/text/w3c_time.c": [("since_midnight - clock->last", "both lie within one day"),
                                ("clock->last - since_midnight", "both lie within one day")],
    "detector/app/progress.c": [("now - p->", "seconds of the machine's clock, as a double")],
    "detector/pipeline/queue.c": [("q->first +", INDEX)],
    "detector/enrich/language.c": [("(uint8_t)(first + 32)", "a letter")],
    "detector/input/posix_tz.c": [("int64_t day = first", "seconds, which an int64 holds for any time of ours")],
    "detector/output/text_table.c": [("shown[last - 1]", INDEX), ("first + c", INDEX)],
    "detector/send/dispatch_rows.c": [("t->first +", INDEX)],
    "detector/send/dispatch_thread.c": [("t->first +", INDEX), ("now +", MILLISECONDS), ("deadline - now", MILLISECONDS)],
    "detector/send/patience.c": [("deadline - now", MILLISECONDS)],
    "detector/send/stream.c": [("s->first +", INDEX), ("now - f->sent_ms", MILLISECONDS)],
    "detector/sigma/automaton.c": [("e.first + e.count", INDEX)],
    "detector/sigma/search.c": [("entries + under->first", INDEX), ("first + 1", INDEX)],
}


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def sums_in(text):
    """Yields the number and text of every line that adds to a time or takes from one."""
    lines = text.splitlines()
    for number, code in enumerate(COMMENT.sub(blank, text).splitlines()):
        if BEFORE.search(code) or BEHIND.search(code):
            yield number + 1, lines[number].strip()


def check(path, used):
    name = str(path.relative_to(ROOT))
    problems = []
    if name in HOME:
        return problems
    for number, line in sums_in(path.read_text(encoding="utf-8")):
        known = [entry for entry in EXCEPTIONS.get(name, []) if entry[0] in line]
        used.update((name, entry) for entry in known)
        if not known:
            problems.append(f"{name}:{number}: a sum of times (use tc_time_add, tc_time_sub, tc_time_between): {line}")
    return problems


SOUND = """    time = tc_time_add(time, TC_DAY);
    p->time++;
    if (time < -limit) return a->last;
"""
UNSOUND = ("    time += TC_DAY;\n", "    return now - it->last;\n", "    x = (uint64_t)time - (uint64_t)g->first;\n",
           "    return TC_DAY + order.time;\n")


def main():
    for text in UNSOUND:
        if not list(sums_in(text)):
            sys.exit(f"times: would not see\n{text}")
    used, problems = set(), [f"times: sound, but refused: {line}" for _, line in sums_in(SOUND)]
    for top in OURS:
        for path in sorted((ROOT / top).rglob("*.[ch]")):
            problems += check(path, used)
    for name, entries in sorted(EXCEPTIONS.items()):
        problems += [f"{name}: the exception '{entry[0]}' excuses nothing any more" for entry in entries
                     if (name, entry) not in used]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
