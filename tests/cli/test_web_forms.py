"""One story in every form that web logs have: the same requests, and the same findings.

What is told in IIS's own W3C form is told again as NCSA, in IIS's native form, as events of IIS and as the proxies in
front write it. All agree in who asked for what from where, and in the rules that fire.
"""
import datetime
import json
import unittest

from harness import Case, run

# (second, method, path, query, user, client, agent, status)
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64)"
STORY = [
    (1, "GET", "/owa/", "ae=Folder", "CORP\\anna", "203.0.113.4", AGENT, 200),
    (2, "POST", "/owa/auth.owa", "", "", "203.0.113.5", AGENT, 302),
    (3, "GET", "/autodiscover/autodiscover.json",
     "@evil.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@evil.example", "", "203.0.113.6",
     "python-requests/2.26.0", 200),
    (4, "POST", "/owa/auth/shell9.aspx", "cmd=whoami", "", "203.0.113.6", "python-requests/2.26.0", 200),
    (5, "POST", "/owa/auth/shell9.aspx", "cmd=dir", "", "203.0.113.6", "python-requests/2.26.0", 200),
]
DAY = datetime.datetime(2011, 3, 9, 7, 12, 0)
HEAD = "#Software: {}\r\n#Version: 1.0\r\n#Date: 2011-03-09 00:00:00\r\n#Fields: {}\r\n"


def at(second, form):
    return (DAY + datetime.timedelta(seconds=second)).strftime(form)


def w3c():
    rows = [f"{at(s, '%Y-%m-%d %H:%M:%S')} 192.0.2.5 {m} {p} {q or '-'} 443 {u or '-'} {c} {a.replace(' ', '+')} - {x} 0 0 16"
            for s, m, p, q, u, c, a, x in STORY]
    return HEAD.format("Microsoft Internet Information Services 10.0",
                       "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
                       "cs(Referer) sc-status sc-substatus sc-win32-status time-taken") + "\r\n".join(rows) + "\r\n"


def asked(path, query):
    return f"{path}?{query}" if query else path


def ncsa():
    return "".join(f'{c} - {u or "-"} [{at(s, "%d/%b/%Y:%H:%M:%S +0000")}] "{m} {asked(p, q)} HTTP/1.1" {x} 123 "-" "{a}"\n'
                   for s, m, p, q, u, c, a, x in STORY)


def native():
    return "".join(f"{c}, {u or '-'}, 3/9/2011, {at(s, '%H:%M:%S').lstrip('0')}, W3SVC1, EX01, 192.0.2.5, 16, 769, 143, "
                   f"{x}, 0, {m}, {p}, {q or '-'},\r\n" for s, m, p, q, u, c, a, x in STORY)


def event(second, values):
    data = "".join(f'<Data Name="{name}">{str(value).replace("&", "&amp;").replace("<", "&lt;")}</Data>'
                   for name, value in values.items())
    return ('<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>'
            '<Provider Name="Microsoft-Windows-IIS-Logging"/><EventID>6200</EventID>'
            f'<TimeCreated SystemTime="{at(second, "%Y-%m-%dT%H:%M:%S.000Z")}"/><EventRecordID>{second}</EventRecordID>'
            "<Channel>Microsoft-IIS-Logging/Logs</Channel><Computer>EX01</Computer></System>"
            f"<EventData>{data}</EventData></Event>\n")


def values_of(second, m, p, q, u, c, a, x):
    return {"date": at(second, "%Y-%m-%d"), "time": at(second, "%H:%M:%S"), "c-ip": c, "cs-username": u or "-",
            "s-sitename": "W3SVC1", "s-computername": "-", "s-ip": "192.0.2.5", "cs-method": m, "cs-uri-stem": p,
            "cs-uri-query": q or "-", "sc-status": x, "sc-win32-status": 0, "s-port": 443,
            "csUser-Agent": a.replace(" ", "+"), "csCookie": "-", "csReferer": "-"}


def events():
    return "".join(event(row[0], values_of(*row)) for row in STORY)


def winlogbeat():
    return "".join(json.dumps({
        "@timestamp": at(row[0], "%Y-%m-%dT%H:%M:%S.000Z"),
        "winlog": {"channel": "Microsoft-IIS-Logging/Logs", "provider_name": "Microsoft-Windows-IIS-Logging",
                   "event_id": "6200", "record_id": row[0], "computer_name": "EX01",
                   "event_data": {k: str(v) for k, v in values_of(*row).items()}}}) + "\n" for row in STORY)


def tmg():
    rows = ["\t".join([c, u or "anonymous", a, at(s, "%Y-%m-%d"), at(s, "%H:%M:%S"), "TMG1", "mail.corp.example", m,
                       "https://mail.corp.example" + asked(p, q), str(x)]) for s, m, p, q, u, c, a, x in STORY]
    names = "c-ip cs-username c-agent date time s-computername r-host s-operation cs-uri sc-status"
    return HEAD.format("Microsoft Forefront TMG", names.replace(" ", "\t")) + "\r\n".join(rows) + "\r\n"


def isa():
    """As TMG writes it: no header, commas without blanks, in agents and URLs, too; the time of Greenwich at the end."""
    return "".join(",".join([c, u or "anonymous", a, "Y" if u else "N", "3/9/2011", at(s, "%H:%M:%S"), "w3reverseproxy", "TMG1",
                             "-", "mail.corp.example", "192.0.2.5", "443", "16", "512", "300", "https", "TCP", m,
                             "https://mail.corp.example" + asked(p, q), "text/html", "Inet", str(x), "0x41a00000", "Publish OWA",
                             "Req ID: 1", "External", "Local Host", "0x580", "Allowed", at(s, "%Y-%m-%d %H:%M:%S"), "-"]) + "\r\n"
                   for s, m, p, q, u, c, a, x in STORY)


def table(separator):
    """Loaded into a table and saved again."""
    def make():
        rows = [[at(s, "%Y-%m-%d"), at(s, "%H:%M:%S"), c, u or "-", m, p, q or "-", str(x), a.replace(" ", "+"), "0", "443"]
                for s, m, p, q, u, c, a, x in STORY]
        names = ["date", "time", "c-ip", "cs-username", "cs-method", "cs-uri-stem", "cs-uri-query", "sc-status", "cs(User-Agent)",
                 "sc-win32-status", "s-port"]
        return "".join(separator.join(f'"{cell}"' for cell in row) + "\r\n" for row in [names, *rows])
    return make


def analytics():
    rows = [[at(s, "3/9/2011, %I:%M:%S.000 %p"), "EX01", "W3SVC1", m, p, q, "443", u, c, a, str(x), "0", "W3CIISLog"]
            for s, m, p, q, u, c, a, x in STORY]
    names = ["TimeGenerated [UTC]", "Computer", "sSiteName", "csMethod", "csUriStem", "csUriQuery", "sPort", "csUserName", "cIP",
             "csUserAgent", "scStatus", "scWin32Status", "Type"]
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [names, *rows])


def cloudfront():
    rows = ["\t".join([at(s, "%Y-%m-%d"), at(s, "%H:%M:%S"), "FRA1", c, m, "d1.cloudfront.net", p, str(x),
                       a.replace(" ", "%20"), q or "-", "mail.corp.example"]) for s, m, p, q, u, c, a, x in STORY]
    return ("#Version: 1.0\n#Fields: date time x-edge-location c-ip cs-method cs(Host) cs-uri-stem sc-status "
            "cs(User-Agent) cs-uri-query x-host-header\n" + "\n".join(rows) + "\n")


def bluecoat():
    rows = [f"{at(s, '%Y-%m-%d %H:%M:%S')} {c} {u or '-'} OBSERVED \"Email\" {x} {m} https mail.corp.example {p} "
            f"{'?' + q if q else '-'} \"{a}\"" for s, m, p, q, u, c, a, x in STORY]
    return HEAD.format("SGOS 6.5", "date time c-ip cs-username sc-filter-result cs-categories sc-status cs-method "
                       "cs-uri-scheme cs-host cs-uri-path cs-uri-query cs(User-Agent)") + "\r\n".join(rows) + "\r\n"


def frontdoor():
    return "".join(json.dumps({"time": at(s, "%Y-%m-%dT%H:%M:%S.000Z"), "category": "FrontDoorAccessLog", "properties": {
        "httpMethod": m, "requestUri": "https://mail.corp.example:443" + asked(p, q), "clientIp": c, "clientPort": "5",
        "userAgent": a, "httpStatusCode": str(x)}}) + "\n" for s, m, p, q, u, c, a, x in STORY)


FORMS = {"u_ex110309.log": (w3c, "iis-w3c"), "access.log": (ncsa, "ncsa"), "in110309.log": (native, "iis-native"),
         "iis.xml": (events, "windows-xml"), "iis.jsonl": (winlogbeat, "windows-json"), "tmg.w3c": (tmg, "iis-w3c"),
         "ISALOG_20110309_WEB_000.iis": (isa, "isa"), "powershell.csv": (table(","), "web-table-csv"),
         "excel.csv": (table(";"), "web-table-csv"), "analytics.csv": (analytics, "web-table-csv"),
         "cloudfront.log": (cloudfront, "iis-w3c"), "bluecoat.log": (bluecoat, "iis-w3c"),
         "frontdoor.json": (frontdoor, "azure-access")}
# What a form does not have.
LACKS = {"in110309.log": ("agent",), "cloudfront.log": ("user",), "frontdoor.json": ("user",)}


def at_path(value, path):
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def told(text):
    paths = {"time": "@timestamp", "ip": "source.ip", "user": "user.name", "path": "url.path", "query": "url.query",
             "method": "http.request.method", "status": "http.response.status_code", "agent": "user_agent.original",
             "protocol": "tocsin.protocol"}
    rows = []
    for line in text.splitlines():
        row = {name: at_path(json.loads(line), path) for name, path in paths.items()}
        if row["user"] == "anonymous":
            row["user"] = None
        if row["query"]:
            row["query"] = row["query"].removeprefix("?")
        rows.append(row)
    return rows


class WebForms(Case):
    def setUp(self):
        super().setUp()
        for name, (make, _) in FORMS.items():
            self.write(f"{name}/{name}", make())

    def test_all_forms_tell_the_same_requests(self):
        want = told(run("parse", self.folder / "u_ex110309.log" / "u_ex110309.log").out)
        self.assertEqual([row["status"] for row in want], [200, 302, 200, 200, 200])
        for name, (_, parser) in FORMS.items():
            out = run("parse", self.folder / name / name).out
            self.assertEqual({json.loads(line)["tocsin"]["format"] for line in out.splitlines()}, {parser}, name)
            lacks = LACKS.get(name, ())
            self.assertEqual([{k: v for k, v in row.items() if k not in lacks} for row in told(out)],
                             [{k: v for k, v in row.items() if k not in lacks} for row in want], name)

    def test_all_forms_fire_the_same_rules(self):
        def fired(name):
            done = run("scan", "-q", "-f", "json", "--fail-level", "critical", self.folder / name, check=None)
            rows = map(json.loads, done.out.splitlines())
            return {row["rule"]["name"] for row in rows if "rule" in row}
        want = fired("u_ex110309.log")
        self.assertTrue(want)
        for name in FORMS:
            self.assertEqual(fired(name), want, name)

    def test_a_zone_moves_what_is_local(self):
        path = self.folder / "in110309.log"
        rows = told(run("parse", "--tz", "*=+01:00", path / "in110309.log").out)
        self.assertEqual(rows[0]["time"], "2011-03-09T06:12:01Z")

    def test_noise_is_counted_by_its_name(self):
        rows = [f"203.0.113.4 - CORP\\anna [09/Mar/2011:07:12:{i:02} +0000] \"GET /owa/ HTTP/1.1\" 200 1 \"-\" \"A\"\n"
                for i in range(5)]
        rows += ["10.0.0.9 - - [09/Mar/2011:07:13:01 +0000] \"GET /owa/healthcheck.htm HTTP/1.1\" 200 1\n",
                 "10.0.0.9 - CORP\\HealthMailbox12 [09/Mar/2011:07:13:02 +0000] \"GET /owa/ HTTP/1.1\" 200 1\n",
                 "10.0.0.9 - CORP\\m [09/Mar/2011:07:13:03 +0000] \"GET /owa/ HTTP/1.1\" 200 1 \"-\" \"check_http/v2\"\n",
                 "203.0.113.9 - - [09/Mar/2011:07:13:04 +0000] \"GET /owa/healthcheck.htm HTTP/1.1\" 200 1\n"]
        self.write("noise/access.log", "".join(rows))
        stats = self.folder / "stats.json"
        done = run("scan", "--stats", stats, self.folder / "noise", check=None)
        totals = json.loads(stats.read_text(encoding="utf-8"))["totals"]
        self.assertEqual(totals["events"]["filtered"], {"probe": 1, "balancer_check": 1, "monitoring": 1})
        self.assertIn("3 records set aside (1 health probe, 1 balancer's check, 1 request of monitoring)",
                      " ".join(done.out.split()))

    def test_a_window_that_began_before_the_data_is_marked(self):
        def resets(*seconds):
            return "".join(json.dumps({
                "EventID": 4724, "Channel": "Security", "Computer": "DC1", "EventRecordID": 100 + s, "SubjectUserName": "eve",
                "TargetUserName": f"user{s}", "TimeCreated": at(s, "%Y-%m-%dT%H:%M:%SZ")}) + "\n" for s in seconds)

        def marks(folder):
            out = run("scan", "-q", "-f", "json", "--fail-level", "critical", folder, check=None).out
            rows = [json.loads(line)["tocsin"] for line in out.splitlines()]
            return [row.get("incomplete_window", False) for row in rows if row.get("incident")]
        self.write("cut/dc.jsonl", resets(*range(0, 300, 10)))
        self.write("whole/dc.jsonl", resets(-86400 * 40, *range(0, 300, 10)))
        cut, whole = marks(self.folder / "cut"), marks(self.folder / "whole")
        self.assertTrue(cut and all(cut), cut)
        self.assertTrue(whole and not any(whole), whole)


if __name__ == "__main__":
    unittest.main()
