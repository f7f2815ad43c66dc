"""Whether the confidence that is printed is true: of incidents that say so much, how many belong to a campaign."""
from score_alerts import HIGH, MEDIUM
from score_match import belongs
from score_truth import when

BANDS = ((0, 50), (50, 60), (60, 70), (70, 80), (80, 90), (90, 101))


def judged(truth, incidents):
    """The incidents of one organisation at medium and above, as they stand at the end."""
    from_then = when(truth.about["judged_from"])
    return [{"level": i.level, "confidence": i.confidence, "rule": i.rule, "learning": i.end < from_then,
             "true": any(belongs(i, campaign) for campaign in truth.campaigns)}
            for i in incidents if i.level >= MEDIUM]


def bands(incidents, least):
    """(band, how many, how many are true) of the incidents from that level on."""
    some = [i for i in incidents if i["level"] >= least and i["confidence"] is not None and not i["learning"]]
    return [(band, len(mine), sum(i["true"] for i in mine)) for band in BANDS
            for mine in [[i for i in some if band[0] <= i["confidence"] < band[1]]]]


def show(organisations, share):
    """Prints the table; `share` words a count of a whole with its interval."""
    incidents = [i for o in organisations for i in o["incidents"]]
    at_medium = [i for i in incidents if i["level"] == MEDIUM]
    print(f"{'confidence says':16s}{'true, high and above':>32s}{'true, medium':>32s}")
    for (band, high, true), (_, medium, half) in zip(bands(incidents, HIGH), bands(at_medium, MEDIUM)):
        print(f"{band[0]:>3d} to {min(band[1] - 1, 100):<9d}{share(true, high):>32s}{share(half, medium):>32s}")
    _, all_high, true_high = bands(incidents, HIGH)[-1]
    if all_high:
        print(f"of {all_high} incidents that say 90 or more {true_high} are true: the number "
              + ("holds" if true_high >= 0.9 * all_high else "does not hold"))
    else:
        print("no incident at high says 90 or more")
