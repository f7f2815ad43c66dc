"""Figures for people: one table per corpus."""
import statistics

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


def ordered(commands):
    """What the ordered stage of a scan cost; None without a scan."""
    scan = find(commands, "scan --jobs 1")
    if scan is None or ordered_share(scan) is None:
        return None
    costs = [s.per_observation for s in scan.samples if s.per_observation is not None]
    return {"share": ordered_share(scan),
            "us_per_observation": statistics.median(costs) if costs else None,
            "observations": scan.samples[-1].observations,
            "spilled_bytes": max(s.spilled or 0 for s in scan.samples)}


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


def show_mailboxes(counts):
    if counts:
        print(f"mailboxes: {counts['seen']} seen, {counts['joined']} joined across logs, "
              f"{counts['judged']} judged")


def show(kind, commands):
    corpus = commands[0].corpus
    print(f"\n{kind}: {corpus.bytes / 1e6:.0f} MB, {corpus.lines} lines\n{HEAD}")
    for command in commands:
        print(_row(command.name, figures(command, commands)))
    words, speedup = ordered(commands), scaling(commands)
    if words is not None:
        print(f"ordered stage: {words['share']:.1%} of the CPU of a scan, "
              f"{_number(words['us_per_observation'], 0)} us for each of "
              f"{words['observations'] or 'unknown'} observations; "
              f"{words['spilled_bytes'] or 0} bytes spilled")
        show_mailboxes(commands[0].samples[-1].mailboxes)
    if speedup is not None:
        print(f"two jobs: {speedup:.2f} x the speed of one", flush=True)
