"""Packets of one's own bytes: connections over TCP in a pcapng file. Only the standard library; the same calls
give the same file."""
import ipaddress
import struct

SEGMENT = 1400


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mapped(address):
    """The IPv6 address of a machine that has an IPv4 address in the story."""
    return address if ":" in address else "2001:db8:1::" + address.rpartition(".")[2]


class Capture:
    """Collects packets, and writes them in the order of their times."""

    def __init__(self):
        self.packets = []
        self.identification = 0
        self.port = 20000

    def ip(self, time, source, target, protocol, payload):
        if ":" in source + target:
            source, target = mapped(source), mapped(target)
        self.identification = (self.identification + 1) & 0xFFFF
        ends = ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), self.identification, 0x4000, 64, protocol, 0)
        head = head[:10] + struct.pack(">H", checksum(head + ends)) + ends
        if ":" in source:
            head = struct.pack(">IHBB", 0x60000000, len(payload), protocol, 64) + ends
        ethernet = b"\x02\0\0\0\0\x01" + b"\x02\0\0\0\0\x02" + (b"\x86\xdd" if ":" in source else b"\x08\0")
        self.packets.append((time, len(self.packets), ethernet + head + payload))

    def tcp(self, time, source, target, ports, sequence, acknowledged, flags, data=b""):
        head = struct.pack(">HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 0x50, flags,
                           65535, 0, 0)
        if ":" in source + target:
            source, target = mapped(source), mapped(target)
        pseudo = (ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed +
                  struct.pack(">BBH", 0, 6, len(head) + len(data)))
        head = head[:16] + struct.pack(">H", checksum(pseudo + head + data)) + head[18:]
        self.ip(time, source, target, 6, head + data)

    def connection(self, client, server, port):
        self.port = 20000 + (self.port - 19999) % 40000
        return Connection(self, client, server, (self.port, port))

    def write(self, path):
        self.packets.sort()
        with open(path, "wb") as file:
            file.write(struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28))
            file.write(struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20))
            for time, _, data in self.packets:
                padded = data + bytes(-len(data) % 4)
                length = 32 + len(padded)
                file.write(struct.pack("<IIIIIII", 6, length, 0, time >> 32, time & 0xFFFFFFFF, len(data), len(data)))
                file.write(padded + struct.pack("<I", length))


class Connection:
    """One connection: times are microseconds since 1970."""

    def __init__(self, capture, client, server, ports):
        self.capture, self.ends, self.ports = capture, (client, server), ports
        self.sequence = [1000, 5000]
        self.open = False

    def send(self, time, side, flags, data=b""):
        ends, ports = self.ends, self.ports
        if side:
            ends, ports = ends[::-1], ports[::-1]
        self.capture.tcp(time, *ends, ports, self.sequence[side],
                         self.sequence[1 - side] if flags & 16 else 0, flags, data)
        self.sequence[side] += len(data) + (1 if flags & 3 else 0)

    def say(self, time, side, data):
        """Side 0 is the client; the connection is opened by the first word."""
        if not self.open:
            self.send(time - 300, 0, 2)
            self.send(time - 200, 1, 18)
            self.send(time - 100, 0, 16)
            self.open = True
        for at in range(0, len(data), SEGMENT):
            self.send(time + at // SEGMENT, side, 24, data[at:at + SEGMENT])

    def close(self, time):
        if self.open:
            self.send(time, 0, 17)
            self.send(time + 1, 1, 17)
            self.send(time + 2, 0, 16)
