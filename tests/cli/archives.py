"""Archives that nobody would make by mistake: bytes put together by hand, for what packers refuse to write."""
import io
import struct
import tarfile
import zipfile
import zlib


def zip_of(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tar_of(files, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            if data is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                archive.addfile(member)
            else:
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def old_tar_of(files):
    """As `tar --format=v7` writes it: nothing says that it is one."""
    out = bytearray()
    for name, data in files.items():
        head = bytearray(512)
        head[:len(name)] = name.encode("utf-8")
        for at, value in ((100, b"0000644\0"), (108, b"0001750\0"), (116, b"0001750\0"), (124, b"%011o " % len(data)),
                          (136, b"11535526740 "), (148, b" " * 8)):
            head[at:at + len(value)] = value
        head[148:156] = b"%06o\0 " % sum(head)
        out += head + data + bytes(-len(data) % 512)
    return bytes(out) + bytes(1024)


def hard_links(files, links):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for name, target in links.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.LNKTYPE, target
            archive.addfile(member)
    return out.getvalue()


def cpio_of(files):
    """The form "newc"; the first of the files has its bytes under a second name alone, as GNU cpio does it."""
    def header(name, data, inode, links):
        fields = (inode, 0o100644, 0, 0, links, 0x4D770000, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + name + b"\0"
        return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)

    out = header(b"another.log", b"", 1, 2)
    for inode, (name, data) in enumerate(files.items(), start=1):
        out += header(name.encode("utf-8"), data, inode, 2 if inode == 1 else 1)
    return out + header(b"TRAILER!!!", b"", 0, 1)


def ar_of(files):
    out = b"!<arch>\n"
    for name, data in files.items():
        out += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name.encode("utf-8") + b"/", 0, 0, 0, b"644", len(data))
        out += data + bytes(len(data) % 2)
    return out


def _local(name, packed, crc, size, flags, method):
    return struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, method, 0, 0x5021, crc, len(packed), size, len(name), 0) + name


def _central(name, packed, crc, size, flags, method, offset):
    return struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, flags, method, 0, 0x5021, crc, len(packed), size,
                       len(name), 0, 0, 0, 0, 0, offset) + name


def _end(count, length, offset):
    low = min(count, 0xFFFF)
    return struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, low, low, length, offset, 0)


def zip_by_hand(members, end=True):
    """Members (name, data, crc or None, flags); wrong sums and flags go in as they are."""
    out, directory = bytearray(), bytearray()
    for name, data, crc, flags in members:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = deflate.compress(data) + deflate.flush()
        crc = zlib.crc32(data) if crc is None else crc
        directory += _central(name, packed, crc, len(data), flags, 8, len(out))
        out += _local(name, packed, crc, len(data), flags, 8) + packed
    tail = bytes(directory) + _end(len(members), len(directory), len(out)) if end else b""
    return bytes(out) + tail


def overlapping_zip(data, count):
    """One packed member that so many entries of the directory point at."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(data) + deflate.flush()
    crc, name = zlib.crc32(data), b"u_ex210301.log"
    body = _local(name, packed, crc, len(data), 0, 8) + packed
    directory = b"".join(_central(name, packed, crc, len(data), 0, 8, 0) for _ in range(count))
    return body + directory + _end(count, len(directory), len(body))


def crowded_zip(count, last):
    """So many empty members, and one that is not, without the records that longer directories need."""
    out, directory = bytearray(), bytearray()
    for i in range(count):
        name = b"%07d.log" % i
        directory += _central(name, b"", 0, 0, 0, 0, len(out))
        out += _local(name, b"", 0, 0, 0, 0)
    name, crc = b"u_ex210301.log", zlib.crc32(last)
    directory += _central(name, last, crc, len(last), 0, 0, len(out))
    out += _local(name, last, crc, len(last), 0, 0) + last
    return bytes(out) + bytes(directory) + _end(count + 1, len(directory), len(out))


def wide_7z(data):
    """A 7-Zip archive of one LZMA member whose decoder is to remember 4 GiB less a byte."""
    import lzma
    spec = {"id": lzma.FILTER_LZMA1, "preset": 0, "dict_size": 1 << 16}
    packed = lzma.compress(data, format=lzma.FORMAT_RAW, filters=[spec])
    properties = bytes([0x5D]) + struct.pack("<I", 0xFFFFFFFF)
    name = "u_ex210301.log\0".encode("utf-16-le")

    def seven(n):  # three more bytes follow the first, low byte first
        return bytes([0xE0 | n >> 24 & 0x0F]) + struct.pack("<I", n)[:3]

    header = (b"\x01"                                           # Header
              b"\x04\x06" + seven(0) + seven(1) +               # MainStreamsInfo, PackInfo
              b"\x09" + seven(len(packed)) + b"\x00"            # Size
              b"\x07\x0B\x01\x00"                               # UnpackInfo, Folder, one, not external
              b"\x01\x23\x03\x01\x01\x05" + properties +        # one coder with properties: LZMA
              b"\x0C" + seven(len(data)) +                      # CodersUnpackSize
              b"\x0A\x01" + struct.pack("<I", zlib.crc32(data)) + b"\x00"
              b"\x08\x00\x00"                                   # SubStreamsInfo: as they are
              b"\x05\x01\x11" + seven(len(name) + 1) + b"\x00" + name + b"\x00\x00")
    tail = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xBC\xAF\x27\x1C\0\4" + struct.pack("<I", zlib.crc32(tail)) + tail + packed + header
