"""What could not be seen is never told as watched, nor passed over: logs that leave fields out, logs whose first part
is another program's, dates that are two days, lines that say two things."""
import codecs
import datetime
import gzip
import io
import json
import tarfile
import unittest
import zipfile

from harness import Case, finals, lines_of, run, simulate

BEGIN = datetime.datetime(2024, 1, 3, 2, 0)
ORIGIN = "203.0.113.66"


def at(seconds):
    return BEGIN + datetime.timedelta(seconds=seconds)


def syslog(seconds, program, text):
    return f"{at(seconds):%b} {at(seconds).day:2d} {at(seconds):%H:%M:%S} mx1 {program}: {text}\n"


def others(count):
    """What a machine says that is no mail server."""
    return "".join(syslog(i, "kernel", "[ 12.3] eth0: up") if i % 2 else
                   syslog(i, "CRON[77]", "(root) CMD (run-parts /etc/cron.hourly)") for i in range(count))


def refusals(begin, count=40):
    return "".join(syslog(begin + i, "dovecot", f"imap-login: Disconnected (auth failed, 1 attempts in 6 secs): "
                          f"user=<u{i}>, method=PLAIN, rip={ORIGIN}, lip=10.0.0.6, TLS") for i in range(count))


def roundcube(day, number):
    when = BEGIN + datetime.timedelta(days=day, minutes=number)
    return (f"[{when:%d-%b-%Y %H:%M:%S} +0000]: <s1> Successful login for u{number}@corp.example (ID: {number}) "
            f"from 198.51.100.{number + 1} in session q\n")


def native(date, hour=7, count=30):
    return "".join(f"192.0.2.{i}, corp\\u{i}, {date}, {hour}:{i:02}:00, W3SVC1, EX1, 10.0.0.1, 10, 100, 200, 200, 0, "
                   "GET, /owa/, -,\n" for i in range(1, count))


class Unseen(Case):
    def coverage(self, *arguments):
        summary = lines_of(run("scan", "-f", "json", *arguments).out)[-1]["tocsin"]
        return {row["indicator"]: row for row in summary["coverage"]}

    def days(self, *arguments):
        events = lines_of(run("parse", "-q", *arguments).out)
        return sorted({event["@timestamp"][:10] for event in events})

    def rules(self, *paths):
        alerts = finals(lines_of(run("scan", "-f", "json", *paths).out), "low")
        return {rule["name"] for alert in alerts for rule in alert["tocsin"]["rules"]}


class Fields(Unseen):
    """An indicator is watched as far as the logs say what its rules go by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        simulate(cls.folder, "--profile", "quiet")
        cls.front = cls.folder / "logs/EX01"

    def test_webmail_without_agents(self):
        path = self.write("mx/userlogins.log", "".join(roundcube(day, n) for day in range(40) for n in range(30)))
        row = self.coverage(path)["webmail access"]
        self.assertEqual(row["state"], "partly")
        self.assertIn("do not say what browsers call themselves", row["why"])
        self.assertIn("--geo", row["fix"])
        row = self.coverage("--geo", self.folder / "geo.mmdb", path)["webmail access"]
        self.assertEqual(row["state"], "watched", row)

    def test_columns_that_one_front_end_leaves_out(self):
        """Beside a front end that has them all."""
        for column, words in (("cs(User-Agent)", "do not say what browsers call themselves"),
                              ("c-ip", "have no client address"), ("cs-username", "name no user")):
            folder = self.folder / f"without-{column.replace('(', '').replace(')', '')}/EX09/W3SVC1"
            folder.mkdir(parents=True)
            for path in self.front.rglob("u_ex*.log"):
                rows = path.read_text(encoding="utf-8").splitlines()
                names = next(row for row in rows if row.startswith("#Fields: ")).split()[1:]
                at_ = names.index(column)
                kept = [row if row.startswith("#") and not row.startswith("#Fields") else
                        " ".join(word for i, word in enumerate(row.split(" ")) if i != at_ + row.startswith("#Fields"))
                        for row in rows]
                (folder / path.name).write_text("\n".join(kept) + "\n", encoding="utf-8")
            self.assertEqual(self.coverage("--internal", "10.0.0.0/8", self.front)["webmail access"]["state"], "watched")
            row = self.coverage("--internal", "10.0.0.0/8", self.front, folder.parents[1])["webmail access"]
            self.assertEqual(row["state"], "partly", column)
            self.assertIn(words, row["why"])
            self.assertIn("EX09", row["why"])


class Syslog(Unseen):
    def test_mail_below_another_programs_lines(self):
        path = self.write("syslog", others(20000) + refusals(30000))
        self.assertIn("password_spray_fast", self.rules(path))

    def test_events_of_windows_below_mail(self):
        """What a line of syslog carries is read or counted, whoever's lines begin the file."""
        event = ('{"EventID":4724,"Channel":"Security","EventTime":"2024-01-03 02:00:00","Hostname":"dc1",'
                 '"TargetUserName":"ana"}')
        path = self.write("messages", refusals(0) + "".join(syslog(100 + i, "nxlog", event) for i in range(20)))
        done = run("scan", "-f", "json", path)
        reasons = [reason["reason"] for reason in lines_of(done.out)[-1]["tocsin"]["reasons"]]
        events = [e["tocsin"]["format"] for e in lines_of(run("parse", "-q", path).out)]
        self.assertTrue("windows-json" in events or "rejected" in reasons, (reasons, set(events)))

    def test_a_file_in_which_nothing_is_known_is_not_read(self):
        done = run("scan", self.write("kern.log", others(200)), check=3)
        self.assertIn("a syslog file without a line of any program that is read", " ".join(done.out.split()))

    def test_names_that_can_be_no_mailbox_are_names_that_were_tried(self):
        lines = "".join(syslog(i, "dovecot", f"imap-login: Disconnected (auth failed, 1 attempts in 6 secs): "
                               f"user=<a b{i}@x>, method=PLAIN, rip={ORIGIN}, lip=10.0.0.6, TLS") for i in range(40))
        self.assertIn("password_spray_fast", self.rules(self.write("mail.log", lines)))


class Dates(Unseen):
    """IIS's own format has the date as the server's system writes it."""

    def test_the_order_is_told_by_what_is_no_month(self):
        self.assertEqual(self.days(self.write("inetsv2.log", native("1/2/2024") + native("13/2/2024"))),
                         ["2024-02-01", "2024-02-13"])
        far = native("1/2/2024") * 900 + native("14/2/2024")
        self.assertEqual(self.days(self.write("inetsv4.log", far)), ["2024-02-01", "2024-02-14"])

    def test_the_order_is_told_by_the_name(self):
        self.assertEqual(self.days(self.write("in240205.log", native("5/2/2024"))), ["2024-02-05"])
        self.assertEqual(self.days(self.write("in240206.log", native("2/6/2024"))), ["2024-02-06"])

    def test_the_order_is_told_by_the_steps(self):
        path = self.write("inetsv1.log", native("1/2/2024") + native("2/2/2024") + native("3/2/2024"))
        self.assertEqual(self.days(path), ["2024-02-01", "2024-02-02", "2024-02-03"])

    def test_what_nothing_tells_is_said(self):
        page = " ".join(run("scan", self.write("inetsv3.log", native("3/4/2024"))).out.split())
        self.assertIn("nothing tells day from month in the dates", page)


class Attack(Unseen):
    """Forms in which evidence comes, each of which might give a page that says that there is none."""
    LOG = refusals(0)

    def test_forms(self):
        plain = self.LOG.encode()
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as archive:
            info = tarfile.TarInfo("var/log/mail.log")
            info.size, info.mtime = len(plain), 1704700000
            archive.addfile(info, io.BytesIO(plain))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("evidence.tar.gz", gzip.compress(tar.getvalue()))
        forms = {"notes.docx.bak": plain, "README.md": plain, "a.jpg": plain, "a.html": plain,
                 "utf16le.log": codecs.BOM_UTF16_LE + self.LOG.encode("utf-16-le"),
                 "utf16be.log": codecs.BOM_UTF16_BE + self.LOG.encode("utf-16-be"),
                 "utf16-no-mark.log": self.LOG.encode("utf-16-le"),
                 "crcrlf.log": plain.replace(b"\n", b"\r\r\n"), "cr.log": plain.replace(b"\n", b"\r"),
                 "evidence.zip": packed.getvalue(), "mid-line.log": plain[57:],
                 "banner.log": b"Exported by somebody on 3 January\n====\n\n" + plain,
                 "nul-begun.log": bytes(600) + plain, "blank.log": b"\n" * 500 + plain}
        for name, data in forms.items():
            with self.subTest(name):
                path = self.folder / f"form-{name}"
                path.write_bytes(data)
                done = run("scan", "-f", "json", path)
                found = bool(finals(lines_of(done.out), "low"))
                summary = lines_of(done.out)[-1]["tocsin"]
                told = [reason["reason"] for reason in summary["reasons"]]
                self.assertTrue(found or set(told) - {"all_blind", "no_event"}, (name, told, json.dumps(summary)[:300]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
