"""Expected values of logs of mail servers: what crowdsec, fail2ban and wazuh say of their own samples.

    FILE.expected.assert       crowdsec: values of each record, by its number
    "# failJSON: {...}"        fail2ban: above each line, whether it is an attack, when, and from where
    FILE.ini                   wazuh: lines, and the rule that they fire

Values that have no counterpart are named here with the reason.
"""

import json
import re

# crowdsec: the last part of a key, and why it is not compared.
NOT_IN_THE_RECORD = {
    "Success": "a result of the other product's test",
    "Whitelisted": "a result of the other product's test",
    "datasource_path": "where the other product found it",
    "datasource_type": "where the other product found it",
    "log_type": "a classification by the other product",
    "logsource": "a classification by the other product",
    "service": "a classification by the other product",
    "target_fqdn": "by the other product's configuration",
    "user_agent": "looked up by the other product",
}
# Words that stand for what ours is called otherwise.
SAME_MEANING = {"auth_failed": "refused", "auth_success": "logon"}
# wazuh: rules that mean a refused logon.
WAZUH_REFUSED = {"9702", "9705", "9771"}


def same_time(ours, text):
    """Whether our instant is that of a time without a year or zone ("Sep 8 07:46:30"), or of an ISO one."""
    if re.match(r"\d{4}-", text):
        return ours[5:10] == text[5:10] and ours[14:19] == text[14:19]
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    month, day, clock = text.split()
    return ours[5:10] == f"{months.index(month) + 1:02}-{int(day):02}" and ours[11:19] == clock


def crowdsec(text):
    """{number: [(key, value)]} of an .expected.assert file: of each record, what any stage found."""
    found = {}
    for match in re.finditer(r'^results\["[^"]+"\]\["[^"]+"\]\[(\d+)\]\.(.*?) == (.*)$', text, re.MULTILINE):
        number, key, value = match.groups()
        name = re.sub(r'.*\["([^"]+)"\]$', r"\1", key)
        if name in NOT_IN_THE_RECORD or not value.startswith('"'):
            continue
        found.setdefault(int(number), {})[name, json.loads(value)] = True
    return {number: list(pairs) for number, pairs in found.items()}


def is_told(name, value, ours, forms_of, forms_of_ours):
    native = ours["tocsin"]["native"]
    if name == "timestamp":
        return same_time(ours["@timestamp"], value)
    if value in native.get("mail.message", ""):  # the words themselves, or a part of them
        return True
    return bool(forms_of(SAME_MEANING.get(value, value)) & forms_of_ours(ours))


def compare_crowdsec(text, ours, forms_of, forms_of_ours):
    matched, total, problems = 0, 0, []
    for number, pairs in sorted(crowdsec(text).items()):
        for name, value in pairs:
            total += 1
            if number < len(ours) and is_told(name, value, ours[number], forms_of, forms_of_ours):
                matched += 1
            else:
                problems.append(f"record {number}: {name}={value!r}")
    return matched, total, problems


def fail2ban(data):
    """[(offset, line, expectation)] of a sample with failJSON remarks."""
    found, wanted, offset = [], None, 0
    for raw in data.split(b"\n"):
        line = raw.decode("utf-8", "replace").rstrip("\r")
        remark = re.match(r"#\s*failJSON:\s*(\{.*\})", line)
        if remark:
            wanted = json.loads(remark.group(1))
        elif line and not line.startswith("#") and wanted is not None:
            found.append((offset, line, wanted))
            wanted = None
        offset += len(raw) + 1
    return found


def expectations(wanted, event):
    """(what, whether it is so) of one line."""
    native = event["tocsin"]["native"] if event else {}
    yield "an event", event is not None
    if not wanted.get("match"):
        return  # of a line that is no attack to one of its modes nothing else is said
    if "host" in wanted:
        source = event.get("source", {}).get("ip") if event else None
        yield f"host={wanted['host']}", wanted["host"] in (source, native.get("mail.client_name"))
    # The year is made up where there is none, and the hour is that of the machine it was tested on.
    if "time" in wanted:
        good = bool(event) and same_time(event["@timestamp"], full(wanted["time"]))
        yield f"time={wanted['time']}", good
    if "user" in wanted:
        yield f"user={wanted['user']}", native.get("mail.account") == wanted["user"]


def full(text):
    """A time with two digits in each part."""
    year, month, rest = text.split("-", 2)
    day, clock = rest.split("T")
    return f"{year}-{int(month):02}-{int(day):02}T{clock}"


def compare_fail2ban(data, ours):
    at = {event["log"]["offset"]: event for event in ours}
    matched, total, problems = 0, 0, []
    for offset, line, wanted in fail2ban(data):
        for what, good in expectations(wanted, at.get(offset)):
            total += 1
            matched += good
            if not good:
                problems.append(f"byte {offset}: {what}: {line[:100]}")
    return matched, total, problems


def wazuh(text):
    """[(line, whether the rule of its section fires, rule)] of an .ini file."""
    found, section = [], []
    for line in text.split("\n"):
        log = re.match(r"log \d+ (pass|fail) = (.*)", line)
        rule = re.match(r"rule = (\d+)", line)
        if log:
            section.append((log.group(2), log.group(1) == "pass"))
        elif rule:
            found += [(text_of, fires, rule.group(1)) for text_of, fires in section]
            section = []
    return found


def compare_wazuh(lines, ours):
    """`ours`: our event of each line, or None."""
    matched, total, problems = 0, 0, []
    for (line, fires, rule), event in zip(lines, ours):
        checks = [("an event", event is not None)]
        if fires and rule in WAZUH_REFUSED:
            action = event["tocsin"]["native"].get("mail.action") if event else None
            checks.append((f"rule {rule}: refused", action == "refused"))
        for what, good in checks:
            total += 1
            matched += good
            if not good:
                problems.append(f"{what}: {line[:100]}")
    return matched, total, problems
