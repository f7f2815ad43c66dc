#!/usr/bin/env python3
"""Runs the fuzz targets, one after the other, and fails if any of them finds something.

A finding is a crash, a report of a sanitizer, a leak, an input that takes longer than ten seconds or
more than 2 GiB. Its input stays below BUILD/found/TARGET; what a target learned stays in
BUILD/learned/TARGET and is where the next run begins. Exit status: 0 nothing found, 1 something was
found, 2 this could not be run.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
LIMITS = ["-max_len=65536", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]
# What libFuzzer and the sanitizers say, and what a person calls it; the first that is met counts.
KINDS = [(r"libFuzzer: timeout", "timeout"), (r"libFuzzer: out-of-memory", "out of memory"),
         (r"LeakSanitizer", "leak"), (r"AddressSanitizer: ([\w-]+)", "memory error"),
         (r"runtime error: (.*)", "undefined behaviour"), (r"deadly signal|libFuzzer", "crash")]


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0], prog="dev fuzz")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("words", nargs="*", metavar="SECONDS TARGET",
                        help="seconds for each target (default 60), then targets (default all)")
    options = parser.parse_args()
    options.seconds = int(options.words.pop(0)) if options.words and options.words[0].isdigit() else 60
    return options


def targets(options):
    """name -> program, of those asked for."""
    folder = options.build / "tests/fuzz"
    known = {p.name.removeprefix("fuzz_"): p for p in sorted(folder.glob("fuzz_*")) if p.is_file()}
    wanted = [w.removeprefix("fuzz_") for w in options.words] or list(known)
    unknown = [w for w in wanted if w not in known]
    if unknown or not known:
        print(f"fuzz: no target {', '.join(unknown)}; there are: {', '.join(known) or 'none'}",
              file=sys.stderr)
        sys.exit(2)
    return {name: known[name] for name in wanted}


def command_for(options, name, program):
    found, learned = options.build / "found" / name, options.build / "learned" / name
    for folder in (found, learned):
        folder.mkdir(parents=True, exist_ok=True)
    words = [program, *LIMITS, f"-max_total_time={options.seconds}", f"-artifact_prefix={found}/"]
    dictionary = HERE / "dict" / f"{name}.dict"
    if dictionary.exists():
        words.append(f"-dict={dictionary}")
    return [str(w) for w in [*words, learned, HERE / "corpus" / name]]


def last_number(pattern, text):
    numbers = re.findall(pattern, text, re.M)
    return int(numbers[-1]) if numbers else 0


def kind_of(text):
    for pattern, kind in KINDS:
        match = re.search(pattern, text)
        if match:
            return f"{kind}: {match.group(1)}" if match.groups() else kind
    return "the program failed"


def show_finding(options, name, program, text):
    """What was found, where its input lies, and how to see it again."""
    log = options.build / "found" / f"{name}.log"
    log.write_text(text)
    kept = re.findall(r"Test unit written to (\S+)", text)
    print(f"  FOUND {kind_of(text)}")
    print(f"    input:     {kept[-1] if kept else 'none was written'}")
    print(f"    reproduce: {program} {kept[-1] if kept else ''}".rstrip())
    print(f"    report:    {log}")


def run_one(options, name, program):
    """(executions, whether something was found)"""
    start = time.monotonic()
    done = subprocess.run(command_for(options, name, program), stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False)
    text = done.stderr.decode("utf-8", errors="replace")
    runs = max(last_number(r"stat::number_of_executed_units:\s+(\d+)", text),
               last_number(r"^#(\d+)\s", text) if done.returncode else 0)
    coverage, features = last_number(r"cov: (\d+)", text), last_number(r"ft: (\d+)", text)
    print(f"{name:<16} {runs:>10} runs {time.monotonic() - start:>6.0f} s  coverage {coverage:>6}  "
          f"features {features:>6}  findings {int(done.returncode != 0)}", flush=True)
    if done.returncode != 0:
        show_finding(options, name, program, text)
    return runs, done.returncode != 0


def main():
    options = read_options()
    results = [run_one(options, name, program) for name, program in targets(options).items()]
    findings = sum(found for _, found in results)
    print(f"total: {len(results)} targets, {sum(runs for runs, _ in results)} runs, "
          f"{findings} finding{'' if findings == 1 else 's'}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
