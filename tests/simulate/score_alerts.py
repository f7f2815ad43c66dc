"""The JSON lines of `tocsin scan -f json` as incidents."""
import json

from score_truth import when

LEVELS = ["informational", "low", "medium", "high", "critical"]
MEDIUM, HIGH, CRITICAL = 2, 3, 4


class Incident:
    """One incident: what its lines said when, its last line's members, what it paged for."""

    def __init__(self, identity):
        self.identity = identity
        self.level = -1
        self.lines = []  # (when, level, mailboxes, sources, rules at medium and above)
        self.pages = set()
        self.who, self.sources = set(), set()
        self.start = self.end = self.first_access = None
        self.rule = ""
        self.confidence = None

    def say(self, at, level, who, sources, rules=frozenset()):
        self.level = max(self.level, level)
        self.who, self.sources = who, sources
        self.lines.append((at, level, who, sources, rules))

    def take(self, line, who):
        t = line["tocsin"]
        level = LEVELS.index(t["level"])
        at = when(line["@timestamp"])
        if level >= HIGH and t["incident"]["transition"] in ("opened", "raised", "reopened"):
            self.pages.add(at)
        sources = {str(s.get("ip", s) if isinstance(s, dict) else s) for s in t.get("sources") or []}
        self.say(at, level, {who(name) for name in t.get("mailboxes") or []},
                 sources | set((line.get("related") or {}).get("ip") or []),
                 {r["name"] for r in t.get("rules") or [] if LEVELS.index(r["level"]) >= MEDIUM})
        self.start, self.end = when(line["event"].get("start")), when(line["event"].get("end"))
        known = [when(v["first_access"]) for v in t.get("victims") or [] if v.get("first_access")]
        self.first_access = min(known, default=None)
        self.rule = line.get("rule", {}).get("name") or ""
        self.confidence = t.get("confidence")

    def reached(self, level, victims, sources, since):
        """When it was first told at that level, naming one of them."""
        return min((at for at, told, who, ips, _ in self.lines
                    if told >= level and at >= since and (who & victims or ips & sources)), default=None)


def read(path, who):
    """(incidents, summary): those merged into another are gone, but their levels and pages count there."""
    incidents, merged, summary = {}, {}, None
    for text in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        if not text:
            continue
        line = json.loads(text)
        t = line.get("tocsin") or {}
        if t.get("type") == "summary":
            summary = t
        change = t.get("incident") or {}
        if t.get("type") != "incident" or not change.get("transition"):
            continue
        if change.get("merged_into"):
            merged[change["id"]] = change["merged_into"]
            continue
        incidents.setdefault(change["id"], Incident(change["id"])).take(line, who)
    for gone, into in merged.items():
        while into in merged:
            into = merged[into]
        if gone in incidents and into in incidents:
            absorb(incidents[into], incidents.pop(gone))
    return [i for i in incidents.values() if i.start], summary


def absorb(into, gone):
    into.level = max(into.level, gone.level)
    into.pages |= gone.pages
    into.lines += gone.lines
