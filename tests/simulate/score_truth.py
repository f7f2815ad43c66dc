"""What is true of a made-up organisation: its campaigns, its traps, its people under all their names."""
import csv
import datetime
import json
import pathlib


def when(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def local(name):
    return name.lower().split("\\")[-1].split("@")[0]


class Truth:
    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.folder = folder
        self.about = json.loads((folder / "truth/organisation.json").read_text())
        self.campaigns = self.lines("campaigns.jsonl")
        self.traps = self.lines("traps.jsonl")
        self.people = {}
        with open(folder / "truth/mailboxes.csv", encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                for name in (row["smtp"], row["upn"], row["sam"], row["domain_sam"]):
                    self.people[name.lower()] = self.people[local(name)] = row["smtp"].lower()

    def lines(self, name):
        text = (self.folder / "truth" / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    def who(self, name):
        """The mailbox behind any of its names; the name itself where nobody has it."""
        return self.people.get(name.lower()) or self.people.get(local(name)) or name.lower()

    def units(self):
        """How many times 2,000 mailboxes and a week were judged."""
        days = (when(self.about["end"]) - when(self.about["judged_from"])).days
        return self.about["mailboxes"] / 2000 * days / 7


def networks_of(folder):
    """What the site knows about its own networks: (exits, proxies, internal), as lists of CIDR."""
    exits, proxies = [], []
    for line in (folder / "config/egress.csv").read_text().splitlines()[1:]:
        network, kind = line.split(",")[:2]
        (proxies if kind == "proxy" else exits).append(network)
    internal = [x for x in (folder / "config/internal.txt").read_text().split() if "/" in x]
    return exits, proxies, internal


def domains_of(folder):
    """Its mail domains; the names of Windows domains in the list are none."""
    return [name for name in (folder / "config/domains.txt").read_text().split() if "." in name]


def responses_of(folder):
    """When a response was declared."""
    rows = (folder / "config/change_windows.csv").read_text().splitlines()[1:]
    return [row.split(",")[0] for row in rows if row.split(",")[2] == "response"]


def accounts_of(folder):
    """A file for --accounts: what each mailbox is called."""
    path = folder / "accounts.csv"
    with open(folder / "truth/mailboxes.csv", encoding="utf-8", newline="") as rows, \
            open(path, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["mail", "upn", "account"])
        table.writerows((row["smtp"], row["upn"], row["domain_sam"]) for row in csv.DictReader(rows))
    return path
