"""Calls of SAMR and their answers. What stands for a password is SECRET, in clear where others encrypt it, so that
a test can look for it wherever it must not be."""
import struct

from smb import Stub

SECRET = b"n\0o\0t\0-\0k\0e\0p\0t\0"
DOMAIN_SID = (21, 1111111111, 2222222222, 3333333333)
ACCESS_DENIED, WRONG_PASSWORD, SOME_NOT_MAPPED = 0xC0000022, 0xC000006A, 0x107


def secret(length):
    return (SECRET * (length // len(SECRET) + 1))[:length]




class Samr:
    """Calls as (operation, parameters, answer)."""

    made = 0

    def __init__(self, ndr64=False, order="<"):
        Samr.made += 1
        self.ndr64, self.order, self.number = ndr64, order, Samr.made

    def handle(self, number):
        """Servers make them of random numbers: no two are equal."""
        return struct.pack("<IHH", 0, number, self.number) + b"some account"

    def stub(self):
        return Stub(self.ndr64, self.order)

    def done(self, status=0):
        return self.stub().u32(status).data

    def gives(self, new, status=0):
        return self.stub().raw(self.handle(new)).u32(status).data

    def sid(self, stub):
        stub.size(4).raw(struct.pack(">BBHI", 1, 4, 0, 5))
        return stub.u32(*DOMAIN_SID)

    def connect(self, new):
        return 64, self.stub().size(0).u32(0x30).data, self.gives(new)

    def lookup_domain(self, server, name):
        asked = self.stub().raw(self.handle(server)).text(name).body(name)
        return 5, asked.data, self.sid(self.stub().size(0x20000)).u32(0).data

    def open_domain(self, server, new):
        return 7, self.sid(self.stub().raw(self.handle(server)).u32(0x200)).data, self.gives(new)

    def lookup_names(self, domain, known):
        """known: name -> number, 0 for one that is not there."""
        asked = self.stub().raw(self.handle(domain)).u32(len(known)).size(1000, 0, len(known))
        for name in known:
            asked.text(name).align(8 if self.ndr64 else 4)
        for name in known:
            asked.body(name)
        told = self.stub().u32(len(known)).size(0x20000, len(known)).u32(*known.values())
        told.u32(len(known)).size(0x20004, len(known)).u32(*(1 for _ in known))
        return 17, asked.data, told.u32(0 if all(known.values()) else SOME_NOT_MAPPED).data

    def lookup_numbers(self, domain, known):
        asked = self.stub().raw(self.handle(domain)).u32(len(known)).size(1000, 0, len(known)).u32(*known.values())
        told = self.stub().u32(len(known)).size(0x20000, len(known))
        for name in known:
            told.text(name).align(8 if self.ndr64 else 4)
        for name in known:
            told.body(name)
        return 18, asked.data, told.u32(0).data

    def open_user(self, domain, number, new):
        return 34, self.stub().raw(self.handle(domain)).u32(0xB0, number).data, self.gives(new)

    def create_user(self, domain, name, number, new):
        asked = self.stub().raw(self.handle(domain)).text(name).body(name).u32(0x10, 0xB0)
        return 50, asked.data, self.stub().raw(self.handle(new)).u32(0x7FF07FF, number, 0).data

    def set_password(self, user, level, status=0, operation=58):
        asked = self.stub().raw(self.handle(user)).level(level)
        if level == 18:
            asked.raw(secret(32) + b"\1\0\0")
        elif level in (24, 26):
            asked.raw(secret(516 if level == 24 else 532) + b"\0")
        elif level == 31:
            asked.raw(secret(80)).u32(len(SECRET)).size(0x20000).align(8).raw(bytes(8) + b"\0").size(len(SECRET))
            asked.raw(SECRET)
        else:
            self.all_information(asked, 0x01000000)
            asked.raw({21: b"", 23: secret(516), 25: secret(532), 32: secret(80)}[level])
        return operation, asked.data, self.done(status)

    def all_information(self, stub, fields):
        """The data of an account, of which `fields` count."""
        stub.raw(bytes(284 if self.ndr64 else 172)).u32(fields).raw(bytes(20))

    def set_comment(self, user):
        asked = self.stub().raw(self.handle(user)).level(21)
        self.all_information(asked, 0x10)
        return 58, asked.data, self.done()

    def change_password(self, operation, name, status=0):
        unit = 1 if operation == 54 else 2
        asked = self.stub().size(0x20000).text("\\\\dc1", unit).body("\\\\dc1", unit)
        asked.align(8 if self.ndr64 else 4).text(name, unit).body(name, unit)
        asked.size(0x20000).raw(secret(516)).align(4).size(0x20000).raw(secret(16))
        answer = self.stub()
        if operation == 63:
            answer.size(0, 0)
        return operation, asked.data, answer.u32(status).data

    def change_by_handle(self, user, status=0):
        return 38, self.stub().raw(self.handle(user)).raw(secret(136)).data, self.done(status)
