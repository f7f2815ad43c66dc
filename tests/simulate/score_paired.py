"""The same organisations under harder conditions: differences of the figures, with a paired bootstrap interval."""
import random
import sys

import score_coverage

VARIANTS = {
    "1000": {"mailboxes": 1000}, "4000": {"mailboxes": 4000},
    "alike": {"options": ["--names", "alike"]}, "unlike": {"options": ["--names", "unlike"]},
    "domain": {"options": ["--names", "domain"]},
    "corrupt": {"options": ["--corrupt", "0.01"]}, "hosts": {"options": ["--lose-host"]},
    "days": {"options": ["--lose-days", "0.3"]}, "mailboxes": {"options": ["--lose-mailboxes", "0.3"]},
    "tracking": {"options": ["--without", "tracking"]}, "users": {"options": ["--without", "users"]},
    "names": {"options": ["--without", "names"]}, "geo": {"options": ["--without", "geo"]},
    "subjects": {"options": ["--without", "subjects"]}, "nat": {"options": ["--without", "forwarded"]},
    "xff": {"proxies": False}, "sspr": {"options": ["--with", "sspr"]}, "hybrid": {"options": ["--with", "hybrid"]}}
ROUNDS = 2000
HIGH, CRITICAL = 3, 4


def campaigns(o):
    return [c for c in o["campaigns"] if c["family"] != "A10"]


def visible(o):
    return [c for c in campaigns(o) if c["visible"]]


def found(o):
    return [c for c in campaigns(o) if c["level"] >= HIGH]


# Name, scale, and the two sums whose quotient is the figure.
FIGURES = (
    ("found, of the visible", 100, lambda o: sum(c["level"] >= HIGH for c in visible(o)), lambda o: len(visible(o))),
    ("found, of all", 100, lambda o: len(found(o)), lambda o: len(campaigns(o))),
    ("critical, of the visible", 100, lambda o: sum(c["level"] >= CRITICAL for c in visible(o)),
     lambda o: len(visible(o))),
    ("visible victims named", 100, lambda o: sum(c["visible_named"] for c in visible(o)),
     lambda o: sum(c["visible"] for c in visible(o))),
    ("innocent, of the named", 100, lambda o: sum(c["innocents"] for c in found(o)),
     lambda o: sum(c["named"] for c in found(o))),
    ("incidents per campaign", 1, lambda o: sum(c["incidents"] for c in found(o)), lambda o: len(found(o))),
    ("false high per unit", 1, lambda o: sum(not f["learning"] for f in o["false"]), lambda o: o["units"]))


def quotient(pairs, scale):
    above, below = (sum(p[k] for p in pairs) for k in (0, 1))
    return scale * above / below if below else None


def difference(before, after, scale):
    a, b = quotient(before, scale), quotient(after, scale)
    return None if a is None or b is None else b - a


def bootstrap(before, after, scale, rounds=ROUNDS):
    """The middle 95 % of the differences when organisations are drawn again, each with its twin."""
    draw, seen = random.Random(1), []
    for _ in range(rounds):
        some = [draw.randrange(len(before)) for _ in before]
        d = difference([before[i] for i in some], [after[i] for i in some], scale)
        if d is not None:
            seen.append(d)
    seen.sort()
    return (seen[int(0.025 * len(seen))], seen[min(len(seen) - 1, int(0.975 * len(seen)))]) if seen else None


def compare(before, after):
    """(figure, before, after, difference, interval) of two runs of the same seeds."""
    rows = []
    for name, scale, above, below in FIGURES:
        a, b = ([(above(o), below(o)) for o in some] for some in (before, after))
        rows.append((name, quotient(a, scale), quotient(b, scale), difference(a, b, scale), bootstrap(a, b, scale)))
    return rows


def told(value, sign=""):
    return "-" if value is None else f"{value:{sign}.1f}"


def show(name, before, after):
    """Prints the differences and what coverage says; the rows."""
    rows = compare(before, after)
    print(f"-- {name}: {len(before)} pairs, {sum(len(campaigns(o)) for o in after)} campaigns, "
          f"{sum(len(visible(o)) for o in after)} visible (before {sum(len(visible(o)) for o in before)})")
    for figure, was, now, d, interval in rows:
        between = f"{told(interval[0], '+')} to {told(interval[1], '+')}" if interval else "-"
        print(f"    {figure:26s}{told(was):>8s}{told(now):>8s}{told(d, '+'):>8s}   {between}")
    score_coverage.show(name, list(zip(before, after)))
    sys.stdout.flush()
    return rows


def apply(job, name):
    """The job under that condition. Twins and the naive detector say nothing here."""
    variant = VARIANTS.get(name, {})
    return {**job, "twins": False, "naive": False, "mailboxes": variant.get("mailboxes", job["mailboxes"]),
            "proxies": variant.get("proxies", True), "options": job["options"] + variant.get("options", [])}


def run(names, jobs, work):
    """Runs the jobs as they are, then under each condition; `work` maps jobs to results, in order."""
    before = work([apply(job, "") for job in jobs])
    return {name: show(name, before, work([apply(job, name) for job in jobs])) for name in names}
