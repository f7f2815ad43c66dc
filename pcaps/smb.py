"""Words of SMB and DCE/RPC, as clients and servers say them: only what captures of our own need."""
import struct

SAMR = bytes.fromhex("785734123412cdabef000123456789ac") + struct.pack("<HH", 1, 0)
LSARPC = bytes.fromhex("785734123412cdabef000123456789ab") + struct.pack("<HH", 0, 0)
NDR = bytes.fromhex("045d888aeb1cc9119fe808002b104860") + struct.pack("<I", 2)
NDR64 = bytes.fromhex("33057171babe37498319b5dbef9ccc36") + struct.pack("<I", 1)

MORE_PROCESSING, PENDING, OVERFLOW = 0xC0000016, 0x103, 0x80000005
NEGOTIATE, SESSION_SETUP, TREE_CONNECT, CREATE, CLOSE, READ, WRITE, IOCTL = 0, 1, 3, 5, 6, 8, 9, 11


def wide(text):
    return text.encode("utf-16-le")


class Stub:
    """Parameters of a call, in NDR or NDR64."""

    def __init__(self, ndr64=False, order="<"):
        self.data, self.ndr64, self.order = b"", ndr64, order

    def align(self, to):
        self.data += bytes(-len(self.data) % to)
        return self

    def u16(self, *numbers):
        for number in numbers:
            self.align(2).data += struct.pack(self.order + "H", number)
        return self

    def u32(self, *numbers):
        for number in numbers:
            self.align(4).data += struct.pack(self.order + "I", number)
        return self

    def size(self, *numbers):
        for number in numbers:
            if not self.ndr64:
                self.u32(number)
            else:
                self.align(8).data += struct.pack(self.order + "Q", number)
        return self

    def level(self, number):
        for _ in range(2):
            _ = self.u32(number) if self.ndr64 else self.u16(number)
        return self.align(8 if self.ndr64 else 4)

    def raw(self, data):
        self.data += data
        return self

    def text(self, value, unit=2):
        """The head of a text; its body is what body() gives."""
        length = len(value) * unit
        return self.u16(length, length).size(0x20000 if value else 0)

    def body(self, value, unit=2):
        coded = value.encode("utf-16-le" if self.order == "<" else "utf-16-be") if unit == 2 else value.encode()
        return self.size(len(value), 0, len(value)).raw(coded)


# -- DCE/RPC ----------------------------------------------------------------------------------

def pdu(kind, call, body, flags=3, token=b"", level=6, order="<", padding=0):
    trailer = b""
    if token:
        trailer = bytes(padding) + struct.pack("<BBBBI", 10, level, padding, 0, 1) + token
    drep = b"\x10\0\0\0" if order == "<" else bytes(4)
    return struct.pack("BBBB", 5, 0, kind, flags) + drep + \
        struct.pack(order + "HHI", 16 + len(body) + len(trailer), len(token), call) + body + trailer


def bind(call, contexts, kind=11, token=b"", order="<"):
    body = struct.pack(order + "HHIBBH", 4280, 4280, 0, len(contexts), 0, 0)
    for number, (interface, syntax) in enumerate(contexts):
        body += struct.pack(order + "HBB", number, 1, 0) + interface + syntax
    return pdu(kind, call, body, token=token, order=order)


def bind_ack(call, contexts):
    return pdu(12, call, struct.pack("<HHI", 4280, 4280, 7) + struct.pack("<H", 4) + b"135\0" + bytes(2) +
               struct.pack("<BBH", len(contexts), 0, 0) + b"".join(bytes(4) + syntax for _, syntax in contexts))


def request(call, operation, stub, context=0, **more):
    order = more.get("order", "<")
    return pdu(0, call, struct.pack(order + "IHH", len(stub), context, operation) + stub, **more)


def response(call, stub, context=0, **more):
    order = more.get("order", "<")
    return pdu(2, call, struct.pack(order + "IHBB", len(stub), context, 0, 0) + stub, **more)


def fault(call, status):
    return pdu(3, call, struct.pack("<IHBBII", 0, 0, 0, 0, status, 0))


def fragments(make, call, stub, size):
    """One call or answer in pieces."""
    pieces = [stub[i:i + size] for i in range(0, len(stub), size)]
    last = len(pieces) - 1
    return [make(call, piece, flags=(1 if i == 0 else 0) | (2 if i == last else 0)) for i, piece in enumerate(pieces)]


# -- NTLM -------------------------------------------------------------------------------------

def ntlm_1():
    return b"NTLMSSP\0" + struct.pack("<II", 1, 0x62088215) + bytes(16)


def ntlm_2():
    return b"NTLMSSP\0" + struct.pack("<I", 2) + bytes(8) + struct.pack("<I", 0x62898215) + bytes(32)


def ntlm_3(domain, user, workstation):
    at, heads, data = 64, b"", b""
    for value in (bytes(24), b"n" * 40, wide(domain), wide(user), wide(workstation), b""):
        heads += struct.pack("<HHI", len(value), len(value), at + len(data))
        data += value
    return b"NTLMSSP\0" + struct.pack("<I", 3) + heads + struct.pack("<I", 0x62888215) + data


# -- SMB 2 ------------------------------------------------------------------------------------

def framed(*messages):
    """One frame of NetBIOS; several messages are compounded."""
    data = b""
    for i, message in enumerate(messages):
        message += bytes(-len(message) % 8) if i + 1 < len(messages) else b""
        following = len(message) if i + 1 < len(messages) else 0
        data += message[:20] + struct.pack("<I", following) + message[24:]
    return struct.pack(">I", len(data)) + data


def of_session(message_, number):
    return message_[:40] + struct.pack("<Q", number) + message_[48:]


def message(command, number, body, answer=False, status=0, flags=0):
    return b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, status, command, 31, flags | (1 if answer else 0), 0,
                                    number, 0xFEFF, 5, 0) + b"s" * 16 + body


def setup(number, token, **more):
    if more.get("answer"):
        return message(SESSION_SETUP, number, struct.pack("<HHHH", 9, 0, 72, len(token)) + token, **more)
    return message(SESSION_SETUP, number, struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(token), 0) + token, **more)


def create(number, name, **more):
    return message(CREATE, number, struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, 0x12019F, 0, 7, 1, 0, 120,
                                               2 * len(name), 0, 0) + wide(name), **more)


def created(number, file, **more):
    return message(CREATE, number, struct.pack("<HBBI", 89, 0, 0, 1) + bytes(56) + file + bytes(8), answer=True,
                   **more)


def close(number, file, **more):
    return message(CLOSE, number, struct.pack("<HHI", 24, 0, 0) + file, **more)


def write(number, file, data, **more):
    return message(WRITE, number, struct.pack("<HHIQ", 49, 112, len(data), 0) + file + bytes(16) + data, **more)


def read(number, file, **more):
    return message(READ, number, struct.pack("<HBBIQ", 49, 80, 0, 1024, 0) + file + bytes(17), **more)


def was_read(number, data, status=0, **more):
    return message(READ, number, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data, answer=True,
                   status=status, **more)


def transceive(number, file, data, **more):
    return message(IOCTL, number, struct.pack("<HHI", 57, 0, 0x11C017) + file +
                   struct.pack("<IIIIIIII", 120, len(data), 0, 0, 0, 4280, 1, 0) + data, **more)


def transceived(number, file, data, status=0, **more):
    return message(IOCTL, number, struct.pack("<HHI", 49, 0, 0x11C017) + file +
                   struct.pack("<IIIIII", 112, 0, 112, len(data), 0, 0) + data, answer=True, status=status, **more)


def pending(command, number, **more):
    return message(command, number, struct.pack("<HBBI", 9, 0, 0, 0) + b"\0", answer=True, status=PENDING, flags=2,
                   **more)


def sealed(length):
    return struct.pack(">I", 52 + length) + b"\xfdSMB" + bytes(48) + b"x" * length
