"""How late spraying that succeeds and many mailboxes of one host are told."""
import collections

SPRAYED = ("A4", "A4E")
MANY = 5  # mailboxes of one host that make many
MINUTE = 1 / 60


def told_in(delays, hours):
    """How many came in time, and of how many; None is never."""
    return sum(d is not None and d <= hours for d in delays), len(delays)


def spraying(campaigns):
    """(delays to high from the first success that spraying gives away, delays to medium of the others), in hours."""
    sprayed = [c for c in campaigns if c["family"] in SPRAYED and c["visible"]]
    linked = [c["hours_linked_to_high"] for c in sprayed if c["linked"]]
    return linked, [c["hours_success_to_medium"] for c in sprayed if not c["linked"]]


def rules_of(campaigns, hours):
    """How many successes from elsewhere each rule told first, in time."""
    return collections.Counter(rule for c in campaigns if c["family"] in SPRAYED and c["visible"] and not c["linked"]
                               and told_in([c["hours_success_to_medium"]], hours)[0] for rule in c["success_told_by"])


def one_host(campaigns):
    """Delays to high from the access that makes a host's mailboxes many, in hours."""
    return [c["hours_many_to_high"] for c in campaigns if c["family"] == "A3" and c["hours_many"] is not None]


def show(organisations, share):
    campaigns = [c for o in organisations for c in o["campaigns"]]
    linked, elsewhere = spraying(campaigns)
    many = one_host(campaigns)
    print(f"spraying, then success from its block or agent: {share(*told_in(linked, 10 * MINUTE))} high in 10 minutes")
    by = ", ".join(f"{rule} {n}" for rule, n in rules_of(campaigns, 24).most_common())
    print(f"... from elsewhere: {share(*told_in(elsewhere, 24))} medium in 24 hours" + (f" ({by})" if by else ""))
    print(f"many mailboxes from one host: {share(*told_in(many, 5 * MINUTE))} high in 5 minutes of the "
          f"{MANY}th mailbox")
