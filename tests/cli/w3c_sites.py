"""Rows of two unlike web sites in any order and subset of the columns that IIS can log.

busy: an Exchange front end of many users and clients; behind a balancer (c-ip is one of its two addresses) where
asked for. quiet: one client, nobody logs on, nothing fails, IPv6, a balancer that tells several addresses. Nameless: no
account is ever logged, or no user agent.
"""
import datetime

ORDER = ("date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
         "cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes "
         "cs-bytes time-taken X-Forwarded-For").split()
MATTERS = set("date time cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status "
              "sc-substatus sc-win32-status X-Forwarded-For".split())
IIS8 = ("date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) "
        "sc-status sc-substatus sc-win32-status time-taken").split()
AGENTS = (
    "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/124.0.0.0+Safari/537.36",
    "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:125.0)+Gecko/20100101+Firefox/125.0",
    "Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.5404;+Pro)", "Apple-iPhone12C1/1905.258",
    "Android-SAMSUNG-SM-G991B/101.14", "MacOutlook/16.78.23100802+(Intelx64+Mac+OS+X)", "AMProbe/Local/ClientAccess",
    "curl/7.68.0", "python-requests/2.31.0", "MSExchangeHttpProxy")
STEMS = ("/owa/", "/owa/auth/logon.aspx", "/owa/auth.owa", "/owa/service.svc", "/EWS/Exchange.asmx", "/mapi/emsmdb/",
         "/Microsoft-Server-ActiveSync/default.eas", "/Autodiscover/Autodiscover.xml", "/rpc/rpcproxy.dll",
         "/owa/prem/15.1.2507/scripts/globalize/globalize.culture.fr-be.js", "/ecp/default.aspx", "/favicon.ico", "/")
RESULTS = (("200", "0", "0"),) * 60 + (("302", "0", "0"),) * 12 + (("304", "0", "0"),) * 8 + (
    ("401", "1", "1326"), ("401", "1", "2148074254"), ("401", "2", "5"), ("404", "0", "2"), ("404", "7", "0"),
    ("403", "14", "0"), ("403", "4", "5"), ("500", "0", "0"), ("500", "0", "64"), ("200", "0", "64"), ("200", "0", "995"),
    ("401", "0", "0"), ("400", "0", "121"), ("503", "2", "0"))


def hexes(random, count):
    return "".join(random.choice("0123456789abcdef") for _ in range(count))


def guid(random):
    return "-".join(hexes(random, n) for n in (8, 4, 4, 4, 12))


def query(random):
    correlation = f"CorrelationID=<empty>;&cafeReqId={guid(random)};"
    return random.choice((
        "-", "&" + correlation, "&" + correlation, f"Cmd=Ping&User=CORP%5Cu{random.randrange(90)}&DeviceId="
        f"{hexes(random, 32).upper()}&DeviceType=iPhone&{correlation}", f"action=FindItem&EP=1&ID=-{random.randrange(99)}&AC=1",
        "url=https%3a%2f%2fmail.corp.example%2fowa%2f&reason=0", f"MailboxId={guid(random)}@corp.example"))


class Busy:
    """Many people from many addresses."""

    def __init__(self, random, balanced, nameless=False):
        self.nameless = nameless  # nobody is known by name
        self.random, self.balanced = random, balanced
        self.clients = [f"198.51.{random.randrange(256)}.{random.randrange(1, 255)}" for _ in range(60)]
        self.clients += [f"2001:db8:{hexes(random, 4)}::{hexes(random, 3)}" for _ in range(8)] + ["10.0.4.17", "10.0.4.99"]
        self.now = datetime.datetime(2024, 5, 2, random.randrange(24), random.randrange(60), 3)

    def user(self):
        r = self.random
        if self.nameless:
            return "-"
        name = r.choice(("anna", "bob", "j.doe", "svc_backup", "müller", "o'neil")) + str(r.randrange(30))
        return r.choice(("-", "-", f"CORP\\{name}", f"CORP\\{name}", f"{name}@corp.example", name,
                         f"HealthMailbox{hexes(r, 12)}@corp.example"))

    def forwarded(self, client):
        r = self.random
        if r.random() < 0.05:
            return "-"
        return client if r.random() < 0.9 else f"{client},+10.0.0.{r.randrange(1, 9)}"

    def row(self):
        r = self.random
        self.now += datetime.timedelta(seconds=r.choice((0, 0, 1, 1, 2, 5, 40)))
        status, sub, win32 = r.choice(RESULTS)
        client = r.choice(self.clients)
        local = r.random() < 0.1
        return {
            "date": self.now.strftime("%Y-%m-%d"), "time": self.now.strftime("%H:%M:%S"), "s-sitename": "W3SVC1",
            "s-computername": "EX01", "s-ip": "fe80::d9e3:e981:da2d:427b%3" if local else "10.0.0.5",
            "cs-method": r.choice(("GET",) * 8 + ("POST",) * 8 + ("HEAD", "OPTIONS", "RPC_IN_DATA", "PROPFIND")),
            "cs-uri-stem": r.choice(STEMS), "cs-uri-query": query(r), "s-port": r.choice(("443",) * 9 + ("80",)),
            "cs-username": self.user(), "c-ip": r.choice(("10.0.0.250", "10.0.0.251")) if self.balanced else client,
            "cs-version": r.choice(("HTTP/1.1",) * 9 + ("HTTP/2.0", "HTTP/1.0")),
            "cs(User-Agent)": "-" if r.random() < 0.03 else r.choice(AGENTS),
            "cs(Cookie)": "-" if r.random() < 0.4 else f"ClientId={hexes(r, 20).upper()};+OIDC=1;+UC={hexes(r, 16)}",
            "cs(Referer)": r.choice(("-", "-", "https://mail.corp.example/owa/", "https://mail.corp.example/owa/?bO=1")),
            "cs-host": r.choice(("mail.corp.example",) * 6 + ("autodiscover.corp.example", "10.0.0.5", "-")),
            "sc-status": status, "sc-substatus": sub, "sc-win32-status": win32,
            "sc-bytes": str(int(r.lognormvariate(7.5, 1.5)) + 150), "cs-bytes": str(int(r.lognormvariate(6.5, 0.6)) + 60),
            "time-taken": str(r.choice((0, 0, 15, 15, 31, 46, 62)) if r.random() < 0.6 else int(r.lognormvariate(4, 2))),
            "X-Forwarded-For": self.forwarded(client)}


class Quiet:
    """A probe asks for one page, now and then another."""

    def __init__(self, random, balanced, nameless=False):
        self.random, self.balanced = random, balanced
        self.client = random.choice(("10.9.0.77", "2001:db8:5::77", "198.51.100.9"))
        self.agent = "-" if nameless else random.choice(("Mozilla/5.0+(compatible;+Probe/2.1)", "Monitor/3.2"))
        self.host = random.choice(("intranet", "www.quiet.example", "2001:db8:5::1"))
        self.now = datetime.datetime(2024, 5, 2, 6, 0, 29)

    def row(self):
        r = self.random
        self.now += datetime.timedelta(seconds=30)
        again = r.random() < 0.3
        return {
            "date": self.now.strftime("%Y-%m-%d"), "time": self.now.strftime("%H:%M:%S"), "s-sitename": "W3SVC2",
            "s-computername": "WEB7", "s-ip": "2001:db8:5::1", "cs-method": "GET",
            "cs-uri-stem": r.choice(("/", "/status", "/style.css")), "cs-uri-query": "-", "s-port": "443",
            "cs-username": "-", "c-ip": "2001:db8:5::fe" if self.balanced else self.client, "cs-version": "HTTP/1.1",
            "cs(User-Agent)": self.agent, "cs(Cookie)": "-", "cs(Referer)": "-", "cs-host": self.host,
            "sc-status": "304" if again else "200", "sc-substatus": "0", "sc-win32-status": "0",
            "sc-bytes": "210" if again else r.choice(("1437", "5212", "823")), "cs-bytes": r.choice(("240", "534", "251")),
            "time-taken": r.choice(("0", "15", "16", "31")),
            "X-Forwarded-For": f"{self.client},+192.0.2.8" if r.random() < 0.5 else self.client}


def rows(site, fields, count):
    """`count` rows of these columns."""
    made = [site.row() for _ in range(count)]
    return [[row[field] for field in fields] for row in made]
