#!/usr/bin/env python3
"""Measures tocsin beside tools that everybody has, on the same files (docs/performance.md)."""
import argparse
import dataclasses
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # nothing is left behind in the source folder
import corpora  # noqa: E402
import runs  # noqa: E402
import table  # noqa: E402

SLICE = "100M"  # what goaccess and parse get
KINDS = {"iis": "1G", "msgtrk": "500M", "winjson": "300M"}


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default="build/release", help="where tocsin lies")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command (default 5)")
    parser.add_argument("--seed", type=int, default=2011, help="another corpus (default 2011)")
    parser.add_argument("--only", choices=KINDS, action="append", help="this log (repeatable)")
    for kind, size in KINDS.items():
        parser.add_argument(f"--{kind}", default=size, metavar="SIZE", help=f"default {size}")
    parser.add_argument("--memory", action="store_true", help="peak memory of one big file, too")
    parser.add_argument("--memory-size", default="2G", metavar="SIZE", help="its size (default 2G)")
    parser.add_argument("--yardsticks", action="store_true", help="the other tools alone")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be 1 or more")
    if options.check and (options.only or options.yardsticks):
        parser.error("--check needs every log and tocsin")
    return options


def commands_for(options, corpus, folder):
    tocsin = options.build / "tocsin"
    first = corpora.cut(corpus, SLICE) if corpus.bytes > corpora.size_of(SLICE) else corpus
    commands = []
    if not options.yardsticks:
        commands += [runs.scan(tocsin, corpus, 1, folder), runs.scan(tocsin, corpus, 2, folder),
                     runs.parse(tocsin, first)]
    commands.append(runs.count_lines(corpus))
    if corpus.kind in ("iis", "msgtrk") and runs.is_installed("mawk"):
        commands.append(runs.count_users(corpus))
    if corpus.kind == "iis" and runs.is_installed("goaccess"):
        commands.append(runs.web_statistics(first, folder))
    return commands


def measure(options, kind, folder):
    corpus = corpora.make(options.build / "tocsin-corpus", folder, kind, getattr(options, kind),
                          options.seed)
    commands = commands_for(options, corpus, folder)
    for file in {c.corpus for c in commands}:
        corpora.warm(file)
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
                   "scaling": table.scaling(commands),
                   "commands": [{"name": c.name, "bytes": c.corpus.bytes,
                                 **table.figures(c, commands),
                                 "runs": [dataclasses.asdict(s) for s in c.samples]}
                                for c in commands]}
            for kind, commands in measured.items()}
    result = {"rounds": options.rounds, "seed": options.seed, "logs": logs}
    if memory:
        result["memory"] = {"bytes": memory.corpus.bytes, "peak_rss_bytes": memory.samples[0].rss}
    path.write_text(json.dumps(result, indent=1) + "\n")


def run(options):
    folder = options.build.parent / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    for program in ("mawk", "goaccess"):
        if not runs.is_installed(program):
            print(f"{program} is not installed: left out")
    measured = {kind: measure(options, kind, folder) for kind in options.only or KINDS}
    wants_memory = (options.memory or options.check) and not options.yardsticks
    memory = measure_memory(options, folder) if wants_memory else None
    write_results(folder / "results.json", options, measured, memory)
    missed = table.shortfalls(measured, memory) if options.check else []
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


def main():
    options = read_options()
    needed = ["tocsin-corpus"] if options.yardsticks else ["tocsin-corpus", "tocsin"]
    for name in needed:
        if not (options.build / name).exists():
            print(f"bench: {options.build / name} is not there; run ./dev build", file=sys.stderr)
            return 2
    try:
        return run(options)
    except runs.Failed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
