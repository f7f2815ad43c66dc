"""Tells on the wire what the logs of the bundled example tell: march2011.pcapng, and its truth.

    tocsin-simulate --out FOLDER
    python3 pcaps/make_march2011.py FOLDER pcaps/march2011.pcapng

Every request of webmail becomes HTTP (as a mirror behind what ends TLS, and keeps addresses, shows it), every system message SMTP to the outside,
every password that was changed or reset LDAP. To keep it small, only some of the people are on the wire: all
that were attacked and as many others, and no synchronising of phones.
"""
import base64
import calendar
import collections
import csv
import glob
import hashlib
import html
import json
import pathlib
import re
import sys
import time

from packets import Capture

OUTSIDE, DOMAIN = "198.18.0.25", "commission.example"
KEPT_OTHERS = 14
AGENT = re.compile(r"\+")


def micro(date, clock):
    seconds, _, fraction = clock.partition(".")
    whole = calendar.timegm(time.strptime(f"{date} {seconds}", "%Y-%m-%d %H:%M:%S"))
    return whole * 1000000 + int((fraction.rstrip("Z") or "0").ljust(6, "0")[:6])


def rows(folder, pattern):
    for path in sorted(glob.glob(f"{folder}/logs/{pattern}", recursive=True)):
        fields = []
        with open(path, encoding="utf-8-sig", newline="") as file:
            for line in file:
                if line.startswith("#Fields: "):
                    fields = re.split("[ ,]", line[9:].strip())
                elif not line.startswith("#") and fields:
                    cells = next(csv.reader([line])) if "," in line[:40] else line.split()
                    yield dict(zip(fields, cells))


def name_of(user):
    return user.rpartition("\\")[2].partition("@")[0].lower()


def choose(folder, expected):
    """Who is on the wire."""
    attacked = [m.partition("@")[0] for m in expected["mailboxes"]]
    users = sorted({name_of(r["cs-username"]) for r in rows(folder, "EX*/W3SVC1/u_ex*.log")
                    if "." in name_of(r["cs-username"])})
    return set(attacked) | set([u for u in users if u not in attacked][:KEPT_OTHERS])


# -- webmail ----------------------------------------------------------------------------------

def cookie_of(user, address):
    return hashlib.sha256(f"{user} {address}".encode()).hexdigest()[:24]


def request_of(row):
    user, form = row["cs-username"], "owaauth.dll" in row["cs-uri-stem"]
    query = "" if row["cs-uri-query"] == "-" else "?" + row["cs-uri-query"]
    lines = [f"{row['cs-method']} {row['cs-uri-stem']}{query} HTTP/1.1", "Host: mail." + DOMAIN,
             "User-Agent: " + AGENT.sub(" ", row["cs(User-Agent)"])]
    body = ""
    if form:
        typed = user.replace("\\", "%5C").replace("@", "%40")
        body = f"destination=%2Fowa%2F&flags=0&username={typed}&password=not-kept&trusted=0"
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    elif user != "-":
        lines.append("Cookie: sessionid=" + cookie_of(user, row["c-ip"]))
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def answer_of(row, refused):
    lines = [f"HTTP/1.1 {row['sc-status']} OK", "Content-Length: 0"]
    if "owaauth.dll" in row["cs-uri-stem"]:
        lines.append("Location: " + ("/owa/auth/logon.aspx?reason=2" if refused else "/owa/"))
        if not refused:
            lines.append("Set-Cookie: sessionid=" + cookie_of(row["cs-username"], row["c-ip"]) + "; path=/owa")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def is_refused(later):
    """The address is back at the page of logons before it is anywhere else."""
    return bool(later) and "logon.aspx" in later[0]["cs-uri-stem"]


def webmail(folder, people, capture):
    kept = collections.defaultdict(list)
    ours = set()
    everything = [r for r in rows(folder, "EX*/W3SVC1/u_ex*.log") if r["cs-uri-stem"].startswith("/owa") and
                  not r["cs-uri-stem"].endswith("ev.owa")]
    for row in everything:
        if name_of(row["cs-username"]) in people:
            ours.add((row["date"], row["c-ip"]))
    for row in everything:
        named = name_of(row["cs-username"]) in people
        if named or (row["cs-username"] == "-" and (row["date"], row["c-ip"]) in ours):
            kept[row["s-ip"], row["date"], row["c-ip"]].append(row)
    for (server, _, client), day in sorted(kept.items()):
        day.sort(key=lambda r: r["time"])
        connection = capture.connection(client, server, 80)
        at = 0
        for i, row in enumerate(day):
            at = max(at + 2000, micro(row["date"], row["time"]))
            refused = "owaauth.dll" in row["cs-uri-stem"] and is_refused(day[i + 1:])
            connection.say(at, 0, request_of(row))
            connection.say(at + 900, 1, answer_of(row, refused))
        connection.close(at + 60000000)


# -- system messages --------------------------------------------------------------------------

def subject_of(text):
    return text if text.isascii() else f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def message(capture, row, people):
    at = micro(*row["date-time"].split("T"))
    sender, to = row["sender-address"], row["recipient-address"] or "somebody@partner.example"
    connection = capture.connection("10.1.0.21", OUTSIDE, 25)
    words = [(1, "220 mx.partner.example ESMTP"), (0, "EHLO hub01." + DOMAIN), (1, "250 mx.partner.example"),
             (0, "MAIL FROM:<>"), (1, "250 ok"), (0, f"RCPT TO:<{to}>"), (1, "250 ok"), (0, "DATA"), (1, "354 go on"),
             (0, f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: {subject_of(row['message-subject'])}\r\n"
                 f"Message-ID: {row['message-id']}\r\nAuto-Submitted: auto-replied\r\n\r\n-\r\n."),
             (1, "250 taken"), (0, "QUIT"), (1, "221 bye")]
    for side, text in words:
        connection.say(at, side, (text + "\r\n").encode())
        at += 1000
    connection.close(at)


def messages(folder, people, capture):
    for row in rows(folder, "HUB*/MessageTracking/MSGTRK*.LOG"):
        own = row["sender-address"].endswith("@" + DOMAIN) and name_of(row["sender-address"]) in people
        if row["return-path"] == "<>" and row["event-id"] == "RECEIVE" and own:
            message(capture, row, people)


# -- passwords --------------------------------------------------------------------------------

def ber(tag, *parts):
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 128 else bytes([0x82]) + len(body).to_bytes(2, "big")
    return bytes([tag]) + length + body


def text(words, tag=4):
    return ber(tag, words.encode())


def number(value, tag=2):
    return ber(tag, bytes([value]))


def change(kind, value="not-kept"):
    quoted = ('"' + value + '"').encode("utf-16-le")
    return ber(0x30, number(kind, 10), ber(0x30, text("unicodePwd"), ber(0x31, ber(4, quoted))))


def password(capture, at, event):
    target, actor = event["TargetUserName"], event["SubjectUserName"]
    own = event["id"] == "4723"
    connection = capture.connection("10.1.0.40", "10.1.0.2", 389)
    changes = change(1) + change(0) if own else change(2)
    words = [(0, ber(0x30, number(1), ber(0x60, number(3), text(actor), text("not-kept", 0x80)))),
             (1, ber(0x30, number(1), ber(0x61, number(0, 10), text(""), text("")))),
             (0, ber(0x30, number(2), ber(0x66, text(f"CN={target},CN=Users,DC=commission,DC=example"),
                                          ber(0x30, changes)))),
             (1, ber(0x30, number(2), ber(0x67, number(0, 10), text(""), text("")))),
             (0, ber(0x30, number(3), ber(0x42)))]
    for side, data in words:
        connection.say(at, side, data)
        at += 1000
    connection.close(at)


def events(folder):
    for path in sorted(glob.glob(f"{folder}/logs/DC*/*.xml")):
        for element in re.findall(r"<Event .*?</Event>", pathlib.Path(path).read_text("utf-8"), re.S):
            data = dict(re.findall(r"<Data Name='(\w+)'>([^<]*)<", html.unescape(element)))
            data["id"] = re.search(r"<EventID>(\d+)", element)[1]
            data["time"] = re.search(r"SystemTime='([^']+)'", element)[1]
            yield data
    for path in sorted(glob.glob(f"{folder}/logs/DC*/*.ndjson")):
        for line in pathlib.Path(path).read_text("utf-8").splitlines():
            record = json.loads(line)
            yield {**record["winlog"]["event_data"], "id": str(record["winlog"]["event_id"]),
                   "time": record["@timestamp"]}


def passwords(folder, people, capture):
    for event in events(folder):
        if event["id"] in ("4723", "4724") and event.get("TargetUserName", "").lower() in people:
            password(capture, micro(*event["time"].split("T")), event)


def main(folder, target):
    expected = json.loads((pathlib.Path(folder) / "expected.json").read_text("utf-8"))
    people = choose(folder, expected)
    capture = Capture()
    webmail(folder, people, capture)
    messages(folder, people, capture)
    passwords(folder, people, capture)
    capture.write(target)
    truth = {key: expected[key] for key in ("language", "first_access", "mailboxes", "sources")}
    pathlib.Path(target).with_suffix(".truth.json").write_text(json.dumps(truth, indent=1) + "\n", "utf-8")
    print(f"{len(capture.packets)} packets of {len(people)} people")


if __name__ == "__main__":
    main(*sys.argv[1:3])
