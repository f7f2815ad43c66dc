"""What was told of each family and of each harmless event: a confusion matrix of levels."""
import collections

from score_match import blame

LEVELS = ("nothing", "inform.", "low", "medium", "high", "critical")
NOTHING = -1


def trap_levels(truth, incidents):
    """(trap, highest level laid to it) of each kind of harmless event in an organisation without a campaign."""
    if truth.campaigns:
        return []
    highest = {trap["trap"]: NOTHING for trap in truth.traps} | {"none": NOTHING}
    for incident in incidents:
        trap = blame(incident, truth.traps, truth)
        highest[trap] = max(highest[trap], incident.level)
    return sorted([name, level] for name, level in highest.items())


def matrix(pairs):
    """Rows of counts by level, in order of their names, from pairs of name and level."""
    counts = collections.defaultdict(lambda: [0] * len(LEVELS))
    for name, level in pairs:
        counts[name][level + 1] += 1
    return sorted(counts.items())


def of_campaigns(organisations):
    return matrix((f"{c['family']} {c['era']}", c["level"]) for o in organisations for c in o["campaigns"])


def of_traps(organisations):
    return matrix((trap, level) for o in organisations for trap, level in o["trap_levels"])


def show(title, rows):
    print(f"{title:16s}" + "".join(f"{level:>10s}" for level in LEVELS))
    for name, counts in rows:
        print(f"{name:16s}" + "".join(f"{count:>10d}" for count in counts))
