#!/usr/bin/env python3
"""Measures tocsin beside tools that everybody has, or beside another build of itself (docs/performance.md)."""
import argparse
import dataclasses
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # nothing is left behind in the source folder
import against  # noqa: E402
import corpora  # noqa: E402
import goals  # noqa: E402
import runs  # noqa: E402
import table  # noqa: E402

SLICE = "100M"  # what goaccess and parse get
# One file each, by size; and the folder of many mailboxes, by their number.
KINDS = {"iis": "1G", "iis-owa": "300M", "iis-alias": "300M", "msgtrk": "500M", "winjson": "300M"}
FOLDER = "mailboxes"


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default="build/release", help="where tocsin lies")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command (default 5)")
    parser.add_argument("--seed", type=int, default=2011, help="another corpus (default 2011)")
    parser.add_argument("--only", choices=[*KINDS, FOLDER], action="append", help="this log (repeatable)")
    for kind, size in KINDS.items():
        parser.add_argument(f"--{kind}", default=size, metavar="SIZE", help=f"default {size}")
    parser.add_argument("--mailboxes", type=int, default=20000, metavar="N",
                        help="in the folder of that name, at most 200000 (default 20000)")
    parser.add_argument("--against", type=pathlib.Path, metavar="PROGRAM",
                        help="another tocsin, run in turn with this one")
    parser.add_argument("--memory", action="store_true", help="peak memory of one big file, too")
    parser.add_argument("--memory-size", default="2G", metavar="SIZE", help="its size (default 2G)")
    parser.add_argument("--yardsticks", action="store_true", help="the other tools alone")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be 1 or more")
    if options.check and (options.only or options.yardsticks or options.against):
        parser.error("--check needs every log and tocsin, and nothing else")
    if options.against and options.yardsticks:
        parser.error("--against and --yardsticks are two things")
    return options


def make(options, kind, folder):
    generator = options.build / "tocsin-corpus"
    if kind == FOLDER:
        return corpora.make_folder(generator, folder, kind, options.mailboxes, options.seed)
    return corpora.make(generator, folder, kind, getattr(options, kind.replace("-", "_")), options.seed)


def commands_for(options, corpus, folder):
    tocsin = options.build / "tocsin"
    commands = []
    whole = corpus.kind == FOLDER or corpus.bytes <= corpora.size_of(SLICE)
    first = corpus if whole else corpora.cut(corpus, SLICE)
    if not options.yardsticks:
        commands += [runs.scan(tocsin, corpus, 1, folder), runs.scan(tocsin, corpus, 2, folder)]
        if corpus.kind != FOLDER:
            commands.append(runs.parse(tocsin, first))
    commands.append(runs.count_lines(corpus))
    if runs.is_installed("mawk"):
        commands.append(runs.count_users(corpus))
    if corpus.kind == "iis" and runs.is_installed("goaccess"):
        commands.append(runs.web_statistics(first, folder))
    return commands


def measure(options, kind, folder):
    corpus = make(options, kind, folder)
    commands = commands_for(options, corpus, folder)
    for measured in {c.corpus for c in commands}:
        corpora.warm(measured)
    runs.run_in_turn(commands, options.rounds, folder)
    table.show(kind, commands)
    return commands


def measure_memory(options, folder):
    corpus = corpora.make(options.build / "tocsin-corpus", folder, "iis", options.memory_size,
                          options.seed)
    command = runs.scan(options.build / "tocsin", corpus, 2, folder)
    command.samples.append(runs.run_once(command, folder))
    print(f"\nmemory: {command.samples[0].rss / 2**20:.1f} MiB at most, iis of "
          f"{corpus.bytes / 1e6:.0f} MB with two jobs")
    return command


def write_results(path, options, measured, memory):
    logs = {kind: {"bytes": commands[0].corpus.bytes, "lines": commands[0].corpus.lines,
                   "scaling": table.scaling(commands), "ordered": table.ordered(commands),
                   "commands": [{"name": c.name, "bytes": c.corpus.bytes,
                                 **table.figures(c, commands),
                                 "runs": [dataclasses.asdict(s) for s in c.samples]}
                                for c in commands]}
            for kind, commands in measured.items()}
    result = {"rounds": options.rounds, "seed": options.seed, "logs": logs}
    if memory:
        result["memory"] = {"bytes": memory.corpus.bytes, "peak_rss_bytes": memory.samples[0].rss}
    path.write_text(json.dumps(result, indent=1) + "\n")


def compare(options, folder):
    """This program and another, in turn."""
    for kind in options.only or [*KINDS, FOLDER]:
        corpus = make(options, kind, folder)
        corpora.warm(corpus)
        against.measure(options, corpus, folder)
    return 0


def run(options):
    folder = options.build.parent / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    if options.against:
        return compare(options, folder)
    for program in ("mawk", "goaccess"):
        if not runs.is_installed(program):
            print(f"{program} is not installed: left out")
    measured = {kind: measure(options, kind, folder) for kind in options.only or [*KINDS, FOLDER]}
    wants_memory = (options.memory or options.check) and not options.yardsticks
    memory = measure_memory(options, folder) if wants_memory else None
    write_results(folder / "results.json", options, measured, memory)
    if options.yardsticks:
        return 0
    reached = goals.judge(measured, memory, options.mailboxes)
    goals.show(reached)
    return 1 if options.check and not all(goal.met for goal in reached) else 0


def main():
    options = read_options()
    needed = ["tocsin-corpus"] if options.yardsticks else ["tocsin-corpus", "tocsin"]
    programs = [options.build / name for name in needed] + [p for p in [options.against] if p]
    for program in programs:
        if not program.exists():
            print(f"bench: {program} is not there; run ./dev build", file=sys.stderr)
            return 2
    try:
        return run(options)
    except runs.Failed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
