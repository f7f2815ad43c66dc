"""The logs of a site of 10,000 mailboxes as its servers write them now, rendered beforehand: a second costs little.

Lines of IIS (two servers), message tracking and Windows events; people with a place and a client of their own, and some
strangers whom nobody has seen before. Files take turns like hourly ones, and the eldest are removed.
"""
import json
import random

MAILBOXES = 10000
IIS_HEADER = (b"#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: %b\r\n#Fields: date time s-ip "
              b"cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus "
              b"sc-win32-status time-taken\r\n")
TRACKING_HEADER = (b"\xef\xbb\xbf#Software: Microsoft Exchange Server\r\n#Version: 15.01.0466.034\r\n#Log-type: Message Tracking "
                   b"Log\r\n#Date: %b\r\n#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
                   b"connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,"
                   b"recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,"
                   b"sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,"
                   b"custom-data,transport-traffic-type,log-id,schema-version\r\n")
AGENTS = [f"Mozilla/5.0+(Windows+NT+{nt};+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/{v}.0.0.0+Safari/537.36"
          for nt in ("6.1", "10.0") for v in range(100, 125)]
STEMS = [("GET", "/owa/", 200), ("POST", "/owa/service.svc action=GetConversationItems", 200),
         ("POST", "/owa/service.svc action=FindItem", 200), ("POST", "/owa/service.svc action=CreateItem", 200),
         ("POST", "/mapi/emsmdb/ MailboxId=1@corp.example", 200), ("POST", "/EWS/Exchange.asmx -", 200),
         ("POST", "/Microsoft-Server-ActiveSync/default.eas Cmd=Ping", 200), ("GET", "/owa/auth/logon.aspx -", 200)]
WHEN, NUMBER = b"@WHEN@", b"@NUMBER@"


def person(number):
    return f"user{number}", f"10.{20 + number % 8}.{number // 250 % 250}.{number % 250}", AGENTS[number % len(AGENTS)]


def iis_line(dice, server):
    name, address, agent = person(dice.randrange(MAILBOXES))
    method, what, status = dice.choice(STEMS)
    what = what if " " in what else what + " -"
    return (f"@WHEN@ 10.1.0.{server} {method} {what} 443 CORP\\{name} {address} {agent} - {status} 0 0 "
            f"{dice.randrange(900)}\r\n")


def stranger_line(dice, server):
    """A logon that fails, of somebody invented from anywhere."""
    return (f"@WHEN@ 10.1.0.{server} POST /owa/auth.owa - 443 CORP\\nobody@NUMBER@ 198.{18 + dice.randrange(2)}."
            f"{dice.randrange(256)}.{dice.randrange(256)} Mozilla/5.0+(stranger+@NUMBER@) - 401 1 1326 9\r\n")


def tracking_line(dice, _server):
    sender, recipient = person(dice.randrange(MAILBOXES)), person(dice.randrange(MAILBOXES))
    return (f"@WHEN@,{sender[1]},MBX01,10.1.0.21,HUB01,08D30191d4e07d80,HUB01\\Default,SMTP,RECEIVE,@NUMBER@,<@NUMBER@@HUB01."
            f"corp.example>,13ecc442-82c3-479e-aa71-a30de2ce07e9,{recipient[0]}@corp.example,,{dice.randrange(90000)},1,,,"
            f"A subject of @NUMBER@,{sender[0]}@corp.example,{sender[0]}@corp.example,0cI: ,Originating,,{sender[1]},"
            "10.1.0.21,S:IsProbe=false,Email,e8e34532-d140-4098-a8f0-8670d014f8bb,15.01.0466.034\r\n")


def windows_event(dice, number, when):
    name, address, _ = person(dice.randrange(MAILBOXES))
    return json.dumps({
        "@timestamp": f"{when:%Y-%m-%dT%H:%M:%S}.000Z", "agent": {"type": "winlogbeat", "name": "DC01"},
        "event": {"code": "4624", "provider": "Microsoft-Windows-Security-Auditing"}, "message": "Somebody logged on.",
        "winlog": {"channel": "Security", "computer_name": "dc01.corp.example", "record_id": number, "event_id": "4624",
                   "provider_name": "Microsoft-Windows-Security-Auditing",
                   "event_data": {"TargetUserName": name, "TargetDomainName": "CORP", "LogonType": "3",
                                  "IpAddress": address}}}).encode()


class Rendered:
    """Blocks of so many lines; what is of the moment is put in when one is taken."""

    def __init__(self, make, size, server, form, count=120, seed=1):
        self.dice, self.form, self.number, self.turn = random.Random(seed), form, 0, 0
        self.blocks = [self.cut("".join(make(self.dice, server) for _ in range(size))) for _ in range(count)]

    @staticmethod
    def cut(text):
        """Pieces between the lines' numbers, which are different each time."""
        return text.encode().split(NUMBER)

    def take(self, when):
        pieces = self.blocks[self.turn % len(self.blocks)]
        self.turn += 1
        out = [pieces[0]]
        for piece in pieces[1:]:
            out += (b"%d" % (self.number // 3), piece)
            self.number += 1
        return b"".join(out).replace(WHEN, when.strftime(self.form).encode())


class Rotating:
    """A log that is another file every so many seconds; the last `kept` of them stay."""

    def __init__(self, folder, name, header, form, seconds, kept=8):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.name, self.header, self.form = folder, name, header, form
        self.seconds, self.kept, self.names, self.file, self.turn = seconds, kept, [], None, None

    def write(self, when, data):
        turn = int(when.timestamp()) // self.seconds
        if turn != self.turn:
            self.begin(when, turn)
        self.file.write(data)

    def begin(self, when, turn):
        self.close()
        self.turn = turn
        self.names.append(self.folder / self.name.format(when))
        self.file = open(self.names[-1], "ab", buffering=0)
        self.file.write(self.header % when.strftime(self.form).encode())
        while len(self.names) > self.kept:
            self.names.pop(0).unlink()

    def close(self):
        if self.file:
            self.file.close()
