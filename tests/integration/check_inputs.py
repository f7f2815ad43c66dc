"""check_inputs.py write|wait|check FOLDER: two logs for two syslog daemons, and what tocsin made of them."""
import json
import pathlib
import re
import sys
import time

COUNT = 300
HEADER = ("#Software: Microsoft Internet Information Services 7.5\n"
          "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n")
RULE = """title: A marked request
id: 5f0b0f0a-0c1d-4c58-9a58-9a8a0b7d6a01
status: test
level: high
logsource:
    category: webserver
detection:
    marked:
        cs-uri-stem|contains: /marked/
    condition: marked
"""


def line(number, name):
    # The last one lies far behind the others, so that they get their turn.
    second = number if number < COUNT else number + 900
    return (f"2011-03-09 07:{second // 60:02}:{second % 60:02} 10.0.0.5 GET /marked/{name}/{number} - 443 EX\\{name}{number} "
            f"198.51.100.{number % 250} Mozilla/5.0 200\n")


def write(folder):
    (folder / "rule.yml").write_text(RULE)
    for name in ("one", "two"):
        (folder / f"{name}.log").write_text(HEADER + "".join(line(n, name) for n in range(COUNT + 1)))


def found(folder):
    """How often each marked line was found, but for the last ones."""
    times = {}
    path = folder / "found"
    for text in path.read_text().splitlines() if path.exists() else ():
        record = json.loads(text)
        if record.get("tocsin", {}).get("type") != "alert":
            continue
        user = record["user"]["name"].split("\\")[-1]
        times[user] = times.get(user, 0) + 1
    return times


def wanted(last):
    return {f"{name}{n}": 1 for name in ("one", "two") for n in range(COUNT + last)}


def wait(folder):
    end = time.monotonic() + 60
    while not wanted(0).keys() <= found(folder).keys():
        if time.monotonic() > end:
            sys.exit(f"after a minute {len(found(folder))} of {2 * COUNT} lines were found")
        time.sleep(0.2)


def check(folder):
    if found(folder) != wanted(1):
        sys.exit(f"not each line was found once: {len(found(folder))}, {set(found(folder).items()) ^ set(wanted(1).items())}")
    said = (folder / "said").read_text()
    for name in ("rsyslog", "syslog-ng"):
        last = re.findall(rf"input {name}: .*", said)[-1]
        print(last)
        if re.search(r"broken|slow|long|lost|known", last):
            sys.exit("something was rejected")


if __name__ == "__main__":
    {"write": write, "wait": wait, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
