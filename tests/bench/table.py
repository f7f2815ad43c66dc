"""Figures for people: one table per corpus, and the goals."""
import statistics

RSS_LIMIT = (128 << 20) - 1
LEAST_OF_MAWK, LEAST_OF_GOACCESS, MOST_ORDERED = 0.5, 10.0, 0.10
HEAD = (f"{'':<16}{'MB/s CPU':>9}{'MB/s':>8}{'ev/s':>8}{'RSS MiB':>9}"
        f"{'x mawk':>8}{'x goacc':>9}{'x wc -l':>9}")


def find(commands, name):
    return next((c for c in commands if c.name == name), None)


def ratio(command, other):
    """Of the rates per CPU second, run by run, since the two of a round met the same machine."""
    if command is None or other is None:
        return None
    return statistics.median(a / b for a, b in zip(command.rates(), other.rates()))


def ordered_share(command):
    shares = [s.ordered / s.cpu for s in command.samples if s.ordered is not None]
    return statistics.median(shares) if shares else None


def scaling(commands):
    one, two = find(commands, "scan --jobs 1"), find(commands, "scan --jobs 2")
    if one is None or two is None:
        return None
    return statistics.median(a.wall / b.wall for a, b in zip(one.samples, two.samples))


def _number(value, width, digits=2):
    return f"{'-':>{width}}" if value is None else f"{value:>{width}.{digits}f}"


def _thousands(value):
    return f"{value / 1e6:.2f}M" if value >= 1e6 else f"{value / 1e3:.0f}k"


def events_per_second(command):
    """Of wall time; lines where the program counts none."""
    count = command.samples[-1].events or command.corpus.lines
    return count / command.median("wall")


def figures(command, commands):
    others = {key: ratio(command, find(commands, name))
              for key, name in (("mawk", "mawk"), ("goaccess", "goaccess"), ("wc", "wc -l"))}
    return {"mb_per_cpu_second": statistics.median(command.rates()),
            "mb_per_second": command.corpus.bytes / 1e6 / command.median("wall"),
            "events_per_second": events_per_second(command),
            "peak_rss_bytes": max(s.rss for s in command.samples),
            "ratio_to": others, "ordered_share": ordered_share(command)}


def _row(name, row):
    to = row["ratio_to"]
    return (f"{name:<16}{row['mb_per_cpu_second']:>9.1f}{row['mb_per_second']:>8.1f}"
            f"{_thousands(row['events_per_second']):>8}{row['peak_rss_bytes'] / 2**20:>9.1f}"
            f"{_number(to['mawk'], 8)}{_number(to['goaccess'], 9, 1)}{_number(to['wc'], 9, 3)}")


def show(kind, commands):
    corpus = commands[0].corpus
    print(f"\n{kind}: {corpus.bytes / 1e6:.0f} MB, {corpus.lines} lines\n{HEAD}")
    for command in commands:
        print(_row(command.name, figures(command, commands)))
    share, speedup = ordered_share(commands[0]), scaling(commands)
    if share is not None:
        print(f"ordered stage: {share:.1%} of the CPU of a scan")
    if speedup is not None:
        print(f"two jobs: {speedup:.2f} x the speed of one")


def shortfalls(measured, memory):
    """Goals that were not met, a line each; what was not measured was not met."""
    iis = find(measured["iis"], "scan --jobs 1")
    lines = [_at_least("iis scan, speed in that of mawk",
                       ratio(iis, find(measured["iis"], "mawk")), LEAST_OF_MAWK),
             _at_least("iis scan, speed in that of goaccess",
                       ratio(iis, find(measured["iis"], "goaccess")), LEAST_OF_GOACCESS),
             _at_most("iis scan, peak memory in MiB",
                      memory and memory.samples[0].rss / 2**20, RSS_LIMIT / 2**20)]
    for kind, commands in measured.items():
        share = ordered_share(find(commands, "scan --jobs 1"))
        lines.append(_at_most(f"{kind} scan, ordered stage's share", share, MOST_ORDERED))
    return [line for line in lines if line]


def _at_least(name, value, limit):
    if value is None:
        return f"{name}: not measured"
    return None if value >= limit else f"{name}: {value:.3f}, goal at least {limit:g}"


def _at_most(name, value, limit):
    if value is None:
        return f"{name}: not measured"
    return None if value <= limit else f"{name}: {value:.3f}, goal at most {limit:g}"
