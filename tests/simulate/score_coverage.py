"""What the coverage rows say against what was really taken away."""
import re

WEBMAIL, LANGUAGE = "webmail access", "system message language"
PASSWORDS, JOIN = "password resets", "language switch with access"
FILES = {WEBMAIL: ("iis",), LANGUAGE: ("tracking",), PASSWORDS: ("server", "controller")}
MISSING = re.compile(r"([0-9]+) % of the time of its logs")
WORDS = "days of its logs are missing"  # where not all of a quiet log could be judged
BLIND = {"webmail": {WEBMAIL: "blind", JOIN: "blind"}, "language": {LANGUAGE: "blind", JOIN: "blind"}}
# How account names look decides what can be joined; everything else stays as it was.
FREE = {"alike": {JOIN}, "unlike": {JOIN}, "domain": {JOIN}, "mailboxes": {JOIN}}


def expected(name, about):
    """The states that a degradation must bring, by indicator; the others must stay as they were."""
    if name in ("tracking", "subjects"):
        return BLIND["language"]
    if name in ("names", "nat") or (name == "xff" and about["front"] == "forwarded"):
        return BLIND["webmail"]
    if name == "hosts" and about["host_lost"]:
        return {WEBMAIL: "partly", JOIN: "partly"}
    if name == "days":
        return {WEBMAIL: "partly", LANGUAGE: "partly", PASSWORDS: "partly", JOIN: "partly"}
    return {}


def states(organisation):
    return {row["indicator"]: row["state"] for row in organisation["coverage"]}


def wrong(name, before, after):
    """Indicators whose state is not what it must be, as texts."""
    must, was, says = expected(name, after["about"]), states(before), states(after)
    return [f"{indicator}: {says[indicator]}, not {must.get(indicator, was[indicator])}"
            for indicator in was if indicator not in FREE.get(name, ()) and
            says[indicator] != worse(was[indicator], must.get(indicator))]


def worse(was, must):
    order = ("watched", "partly", "blind")
    return was if must is None else max(was, must, key=order.index)


def numbers(organisation):
    """(what a row says is missing, what is missing), in per cent, wherever either is not nothing and no word is said."""
    rows = []
    for row in organisation["coverage"]:
        if row["indicator"] not in FILES:
            continue
        files = [organisation["about"]["files"][kind] for kind in FILES[row["indicator"]]]
        made = sum(f["made"] for f in files)
        lost = 100 * sum(f["lost"] for f in files) / made if made else 0
        why = row.get("why") or ""
        said = MISSING.search(why)
        if said or (lost and WORDS not in why):
            rows.append((int(said.group(1)) if said else 0, lost))
    return rows


def show(name, pairs):
    """One line for each fault, and one for the numbers."""
    faults = {}
    for before, after in pairs:
        for text in wrong(name, before, after):
            faults.setdefault(text, []).append(after["seed"])
    for text, seeds in sorted(faults.items()):
        print(f"    {len(seeds)} of {len(pairs)} say {text} (seed {seeds[0]})")
    off = [abs(said - lost) for _, after in pairs for said, lost in numbers(after)]
    if off:
        print(f"    missing time: {sum(x <= 2 for x in off)} of {len(off)} numbers within 2 points, "
              f"the worst {max(off):.1f} off")
    return len(faults)
