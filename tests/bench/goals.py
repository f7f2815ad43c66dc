"""The goals of docs/performance.md: met or not, in the same run; nothing fails for them but --check."""
import dataclasses

import table

RSS_LIMIT = (128 << 20) - 1
LEAST_OF_MAWK, LEAST_OF_GOACCESS, MOST_ORDERED = 0.5, 10.0, 0.10
# Peak memory in MiB with so many mailboxes of five names; between them it grows evenly.
FEW, RSS_OF_FEW, MANY, RSS_OF_MANY = 10_000, 64, 200_000, 256


@dataclasses.dataclass
class Goal:
    name: str
    value: float | None
    limit: float
    at_least: bool

    @property
    def met(self):
        """What was not measured was not met."""
        if self.value is None:
            return False
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def rss_limit(mailboxes):
    """In MiB."""
    part = (max(mailboxes, FEW) - FEW) / (MANY - FEW)
    return RSS_OF_FEW + part * (RSS_OF_MANY - RSS_OF_FEW)


def judge(measured, memory, mailboxes):
    """Those goals that the logs of this run have something to say about."""
    goals = []
    for kind, commands in measured.items():
        scan = table.find(commands, "scan --jobs 1")
        if kind.startswith("iis") or kind == "msgtrk":
            goals.append(Goal(f"{kind}: speed in that of mawk",
                              table.ratio(scan, table.find(commands, "mawk")), LEAST_OF_MAWK, True))
        if kind == "iis":
            goals.append(Goal("iis: speed in that of goaccess",
                              table.ratio(scan, table.find(commands, "goaccess")), LEAST_OF_GOACCESS, True))
        if kind == "mailboxes":
            counts = scan.samples[-1].mailboxes or {}
            goals += [Goal(f"mailboxes: {what} of {mailboxes}", counts.get(what), mailboxes, True)
                      for what in ("joined", "judged")]
            goals.append(Goal(f"mailboxes: peak memory in MiB with {mailboxes}",
                              max(s.rss for s in scan.samples) / 2**20, rss_limit(mailboxes), False))
        else:
            goals.append(Goal(f"{kind}: the ordered stage's share", table.ordered_share(scan),
                              MOST_ORDERED, False))
    if memory:
        goals.append(Goal("peak memory in MiB of one big file", memory.samples[0].rss / 2**20,
                          RSS_LIMIT / 2**20, False))
    return goals


def show(goals):
    print("\ngoals")
    for goal in goals:
        value = "not measured" if goal.value is None else f"{goal.value:.3f}".removesuffix(".000")
        print(f"  {'met' if goal.met else 'not met':<8}{goal.name}: {value}, "
              f"goal {'at least' if goal.at_least else 'at most'} {goal.limit:g}")
