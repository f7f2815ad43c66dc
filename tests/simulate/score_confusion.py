"""What was told of each family and of each harmless event: a confusion matrix of levels."""
import collections
import datetime

from score_truth import when

LEVELS = ("nothing", "inform.", "low", "medium", "high", "critical")
NOTHING = -1
DAY = datetime.timedelta(days=1)


def concerns(incident, trap, truth):
    """Whether the incident names the mailbox or the source of a harmless event, at its time."""
    if when(trap["start"]) > incident.end + DAY or when(trap["end"]) < incident.start - DAY:
        return False
    return ("mailbox" in trap and truth.who(trap["mailbox"]) in incident.who) or \
        trap.get("source") in incident.sources


def trap_levels(truth, incidents):
    """(trap, highest level of an incident that concerns it) of each, and of incidents that concern none."""
    if truth.campaigns:
        return []
    rows, explained = [], set()
    for trap in truth.traps:
        mine = [i for i in incidents if concerns(i, trap, truth)]
        explained |= {i.identity for i in mine}
        rows.append([trap["trap"], max((i.level for i in mine), default=NOTHING)])
    return rows + [["none", i.level] for i in incidents if i.identity not in explained]


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
