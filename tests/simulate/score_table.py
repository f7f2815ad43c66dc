"""Counts, shares with Wilson's 95 % interval, and the table."""
import collections
import math
import statistics

import score_calibration
import score_confusion
import score_delays

HIGH, CRITICAL = 3, 4
LANGUAGE = ("A1",)  # the families like that of 2011


def wilson(k, n):
    """The 95 % interval of a share."""
    if n == 0:
        return (0.0, 1.0)
    z, p = 1.96, k / n
    middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n)))


def share(k, n):
    if n == 0:
        return "-"
    low, high = wilson(k, n)
    return f"{k}/{n} ({100 * k / n:.0f} %, {100 * low:.0f}-{100 * high:.0f})"


def quantile(values, q):
    """With None as never: the q-quantile, or None where it is never."""
    if not values:
        return None
    ordered = sorted(values, key=lambda v: math.inf if v is None else v)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def told(value, form="{:.1f}"):
    return "never" if value is None else form.format(value)


def figures(campaigns):
    """What is said of a set of campaigns."""
    visible = [c for c in campaigns if c["visible"]]
    found = [c for c in campaigns if c["level"] >= HIGH]
    seen = [c for c in visible if c["level"] >= HIGH]
    off = [c for c in found if c["first_access_off"] is not None]
    return {
        "campaigns": len(campaigns), "found": len(found), "visible": len(visible), "visible_found": len(seen),
        "critical": sum(c["level"] >= CRITICAL for c in visible),
        "medium": sum(c["level"] >= 2 for c in campaigns),
        "visible_victims": sum(c["visible"] for c in visible),
        "visible_named": sum(c["visible_named"] for c in visible),
        "victims": sum(c["victims"] for c in found), "victims_named": sum(c["victims_named"] for c in found),
        "named": sum(c["named"] for c in found), "innocents": sum(c["innocents"] for c in found),
        "incidents": statistics.fmean([c["incidents"] for c in found]) if found else 0.0,
        "first_access_right": sum(abs(c["first_access_off"]) <= 1 for c in off), "first_access_said": len(found),
        "hours_to_high": quantile([c["hours_to_high"] for c in campaigns], 0.5),
        "hours_to_critical": [quantile([c["hours_to_critical"] for c in campaigns], q) for q in (0.5, 0.9)],
        "hours_visible_to_high": quantile([c["hours_visible_to_high"] for c in visible], 0.5),
        "victims_before": [quantile([c["victims_before"] for c in campaigns], q) for q in (0.5, 0.9)]}


COLUMNS = (("", 14), ("found, of the visible", 25), ("of all", 8), ("critical", 9), ("visible named", 22),
           ("all named", 10), ("innocent", 9), ("incid.", 7), ("access", 8), ("h high", 7), ("h crit. 50/90", 15),
           ("before 50/90", 13), ("naive", 7))


def line(cells):
    print("  ".join(str(cell).ljust(width) for cell, (_, width) in zip(cells, COLUMNS)).rstrip())


def row(name, f, naive=None):
    line((name, share(f["visible_found"], f["visible"]), f"{f['found']}/{f['campaigns']}",
          f"{f['critical']}/{f['visible']}", share(f["visible_named"], f["visible_victims"]),
          f"{f['victims_named']}/{f['victims']}", f"{f['innocents']}/{f['named']}", f"{f['incidents']:.2f}",
          f"{f['first_access_right']}/{f['first_access_said']}", told(f["hours_to_high"]),
          "/".join(told(h) for h in f["hours_to_critical"]), "/".join(told(n, "{}") for n in f["victims_before"]),
          f"{naive['visible_found']}/{naive['visible']}" if naive else "-"))


def grouped(organisations, key, which="campaigns"):
    groups = collections.defaultdict(list)
    for o in organisations:
        for c in o[which]:
            groups[key(o, c)].append(c)
    return groups


def rate(count, units):
    """Events per unit with the 95 % bound: 3/n where none was seen."""
    if units == 0:
        return "-"
    if count == 0:
        return f"0 in {units:.1f} units (below {3 / units:.2f})"
    low, high = max(0, count - 1.96 * math.sqrt(count)), count + 1.96 * math.sqrt(count) + 2
    return f"{count} in {units:.1f} units ({count / units:.2f}, {low / units:.2f}-{high / units:.2f})"


def false_ones(organisations, which="false"):
    judged = [f for o in organisations for f in o[which] if not f["learning"]]
    return judged, sum(f["learning"] for o in organisations for f in o[which])


def quiet(organisations):
    """What happens without attackers, and where false ones come from."""
    clean = [o for o in organisations if not o["campaigns"]]
    for name, some in (("clean", clean), ("all", organisations)):
        units = sum(o["units"] for o in some)
        judged, learning = false_ones(some)
        critical = sum(f["level"] >= CRITICAL for f in judged)
        print(f"false high, {name} organisations, per week and 2,000 mailboxes: {rate(len(judged), units)}; "
              f"critical {rate(critical, units)}; {learning} more in the learning time")
    judged, _ = false_ones(organisations)
    print("false high by trap: " + (", ".join(f"{trap} {n}" for trap, n in collections.Counter(
        f["trap"] for f in judged).most_common()) or "none"))
    print("false high by rule: " + (", ".join(f"{rule} {n}" for rule, n in collections.Counter(
        f["rule"] for f in judged).most_common()) or "none"))
    days = sum(o["about"]["days"] for o in clean)
    if days:
        print(f"pages a day, clean: {sum(o['pages'] for o in clean) / days:.3f}")
    judged, _ = false_ones(organisations, "naive_false")
    print(f"naive, false high: {rate(len(judged), sum(o['units'] for o in organisations))}")


def precision(organisations):
    true = sum(c["incidents"] for o in organisations for c in o["campaigns"])
    attacked = [o for o in organisations if o["campaigns"]]
    clean = [o for o in organisations if not o["campaigns"]]
    judged, _ = false_ones(organisations)
    print(f"incident precision, as drawn: {share(true, true + len(judged))}")
    units = sum(o["units"] for o in clean)
    if attacked and units:
        recall = sum(c["level"] >= HIGH for o in attacked for c in o["campaigns"]) / \
            max(1, sum(len(o["campaigns"]) for o in attacked))
        each = len(false_ones(clean)[0]) / units
        weighted = 0.0096 * recall / (0.0096 * recall + each) if recall + each else 0.0
        print(f"precision at one campaign in two years and organisation of 2,000: {100 * weighted:.0f} %")


def twins(organisations):
    """Campaigns in disguise, or under a crier's noise, against the same without."""
    for family in ("A9", "A1+A10"):
        some = [o for o in organisations if o["asked"] == family and o.get("twin")]
        plain = [o for o in some if o["twin"][0]["level"] >= HIGH]
        kept = sum(o["campaigns"][0]["level"] >= HIGH for o in plain)
        silent = sum(o["exit"] == 0 and "webmail access" in o["watched"] for o in some)
        if some:
            print(f"{family}: of {len(plain)} (of {len(some)}) found without it, {share(kept, len(plain))} found "
                  f"with it; {silent} times exit 0 and watched; pages a week "
                  f"{sum(o['pages'] for o in some) * 7 / sum(o['about']['days'] for o in some):.1f}")


def overview(organisations):
    everything = [c for o in organisations for c in o["campaigns"] if c["family"] != "A10"]
    result = {"all": figures(everything), "groups": {}}
    naive = {("all", ""): figures([c for o in organisations for c in o["naive"] if c["family"] != "A10"])}
    print(f"{len(organisations)} organisations, {len(everything)} campaigns, "
          f"{sum(o['about']['lines'] for o in organisations)} lines")
    line([title for title, _ in COLUMNS])
    row("all", result["all"], naive[("all", "")])
    for title, key in (("family", lambda o, c: c["family"]),
                       ("era", lambda o, c: c["family"] + " " + c["era"]),
                       ("language", lambda o, c: c["family"] + " " + (c["culture"] or "-")),
                       ("size", lambda o, c: str(o["about"]["mailboxes"])),
                       ("front", lambda o, c: o["about"]["front"])):
        print(f"-- by {title}")
        beside = grouped(organisations, key, "naive")
        for name, some in sorted(grouped(organisations, key).items()):
            if title in ("era", "language") and not name.startswith(("A1 ", "A2 ")):
                continue
            result["groups"][f"{title} {name}"] = figures(some)
            row(name, figures(some), figures(beside[name]) if beside.get(name) else None)
    print("-- false alarms")
    quiet(organisations)
    precision(organisations)
    twins(organisations)
    print("-- highest level told")
    score_confusion.show("campaigns", score_confusion.of_campaigns(organisations))
    score_confusion.show("clean, by trap", score_confusion.of_traps(organisations))
    print("-- confidence")
    score_calibration.show(organisations, share)
    print("-- delays")
    score_delays.show(organisations, share)
    return result
