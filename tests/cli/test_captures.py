"""Captures of packets are read to the last packet, and tell what was done: against a folder of captures
with the truth beside them ($TOCSIN_SHARED/captures), where it is there."""
import collections
import csv
import datetime
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import TOCSIN, run

FOLDER = pathlib.Path(os.environ.get("TOCSIN_SHARED", "/nonexistent")) / "captures"
SKIP = 77

# What of a truth cannot be seen on the wire, or is not read by this version: (file, rows that are right).
# Every other row of every .truth.tsv must be told.
NOT_TOLD = {
    "imap-logins": "a logon behind STARTTLS shows its hello only",
    "ldaps-unicodepwd": "inside TLS",
    "slapd-rfc3062-tls": "inside TLS",
    "sambatool-ldap-sealed": "inside a sealed SASL layer",
    "samr-tcp-sealed": "inside a sealed DCE/RPC association: that it was tried is told, not whose it is",
}
# folder -> (right, of): what was reached; a drop below fails.
REACHED = {"gen-mail": (40, 41), "gen-owa": (36, 36), "gen-reset-logon": (28, 38)}
# What tshark has of a capture and we have not, or the other way round: (file, what): why. Every other figure of the
# index must be ours, and every one of these must still differ.
NO_ANSWER = "asked, and the capture holds no answer: nothing says who got in"
SERVICE = "tickets for services (TGS), which are no logons"
INSIDE_SOCKS = "TLS or HTTP inside SOCKS"
QUIC = "QUIC, of which only is told that it is there"
DIFFERENCES = {
    ("arkime__pcap_80211http.pcap", "http_methods"): "wireless frames: booked as packets of a link that is not read",
    ("arkime__pcap_80211http.pcap", "http_hosts"): "wireless frames",
    ("libpcap__filter_AH-IPcomp-IPv4.pcap", "http_methods"): "IPComp, which is compressed",
    ("libpcap__filter_AH-IPcomp-IPv4.pcap", "http_hosts"): "IPComp",
    ("zeek__tunnels_socks.pcap", "http_methods"): INSIDE_SOCKS,
    ("zeek__tunnels_socks.pcap", "http_hosts"): INSIDE_SOCKS,
    ("imap-logins.pcap", "imap_users"): "tshark takes the lengths of literals for names",
    ("imap-logins.pcap", "subjects"): "tshark does not read a header that is UTF-8 as it is",
    ("smtp-ndr.pcap", "subjects"): "tshark merges the report's subject with that of the message in it",
    ("owa-api-auth-clear-side.pcap", "ntlm_users"): "UTF-8 that curl widened byte by byte, which is undone here",
    ("PcapPlusPlus__PcapExamples_pcapng-example.pcapng", "ja3"): "TLS that MySQL begins",
    ("arkime__pcap_krb5-tcp.pcap", "krb_cname"): NO_ANSWER,
    ("nDPI__pcap_kerberos.pcap", "krb_cname"): NO_ANSWER,
    ("zeek__dce-rpc_dce_rpc_ntlm.pcapng", "ntlm_users"): NO_ANSWER,
    ("nDPI__pcap_kerberos-login.pcap", "krb_cname"): SERVICE,
    ("suricata-verify__krb5-kerberoasting_kerberoast.pcap", "krb_cname"): SERVICE,
    ("suricata-verify__dcerpc-ctxids_input.pcap", "krb_cname"): SERVICE,
    ("zeek__krb_kerberos_tso.pcapng", "krb_cname"): SERVICE + "; and the server's spelling of the name",
    ("zeek__pop3_bad-list-retr-crafted.pcap", "subjects"): "a listing that does not end, so the message is part of it",
    ("suricata-verify__pop3-02-bug-7709_input.pcap", "pop_params"): "tshark has names with @ only",
    ("arkime__pcap_smtp-subject-8859-multi.pcap", "subjects"): "tshark leaves a blank out",
    ("arkime__pcap_smtp-subject-utf8-mixed.pcap", "subjects"): "tshark cuts the subject",
    ("zeek__tcp_payload-synack.pcap", "http_methods"): "a request by the side that was called, before it had answered",
    ("ja4__pcap_latest.pcapng", "http_methods"): "SSDP over UDP",
    ("ja4__pcap_latest.pcapng", "http_hosts"): "SSDP over UDP",
    ("PcapPlusPlus__PcapExamples_unidirectional_tcp_stream_with_missing_packet.pcap", "http_methods"):
        "tshark gives up at the hole",
    ("suricata-verify__smtp-errors_smtperr.pcap", "smtp"): "refused, so no message",
    ("zeek__smtp_smtp-bdat-cmd-invalid.pcapng", "smtp"): "refused, so no message",
    ("suricata-verify__smtp-bdat-bad-tail-reply-queue_input.pcap", "smtp"): "tshark misses BDAT behind other commands",
    ("suricata-verify__smtp-bdat-multichunk-inspection_input.pcap", "smtp"): "tshark misses BDAT",
    ("suricata-verify__smtp-bdat-pipelined-next-mail_input.pcap", "smtp"): "tshark misses BDAT",
    ("suricata-verify__smtp-pipelining_input.pcap", "smtp"): "tshark sees the first of several commands",
    ("ja4__pcap_tls-handshake.pcapng", "sni"): QUIC + ", and second hellos",
    ("ja4__pcap_tls-handshake.pcapng", "ja3"): QUIC + ", and second hellos",
    ("nDPI__pcap_443-opvn.pcap", "ja3"): "TLS inside OpenVPN",
    ("nDPI__pcap_tls_invalid_reads.pcap", "ja3"): "hellos whose beginning is missing",
}
DIFFERENCES.update({(name, what): QUIC for what in ("sni", "ja3") for name in (
    "ja4__pcap_chrome-cloudflare-quic-with-secrets.pcapng", "ja4__pcap_quic-tls-handshake.pcapng",
    "suricata-verify__ja4-rules-disabled_input.pcap")})
DIFFERENCES.update({(name, what): INSIDE_SOCKS for what in ("sni", "ja3") for name in (
    "ja4__pcap_socks-https-example.pcap", "nDPI__pcap_tls_heur__shadowsocks-tcp.pcapng",
    "nDPI__pcap_tls_heur__trojan-tcp-tls.pcapng", "nDPI__pcap_tls_heur__vmess-tcp-tls.pcapng",
    "nDPI__pcap_tls_heur__vmess-websocket.pcapng")})
# Not pcap or pcapng: said to be so, and how to get it read.
UNREAD = {"snoop"}
NO_PACKETS = {"limit", "hole", "dropped"}
# Variants that lose something on purpose, so that their base says more.
LOSSY = {"oneside", "midstream", "snap120", "bitflips", "cut-mid-record", "snoop"}
# Captures of which others have fingerprints that are not told here: TLS inside SOCKS, and the second hello of
# a connection whose first one the server asked to have once more, a hello whose beginning is missing.
OTHERS_DIFFER = {"ja4__pcap_socks-https-example.pcap", "ja4__pcap_tls-handshake.pcapng",
                 "nDPI__pcap_tls_invalid_reads.pcap"}
# Records that are no packets; others count them.
OTHER_BLOCKS = {"basic_test017": 4, "basic_test018": 4, "advanced_test102": 3}
PASSWORDS = re.compile(r"pw-[a-z]|WRONG|Winter2024|Reset-[a-z]\.|adminpw|passwordText|cHctYm9i|\bnew\d")


def parse(*paths, folder):
    stats = pathlib.Path(folder) / "stats.json"
    done = run("parse", "-q", "--stats", stats, *paths, timeout=600)
    if done.returncode not in (0, 3):
        raise AssertionError(f"exit {done.returncode}\n{done.err}")
    if "Sanitizer" in done.err or "runtime error" in done.err:
        raise AssertionError(done.err)
    events = collections.defaultdict(list)
    for line in done.out.splitlines():
        event = json.loads(line)
        events[event["log"]["file"]["path"]].append(event)
    return events, {s["path"]: s for s in json.loads(stats.read_text(encoding="utf-8"))["sources"]}, done


def natives(events):
    return [e["tocsin"]["native"] for e in events]


def deeds(events):
    """What was done, whatever packets told of it."""
    cut = {"IpPort", "c-port"}
    return sorted(json.dumps({k: v for k, v in n.items() if k not in cut}, sort_keys=True) for n in natives(events))


def user_of(n, user="TargetUserName", domain="TargetDomainName"):
    name = n.get(user, "")
    return f"{n[domain]}\\{name}" if n.get(domain) and "." not in n[domain] else name


def at(event):
    return datetime.datetime.fromisoformat(event["@timestamp"].replace("Z", "+00:00")[:26].rstrip("+") .ljust(26, "0")
                                           if "." in event["@timestamp"] else event["@timestamp"])


def told_mail(row, events):
    action, good = row["action"], row["detail"] in ("good",)
    left = []
    for n in natives(events):
        if row["proto"] == "smtp" and action == "send":
            to = row["detail"].split(" | ")[0]
            sender = n.get("return-path", "")
            if n.get("source") == "SMTP" and n.get("recipient-address") == to and \
                    (sender == row["actor"] or n.get("sender-address") == row["actor"]):
                left.append(n)
        elif row["proto"] in ("smtp", "imap") and action not in ("fetch headers",):
            if n.get("LogonProcessName") == row["proto"] and user_of(n) == row["actor"] and \
                    n.get("EventID") == ("4624" if good else "4625"):
                left.append(n)
        elif action == "fetch headers":
            if n.get("source") == "IMAP":
                left.append(n)
        elif "tls-server-name" in n:
            left.append(n)
    return left


def told_web(row, events):
    if "tls-side" in row["path"]:
        return [n for n in natives(events) if n.get("tls-server-name") == "owa.corp.example"
                and n["c-ip"] == row["client_ip"]]
    stem = re.sub(r"^https?://[^/]*", "", row["url"]).split("?")[0]
    user = "" if row["user"] == "-" else row["user"]
    return [n for n in natives(events)
            if n["cs-uri-stem"] == stem and n["sc-status"] == row["http_code"].strip()
            and n.get("cs-username", "") == user
            and n.get("X-Forwarded-For", n["c-ip"]).split(",")[0] == row["client_ip"]]


def told_account(row, events):
    action, found = row["action"], []
    for n in natives(events):
        actor, target = n.get("SubjectUserName", ""), n.get("TargetUserName", "")
        if action == "kpasswd-change":
            ok = n.get("EventID") == "4723" and target == row["target"]
        elif action == "kpasswd-set":
            ok = n.get("EventID") == "4724" and actor == row["actor"]
        elif action.startswith("ldap-simple-bind"):
            ok = n.get("EventID") == ("4624" if action.endswith("ok") else "4625") and \
                target.partition("@")[0] == row["target"]
        else:
            ok = action.startswith("samr") and is_samr(n, row) and target in samr_targets(row) and \
                actor == row["actor"]
        if ok:
            found.append(n)
    return found if len(found) >= len(samr_targets(row)) else []


def samr_targets(row):
    """Whose password, where one row stands for a run of accounts (user10..user21)."""
    first, _, last = row["target"].partition("..")
    stem = first.rstrip("0123456789")
    if not last:
        return {first}
    return {f"{stem}{i}" for i in range(int(first[len(stem):]), int(last[len(stem):]) + 1)}


def is_samr(n, row):
    event = "4724" if "set" in row["action"] else "4723"
    outcome = "0x8020000000000000" if row["result"].startswith("rc=0") else "0x8010000000000000"
    return n.get("EventID") == event and n.get("Keywords") == outcome and n.get("LogonProcessName") == "samr"


def column(name):
    return lambda events: [n[name] for n in events if name in n]


def users_of(kind):
    return lambda events: {n["TargetUserName"] for n in events if n.get("AuthenticationPackageName") == kind and
                           n.get("TargetUserName")} | {
        n["cs-username"].rpartition("\\")[2] for n in events if n.get("cs-authentication") == kind and
        "cs-username" in n}


def users_of_basic(events):
    return {n["cs-username"] for n in events if n.get("cs-authentication") == "Basic"}


def logons_of(process):
    return lambda events: {n["TargetUserName"] for n in events if n.get("LogonProcessName") == process}


# What the index tells of tshark: how many it names at most, as it is compared, and ours.
INDEXED = {
    "http_methods": (9, lambda v: v, column("cs-method")),
    "http_hosts": (3, set, lambda events: set(column("cs-host")(events))),
    "sni": (8, lambda v: v, column("tls-server-name")),
    "ja3": (8, lambda v: v, column("tls-ja3")),
    "subjects": (8, lambda v: map(str.strip, v), lambda events: map(str.strip, column("message-subject")(events))),
    "ntlm_users": (9, lambda v: set(v) - {"NULL"}, users_of("NTLM")),
    "krb_cname": (8, lambda v: set(v) - {"WELLKNOWN", "ANONYMOUS"},
                  lambda events: {n["TargetUserName"] for n in events if n.get("EventID") in ("4768", "4771")}),
    "http_basic": (9, lambda v: {u.partition(":")[0] for u in v}, users_of_basic),
    "imap_users": (9, lambda v: {u.strip('"') for u in v}, logons_of("imap")),
    "pop_params": (9, set, logons_of("pop3")),
    "smtp": (9, lambda v: {"messages": v.get("DATA", 0) + v.get("BDAT", 0)},
             lambda events: {"messages": sum(n.get("source") == "SMTP" for n in events)}),
}


def truth(path):
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            row["path"] = str(path)
            yield row


class Captures(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.events, cls.sources, cls.done = parse(FOLDER, folder=cls.temporary.name)
        with open(FOLDER / "INDEX.tsv", encoding="utf-8") as file:
            cls.index = {r["file"]: r for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def source(self, name):
        return self.sources[str(FOLDER / name)]

    def told(self, name):
        """The events of a capture; of one that says the same as another, that one's."""
        path = str(FOLDER / name)
        source = self.sources[path]
        while source["state"] == "duplicate":
            path = source["duplicate_of"]
            source = self.sources[path]
        return self.events[path]

    def test_every_packet_has_a_fate(self):
        wrong = []
        for name, row in self.index.items():
            source = self.source(name)
            if name.split(".")[-2] in UNREAD:
                self.assertEqual(source["state"], "unread", name)
                self.assertIn("editcap", source["mend"])
                continue
            if source["state"] == "duplicate" or not row["packets"]:
                continue
            records = source["records"]
            rejected = {why: n for why, n in records["rejected"].items() if why not in NO_PACKETS}
            packets = records["header"] + records["blank"] + sum(rejected.values())
            # A packet that is cut in the middle is a packet too; others do not count it.
            wanted = int(row["packets"]) + ("cut-mid-record" in name or "bitflips" in name)
            wanted -= next((n for block, n in OTHER_BLOCKS.items() if block in name), 0)
            told = wanted or len(rejected) < len(records["rejected"])
            if source["state"] != ("read" if told else "empty") or packets != wanted:
                wrong.append((name, source["state"], packets, row["packets"]))
        self.assertEqual(wrong, [])

    def test_truths(self):
        counts = collections.defaultdict(lambda: [0, 0])
        missing = []
        for path in sorted(FOLDER.glob("*/*.truth.tsv")):
            name = path.name.removesuffix(".truth.tsv")
            events = self.told(f"{path.parent.name}/{name}")
            judge = {"gen-mail": told_mail, "gen-owa": told_web}.get(path.parent.name, told_account)
            used = []
            for row in truth(path):
                counts[path.parent.name][1] += 1
                free = [n for n in judge(row, events) if not any(n is u for u in used)]
                if free:
                    used.append(free[0])
                    counts[path.parent.name][0] += 1
                elif name.partition(".")[0] not in NOT_TOLD:
                    missing.append(row)
        for folder, (right, all_of) in sorted(counts.items()):
            print(f"captures/{folder}: {right} of {all_of} truths told")
        self.assertEqual(missing, [])
        for folder, (right, all_of) in counts.items():
            self.assertGreaterEqual(right, REACHED[folder][0], folder)
            self.assertEqual(all_of, REACHED[folder][1], folder)

    def test_the_index(self):
        """What tshark counted, but for the differences that have a name."""
        found, compared = {}, 0
        for name, row in self.index.items():
            theirs = json.loads(row["tshark_ground_truth"])
            events = natives(self.told(name))
            for what, (most, wanted, ours) in INDEXED.items():
                if what not in theirs:
                    continue
                compared += 1
                want, got = (+collections.Counter(side) for side in (wanted(theirs[what]), ours(events)))
                more = got - want if len(theirs[what]) < most else collections.Counter()
                if want - got or more:
                    found[name.rpartition("/")[2], what] = (dict(want - got), dict(more))
        print(f"captures: {compared - len(found)} of {compared} figures of tshark, {len(found)} explained by name")
        self.assertEqual({k: v for k, v in found.items() if k not in DIFFERENCES}, {})
        self.assertEqual([k for k in DIFFERENCES if k not in found], [])

    def test_what_is_sealed_is_told_as_tried_and_no_more(self):
        told = [n for n in natives(self.told("gen-reset-logon/samr-tcp-sealed.pcap")) if n.get("sealed")]
        self.assertEqual([(n["EventID"], n["SubjectUserName"], n.get("TargetUserName"), n.get("Keywords"))
                          for n in told], [("4738", "helpdesk1", None, None)] * 3)

    def test_looking_up_accounts_sets_no_password(self):
        for name in self.index:
            if name.startswith("smb-samr/"):
                self.assertEqual([n for n in natives(self.told(name)) if n.get("LogonProcessName") == "samr"], [], name)

    def test_variants_tell_the_same(self):
        for base, folder in (("smtp-sysmsgs", "gen-mail"), ("ldap-clear-unicodepwd", None)):
            names = [n for n in self.index if n.startswith(f"variants-{base}/")]
            self.assertGreater(len(names), 20)
            wanted = deeds(self.told(f"{folder}/{base}.pcap") if folder else
                           self.told(f"variants-{base}/{base}.rawip.pcap"))
            self.assertGreater(len(wanted), 6)
            for name in names:
                kind = name.split(".")[-2] if not name.endswith(".gz") else "gz"
                if kind in LOSSY or self.source(name)["state"] == "unread":
                    continue
                got = deeds(self.told(name))
                if kind == "ipv6ext":  # other addresses
                    self.assertEqual(len(got), len(wanted), name)
                else:
                    self.assertEqual(got, wanted, name)

    def test_fingerprints_are_those_of_their_makers(self):
        """JA4 as the makers' own test data have it, but for a protocol name that is no text: there the
        data still have what the description has given up."""
        makers = {"ja4__": r'"JA4\.\d+": "(t\w{9}_\w{12}_\w{12})"',
                  "arkime__": r'"(t\w{9}_\w{12}_\w{12})"',
                  # It writes 'd' whether a name is asked for or not, and the first two letters of ALPN.
                  "nDPI__": r"JA4: t\w{9}(_\w{12}_\w{12})"}
        older = {"arkime__": r'"ja3" : \[\s*"(\w{32})"', "nDPI__": r"JA3C: (\w{32})"}
        for what, column, tables in (("JA4", "tls-ja4", makers), ("JA3", "tls-ja3", older)):
            for maker, pattern in tables.items():
                self.compare_fingerprints(what, column, maker, pattern)

    def compare_fingerprints(self, what, column, maker, pattern):
        checked, missing = 0, []
        for path in sorted(FOLDER.glob(f"*/{maker}*.expected")):
            name = path.name.removesuffix(".expected")
            if f"{path.parent.name}/{name}" not in self.index:
                continue
            wanted = set(re.findall(pattern, path.read_text("utf-8", "replace")))
            got = {n[column] for n in natives(self.told(f"{path.parent.name}/{name}")) if column in n}
            got |= {one[10:] for one in got if what == "JA4"}
            checked += len(wanted)
            missing += [(name, one) for one in sorted(wanted - got) if one[8:10] != "99"]
        print(f"captures: {checked - len(missing)} of {checked} {what} as {maker.rstrip('_')} has them")
        self.assertEqual([m for m in missing if m[0] not in OTHERS_DIFFER], [])

    def test_no_password_is_told(self):
        for path, events in self.events.items():
            if "/gen-" in path or "/variants-" in path:
                for event in events:
                    self.assertIsNone(PASSWORDS.search(json.dumps({**event, "log": None})), path)
        done = subprocess.run([TOCSIN, "scan", "-q", "-f", "json", FOLDER / "gen-owa", FOLDER / "gen-mail",
                               FOLDER / "gen-reset-logon"], capture_output=True, check=False, timeout=300)
        self.assertIn(done.returncode, (0, 1, 2, 3))
        lines = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
        for line in lines:  # names of files are no passwords
            line["tocsin"].pop("problems", None)
        self.assertIsNone(PASSWORDS.search(json.dumps(lines)))


if __name__ == "__main__":
    if not (FOLDER / "INDEX.tsv").exists():
        print("skipped: no captures under $TOCSIN_SHARED")
        raise SystemExit(SKIP)
    unittest.main(verbosity=2)
