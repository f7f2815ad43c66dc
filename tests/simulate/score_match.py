"""Which incident belongs to which campaign, and what that is worth.

An incident belongs to a campaign if they overlap in time (72 hours are allowed behind its end) and it names one
of its sources, or two (or all) of its victims. Of those at high or above, what belongs to none is false.
"""
import collections
import datetime

from score_alerts import CRITICAL, HIGH, MEDIUM
from score_delays import MANY
from score_truth import when

LATE = datetime.timedelta(hours=72)
DAY = datetime.timedelta(days=1)


def belongs(incident, campaign):
    victims = {v.lower() for v in campaign["victims"]}
    sources = set(campaign["sources"]) | set(campaign["spray_sources"])
    if not campaign["start"]:
        return False
    if incident.start > when(campaign["end"]) + LATE or incident.end < when(campaign["start"]):
        return False
    return bool(incident.sources & sources) or \
        len(incident.who & victims) >= max(1, min(2, len(victims)))


def hours(later, earlier):
    return None if later is None or earlier is None else (later - earlier).total_seconds() / 3600


def first_told(incidents, level, campaign):
    victims = {v.lower() for v in campaign["victims"]}
    sources = set(campaign["sources"]) | set(campaign["spray_sources"])
    times = [i.reached(level, victims, sources, when(campaign["start"])) for i in incidents]
    return min((t for t in times if t), default=None)


def success_told(incidents, campaign):
    """(when a victim or a source of the intruder's was first told at medium, by which rules).

    Neither what was told before the first of them was opened counts, nor what names only those that sprayed.
    """
    victims, sources = {v.lower() for v in campaign["victims"]}, set(campaign["sources"])
    lines = [(at, sorted(rules)) for i in incidents for at, level, who, ips, rules in i.lines
             if level >= MEDIUM and at >= when(campaign["first_access"]) and (who & victims or ips & sources)]
    return min(lines, default=(None, []))


def measure(campaign, mine):
    """The figures of one campaign; times that never came are None."""
    victims = {v.lower() for v in campaign["victims"]}
    visible = {v.lower() for v in campaign["visible_victims"]}
    accesses = sorted(when(t) for t in campaign["access_times"].values())
    told = [i for i in mine if first_told([i], HIGH, campaign)]
    medium, high, critical = (first_told(mine, level, campaign) for level in (MEDIUM, HIGH, CRITICAL))
    named = set().union(*[i.who for i in told]) if told else set()
    sources = set().union(*[i.sources for i in told]) if told else set()
    access = min((i.first_access for i in told if i.first_access), default=None)
    first = when(campaign["first_access"])
    second = accesses[1] if len(accesses) > 1 else first
    many = accesses[MANY - 1] if len(accesses) >= MANY else None
    linked = when(campaign.get("first_linked"))
    success, by = success_told(mine, campaign) if first else (None, [])
    return {
        "family": campaign["family"], "variant": campaign["variant"], "era": campaign["era"],
        "culture": campaign["culture"], "foreign": campaign["culture_class"] == "foreign",
        "victims": len(victims), "visible": len(visible), "blind": campaign["blind"],
        "level": CRITICAL if critical else HIGH if high else MEDIUM if medium else max(
            (min(i.level, MEDIUM - 1) for i in mine), default=-1),
        "victims_named": len(named & victims), "visible_named": len(named & visible),
        "sources": len(campaign["sources"]), "sources_named": len(sources & set(campaign["sources"])),
        "named": len(named), "innocents": len(named - victims), "incidents": len(told),
        "hours_to_medium": hours(medium, first),
        "hours_success_to_medium": hours(success, first), "success_told_by": by, "hours_to_high": hours(high, first),
        "hours_to_critical": hours(critical, second),
        "hours_visible_to_high": hours(high, when(campaign["first_visible"])),
        "victims_before": None if high is None else sum(t <= high for t in accesses),
        "first_access_off": hours(access, first), "linked": linked is not None,
        "hours_linked_to_high": hours(high, linked), "hours_many": hours(many, first),
        "hours_many_to_high": hours(high, many)}


def blame(incident, traps, truth):
    """The trap that explains a false incident: the one it has most in common with."""
    shared = collections.Counter()
    for trap in traps:
        if when(trap["start"]) > incident.end + DAY or when(trap["end"]) < incident.start - DAY:
            continue
        hit = truth.who(trap["mailbox"]) in incident.who if "mailbox" in trap else False
        hit = hit or trap.get("source") in incident.sources
        shared[trap["trap"]] += hit
    best = shared.most_common(1)
    return best[0][0] if best and best[0][1] else "none"


def score(truth, incidents):
    """(campaigns, false incidents) of one organisation."""
    campaigns, used = [], set()
    for campaign in truth.campaigns:
        mine = [i for i in incidents if belongs(i, campaign)]
        used |= {i.identity for i in mine}
        campaigns.append(measure(campaign, mine))
    judged = when(truth.about["judged_from"])
    false = [{"level": i.level, "rule": i.rule, "mailboxes": len(i.who), "learning": i.end < judged,
              "trap": blame(i, truth.traps, truth)}
             for i in incidents if i.level >= HIGH and i.identity not in used]
    return campaigns, false
