"""Two builds of tocsin on the same log, in turn: is the new one faster, and does it say the same?

A B A B ...: what else happens on the machine falls on both alike. Shown are medians, and the median
of the ratios of each pair; below one the new build needs less.
"""
import statistics

import runs

HEAD = f"{'':<24}{'this':>12}{'other':>12}{'ratio':>8}"


def _pairs(this, other, what):
    pairs = [(getattr(a, what), getattr(b, what)) for a, b in zip(this.samples, other.samples)]
    return [(a, b) for a, b in pairs if a is not None and b is not None]


def row(name, this, other, what, unit=1.0):
    """One line of the table; a dash where one of the two does not tell."""
    pairs = _pairs(this, other, what)
    if not pairs:
        return f"{name:<24}{'-':>12}{'-':>12}{'-':>8}"
    ratios = [a / b for a, b in pairs if b]
    shown = f"{statistics.median(ratios):>8.3f}" if ratios else f"{'-':>8}"
    return (f"{name:<24}{statistics.median(a for a, _ in pairs) / unit:>12.3f}"
            f"{statistics.median(b for _, b in pairs) / unit:>12.3f}{shown}")


def measure(options, corpus, folder):
    this = runs.scan(options.build / "tocsin", corpus, 1, folder, "this")
    other = runs.scan(options.against.resolve(), corpus, 1, folder, "other")
    runs.run_in_turn([this, other], options.rounds, folder)
    print(f"\n{corpus.kind}: {corpus.bytes / 1e6:.0f} MB, {corpus.lines} lines, "
          f"{options.rounds} pairs\n{HEAD}")
    print(row("CPU seconds", this, other, "cpu"))
    print(row("seconds", this, other, "wall"))
    print(row("ordered stage, CPU s", this, other, "ordered"))
    print(row("us per observation", this, other, "per_observation"))
    print(row("observations", this, other, "observations"))
    print(row("peak RSS, MiB", this, other, "rss", 2**20))
    print(row("spilled, MiB", this, other, "spilled", 2**20))
    same = this.output.read_bytes() == other.output.read_bytes()
    print(f"findings: {'the same, byte for byte' if same else 'they differ'}", flush=True)
