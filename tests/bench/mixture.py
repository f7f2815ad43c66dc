"""A capture of any size, made of small ones: copies of all of them side by side, each copy between machines of
its own, and a second behind the one before. Ethernet only; what cannot be read as that is left out."""
import pathlib
import struct

# Folders whose captures are there to be strange, and not for what traffic is like.
STRANGE = ("malformed-fuzz", "formats", "fragments", "tcp-stream", "encapsulation", "variants-")
START = 1299654123


def _pcap(data):
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\x4d\x3c\xb2\xa1": "<"}.get(data[:4])
    if order is None or struct.unpack(order + "I", data[20:24])[0] & 0xFFFF != 1:
        return
    unit, at = (1000 if data[:4] == b"\x4d\x3c\xb2\xa1" else 1), 24
    while at + 16 <= len(data):
        seconds, fraction, kept, length = struct.unpack(order + "IIII", data[at:at + 16])
        if kept > 262144 or at + 16 + kept > len(data):
            return
        yield seconds * 1_000_000 + fraction // unit, data[at + 16:at + 16 + kept], length
        at += 16 + kept


def _pcapng(data):
    order, at, links = "<", 0, []
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\n\r\r\n":
            order, links = ("<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"), []
        kind, size = struct.unpack(order + "II", data[at:at + 8])
        if size < 12 or at + size > len(data):
            return
        if kind == 1:
            links.append(struct.unpack(order + "H", data[at + 8:at + 10])[0])
        if kind == 6:
            interface, high, low, kept, length = struct.unpack(order + "IIIII", data[at + 8:at + 28])
            if interface < len(links) and links[interface] == 1 and kept <= size - 32:
                yield high << 32 | low, data[at + 28:at + 28 + kept], length
        at += size


def _packets(path):
    """Of one capture, from time 0 on."""
    data = path.read_bytes()
    found = list(_pcapng(data) if data[:4] == b"\n\r\r\n" else _pcap(data))
    first = min((packet[0] for packet in found), default=0)
    return [(at - first, frame, length) for at, frame, length in found if at - first < 10**12]


def _ends(frame):
    """Where in a frame the second byte of each address stands that a copy changes."""
    at = 12
    while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    kind, at = frame[at:at + 2], at + 2
    if kind == b"\x08\x00" and len(frame) >= at + 20:
        return at + 13, at + 17
    if kind == b"\x86\xdd" and len(frame) >= at + 40:
        return at + 20, at + 36
    return ()


def _moved(frame, ends, copy):
    frame = bytearray(frame)
    for at in ends:
        frame[at] ^= copy & 0xFF
        frame[at + 1] ^= copy >> 8
    return bytes(frame)


def captures(folders):
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            inside = path.relative_to(folder).parts
            if path.suffix in (".pcap", ".pcapng", ".cap") and not inside[0].startswith(STRANGE):
                yield path


def make(path, folders, size):
    """Returns how many packets were written."""
    packets = []
    for capture in captures(folders):
        packets += [(at, frame, length, _ends(frame)) for at, frame, length in _packets(capture)]
    packets.sort(key=lambda packet: packet[0])
    count = copy = 0
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while file.tell() < size:
            for at, frame, length, ends in packets:
                at += (START + copy) * 1_000_000
                file.write(struct.pack("<IIII", at // 1_000_000 & 0xFFFFFFFF, at % 1_000_000, len(frame), length))
                file.write(_moved(frame, ends, copy))
            count += len(packets)
            copy += 1
    return count
