#!/usr/bin/env python3
"""make_evtx.py FOLDER...: writes small Windows event logs (EVTX) there, for tests and as seeds of the fuzzer.

    template.evtx    two records of one template, then a damaged record, a third one, and free space that holds an
                     older record, which is none any more
    inline.evtx      a record without a template, as forwarded events are, with all types of values
    nested.evtx      records whose template holds others: EventData, UserData, and what stands in UserData
    headless.evtx    a chunk whose head is damaged: its records are found by their signature

All of them are one chunk that was cut off, without the head of a file, so that they stay small. Class Chunk can
make whole ones: see tests/unit/parsers/test_evtx.c for what a file is made of.
"""
import pathlib
import struct
import sys

EPOCH = 116444736000000000  # 1970 in FILETIME
NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
FRAGMENT = b"\x0f\x01\x01\x00"


def filetime(seconds):
    return EPOCH + seconds * 10_000_000


class Chunk:
    """A chunk being written: names stand where they are used first."""

    def __init__(self):
        self.data = bytearray(512)
        self.names = {}
        self.templates = {}

    def at(self):
        return len(self.data)

    def add(self, *parts):
        for part in parts:
            self.data += part

    def name(self, text):
        """A reference to a name, followed by the name itself the first time."""
        if text in self.names:
            self.add(struct.pack("<I", self.names[text]))
            return
        self.names[text] = self.at() + 4
        units = text.encode("utf-16-le")
        self.add(struct.pack("<IIHH", self.at() + 4, 0, 0, len(text)), units, b"\0\0")

    def sized(self, write):
        """A length of four bytes before what `write` adds."""
        place = self.at()
        self.add(b"\0\0\0\0")
        write()
        self.data[place:place + 4] = struct.pack("<I", self.at() - place - 4)

    def text(self, value):
        self.add(b"\x05\x01", struct.pack("<H", len(value)), value.encode("utf-16-le"))

    def value(self, content):
        """A text, a substitution (number, type) or nothing."""
        if isinstance(content, str):
            self.text(content)
        elif content is not None:
            number, kind = content
            self.add(b"\x0e", struct.pack("<HB", number, kind))

    def element(self, name, attributes=(), content=None, children=()):
        self.add(b"\x41" if attributes else b"\x01", struct.pack("<H", 0xFFFF))

        def inside():
            self.name(name)
            if attributes:
                self.sized(lambda: self.attributes(attributes))
            if content is None and not children:
                self.add(b"\x03")
                return
            self.add(b"\x02")
            self.value(content)
            for child in children:
                if isinstance(child[0], int):
                    self.value(child)
                else:
                    self.element(*child)
            self.add(b"\x04")

        self.sized(inside)

    def attributes(self, pairs):
        for i, (name, content) in enumerate(pairs):
            self.add(b"\x46" if i + 1 < len(pairs) else b"\x06")
            self.name(name)
            self.value(content)

    def use_template(self, tree, values):
        """An instance of a template, which stands at its first instance. A value may be written by a function."""
        self.add(b"\x0c\x01", struct.pack("<I", 7))
        if repr(tree) not in self.templates:
            here = self.templates[repr(tree)] = self.at() + 4
            self.add(struct.pack("<I", here), struct.pack("<I", 0), struct.pack("<I", 7), bytes(12))

            def body():
                self.add(FRAGMENT)
                self.element(*tree)
                self.add(b"\0")

            self.sized(body)
        else:
            self.add(struct.pack("<I", self.templates[repr(tree)]))
        self.add(struct.pack("<I", len(values)))
        sizes = self.at()
        for kind, _ in values:
            self.add(struct.pack("<HBB", 0, kind, 0))
        for i, (_, data) in enumerate(values):
            start = self.at()
            if callable(data):
                data()
            else:
                self.add(data)
            self.data[sizes + 4 * i:sizes + 4 * i + 2] = struct.pack("<H", self.at() - start)

    def record(self, number, seconds, write):
        start = self.at()
        self.add(b"**\0\0", b"\0\0\0\0", struct.pack("<QQ", number, filetime(seconds)), FRAGMENT)
        write()
        self.add(b"\0")
        length = self.at() - start + 4
        self.add(struct.pack("<I", length))
        self.data[start + 4:start + 8] = struct.pack("<I", length)

    def finish(self, free=None):
        head = struct.pack("<8sQQQQIII", b"ElfChnk\0", 1, 3, 1, 3, 128, 512, free or self.at())
        self.data[:len(head)] = head
        return bytes(self.data)


def system(event, channel, time):
    return ("System", (), None, (
        ("Provider", (("Name", "Microsoft-Windows-Security-Auditing"), ("Guid", (5, 0x0F)))),
        ("EventID", (), event), ("TimeCreated", (("SystemTime", time),)), ("EventRecordID", (), (2, 0x0A)),
        ("Execution", (("ProcessID", (6, 0x08)),)), ("Channel", (), channel),
        ("Computer", (), "dc1.corp.example")))


RESET = ("Event", (("xmlns", NAMESPACE),), None, (
    system((0, 0x06), "Security", (1, 0x11)),
    ("EventData", (), None, (("Data", (("Name", "TargetUserName"),), (3, 0x01)),
                             ("Data", (("Name", "SubjectUserSid"),), (4, 0x13)),
                             ("Data", (("Name", "SubjectUserName"),), "help")))))
SID = bytes([1, 2, 0, 0, 0, 0, 0, 5]) + struct.pack("<II", 32, 544)
GUID = struct.pack("<IHH", 0x54849625, 0x5478, 0x4994) + bytes(range(0xA5, 0xAD))


def reset(chunk, number, seconds, target):
    values = [(0x06, struct.pack("<H", 4724)), (0x11, struct.pack("<Q", filetime(seconds))),
              (0x0A, struct.pack("<Q", number)), (0x01, target.encode("utf-16-le")), (0x13, SID), (0x0F, GUID),
              (0x00, b"")]
    chunk.record(number, seconds, lambda: chunk.use_template(RESET, values))


def template():
    chunk = Chunk()
    reset(chunk, 1, 1299654723, "anna <admin> & \U0001F512")
    reset(chunk, 2, 1299654724, "bert")
    start = chunk.at()
    reset(chunk, 3, 1299654725, "carl")
    chunk.data[start + 4] ^= 1  # its two lengths are not equal any more
    reset(chunk, 4, 1299654726, "dora")
    free = chunk.at()
    reset(chunk, 1, 1299654727, "of the past")
    return chunk.finish(free)


TYPES = [(0x02, b"latin \xe9\0"), (0x03, b"\xff"), (0x04, b"\xff"), (0x05, b"\xfe\xff"), (0x06, b"\xfe\xff"),
         (0x07, b"\xfd\xff\xff\xff"), (0x08, b"\xfd\xff\xff\xff"), (0x09, b"\xfc" + b"\xff" * 7),
         (0x0A, b"\xfc" + b"\xff" * 7), (0x0B, struct.pack("<f", 0.5)), (0x0C, struct.pack("<d", -0.25)),
         (0x0D, struct.pack("<I", 1)), (0x0E, b"\x01\xab"), (0x10, struct.pack("<Q", 18)),
         (0x12, struct.pack("<8H", 2011, 3, 3, 9, 7, 12, 3, 250)), (0x14, struct.pack("<I", 0x18)),
         (0x15, struct.pack("<Q", 0x3E7)), (0x81, "one\0two\0".encode("utf-16-le")), (0x88, struct.pack("<II", 1, 2)),
         (0x7F, b"\x01\x02"), (0x08, b"\x01")]


def inline():
    chunk = Chunk()
    fields = [("Data", (("Name", f"v{number:02x}"),), (number, kind)) for number, (kind, _) in enumerate(TYPES)]
    tree = ("Event", (("xmlns", NAMESPACE),), None, (
        ("System", (), None, (("EventID", (), "4625"), ("TimeCreated", (("SystemTime", "2011-03-09T07:12:03Z"),)),
                              ("EventRecordID", (), "9"), ("Channel", (), "Security"), ("Computer", (), "dc1"))),
        ("EventData", (), None, tuple(fields))))
    chunk.record(9, 1299654723, lambda: chunk.use_template(tree, TYPES))
    plain = ("Event", (("xmlns", NAMESPACE),), None, (
        ("System", (), None, (("EventID", (), "1102"), ("TimeCreated", (("SystemTime", "2011-03-09T07:12:04Z"),)),
                              ("EventRecordID", (), "10"), ("Channel", (), "Security"), ("Computer", (), "dc1"))),
        ("UserData", (), None, (("LogFileCleared", (), None, (("SubjectUserName", (), "help"),)),))))
    chunk.record(10, 1299654724, lambda: chunk.element(*plain))
    return chunk.finish()


SHELL = ("Event", (("xmlns", NAMESPACE),), None, (
    ("System", (), None, (
        ("Provider", (("Name", (0, 0x01)), ("Guid", (1, 0x0F)), ("EventSourceName", (2, 0x01)))),
        ("EventID", (("Qualifiers", (3, 0x06)),), (4, 0x06)), ("Task", (("Hint", (3, 0x06)),), (5, 0x06)),
        ("Keywords", (), (6, 0x15)), ("TimeCreated", (("SystemTime", (7, 0x11)),)), ("EventRecordID", (), (8, 0x0A)),
        ("Channel", (), "Security"), ("Computer", (), (9, 0x01)), ("Security", (("UserID", (10, 0x13)),)))),
    (11, 0x21),
    ("UserData", (), None, ((12, 0x21),)),
    ("RenderingInfo", (("Culture", "en-US"),), None, (
        ("Message", (), (13, 0x01)), ("Keywords", (), None, (("Keyword", (), "Audit"),))))))
DATA = ("EventData", (("Name", "LOGON"),), None, (
    ("Data", (("Name", "TargetUserName"),), (0, 0x01)), ("Data", (), (1, 0x81)), ("Data", (("Name", "Many"),), (1, 0x81)),
    ("Binary", (), (2, 0x0E)), ("Data", (("Name", "Empty"),))))
USER = ("UserData", (), None, (("Outer", (("Kept", "no"),), None, (
    ("Inner", (("Id", (1, 0x08)),), (0, 0x01)), ("Channel", (), (0, 0x01)), ("Alone", (("Id", (1, 0x08)),)))),))
CLEARED = ("LogFileCleared", (("xmlns", NAMESPACE),), None, (
    ("SubjectUserName", (), (0, 0x01)), ("SubjectLogonId", (), (1, 0x15))))


def shell(chunk, number, nested, full):
    """`full`: optional values are there."""
    text, none = "Microsoft-Windows-Eventlog".encode("utf-16-le"), (0x00, b"")
    values = [(0x01, text), (0x0F, GUID) if full else none, none, (0x06, b"\7\0") if full else none,
              (0x06, struct.pack("<H", 4720 + number)), (0x06, b"\1\0") if full else none,
              (0x15, struct.pack("<Q", 1 << 53)), (0x11, struct.pack("<Q", filetime(1299654723) + number)),
              (0x0A, struct.pack("<Q", number)), (0x01, "dc1 \u00e9 <&>".encode("utf-16-le")), (0x13, SID),
              none, none, (0x01, "it was \"so\"".encode("utf-16-le")) if full else none]

    def write(tree, inner):
        chunk.add(FRAGMENT)
        chunk.use_template(tree, inner)
        chunk.add(b"\0")

    for place, tree, inner in nested:
        values[place] = (0x21, lambda tree=tree, inner=inner: write(tree, inner))
    chunk.record(number, 1299654723, lambda: chunk.use_template(SHELL, values))


def nested():
    chunk = Chunk()
    several = "one\0t<o\0\0four\0".encode("utf-16-le")
    name, number = (0x01, "anna\0".encode("utf-16-le")), (0x08, b"\5\0\0\0")
    for full in (True, False):
        base = 10 if full else 0
        shell(chunk, base + 1, [(11, DATA, [name, (0x81, several), (0x0E, b"\1\2")])], full)
        shell(chunk, base + 2, [(11, DATA, [name, (0x81, b""), (0x0E, b"")])], full)
        shell(chunk, base + 3, [(11, DATA, [number, (0x01, several), (0x21, b"\1\2")])], full)
        shell(chunk, base + 4, [(11, USER, [name, number])], full)
        shell(chunk, base + 5, [(11, USER, [(0x00, b""), (0x00, b"")])], full)
        shell(chunk, base + 6, [(12, CLEARED, [name, (0x15, struct.pack("<Q", 999))])], full)
        shell(chunk, base + 7, [], full)
    return chunk.finish()


def headless():
    chunk = Chunk()
    reset(chunk, 1, 1299654723, "anna")
    reset(chunk, 2, 1299654724, "bert")
    data = bytearray(chunk.finish())
    data[0] = ord("X")
    return bytes(data)


def main():
    for folder in map(pathlib.Path, sys.argv[1:]):
        folder.mkdir(parents=True, exist_ok=True)
        for make in (template, inline, nested, headless):
            (folder / f"{make.__name__}.evtx").write_bytes(make())


if __name__ == "__main__":
    main()
