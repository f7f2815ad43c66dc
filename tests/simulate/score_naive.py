"""A detector that anybody would write first, to beat: counts, new countries, eight words.

It reads the raw lines itself and knows nothing of tocsin. Its alerts of one rule and day are one incident at high.
"""
import bisect
import collections
import datetime
import gzip
import ipaddress
import json
import pathlib
import re

from score_alerts import HIGH, Incident
from score_truth import networks_of

WORDS = {"自动答复": "zh", "自動回覆": "zh", "自動応答": "ja", "자동 회신": "ko", "Автоматический ответ": "ru",
         "رد تلقائي": "ar", "Otomatik Yanıt": "tr", "תשובה אוטומטית": "he"}
OFFICE = re.compile(r"^(\S+ \S+) \S+ (\S+) (\S+) \S+ 443 (\S+) (\S+) ")
SESSION, CONDITION = datetime.timedelta(hours=1), datetime.timedelta(days=14)


class Geo:
    def __init__(self, path):
        rows = []
        for line in path.read_text().splitlines()[1:]:
            network = ipaddress.ip_network(line.split(",")[0])
            rows.append((network.version, int(network.network_address), int(network.broadcast_address),
                         line.split(",")[1]))
        self.rows = sorted(rows)
        self.keys = [row[:2] for row in self.rows]
        self.known = {}

    def country(self, ip):
        if ip not in self.known:
            try:
                address = ipaddress.ip_address(ip)
            except ValueError:
                return None
            i = bisect.bisect(self.keys, (address.version, int(address))) - 1
            row = self.rows[i] if i >= 0 else (0, 0, -1, None)
            inside = row[0] == address.version and int(address) <= row[2]
            self.known[ip] = row[3] if inside else None
        return self.known[ip]


def lines_of(folder, pattern):
    for path in sorted(pathlib.Path(folder).glob(pattern)):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", errors="replace") as file:
            yield from file


def visits(truth, forwarded, own):
    """(time, mailbox, address) of webmail pages that were shown, from outside."""
    for line in lines_of(truth.folder, "logs/iis/*/*/*.log"):
        match = OFFICE.match(line)
        if not match or not match.group(3).lower().startswith("/owa/"):
            continue
        at, _, stem, user, ip = match.groups()
        if forwarded:
            ip = line.rstrip().split(" ")[-1].split("+")[-1]
        if user == "-" or stem == "/owa/auth.owa" or ip in own or ip.startswith("10.") or ip[:4] == "127.":
            continue
        yield datetime.datetime.fromisoformat(at + "+00:00"), truth.who(user), ip


def by_web(truth, geo, forwarded, own, tell):
    seen = collections.defaultdict(set)
    first, lately = {}, collections.defaultdict(dict)
    for at, who, ip in sorted(visits(truth, forwarded, own)):
        country = geo.country(ip) if geo else None
        first.setdefault(who, at)
        if country and country not in seen[who] and at - first[who] > CONDITION:
            tell("new country", at, {who}, {ip})
        seen[who].add(country)
        users = lately[ip]
        users[who] = at
        recent = {w for w, t in users.items() if at - t < SESSION}
        if len(recent) >= 5:
            tell("burst", at, recent, {ip})


def by_mail(truth, tell):
    for line in lines_of(truth.folder, "logs/msgtrk/*/*.LOG"):
        if ",MAILBOXRULE," not in line:
            continue
        for word in WORDS:
            if word in line:
                at = datetime.datetime.fromisoformat(line.lstrip("\ufeff")[:19] + "+00:00")
                tell("word", at, {truth.who(name) for name in re.findall(r"[\w.\-]+@[\w.\-]+", line)
                                  if truth.who(name) in truth.people.values()}, set())


def by_resets(truth, tell):
    actors = collections.defaultdict(list)
    for line in lines_of(truth.folder, "logs/winlog/*/*.ndjson"):
        if '"4724"' not in line:
            continue
        try:
            event = json.loads(line)
        except ValueError:
            continue
        data = event["winlog"]["event_data"]
        if data["SubjectUserName"].endswith("$"):
            continue
        at = datetime.datetime.fromisoformat(event["@timestamp"][:19] + "+00:00")
        mine = actors[data["SubjectUserName"]]
        mine.append((at, truth.who(data["TargetUserName"])))
        recent = {who for t, who in mine[-40:] if at - t < datetime.timedelta(minutes=10)}
        if len(recent) >= 10:
            tell("resets", at, recent, set())


def detect(truth):
    exits, proxies, _ = networks_of(truth.folder)
    own = {network.split("/")[0] for network in exits + proxies}
    table = truth.folder / "geo.csv"
    incidents = {}

    def tell(rule, at, who, sources):
        incident = incidents.setdefault((rule, at.date()), Incident((rule, at.date())))
        incident.rule = rule
        incident.pages = incident.pages or {at}
        incident.say(at, HIGH, incident.who | who, incident.sources | sources)
        incident.start = min(incident.start or at, at)
        incident.end = max(incident.end or at, at)

    by_web(truth, Geo(table) if table.exists() else None, bool(proxies), own, tell)
    by_mail(truth, tell)
    by_resets(truth, tell)
    return list(incidents.values())
